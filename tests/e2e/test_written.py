# SPDX-License-Identifier: MIT
"""What a run writes into a document: its own rows, and nothing else (tests/support/written.py)."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SCRIPT = os.path.join(HERE, "..", "support", "written.py")
DOCUMENT = """before
<!-- one writes from here -->
| what | how many |
|--|--:|
<!-- to here -->
between
<!-- two writes from here -->
| what |
|--|
<!-- to here -->
behind
"""


class Written(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "document.md")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(DOCUMENT)

    def write(self, name, *rows):
        return subprocess.run([sys.executable, SCRIPT, self.path, name, *rows], stderr=subprocess.DEVNULL).returncode

    def read(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def test_a_row_takes_the_place_of_the_older_one_and_others_stay(self):
        self.assertEqual(self.write("one", "| a | 1 |", "| b | 2 |"), 0)
        self.assertEqual(self.write("one", "| c | 3 |", "| a | 4 |"), 0)
        found = self.read()
        self.assertEqual(re.findall("^On: .*cores, .*$", found, re.M), re.findall("^On: .*$", found, re.M)[:1])
        rest = re.sub("On: .*\n\n", "", found)
        self.assertEqual(rest, DOCUMENT.replace("|--|--:|\n", "|--|--:|\n| a | 4 |\n| b | 2 |\n| c | 3 |\n"))

    def test_a_document_without_the_place_stays_as_it_is(self):
        self.assertNotEqual(self.write("three", "| a | 1 |"), 0)
        self.assertEqual(self.read(), DOCUMENT)


if __name__ == "__main__":
    unittest.main()
