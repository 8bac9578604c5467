# SPDX-License-Identifier: MIT
"""`snugd check --deep`: single flipped bits in rows and index entries.

FLIPS says how many of them; each is of another table or index than the one before."""
import json
import os
import random
import re
import sqlite3
import subprocess
import unittest

import btree
import rowsum
import snug
import stored
from patience import PATIENCE

DB = os.path.join(os.path.dirname(__file__), "..", "..", "db")
FLIPS = int(os.environ.get("FLIPS", "200"))
N = 12  # rows of most tables
MESSAGES = 300
LONG = "long " * 2000  # on pages of its own
# Who refers to what, and what `check` knows of the order of rows.
VALUES = {
    ("message", "stream"): lambda i: 1 + i % N, ("message", "seq"): lambda i: i // N + 1,
    ("message", "time_ms"): lambda i: 1000 + i, ("message", "client_id"): lambda i: "c%d" % i,
    ("message", "text"): lambda i: LONG if i == 7 else "words of %d" % i,
    ("room", "id"): lambda i: 1 + i, ("dialog", "id"): lambda i: 100 + i,
    ("rules_read", "room"): lambda i: 1 + i, ("report", "room"): lambda i: 1 + i,
    ("expiry", "stream"): lambda i: 500 + i, ("setting", "key"): lambda i: "some %d" % i,
    ("chore", "name"): lambda i: "none %d" % i, ("account", "name"): lambda i: "Name%d" % i,
    ("room", "name"): lambda i: "#Room%d" % i, ("freed", "hash"): lambda i: bytes([i] * 32),
}


def value(table, column, kind, i):
    if (table, column) in VALUES:
        return VALUES[table, column](i)
    if column in ("account", "id", "room") and kind == "INTEGER":
        return 1 + i % N if table == "message" and column == "account" else 1 + i
    return {"INTEGER": 1 + i * 77, "TEXT": "%s %d" % (column, i), "BLOB": b"\1\2%d" % i}[kind]


def fill(path):
    """Every table gets rows of every column."""
    db = rowsum.connect(path)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                           "AND name NOT LIKE 'search%'")]
    for table in reversed(tables):  # those that refer before those that are referred to
        if table not in ("setting", "chore"):
            db.execute('DELETE FROM "%s"' % table)
    for table in tables:
        columns = [(row[1], row[2]) for row in db.execute('PRAGMA table_info("%s")' % table)]
        for i in range(MESSAGES if table == "message" else N):
            db.execute('INSERT INTO "%s" (%s) VALUES (%s)' % (
                table, ", ".join(name for name, _ in columns), ", ".join("?" for _ in columns)),
                [value(table, *column, i) for column in columns])
    db.execute("INSERT INTO search (rowid, text, place) SELECT id, text, place FROM message_words")
    db.commit()  # which writes the index
    rowsum.sum_words(db)
    db.commit()
    db.close()
    return tables


