# SPDX-License-Identifier: MIT
"""`snugd status`, once and again and again, and `snugd version`."""
import json
import os
import pty
import re
import signal
import subprocess
import unittest

import snug
import stored
from patience import PATIENCE

COLUMNS = ("at running users sessions unknown messages unstored queries hash-jobs longest-turn-lately-us "
           "commit-us memory disk-free").split()


class Status(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def watch(self, *more, out=subprocess.PIPE):
        watching = subprocess.Popen([snug.SNUGD, "status", "--watch", "1", *more, "--state", self.s.state],
                                    stdout=out, stderr=subprocess.PIPE, text=True)
        for stream in (watching.stdout, watching.stderr):
            if stream:
                self.addCleanup(stream.close)
        self.addCleanup(watching.wait)
        self.addCleanup(watching.kill)
        return watching

    def ends(self, watching, number, code):
        watching.send_signal(number)
        self.assertEqual(watching.wait(PATIENCE), code)
        self.assertEqual(watching.stderr.read(), "")

    def running(self):
        """As each form says it, and as the exit code does."""
        done = self.s.run("status")
        whole = self.s.run("status", "--json")
        self.assertEqual(whole.code, done.code)
        shown = subprocess.run(["script", "-qec", "%s status --state %s" % (snug.SNUGD, self.s.state), "/dev/null"],
                               capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual(shown.returncode, done.code)
        return (re.search(r"(?m)^running\t(\w+)$", done.out)[1], json.loads(whole.out)["running"],
                re.search(r"(?m)^running +(\w+)\r?$", shown.stdout)[1], done.code)

    def test_whether_it_runs_stands_in_all_forms(self):
        self.assertEqual(self.running(), ("no", False, "no", 7))
        self.s.start()
        self.assertEqual(self.running(), ("yes", True, "yes", 0))
        self.s.kill()
        self.assertEqual(self.running(), ("no", False, "no", 7))

    def row(self, watching, running):
        """The next line that says so."""
        for _ in range(2 * PATIENCE):
            row = dict(zip(COLUMNS, watching.stdout.readline().rstrip("\n").split("\t"), strict=True))
            if row["running"] == running:
                return row
        raise AssertionError("it does not say running " + running)

    def test_who_watches_sees_it_come_and_go(self):
        watching = self.watch()
        self.assertEqual(set(list(self.row(watching, "no").values())[2:]), {"-"})
        self.s.start()  # nobody stands in its way
        self.assertEqual(self.row(watching, "yes")["users"], "0")
        self.s.user("ann")
        ann = self.s.client("ann")
        row = self.row(watching, "yes")
        while row["sessions"] != "1":
            row = self.row(watching, "yes")
        self.assertGreater(int(row["memory"]), 1 << 20)
        ann.close()
        self.ends(watching, signal.SIGINT, 0)
        watching = self.watch()
        self.s.stop()
        self.row(watching, "no")
        self.ends(watching, signal.SIGTERM, 7)

    def test_watched_as_json_a_line_is_an_object(self):
        self.s.start()
        watching = self.watch("--json")
        for _ in range(2):
            row = json.loads(watching.stdout.readline())
            self.assertEqual((list(row), row["running"], row["users"]), (COLUMNS, True, 0))
        self.s.stop()
        while row["running"]:
            row = json.loads(watching.stdout.readline())
        self.assertIsNone(row["users"])
        self.ends(watching, signal.SIGINT, 7)

    def test_watched_on_a_terminal_it_has_a_header(self):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        watching = self.watch(out=slave)
        os.close(slave)
        seen = b""
        while seen.count(b"\n") < 3:
            seen += os.read(master, 4096)
        lines = seen.decode().splitlines()
        self.assertEqual(lines[0].split(), COLUMNS)
        self.assertEqual([line.split()[1] for line in lines[1:3]], ["no", "no"])
        self.assertEqual(lines[0].index("running"), lines[1].index(" no ") + 1)
        self.ends(watching, signal.SIGINT, 7)

    def test_what_cannot_be_watched_is_refused(self):
        for words in (["5"], ["--watch", "0"], ["--watch", "soon"], ["--watch", "1", "2"]):
            self.assertEqual(self.s.run("status", *words).code, 2, words)

    @stored.of_sqlite("the size of its file")
    def test_what_is_stored_and_what_is_on_disk(self):
        self.s.user("ann")
        for running in (False, True):
            rows = {(row["of"], row["name"]): row for row in self.s.json("usage", "--by", "room")}
            self.assertEqual(rows["disk", "database"]["bytes"],
                             os.path.getsize(stored.file(self.s.state)))
            self.assertEqual(rows["total", "all"]["lines"], 0)
            if not running:
                self.s.start()
        self.assertEqual(rows["disk", "ballast"]["bytes"], 16 << 20)
        self.assertIn(("disk", "log"), rows)
        ann = self.s.client("ann", "echo-message")
        ann.send("JOIN #den", *["PRIVMSG #den :hello"] * 3)
        ann.wait("PRIVMSG #den")
        ann.sync()
        of, name, size, lines = self.s.run("usage").out.splitlines()[0].split("\t")
        self.assertEqual((of, name, lines), ("account", "ann", "3"))
        self.assertGreater(int(size), 3 * 130)
        self.assertEqual(self.s.run("usage", "--by", "week").code, 2)

    def test_the_versions(self):
        told = json.loads(snug.snugd("version", "--json", state="/dev/null/none").out)
        self.assertEqual("snugd %s\n" % told["version"], snug.snugd("--version").out)
        folder = os.path.join(os.path.dirname(__file__), "../../db")
        self.assertEqual(told["schema"], max(int(name[:4]) for name in os.listdir(folder) if name[0] == "0"))
        self.assertRegex(told["tls"], r"^OpenSSL 3\.")
        self.assertRegex(told["database"], r"^SQLite 3\.")
        self.assertRegex(told["sodium"], r"^1\.")


if __name__ == "__main__":
    unittest.main()
