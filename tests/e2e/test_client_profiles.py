# SPDX-License-Identifier: MIT
"""Several servers, several accounts on one, several computers of one account."""
import json
import re
import unittest

import snug
from patience import until
from person import Person, link


class Base(unittest.TestCase):
    def server(self):
        server = snug.Server(port=snug.free_port())
        self.addCleanup(server.close)
        return server.start()

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        return person

    def join(self, person, where, *more, name="ann"):
        return person.run(*more, "join", "--name", name, "--password-fd", "0", "--no-ui", where,
                          stdin=snug.PASSWORD + "\n")

    def login(self, person, where, label):
        host = where.split("/lounge")[0] + ",pin=" + where.split("pin=")[1]
        done = person.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", "--label",
                          label, host, stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        return person

    def rows(self, done, kind):
        self.assertEqual(done.code, 0, done)
        return [row for row in map(json.loads, done.out.splitlines()) if row["type"] == kind]


class Servers(Base):
    def test_two_servers_side_by_side_and_the_last_one_is_meant(self):
        one, two, ann = link(self.server()), link(self.server()), self.person("ann")
        self.assertEqual(self.join(ann, one, "-p", "home").code, 0)
        self.assertEqual(self.rows(ann.run("status", "--json"), "profile"), [])
        port = re.search(r":(\d+)/", two).group(1)
        two = two.replace("/lounge", f",127.0.0.1:{port}/lounge")
        self.assertEqual(self.join(ann, two, "-p", "work").code, 0)
        rows = self.rows(ann.run("status", "--json"), "profile")
        self.assertEqual([row["also"] for row in rows], [[], [f"127.0.0.1:{port}"]])
        self.assertEqual([(r["profile"], r["last"], r["running"]) for r in rows],
                         [("home", False, False), ("work", True, False)])
        screens = []
        for words, name in (["home"], "home"), (["-p", "work"], "work"):
            screens.append(ann.open(*words))
            screen = screens[-1]
            screen.wait_for("● online", "#lounge")
            self.assertEqual(ann.run("-p", name, "send", "#lounge", "this is " + name).code, 0)
            screen.wait_for("this is " + name)
        self.assertNotIn("this is work", screens[0].text())
        rows = self.rows(ann.run("status", "--json"), "profile")
        self.assertEqual([r["running"] for r in rows], [True, True])
        self.assertRegex(ann.run("status").out, r"(?m)^\* work  ann at localhost:\d+, 127\.0\.0\.1:\d+  running$")
        # Whichever was opened last is meant without a name.
        self.assertEqual([json.loads(ann.run("whoami", "--json").out)["profile"]], ["work"])
        self.assertEqual(ann.run("-p", "nowhere", "status").code, 77)

    def test_a_second_account_on_a_server_leaves_the_first_alone(self):
        where, ann = link(self.server()), self.person("ann")
        self.assertEqual(self.join(ann, where).code, 0)
        done = self.join(ann, where, name="zoe")
        self.assertEqual(done.code, 0, done)
        self.assertIn("snug localhost-2", done.err)
        for profile, account in (("localhost", "ann"), ("localhost-2", "zoe")):
            who = json.loads(ann.run("-p", profile, "whoami", "--json").out)
            self.assertEqual(who["account"], account)
            self.assertEqual(ann.run("-p", profile, "send", "#lounge", account).code, 0)
        done = self.join(ann, where, "-p", "localhost", name="eve")
        self.assertEqual(done.code, 2, done)
        self.assertIn("another account", done.err)
        self.assertEqual(ann.run("-p", "localhost", "send", "#lounge", "still here").code, 0)


class Devices(Base):
    def unread(self, person):
        rows = self.rows(person.run("channels", "--json"), "channel")
        return next((r["unread"], r["mentions"]) for r in rows if r["target"] == "#lounge")

    def become(self, person, counts):
        until(lambda: f"{counts} unread, not {self.unread(person)}",
              lambda: self.unread(person) == counts)

    def test_two_computers_agree_on_what_is_unread(self):
        where = link(self.server())
        desk, bob = self.person("ann"), self.person("bob")
        self.assertEqual(self.join(desk, where).code, 0)
        bob.join(where)
        laptop = self.login(self.person("ann"), where, "laptop")
        self.assertEqual(desk.run("read", "#lounge").code, 0)
        lines = "one\nann: two\nthree\n"
        self.assertEqual(bob.run("send", "#lounge", "-", stdin=lines).code, 0)
        self.assertEqual((self.unread(desk), self.unread(laptop)), ((3, 1), (3, 1)))
        screen = desk.open()
        screen.wait_for("three", "● online")
        screen.type("/query bob")
        screen.wait_for("▸ bob")
        self.become(laptop, (0, 0))
        self.assertEqual(bob.run("send", "#lounge", "four").code, 0)
        screen.wait_match(r"#lounge +1")
        self.assertEqual(laptop.run("read", "#lounge").code, 0)
        screen.wait_match(r"#lounge +│")
        self.become(desk, (0, 0))

    def test_a_computer_that_is_revoked_is_out_at_once(self):
        where = link(self.server())
        desk = self.person("ann")
        self.assertEqual(self.join(desk, where).code, 0)
        laptop = self.login(self.person("ann"), where, "laptop")
        screen = laptop.open()
        screen.wait_for("● online")
        rows = [row.split("\t") for row in desk.run("devices").out.splitlines()]
        self.assertIn("laptop", [row[1] for row in rows])
        self.assertEqual(desk.run("devices", "revoke", "no-such").code, 1)
        done = desk.run("devices", "--password-fd", "0", "revoke", "laptop",
                        stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        screen.wait_for("localhost does not accept this computer's", "or run `snug login")
        self.assertEqual(laptop.run("send", "#lounge", "x").code, 77)
        self.assertNotIn("laptop", desk.run("devices").out)


if __name__ == "__main__":
    unittest.main()
