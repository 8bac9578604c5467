# SPDX-License-Identifier: MIT
"""An authority on this machine: Debian's pebble and its DNS, believed by who is run in here.

What asks it by HTTPS has to believe its API, and what judges a certificate the root behind that:
both stand in this computer's list, of which only this process and its children see another one.
"""
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request

import snug
from patience import PATIENCE, until

LIST = "/etc/ssl/certs/ca-certificates.crt"
INSIDE = "SNUG_LIST_IS_OURS"


def go_inside():
    """Goes on in a place of its own, where the list can be another one: that is root's to make."""
    if os.environ.get(INSIDE):
        return
    os.environ[INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])


class Authority:
    def __init__(self, proof_port, http_port=0):
        self.dir = tempfile.mkdtemp(prefix="snug-pebble-")
        self.processes = []
        self.list = os.path.join(self.dir, "list.pem")
        cert, key = os.path.join(self.dir, "api.pem"), os.path.join(self.dir, "api.key")
        subprocess.run([os.path.join(snug.CERTS, "authority"), os.path.join(self.dir, "ca"), "localhost", key, cert],
                       check=True, capture_output=True)
        self.believe(LIST, os.path.join(self.dir, "ca", "ca.pem"))
        subprocess.run(["mount", "--bind", self.list, LIST], check=True)
        dns, self.port, self.management = snug.free_port(), snug.free_port(), snug.free_port()
        config = {"pebble": {"listenAddress": "127.0.0.1:%d" % self.port,
                             "managementListenAddress": "127.0.0.1:%d" % self.management,
                             "certificate": cert, "privateKey": key, "tlsPort": proof_port,
                             "httpPort": http_port, "ocspResponderURL": "",
                             "certificateValidityPeriod": 90 * 86400}}
        with open(os.path.join(self.dir, "config.json"), "w", encoding="utf-8") as file:
            json.dump(config, file)
        self.dns_management = snug.free_port()
        self.run("pebble-challtestsrv", "-dns01", "127.0.0.1:%d" % dns, "-http01", "", "-https01", "", "-tlsalpn01", "",
                 "-management", "127.0.0.1:%d" % self.dns_management, "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "")
        self.run("pebble", "-config", os.path.join(self.dir, "config.json"), "-dnsserver", "127.0.0.1:%d" % dns)
        self.url = "https://localhost:%d/dir" % self.port
        self.believe_root()

    def run(self, *words):
        # No challenge is waited for, none is rejected by chance, and no proof is remembered.
        env = dict(os.environ, PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0", PEBBLE_AUTHZREUSE="0")
        log = open(os.path.join(self.dir, "log"), "a", encoding="utf-8")
        self.processes.append(subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def names(self, *names):
        """These lead to this computer, as the authority's DNS says of all."""
        hosts = os.path.join(self.dir, "hosts")
        with open(hosts, "w", encoding="utf-8") as file:
            file.write("127.0.0.1 localhost %s\n" % " ".join(names))
        subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)

    def believe(self, *files):
        with open(self.list, "a", encoding="utf-8") as out:
            for name in files:
                with open(name, encoding="utf-8") as file:
                    out.write(file.read())

    def fetch(self, port, path):
        try:
            return urllib.request.urlopen("https://localhost:%d/%s" % (port, path), timeout=PATIENCE,
                                          context=ssl.create_default_context(cafile=self.list)).read()
        except OSError:
            return None

    def believe_root(self):
        root = until("pebble to be there:\n" + self.log(), lambda: self.fetch(self.management, "roots/0"))
        with open(self.list, "ab") as out:
            out.write(root)

    def log(self):
        try:
            with open(os.path.join(self.dir, "log"), encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""

    def close(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = []

    def remove(self):
        self.close()
        shutil.rmtree(self.dir, ignore_errors=True)
