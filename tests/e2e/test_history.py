# SPDX-License-Identifier: MIT
"""What is kept of the history, and how an operator reads it."""
import json
import os
import re
import unittest

import snug
import stored
from patience import until

TEXT = "x" * 300


class Base(unittest.TestCase):
    def server(self, *args, **more):
        server = snug.Server(*args, **more)
        self.addCleanup(server.close)
        return server

    def ok(self, s, *words):
        done = s.run(*words)
        self.assertEqual(done.code, 0, done)
        return done


def fill(client, room, count, first=1):
    for start in range(first, first + count, 100):
        client.send(*["PRIVMSG %s :%d %s" % (room, i, TEXT)
                      for i in range(start, min(start + 100, first + count))])
        client.sync()


class Retention(Base):
    def start(self, conf=""):
        s = self.server(conf).start()
        s.user("ann")
        ann = s.client("ann", "batch draft/chathistory message-tags server-time")
        ann.send("JOIN #den")
        ann.wait(" 366 ")
        return s, ann

    def page(self, client, words):
        client.send("CHATHISTORY " + words)
        first = client.wait(" BATCH +")
        lines = []
        while True:
            line = client.recv()
            if " BATCH -" in line:
                return first, lines
            lines.append(line)

    def oldest(self, client):
        """The first lines of all that is kept, and the number of the first."""
        _, lines = self.page(client, "AFTER #den timestamp=2000-01-01T00:00:00.000Z 5")
        return lines, int(lines[0].split(" #den :")[1].split()[0])

    def test_a_quota_is_kept_while_the_server_runs_and_space_returns(self):
        s, ann = self.start()
        fill(ann, "#den", 6000)
        until("a larger store", lambda: stored.size(s.state) > 2000000)
        self.ok(s, "room", "set", "den", "--keep-size", "300KiB")
        until("messages to expire", lambda: s.json("status")["expired"] > 5000)
        until("a smaller store", lambda: stored.size(s.state) < 1000000)
        until("the oldest to go", lambda: self.oldest(ann)[1] > 5500)
        first, lines = self.page(ann, "LATEST #den * 5")
        self.assertIn(":6000 ", lines[-1])
        lines, oldest = self.oldest(ann)
        self.assertLess(oldest, 5900)
        first, lines = self.page(ann, "BEFORE #den timestamp=%s 5"
                                 % lines[0].split("time=")[1][:24])
        self.assertIn("draft/chathistory-end", first)
        self.assertEqual(lines, [])
        self.assertEqual(self.ok(s, "check").err, "")

    def test_a_bound_over_all_is_taken_up_by_reload(self):
        s, ann = self.start()
        fill(ann, "#den", 1000)
        ann.send("JOIN #lair")
        ann.wait(" 366 ")
        fill(ann, "#lair", 60)
        fill(ann, "#den", 1000, 1001)
        s.configure("\n[history]\nkeep_total = 200KiB\n")
        rows = s.json("history", "prune", "--dry-run")
        self.assertEqual(rows, [])
        self.ok(s, "reload")
        until("messages to expire", lambda: s.json("status")["expired"] > 1600)
        _, lines = self.page(ann, "LATEST #lair * 500")
        self.assertEqual(len(lines), 60)  # under its share: older ones, too
        until("a short history",
              lambda: len(self.page(ann, "LATEST #den * 500")[1]) < 400)

    def test_prune_shows_what_would_go_and_does_it_offline_too(self):
        for live in (True, False):
            s, ann = self.start()
            fill(ann, "#den", 2000)
            s.stop()
            s.configure("\n[history]\nkeep_size = 100KiB\n")
            before = stored.size(s.state)
            if live:
                s.start()
            rows = s.json("history", "prune", "--dry-run")
            self.assertTrue(all(r["messages"] > 0 and r["bytes"] > 100000 for r in rows), rows)
            if not live:  # nothing went by itself
                self.assertEqual([r["room"] for r in rows], ["#den"])
                self.assertGreater(rows[0]["messages"], 1700)
                self.assertEqual(s.json("history", "prune"), rows)
                self.assertEqual(s.json("history", "prune"), [])
            until("a smaller store", lambda: self.ok(s, "history", "prune") and stored.size(s.state) < before / 2)
            self.assertEqual(s.run("check").code, 0 if live else 7)
            self.assertEqual(s.run("history", "prune", "--room", "nowhere").code, 3)


def on_disk(server, needle):
    return needle in stored.whole(server.state)


