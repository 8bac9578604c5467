# SPDX-License-Identifier: MIT
"""A person is erased: nothing that they wrote, and no name of theirs, is in any file of the state."""
import json
import os
import shutil
import sqlite3
import subprocess
import unittest

import snug
import stored
from patience import PATIENCE, until
from person import Person, link

WORDS = [b"quetzal", b"zwiebel"]  # in all that bob writes, and his names
CAPS = "echo-message message-tags batch draft/message-redaction draft/metadata-2 draft/chathistory server-time"


class Erase(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.user("ann")
        self.s.user("zwiebel")
        self.assertEqual(self.s.run("user", "role", "zwiebel", "admin").code, 0)
        self.assertEqual(self.s.run("user", "role", "ann", "admin").code, 0)

    def found(self):
        """Which of the words stands in which file, or in a row of PostgreSQL."""
        rows = stored.whole(self.s.state).lower() if stored.ENGINE == "pg" else b""
        found = [("rows", word) for word in WORDS if word in rows]
        for folder, _, names in os.walk(self.s.state):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        data = file.read().lower()
                    found += [(name, word) for word in WORDS if word in data]
        return found

    def ok(self, *words):
        done = self.s.run(*words)
        self.assertEqual(done.code, 0, done)
        return done

    def live(self):
        """All that a person leaves, by chat and by the command line; those who hear of it."""
        ann, bob = self.s.client("ann", CAPS), self.s.client("zwiebel", CAPS)
        ann.send("JOIN #den")
        ann.wait(" 366 ")
        bob.send("JOIN #den")
        bob.wait(" 366 ")
        bob.send("PRIVMSG #den :a quetzal flew by")
        said = bob.wait("PRIVMSG #den")
        number = said.split("msgid=")[1].split(";")[0].split(" ")[0]
        for line in ("@+draft/edit=%s PRIVMSG #den :a quetzal walked by" % number,
                     "@+draft/react=quetzal;+reply=%s TAGMSG #den" % number, "PRIVMSG ann :quetzal for you",
                     "PRIVMSG zwiebel :quetzal for me", "METADATA * SET display-name :Quetzal",
                     "SETNAME :Quetzal Zwiebel", "AWAY :quetzal", "TOPIC #den :tea",
                     "KLINE 192.0.2.0/24 :quetzal", "INVITELINK #den", "WALLOPS :quetzal"):
            bob.send(line)
        bob.sync()
        ann.send("PRIVMSG zwiebel :dear zebra", "PRIVMSG #den :the yak is mine", "KICK #den zwiebel :so long")
        ann.sync()
        self.ok("user", "token", "add", "zwiebel", "quetzal")
        self.ok("invite", "create", "--note", "for zwiebel")
        return ann, bob, number

    def gone(self):
        self.assertEqual(self.found(), [])
        data = stored.whole(self.s.state)
        self.assertIn(b"dear zebra", data)
        self.assertIn(b"the yak is mine", data)
        rows = {row["what"]: row["fine"] for row in json.loads(self.s.run("check", "--json").out)}
        self.assertTrue(rows["database"], rows)

    def test_live(self):
        self.s.start()
        ann, bob, number = self.live()
        self.assertTrue(self.found())
        done = self.ok("user", "erase", "zwiebel", "--confirm", "zwiebel")
        self.assertIn("erased-", str(done))
        ann.wait("REDACT #den " + number)
        bob.ended()
        ann.send("CHATHISTORY LATEST #den * 50")
        ann.wait("PRIVMSG #den :the yak")
        self.s.stop()
        self.gone()

    def test_offline(self):
        self.s.start()
        self.live()
        self.s.stop()
        self.ok("user", "erase", "zwiebel", "--confirm", "zwiebel")
        self.gone()

    def test_a_kill_in_the_middle(self):
        self.s.start()
        ann, bob, _ = self.live()
        for i in range(40):
            bob.send(*("PRIVMSG zwiebel :quetzal %d" % n for n in range(50)))
            bob.sync()
        erase = ["user", "erase", "zwiebel", "--confirm", "zwiebel"]
        ann.send("PRIVMSG Snug :" + " ".join(erase))
        ann.wait("REDACT")
        self.s.kill()
        self.s.start()
        self.ok(*erase)
        self.s.stop()
        self.gone()

    def fill(self, n):
        """As if the person had said so much more in the room: into the database of a server that is stopped."""
        stored.change(self.s.state, f"""
            INSERT INTO message (id, stream, seq, time_ms, account, sender, kind, text, tags)
            WITH RECURSIVE number (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {n}),
            den (stream, seq) AS (SELECT stream, max(seq) FROM message WHERE stream =
            (SELECT id FROM room WHERE name = '#den') GROUP BY stream),
            newest (id, ms) AS (SELECT max(id), max(time_ms) FROM message)
            SELECT newest.id + i, den.stream, den.seq + i, newest.ms + i, account.id, 'zwiebel', 0,
            'quetzal number ' || i, '' FROM number, den, newest, account WHERE account.name = 'zwiebel'""")
        stored.index_anew(self.s.state)

    def test_a_hundred_thousand_messages_while_others_talk(self):
        self.s.start()
        self.live()
        self.s.stop()
        self.fill(100000)
        self.s.start()
        self.s.user("cem")
        ann, cem = self.s.client("ann", "echo-message"), self.s.client("cem", "echo-message")
        cem.send("JOIN #den")
        cem.wait(" 366 ")
        erase = self.begin()
        n = self.talk(ann, cem, lambda n: erase.poll() is not None)
        self.assertIn("erased 100004 messages", self.end(erase))
        self.assertGreater(n, 100)
        self.s.stop()
        self.gone()

    def begin(self):
        return subprocess.Popen([snug.SNUGD, "user", "erase", "zwiebel", "--confirm", "zwiebel", "--state",
                                 self.s.state], stderr=subprocess.PIPE, text=True)

    def end(self, erase):
        said = erase.communicate(timeout=PATIENCE)[1]
        self.assertEqual(erase.returncode, 0, said)
        return said

    def talk(self, ann, cem, is_over):
        """Lines from one to the other, some of them always on their way: how many."""
        n = 0
        while not is_over(n):
            n += 1
            ann.send("PRIVMSG #den :the yak is mine %d" % n)
            if n > 8:
                cem.wait("the yak is mine %d" % (n - 8))
                ann.wait("the yak is mine %d" % (n - 8))
        return n

    def test_a_reader_is_waited_for_while_others_talk(self):
        self.s.start()
        ann, bob, number = self.live()
        self.s.user("cem")
        cem = self.s.client("cem", "echo-message")
        cem.send("JOIN #den")
        cem.wait(" 366 ")
        reader = sqlite3.connect("file:%s?mode=ro" % stored.file(self.s.state, "who reads its log"), uri=True)
        self.addCleanup(reader.close)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        erase = self.begin()
        ann.wait("REDACT #den " + number)
        self.talk(ann, cem, lambda n: n == 1000)
        self.assertIsNone(erase.poll())
        self.assertTrue(self.found())
        reader.close()
        self.talk(ann, cem, lambda n: erase.poll() is not None)
        self.end(erase)
        self.assertEqual(self.found(), [])
        self.s.stop()
        self.gone()

    def copy(self, *words):
        self.ok("backup", *words)
        return words[-1] if len(words) == 1 else words[1]

    def test_the_copies_that_are_known_are_named(self):
        one, two = (os.path.join(self.s.dir, name) for name in ("one", "two"))
        for folder in (one, two):
            os.mkdir(folder)
        public = self.ok("backup", "key", os.path.join(self.s.dir, "key")).out.strip()
        paths = [self.copy("create", one + "/plain"), self.copy("create", one + "/sealed", "--seal=" + public),
                 self.copy("create", two + "/gone"), self.copy(self.s.dir + "/copy.db")]
        self.ok("backup", "create", one, "--dated")
        os.mkdir(one + "/later.unfinished")
        os.mkdir(one + "/something")
        shutil.rmtree(two)
        done = self.ok("user", "erase", "zwiebel", "--confirm", "zwiebel")
        for path, how in zip(paths, (" still holds it: make a new one", ", sealed, still holds it", None,
                                     " still holds it: make a new one")):
            if how:
                self.assertIn("snugd: " + path + how, done.err)
        self.assertRegex(done.err, one + r"/\d{8}T\d{6}Z still holds it")
        self.assertIn(one + "/later.unfinished still holds it", done.err)
        self.assertIn("cannot look at %s: No such file" % two, done.err)
        self.assertIn("copies in other places still hold it", done.err)
        self.assertNotIn("something", done.err)

        # What is not there when the next one is made is forgotten, and so are the oldest of many.
        for i in range(70):
            os.mkdir(self.s.dir + "/%d" % i)
            self.ok("backup", self.s.dir + "/%d/copy" % i)
        done = self.ok("user", "erase", "ann", "--dry-run")
        self.assertNotIn("holds it", done.err)
        self.s.user("cem")
        done = self.ok("user", "erase", "cem", "--confirm", "cem")
        self.assertNotIn("cannot look at", done.err)
        self.assertEqual([i for i in range(70) if "/%d/copy still holds it" % i in done.err], list(range(6, 70)))

    def test_a_place_that_cannot_be_remembered_is_told(self):
        os.mkdir(os.path.join(self.s.state, "backups"))
        done = self.ok("backup", self.s.dir + "/copy.db")
        self.assertIn("user erase will not name what is written to " + self.s.dir, done.err)

    def test_a_renamed_person_and_a_deleted_one(self):
        self.s.start()
        self.live()
        self.ok("user", "rename", "zwiebel", "quetzal")
        self.ok("user", "delete", "quetzal", "--confirm", "quetzal")
        self.ok("user", "erase", "quetzal", "--confirm", "quetzal")
        self.s.stop()
        self.gone()


class Export(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        for name in ("ann", "bob", "cem"):
            self.s.user(name)
        self.assertEqual(self.s.run("user", "token", "add", "bob", "phone").code, 0)

    def talk(self):
        self.s.start()
        ann, bob, cem = (self.s.client(name, CAPS) for name in ("ann", "bob", "cem"))
        for line in ("JOIN #den", "PRIVMSG #den :before bob", "MODE #den +H", "JOIN #attic", "PRIVMSG #attic :for two"):
            ann.send(line)
        ann.sync()
        bob.send("JOIN #den")
        bob.wait(" 366 ")
        cem.send("JOIN #attic")
        cem.wait(" 366 ")
        bob.send("PRIVMSG #den :hello")
        number = bob.wait("PRIVMSG #den").split("msgid=")[1].split(";")[0].split(" ")[0]
        bob.send("@+draft/edit=%s PRIVMSG #den :hello all" % number, "@+draft/react=yes;+reply=%s TAGMSG #den" % number,
                 "PRIVMSG ann :for ann", "METADATA * SET display-name :Bob B")
        bob.sync()
        ann.send("PRIVMSG bob :for bob", "PRIVMSG #den :hello bob", "PRIVMSG cem :not for bob")
        ann.sync()

    def records(self, text):
        return [json.loads(line) for line in text.splitlines()]

    def check(self, text):
        rows = self.records(text)
        by = {}
        for row in rows:
            by.setdefault(row["record"], []).append(row)
        self.assertEqual((rows[0]["record"], rows[0]["version"]), ("export", 1))
        self.assertEqual(by["account"][0]["name"], "bob")
        self.assertEqual([row["label"] for row in by["token"]], ["phone"])
        self.assertEqual([row["value"] for row in by["metadata"]], ["Bob B"])
        self.assertEqual([row["in"] for row in by["room"]], ["#den"])
        self.assertEqual([row["in"] for row in by["conversation"]], ["ann"])
        self.assertEqual([row["text"] for row in by["written"] if row["kind"] == "PRIVMSG"],
                         ["hello", "hello all", "for ann"])
        self.assertIn("draft/react", [row["tags"] for row in by["written"] if row["kind"] == "TAGMSG"][0])
        self.assertEqual(sorted(row["text"] for row in by["heard"]), ["for bob", "hello bob"])
        for word in (snug.PASSWORD, "before bob", "for two", "not for bob", "argon2", "cem"):
            self.assertNotIn(word, text)

    def test_live_and_offline_and_into_a_folder(self):
        self.talk()
        live = self.s.run("user", "export", "bob")
        self.assertEqual(live.code, 0, live)
        self.check(live.out)
        self.s.stop()
        self.check(self.s.run("user", "export", "bob").out)
        done = self.s.run("user", "export", "bob", "--to", self.s.dir)
        self.assertEqual(done.code, 0, done)
        path = os.path.join(self.s.dir, "bob.jsonl")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path) as file:
            self.check(file.read())
        again = self.s.run("user", "export", "bob", "--to", self.s.dir)
        self.assertEqual(again.code, 4, again)
        self.assertIn("is there already: nothing is overwritten", again.err)
        absent = self.s.run("user", "export", "bob", "--to", self.s.dir + "/none")
        self.assertEqual(absent.code, 3, absent)
        self.assertIn("install -d -m 700 " + self.s.dir + "/none", absent.err)
        for name in ("nobody", "../x"):
            self.assertEqual(self.s.run("user", "export", name, "--to", self.s.dir).code, 3)
        self.assertEqual(sorted(name for name in os.listdir(self.s.dir) if "jsonl" in name), ["bob.jsonl"])

    def test_all_of_many_pages(self):
        self.s.start()
        bob = self.s.client("bob", CAPS)
        bob.send("JOIN #den")
        bob.wait(" 366 ")
        for i in range(10):
            bob.send(*("PRIVMSG #den :line %d" % (100 * i + n) for n in range(100)))
            bob.sync()
        rows = self.records(self.s.run("user", "export", "bob").out)
        self.assertEqual([row["text"] for row in rows if row["record"] == "written" and row["kind"] == "PRIVMSG"],
                         ["line %d" % i for i in range(1000)])


class Oneself(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server(port=snug.free_port())
        self.addCleanup(self.s.close)
        self.s.start()
        self.ann = Person("ann")
        self.addCleanup(self.ann.close)
        self.ann.join(link(self.s))

    def account(self, *words, password=snug.PASSWORD):
        return self.ann.run("account", "--password-fd", "0", *words, stdin=password + "\n")

    def erased_at(self):
        return self.s.json("user", "show", "ann")["erase"]

    def test_all_that_is_stored_of_me(self):
        long = "ž" * 150
        for i in range(3):
            self.assertEqual(self.ann.run("send", "#lounge", "%d %s" % (i, long)).code, 0)
        self.assertEqual(self.ann.run("account", "export").code, 2)
        done = self.account("export", password="not my password at all")
        self.assertEqual((done.code, done.out), (1, ""), done)
        done = self.account("export")
        self.assertEqual(done.code, 0, done)
        theirs = self.s.run("user", "export", "ann").out.splitlines()
        mine = done.out.splitlines()
        without = lambda lines: [{key: value for key, value in json.loads(line).items() if key not in ("time", "seen")}
                                 for line in lines if json.loads(line)["record"] != "export"]
        self.assertEqual(without(mine), without(theirs))
        self.assertIn("2 " + long, [json.loads(line).get("text") for line in mine])

    def test_to_go_and_to_stay(self):
        done = self.account("delete")
        self.assertEqual(done.code, 0, done)
        self.assertIn("will be erased", done.err)
        self.assertTrue(self.erased_at())
        screen = self.ann.open()
        screen.wait_for("will be erased")
        screen.type("/account keep")
        screen.wait_for("Your account stays")
        self.assertFalse(self.erased_at())
        self.assertEqual(self.ann.run("account", "keep").code, 1)
        screen.type("/account delete")
        screen.wait_for("prove that it is you")
        screen.keys("p")
        screen.wait_for("your password")
        screen.type(snug.PASSWORD)
        until(lambda: "that it is asked for", self.erased_at)
        self.assertEqual(self.ann.run("account", "keep").code, 0)
        self.assertEqual(self.ann.run("account", "nonsense").code, 2)


if __name__ == "__main__":
    unittest.main()
