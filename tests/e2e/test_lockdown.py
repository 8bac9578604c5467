# SPDX-License-Identifier: MIT
"""snugd lockdown: loud wherever somebody looks, and over when it is taken back."""
import unittest

import snug


def rows(text):
    return {what: (fine, found) for what, fine, found in (line.split("\t") for line in text.splitlines())}


class Lockdown(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server("\n[accounts]\nregistration = open\n")
        self.addCleanup(self.server.close)
        self.server.user("ann", "--role", "admin")
        self.server.user("bob")

    def lockdown(self, *words):
        done = self.server.run("lockdown", *words)
        self.assertEqual(done.code, 0, done)
        return done.err

    def shown(self):
        return self.server.json("status")["lockdown"].split()[0]

    def test_it_is_said_wherever_somebody_looks(self):
        self.server.start()
        self.assertEqual(rows(self.server.run("check").out)["lockdown"], ("yes", "off"))
        said = self.lockdown("--admins", "--reason", "a key leaked")
        self.assertIn("snugd lockdown --off takes it back", said)
        self.assertEqual(self.shown(), "members")
        self.assertIn("\nsnug_lockdown 2\n", self.server.run("metrics").out)
        check = self.server.run("check")
        self.assertEqual(check.code, 6, check)
        self.assertIn("snugd lockdown --off --state " + self.server.state, rows(check.out)["lockdown"][1])
        last = self.server.json("audit", "list")[-1]
        self.assertEqual((last["verb"], last["detail"], last["reason"]),
                         ("lockdown", "off -> all but administrators", "a key leaked"))

    def test_only_administrators_get_in_until_it_is_over(self):
        self.server.start()
        self.server.client("bob")
        self.assertIn("1 connections ended", self.lockdown("--admins", "--drop"))
        self.server.clients[-1].wait("ERROR", "only administrators")
        late = self.server.client()
        late.send("PASS :bob:" + snug.PASSWORD, "NICK bob", "USER bob 0 * :bob")
        late.wait("ERROR", "locked down")
        self.assertIn('snug_refused_total{why="lockdown"} 1\n', self.server.run("metrics").out)
        self.lockdown("--off")
        self.server.client("bob")

    def test_it_outlasts_a_restart_and_is_set_without_a_server(self):
        self.lockdown()
        self.server.start()
        self.assertEqual(self.shown(), "strangers")
        new = self.server.client()
        new.send("CAP REQ :standard-replies draft/account-registration", "NICK eve",
                 "REGISTER eve * :correct horse battery")
        new.wait("FAIL REGISTER LOCKDOWN eve")
        self.server.kill()
        self.server.start()
        self.assertEqual(self.shown(), "strangers")
        self.server.stop()
        self.lockdown("--off")
        self.server.start()
        self.assertEqual(self.shown(), "off")


if __name__ == "__main__":
    unittest.main()
