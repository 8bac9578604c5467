# SPDX-License-Identifier: MIT
"""What the tests' own cluster promises: or else they would prove nothing of snugd."""
import signal
import unittest

import cluster
import wires
from postgres import Failed, given_or_new, psql


def can(where, text, within=cluster.ASKED):
    """Whether that statement is answered in a while."""
    try:
        psql("-d", where, "-c", text, within=within)
        return True
    except Failed:
        return False


class Alone(unittest.TestCase):
    def test_databases_are_new_and_of_who_may_make_more(self):
        server = given_or_new()
        self.addCleanup(server.close)
        one, other = server.database(), server.database()
        psql("-d", one, "-c", "CREATE TABLE here (n int)")
        self.assertFalse(can(other, "SELECT FROM here"))
        self.assertFalse(can(one, "CREATE ROLE king SUPERUSER"))


class Three(unittest.TestCase):
    def setUp(self):
        self.wires = wires.Wires()
        self.addCleanup(self.wires.close)
        self.hosts = [self.wires.host(name) for name in cluster.Cluster.NAMES]
        self.cluster = cluster.Cluster(self.hosts)
        self.addCleanup(self.cluster.close)
        self.url = self.cluster.url()
        psql("-d", self.url, "-c", "CREATE TABLE said (n int)")
        self.said = 0

    def say(self):
        psql("-d", self.own(self.cluster.primary), "-c", f"INSERT INTO said VALUES ({self.said})")
        self.said += 1

    def all_is_there(self):
        found = psql("-d", self.url, "-c", f"SELECT count(DISTINCT n) FROM said WHERE n >= 0")
        self.assertEqual(int(found), self.said)

    def own(self, node):
        """That node alone, whatever it is."""
        return node.url(self.url.partition("?")[0].rpartition("/")[2])

    def test_who_is_killed_loses_nothing_and_comes_back(self):
        for _ in range(3):
            old = self.cluster.primary
            self.say()
            old.machine.kill()
            self.cluster.failover()
            self.say()
            self.cluster.rejoin(old)
            self.cluster.settle()
        self.all_is_there()

    def test_a_primary_that_stood_still_commits_nothing_more(self):
        old = self.cluster.primary
        self.say()
        old.machine.pause()
        self.cluster.failover()
        old.machine.go_on()
        self.assertFalse(can(self.own(old), "INSERT INTO said VALUES (-1)"))
        self.say()
        self.cluster.rejoin(old)
        self.cluster.settle()
        self.all_is_there()
        self.assertEqual(psql("-d", self.url, "-c", "SELECT count(*) FROM said WHERE n < 0"), "0")

    def test_a_cut_is_of_one_way_or_of_both(self):
        a, b, c = self.hosts
        first, one, other = self.cluster.nodes
        b.cut()
        self.say()  # by c
        wires.cut_way(c, a)  # what c has, nobody hears
        self.assertFalse(can(self.own(first), "INSERT INTO said VALUES (-1)"))
        wires.mend_way(c, a)
        self.say()
        b.mend()
        self.cluster.settle()
        c.pause()
        self.say()  # by b
        b.pause()
        self.assertFalse(can(self.own(first), "INSERT INTO said VALUES (-1)"))
        b.go_on()
        c.go_on()
        self.cluster.settle()
        self.all_is_there()

    def test_who_fell_behind_is_a_copy_again(self):
        self.cluster.nodes[1].machine.kill()
        self.say()
        self.cluster.restart(self.cluster.nodes[1])
        self.cluster.settle()
        self.cluster.nodes[1].process.send_signal(signal.SIGKILL)  # only the first of its processes
        self.say()
        self.cluster.restart(self.cluster.nodes[1])
        self.cluster.settle()
        self.all_is_there()


if __name__ == "__main__":
    wires.in_private()
    unittest.main()
