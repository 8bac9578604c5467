# SPDX-License-Identifier: MIT
"""A state directory of which a part is missing or wrong: the file is named with the line that
mends it, and nothing is made in its place."""
import os
import shutil
import subprocess
import unittest

import rowsum
import snug
import stored

READERS = (["user", "list"], ["backup", "copy.db"], ["backup", "create", "copies"], ["export", "--room", "lounge"], ["status"])


class State(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.user("ann")
        self.copy = os.path.join(self.s.dir, "copy")

    def path(self, name):
        return stored.file(self.s.state) if name == "snug.db" else os.path.join(self.s.state, name)

    def tree(self):
        """Names and bytes, but for the lock, which every look at the state may make."""
        found = {}
        for name in os.listdir(self.s.state):
            # Nor what SQLite keeps beside a database that was read.
            if name not in ("lock", "snug.db-shm") and os.path.getsize(self.path(name)):
                with open(self.path(name), "rb") as file:
                    found[name] = file.read()
        return found

    def refused(self, code, *words, verbs=(["run"],)):
        for verb in verbs:
            with self.subTest(verb=verb):
                before = self.tree()
                verb = [os.path.join(self.s.dir, w) if w in ("copy.db", "copies") else w for w in verb]
                done = self.s.run(*verb)
                self.assertEqual(done.code, code, done)
                self.assertEqual(done.out, "")
                for word in words:
                    self.assertIn(word, done.err)
                self.assertEqual(self.tree(), before)
                self.assertFalse(os.path.exists(os.path.join(self.s.dir, "copy.db")))
                self.assertFalse(os.path.exists(os.path.join(self.s.dir, "copies")))

    def check_finds(self, row, *words):
        before = self.tree()
        done = self.s.run("check")
        self.assertEqual(done.code, 6, done)
        bad = [line.split("\t") for line in done.out.splitlines() if "\tno\t" in line]
        self.assertEqual([line[0] for line in bad], [row, "server"], done)
        for word in words:
            self.assertIn(word, bad[0][2])
        self.assertEqual(self.tree(), before)

    def mend(self, done):
        """Gives the commands that the words name, as they stand."""
        for line in done.err.splitlines():
            if line.startswith("  "):
                done = subprocess.run(line.strip().replace(" DIR ", " %s " % self.copy), shell=True,
                                      capture_output=True, env=dict(os.environ, PATH=snug.BIN + ":" +
                                                                    os.environ["PATH"]))
                # A restore says by 6 that nothing was there to tell what was taken away.
                self.assertEqual(done.returncode, 6 if " restore " in line else 0, done)
                return
        self.fail("no line to mend it with: %r" % done)

    def change(self, *statements):
        """What somebody did who had the store."""
        stored.change(self.s.state, ";".join(statements))

    # Proves A16, X5.
    def test_state_that_others_get_at_is_refused_with_the_line_that_mends_it(self):
        with open(self.path("snugd.conf"), "a"):
            pass
        for name, mode, words in (("", 0o755, "others may enter the state directory"),
                                  ("", 0o770, "others may enter the state directory"),
                                  ("snugd.conf", 0o666, "others may change the configuration"),
                                  ("key.pem", 0o604, "others may read the key"),
                                  ("key.pem", 0o620, "others may change the key")):
            path = self.path(name).rstrip("/")
            with self.subTest(name=name, mode=oct(mode)):
                kept = os.stat(path).st_mode & 0o777
                os.chmod(path, mode)
                # A configuration that others may change is not asked for the user.
                done = self.s.run("run", *(["--user", "root"] if os.geteuid() == 0 else []))
                self.assertEqual(done.code, 1, done)
                self.assertIn(words, done.err)
                for line in done.err.splitlines():
                    if line.startswith("  "):
                        subprocess.run(line, shell=True, check=True)
                self.s.start()
                self.assertEqual(self.s.stop(), 0)
                os.chmod(path, kept)
        os.chmod(self.path("key.pem"), 0o640)  # a group, as tools that renew have it
        self.s.start()

    # Proves B26.
    @stored.of_sqlite("what may stand in its file; PostgreSQL belongs to whoever runs that")
    def test_a_schema_that_is_not_ours_is_refused(self):
        for do, undo, words in (
                ("CREATE TRIGGER up AFTER INSERT ON message BEGIN UPDATE account SET role = 1; END",
                 "DROP TRIGGER up", "the trigger up is not one of ours"),
                ("CREATE VIEW seen AS SELECT * FROM account", "DROP VIEW seen",
                 "the view seen is not one of ours"),
                ("CREATE TABLE more (id)", "DROP TABLE more", "the table more is not one of ours"),
                ("CREATE UNIQUE INDEX one ON account (role)", "DROP INDEX one",
                 "the index one is not one of ours"),
                ("ALTER TABLE account ADD COLUMN more TEXT", "ALTER TABLE account DROP COLUMN more",
                 "the table account is made otherwise than ours"),
                ("DROP INDEX member_account", "CREATE INDEX member_account ON member (account)",
                 "the index member_account is missing")):
            with self.subTest(do=do):
                self.change(do)
                done = self.s.run("run")
                self.assertEqual(done.code, 1, done)
                self.assertIn(words, done.err)
                found = self.s.run("check")
                self.assertEqual(found.code, 6, found)
                self.assertIn(words, found.out)
                self.change(undo)
        self.s.start()

    @stored.of_sqlite("what may stand in its file; PostgreSQL belongs to whoever runs that")
    def test_an_index_that_was_added_is_told(self):
        self.change("CREATE INDEX mine ON message (sender)", "ANALYZE")
        self.s.start()
        self.assertIn("level=warn event=index_added name=mine table=message", self.s.read_log())

    # Proves B9, B26.
    def test_rows_that_none_can_have_written_are_refused(self):
        room = ("INSERT INTO room (id, name, topic, topic_by, topic_ms, flags, key, user_limit,"
                " created_ms, keep_ms, keep_bytes) VALUES (9000, %s, '', '', 0, 0, '', 0, 0, 0, 0)",
                "DELETE FROM room WHERE id = 9000")
        for do, undo, words in (
                (room[0] % "'#a\r\nQUIT'", room[1], "name of a row of kind ROOM"),
                (room[0] % f"'#{'0' * 100000}'", room[1], "name of a row of kind ROOM"),
                (room[0] % "'nothing'", room[1], "room 9000 has a name that none can have"),
                (room[0] % "'#a b'", room[1], "room 9000 has a name that none can have"),
                ("UPDATE account SET role = 99", "UPDATE account SET role = 0",
                 "role of a row of kind ACCOUNT is 99"),
                ("UPDATE account SET created_ms = -1", "UPDATE account SET created_ms = 7",
                 "created_ms of a row of kind ACCOUNT is -1"),
                ("UPDATE account SET seen_ms = 9223372036854775807",
                 "UPDATE account SET seen_ms = 0",
                 "seen_ms of a row of kind ACCOUNT is 9223372036854775807"),
                (room[0].replace("9000", "-9000") % "'#a'", room[1].replace("9000", "-9000"),
                 "id of a row of kind ROOM is -9000"),
                (room[0].replace("9000", "9223372036854775807") % "'#a'",
                 room[1].replace("9000", "9223372036854775807"),
                 "id of a row of kind ROOM is 9223372036854775807"),
                *((f"UPDATE account SET password = '$argon2id$v=19${cost}$c29tZXNhbHQ$c29tZXNhbHQ'",
                   "UPDATE account SET password = ''", "hashed at a cost")
                  for cost in ("m=4194304,t=3,p=1", "m=65536,t=4000000,p=1", "m=65536,t=3,p=255")),
                ("UPDATE account SET name = 'a b'", "UPDATE account SET name = 'ann'",
                 "has a name that none can have")):
            with self.subTest(do=do):
                self.change(do)
                done = self.s.run("run")
                self.assertEqual(done.code, 1, done)
                self.assertIn(words, done.err)
                self.assertIn("restore a backup", done.err)
                self.change(undo)
        self.s.start()

    def test_no_database_beside_a_key(self):
        self.s.run("backup", "create", self.copy)
        os.remove(stored.file(self.s.state))
        words = ("there is no database " + stored.file(self.s.state), "restore a backup",
                 "snugd init --new-database --state " + self.s.state)
        self.refused(1, *words)
        self.refused(3, *words, verbs=READERS)
        self.check_finds("database", "there is no database", "--new-database")
        self.mend(self.s.run("run"))
        self.assertEqual([u["name"] for u in self.s.json("user", "list")], ["ann"])
        self.s.start()

    def test_a_database_made_anew_keeps_key_and_settings(self):
        kept = {n: v for n, v in self.tree().items() if not n.startswith(("snug.db", "ballast"))}
        os.remove(stored.file(self.s.state))
        made = self.s.run("init", "--new-database")
        self.assertEqual(made.code, 0, made)
        self.assertEqual(self.s.json("user", "list"), [])
        self.assertEqual({n: v for n, v in self.tree().items() if n in kept}, kept)
        again = self.s.run("init", "--new-database")
        self.assertEqual(again.code, 4, again)
        self.assertEqual(self.s.run("init", "--new-database", "--name", "x").code, 2)

    def test_a_new_database_that_fails_takes_nothing_away(self):
        os.remove(stored.file(self.s.state))
        os.remove(self.path("cert.pem"))
        before = self.tree()
        failed = self.s.run("init", "--new-database")
        self.assertEqual(failed.code, 1, failed)
        self.assertIn("cert.pem", failed.err)
        self.assertEqual(self.tree(), before)

    def test_a_log_without_its_database(self):
        os.rename(stored.file(self.s.state), self.path("snug.db-wal"))
        self.refused(1, "there is no database", "snug.db-wal", "put back the file it belongs to")
        self.refused(3, "snug.db-wal", verbs=READERS)
        self.refused(4, "snug.db-wal", verbs=(["init", "--new-database"],))

    def test_an_empty_file_for_a_database(self):
        with open(stored.file(self.s.state), "w"):
            pass
        self.refused(1, stored.file(self.s.state) + " is empty", "move it away", "restore a backup",
                     verbs=(["run"], *READERS))
        self.check_finds("database", "is empty", "restore a backup")

    def test_a_file_that_is_no_database(self):
        with open(stored.file(self.s.state), "wb") as file:
            file.write(b"hello" * 1000)
        self.refused(1, stored.file(self.s.state), "no database", "restore a backup",
                     verbs=(["run"], *READERS))

    def test_a_database_of_another_program(self):
        os.remove(stored.file(self.s.state))
        db = rowsum.connect(stored.file(self.s.state))
        db.execute("CREATE TABLE cake (flour)")
        db.commit()
        db.close()
        os.chmod(stored.file(self.s.state), 0o600)
        self.refused(1, stored.file(self.s.state), "another program", verbs=(["run"], *READERS))
        self.check_finds("database", "another program")

    def test_a_database_without_a_table(self):
        os.remove(stored.file(self.s.state))
        db = rowsum.connect(stored.file(self.s.state))
        db.execute("PRAGMA user_version = 1")
        db.close()
        self.refused(1, stored.file(self.s.state), "another program", verbs=(["run"], *READERS))

    def test_a_schema_of_the_future(self):
        stored.make_newer(self.s.state)
        done = self.s.run("run")
        self.assertEqual(done.code, 1, done)
        self.assertIn("newer snugd", done.err)
        self.assertIn("restore a backup", done.err)

    def test_no_certificate(self):
        pin = self.s.run("fingerprint").out
        os.remove(self.path("cert.pem"))
        self.refused(1, "there is no certificate " + self.path("cert.pem"), "openssl",
                     verbs=(["run"], ["fingerprint"], ["tls", "show"]))
        self.check_finds("certificate", "cert.pem", "openssl")
        self.mend(self.s.run("run"))
        self.assertEqual(self.s.run("fingerprint").out, pin)
        self.s.start()

    def test_no_key(self):
        os.remove(self.path("key.pem"))
        self.refused(1, "there is no key " + self.path("key.pem"), "though there is a certificate",
                     "openssl", verbs=(["run"], ["fingerprint"]))
        self.check_finds("certificate", "key.pem", "openssl")
        self.mend(self.s.run("run"))
        self.assertEqual(os.stat(self.path("key.pem")).st_mode & 0o77, 0)
        self.s.start()

    def test_no_configuration(self):
        os.remove(self.path("snugd.conf"))
        done = self.s.run("config", "check")
        self.assertEqual(done.code, 0)
        self.assertIn("there is no " + self.path("snugd.conf"), done.err)
        # One that was named must be there.
        root = ["--user", "root"] if os.geteuid() == 0 else []
        for verb in (["run", *root], ["user", "list"]):
            done = self.s.run(*verb, "--config", self.path("other.conf"))
            self.assertEqual(done.code, 3, done)
            self.assertIn(self.path("other.conf"), done.err)

    def test_init_beside_a_half_made_state(self):
        for missing, mend in (("snug.db", "init --new-database"), ("key.pem", "snugd run")):
            kept = os.path.join(self.s.dir, missing)
            shutil.move(self.path(missing), kept)
            self.refused(4, "is there already", mend, verbs=(["init"],))
            shutil.move(kept, self.path(missing))

    def test_a_backup_to_a_file_that_is_there(self):
        with open(self.copy, "w") as file:
            file.write("mine")
        done = self.s.run("backup", self.copy)
        self.assertEqual(done.code, 4, done)
        with open(self.copy) as file:
            self.assertEqual(file.read(), "mine")

    def test_a_state_that_is_no_directory(self):
        os.rename(self.s.state, self.s.state + ".old")
        with open(self.s.state, "w"):
            pass
        for verb, code in ((["run"], 1), (["user", "list"], 3)):
            done = self.s.run(*verb)
            self.assertEqual(done.code, code, done)
            self.assertIn("is no directory", done.err)
        os.remove(self.s.state)
        os.rename(self.s.state + ".old", self.s.state)


if __name__ == "__main__":
    unittest.main()
