# SPDX-License-Identifier: MIT
"""The units of server/units: as systemd judges them, and two servers beside each other."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

import snug

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = os.path.join(HERE, "..", "..", "server", "units")
NAMES = ("snugd.service", "snugd@.service")
sys.path.insert(0, os.path.join(HERE, "..", "package"))

import unit_file  # noqa: E402 -- beside this folder

# What the filter refuses and the server goes on without: a writer that is ahead of the other threads.
DONE_WITHOUT = {"setpriority"}
# As a unit has it: a user without any right, and not root to itself.
NO_RIGHTS = ("unshare", "--user", "--map-user=990", "--map-group=990")


def unit(name):
    with open(os.path.join(UNITS, name), encoding="utf-8") as file:
        return file.read().replace("@PREFIX@/bin/snugd", snug.SNUGD)


class Unit(unittest.TestCase):
    def analyze(self, folder, name, text, *words):
        """systemd's word on a unit of that text."""
        path = os.path.join(folder, name.replace("@", "@work"))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run(["systemd-analyze", *words, "--no-pager", path],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertNotIn("nknown", done.stdout)  # a line that systemd would leave out
        return done

    # Proves X3.
    def test_they_are_shut_in(self):
        security = ["security", "--offline=true", "--threshold=12"]
        with tempfile.TemporaryDirectory() as folder:
            for name in NAMES:
                text = unit(name)
                done = self.analyze(folder, name, text, *security)
                self.assertEqual(done.returncode, 0, done.stdout)
                done = self.analyze(folder, name, text.replace("PrivateDevices=yes\n", ""), *security)
                self.assertNotEqual(done.returncode, 0, done.stdout)

    def test_the_socket_is_one_that_systemd_knows(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("snugd.service", "snugd.socket"):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(unit(name))
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", os.path.join(folder, "snugd.socket")],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            told = [line for line in done.stdout.splitlines() if folder in line]
            self.assertEqual(told, [])

    def trace(self):
        """The calls of a server that starts, serves, is asked, reloads and stops."""
        server = snug.Server(base=snug.CONF.replace("user = root", ""), conf="\n[beside]\nerrand = yes\ndoor = yes\n")
        self.addCleanup(server.close)
        server.user("ann")
        listed = os.path.join(server.dir, "calls")
        server.start(prefix=[*NO_RIGHTS, "strace", "-f", "-qq", "-e", "signal=none", "-o", listed])
        ann = server.client("ann")
        ann.send("JOIN #den", "PRIVMSG #den :hello", "CHATHISTORY LATEST #den * 10", "PING done")
        ann.wait("PONG", "done")
        self.assertEqual(server.run("reload").code, 0)
        self.assertEqual(server.run("backup", os.path.join(server.dir, "copy")).code, 0)
        self.assertEqual(server.run("stop").code, 0)
        server.process.wait(snug.PATIENCE)
        with open(listed, encoding="utf-8", errors="replace") as file:
            return set(re.findall(r"^\d+ +(?:<\.\.\. )?([a-z]\w*)", file.read(), re.M))

    def test_their_filter_lets_through_what_a_server_asks_for(self):
        asked = self.trace()
        self.assertGreater(len(asked), 40, asked)
        self.assertIn("landlock_restrict_self", asked)
        for name in NAMES:
            through = unit_file.allowed(unit_file.read(unit(name)))
            self.assertEqual(asked - through, DONE_WITHOUT, name)

    def test_they_differ_in_their_state_alone(self):
        one, many = (unit(name).splitlines()[2:] for name in NAMES)
        self.assertEqual([re.sub(r" %i$|-%i", "", line) for line in many], one)
        self.assertNotEqual(many, one)

    def test_two_servers_on_one_machine(self):
        servers = [snug.Server().start(), snug.Server().start()]
        for server in servers:
            self.addCleanup(server.close)
        for number, server in enumerate(servers):
            server.user("ann%d" % number)
            self.assertEqual([row["name"] for row in server.json("user", "list")], ["ann%d" % number])
        self.assertEqual(servers[0].run("stop").code, 0)
        self.assertEqual(servers[1].run("status").code, 0)


if __name__ == "__main__":
    unittest.main()
