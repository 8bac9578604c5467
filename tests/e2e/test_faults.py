# SPDX-License-Identifier: MIT
"""A short round of each fault; `make faults` runs the long ones."""
import unittest

import faults
import snug

# Sanitizers find leaks by ptrace and want to be loaded first: no strace, no faketime; and
# they need memory of their own.
UNSANITIZED = ("syscall", "eio", "order", "full", "clock", "silent", "files", "reader")


def wanted(name):
    return faults.FAULTS[name][2] and not (snug.SANITIZED and name in UNSANITIZED)


class Faults(unittest.TestCase):
    def test_nothing_is_lost_whatever_fails(self):
        print()
        for done in faults.run_all([name for name in faults.FAULTS if wanted(name)], short=True):
            with self.subTest(done.name):
                self.assertIn(done.code, (0, faults.SKIPPED), done.said)


if __name__ == "__main__":
    unittest.main()
