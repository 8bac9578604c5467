# SPDX-License-Identifier: MIT
"""The audit log: who did what, found by filters; and the chain, looked through by snugd and, from what
it exports, by hands that are not its own."""
import datetime
import hashlib
import json
import os
import unittest

import snug
import stored
from patience import until


def words_of(entry):
    """As chain.h has it."""
    text = b"".join(b"%d:%s" % (len(part), part) for part in (
        str(entry[key]).encode() for key in ("actor", "uid", "detail", "reason", "about")))
    return hashlib.blake2b(text, key=bytes.fromhex(entry["salt"]), digest_size=32).hexdigest()


def hash_of(before, entry):
    at = datetime.datetime.fromisoformat(entry["at"].replace("Z", "+00:00"))
    at_ms = (at - datetime.datetime.fromtimestamp(0, datetime.timezone.utc)) // datetime.timedelta(milliseconds=1)
    text = "%d %d %d %s" % (entry["id"], at_ms, entry["room"], entry["verb"])
    return hashlib.blake2b(before + bytes.fromhex(entry["words"]) + text.encode(), digest_size=32).digest()


class Audit(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server().start()
        self.addCleanup(self.s.close)
        for name in ("ann", "bob"):
            self.s.user(name)
        self.ok("room", "add", "den", "--founder", "ann")

    def ok(self, *words, code=0):
        done = self.s.run(*words)
        self.assertEqual(done.code, code, done)
        return done

    def verbs(self, *words):
        return [row["verb"] for row in self.s.json("audit", "list", *words)]

    def verify(self, *words, code=0):
        return json.loads(self.ok("audit", "verify", *words, "--json", code=code).out)

    def exported(self):
        return [json.loads(line) for line in self.ok("audit", "export").out.splitlines()]

    def change(self, text):
        stored.change(self.s.state, text)

    def test_it_says_who_called_the_command_line(self):
        row = self.s.json("audit", "list")[-1]
        self.assertEqual((row["actor"], row["uid"], row["verb"], row["room"]),
                         ("shell", str(os.getuid()), "room add", ""))
        self.s.stop()
        self.ok("user", "disable", "bob", "--confirm", "bob")
        row = self.s.json("audit", "list")[-1]
        self.assertEqual((row["uid"], row["verb"]), (str(os.getuid()), "user disable"))

    def test_each_filter_leaves_what_fits(self):
        ann = self.s.client("ann")
        bob = self.s.client("bob")
        for person in (ann, bob):
            person.send("JOIN #den")
            person.sync()
        ann.send("KICK #den bob :rude")
        ann.sync()
        self.assertEqual(self.verbs(), ["room add", "user add", "user add", "room add", "kick"])
        kick = self.s.json("audit", "list", "--actor", "ANN")
        self.assertEqual([(row["verb"], row["detail"], row["room"], row["uid"]) for row in kick],
                         [("kick", "bob: rude", "#den", "")])
        self.assertEqual(self.verbs("--account", "bob"), ["user add", "kick"])
        self.assertEqual(self.verbs("--account", "ann"), ["user add", "kick"])
        self.assertEqual(self.verbs("--account", "bo"), [])
        self.assertEqual(self.verbs("--verb", "user"), ["user add", "user add"])
        self.assertEqual(self.verbs("--verb", "user add", "--limit", "1"), ["user add"])
        self.assertEqual(self.verbs("--verb", "use"), [])
        self.assertEqual(self.verbs("--actor", "shell", "--verb", "room"), ["room add", "room add"])
        self.assertEqual(len(self.verbs("--since", "1h")), 5)
        self.assertEqual(self.verbs("--until", "1h"), [])
        self.assertEqual(self.ok("audit", "list", "--since", "soon", code=2).out, "")

    def test_verify_says_that_it_holds_and_from_when(self):
        found = self.verify()
        entries = self.exported()
        self.assertEqual((found["entries"], found["first"], found["outside"], found["problems"]),
                         (len(entries), 1, 0, 0))
        self.assertEqual((found["since"], found["until"]), (entries[0]["at"], entries[-1]["at"]))
        head = self.s.json("status")["audit-head"]
        self.assertEqual((found["head"], entries[-1]["hash"]), (head, head))
        self.ok("user", "kick", "bob")
        self.assertEqual(self.verify("--head", head)["problems"], 0)
        self.assertIn("64 hex digits", self.ok("audit", "verify", "--head", head[1:], code=2).err)
        done = self.ok("audit", "verify", "--head", "0" * 64, code=6)
        self.assertIn("the head that was given is of no entry", done.err)

    def test_what_is_exported_proves_itself_elsewhere(self):
        before = bytes(32)
        entries = self.exported()
        self.assertEqual([entry["verb"] for entry in entries],
                         ["room add", "user add", "user add", "room add"])
        for entry in entries:
            self.assertEqual(words_of(entry), entry["words"])
            before = hash_of(before, entry)
            self.assertEqual(before.hex(), entry["hash"])

    # Proves S19.
    def test_a_change_behind_its_back_is_found(self):
        self.s.stop()
        self.change("UPDATE audit SET actor = 'eve' WHERE id = 2")
        done = self.ok("audit", "verify", code=6)
        self.assertIn("snugd: entry 2: what it says was changed", done.err)
        self.assertEqual(self.verify(code=6)["problems"], 1)
        self.s.start()
        self.ok("audit", "verify", code=6)
        self.s.stop()
        self.change("DELETE FROM audit_link WHERE id = 2")
        self.assertIn("entry 3: it does not follow", self.ok("audit", "verify", code=6).err)

    def test_of_who_was_erased_nothing_is_left_and_the_chain_holds(self):
        self.ok("user", "disable", "bob", "--confirm", "bob", "--reason", "bob asked")
        self.ok("user", "erase", "bob", "--confirm", "bob")
        found = self.verify()
        self.assertEqual((found["problems"], found["erased"]), (0, 2))
        self.assertNotIn("bob", self.ok("audit", "export").out)
        self.assertEqual([("salt" in entry) for entry in self.exported() if "erased" in entry["detail"]],
                         [False, False, True, True])
        self.assertRegex(self.s.json("audit", "list", "--verb", "user erased")[0]["detail"], r"^erased-\d+: 3 5$")

    # Proves S19.
    def test_an_entry_that_was_emptied_without_an_erasing_is_found(self):
        self.ok("user", "erase", "bob", "--confirm", "bob")
        self.assertEqual(self.verify()["problems"], 0)
        self.s.stop()
        self.change("UPDATE audit SET detail = 'erased-2' WHERE id = 1; DELETE FROM audit_salt WHERE id = 1")
        self.assertIn("entry 1: something was taken out of it", self.ok("audit", "verify", code=6).err)

    def hand_out(self):
        """What reads past the server; gives the verbs that the log has of it."""
        before = len(self.s.json("audit", "list"))
        asked = self.ok("tls", "import", "--ask").out.strip()
        for words in (["backup", os.path.join(self.s.dir, "copy")], ["backup", "create", os.path.join(self.s.dir, "made")],
                      ["export", "--room", "den"], ["user", "export", "bob"], ["tls", "export", "--sealed=" + asked]):
            self.ok(*words)
        for name in ("copy", "made"):
            os.rename(os.path.join(self.s.dir, name), os.path.join(self.s.dir, name + str(before)))
        return [(row["verb"], row["actor"], row["uid"]) for row in self.s.json("audit", "list")[before:]]

    def test_what_is_handed_out_is_in_it_with_a_server_and_without(self):
        wanted = [(verb, "shell", str(os.getuid())) for verb in (
            "backup", "backup create", "export", "user export", "tls export")]
        self.assertEqual(self.hand_out(), wanted)
        self.s.stop()
        self.assertEqual(self.hand_out(), wanted)
        details = [row["detail"] for row in self.s.json("audit", "list")][-3:-1]
        self.assertEqual(details, ["den", "bob"])
        self.assertEqual(self.verify()["problems"], 0)

    def test_a_reload_says_what_was_and_what_is(self):
        self.s.configure("\n[history]\nreplay_limit = 17\n")
        self.ok("reload")
        until("the entry", lambda: len(self.verbs("--verb", "reload")) == 2)
        rows = self.s.json("audit", "list", "--verb", "reload")
        self.assertEqual([row["actor"] for row in rows], ["shell", "server"])
        self.assertRegex(rows[1]["detail"], r"^\[history\] replay_limit 2000 -> 17$")
        self.ok("reload")
        self.ok("audit", "note", "behind it")
        self.assertEqual(self.verbs("--verb", "reload"), ["reload"] * 3)

    def test_what_was_not_there_is_not_in_it(self):
        for words in (["export", "--room", "none"], ["user", "export", "none"],
                      ["backup", "create", os.path.join(self.s.dir, "no", "place")]):
            self.assertNotEqual(self.s.run(*words).code, 0)
        self.assertEqual(self.verbs("--verb", "export") + self.verbs("--verb", "user export"), [])
        self.assertEqual(self.verbs("--verb", "backup"), [])

    def test_the_log_and_a_backup_have_the_head(self):
        head = self.s.json("status")["audit-head"]
        backup = os.path.join(self.s.dir, "backup")
        self.ok("backup", "create", backup)
        with open(os.path.join(backup, "manifest")) as file:
            self.assertEqual(json.load(file)["audit_head"], head)
        self.ok("backup", "verify", backup)
        head = self.s.json("status")["audit-head"]  # by now the backup is in it
        self.s.stop()
        self.assertIn("event=audit_head head=" + head, self.s.read_log())


if __name__ == "__main__":
    unittest.main()
