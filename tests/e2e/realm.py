# SPDX-License-Identifier: MIT
"""A realm of Kerberos without a KDC: its tickets are printed by tests/support/presser."""
import os
import subprocess

import snug

PRESSER = os.path.join(snug.BIN, "presser")
NAME = "EXAMPLE.ORG"
SERVICE = "irc/localhost@" + NAME
SETTINGS = """[libdefaults]
default_realm = EXAMPLE.ORG
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[domain_realm]
localhost = EXAMPLE.ORG
"""


class Realm:
    """In a folder of the server's: settings, and the server's keytab."""

    def __init__(self, folder, realm=NAME, service=SERVICE):
        self.folder, self.realm, self.service = folder, realm, service
        self.settings = os.path.join(folder, "krb5.conf")
        self.keytab = os.path.join(folder, "keytab")
        with open(self.settings, "w") as file:
            file.write(SETTINGS)
        self.key(service)

    def env(self, **more):
        return {**os.environ, "KRB5_CONFIG": self.settings, **more}

    def key(self, principal):
        subprocess.run([PRESSER, "key", self.keytab, principal], env=self.env(), check=True)

    def cache(self, who):
        return os.path.join(self.folder, "cache-" + who.replace("/", "-"))

    def ticket(self, who, begins=0, ends=3600, padding=0, realm=None, service=None):
        """A cache with a ticket for the server."""
        cache = self.cache(who)
        subprocess.run([PRESSER, "ticket", self.keytab, f"{who}@{realm or self.realm}",
                        service or self.service, cache, str(begins), str(ends), str(padding)],
                       env=self.env(), check=True)
        return cache

    def conf(self, more=""):
        return f"[kerberos]\nkeytab = {self.keytab}\nrealms = {self.realm}\n{more}"
