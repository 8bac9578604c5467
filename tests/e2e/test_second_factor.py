# SPDX-License-Identifier: MIT
"""A login by password that wants a code, of the real server, with its key and without."""
import base64
import json
import os
import shutil
import unittest

import snug
import stored
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

    # Proves A21.
    def test_the_key_is_beside_the_database_and_in_no_backup(self):
        app, codes = totp.enrol(self.s.client("ann", caps="draft/account-2fa"))
        path = os.path.join(self.s.state, KEY)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, "rb") as file:
            key = file.read()
        self.assertEqual(len(key), 32)
        self.assertIn(" 903 ", self.answer(app.next()))
        self.assertNotIn("sealing-keys", self.s.run("check").out)
        made = self.s.run("backup", "create", os.path.join(self.s.dir, "copy"))
        self.assertEqual(made.code, 0, made)
        self.assertEqual([name for name in self.files_of_copy() if name.endswith(KEY)], [])
        self.assertIn(b"SQLite format 3", b"".join(self.files_of_copy().values()))
        for secret in (key, base64.b32decode(app.secret), app.secret.encode(), *[text.encode() for text in codes]):
            self.assertNotIn(secret, b"".join(self.files_of_copy().values()))
        self.s.stop()
        os.rename(path, path + ".away")
        self.s.start()
        self.assertIn("event=second_factors_sealed", self.s.read_log())
        checked = {row["what"]: row for row in json.loads(self.s.run("check", "--json").out)}
        self.assertIn("1 second factors are opened by no " + KEY, checked["sealing-keys"]["found"])
        self.assertFalse(checked["sealing-keys"]["fine"])
        self.assertIn(" 904 ", self.answer(app.next()))
        self.assertIn(" 903 ", self.answer(codes[0]))
        self.assertIn(" 904 ", self.answer(codes[0]))

    def restored(self, *options, state):
        return snug.snugd("restore", os.path.join(self.s.dir, "copy"), *options, "--json", state=state)

    def lacks(self, done):
        """What a restore says that is missing: at once, and among its rows."""
        rows = {row["subject"]: row["what"] for row in json.loads(done.out or "[]") if row["kind"] == "lacks"}
        for subject, what in rows.items():
            self.assertIn(f"snugd: {subject}: {what}", done.err)
        return rows

    # Proves A21.
    @stored.of_sqlite("a backup is put back into the folder of its file")
    def test_a_restore_says_which_keys_are_missing_before_it_begins(self):
        totp.enrol(self.s.client("ann", caps="draft/account-2fa"))
        copy, state = os.path.join(self.s.dir, "copy"), os.path.join(self.s.dir, "elsewhere")
        pair = ", ".join(os.path.join(state, name) for name in ("key.pem", "cert.pem"))
        self.assertEqual(self.s.run("backup", "create", copy).code, 0)
        looked = snug.snugd("backup", "verify", copy, "--json")
        keys = {row["what"]: row["found"] for row in json.loads(looked.out)}["keys"]
        self.assertRegex(keys, "not in it.*; 1 account has a second factor, and second-factor.key is in no backup")
        self.s.stop()
        tried = self.restored("--dry-run", "--as-it-was", state=state)
        self.assertEqual((tried.code, os.path.exists(state)), (0, False), tried)
        self.assertEqual(set(self.lacks(tried)), {KEY, pair}, tried)
        self.assertIn("opens the second factor of 1 account: put", self.lacks(tried)[KEY])
        # Of another server, where it is refused: what it says is said before it does anything.
        other = snug.Server()
        self.addCleanup(other.close)
        other.start()
        other.stop()
        refused = self.restored(state=other.state)
        self.assertEqual(refused.code, 1, refused)
        self.assertLess(refused.err.index(KEY + ": is in no backup, and none here opens"),
                        refused.err.index("of another server"))
        done = self.restored("--as-it-was", state=state)
        self.assertEqual((done.code, self.lacks(done)), (0, self.lacks(tried)), done)
        # Here they are.
        self.assertEqual(self.lacks(self.restored("--dry-run", state=self.s.state)), {})
        shutil.copy(os.path.join(self.s.state, KEY), state)
        again = self.restored("--dry-run", state=state)
        self.assertEqual(set(self.lacks(again)), {pair}, again)

    def test_a_restore_with_keys_wants_none(self):
        copy, state = os.path.join(self.s.dir, "copy"), os.path.join(self.s.dir, "elsewhere")
        self.assertEqual(self.s.run("backup", "create", copy, "--with-keys").code, 0)
        done = self.restored("--as-it-was", state=state)
        self.assertEqual((done.code, self.lacks(done)), (0, {}), done)
        # What the configuration names elsewhere has to be there.
        away = os.path.join(self.s.dir, "tls")
        os.mkdir(away)
        for name in ("key.pem", "cert.pem"):
            os.rename(os.path.join(state, name), os.path.join(away, name))
        with open(os.path.join(state, "snugd.conf"), "a", encoding="utf-8") as file:
            file.write(f"\n[tls]\ncertificate = {away}/cert.pem\nkey = {away}/key.pem\n")
        self.assertEqual(self.lacks(self.restored("--dry-run", state=state)), {})
        os.remove(os.path.join(away, "key.pem"))
        self.assertEqual(set(self.lacks(self.restored("--dry-run", state=state))),
                         {f"{away}/key.pem, {away}/cert.pem"})


if __name__ == "__main__":
    unittest.main()
