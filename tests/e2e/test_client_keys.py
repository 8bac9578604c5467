# SPDX-License-Identifier: MIT
"""Nothing stands between a key and its echo: one read, one write, no matter how quiet it was."""
import os
import re
import shutil
import unittest

import snug
from patience import pass_time, until
from person import Person, link


@unittest.skipIf(snug.SANITIZED or not shutil.which("strace"), "needs strace, and no sanitizer")
class Keys(unittest.TestCase):
    def test_a_key_costs_one_read_and_one_write(self):
        server = snug.Server(port=snug.free_port())
        self.addCleanup(server.close)
        server.start()
        ann = Person("ann")
        self.addCleanup(ann.close)
        ann.join(link(server))
        trace = os.path.join(ann.home, "trace")
        ann.prefix = ["strace", "-qq", "-o", trace]
        screen = ann.open()
        screen.wait_for("● online")
        for key in "zq7KX#":
            # Not where its frame falls together with one of another cause.
            until(lambda: f"{key} to cost one read and one write, not {self.costs}",
                  lambda: self.is_cheap(screen, key, trace))

    costs = ()

    def is_cheap(self, screen, key, trace):
        """Types it, when the last frame is so long ago that the next is drawn at once."""
        pass_time(0.1)  # a frame is drawn 48 ms after the last one at the soonest
        screen.type(key, enter=False)
        screen.wait_for(key)
        with open(trace) as file:
            calls = file.read().splitlines()
        # strace writes a call down when it is over, and the screen may have it before.
        i = max((i for i, call in enumerate(calls) if call.startswith(f'read(0, "{key}"')), default=len(calls))
        self.costs = calls[i:i + 3]
        screen.keys("C-u")
        screen.wait_gone(f"› {key}")
        return re.search(r"^write\(\d+, .*%s" % re.escape(key), "".join(self.costs[1:2]))


if __name__ == "__main__":
    unittest.main()
