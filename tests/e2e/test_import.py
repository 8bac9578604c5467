# SPDX-License-Identifier: MIT
"""People, rooms and history of other programs: imported, and then lived with."""
import base64
import contextlib
import json
import os
import sqlite3
import unittest

import snug

# bcrypt of the SHA3-512 of these passwords; the second has a zero byte in it.
HASHES = {"sesame-1": "$2b$04$ilyrkMi7DTnJTRzF0ALY/uaFHqIf7hxdPpecwKKYp0fwKzcIy6NcS",
          "sesame-10": "$2b$04$DKzhI5WicG9m/rU3gUahUuv80jZ8HuldDoe5/y3vLOgsGDka0tfMi"}


def command(*words):
    """A line of a buntdb, as Ergo's ircd.db is one."""
    out = "*%d\r\n" % len(words)
    return out + "".join("$%d\r\n%s\r\n" % (len(word.encode()), word) for word in words)


def account(name, password, realname="", certs=()):
    folded = name.lower()
    about = {"Version": 1, "PassphraseHash": base64.b64encode(HASHES[password].encode()).decode(),
             "Certfps": list(certs), "Salt": "c2FsdA==", "Iters": 4096}
    rows = {"exists": "1", "verified": "1", "name": name, "credentials": json.dumps(about)}
    if realname:
        rows["realname"] = realname
    return "".join(command("set", "account.%s %s" % (key, folded), value) for key, value in rows.items())


def room(name, founder, roles, **more):
    about = {"Name": name, "Founder": founder, "Modes": [ord(letter) for letter in "nt"],
             "AccountToUMode": {who: ord(letter) for who, letter in roles.items()}, **more}
    return command("set", "1 " + name, json.dumps(about))


class Import(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def file(self, name, text):
        path = os.path.join(self.s.dir, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def rows(self, done):
        return [tuple(line.split("\t")) for line in done.out.splitlines()]


class Ergo(Import):
    def people(self):
        return self.file("ircd.db",
                         account("Ann", "sesame-1", "Ann Example") + account("bob", "sesame-10", certs=["a" * 64]) +
                         account("no name", "sesame-1") +
                         room("#den", "ann", {"ann": "q", "bob": "o", "nobody": "v"}, Topic="tea", Key="k3y",
                              UserLimit=20, Bans={"*!*@spam.example": {}}, Modes=[105, 110, 116, 117]))

    def test_people_log_in_with_their_old_password_and_have_their_rooms(self):
        done = self.s.run("import", "ergo", self.people())
        self.assertEqual(done.code, 8, done)
        rows = self.rows(done)
        self.assertIn(("Ann", "yes", "account"), rows)
        self.assertIn(("no name", "no", "no name that an account can have"), rows)
        self.assertIn(("#den", "no", "mode u: it has no like here"), rows)
        self.assertTrue(any(what.endswith("#den nobody") and fine == "no" for what, fine, _ in rows), rows)
        self.assertIn("realname\tAnn Example", self.s.run("user", "show", "ann").out)
        shown = self.s.run("room", "show", "den").out
        self.assertIn("topic\ttea", shown)
        self.assertIn("modes\t+intkl k3y 20", shown)
        members = [line.split("\t")[:2] for line in self.s.run("room", "members", "den").out.splitlines()]
        self.assertEqual(members, [["Ann", "founder"], ["bob", "moderator"]])
        self.assertIn("*!*@spam.example", self.s.run("room", "bans", "den").out)
        self.s.start()
        for _ in range(2):  # against bcrypt, and then against what was made of it
            for name, password in ("ann", "sesame-1"), ("bob", "sesame-10"):
                self.s.client().login(name, password=password)
        self.s.stop()
        with contextlib.closing(sqlite3.connect(os.path.join(self.s.state, "snug.db"))) as db:
            for kept, in db.execute("SELECT password FROM account WHERE password != ''"):
                self.assertTrue(kept.startswith("$argon2id$"), kept)

    def test_a_second_time_adds_nothing(self):
        path = self.people()
        self.s.run("import", "ergo", path)
        done = self.s.run("import", "ergo", path)
        self.assertEqual(done.code, 8, done)
        self.assertEqual([row for row in self.rows(done) if row[1] == "yes"], [])

    def test_a_try_changes_nothing_and_a_running_server_is_asked(self):
        path = self.people()
        self.s.start()
        tried = self.s.run("import", "ergo", path, "--dry-run")
        self.assertEqual(tried.code, 8, tried)
        self.assertIn("nothing is changed", tried.err)
        self.assertEqual(self.s.run("user", "show", "ann").code, 3)
        self.assertEqual(self.s.run("import", "ergo", path).code, 8)
        self.s.client().login("ann", password="sesame-1")

    def test_two_hundred_at_once(self):
        names = ["person%d" % i for i in range(200)]
        path = self.file("ircd.db", "".join(account(name, "sesame-1") for name in names) +
                         room("#den", names[0], {name: "v" for name in names}))
        done = self.s.run("import", "ergo", path)
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(self.s.run("room", "members", "den").out.splitlines()), 200)
        self.s.start()
        self.s.client().login(names[199], password="sesame-1")

    def test_what_is_no_such_file_is_refused(self):
        for text, words in (("{}", "version"), ("*9\r\n", "byte 0"), ("", "1: ")):
            done = self.s.run("import", "ergo", self.file("file", text))
            self.assertEqual(done.code, 2, done)
            self.assertIn(words, done.err)
        self.assertEqual(self.s.run("import", "ergo", "/dev/null/none").code, 1)


if __name__ == "__main__":
    unittest.main()
