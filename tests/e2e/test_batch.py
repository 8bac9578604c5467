# SPDX-License-Identifier: MIT
"""`snugd batch` and --dry-run: all of it or none, beside a running server and without one."""
import json
import os
import unittest

import snug
from test_verbs import verbs

ACTS = """\
# the new term
user add bob --no-password --reason "new term"
  user add 'cem' --no-password

room add den --founder bob --topic "tea \\"and\\" cake"
room grant den cem --role voice
ban add 192.0.2.0/24
"""


class Batch:
    """Run live and offline."""
    live = False

    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.user("ann")
        if self.live:
            self.s.start()

    def batch(self, text, *more):
        return self.s.run("batch", "-", *more, stdin=text)

    def names(self):
        return [row["name"] for row in self.s.json("user", "list")]

    def test_all_of_it(self):
        done = self.batch(ACTS, "--json")
        self.assertEqual(done.code, 0, done)
        rows = json.loads(done.out)
        self.assertEqual([(row["code"], row["changed"]) for row in rows], [(0, True)] * 5)
        self.assertEqual(self.names(), ["ann", "bob", "cem"])
        room = self.s.json("room", "show", "den")
        self.assertEqual((room["topic"], room["members"]), ('tea "and" cake', 2))
        log = self.s.json("audit", "list")
        self.assertEqual([row["reason"] for row in log if row["detail"] == "bob"], ["new term"])
        if self.live:
            self.s.kill()
            self.assertEqual(self.names(), ["ann", "bob", "cem"])

    def test_from_a_file(self):
        path = os.path.join(self.s.dir, "acts")
        with open(path, "w") as file:
            file.write(ACTS)
        self.assertEqual(self.s.run("batch", path).code, 0)
        self.assertEqual(self.names(), ["ann", "bob", "cem"])

    def test_none_of_it(self):
        for last, code, says in (("user add ann --no-password", 4, "already"),
                                 ("user disable nobody", 3, "no account nobody"),
                                 ("user frob ann", 2, "no such verb"),
                                 ("user disable", 2, "NAME is missing"),
                                 ("user list", 2, "changes nothing"),
                                 ("user add dora --generate", 2, "it waits"),
                                 ("user import - --token", 2, "no record"),
                                 ("history prune", 2, "it waits"),
                                 ("user delete bob", 9, "--confirm bob"),
                                 ("user disable ann nobody", 8, "nobody"),
                                 ("user add dora --json", 2, "--json"),
                                 ("session kill 1", 3, "no session")):
            done = self.batch(ACTS + last + "\n")
            with self.subTest(last=last):
                self.assertEqual(done.out, "")
                self.assertIn("act 6 of 6 was refused; " + last, done.err)
                self.assertIn(says, done.err)
                self.assertIn("nothing is changed", done.err)
                self.assertEqual(done.code, 8, done)
            self.assertEqual(self.names(), ["ann"])

    def test_a_batch_that_cannot_be_read(self):
        for text, says in (("", "no act"), ("# nothing\n\n", "no act"),
                           ("user add bob --no-password\nuser add 'cem\n", "stdin:2: a quote")):
            done = self.batch(text)
            self.assertEqual((done.code, done.out), (2, ""), done)
            self.assertIn(says, done.err)
        done = self.s.run("batch", "/dev/null/none")
        self.assertEqual((done.code, done.out), (3, ""), done)
        self.assertIn("/dev/null/none", done.err)
        self.assertEqual(self.batch("user disable ann\n" * 1001).code, 2)
        self.assertEqual(self.names(), ["ann"])

    def test_a_try_of_a_batch(self):
        done = self.batch(ACTS, "--dry-run")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(done.out.splitlines()), 5)
        self.assertIn("nothing is changed", done.err)
        self.assertEqual(self.names(), ["ann"])

    def test_a_try_of_each_verb_changes_nothing(self):
        self.assertEqual(self.batch(ACTS).code, 0)
        before = self.all()
        tried = 0
        for verb in verbs():
            words = [*verb.name, *verb.needed()]
            if verb.name[-1] == "import" or verb.name == ["batch"]:
                continue
            # Only what changes something takes it.
            done = self.s.run(*words, "--dry-run")
            tried += done.code != 2
            self.assertEqual(self.all(), before, words)
        self.assertGreater(tried, 25)

    def all(self):
        return [self.s.json(*words) for words in (
            ["user", "list"], ["room", "list"], ["ban", "list"], ["invite", "list", "--all"],
            ["audit", "list"], ["room", "members", "den"], ["user", "token", "list", "ann"])]

    def test_a_try_shows_no_secret_that_would_not_count(self):
        for words in (["user", "add", "dora", "--generate"], ["invite", "create"],
                      ["user", "add", "dora", "eve", "--generate"],
                      ["user", "token", "add", "ann", "bot"]):
            done = self.s.run(*words, "--dry-run", "--json")
            self.assertEqual(done.code, 0, done)
            self.assertIn('"changed": true', done.out)
            rows = json.loads(done.out)
            for row in rows if isinstance(rows, list) else [rows]:
                self.assertFalse(row.get("plain"), done)


class Offline(Batch, unittest.TestCase):
    pass


class Live(Batch, unittest.TestCase):
    live = True


if __name__ == "__main__":
    unittest.main()
