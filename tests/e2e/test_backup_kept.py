# SPDX-License-Identifier: MIT
"""Backups beside one another: linked, listed, pruned; and those that were cut short."""
import fcntl
import itertools
import json
import os
import shutil
import subprocess
import time
import unittest
import unittest.mock

import snug
import stored
from fault_disk import Filler
from patience import PATIENCE, until
from test_backup_folder import Base, files, flip
from test_verb_table import Low


class Kept(Base):
    """Beside one another: linked, listed, pruned."""

    def test_what_did_not_change_is_a_link(self):
        self.upload("ab/cd", b"picture")
        self.upload("ef", b"other")
        self.create("one")
        self.upload("ef", b"OTHER")
        self.upload("new", b"new")
        self.assertEqual(self.create("two", "--incremental")["linked"], 2)
        same = {name for name in files(self.at("two"))
                if os.path.exists(self.at("one/" + name)) and os.path.samefile(self.at("one/" + name), self.at("two/" + name))}
        self.assertEqual(same, {"snugd.conf", "files/ab/cd"})
        shutil.rmtree(self.at("one"))
        self.whole("two")
        with open(self.at("two/files/ef"), "rb") as file:
            self.assertEqual(file.read(), b"OTHER")

    def test_damage_is_not_carried_on(self):
        self.upload("ab/cd", b"picture")
        self.create("one")
        flip(self.at("one/files/ab/cd"), 3)
        self.assertEqual(self.create("two", "--incremental")["linked"], 1)
        self.whole("two")
        self.assertIn("files/ab/cd", self.verify("one")[1])

    def test_the_list(self):
        self.create("b")
        self.create("a", "--seal=" + self.key()[1])
        self.create("c")
        os.truncate(self.at("c/snug.db"), 100)
        os.mkdir(self.at("d.unfinished"))
        os.mkdir(self.at("something"))
        rows = self.rows("list", self.backups)
        self.assertEqual({name: row["state"] for name, row in rows.items()},
                         {"d.unfinished": "unfinished", "b": "complete", "a": "complete", "c": "damaged"})
        self.assertEqual(list(rows), ["d.unfinished", "b", "a", "c"])
        self.assertIn("snug.db has another size", rows["c"]["found"])
        self.assertEqual((rows["a"]["sealed"], rows["b"]["sealed"]), (True, False))
        self.assertEqual(rows["b"]["bytes"], sum(files(self.at("b")).values()) -
                         sum(os.path.getsize(self.at("b/" + name)) for name in ("manifest", "manifest.sum")))
        self.no(3, "backup", "list", self.at("none"), says="there is no")

    def prune(self, code, *words):
        done = self.s.run("backup", "prune", self.backups, *words, "--json")
        self.assertEqual(done.code, code, done)
        return {row["name"]: row["state"] for row in json.loads(done.out)}

    # Proves S14.
    def test_only_whole_ones_count_and_the_last_of_them_stays(self):
        for name in "abcde":
            self.create(name)
        for name in "ace":
            flip(self.at(name + "/snug.db"), 99999)
        expected = {"a": "removed", "b": "removed", "c": "damaged", "d": "whole", "e": "damaged"}
        self.assertEqual(self.prune(6, "--keep", "1", "--dry-run"), dict(expected, c="removed"))
        self.assertEqual(sorted(os.listdir(self.backups)), list("abcde"))
        self.assertEqual(self.prune(6, "--keep", "2"),
                         {"a": "removed", "b": "whole", "c": "damaged", "d": "whole", "e": "damaged"})
        self.assertEqual(self.prune(6, "--keep", "1"),
                         {"b": "removed", "c": "removed", "d": "whole", "e": "damaged"})
        self.assertEqual(self.prune(6, "--keep", "1"), {"d": "whole", "e": "damaged"})
        flip(self.at("d/snug.db"), 99999)
        self.assertEqual(self.prune(6, "--keep", "1"), {"d": "damaged", "e": "damaged"})
        self.assertEqual(sorted(os.listdir(self.backups)), ["d", "e"])
        for wrong in ("0", "-1", "x", ""):
            self.no(2, "backup", "prune", self.backups, "--keep", wrong)
        self.no(3, "backup", "prune", self.at("none"), "--keep", "1", says="there is no")

    def test_by_the_day(self):
        names = set()
        for _ in range(3):
            folder = self.create("", "--dated")["folder"]
            self.assertRegex(folder[len(self.backups):], r"^/\d{8}T\d{6}Z$")
            names.add(os.path.basename(folder))
            until("the next second", lambda: time.strftime("%H%M%S", time.gmtime()) + "Z" != folder[-7:])
        self.assertEqual(set(self.prune(0, "--keep", "2").values()), {"removed", "whole"})
        self.assertEqual(sorted(os.listdir(self.backups)), sorted(names)[1:])


