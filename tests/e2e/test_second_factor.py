# SPDX-License-Identifier: MIT
"""A login by password that wants a code, of the real server, with its key and without."""
import base64
import os
import unittest

import snug
import totp

CAPS = "sasl draft/account-2fa"
KEY = "second-factor.key"


class SecondFactor(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.start()
        self.s.user("ann")

    def answer(self, text):
        """What a login by ann's password and this as its second step is answered."""
        c = self.s.client()
        c.send("CAP REQ :" + CAPS, "NICK ann", "USER a 0 * :a", "AUTHENTICATE PLAIN")
        c.wait("AUTHENTICATE +")
        c.send("AUTHENTICATE " + base64.b64encode(f"\0ann\0{snug.PASSWORD}".encode()).decode())
        c.wait("AUTHENTICATE 2FA-REQUIRED")
        c.send("AUTHENTICATE TOTP")
        c.wait("AUTHENTICATE +")
        c.send("AUTHENTICATE " + base64.b64encode(text.encode()).decode())
        line = c.wait(" 90")
        return c.wait(" 903 ") if " 900 " in line else line

    def files_of_copy(self):
        found = {}
        for folder, _, names in os.walk(os.path.join(self.s.dir, "copy")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    found[os.path.join(folder, name)] = file.read()
        return found

    def test_the_key_is_beside_the_database_and_in_no_backup(self):
        app, codes = totp.enrol(self.s.client("ann", caps="draft/account-2fa"))
        path = os.path.join(self.s.state, KEY)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, "rb") as file:
            key = file.read()
        self.assertEqual(len(key), 32)
        self.assertIn(" 903 ", self.answer(app.next()))
        made = self.s.run("backup", "create", os.path.join(self.s.dir, "copy"))
        self.assertEqual(made.code, 0, made)
        self.assertEqual([name for name in self.files_of_copy() if name.endswith(KEY)], [])
        self.assertIn(b"SQLite format 3", b"".join(self.files_of_copy().values()))
        self.assertNotIn(key, b"".join(self.files_of_copy().values()))
        self.s.stop()
        os.rename(path, path + ".away")
        self.s.start()
        self.assertIn("event=second_factors_sealed", self.s.read_log())
        self.assertIn(" 904 ", self.answer(app.next()))
        self.assertIn(" 903 ", self.answer(codes[0]))
        self.assertIn(" 904 ", self.answer(codes[0]))


if __name__ == "__main__":
    unittest.main()
