# SPDX-License-Identifier: MIT
"""A database of an older version, with people in its rooms: what they may read after the update.

Each is made of the migrations that version had, and filled as it would have been.
"""
import json
import os
import re
import unittest

import rowsum
import snug
import stored

DB = os.path.join(os.path.dirname(__file__), "../../db")
START = 1700000000000  # when the first message was said; one a second
CAPS = "batch message-tags server-time draft/chathistory soju.im/search snug.chat/sequence"
SINCE_JOINED, SINCE_INVITED = 128, 256
NAMES = ("ann", "bob", "cem", "dan")
INVITED = 3
WITH_HISTORY = 5  # since that version a database has a history id


def at(n):
    """When message n of a room was said; the first is 1."""
    return START + (n - 1) * 1000


class Older(unittest.TestCase):
    def of_version(self, version, *rows):
        """A server whose database is of that version: two rooms of ten messages by ann, in
        which bob came between the third and the fourth; dan was invited behind the seventh.
        No newer snugd has opened it."""
        server = snug.Server()
        self.addCleanup(server.close)
        path = stored.file(server.state, stored.OLDER)
        os.remove(path)
        db = rowsum.connect(path)
        for name in sorted(os.listdir(DB)):
            if re.match(r"\d{4}_", name) and int(name[:4]) <= version:
                with open(os.path.join(DB, name)) as file:
                    db.executescript(file.read())
        db.execute("PRAGMA application_id = 0x736e7567")
        db.execute("PRAGMA user_version = %d" % version)
        for i, name in enumerate(NAMES, 1):
            db.execute("INSERT INTO account (id, name, password, realname, role, disabled, "
                       "created_ms, seen_ms) VALUES (?, ?, '', ?, 0, 0, ?, ?)",
                       (i, name, name, START, START))
        for stream, (room, flags) in enumerate((("#joined", SINCE_JOINED),
                                                ("#asked", SINCE_INVITED)), 1):
            db.execute("INSERT INTO room VALUES (?, ?, '', '', 0, ?, '', 0, ?, 0, 0)",
                       (stream, room, flags, START))
            db.executemany("INSERT INTO member (room, account, role, joined_ms) VALUES (?, ?, 0, ?)",
                           [(stream, 1, START), (stream, 2, at(4) - 1)])
            for n in range(1, 11):
                db.execute("INSERT INTO message VALUES (?, ?, ?, ?, 1, 'ann', 0, ?, '', NULL, 0)",
                           ((at(n) << 20) + stream, stream, n, at(n), "word n%d" % n))
            db.execute("INSERT INTO ban (room, kind, mask, by_whom, reason, at_ms, expires_ms) "
                       "VALUES (?, ?, 'dan', 'ann', '', ?, 0)", (stream, INVITED, at(8) - 1))
        db.execute("INSERT INTO search (search) VALUES ('rebuild')")
        for row in rows:
            db.execute(row)
        db.commit()
        db.close()
        os.chmod(path, 0o600)
        return server

    def older(self, version, *rows):
        """The same, served by this snugd; everybody has a password."""
        server = self.of_version(version, *rows)
        for name in NAMES:
            done = server.run("user", "passwd", name, "--password-stdin",
                              stdin=snug.PASSWORD + "\n")
            self.assertEqual(done.code, 0, done)
        server.start()
        self.assertEqual(server.run("check").code, 0)
        return server

    def reads(self, client, room):
        """The numbers of what one is told, by pages and by searching: the same."""
        client.sync()
        client.send("CHATHISTORY LATEST %s * 100" % room)
        pages = [line.split(":word n")[1] for line in client.sync() if ":word n" in line]
        client.send("SEARCH text=word;limit=100;in=%s" % room)
        found = [line.split(":word n")[1] for line in client.sync() if ":word n" in line]
        self.assertEqual(sorted(map(int, found)), sorted(map(int, pages)))
        return [int(n) for n in pages]

    def test_a_backup_of_it_is_of_its_version_and_can_be_restored(self):
        for version in (4, 6, 9):
            server = self.of_version(version)
            backup = os.path.join(server.dir, "backup")
            done = server.run("backup", "create", backup)
            self.assertEqual(done.code, 0, done)
            with open(os.path.join(backup, "manifest"), encoding="ascii") as file:
                manifest = json.load(file)
            self.assertEqual((manifest["schema"], manifest["accounts"], manifest["messages"]), (version, 4, 20))
            self.assertEqual(manifest["history"] == "0" * 32, version < WITH_HISTORY)
            done = server.run("backup", "verify", backup)
            with self.subTest(version=version):
                self.assertEqual(done.code, 0, done)

    def test_members_read_from_where_they_came_and_the_invited_from_where_they_were(self):
        server = self.older(7)
        whole = list(range(1, 11))
        expected = {"ann": (whole, whole), "bob": (whole[3:],) * 2,
                    "cem": ([], []), "dan": ([], whole[7:])}
        for again in range(2):  # a restart changes nothing
            for name, reads in expected.items():
                client = server.client(name, CAPS)
                for room, numbers in zip(("#joined", "#asked"), reads):
                    if not again:
                        client.send("JOIN " + room)
                    self.assertEqual(self.reads(client, room), numbers, (name, room))
            server.stop()
            server.start()

    def test_where_a_page_begins_is_told_as_of_a_room_that_was_always_so(self):
        server = self.older(7)
        client = server.client("bob", CAPS)
        client.sync()
        client.send("CHATHISTORY AFTER #joined snug.chat/seq=1 100")
        line = client.wait("BATCH +")
        self.assertIn("snug.chat/floor=4", line)
        self.assertIn("snug.chat/hidden=1-3", line)

    def test_whoever_cannot_ask_is_shown_as_many_as_the_configuration_says(self):
        # Of the sixth: an account had no number of its own, a device stood before all.
        server = self.older(6, "UPDATE room SET flags = 0",
                            "INSERT INTO cursor VALUES (1, 'tv', %d)" % (START << 20))
        for name in NAMES:
            self.assertEqual(server.json("user", "show", name)["replay"], "server")
        client = server.client().login("ann@tv", nick="ann")
        while sum("word n10" in line for line in client.lines) < 2:
            client.recv()
        shown = [line.split("word ")[1] for line in client.lines if "word n" in line]
        self.assertEqual(sorted(shown), sorted(["n%d" % n for n in range(1, 11)] * 2))

    def test_times_that_were_shared_are_walked_without_a_loss(self):
        # Of the eighth: the clock had been ahead, and all that followed had one time.
        server = self.older(8, "UPDATE room SET flags = 0",
                            "UPDATE message SET time_ms = %d WHERE seq > 3" % at(4))
        client = server.client("bob", CAPS)
        client.sync()
        seen, bound = [], "2000-01-01T00:00:00.000Z"
        while bound:
            client.send("CHATHISTORY AFTER #joined timestamp=%s 2" % bound)
            page = [line for line in client.sync() if ":word n" in line]
            seen += [int(line.split(":word n")[1]) for line in page]
            bound = page and re.search("time=([^; ]+)", page[-1]).group(1)
        self.assertEqual(seen, list(range(1, 11)))

    def test_rooms_whose_names_are_spelled_alike_are_two_rooms_with_two_names(self):
        # Of the ninth: a name was stored in the form in which it was typed.
        nfc, nfd = "#caf\u00e9", "#cafe\u0301"
        server = self.older(9, "UPDATE room SET flags = 0",
                            "UPDATE room SET name = '%s' WHERE id = 1" % nfd,
                            "UPDATE room SET name = '%s' WHERE id = 2" % nfc,
                            "UPDATE message SET text = 'word n1' || seq WHERE stream = 2",
                            "UPDATE member SET role = 4 WHERE account = 1")
        numbers = list(range(1, 11))
        for again in range(2):  # a restart changes nothing
            rooms = [room["name"] for room in server.json("room", "list")]
            self.assertEqual(sorted(rooms), [nfc, nfc + "-2"])
            client = server.client("ann", CAPS)
            told = [line for line in client.lines if " NOTICE ann :Your room %s is called %s-2 now"
                    % (nfc, nfc) in line]
            self.assertEqual(len(told), 0 if again else 1, client.lines)
            for typed, expected in ((nfd, numbers), (nfc, numbers),
                                    (nfd + "-2", [int("1%d" % n) for n in numbers])):
                self.assertEqual(self.reads(client, typed), expected)
            client.send("CHATHISTORY LATEST %s-2 * 1" % nfc)
            self.assertIn("called %s-2 now" % nfc, client.wait(" NOTICE "))
            server.stop()
            server.start()


if __name__ == "__main__":
    unittest.main()
