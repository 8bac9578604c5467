# SPDX-License-Identifier: MIT
"""Verbs without a server: several at once wait for their turn, and a full disk stops none that
takes away or puts in order."""
import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
import time
import unittest

import snug
import stored
from patience import PATIENCE

STARTING = 3  # seconds: STARTING_MS of server/cli_ask.c


class Turns(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def at_once(self, *lines):
        """All of them together: the exit codes, and what they said."""
        secret = os.path.join(self.s.dir, "secret")
        with open(secret, "w") as file:
            file.write(snug.PASSWORD + "\n")
        running = []
        for words in lines:
            with open(secret) as file:
                running.append(subprocess.Popen([snug.SNUGD, *words, "--state", self.s.state], stdin=file,
                                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        said = [one.communicate(timeout=PATIENCE)[1] for one in running]
        return [one.returncode for one in running], said

    def test_many_at_once_are_all_done(self):
        # As costly as they come: all together take longer than one waits for a server, and not as
        # long as one waits for others, at whatever pace this machine and the store have.
        self.s.close()
        self.s = snug.Server(base=snug.SHIPPED)
        add = lambda name: ["user", "add", name, "--password-stdin"]
        began = time.monotonic()
        codes, said = self.at_once(add("user0"))
        self.assertEqual(codes, [0], said)
        names = ["user%d" % i for i in range(min(40, 8 + int(2 * STARTING / (time.monotonic() - began))))]
        codes, said = self.at_once(*map(add, names[1:]))
        self.assertEqual(codes, [0] * (len(names) - 1), said)
        self.assertEqual(sorted(row["name"] for row in self.s.json("user", "list")), sorted(names))
        done = [row["detail"] for row in self.s.json("audit", "list") if row["verb"] == "user add"]
        self.assertEqual(sorted(done), sorted(names))

    @stored.of_sqlite("in PostgreSQL a server that waits for its store ends them with 7")
    def test_they_go_on_by_a_server_that_starts_meanwhile(self):
        lines = [["user", "add", "user%d" % i, "--no-password"] for i in range(6)]
        running = [subprocess.Popen([snug.SNUGD, *words, "--state", self.s.state], stderr=subprocess.PIPE,
                                    stdin=subprocess.DEVNULL, text=True) for words in lines]
        self.addCleanup(lambda: [one.stderr.close() for one in running])
        while True:  # who comes between two of them has it
            try:
                self.s.start()
                break
            except AssertionError as why:
                self.assertIn("has", str(why))
        self.assertEqual([one.wait(PATIENCE) for one in running], [0] * 6)
        self.assertEqual(len(self.s.json("user", "list")), 6)

    def test_who_holds_the_database_and_says_nothing_is_not_waited_for_long(self):
        with open(os.path.join(self.s.state, "lock"), "a+b") as lock:
            fcntl.fcntl(lock, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
            codes, _ = self.at_once(["user", "list"])
            self.assertEqual(codes, [7])
        self.assertEqual(self.s.run("user", "list").code, 0)


@stored.of_sqlite("the disk that its file is on")
class FullDisk(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="snug-full-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "none", self.folder],
                                               stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("mounting is not allowed")
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder], check=True)
        self.s = snug.Server(root=self.folder)
        self.addCleanup(self.s.close)
        for name in ("ann", "bob", "cem"):
            self.s.user(name)
        self.s.start()
        ann = self.s.client("ann", "echo-message message-tags")
        ann.send("JOIN #den", "JOIN #old", "PRIVMSG #den :glockenspielquartz")
        self.id = ann.wait("PRIVMSG #den").split("msgid=")[1].split(";")[0].split(" ")[0]
        self.s.stop()
        self.assertTrue(os.path.exists(os.path.join(self.s.state, "ballast")))
        with open(os.path.join(self.folder, "filler"), "wb", buffering=0) as file:
            try:
                while file.write(bytes(65536)):
                    pass
            except OSError:
                pass
        self.assertEqual(os.statvfs(self.folder).f_bavail, 0)

    def test_what_takes_away_and_puts_in_order_goes_on(self):
        for words in (["ban", "add", "192.0.2.9"], ["user", "disable", "bob"], ["room", "ban", "den", "cem"],
                      ["message", "redact", self.id, "--confirm"], ["room", "delete", "old", "--confirm", "#old"],
                      ["user", "delete", "cem", "--confirm", "cem"], ["user", "revoke-all", "ann"]):
            done = self.s.run(*words)
            self.assertEqual(done.code, 0, (words, done))
        self.assertEqual([row["name"] for row in self.s.json("user", "list") if not row["disabled"]], ["ann"])
        self.assertEqual([row["name"] for row in self.s.json("room", "list")], ["#den", "#lounge"])
        self.assertTrue(self.s.json("message", "show", self.id)["redacted"])
        self.assertEqual(len(self.s.json("ban", "list")), 1)


if __name__ == "__main__":
    unittest.main()
