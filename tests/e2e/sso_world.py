# SPDX-License-Identifier: MIT
"""A snugd that believes an issuer, and what its log says of who was refused."""
import shutil
import tempfile
import time

import issuer
import snug
from patience import until

AUDIENCE = "https://localhost"


class World:
    """A folder, an issuer (honest(), or what is given with `url` and `ca`), and a server."""

    def __init__(self, believed=None, oidc="", recheck="12h", makes="yes", web=0, init=(), is_up=True):
        self.dir = tempfile.mkdtemp(prefix="snug-sso-")
        self.issuer = believed or issuer.Issuer(self.dir, audience=AUDIENCE)
        self.web = web
        self.s = snug.Server(init=init)
        self.s.configure("\n[beside]\nerrand = yes\nca_file = %s\n[oidc]\nissuer = %s\n%s\n[auth]\nrecheck = %s\n"
                         "sign_in_makes = %s\n" % (self.issuer.ca, self.issuer.url, oidc, recheck, makes)
                         + ("[web]\nlisten = 127.0.0.1:%d\n" % self.web if web else ""))
        self.s.start()
        if is_up:
            self.up()

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.s.close()
        self.issuer.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def mark(self):
        return len(self.s.read_log())

    def refused(self, why, mark):
        """Waits for the log to say why somebody was refused, behind that place."""
        wanted = "why=" + why
        return until(lambda: "the log to say %s:\n%s" % (wanted, self.s.read_log()[mark:]),
                     lambda: [line for line in self.s.read_log()[mark:].splitlines()
                              if "event=login_failed" in line and "way=oidc" in line and wanted in line.split()])

    def up(self, mark=0):
        """It has asked its issuer, since that place in its log."""
        until("the issuer to be known", lambda: "event=issuer_up" in self.s.read_log()[mark:])


def middle(times):
    return sorted(times)[len(times) // 2]


def p99(times):
    return sorted(times)[max(0, len(times) * 99 // 100 - 1)]


class Beside:
    """Somebody with a password who logs in and talks meanwhile."""

    def __init__(self, s, name="bea"):
        self.s, self.name = s, name
        s.user(name)

    def times(self, n):
        """So many logins and messages, each in seconds."""
        took = []
        for _ in range(n):
            began = time.monotonic()
            client = self.s.client(self.name)
            client.sync()
            client.close()
            took.append(time.monotonic() - began)
        return took
