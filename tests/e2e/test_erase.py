# SPDX-License-Identifier: MIT
"""A person is erased: nothing that they wrote, and no name of theirs, is in any file of the state."""
import json
import os
import unittest

import snug

WORDS = [b"quetzal", b"zwiebel"]  # in all that bob writes, and his names
CAPS = "echo-message message-tags batch draft/message-redaction draft/metadata-2 draft/chathistory server-time"


class Erase(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.user("ann")
        self.s.user("zwiebel")
        self.assertEqual(self.s.run("user", "role", "zwiebel", "admin").code, 0)
        self.assertEqual(self.s.run("user", "role", "ann", "admin").code, 0)

    def found(self):
        """Which of the words stands in which file."""
        found = []
        for folder, _, names in os.walk(self.s.state):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        data = file.read().lower()
                    found += [(name, word) for word in WORDS if word in data]
        return found

    def ok(self, *words):
        done = self.s.run(*words)
        self.assertEqual(done.code, 0, done)
        return done

    def live(self):
        """All that a person leaves, by chat and by the command line; those who hear of it."""
        ann, bob = self.s.client("ann", CAPS), self.s.client("zwiebel", CAPS)
        ann.send("JOIN #den")
        ann.wait(" 366 ")
        bob.send("JOIN #den")
        bob.wait(" 366 ")
        bob.send("PRIVMSG #den :a quetzal flew by")
        said = bob.wait("PRIVMSG #den")
        number = said.split("msgid=")[1].split(";")[0].split(" ")[0]
        for line in ("@+draft/edit=%s PRIVMSG #den :a quetzal walked by" % number,
                     "@+draft/react=quetzal;+reply=%s TAGMSG #den" % number, "PRIVMSG ann :quetzal for you",
                     "PRIVMSG zwiebel :quetzal for me", "METADATA * SET display-name :Quetzal",
                     "SETNAME :Quetzal Zwiebel", "AWAY :quetzal", "TOPIC #den :tea",
                     "KLINE 192.0.2.0/24 :quetzal", "INVITELINK #den", "WALLOPS :quetzal"):
            bob.send(line)
        bob.sync()
        ann.send("PRIVMSG zwiebel :dear zebra", "PRIVMSG #den :the yak is mine", "KICK #den zwiebel :so long")
        ann.sync()
        self.ok("user", "token", "add", "zwiebel", "quetzal")
        self.ok("invite", "create", "--note", "for zwiebel")
        return ann, bob, number

    def gone(self):
        self.assertEqual(self.found(), [])
        with open(os.path.join(self.s.state, "snug.db"), "rb") as file:
            data = file.read()
        self.assertIn(b"dear zebra", data)
        self.assertIn(b"the yak is mine", data)
        rows = {row["what"]: row["fine"] for row in json.loads(self.s.run("check", "--json").out)}
        self.assertTrue(rows["database"], rows)

    def test_live(self):
        self.s.start()
        ann, bob, number = self.live()
        self.assertTrue(self.found())
        done = self.ok("user", "erase", "zwiebel", "--confirm", "zwiebel")
        self.assertIn("erased-", str(done))
        ann.wait("REDACT #den " + number)
        bob.ended()
        ann.send("CHATHISTORY LATEST #den * 50")
        ann.wait("PRIVMSG #den :the yak")
        self.s.stop()
        self.gone()

    def test_offline(self):
        self.s.start()
        self.live()
        self.s.stop()
        self.ok("user", "erase", "zwiebel", "--confirm", "zwiebel")
        self.gone()

    def test_a_kill_in_the_middle(self):
        self.s.start()
        ann, bob, _ = self.live()
        for i in range(40):
            bob.send(*("PRIVMSG zwiebel :quetzal %d" % n for n in range(50)))
            bob.sync()
        erase = ["user", "erase", "zwiebel", "--confirm", "zwiebel"]
        ann.send("PRIVMSG Snug :" + " ".join(erase))
        ann.wait("REDACT")
        self.s.kill()
        self.s.start()
        self.ok(*erase)
        self.s.stop()
        self.gone()

    def test_a_renamed_person_and_a_deleted_one(self):
        self.s.start()
        self.live()
        self.ok("user", "rename", "zwiebel", "quetzal")
        self.ok("user", "delete", "quetzal", "--confirm", "quetzal")
        self.ok("user", "erase", "quetzal", "--confirm", "quetzal")
        self.s.stop()
        self.gone()


if __name__ == "__main__":
    unittest.main()
