# SPDX-License-Identifier: MIT
"""A short round of each fault; `make faults` runs the long ones."""
import concurrent.futures
import os
import subprocess
import sys
import unittest

import faults
import snug

HERE = os.path.dirname(os.path.abspath(__file__))
# Sanitizers find leaks by ptrace and want to be loaded first: no strace, no faketime; and
# they need memory of their own.
UNSANITIZED = ("syscall", "eio", "order", "full", "clock", "silent", "files", "reader")


def wanted(name):
    return faults.FAULTS[name][2] and not (snug.SANITIZED and name in UNSANITIZED)


def run(name):
    return subprocess.run([sys.executable, os.path.join(HERE, "faults.py"), name, "--short"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, timeout=300)


class Faults(unittest.TestCase):
    """Two at a time: most of it is waiting."""

    def test_nothing_is_lost_whatever_fails(self):
        names = [name for name in faults.FAULTS if wanted(name)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, done in zip(names, pool.map(run, names)):
                with self.subTest(name):
                    print("\n" + done.stdout.strip(), end="", flush=True)
                    self.assertIn(done.returncode, (0, faults.SKIPPED), done.stdout)
        print()


if __name__ == "__main__":
    unittest.main()