class CutShort(Base):
    def killed(self, call, at, *options, verb=()):
        """It is killed when it makes that call for the nth time; False: it came to its end."""
        verb = verb or ("backup", "create", self.at("one"), "--with-keys", *options)
        return subprocess.run(
            ["strace", "-qqfo", "/dev/null", "-e", "trace=" + call, "-e", f"inject={call}:signal=KILL:when={at}",
             snug.SNUGD, *verb, "--state", self.s.state],
            capture_output=True, timeout=PATIENCE).returncode != 0

    def cut_at_each(self, *options):
        """How often it was cut short, at each call that changes something on disk."""
        cut = 0
        for call in ("mkdir", "flock", "write", "pwrite64", "fsync", "fdatasync", "link", "rename", "renameat2"):
            at = 1
            while self.killed(call, at, *options):
                cut += 1
                at += 1
                rows = self.rows("list", self.backups)
                if os.path.exists(self.at("one")):
                    self.whole("one")
                    shutil.rmtree(self.at("one"))
                else:
                    self.assertEqual({row["state"] for row in rows.values()} - {"unfinished", "complete"}, set())
            self.whole("one")
            self.assertNotIn("one.unfinished", os.listdir(self.backups))
            shutil.rmtree(self.at("one"))
        return cut

    # Proves S15.
    def test_killed_anywhere_it_is_not_there_or_whole(self):
        self.upload("ab/cd", os.urandom(100000))
        self.upload("e", b"e")
        self.assertGreater(self.cut_at_each(), 20)

    def test_a_link_is_no_danger_to_what_it_is_a_link_to(self):
        self.upload("ab/cd", os.urandom(100000))
        self.create("older", "--with-keys")
        self.assertGreater(self.cut_at_each("--incremental"), 20)
        self.whole("older")

    def test_a_prune_takes_away_what_was_cut_short(self):
        self.assertTrue(self.killed("fsync", 3))
        self.assertEqual(os.listdir(self.backups), ["one.unfinished"])
        self.create("two")
        self.ok("backup", "prune", self.backups, "--keep", "9")
        self.assertEqual(os.listdir(self.backups), ["two"])

    def cut_where(self, folder, start, *verb):
        """The verb is killed when a folder that begins so is there."""
        for at in itertools.count(1):
            self.assertTrue(self.killed("pwrite64,write", at, verb=verb))
            left = [name for name in os.listdir(folder) if name.startswith(start)]
            if left:
                return os.path.join(folder, left[0])

    def copies(self):
        """What `check` says of them."""
        rows = {row["what"]: row for row in json.loads(self.s.run("check", "--json").out)}
        return rows["copies"]["fine"], rows["copies"]["found"]

    def held(self, path):
        """As long as somebody is at work there it stays."""
        lock = os.open(path, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.ok("backup", "list", self.backups)
        self.assertTrue(self.copies()[0])
        os.close(lock)
        fine, found = self.copies()
        self.assertFalse(fine)
        self.assertIn("rm -r " + path, found)

    @stored.of_sqlite("a backup is put back into the folder of its file")
    def test_no_copy_that_a_killed_command_left_stays_for_long(self):
        public = self.key()[1]
        self.create("zero")
        seal = ("backup", "create", self.at("one"), "--seal=" + public)
        with unittest.mock.patch.dict(os.environ, {"TMPDIR": self.s.dir}):
            for verb in (["list", self.backups], ["verify", self.at("zero")], ["prune", self.backups, "--keep", "9"],
                         ["create", self.at("two")], [self.at("copy.db")]):
                path = self.cut_where(self.s.state, "sealing", *seal)
                self.held(path)
                self.ok("backup", *verb)
                self.assertFalse(os.path.exists(path), verb)
            for words in (["restore", self.at("zero"), "--dry-run"], ["user", "erase", "ann", "--confirm", "ann"]):
                path = self.cut_where(self.s.dir, "snug-verify.", "backup", "verify", self.at("zero"))
                self.held(path)
                self.ok(*words)
                self.assertFalse(os.path.exists(path), words)
            left = [self.cut_where(self.s.dir, "snug-verify.", "backup", "verify", self.at("zero")),
                    self.cut_where(self.s.state, "trial.unfinished", "upgrade", "--dry-run")]
            self.s.start()
            self.assertEqual([path for path in left if os.path.exists(path)], [])
            self.assertTrue(self.copies()[0])

    # Proves S15.
    def test_a_full_disk_leaves_nothing_behind(self):
        with Low() as folder:
            if folder is None:
                self.skipTest("mounting is not allowed")
            self.upload("big", os.urandom(4 << 20))
            disk = Filler(folder)
            one = os.path.join(folder, "one")
            # Full at the database, at a file, and at the last of them.
            for free in (40000, 150000, 1 << 20, 4 << 20, (4 << 20) + 150000):
                disk.leave(free)
                done = self.no(1, "backup", "create", one)
                self.assertRegex(done.err, "No space|disk is full|cannot")
                self.assertEqual(os.listdir(folder), ["filler"])
                disk.release()
            self.ok("backup", "create", one)
            self.ok("backup", "verify", one)


if __name__ == "__main__":
    unittest.main()
