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
BACKUP = "snugd-backup"
ACME = "snugd-acme"


def unit(name):
    with open(os.path.join(UNITS, name), encoding="utf-8") as file:
        return file.read().replace("@PREFIX@/bin/snugd", snug.SNUGD).replace("@PREFIX@/bin", snug.BIN)


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
        exposed = {name: 12 for name in NAMES}
        exposed.update({BACKUP + ".service": 5, ACME + ".service": 12, "snug-door.service": 18})
        with tempfile.TemporaryDirectory() as folder:
            for name, most in exposed.items():
                text = unit(name)
                security = ["security", "--offline=true", "--threshold=%d" % most]
                done = self.analyze(folder, name, text, *security)
                self.assertEqual(done.returncode, 0, done.stdout)
                done = self.analyze(folder, name, text.replace("PrivateDevices=yes\n", ""), *security)
                self.assertNotEqual(done.returncode, 0, done.stdout)

    def test_the_sockets_and_the_timer_of_certificates_are_such_as_systemd_knows(self):
        judged = ("snugd.socket", "snugd-web.socket", ACME + ".timer")
        with tempfile.TemporaryDirectory() as folder:
            for name in ("snugd.service", ACME + ".service", *judged):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(unit(name))
            for name in judged:
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", os.path.join(folder, name)],
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                told = [line for line in done.stdout.splitlines() if folder in line or "Failed" in line]
                self.assertEqual(told, [])

    def test_port_443_is_where_init_has_browsers_come(self):
        listed = re.findall(r"^ListenStream=(.*)", unit("snugd-web.socket"), re.M)
        with open(os.path.join(HERE, "..", "..", "server", "init_config.c"), encoding="utf-8") as file:
            self.assertIn("[web]" + "".join("\\nlisten = " + place for place in listed), file.read())

    def trace(self):
        """The calls of a server that starts, serves, is asked, reloads and stops."""
        server = snug.Server(base=snug.CONF.replace("user = root", ""), conf="\n[beside]\nerrand = yes\n")
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

    def test_the_timer_has_its_service_and_a_time(self):
        timer = unit(BACKUP + ".timer")
        self.assertNotIn("Unit=", timer)  # so it starts the service of its own name
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, BACKUP + ".service"), "w", encoding="utf-8") as file:
                file.write(unit(BACKUP + ".service"))
            done = self.analyze(folder, BACKUP + ".timer", timer, "verify")
            self.assertNotIn("Failed to parse", done.stdout)
            wrong = timer.replace("03:00", "33:00")
            self.assertIn("Failed to parse", self.analyze(folder, BACKUP + ".timer", wrong, "verify").stdout)

    def test_what_the_timer_starts_makes_a_backup_and_keeps_some(self):
        """Its lines, as they stand there: only systemd's variables are filled in."""
        server = snug.Server().start()
        self.addCleanup(server.close)
        backups = os.path.join(server.dir, "backups")
        os.mkdir(backups)
        text = unit(BACKUP + ".service")
        values = dict(word.split("=", 1) for word in re.search(r"^Environment=(.*)", text, re.M)[1].split())
        values.update(SNUG_BACKUPS=backups, SNUG_BACKUPS_KEPT="2")
        lines = re.findall(r"ExecStart=(.*)", text)
        self.assertEqual(len(lines), 2)
        for line in lines:
            words = re.sub(r"\$\{?([A-Z_]+)\}?", lambda found: values[found[1]], line)
            done = subprocess.run(words.replace("/var/lib/snug", server.state).split(), capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done)
        rows = server.json("backup", "list", backups)
        self.assertEqual([row["state"] for row in rows], ["complete"])
        self.assertEqual(server.run("backup", "verify", os.path.join(backups, rows[0]["name"])).code, 0)

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