class Deep(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.user("alice")
        self.path = stored.file(self.s.state)

    def check(self):
        """What it says of the database; "": nothing is wrong with it."""
        done = subprocess.run([snug.SNUGD, "check", "--deep", "--json", "--state", self.s.state],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE)
        rows = {row["what"]: row for row in json.loads(done.stdout)}
        self.rows = rows.get("rows", {}).get("found", "")
        wrong = {what for what, row in rows.items() if not row["fine"]}
        self.assertEqual(done.returncode, 6 if wrong - {"server"} else 7 if wrong else 0, done)
        return "" if rows["database"]["fine"] else rows["database"]["found"]

    def whole(self):
        """The file with all that the log holds."""
        db = rowsum.connect(self.path)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        trees = db.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0").fetchall()
        db.close()
        with open(self.path, "rb") as file:
            return bytearray(file.read()), trees

    def filled(self):
        fill(self.path)
        return self.whole()

    def flip(self, data, at, bit):
        data[at] ^= 1 << bit
        with open(self.path, "r+b") as file:
            file.seek(at)
            file.write(data[at:at + 1])

    def read(self, name):
        """All that a reader gets from the table; None: it is an index, or cannot be read.

        A row names the type of its integer primary key, too, and nobody ever reads that: the
        key is the row's number. Such a bit is the one kind that nothing can find, or need."""
        db = rowsum.connect(self.path)
        try:
            table = db.execute("SELECT 1 FROM sqlite_schema WHERE name = ? AND type = 'table'",
                               (name,)).fetchone()
            return table and db.execute('SELECT * FROM "%s" NOT INDEXED' % name).fetchall()
        except sqlite3.DatabaseError:
            return None
        finally:
            db.close()

    def test_each_flipped_bit_is_found_and_nothing_else(self):
        data, trees = self.filled()
        self.assertEqual(self.check(), "")
        cells = {name: list(btree.File(bytes(data)).cells(root)) for name, root in trees}
        cells = {name: spots for name, spots in cells.items() if spots}
        before = {name: self.read(name) for name in cells}
        names = sorted(cells)
        self.assertGreater(len(names), 40)
        seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
        draw = random.Random(seed)
        passed, refused = [], 0
        for i in range(FLIPS):
            name = names[i % len(names)]
            start, length = draw.choice(cells[name])
            at, bit = start + draw.randrange(length), draw.randrange(8)
            self.flip(data, at, bit)
            found = self.check()
            refused += found.startswith("cannot ")
            if not found and (before[name] is None or self.read(name) != before[name]):
                passed.append((name, at - start, length, bit))
            self.flip(data, at, bit)
        print("%d flips, %d of them kept the file from being read" % (FLIPS, refused), end=" ")
        self.assertEqual(passed, [], "seed %d" % seed)
        self.assertEqual(self.check(), "")

    def older(self, version):
        """A database of that version, with some rows."""
        os.remove(self.path)
        db = rowsum.connect(self.path)
        for name in sorted(os.listdir(DB)):
            if re.match(r"\d{4}_", name) and int(name[:4]) <= version:
                with open(os.path.join(DB, name)) as file:
                    db.executescript(file.read())
        db.execute("PRAGMA application_id = 0x736e7567")
        db.execute("PRAGMA user_version = %d" % version)
        db.execute("INSERT INTO account (id, name, password, realname, role, disabled, created_ms,"
                   " seen_ms) VALUES (1, 'ann', '', 'Ann', 0, 0, 1, 1)")
        db.execute("INSERT INTO room (id, name, topic, topic_by, topic_ms, flags, key, user_limit,"
                   " created_ms, keep_ms, keep_bytes) VALUES (2, '#den', '', '', 0, 0, '', 0, 1, 0, 0)")
        for i in range(1, 11):
            db.execute("INSERT INTO message (id, stream, seq, time_ms, account, sender, kind, text,"
                       " tags) VALUES (?, 2, ?, ?, 1, 'ann', 0, 'some words', '')", (i << 20, i, i))
        db.execute("INSERT INTO search (search) VALUES ('rebuild')")
        db.commit()
        db.close()
        os.chmod(self.path, 0o600)

    def test_a_database_of_each_version_has_its_sums_after_one_start(self):
        newest = max(int(name[:4]) for name in os.listdir(DB) if re.match(r"\d{4}_", name))
        for version in range(1, newest):
            with self.subTest(version):
                self.older(version)
                self.assertEqual(self.check(), "")
                if version < 29:
                    self.assertEqual(self.rows, "schema %d has no sums of them: the next start "
                                     "makes them" % version)
                self.s.user("bob")
                self.assertEqual(self.check(), "")
                self.assertRegex(self.rows, r"^(1[5-9]|[2-9]\d), each as it was stored$")
                db = rowsum.connect(self.path)
                db.execute("UPDATE message SET text = 'other' WHERE id = ?", (5 << 20,))
                db.create_function("row_sum", -1, lambda *_: 1, deterministic=True)
                db.execute("UPDATE message SET text = 'another' WHERE id = ?", (6 << 20,))
                db.commit()
                db.close()
                self.assertRegex(self.check(), "^table message, row %d: it is not what was stored; "
                                 "keep this file for a look, and restore a backup$" % (6 << 20))

    def test_beside_a_server_that_writes_and_after_it(self):
        self.s.start()
        self.assertEqual(self.s.run("room", "add", "#den").code, 0)
        for i in range(10):
            self.s.user("user%d" % i)
            self.assertEqual(self.check(), "")
        self.assertEqual(self.s.run("user", "delete", "user3", "--confirm", "user3").code, 0)
        self.assertEqual(self.check(), "")
        self.s.stop()
        self.assertEqual(self.check(), "")

    def test_a_copy_keeps_what_was_flipped(self):
        """Or the damage would look as if it had been stored."""
        data, _ = self.whole()
        self.flip(data, data.index(b"alice"), 1)
        self.assertIn("table account, row", self.check())
        copy = os.path.join(self.s.dir, "copy.db")
        db = rowsum.connect(self.path)
        db.execute("VACUUM INTO ?", (copy,))
        db.close()
        os.replace(copy, self.path)
        os.chmod(self.path, 0o600)
        self.assertIn("table account, row", self.check())
