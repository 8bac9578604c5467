# SPDX-License-Identifier: MIT
"""The unit of OPERATING.md, as systemd judges it."""
import os
import re
import subprocess
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "..", "..", "docs", "OPERATING.md")


class Unit(unittest.TestCase):
    # Proves X3.
    def test_it_is_shut_in(self):
        with open(PAGE, encoding="utf-8") as page:
            unit = re.search(r"^```\n(\[Unit\]\n.*?)^```$", page.read(), re.M | re.S).group(1)
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "snugd.service")
            for text, is_fine in ((unit, True), (unit.replace("PrivateDevices=yes\n", ""), False)):
                with open(name, "w", encoding="utf-8") as file:
                    file.write(text)
                done = subprocess.run(["systemd-analyze", "security", "--offline=true",
                                       "--threshold=15", "--no-pager", name],
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                self.assertEqual(done.returncode == 0, is_fine, done.stdout)
                self.assertNotIn("nknown", done.stdout)  # a line that systemd would leave out


if __name__ == "__main__":
    unittest.main()
