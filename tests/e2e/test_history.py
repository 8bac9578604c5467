# SPDX-License-Identifier: MIT
"""What is kept of the history, and how an operator reads it."""
import os
import time
import unittest

import snug

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


def file_size(s):
    return os.path.getsize(os.path.join(s.state, "snug.db"))


def wait_until(condition, seconds=20):
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "not within %d s" % seconds
        time.sleep(0.05)


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

    def test_a_quota_is_kept_while_the_server_runs_and_space_returns(self):
        s, ann = self.start()
        fill(ann, "#den", 6000)
        wait_until(lambda: file_size(s) > 2000000)
        self.ok(s, "room", "set", "den", "--keep-size", "300KiB")
        wait_until(lambda: s.json("status")["expired"] > 5000)
        wait_until(lambda: file_size(s) < 1000000)
        first, lines = self.page(ann, "LATEST #den * 5")
        self.assertIn(":6000 ", lines[-1])
        first, lines = self.page(ann, "AFTER #den timestamp=2000-01-01T00:00:00.000Z 5")
        oldest = int(lines[0].split(" #den :")[1].split()[0])
        self.assertGreater(oldest, 5500)
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
        fill(ann, "#lair", 200)
        s.configure("\n[history]\nkeep_total = 200KiB\n")
        rows = s.json("history", "prune", "--dry-run")
        self.assertEqual(rows, [])
        self.ok(s, "reload")
        wait_until(lambda: s.json("status")["expired"] > 900)
        _, lines = self.page(ann, "LATEST #lair * 500")
        self.assertEqual(len(lines), 200)
        wait_until(lambda: len(self.page(ann, "LATEST #den * 500")[1]) < 100)

    def test_prune_shows_what_would_go_and_does_it_offline_too(self):
        for live in (True, False):
            s, ann = self.start()
            fill(ann, "#den", 2000)
            s.stop()
            s.configure("\n[history]\nkeep_size = 100KiB\n")
            before = file_size(s)
            if live:
                s.start()
            rows = s.json("history", "prune", "--dry-run")
            self.assertTrue(all(r["messages"] > 0 and r["bytes"] > 100000 for r in rows), rows)
            if not live:  # nothing went by itself
                self.assertEqual([r["room"] for r in rows], ["#den"])
                self.assertGreater(rows[0]["messages"], 1700)
                self.assertEqual(s.json("history", "prune"), rows)
                self.assertEqual(s.json("history", "prune"), [])
            self.ok(s, "history", "prune")
            wait_until(lambda: file_size(s) < before / 2)
            self.assertEqual(self.ok(s, "check").err, "")
            self.assertEqual(s.run("history", "prune", "--room", "nowhere").code, 3)


if __name__ == "__main__":
    unittest.main()
