# SPDX-License-Identifier: MIT
"""A short round of hostile.py: beside attackers nobody who talks loses a line, somebody who is known
gets in, and when they have gone what they took is given back."""
import asyncio
import re
import unittest

import hostile
from patience import until


class Hostile(unittest.TestCase):
    def setUp(self):
        self.s, self.tokens = hostile.world()
        self.addCleanup(self.s.close)

    # Proves B40, P5.
    def test_what_strangers_took_is_given_back(self):
        row = hostile.attacked(self.s, self.tokens, "half", lines=4)
        self.assertEqual(len(row.took), hostile.PEOPLE * 4)
        self.assertEqual(len(row.logins), hostile.LOGINS)
        # They were in: each has a descriptor, and what TLS keeps for it.
        self.assertGreater(row.fds[1], row.fds[0] + 500)
        self.assertGreater(row.mib[1], row.mib[0] + hostile.MEMORY)
        self.assertNotIn("descriptors", row.broke())
        self.assertNotIn("memory", row.broke())

    # Proves T9.
    def test_who_asks_for_new_keys_without_end_is_ended(self):
        row = hostile.attacked(self.s, self.tokens, "updates", lines=4)
        self.assertEqual(len(row.took), hostile.PEOPLE * 4)
        # The server ends each after 8; a few more are on their way by then.
        self.assertGreater(row.did["connections"], hostile.UPDATERS)

    def accepted(self):
        done = self.s.run("metrics")
        return int(re.search(r"^snug_connections_accepted_total (\d+)", done.out, re.M)[1])

    # Proves T18.
    def test_who_shares_an_address_with_a_flood_gets_in(self):
        attack = hostile.Attack(self.s, "updates")
        try:
            # Each of their addresses has failed often: more than 32 times.
            until("the flood", lambda: self.accepted() > 100 * hostile.UPDATERS)
            logins = asyncio.run(hostile.some_logins(self.s, hostile.LOGINS, "127.0.6.1"))
            did = attack.end()
        finally:
            attack.process.kill()
        self.assertEqual(len(logins), hostile.LOGINS)
        self.assertGreater(did["connections"], 32 * hostile.UPDATERS)
        self.assertIsNone(self.s.process.poll(), self.s.read_log())


if __name__ == "__main__":
    unittest.main()
