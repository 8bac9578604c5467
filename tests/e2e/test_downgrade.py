# SPDX-License-Identifier: MIT
"""From each older schema: what the upgrade would do, what it did, and the way back."""
import json
import os
import re
import unittest

import rowsum
import snug
import stored

DB = os.path.join(os.path.dirname(__file__), "../../db")
NEWEST = max(int(name[:4]) for name in os.listdir(DB) if re.match(r"\d{4}_", name))
START = 1700000000000


def older(path, version):
    """A database of that schema, in the place of the one there: a person in a room, who said something."""
    os.remove(path)
    db = rowsum.connect(path)
    for name in sorted(os.listdir(DB)):
        if re.match(r"\d{4}_", name) and int(name[:4]) <= version:
            with open(os.path.join(DB, name)) as file:
                db.executescript(file.read())
    db.execute("PRAGMA application_id = 0x736e7567")
    db.execute("PRAGMA user_version = %d" % version)
    db.execute("INSERT INTO account (id, name, password, realname, role, disabled, created_ms,"
               " seen_ms) VALUES (1, 'ann', '', 'Ann', 0, 0, ?, 0)", (START,))
    db.execute("INSERT INTO room (id, name, topic, topic_by, topic_ms, flags, key, user_limit,"
               " created_ms, keep_ms, keep_bytes) VALUES (2, '#den', '', '', 0, 0, '', 0, ?, 0,"
               " 0)", (START,))
    db.execute("INSERT INTO message (id, stream, seq, time_ms, account, sender, kind, text,"
               " tags) VALUES (?, 2, 1, ?, 1, 'ann', 0, 'a word', '')", (START << 20, START))
    db.execute("INSERT INTO search (search) VALUES ('rebuild')")
    db.commit()
    db.close()
    os.chmod(path, 0o600)


def version_of(path):
    db = rowsum.connect(path)
    try:
        return db.execute("PRAGMA user_version").fetchone()[0]
    finally:
        db.close()


class Versions(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server()
        self.addCleanup(self.server.close)
        self.database = stored.file(self.server.state, stored.OLDER)

    def ok(self, *words, code=0):
        done = self.server.run(*words)
        self.assertEqual(done.code, code, done)
        return done

    def bytes(self):
        with open(self.database, "rb") as file:
            return file.read()

    def names(self):
        return sorted(name for name in os.listdir(self.server.state)
                      if name not in ("lock", "turn", "snug.db-wal", "snug.db-shm", "ballast"))

    def test_from_each_schema_and_back(self):
        for version in range(1, NEWEST):
            with self.subTest(version=version):
                self.there_and_back(version)
                for name in self.names():
                    path = os.path.join(self.server.state, name)
                    if ".before-" in name:
                        os.remove(path)

    def there_and_back(self, version):
        older(self.database, version)
        before, names = self.bytes(), self.names()
        rows = {row["what"]: row for row in json.loads(self.ok("upgrade", "--dry-run", "--json").out)}
        self.assertIn("from schema %d to %d in " % (version, NEWEST), rows["schema"]["found"])
        self.assertEqual(rows["integrity"]["found"], "nothing is wrong with it")
        self.assertIn("1 accounts, 1 rooms, 1 messages before; 1, 1, 1 after", rows["counts"]["found"])
        self.assertEqual((self.bytes(), self.names()), (before, names))
        self.ok("room", "add", "#since")
        self.ok("user", "add", "bob", "--no-password")
        self.assertEqual(version_of(self.database), NEWEST)
        kept = "snug.db.before-%04d" % (version + 1)
        self.assertIn(kept, self.names())
        check = {row["what"]: row for row in json.loads(self.ok("check", "--json", code=7).out)}
        self.assertIn("from schema %d to %d" % (version, NEWEST), check["upgrade"]["found"])
        self.assertIn(kept, check["upgrade"]["found"])
        if version < 10:
            self.assertIn("kept back", check["upgrade"]["found"])
        self.ok("user", "disable", "ann", "--confirm", "ann")
        before, names = self.bytes(), self.names()
        for words, code in ((["--dry-run"], 0), ([], 9)):
            lost = json.loads(self.ok("downgrade", *words, "--json", code=code).out)
            lost = [(row["kind"], row["subject"], row["what"]) for row in lost]
            self.assertIn(("room", "#since", "made since"), lost)
            self.assertIn(("account", "bob", "made since"), lost)
            self.assertIn(("disabled", "ann", "comes back: disabled"), lost)
            self.assertEqual((self.bytes(), self.names()), (before, names))
        done = self.ok("downgrade", "--confirm")
        self.assertEqual(version_of(self.database), version)
        db = rowsum.connect(self.database)
        self.assertEqual(db.execute("SELECT actor, verb, detail FROM audit").fetchall(),
                         [("shell", "downgrade", "from schema %d to %d, %s" % (NEWEST, version, kept))])
        db.close()
        aside = done.err.strip().split("kept in ")[1]
        self.assertIn(os.path.basename(aside), self.names())
        with open(os.path.join(aside, "snug.db"), "rb") as file:
            self.assertEqual(file.read(), before)
        # The copy is still there, and the way up open.
        self.assertIn(kept, self.names())
        self.assertIn("ann", self.ok("user", "list").out)
        self.assertNotIn("#since", self.ok("room", "list").out)

    def test_where_nothing_is_to_be_taken_back_it_says_so(self):
        done = self.ok("downgrade", "--confirm", code=3)
        self.assertIn("no copy from before a migration", done.err)
        self.assertIn("nothing is to be done", self.ok("upgrade", "--dry-run").out)
        self.assertIn("upgrade --dry-run", self.ok("upgrade", code=2).err)

    def test_a_server_that_runs_is_refused_a_downgrade_and_may_be_tried(self):
        older(self.database, NEWEST - 1)
        self.server.start()
        self.ok("room", "add", "#since")
        self.ok("user", "disable", "ann", "--confirm", "ann")
        for words in ([], ["--confirm"]):
            self.assertIn("stop it first", self.ok("downgrade", *words, code=4).err)
        self.assertIn("nothing is to be done", self.ok("upgrade", "--dry-run").out)
        beside = self.ok("downgrade", "--dry-run", "--json")
        self.assertIn("comes back: disabled", beside.out)
        self.ok("room", "add", "#later")
        self.assertEqual([name for name in self.names() if "unfinished" in name or "incoming" in name], [])
        self.server.stop()
        self.ok("room", "delete", "#later", "--confirm", "#later")
        self.assertEqual(self.ok("downgrade", "--dry-run", "--json").out, beside.out)

    def test_a_copy_that_is_not_sound_is_refused(self):
        older(self.database, 20)
        self.ok("room", "add", "#since")
        kept = self.database + ".before-0021"
        with open(kept, "r+b") as file:
            file.seek(4096)
            file.write(bytes(4096))
        before = self.bytes()
        done = self.ok("downgrade", "--confirm", code=1)
        self.assertIn(kept, done.err)
        self.assertEqual(self.bytes(), before)


if __name__ == "__main__":
    unittest.main()
