# SPDX-License-Identifier: MIT
"""kill -9 under load, again and again: nothing acknowledged is lost, nothing comes twice.

SNUG_KILLS sets how often (default 50); SNUG_SEED replays the moments.
"""
import os
import random
import unittest

import snug
from patience import PATIENCE, until
import witness

KILLS = int(os.environ.get("SNUG_KILLS", "50"))
SEED = int(os.environ.get("SNUG_SEED", "0")) or random.randrange(1, 10**9)


class Crash(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.tokens = {}
        for name in ("ann", "bob", "cem", "dora", "eve", "finn"):
            self.server.user(name)
            done = self.server.run("user", "token", "add", name, "test")
            self.assertEqual(done.code, 0, done)
            self.tokens[name] = done.out.split()[-1]
        self.server.start()

    def peers(self):
        port, t = self.server.port, self.tokens
        senders = [witness.Sender(port, n, t[n]) for n in ("ann", "bob", "cem", "dora")]
        receivers = [witness.Receiver(port, n, t[n]) for n in ("eve", "finn")]
        return senders, receivers

    def flow(self, senders, more):
        """Until so many more are acknowledged."""
        count = lambda: sum(len(s.acked) for s in senders)
        goal = count() + more
        until(lambda: f"more than {count()} of {goal}: {[s.trouble for s in senders]}",
              lambda: count() >= goal)

    def test_nothing_acknowledged_is_lost_by_kill_9(self):
        chance = random.Random(SEED)
        senders, receivers = self.peers()
        for peer in senders + receivers:
            peer.start()
        for _ in range(KILLS):
            self.flow(senders, chance.randrange(150))  # also before anybody is in again
            self.server.kill()
            self.server.start()
        self.flow(senders, 100)
        for sender in senders:
            sender.no_more.set()
        for sender in senders:
            sender.join(PATIENCE)
            self.assertFalse(sender.is_alive(), f"seed {SEED}: {sender.account}: {sender.trouble}")
        for receiver in receivers:
            receiver.finished.set()
            receiver.join(PATIENCE)
        rows = witness.history(self.server.client("eve", witness.CAPS, self.tokens["eve"]))
        wrong = witness.check(senders, receivers, rows)
        acked = sum(len(s.acked) for s in senders)
        print(f"\nkills {KILLS}, seed {SEED}, acknowledged {acked}, stored {len(rows)}, " +
              ", ".join(f"{k} {v}" for k, v in wrong.items()))
        self.assertFalse(any(wrong.values()), f"seed {SEED}: {wrong}")
        self.assertGreater(acked, KILLS * 5)
        self.server.stop()
        check = self.server.run("check")
        self.assertEqual(check.code, 7, check)  # nothing wrong, but not running


if __name__ == "__main__":
    unittest.main()
