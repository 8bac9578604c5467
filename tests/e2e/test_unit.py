# SPDX-License-Identifier: MIT
"""The units of server/units: as systemd judges them, and two servers beside each other."""
import os
import re
import subprocess
import tempfile
import unittest

import snug

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = os.path.join(HERE, "..", "..", "server", "units")
NAMES = ("snugd.service", "snugd@.service")


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
        security = ["security", "--offline=true", "--threshold=15"]
        with tempfile.TemporaryDirectory() as folder:
            for name in NAMES:
                text = unit(name)
                done = self.analyze(folder, name, text, *security)
                self.assertEqual(done.returncode, 0, done.stdout)
                done = self.analyze(folder, name, text.replace("PrivateDevices=yes\n", ""), *security)
                self.assertNotEqual(done.returncode, 0, done.stdout)

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
