# SPDX-License-Identifier: MIT
"""The filter for fail2ban, by fail2ban's own tester: each form of a failure in each form of the log
counts, nothing else does, and nobody adds another's address to what is counted."""
import itertools
import os
import shutil
import subprocess
import unittest

import snug
from patience import PATIENCE, until

FILTER = os.path.join(os.path.dirname(__file__), "../../server/package/fail2ban/snugd.conf")
HEAD = "time=2026-11-30T02:00:01.123Z level=info "
FAILED = HEAD + "event=login_failed source=%s account=%s way=%s why=%s device=%s"
JSON = ('{"time":"2026-11-30T02:00:01.123Z","level":"info","event":"login_failed","source":"%s","account":"%s",'
        '"way":"%s","why":"%s","device":"%s"}')
FORGED = "event=login_failed source=192.0.2.66 account=a way=password why=wrong device="


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
                ((FAILED, '""'), (JSON, "")), ("password", "token"), ("ann", "?"),
                ("", "host snugd[7]: ", "Nov 30 02:00:05 host snugd[7]: "))):
            address = "2001:db8::%d" % (n + 1) if n % 2 else "192.0.2.%d" % (n + 1)
            lines.append(head + form[0] % (address, account, way, "wrong", form[1]))
            wanted.append(address)
        self.assertEqual(self.found("\n".join(lines) + "\n"), wanted)

    def test_nothing_else_counts(self):
        lines = [HEAD + "event=logins_left_out source=192.0.2.7 n=7"]
        for form, quote in ((FAILED, '""'), (JSON, "")):
            lines += [form % ("192.0.2.7", "?", "certificate", "unknown", quote),
                      form % ("192.0.2.7", "?", "password", "later", quote)]
        lines += [HEAD + "event=%s source=192.0.2.7 account=ann way=password device=" % event
                  for event in ("login", "registered", "device_added", "locked")]
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


if __name__ == "__main__":
    unittest.main()
