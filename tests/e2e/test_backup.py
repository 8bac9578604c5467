# SPDX-License-Identifier: MIT
"""A copy made under load, put into another state directory, is the server as it was then."""
import json
import os
import shutil
import unittest

import snug
import stored
import witness
from patience import PATIENCE, until


class Backup(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.tokens = {}
        for name in ("ann", "bob", "cem", "eve"):
            self.server.user(name)
            self.tokens[name] = self.server.run("user", "token", "add", name, "test").out.split()[-1]
        self.server.start()

    def ok(self, server, *words):
        done = server.run(*words)
        self.assertEqual(done.code, 0, done)
        return done

    def restore(self, copy):
        """The steps of docs/OPERATING.md, into a state directory that was just made."""
        other = snug.Server()
        self.addCleanup(other.close)
        for name in ("key.pem", "cert.pem"):
            shutil.copy(os.path.join(self.server.state, name), other.state)
        for name in ("snug.db-wal", "snug.db-shm"):
            self.assertFalse(os.path.exists(os.path.join(other.state, name)))
        shutil.copy(copy, stored.into_file(other.state))
        return other

    # Proves S8.
    def test_a_copy_made_under_load_holds_all_that_was_acknowledged_before_it(self):
        senders = [witness.Sender(self.server.port, n, self.tokens[n], rate=150)
                   for n in ("ann", "bob", "cem")]
        for sender in senders:
            sender.start()
        copies = []
        for i in range(3):
            before = sum(len(s.acked) for s in senders)
            until("more messages", lambda: sum(len(s.acked) for s in senders) >= before + 150)
            path = os.path.join(self.server.dir, "copy%d.db" % i)
            before = {s.account: dict(s.acked) for s in senders}
            self.ok(self.server, "backup", path)
            copies.append((path, before))
        for sender in senders:
            sender.no_more.set()
        for sender in senders:
            sender.join(PATIENCE)
            self.assertFalse(sender.is_alive(), sender.trouble)
        self.join("eve")
        whole = witness.history(self.server.client("eve", witness.CAPS, self.tokens["eve"]))
        pin = self.ok(self.server, "fingerprint").out
        seen = {self.history_id(self.server)}
        for path, before in copies:
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            other = self.restore(path)
            self.assertEqual(other.run("check").code, 7)  # whole, but not running
            other.start()
            self.assertNotIn(self.history_id(other), seen)
            seen.add(self.history_id(other))
            self.assertEqual(self.ok(other, "fingerprint").out, pin)
            eve = other.client("eve", witness.CAPS, self.tokens["eve"])
            eve.send("JOIN #load")
            eve.sync()
            rows = witness.history(eve)
            self.assertEqual(rows, whole[:len(rows)])
            ids = {row[0] for row in rows}
            for account, acked in before.items():
                self.assertTrue(acked)
                missing = [n for n, (msgid, _) in acked.items() if msgid not in ids]
                self.assertEqual(missing, [], account)
            # It goes on where the copy ends.
            eve.send("@snug.chat/id=after PRIVMSG #load :goes on")
            line = eve.wait("PRIVMSG #load :goes on")
            self.assertEqual(int(witness.tags(line)["snug.chat/seq"]), len(rows) + 1)
            self.assertEqual(other.stop(), 0)
            self.assertEqual(other.run("check").code, 7)  # whole, but not running
        print("\ncopies %d, messages %s of %d" % (
            len(copies), [sum(map(len, b.values())) for _, b in copies], len(whole)))

    def history_id(self, server):
        """As both verbs that show it say."""
        status = json.loads(self.ok(server, "status", "--json").out)
        found = {row["what"]: row["found"]
                 for row in json.loads(self.ok(server, "check", "--json").out)}
        self.assertEqual(found["history-id"], "%s, term %d" % (status["history-id"], status["term"]))
        self.assertEqual(len(status["history-id"]), 32)
        return status["history-id"]

    def test_an_older_copy_that_was_put_back_by_hand_is_another_history(self):
        self.server.stop()
        database = stored.file(self.server.state)
        shutil.copy(database, database + ".older")
        self.server.start()
        before = self.history_id(self.server)
        client = self.server.client("ann", "echo-message", self.tokens["ann"])
        client.send("JOIN #load", "PRIVMSG #load :gone")
        client.wait("PRIVMSG #load :gone")
        self.server.stop()
        self.server.start()
        self.assertEqual(self.history_id(self.server), before)
        self.server.stop()
        shutil.move(database + ".older", database)
        self.server.start()
        self.assertNotEqual(self.history_id(self.server), before)
        self.assertIn("event=history_changed", self.server.read_log())

    def join(self, name):
        client = self.server.client(name, "", self.tokens[name])
        client.send("JOIN #load")
        client.wait(" 366 ")

    def test_a_damaged_copy_is_not_served(self):
        path = os.path.join(self.server.dir, "copy.db")
        self.ok(self.server, "backup", path)
        with open(path, "r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * 8192)
        other = self.restore(path)
        done = other.run("check")
        self.assertEqual(done.code, 6, done)
        self.assertIn("restore a backup", done.out)


if __name__ == "__main__":
    unittest.main()
