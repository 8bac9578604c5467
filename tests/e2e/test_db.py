# SPDX-License-Identifier: MIT
"""`snugd db move`: the whole database goes to another place, and comes back the same."""
import json
import os
import unittest

import snug
import stored


class Moved(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.user("ann")
        self.ok("room", "add", "den", "--founder", "ann")
        self.s.start()
        ann = self.s.client("ann")
        for i in range(300):
            ann.send("PRIVMSG #den :cake number %d" % i)
        ann.sync()
        ann.close()
        self.s.stop()
        self.conf = os.path.join(self.s.state, "snugd.conf")

    def ok(self, *words, code=0):
        done = self.s.run(*words)
        self.assertEqual(done.code, code, done)
        return done

    def at(self, name):
        return os.path.join(self.s.dir, name)

    def exported(self):
        return self.ok("export", "--room", "den").out

    def use(self, place):
        """As the words of the verb say."""
        with open(self.conf, encoding="utf-8") as file:
            lines = [line for line in file if not line.startswith("store = ")]
        if "://" in place:
            lines.append("[server]\nstore = %s\n" % place)
        else:
            os.rename(place, os.path.join(self.s.state, "snug.db"))
        with open(self.conf, "w", encoding="utf-8") as file:
            file.writelines(lines)

    def audit(self):
        done = self.s.json("audit", "verify")
        self.assertEqual(done["problems"], 0)
        return done["entries"]


class Files(Moved):
    @stored.of_sqlite("from file to file")
    def test_a_new_file_has_all_of_it_and_the_server_goes_on_there(self):
        before, old = self.exported(), os.path.join(self.s.state, "snug.db")
        done = self.ok("db", "move", self.at("new.db"), "--json")
        rows = {row["table"]: row["rows"] for row in json.loads(done.out)}
        self.assertEqual((rows["account"], rows["message"] >= 300, rows["setting"] > 1), (1, True, True))
        self.assertIn("put it in the place of %s" % old, done.err)
        os.rename(old, self.at("old.db"))
        self.use(self.at("new.db"))
        self.assertEqual(self.exported(), before)
        self.ok("check", "--deep", code=7)
        self.s.start()
        self.assertEqual(len(self.s.json("message", "search", "cake number 7")), 1)
        self.s.stop()
        self.assertGreater(self.audit(), 0)
        self.assertIn("db move", {row["verb"] for row in self.s.json("audit", "list")})

    @stored.of_sqlite("from file to file")
    def test_what_is_refused(self):
        place = self.at("new.db")
        for words, code, says in (
                (["-"], 2, "not to stdout"), ([self.at("none/new.db")], 3, "none"), ([self.conf], 4, "there already"),
                (["postgresql://me:word@localhost/snug"], 2, "names a password"),
                (["mysql://localhost/snug"], 2, "is no place")):
            with self.subTest(words=words):
                self.assertIn(says, self.ok("db", "move", *words, code=code).err)
        self.s.start()
        self.assertIn("stop it first", self.ok("db", "move", place, code=4).err)
        self.assertFalse(os.path.exists(place))


@unittest.skipUnless(stored.ENGINE == "pg" or "SNUG_PG_URL" in os.environ, "into PostgreSQL: by tests/pg")
class Engines(Moved):
    @staticmethod
    def database():
        return stored.postgres()[1].database()

    def test_into_it_and_out_of_it_again(self):
        before, there = self.exported(), self.database()
        self.assertIn("store = " + there, self.ok("db", "move", there).err)
        self.use(there)
        self.assertEqual(self.exported(), before)
        self.s.start()
        self.assertEqual(len(self.s.json("message", "search", "cake number 7")), 1)
        self.assertIn("stop it first", self.ok("db", "move", self.at("new.db"), code=4).err)
        self.s.stop()
        done = self.ok("db", "move", os.path.join(self.s.dir, "out.db"))
        self.assertIn("put it in the place of", done.err)
        self.use(self.at("out.db"))
        self.assertEqual(self.exported(), before)
        self.assertGreater(self.audit(), 0)
        moves = [row["detail"] for row in self.s.json("audit", "list", "--verb", "db move")]
        self.assertEqual(moves, [there, self.at("out.db")])
        self.s.start()
        self.assertEqual(len(self.s.json("message", "search", "cake number 7")), 1)

    def test_what_is_not_empty_is_left_alone(self):
        there = self.database()
        self.ok("db", "move", there)
        self.assertIn("is not empty", self.ok("db", "move", there, code=1).err)

    def test_a_backup_of_it_proves_itself_and_goes_into_a_file(self):
        before, there = self.exported(), self.database()
        self.ok("db", "move", there)
        self.use(there)
        self.s.start()
        self.ok("backup", "create", self.at("backup"))
        self.ok("backup", self.at("copy.db"))
        self.s.stop()
        self.ok("backup", "verify", self.at("backup"))
        self.use(self.at("copy.db"))
        self.assertEqual(self.exported(), before)


if __name__ == "__main__":
    unittest.main()