class Messages(Base):
    def start(self):
        s = self.server().start()
        for name in ("ann", "bob"):
            s.user(name)
        ann, bob = s.client("ann"), s.client("bob", "draft/message-redaction message-tags")
        for c in (ann, bob):
            c.send("JOIN #den")
            c.wait(" 366 ")
        for i in range(1, 1203):
            ann.send("PRIVMSG #den :line %d" % i)
        ann.send("NOTICE #den :the end \x1b[1m")
        ann.sync()
        bob.sync()
        return s, bob

    def test_a_message_is_found_shown_and_removed_live_and_offline(self):
        s, bob = self.start()
        for live in (True, False):
            text = "line 7" if live else "line 8"
            if not live:
                s.stop()
            words = ("message", "search", text, "--room", "den", "--from", "ann", "--since", "1h")
            found = s.json(*words)
            self.assertEqual([m["text"] for m in found], [text])
            shown = s.json("message", "show", found[0]["id"])
            self.assertEqual(shown["text"], text)
            self.assertEqual(s.run("message", "redact", found[0]["id"]).code, 9)
            self.ok(s, "message", "redact", found[0]["id"], "--confirm", "--reason", "rude")
            if live:
                bob.wait("REDACT #den " + found[0]["id"], "rude")
            self.assertEqual(s.json(*words), [])
            self.assertTrue(s.json("message", "show", found[0]["id"])["redacted"])
            self.assertIn("message redact", self.ok(s, "audit", "list").out)

    # Proves S9.
    def test_a_removed_message_is_in_no_file_and_in_no_new_backup(self):
        s, _ = self.start()
        ann = s.client("ann", "message-tags echo-message draft/message-redaction")
        ann.send("PRIVMSG #den :the glockenspielquartz password")
        msgid = re.search("msgid=(\\w+)", ann.wait("glockenspielquartz")).group(1)
        holds = [os.path.join(s.dir, name) for name in ("old", "new")]
        self.ok(s, "backup", holds[0])
        ann.send("REDACT #den " + msgid)
        ann.wait("REDACT #den " + msgid)
        # The word is an index entry of its own, and the log is behind a checkpoint.
        until("the text to leave the disk", lambda: not on_disk(s, b"glockenspielquartz"))
        self.ok(s, "backup", holds[1])
        found = [b"glockenspielquartz" in open(path, "rb").read() for path in holds]
        self.assertEqual(found, [True, False])
        self.assertEqual(s.json("message", "search", "glockenspielquartz"), [])
        seqs = [row["seq"] for row in map(json.loads, self.ok(s, "export", "--room", "den").out.splitlines())
                if "seq" in row]
        self.assertEqual(len(seqs), seqs[-1] - (1204 not in seqs))
        self.assertEqual(self.ok(s, "check").err, "")

    def test_a_removed_message_leaves_none_of_its_edits_on_disk(self):
        s = self.server().start()
        s.user("ann")
        ann = s.client("ann", "message-tags echo-message draft/message-redaction")
        ann.send("JOIN #den")
        ann.wait(" 366 ")
        ann.send("PRIVMSG #den :the xylophonequartz password")
        first = re.search("msgid=(\\w+)", ann.wait("xylophonequartz")).group(1)
        ann.send("@+draft/edit=%s PRIVMSG #den :the balafonquartz password" % first)
        ann.wait("+draft/edit=" + first, "balafonquartz")
        self.assertTrue(on_disk(s, b"balafonquartz"))
        ann.send("REDACT #den " + first)
        ann.wait("REDACT #den " + first)
        until("the texts to leave the disk",
              lambda: not on_disk(s, b"xylophonequartz") and not on_disk(s, b"balafon"))

    def test_export_prints_the_whole_room_live_and_offline(self):
        s, bob = self.start()
        before = self.ok(s, "export", "--room", "den").out
        rows = [json.loads(line) for line in before.splitlines()]
        said = [r for r in rows if "seq" in r]
        self.assertEqual([r["seq"] for r in said], list(range(1, 1204)))
        self.assertEqual([r["text"] for r in said[:1202]],
                         ["line %d" % i for i in range(1, 1203)])
        self.assertIn("JOIN", [r["kind"] for r in rows])
        text = self.ok(s, "export", "--room", "#den", "--format", "text").out
        self.assertRegex(text, r"(?m)^\S+Z <ann> line 1202$")
        self.assertRegex(text, r"(?m)^\S+Z -ann- the end \?\[1m$")
        self.assertEqual(s.run("export", "--room", "nowhere").code, 3)
        self.assertEqual(s.run("export").code, 2)
        s.stop()
        self.assertEqual(self.ok(s, "export", "--room", "den").out, before)


if __name__ == "__main__":
    unittest.main()
