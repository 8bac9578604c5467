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
        self.bring(one, other)
        self.assertEqual(self.served_key(other)[0], "yes")
        self.assertEqual(one.run("tls", "rotate", "--now").out.strip(), second)
        self.assertEqual(ann.run("send", "#lounge", "by the new key").code, 0)
        self.kill()
        self.assertEqual(ann.run("send", "#lounge", "by the new key there").code, 0)
        self.assertNotEqual(first, second)
        self.assertEqual(other.run("fingerprint").out.strip(), second)
        self.assertEqual(self.served_key(other)[0], "yes")


if __name__ == "__main__":
    unittest.main()
