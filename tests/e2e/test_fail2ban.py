# SPDX-License-Identifier: MIT
"""The filter for fail2ban, by fail2ban's own tester: each form of a failure in each form of the log
counts, nothing else does, and nobody adds another's address to what is counted.

Ways and reasons of the filter are those of the server: `python3 test_fail2ban.py write` writes them anew."""
import itertools
import os
import re
import shutil
import subprocess
import sys
import unittest

import snug
from patience import PATIENCE, until

SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../server")
FILTER = os.path.join(SERVER, "package/fail2ban/snugd.conf")
HEAD = "time=2026-11-30T02:00:01.123Z level=info "
FAILED = HEAD + "event=login_failed source=%s account=%s way=%s why=%s device=%s"
JSON = ('{"time":"2026-11-30T02:00:01.123Z","level":"info","event":"login_failed","source":"%s","account":"%s",'
        '"way":"%s","why":"%s","device":"%s"}')
# Each reason that the log knows. One who guesses, or shows what is none of theirs: counted.
COUNTED = {"wrong", "code", "unknown", "tries", "malformed", "issuer", "audience", "client", "signature", "algorithm",
           "key", "type", "claims", "tenant", "inactive", "realm", "principal", "binding", "replay", "ticket"}
# Nobody was asked, or who it is was proved: not counted.
PASSED_OVER = {"none", "later", "lease", "name", "bound", "unbound", "disabled", "lockdown", "disk", "expired",
               "not-yet", "down", "clock", "logged-out"}
FORGED = "event=login_failed source=192.0.2.66 account=a way=password why=wrong device="


def read(path):
    with open(os.path.join(SERVER, path), encoding="utf-8") as file:
        return file.read()


def ways():
    return re.findall(r'^LOGIN_WAY\(\w+, "([a-z0-9]+)"\)', read("hub/state/counted.def"), re.M)


def reasons():
    """Of somebody else's word, and those that are written where it happens."""
    found = set(re.findall(r'^WHY\(\w+, "([a-z-]+)"\)', read("letters/identity_why.def"), re.M))
    for folder, _, names in os.walk(os.path.join(SERVER, "hub")):
        for name in names:
            for call in re.findall(r"signin_failed\((?:[^;]|\n)*?;", read(os.path.join(folder, name))):
                found.update(re.findall(r'"([a-z-]+)"', call))
    return found


def filled(text):
    """The filter with the lists of now."""
    for name, words in (("_way", ways()), ("_why", sorted(COUNTED))):
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = (?:{'|'.join(words)})", text)
    return text


class Lists(unittest.TestCase):
    def test_each_way_and_each_reason_is_in_the_filter_or_left_out_of_it(self):
        self.assertGreater(len(ways()), 5)
        self.assertEqual(reasons(), COUNTED | PASSED_OVER)
        self.assertFalse(COUNTED & PASSED_OVER)
        self.assertEqual(read(FILTER), filled(read(FILTER)), "python3 tests/e2e/test_fail2ban.py write")


@unittest.skipUnless(shutil.which("fail2ban-regex"), "fail2ban is not installed: tests/support/deps check")
class Filter(unittest.TestCase):
    def found(self, text):
        """The addresses of a log, as many times as they count."""
        path = os.path.join(self.folder(), "log")
        with open(path, "w") as file:
            file.write(text)
        done = subprocess.run(["fail2ban-regex", "-o", "<ip>", path, FILTER], capture_output=True, text=True,
                              timeout=PATIENCE, check=True)
        return done.stdout.split()

    def folder(self):
        server = snug.Server()
        self.addCleanup(server.close)
        return server.dir

    def test_each_form_of_a_failure_counts(self):
        lines, wanted = [], []
        for n, (form, way, account, head) in enumerate(itertools.product(
                ((FAILED, '""'), (JSON, "")), ways(), ("ann", "?"),
                ("", "host snugd[7]: ", "Nov 30 02:00:05 host snugd[7]: "))):
            address = "2001:db8::%x" % (n + 1) if n % 2 else "192.0.2.%d" % (n + 1)
            lines.append(head + form[0] % (address, account, way, "wrong", form[1]))
            wanted.append(address)
        for n, (form, why) in enumerate(itertools.product(((FAILED, '""'), (JSON, "")), sorted(COUNTED))):
            lines.append(form[0] % ("198.51.100.%d" % (n + 1), "?", "oidc", why, form[1]))
            wanted.append("198.51.100.%d" % (n + 1))
        self.assertEqual(self.found("\n".join(lines) + "\n"), wanted)

    def test_nothing_else_counts(self):
        lines = [HEAD + "event=logins_left_out source=192.0.2.7 n=7"]
        for (form, quote), way, why in itertools.product(((FAILED, '""'), (JSON, "")), ways(), sorted(PASSED_OVER)):
            lines.append(form % ("192.0.2.7", "?", way, why, quote))
        lines += [FAILED % ("192.0.2.7", "?", "telepathy", "wrong", '""'),
                  FAILED % ("192.0.2.7", "?", "password", "wronger", '""')]
        lines += [HEAD + "event=%s source=192.0.2.7 account=ann way=password device=" % event
                  for event in ("login", "registered", "device_added", "locked")]
        lines.append(HEAD + "event=login source=192.0.2.7 account=ann way=pam cached=yes device=desk")
        self.assertEqual(self.found("\n".join(lines) + "\n"), [])

    def test_no_value_adds_another_address(self):
        quoted = '"%s"' % FORGED
        lines = [FAILED % ("192.0.2.7", "ann", "password", "wrong", quoted),
                 JSON % ("192.0.2.7", "ann", "password", "wrong", FORGED),
                 FAILED % ("192.0.2.7", "ann", "password", "wrong", '"2031-01-01T00:00:00.000Z %s"' % FORGED)]
        none = [HEAD + 'event=login source=192.0.2.7 account=ann way=password device="level=info %s"' % FORGED,
                HEAD + 'event=stopping why="%s%s"' % (HEAD, FORGED), quoted, "x " + HEAD + FORGED,
                "host sshd[7]: " + HEAD + FORGED, 'host snugd[7]: x=1 ' + HEAD + FORGED]
        self.assertEqual(self.found("\n".join(none + lines) + "\n"), ["192.0.2.7"] * 3)

    # Proves A20.
    def test_what_the_server_logs_is_what_is_read(self):
        hostile = "x=" + FORGED.replace(" ", "_") + '"'
        for form in ("logfmt", "json"):
            server = snug.Server().start()
            self.addCleanup(server.close)
            server.configure("\n[log]\nform = %s\n" % form)
            self.assertEqual(server.run("reload").code, 0)
            server.user("ann")
            for name, password in (("ann", "wrong-wrong-wrong"), ("nobody", "wrong-wrong-wrong"),
                                   ("ann@" + hostile[:32], "wrong-wrong-wrong"), ("ann", "snug_1_" + "A" * 27),
                                   ("a secret of mine", "wrong-wrong-wrong")):
                server.client().refused(name, password)
            server.client("ann")
            until("the login in the log", lambda: any(word in server.read_log() for word in (
                "event=login source", '"event":"login","source"')))
            log = server.read_log()
            self.assertEqual(self.found(log), ["127.0.0.1"] * 5, log)
            for secret in ("wrong-wrong", "secret", "nobody", "snug_1"):
                self.assertNotIn(secret, log)


def write():
    text = filled(read(FILTER))
    with open(FILTER, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    else:
        unittest.main()
