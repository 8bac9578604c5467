# SPDX-License-Identifier: MIT
"""A backup comes back: what was taken away since stays away; whatever cuts it short, the state is
the old one or the new one, and the next start says which."""
import json
import os
import shutil
import subprocess
import unittest

import rowsum
import snug
import stored
from patience import PATIENCE
from test_verb_table import Low

CAPS = "batch message-tags server-time echo-message draft/chathistory"


@stored.of_sqlite("a backup is put back into the folder of its file")
class Restore(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.backup = os.path.join(self.server.dir, "backup")

    def path(self, name):
        return stored.file(self.server.state) if name == "snug.db" else os.path.join(self.server.state, name)

    def ok(self, *words, stdin=None):
        done = self.server.run(*words, stdin=stdin)
        self.assertEqual(done.code, 0, done)
        return done

    def refused(self, code, text, *words):
        before = self.tree()
        done = self.server.run(*words)
        self.assertEqual(done.code, code, done)
        self.assertIn(text, done.err)
        self.assertEqual(self.tree(), before)
        return done

    def tree(self):
        """Names and bytes, but for what every look at a state may make."""
        found = {}
        for folder, _, names in os.walk(self.server.state):
            for name in names:
                path = os.path.join(folder, name)
                if name not in ("lock", "turn", "snug.db-shm") and os.path.getsize(path):
                    with open(path, "rb") as file:
                        found[path] = file.read()
        return found

    def rows(self, done):
        return {(row["kind"], row["subject"]): row["what"] for row in json.loads(done.out)}

    def restore(self, *more, code=0):
        done = self.server.run("restore", self.backup, *more, "--json")
        self.assertEqual(done.code, code, done)
        return done

    def look(self, text):
        db = rowsum.connect(stored.file(self.server.state))
        try:
            return [row[0] for row in db.execute(text)]
        finally:
            db.close()

    def fill(self):
        """People, rooms and what they said; a backup of it."""
        for name in ("ann", "bob", "cem", "dan", "eve", "fay"):
            self.server.user(name)
        self.token = self.ok("user", "token", "add", "bob", "laptop").out.split()[-1]
        self.kept = self.ok("user", "token", "add", "bob", "phone").out.split()[-1]
        self.ok("user", "role", "cem", "admin", "--confirm", "cem")
        self.invites = [self.ok("invite", "create", "--uses", "1").out.strip() for _ in range(2)]
        self.server.start()
        for room in ("#den", "#gone"):
            self.ok("room", "add", room, "--founder", "ann")
            for name in ("bob", "cem"):
                self.ok("room", "grant", room, name, "--role", "moderator")
        client = self.server.client("bob", CAPS)
        client.send("PRIVMSG #den :a shameful word", "PRIVMSG #den :a good word",
                    "PRIVMSG #gone :a lost word")
        client.wait("PRIVMSG #gone :a lost word")
        client.close()
        self.ok("room", "grant", "#den", "fay")
        client = self.server.client("fay", CAPS)
        client.send("PRIVMSG #den :a private word")
        client.wait("PRIVMSG #den :a private word")
        client.close()
        self.ok("backup", "create", self.backup)

    def take_away(self):
        shameful = json.loads(self.ok("message", "search", "shameful", "--json").out)[0]["id"]
        first = json.loads(self.ok("invite", "list", "--json").out)
        for words in (["user", "token", "revoke", "bob", "laptop"],
                      ["user", "disable", "dan", "--confirm", "dan"],
                      ["user", "delete", "eve", "--confirm", "eve"],
                      ["user", "erase", "fay", "--confirm", "fay"],
                      ["user", "role", "cem", "user", "--confirm", "cem"],
                      ["ban", "add", "192.0.2.0/24"],
                      ["room", "ban", "#den", "cem", "--mute"],
                      ["room", "revoke", "#den", "bob", "--membership"],
                      ["room", "revoke", "#den", "cem"],
                      ["room", "delete", "#gone", "--confirm", "#gone"],
                      ["message", "redact", shameful, "--confirm"],
                      ["invite", "revoke", str(first[-1]["id"])]):
            self.ok(*words)
        self.ok("user", "passwd", "ann", "--password-stdin", "--keep-devices",
                stdin="another good password\n")
        self.ok("room", "add", "#since")

    def history_id(self):
        return json.loads(self.ok("status", "--json").out)["history-id"]

    # Proves S16.
    def test_what_was_taken_away_since_stays_away(self):
        self.fill()
        before = self.history_id()
        self.take_away()
        beside = self.rows(self.restore("--dry-run"))
        self.assertEqual([name for name in os.listdir(self.server.state) if "unfinished" in name], [])
        self.server.kill()
        tried = self.tree()
        listed = self.rows(self.restore("--dry-run"))
        self.assertEqual(self.tree(), tried)
        self.assertEqual(beside, listed)
        done = self.restore("--reason", "the disk")
        rows = self.rows(done)
        self.assertEqual(rows, listed)
        for kind, subject in (("token", "bob/laptop"), ("disabled", "dan"), ("account", "eve"),
                              ("administrator", "cem"), ("ban", "server 192.0.2.0/24"),
                              ("member", "#den bob"), ("role", "#den cem"), ("room", "#gone"),
                              ("password", "ann"), ("redaction", "#den 1")):
            self.assertIn((kind, subject), rows)
        self.assertEqual(len([k for k in rows if k[0] == "invite"]), 1)
        self.assertIn(("file", "snugd.conf"), rows)
        self.assertEqual([kind for kind, name in rows if name.startswith("erased-")], ["erasure"])
        with open(stored.file(self.server.state), "rb") as file:
            found = file.read()
        self.assertIn(b"a good word", found)
        for gone in (b"private", b"shameful", b"lost word"):
            self.assertNotIn(gone, found)
        aside = done.err.strip().split("kept in ")[1]
        self.assertTrue(aside.startswith(self.path("before-restore-")), done)
        self.assertTrue(os.path.exists(os.path.join(aside, "snug.db")))
        self.server.start()
        self.assertNotEqual(self.history_id(), before)
        self.is_away()
        audit = json.loads(self.ok("audit", "list", "--verb", "restore", "--json").out)[-1]
        self.assertEqual((audit["actor"], audit["verb"], audit["reason"]),
                         ("shell", "restore", "the disk"))
        check = {row["what"]: row for row in json.loads(self.ok("check", "--json").out)}
        self.assertIn("from the backup of", check["restored"]["found"])
        self.assertEqual(json.loads(self.ok("audit", "verify", "--json").out)["problems"], 0)

    def is_away(self):
        self.assertIn(" 904 ", self.server.client().refused("bob", self.token))
        self.server.client("bob", "", self.kept)
        self.assertIn(" 904 ", self.server.client().refused("ann"))
        self.server.client("ann", "", "another good password")
        self.assertNotIn(" 903 ", self.server.client().refused("dan"))
        names = [row["name"] for row in json.loads(self.ok("user", "list", "--json").out)]
        self.assertEqual(sorted(names)[:4], ["ann", "bob", "cem", "dan"])
        self.assertRegex(sorted(names)[4], r"^erased-\d+$")
        self.assertEqual([row["name"] for row in json.loads(self.ok("room", "list", "--json").out)
                          if row["name"] in ("#den", "#gone", "#since")], ["#den"])
        found = self.ok("message", "search", "word", "--json").out
        self.assertIn("a good word", found)
        self.assertNotIn("shameful", found)
        self.assertNotIn("private", found)
        self.assertIn("192.0.2.0/24", self.ok("ban", "list").out)
        self.assertEqual(len(json.loads(self.ok("invite", "list", "--json").out)), 2)

    def test_as_it_was_it_is_back(self):
        self.fill()
        self.take_away()
        self.server.stop()
        rows = self.rows(self.restore("--as-it-was"))
        self.assertEqual({kind for kind, _ in rows}, {"file"})
        self.server.start()
        self.server.client("bob", "", self.token)
        self.server.client("ann")
        self.server.client("dan")
        self.assertIn("shameful", self.ok("message", "search", "word").out)
        self.assertIn("private", self.ok("message", "search", "word", "--from", "fay").out)
        self.assertIn("#gone", self.ok("room", "list").out)
        self.assertNotIn("192.0.2.0/24", self.ok("ban", "list").out)

    def test_where_nothing_can_be_read_it_says_what_is_void(self):
        self.fill()
        self.ok("user", "token", "add", "bob", "younger")
        self.server.stop()
        for name in ("snug.db-wal", "snug.db-shm"):
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
        with open(stored.file(self.server.state), "r+b") as file:
            file.write(b"no database any more")
        done = self.restore(code=6)
        for words in ("younger than the copy are void", "snugd user list",
                      "so nothing that was taken away since"):
            self.assertIn(words, done.err)
        rows = self.rows(done)
        self.assertEqual({kind for kind, _ in rows}, {"invite", "file"})
        aside = done.err.strip().split("kept in ")[1]
        with open(os.path.join(aside, "snug.db"), "rb") as file:
            self.assertEqual(file.read(20), b"no database any more")
        named = [line.split() for line in done.err.splitlines() if line.startswith("  snugd ")]
        self.assertEqual(len(named), 2)
        for words in named:
            self.ok(*["bob" if word == "NAME" else word for word in words[1:-2]])
        self.server.start()
        self.server.client("bob", "", self.kept)
        self.assertEqual(len(json.loads(self.ok("invite", "list", "--json").out)), 0)
        self.assertEqual([row["label"] for row in
                          json.loads(self.ok("user", "token", "list", "bob", "--json").out)],
                         ["laptop", "phone"])

    def test_what_does_not_verify_and_a_server_that_runs_are_refused(self):
        self.fill()
        self.refused(4, "stop it first", "restore", self.backup)
        self.server.stop()
        self.refused(3, "there is no", "restore", self.backup + "-none")
        self.refused(2, "is no backup", "restore", stored.file(self.server.state))
        with open(os.path.join(self.backup, "snug.db"), "r+b") as file:
            file.seek(5000)
            byte = file.read(1)[0]
            file.seek(5000)
            file.write(bytes([byte ^ 4]))
        done = self.refused(6, "does not verify", "restore", self.backup)
        self.assertIn("snug.db", done.err)

    def test_a_sealed_one_wants_its_key(self):
        self.fill()
        key = os.path.join(self.server.dir, "key")
        public = self.ok("backup", "key", key).out.strip()
        sealed = os.path.join(self.server.dir, "sealed")
        self.ok("backup", "create", sealed, "--seal=" + public)
        self.server.stop()
        self.refused(2, "--key FILE", "restore", sealed)
        self.ok("restore", sealed, "--key", key)
        self.assertEqual(self.server.run("check").code, 7)

    def test_a_server_of_another_place_has_nothing_to_say(self):
        self.fill()
        self.server.stop()
        other = snug.Server(port=snug.free_port())
        self.addCleanup(other.close)
        self.server, mine = other, self.server
        self.refused(1, "of another server", "restore", self.backup)
        self.ok("restore", self.backup, "--as-it-was")
        self.assertIn("ann", self.ok("user", "list").out)
        self.server = mine

    def test_elsewhere_a_state_is_made(self):
        self.fill()
        keyed = os.path.join(self.server.dir, "keyed")
        self.ok("backup", "create", keyed, "--with-keys")
        pin = self.ok("fingerprint").out
        self.server.stop()
        state = os.path.join(self.server.dir, "elsewhere")
        done = snug.snugd("restore", keyed, "--as-it-was", state=state)
        self.assertEqual(done.code, 0, done)
        self.assertNotIn("kept in", done.err)
        self.assertEqual(os.stat(state).st_mode & 0o777, 0o700)
        self.server.state = state
        self.assertEqual(self.ok("fingerprint").out, pin)
        self.server.start()
        self.server.client("bob", "", self.token)
        # Nor is anything made of a backup that does not verify.
        os.remove(os.path.join(keyed, "pages"))
        nowhere = os.path.join(self.server.dir, "nowhere")
        self.assertEqual(snug.snugd("restore", keyed, state=nowhere).code, 6)
        self.assertFalse(os.path.exists(nowhere))


# Whatever makes, moves or takes away a file, or writes into one; a page is like another.
STEPS = {"rename": 1, "renameat2": 1, "mkdir": 1, "unlink": 4, "fsync": 5, "fdatasync": 7,
         "pwrite64": 23}


class CutShort(Restore):
    def setUp(self):
        super().setUp()
        self.server.user("ann")
        self.ok("backup", "create", self.backup)
        self.ok("room", "add", "#since")
        self.pristine = os.path.join(self.server.dir, "pristine")
        shutil.copytree(self.server.state, self.pristine)

    def again(self):
        shutil.rmtree(self.server.state)
        shutil.copytree(self.pristine, self.server.state)

    def traced(self, call, what):
        args = ["strace", "-qqfo", "/dev/null", "-e", "trace=" + call,
                "-e", "inject=%s:%s" % (call, what), snug.SNUGD, "restore", self.backup,
                "--state", self.server.state]
        return subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=PATIENCE, env={**os.environ, "TMPDIR": self.server.dir})

    def is_old(self):
        return "#since" in self.ok("room", "list").out

    def ends_whole(self):
        """The next start: which state it is, and whether it said so."""
        left = os.listdir(self.server.state)
        mark = len(self.server.read_log())
        self.server.start()
        said = [line for line in self.server.read_log()[mark:].splitlines() if "event=settled" in line]
        old = self.is_old()
        self.server.stop()
        if any(name.startswith("incoming") for name in left):
            self.assertEqual(len(said), 1)
            self.assertIn("the old one\"" if old else "the new one", said[0])
        else:
            self.assertEqual(said, [])
        self.assertEqual([n for n in os.listdir(self.server.state) if n.startswith("incoming")], [])
        self.assertEqual(self.server.run("check").code, 7)
        kept = [n for n in os.listdir(self.server.state) if n.startswith("before-restore-")]
        self.assertEqual(len(kept), 0 if old else 1)
        return old

    # Proves S17.
    def test_killed_at_each_step_it_is_old_or_new_and_the_next_start_says_which(self):
        ends = {True: 0, False: 0}
        for call, step in STEPS.items():
            at = 1
            while self.traced(call, "signal=KILL:when=%d" % at).returncode != 0:
                with self.subTest(call=call, at=at):
                    ends[self.ends_whole()] += 1
                self.again()
                at += step
            self.assertFalse(self.is_old())
            self.again()
        self.assertGreater(ends[True], 10)
        self.assertGreater(ends[False], 3)
        print("\nold %d, new %d" % (ends[True], ends[False]))

    def test_on_a_full_disk_it_stays_the_old_one(self):
        before, at = self.tree(), 1
        while self.traced("pwrite64", "error=ENOSPC:when=%d+" % at).returncode != 0:
            self.assertEqual(self.tree(), before)
            at += 7
        self.assertGreater(at, 50)
        self.assertFalse(self.is_old())

    def test_without_room_it_is_not_begun(self):
        with Low() as folder:
            if folder is None:
                self.skipTest("mounting is not allowed")
            state = os.path.join(folder, "state")
            shutil.copytree(self.server.state, state)
            self.server.state = state
            with open(os.path.join(folder, "filler"), "wb", buffering=0) as file:
                while os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize > 8 << 20:
                    file.write(bytes(1 << 20))
            self.refused(1, "make room first", "restore", self.backup)

    def test_nobody_uses_a_half(self):
        self.assertNotEqual(self.traced("renameat2", "signal=KILL:when=1").returncode, 0)
        while not os.path.exists(self.path("incoming")):
            self.again()
            self.assertNotEqual(self.traced("rename", "signal=KILL:when=%d" % self.next()).returncode, 0)
        for words in (["user", "list"], ["backup", "create", self.backup + "2"], ["downgrade"]):
            done = self.server.run(*words)
            self.assertEqual(done.code, 4, done)
            self.assertIn("start the server", done.err)
        row = [row for row in self.server.run("check").out.splitlines() if row.startswith("state\tno\t")]
        self.assertIn("snugd run --state", row[0])
        # Whoever restores ends it, too.
        done = self.ok("restore", self.backup)
        self.assertIn("is finished", done.err)

    at = 0

    def next(self):
        self.at += 1
        return self.at


# What is there of Restore is played once.
for name in [name for name in dir(Restore) if name.startswith("test_")]:
    setattr(CutShort, name, None)


if __name__ == "__main__":
    unittest.main()
