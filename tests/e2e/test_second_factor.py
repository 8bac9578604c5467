# SPDX-License-Identifier: MIT
"""A login by password that wants a code, of the real server, with its key and without."""
import base64
import hashlib
import hmac
import json
import os
import struct
import time
import unittest

import snug

CAPS = "sasl draft/account-2fa"
KEY = "second-factor.key"


def code(secret, step):
    """RFC 6238."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 10**6)


class SecondFactor(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.start()
        self.s.user("ann")

    def enrol(self):
        """The secret of ann's app, and her recovery codes."""
        ann = self.s.client("ann", caps="draft/account-2fa")
        ann.send("2FA CHALLENGE totp")
        line = ann.wait("REGISTRATION_CHALLENGE")
        told = json.loads(base64.b64decode(line.split("totp ")[1].split()[0]))
        self.assertIn(told["secret"], told["uri"])
        ann.send("2FA ADD totp phone " + code(told["secret"], int(time.time()) // 30))
        ann.wait("2FA ADD SUCCESS")
        ann.send("2FA ENABLE")
        codes = ann.wait("RECOVERY_CODES").split("RECOVERY_CODES ")[1].split(" :")[0].split()
        ann.wait("2FA ENABLE SUCCESS")
        return told["secret"], codes

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
        secret, codes = self.enrol()
        path = os.path.join(self.s.state, KEY)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, "rb") as file:
            key = file.read()
        self.assertEqual(len(key), 32)
        # One step ahead: the one of now was used to enrol.
        self.assertIn(" 903 ", self.answer(code(secret, int(time.time()) // 30 + 1)))
        made = self.s.run("backup", "create", os.path.join(self.s.dir, "copy"))
        self.assertEqual(made.code, 0, made)
        self.assertEqual([name for name in self.files_of_copy() if name.endswith(KEY)], [])
        self.assertIn(b"SQLite format 3", b"".join(self.files_of_copy().values()))
        self.assertNotIn(key, b"".join(self.files_of_copy().values()))
        self.s.stop()
        os.rename(path, path + ".away")
        self.s.start()
        self.assertIn("event=second_factors_sealed", self.s.read_log())
        self.assertIn(" 904 ", self.answer(code(secret, int(time.time()) // 30 + 1)))
        self.assertIn(" 903 ", self.answer(codes[0]))
        self.assertIn(" 904 ", self.answer(codes[0]))


if __name__ == "__main__":
    unittest.main()
