# SPDX-License-Identifier: MIT
"""What people see of a second machine: their program finds it, and it has the key that they know."""
import os
import types
import unittest

import pair
import snug
from patience import until
from person import Person, link
from postgres import given_or_new

NET = f"127.{64 + os.getpid() // 256 % 128}.{os.getpid() % 256}"  # of no other run on this machine
FIRST, SECOND = NET + ".1", NET + ".2"
CONF = f"\n[server]\nlink_host = {FIRST}\nlink_host = {SECOND}\n"


class SecondMachine(unittest.TestCase):
    def setUp(self):
        server = given_or_new()
        self.addCleanup(server.close)
        hosts = [types.SimpleNamespace(name=name, address=address, prefix=[])
                 for name, address in (("a", FIRST), ("b", SECOND))]
        self.pair = pair.Pair(hosts, server.database(), CONF)
        self.addCleanup(self.pair.close)
        # B made a key of its own again, as its init does, and gets A's by the verbs alone.
        snug.certificate(self.pair.machines[1].state + "/key.pem", self.pair.machines[1].state + "/cert.pem")
        self.bring(*self.pair.machines, "--confirm")
        self.pair.start()
        self.pair.settle()

    def bring(self, one, other, *more):
        """The key of one machine, sealed, to the other."""
        asked = other.run("tls", "import", "--ask")
        self.assertEqual(asked.code, 0, asked)
        sealed = one.run("tls", "export", "--sealed=" + asked.out.strip())
        self.assertEqual(sealed.code, 0, sealed)
        path = other.dir + "/sealed"
        with open(path, "w") as file:
            file.write(sealed.out)
        done = other.run("tls", "import", "--sealed", path, *more)
        self.assertEqual(done.code, 0, done)
        return done

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        person.join(link(self.pair.leader()))
        return person

    def kill(self):
        """The machine that serves burns down; the other one serves."""
        before = self.pair.leader()
        before.end(9)
        until("the other to serve:\n" + before.read_log()[-500:], lambda: self.pair.leader() is not before
              and self.pair.leader().serves())
        return before

    def served_key(self, machine):
        rows = {row.split("\t")[0]: row.split("\t")[1:] for row in machine.run("check").out.splitlines()}
        return rows.get("served-key")

    def test_a_program_goes_over_by_itself_and_back(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("● online", "#lounge")
        screen.type("said to the first")
        until("the line", lambda: "said to the first" in ann.tail("#lounge"))
        gone = self.kill()
        screen.type("said to the second")
        until("the line at the other", lambda: ann.tail("#lounge")[-1] == "said to the second")
        screen.wait_for("● online")
        # Verbs begin where it answered last.
        self.assertEqual(ann.run("send", "#lounge", "by a verb").code, 0)
        gone.start()
        self.pair.settle()
        self.kill()
        screen.type("said to the first again")
        until("the line at the first", lambda: ann.tail("#lounge")[-1] == "said to the first again")
        self.assertEqual(ann.tail("#lounge"),
                         ["said to the first", "said to the second", "by a verb", "said to the first again"])

    def test_both_go_over_to_the_next_key(self):
        ann = self.person("ann")
        one, other = self.pair.leader(), self.pair.other()
        first = one.run("fingerprint").out.strip()
        second = one.run("tls", "rotate").out.strip()
        self.assertEqual(ann.run("send", "#lounge", "it was announced").code, 0)
        until("the other to lack it", lambda: self.served_key(other)[0] == "no")
        self.assertIn(f"told that {second} comes next, and it is not here", self.served_key(other)[1])
        refused = one.run("tls", "rotate", "--now")
        self.assertEqual(refused.code, 9, refused)
        self.assertIn("tls export --sealed", refused.err)
        self.assertEqual(one.run("fingerprint").out.strip(), first)
        self.bring(one, other)
        self.assertEqual(self.served_key(other)[0], "yes")
        self.assertEqual(one.run("tls", "rotate", "--now").out.strip(), second)
        self.assertEqual(ann.run("send", "#lounge", "by the new key").code, 0)
        self.kill()
        self.assertEqual(ann.run("send", "#lounge", "by the new key there").code, 0)
        self.assertNotEqual(first, second)
        self.assertEqual(other.run("fingerprint").out.strip(), second)
        self.assertEqual(self.served_key(other)[0], "yes")


    def test_the_keys_of_the_database_come_with_it(self):
        one, other = self.pair.leader(), self.pair.other()
        names = ("second-factor.key", "sign-in.key", "web-push.key")
        def read(machine, name):
            with open(os.path.join(machine.state, name), "rb") as file:
                return file.read()
        with open(os.path.join(one.state, names[2]), "xb") as file:
            file.write(b"what wakes devices")  # none is made where nobody is woken
        for name in filter(lambda name: os.path.exists(os.path.join(other.state, name)), names):
            os.unlink(os.path.join(other.state, name))
        self.bring(one, other)
        for name in names:
            self.assertEqual(read(other, name), read(one, name), name)
            self.assertEqual(os.stat(os.path.join(other.state, name)).st_mode & 0o777, 0o600)
        # What is there is never written over.
        with open(os.path.join(other.state, names[0]), "wb") as file:
            file.write(b"x" * 32)
        said = self.bring(one, other)
        self.assertIn("second-factor.key is another one here, and stays", said.err)
        self.assertEqual(read(other, names[0]), b"x" * 32)

    def test_a_key_at_once_is_refused_while_another_machine_waits(self):
        one = self.pair.leader()
        refused = one.run("tls", "rotate", "--now")
        self.assertEqual(refused.code, 9, refused)
        self.assertIn("Announce the key first", refused.err)
        self.pair.other().end(9)
        until("nobody to wait", lambda: one.run("tls", "rotate", "--now").code == 0)

    def test_a_key_at_once_comes_by_a_word(self):
        one = self.pair.leader()
        self.assertEqual(one.run("tls", "rotate", "--now", "--confirm").code, 0)


if __name__ == "__main__":
    unittest.main()
