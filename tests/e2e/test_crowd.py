# SPDX-License-Identifier: MIT
"""A short round of crowd.py: what one account asks of the server costs nobody else a line, and is
bounded in bytes; what a client with many rooms asks comes in its order."""
import asyncio
import unittest

import crowd

ASKS, BURST, TOKEN = 20, 200, 4096  # as shipped: tokens a second, at once, bytes for one
ALLOWANCE = 2 * (250 + 20 * 500)    # tokens of catching up, of an account with 500 rooms at most
ROOMS = 30


class Crowd(unittest.TestCase):
    def world(self, *sizes):
        s, tokens = crowd.world(*sizes)
        self.addCleanup(s.close)
        return s, tokens

    def test_who_chats_beside_a_greedy_account_loses_nothing(self):
        s, tokens = self.world(50, 200, 20)
        for line in ("WHO #den %tcuihsnfdlaor", "CHATHISTORY LATEST #den * 500"):
            took, all_heard, got = crowd.beside(s, tokens, line, 3, 0.2, 10)
            print("%s: %.1f ms at the most, %d bytes" % (line, max(took) * 1000, got["bytes"]))
            self.assertEqual(got["ended"], [])
            # It did ask: a token's worth came for each of its connections. It hears nobody chat.
            self.assertGreater(got["bytes"], 10 * TOKEN)
            # It was paid, by the account's purse and by the allowance of its rooms.
            tokens_had = BURST + ALLOWANCE + ASKS * (got["seconds"] + 1)
            self.assertLess(got["bytes"], tokens_had * TOKEN)
            # Everybody heard all words of everybody, in their order.
            self.assertEqual(len(all_heard), crowd.TALKERS)
            for others in all_heard:
                self.assertEqual(len(others), crowd.TALKERS)
                for numbers in others.values():
                    self.assertEqual(numbers, [0, 1, 2])

    def test_the_first_word_of_a_client_with_many_rooms(self):
        """A PONG passes what waits; a word stands where it was said, and nothing before it is lost."""
        s, tokens = self.world(10, 20, ROOMS)
        _, order = asyncio.run(crowd.opened(s, tokens, ROOMS))
        rooms = ["#r%d" % i for i in range(ROOMS)]
        self.assertEqual([what for what in order if what[0] == "#"], rooms)
        self.assertEqual(order[-2:], ["word", "last"])
        self.assertLess(order.index("first"), order.index(rooms[-1]))


if __name__ == "__main__":
    unittest.main()
