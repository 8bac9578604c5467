# SPDX-License-Identifier: MIT
"""A short storm (storm.py has the long one): with the limits that snugd comes with everybody who
has the right password gets in, whoever is known goes first, and a stop finds all states."""
import asyncio
import unittest

import snug
import storm

# Limits as they come; hashes that cost less.
CHEAP = snug.SHIPPED + "\n[auth]\nargon2_memory = 19MiB\nargon2_passes = 2\n"


class Storm(unittest.TestCase):
    def test_an_office_gets_in_and_nobody_is_refused(self):
        people, status, _ = storm.office(100, CHEAP, (None,))
        self.assertEqual([line for p in people for line in p.refused + p.shut], [])
        self.assertEqual([p.tries for p in people], [1] * 100)
        self.assertEqual(status["hashed"], 100)
        self.assertEqual(status["users"], 100)
        # They came at once, and most had to wait for the others, as they were told.
        self.assertGreater(sum(bool(p.waits) for p in people), 50)

    def test_nobody_hears_a_notice_before_the_welcome(self):
        people, _, _ = storm.office(30, CHEAP, (None,))
        self.assertEqual([line for p in people for line in p.notices], [])

    # Proves B15.
    def test_who_is_known_gets_in_beside_those_who_guess(self):
        took, _, foes = storm.hostile(30, 5, CHEAP)
        print("%s: %s s" % (self.id().rsplit(".", 1)[1], ["%.2f" % seconds for seconds in took]))
        self.assertNotIn(float("inf"), took)
        self.assertTrue(all(any(" 904 " in line for line in p.refused) for p in foes if p.tries > 1))

    def test_a_stop_finds_every_state_of_a_storm(self):
        for state, seconds in storm.stops(CHEAP).items():
            print("%s: stopped after %.2f s" % (state, seconds))

    def test_an_import_with_passwords_lets_people_log_in_meanwhile(self):
        s = storm.server_of(["ann"], base=CHEAP)
        self.addCleanup(s.close)

        async def both():
            rows = "".join('{"name": "new%d", "password": "%s"}\n' % (i, snug.PASSWORD) for i in range(60))
            made = asyncio.get_running_loop().run_in_executor(
                None, lambda: s.run("user", "import", "-", stdin=rows))
            await storm.reached(lambda: s.json("status")["hashed"] >= 2)
            self.assertTrue(await storm.Person(s.port, "ann", "127.0.7.7").once())
            before = s.json("status")["accounts"]
            return before, await made
        before, made = asyncio.run(both())
        self.assertEqual(made.code, 0, made)
        self.assertLess(before, 62)
        self.assertEqual(s.json("status")["accounts"], 62)


if __name__ == "__main__":
    unittest.main()
