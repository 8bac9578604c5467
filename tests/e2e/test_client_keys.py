# SPDX-License-Identifier: MIT
"""Nothing stands between a key and its echo: one read, one write, no matter how quiet it was."""
import os
import re
import shutil
import time
import unittest

import snug
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
        time.sleep(3)  # quiet
        for key in "zq7KX#":
            screen.type(key, enter=False)
            screen.wait_for(key)
            time.sleep(0.3)
        with open(trace) as file:
            calls = file.read().splitlines()
        for key in "zq7KX#":
            i = next(i for i, call in enumerate(calls) if call.startswith(f'read(0, "{key}"'))
            self.assertRegex(calls[i + 1], r"^write\(\d+, .*%s" % re.escape(key))


if __name__ == "__main__":
    unittest.main()
