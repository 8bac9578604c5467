# SPDX-License-Identifier: MIT
"""A backup is a folder that proves itself: made under load, flipped, sealed; test_backup_kept.py has
more.  By hand more of it: BACKUP_ROUNDS=100 BACKUP_FLIPS=1000."""
import contextlib
import fcntl
import json
import os
import random
import shutil
import subprocess
import time
import unittest

import rowsum
import snug
import stored
import witness
from patience import PATIENCE, until

ROUNDS = int(os.environ.get("BACKUP_ROUNDS", "3"))
FLIPS = int(os.environ.get("BACKUP_FLIPS", "200"))
LOADERS, EACH = 8, 112  # lines a second, beside the witness's 100
FINDINGS = ["sums", "restore", "counts", "sequence", "audit", "login", "keys", "integrity", "served"]


def flip(path, bit):
    with open(path, "r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


def files(folder):
    """Path: size, of all below it."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = os.path.getsize(path)
    return found


class Base(unittest.TestCase):
    def setUp(self):
        self.server = self.s = snug.Server(port=snug.free_port())
        self.addCleanup(self.s.close)
        self.backups = os.path.join(self.s.dir, "backups")
        os.mkdir(self.backups)
        self.s.user("ann")
        self.ok("user", "token", "add", "ann", "bot")
        self.uploads = os.path.join(self.s.state, "files")

    def upload(self, name, content):
        path = os.path.join(self.uploads, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def ok(self, *words):
        done = self.s.run(*words)
        self.assertEqual(done.code, 0, done)
        return done

    def no(self, code, *words, says=""):
        done = self.s.run(*words)
        self.assertEqual(done.code, code, done)
        self.assertIn(says, done.err)
        return done

    def at(self, name):
        return os.path.join(self.backups, name)

    def create(self, name, *options):
        return json.loads(self.ok("backup", "create", self.at(name), *options, "--json").out)

    def verify(self, name, *options):
        """what: found, of what is as it was; of what is not."""
        done = self.s.run("backup", "verify", self.at(name), *options, "--json")
        rows = json.loads(done.out)
        wrong = {row["what"]: row["found"] for row in rows if not row["fine"]}
        self.assertEqual(done.code, 6 if wrong else 0, done)
        return {row["what"]: row["found"] for row in rows if row["fine"]}, wrong

    def whole(self, name, *options):
        fine, wrong = self.verify(name, *options)
        self.assertEqual(wrong, {})
        return fine

    def rows(self, *words):
        """name: row"""
        return {row["name"]: row for row in self.s.json("backup", *words)}

    def key(self):
        path = os.path.join(self.s.dir, "secret")
        return path, self.ok("backup", "key", path).out.strip()


class Made(Base):
    @contextlib.contextmanager
    def load(self, lines):
        """So many of each loader, at about a thousand a second together, or until it is left."""
        people = os.path.join(self.s.dir, "people.jsonl")
        with open(people, "w", encoding="utf-8") as file:
            file.write("".join('{"name": "load%d"}\n' % i for i in range(LOADERS)))
        accounts = os.path.join(self.s.dir, "accounts")
        with open(accounts, "w", encoding="utf-8") as file:
            file.write(self.ok("user", "import", people, "--token").out)
        process = subprocess.Popen(
            [os.path.join(snug.BIN, "snugload"), "--address", f"127.0.0.1:{self.s.port}", "--accounts", accounts,
             "--clients", str(LOADERS), "--senders", str(LOADERS), "--messages", str(lines),
             "--rate", str(EACH * LOADERS), "--patience", str(PATIENCE)], stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()

    def acknowledged(self, copy, acked):
        """Which of these the copy lacks."""
        with contextlib.closing(rowsum.connect("file:%s?immutable=1" % copy, uri=True)) as db:
            known = {seq for (seq,) in db.execute(
                "SELECT seq FROM message JOIN room ON stream = room.id WHERE room.name LIKE '%load' AND sender = 'ann'")}
        return [seq for _, seq in acked.values() if seq not in known]

    # Proves S11.
    def test_backups_under_load_hold_all_that_was_acknowledged_and_are_whole(self):
        token = self.ok("user", "token", "add", "ann", "test").out.split()[-1]
        self.s.start()
        ann = witness.Sender(self.s.port, "ann", token, rate=100, room="#witness_load")
        ann.start()
        made = []
        # More than are ever said: it ends when it is left.
        with self.load(lines=EACH * 10 * PATIENCE * ROUNDS) as process:
            until("ann to be heard", lambda: len(ann.acked) > 100)
            begun, first = time.monotonic(), self.count()
            for i in range(ROUNDS):
                before = dict(ann.acked)
                made.append(self.create("round%d" % i, "--incremental"))
                fine = self.whole("round%d" % i)
                self.assertEqual(list(fine), FINDINGS)
                self.assertEqual(self.acknowledged(self.at("round%d/snug.db" % i), before), [])
                if i:
                    shutil.rmtree(self.at("round%d" % (i - 1)))
                until("ann to be heard", lambda: len(ann.acked) > len(before) + 50)
            self.assertIsNone(process.poll(), "the load ended before the backups")
            rate = (self.count() - first) / (time.monotonic() - begun)
        ann.no_more.set()
        ann.join(PATIENCE)
        self.assertFalse(ann.is_alive(), ann.trouble)
        counts = [row["messages"] for row in made]
        self.assertEqual(counts, sorted(set(counts)))
        print("\n%d backups of %d to %d messages under %d lines a second, all whole" % (
            ROUNDS, counts[0], counts[-1], rate))

    def count(self):
        return self.s.json("status")["messages"]

    def test_what_is_in_it(self):
        self.upload("ab/cd", b"picture")
        made = self.create("plain")
        self.assertEqual((made["accounts"], made["linked"], made["sealed"]), (1, 0, False))
        self.assertEqual(set(files(self.at("plain"))),
                         {"manifest", "manifest.sum", "snug.db", "pages", "snugd.conf", "files/ab/cd"})
        self.create("keys", "--with-keys")
        self.assertEqual(set(files(self.at("keys"))) - set(files(self.at("plain"))), {"key.pem", "cert.pem"})
        for place, folders, names in os.walk(self.at("keys")):
            for name in folders + names:
                self.assertEqual(os.stat(os.path.join(place, name)).st_mode & 0o077, 0)
        for name in ("key.pem", "snugd.conf", "files/ab/cd"):
            with open(os.path.join(self.s.state, name), "rb") as one, open(self.at("keys/" + name), "rb") as other:
                self.assertEqual(one.read(), other.read())
        with open(self.at("keys/manifest"), encoding="ascii") as file:
            manifest = json.load(file)
        self.assertEqual(manifest["format"], 2)
        self.assertEqual(manifest["history"], self.history_id())
        self.assertEqual(os.path.getsize(self.at("keys/pages")) * manifest["page_size"],
                         os.path.getsize(self.at("keys/snug.db")) * 16)
        for name, says in (("plain", r"the server's key is not in it \(--with-keys\)"), ("keys", r"the server's key is in it$")):
            found = self.whole(name)
            self.assertEqual(list(found), FINDINGS)
            self.assertRegex(found["keys"], "^" + says)

    def history_id(self):
        found = {row["what"]: row["found"] for row in json.loads(self.s.run("check", "--json").out)}
        return found["history-id"].split(",")[0]

    def test_it_is_served_like_the_original(self):
        self.s.start()
        self.create("one", "--with-keys")
        other = snug.Server()
        self.addCleanup(other.close)
        for name in ("snug.db", "key.pem", "cert.pem"):
            shutil.copy(self.at("one/" + name), other.state)
        other.start()
        other.client("ann").close()
        self.assertEqual(other.run("fingerprint").out, self.ok("fingerprint").out)

    def test_the_motd_that_the_configuration_names(self):
        far = os.path.join(self.s.dir, "far")
        for path, text in ((far, "from afar"), (os.path.join(self.s.state, "texts"), None),
                           (os.path.join(self.s.state, "texts/motd.txt"), "from beside")):
            if text is None:
                os.mkdir(path)
                continue
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        with open(os.path.join(self.s.state, "snugd.conf"), encoding="utf-8") as file:
            config = file.read()
        for given, name, text in (("texts/motd.txt", "texts/motd.txt", b"from beside"), (far, "motd", b"from afar"),
                                  ("../far", "motd", b"from afar"), ("snugd.conf", "motd", None),
                                  ("gone", None, None)):
            with open(os.path.join(self.s.state, "snugd.conf"), "w", encoding="utf-8") as file:
                file.write(config.replace("[server]", "[server]\nmotd_file = " + given))
            self.create("one")
            self.whole("one")
            self.assertEqual(set(files(self.at("one"))) - {"manifest", "manifest.sum", "pages", "snug.db", "snugd.conf"},
                             {name} - {None})
            if text:
                with open(self.at("one/" + name), "rb") as file:
                    self.assertEqual(file.read(), text)
            if given.startswith("texts"):
                state = os.path.join(self.s.dir, "elsewhere")
                self.assertEqual(snug.snugd("restore", self.at("one"), "--as-it-was", state=state).code, 0)
                with open(os.path.join(state, given), "rb") as file:
                    self.assertEqual(file.read(), text)
            shutil.rmtree(self.at("one"))

    def test_what_is_refused_makes_nothing(self):
        self.create("one")
        os.mkdir(self.at("other"))
        self.no(4, "backup", "create", self.at("one"), says="is there already")
        self.no(4, "backup", "create", self.at("one") + "/", says="is there already")
        self.no(3, "backup", "create", self.at("none/two"), says="install -d -m 700 " + self.at("none"))
        self.no(3, "backup", "create", self.at("none"), "--dated", says="there is no")
        self.no(2, "backup", "create", self.at(".hidden"), says="does not begin with a dot")
        self.no(2, "backup", "create", self.at("x.unfinished"), says="nor has .unfinished")
        self.no(2, "backup", "create", self.at("two"), "--seal", "x", says="wants a public key")
        self.no(1, "backup", "create", self.at("two"), "--seal", "A" * 43, says="is none")
        os.remove(os.path.join(self.s.state, "key.pem"))
        self.no(3, "backup", "create", self.at("two"), "--with-keys", says="key.pem")
        self.upload("a\nb", b"")
        self.no(1, "backup", "create", self.at("two"), says="rename it")
        os.remove(os.path.join(self.uploads, "a\nb"))
        os.symlink("/etc/passwd", os.path.join(self.uploads, "link"))
        self.no(1, "backup", "create", self.at("two"), says="link is no file")
        self.assertEqual(sorted(os.listdir(self.backups)), ["one", "other"])
        self.assertNotIn("sealing", os.listdir(self.s.state))

    def test_two_at_once_in_one_place_do_not_mix(self):
        os.mkdir(self.at("one.unfinished"))
        with open(self.at("one.unfinished/snug.db"), "w", encoding="ascii"):
            pass
        held = os.open(self.at("one.unfinished"), os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
        self.no(1, "backup", "create", self.at("one"), says="another backup is being made there")
        self.assertEqual(self.rows("list", self.backups)["one.unfinished"]["state"], "in the making")
        self.s.run("backup", "prune", self.backups, "--keep", "1")
        self.assertTrue(os.path.exists(self.at("one.unfinished/snug.db")))
        os.close(held)
        self.assertEqual(self.rows("list", self.backups)["one.unfinished"]["state"], "unfinished")
        self.create("one")
        self.assertEqual(os.listdir(self.backups), ["one"])
        self.whole("one")

    def test_the_copy_of_the_database_alone_is_made_as_ever(self):
        path = self.at("copy.db")
        self.ok("backup", path)
        self.no(4, "backup", path, says="is there already")
        with open(path, "rb") as file:
            self.assertEqual(file.read(15), b"SQLite format 3")
        self.no(2, "backup", "create")
        self.no(2, "backup", "list")


class Found(Base):
    def bits(self, folder):
        """Places anywhere in it, and of each file some."""
        sizes = files(folder)
        chosen = random.Random(FLIPS)
        for name, size in sorted(sizes.items()):
            for _ in range(min(4, size)):
                yield name, chosen.randrange(size * 8)
        whole = [(name, size) for name, size in sorted(sizes.items()) if size]
        while True:
            at = chosen.randrange(sum(size for _, size in whole) * 8)
            for name, size in whole:
                if at < size * 8:
                    yield name, at
                    break
                at -= size * 8

    def flipped(self, name):
        folder = self.at(name)
        found = 0
        for (file, bit), _ in zip(self.bits(folder), range(FLIPS)):
            path = os.path.join(folder, file)
            flip(path, bit)
            _, wrong = self.verify(name)
            flip(path, bit)
            with self.subTest(file=file, bit=bit):
                self.assertTrue(wrong)
                self.assertIn({"manifest.sum": "manifest"}.get(file, file.removesuffix(".sealed")), wrong)
                if file == "snug.db":
                    self.assertIn("this is not as it was: page %d" % (bit // 8 // 4096 + 1), wrong[file])
            found += bool(wrong)
        self.whole(name)
        print("\n%d of %d single bit flips were found" % (found, FLIPS))

    # Proves S12.
    def test_single_bit_flips(self):
        self.upload("ab/cd", os.urandom(100000))
        self.upload("e", b"e")
        self.create("one", "--with-keys")
        self.flipped("one")

    # Proves S12.
    def test_single_bit_flips_in_a_sealed_one_without_its_key(self):
        self.upload("ab/cd", os.urandom(100000))
        self.create("one", "--with-keys", "--seal=" + self.key()[1])
        self.flipped("one")

    def test_what_is_missing_or_too_much(self):
        self.upload("ab/cd", b"picture")
        for name in ("snug.db", "pages", "snugd.conf", "files/ab/cd", "manifest", "manifest.sum"):
            self.create("one")
            os.remove(self.at("one/" + name))
            _, wrong = self.verify("one")
            self.assertIn({"manifest.sum": "manifest"}.get(name, name), wrong)
            shutil.rmtree(self.at("one"))
        for name in ("other", "files/ab/other", "snug.db-wal"):
            self.create("one")
            with open(self.at("one/" + name), "w", encoding="ascii"):
                pass
            self.assertIn("take it away", self.verify("one")[1][name])
            shutil.rmtree(self.at("one"))
        self.create("one")
        with open(self.at("one/snug.db"), "ab") as file:
            file.write(bytes(4096))
        self.assertIn("bytes, and had", self.verify("one")[1]["snug.db"])

    def test_what_has_the_right_sums_and_is_not_what_it_says(self):
        """Damage from before the sums: only who opens it finds that."""
        self.create("one")
        manifest = self.at("one/manifest")
        with open(manifest, encoding="ascii") as file:
            text = file.read()
        cases = {"accounts": "counts", "messages": "counts", "audit": "audit"}
        for column, what in cases.items():
            said = json.loads(text)
            said[column] += 1
            self.rewrite(manifest, json.dumps(said))
            self.assertEqual(list(self.verify("one")[1]), [what])
        said = json.loads(text)
        said["history"] = "0" * 32
        self.rewrite(manifest, json.dumps(said))
        self.assertEqual(list(self.verify("one")[1]), ["sequence"])

    def rewrite(self, path, text):
        import hashlib
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        with open(path + ".sum", "w", encoding="ascii") as file:
            file.write(hashlib.blake2b(text.encode(), digest_size=32).hexdigest() + "\n")

    def test_a_login_that_could_not_be_is_told(self):
        """The database says it is sound; who would log in finds out."""
        for text, says in (("UPDATE account SET password = '$argon2id$x'", "account ann has a password that is none"),
                           (f"UPDATE credential SET hash = {stored.zeros(32)}", "is of no key")):
            stored.change(self.s.state, text)
            self.create(says.split()[0])
            self.assertIn(says, self.verify(says.split()[0])[1]["login"])

    def sql(self, text):
        stored.change(self.s.state, text)

    def test_it_is_served_as_far_as_can_be_tried(self):
        self.s.user("bob")
        self.ok("user", "token", "add", "bob", "bot")
        self.ok("user", "disable", "ann")
        self.create("one")
        self.assertRegex(self.whole("one")["served"],
                         r"^the hub loaded 2 accounts and 1 rooms; of 2 devices and tokens, each found by its hash, "
                         r"1 let in, the first, \d+, bob; a wrong password of bob was hashed, and is wrong$")
        self.ok("user", "disable", "bob")
        self.create("two")
        self.assertRegex(self.whole("two")["served"], "by its hash, 0 let in; no password lets anybody in$")
        with open(os.path.join(self.s.state, "snugd.conf"), "a", encoding="utf-8") as file:
            file.write("motd_file = /none/that/is/here\n")
        self.create("three")
        self.whole("three")

    def test_what_no_hub_loads_is_told(self):
        for i, text in enumerate(("UPDATE account SET role = 99", "UPDATE account SET role = 0, name = 'a b'",
                                  "UPDATE account SET name = 'ann', seen_ms = 9223372036854775807")):
            self.sql(text)
            self.create("%d" % i)
            wrong = self.verify("%d" % i)[1]
            self.assertEqual(list(wrong), ["served"])
            self.assertIn("the hub does not load it: ", wrong["served"])

    def test_no_backup(self):
        self.no(3, "backup", "verify", self.at("none"), says="there is no")
        self.ok("backup", self.at("copy.db"))
        self.no(2, "backup", "verify", self.at("copy.db"), says="is no backup: one is a folder")
        os.mkdir(self.at("empty"))
        self.assertIn("No such file", self.verify("empty")[1]["manifest"])


class Sealed(Base):
    # Proves S13.
    def test_only_the_key_looks_inside(self):
        self.s.start()
        client = self.s.client("ann")
        client.send("JOIN #den", "PRIVMSG #den :marzipan")
        client.sync()
        secret, public = self.key()
        made = self.create("one", "--with-keys", "--seal=" + public)
        self.assertTrue(made["sealed"])
        self.assertEqual({name for name in files(self.at("one")) if not name.endswith(".sealed")},
                         {"manifest", "manifest.sum"})
        for name in files(self.at("one")):
            with open(self.at("one/" + name), "rb") as file:
                content = file.read()
            for word in (b"marzipan", b"SQLite format", b"PRIVATE KEY", b"[auth]"):
                self.assertNotIn(word, content)
        fine = self.whole("one")
        self.assertEqual(list(fine), ["sums", "key"])
        self.assertIn("only the sums were compared", fine["key"])
        self.assertEqual(list(self.whole("one", "--key", secret)), ["sums", "seal", *FINDINGS[1:]])
        self.assertNotIn("sealing", os.listdir(self.s.state))
        self.assertEqual(os.stat(secret).st_mode & 0o777, 0o600)

    def test_another_key_does_not(self):
        secret, public = self.key()
        self.create("one", "--seal=" + public)
        self.no(4, "backup", "key", secret, says="is there already")
        other = os.path.join(self.s.dir, "other")
        self.ok("backup", "key", other)
        self.assertIn("another key", self.verify("one", "--key", other)[1]["key"])
        self.no(3, "backup", "verify", self.at("one"), "--key", other + "x", says="cannot read")
        self.no(1, "backup", "verify", self.at("one"), "--key", self.at("one/manifest"), says="no secret key")

    def test_what_did_not_change_is_linked_when_it_is_sealed_for_the_same(self):
        public = self.key()[1]
        self.upload("ab/cd", os.urandom(100000))
        self.create("one", "--seal=" + public)
        self.assertEqual(self.create("two", "--incremental", "--seal=" + public)["linked"], 2)
        self.assertEqual(os.stat(self.at("two/files/ab/cd.sealed")).st_nlink, 2)
        other = self.ok("backup", "key", os.path.join(self.s.dir, "other")).out.strip()
        self.assertEqual(self.create("three", "--incremental", "--seal=" + other)["linked"], 0)
        self.assertEqual(self.create("four", "--incremental")["linked"], 0)
        for name in ("one", "two", "three", "four"):
            self.whole(name)


if __name__ == "__main__":
    unittest.main()
