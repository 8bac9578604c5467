# SPDX-License-Identifier: MIT
"""A KDC of Debian's krb5-kdc in a folder, as whoever runs the tests; it can die, and be silent."""
import os
import shutil
import signal
import socket
import subprocess

import snug
from patience import PATIENCE, until

REALM = "EXAMPLE.ORG"
SETTINGS = """[libdefaults]
default_realm = %(realm)s
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
udp_preference_limit = 1
[realms]
%(realm)s = {
    kdc = 127.0.0.1:%(port)d
}
[domain_realm]
localhost = %(realm)s
"""
KDC = """[kdcdefaults]
kdc_ports = ""
kdc_listen = ""
kdc_tcp_listen = 127.0.0.1:%(port)d
[realms]
%(realm)s = {
    database_name = %(folder)s/principal
    key_stash_file = %(folder)s/stash
    acl_file = %(folder)s/acl
    max_life = 1h
}
"""


def program(name):
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")


class Realm:
    """A realm with its KDC: people, keys, tickets."""

    def __init__(self, folder, realm=REALM):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.realm, self.port = folder, realm, snug.free_port()
        self.settings = os.path.join(folder, "krb5.conf")
        self.keytab = os.path.join(folder, "keytab")
        self.process = None
        for name, text in (("krb5.conf", SETTINGS), ("kdc.conf", KDC)):
            with open(os.path.join(folder, name), "w") as file:
                file.write(text % {"realm": realm, "port": self.port, "folder": folder})
        self.run("kdb5_util", "create", "-s", "-P", "master", "-r", realm)
        self.start()

    def env(self, **more):
        return {**os.environ, "KRB5_CONFIG": self.settings,
                "KRB5_KDC_PROFILE": os.path.join(self.folder, "kdc.conf"), **more}

    def run(self, *words, stdin=None, check=True, **env):
        return subprocess.run([program(words[0]), *words[1:]], env=self.env(**env), input=stdin,
                              text=True, check=check, capture_output=True, timeout=PATIENCE)

    def admin(self, *words):
        return self.run("kadmin.local", "-r", self.realm, *words)

    def start(self):
        self.process = subprocess.Popen([program("krb5kdc"), "-n", "-r", self.realm, "-P",
                                         os.path.join(self.folder, "pid")], env=self.env(),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("the KDC to listen", self.listens)

    def listens(self):
        assert self.process.poll() is None, "the KDC ended"
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def die(self):
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        self.process = None

    def silence(self):
        """It is there, takes what is said, and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def speak(self):
        self.process.send_signal(signal.SIGCONT)

    def key(self, principal, keytab=None):
        self.admin("addprinc", "-randkey", principal)
        self.admin("ktadd", "-k", keytab or self.keytab, principal)

    def person(self, name):
        self.admin("addprinc", "-pw", "secret", name)

    def remove(self, name):
        self.admin("delprinc", "-force", name)

    def cache(self, name):
        return os.path.join(self.folder, "cache-" + name.replace("/", "-"))

    def kinit(self, name, *more):
        """The cache that the ticket is in."""
        cache = self.cache(name)
        self.run("kinit", *more, name, stdin="secret\n", KRB5CCNAME=cache)
        return cache

    def conf(self, more=""):
        return f"[kerberos]\nkeytab = {self.keytab}\nrealms = {self.realm}\n{more}"
