# SPDX-License-Identifier: MIT
"""Accounts that are bound to somebody elsewhere, of the real server: leases, backups, what a restore does again."""
import base64
import json
import os
import re
import unittest

import snug
import stored
from patience import until

ISSUER = "https://id.example.org"
KEY = "sign-in.key"


class SignIn(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def start(self, recheck):
        self.s.configure(f"\n[auth]\nrecheck = {recheck}\n")
        self.s.start()
        self.s.user("ann")

    def bind(self, name="ann", subject="a1"):
        done = self.s.run("user", "bind", name, "--issuer", ISSUER, "--subject", subject)
        self.assertEqual(done.code, 0, done)

    def answer(self, secret):
        """What a login of ann by PLAIN is answered, and what stands before it."""
        c = self.s.client()
        c.send("CAP REQ :sasl standard-replies", "AUTHENTICATE PLAIN")
        c.wait("AUTHENTICATE +")
        c.send("AUTHENTICATE " + base64.b64encode(f"\0ann\0{secret}".encode()).decode())
        lines = [c.recv()]
        while not re.search(" 90[34] ", lines[-1]):
            lines.append(c.recv())
        c.close()
        return "\n".join(lines)

    # Proves O8, O9.
    def test_who_was_not_confirmed_is_out_and_stays_out(self):
        self.start("2s")
        token = self.s.run("user", "token", "add", "ann", "bot").out.strip()
        excepted = self.s.run("user", "token", "add", "ann", "free", "--lease", "none").out.strip()
        ann, bot = self.s.client("ann"), self.s.client()
        bot.send(f"PASS :ann:{excepted}", "NICK ann", "USER a 0 * :a")
        bot.wait(" 001 ")
        self.bind()
        self.assertIn("Your sign-in is older than 2 seconds", ann.wait("ERROR"))
        self.assertIn(" FAIL AUTHENTICATE SIGN_IN_AGAIN ", self.answer(snug.PASSWORD))
        self.assertIn(" FAIL AUTHENTICATE SIGN_IN_AGAIN ", self.answer(token))
        self.assertIn(" 903 ", self.answer(excepted))
        bot.sync()
        log = self.s.read_log()
        self.assertIn("event=signed_out source=server account=ann way=oidc why=lease", log)
        self.assertRegex(log, "event=login_failed source=127.0.0.1 account=ann way=password why=lease")
        # By other means than time.
        self.assertEqual(self.s.run("user", "unbind", "ann").code, 0)
        self.assertIn(" 903 ", self.answer(snug.PASSWORD))

    def test_a_restart_and_a_reload_keep_the_lease(self):
        self.start("30d")
        self.bind()
        self.assertIn(" 903 ", self.answer(snug.PASSWORD))
        ends = self.s.json("user", "show", "ann")["lease_ends"]
        self.s.stop()
        self.s.start()
        self.assertEqual(self.s.json("user", "show", "ann")["lease_ends"], ends)
        self.assertIn(" 903 ", self.answer(snug.PASSWORD))
        path = os.path.join(self.s.state, "snugd.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("recheck = 30d", "recheck = 1s"))
        self.assertEqual(self.s.run("reload").code, 0)
        until("the lease of the new setting to be over", lambda: " SIGN_IN_AGAIN " in self.answer(snug.PASSWORD))

    def test_what_is_no_time_is_refused(self):
        for text in ("0", "999ms", "31d", "soon"):
            with self.subTest(text):
                self.s.configure(f"\n[auth]\nrecheck = {text}\n")
                done = snug.snugd("check", state=self.s.state)
                self.assertRegex(done.err + done.out, "recheck")

    def test_check_lists_tokens_that_are_excepted(self):
        self.start("30d")
        rows = {row["what"]: row["found"] for row in json.loads(self.s.run("check", "--json").out)}
        self.assertNotIn("sign-in", rows)
        self.bind()
        self.s.run("user", "token", "add", "ann", "bot")
        self.s.run("user", "token", "add", "ann", "free", "--lease", "none")
        rows = {row["what"]: row["found"] for row in json.loads(self.s.run("check", "--json").out)}
        self.assertEqual(rows["sign-in"], "1 accounts sign in elsewhere; tokens that let in whatever is said there: ann/free")
        leases = {row["label"]: row["lease"] for row in self.s.json("user", "token", "list", "ann")}
        self.assertEqual(leases, {"bot": "account", "free": "none"})
        self.assertEqual(self.s.run("user", "token", "add", "ann", "x", "--lease", "some").code, 2)

    # Proves O14.
    def test_the_key_is_beside_the_database_and_in_backups_with_keys_alone(self):
        self.start("30d")
        path = os.path.join(self.s.state, KEY)
        self.assertEqual((os.stat(path).st_mode & 0o777, os.path.getsize(path)), (0o600, 32))
        for flags, is_there in (([], False), (["--with-keys"], True)):
            folder = os.path.join(self.s.dir, "copy" + "".join(flags))
            made = self.s.run("backup", "create", folder, *flags)
            self.assertEqual(made.code, 0, made)
            names = [name for _, _, names in os.walk(folder) for name in names]
            self.assertEqual(KEY in names, is_there, names)
        self.s.stop()
        state = os.path.join(self.s.dir, "elsewhere")
        done = snug.snugd("restore", os.path.join(self.s.dir, "copy--with-keys"), "--as-it-was", state=state)
        self.assertEqual(done.code, 0, done)
        with open(path, "rb") as here, open(os.path.join(state, KEY), "rb") as there:
            self.assertEqual(here.read(), there.read())
        with open(path, "wb") as file:
            file.write(b"short")
        done = snug.snugd("run", state=self.s.state)
        self.assertIn("sign-in.key: is no key of 32 bytes", done.err)

    @stored.of_sqlite("a backup is put back into the folder of its file")
    def test_what_was_unbound_since_a_backup_stays_unbound(self):
        self.start("30d")
        self.s.user("bob")
        self.bind()
        self.bind("bob", "b1")
        copy = os.path.join(self.s.dir, "copy")
        self.assertEqual(self.s.run("backup", "create", copy).code, 0)
        self.assertEqual(self.s.run("user", "unbind", "ann").code, 0)
        self.s.user("cem")
        self.s.stop()
        done = snug.snugd("restore", copy, "--json", state=self.s.state)
        self.assertEqual(done.code, 0, done)
        rows = [(row["kind"], row["subject"]) for row in json.loads(done.out)]
        self.assertIn(("unbound", f"ann {ISSUER}"), rows)
        self.s.start()
        self.assertEqual(self.s.json("user", "bindings", "ann"), [])
        self.assertEqual([row["subject"] for row in self.s.json("user", "bindings", "bob")], ["b1"])

    def test_without_a_server_it_is_the_same(self):
        self.start("30d")
        self.s.stop()
        self.bind()
        [row] = self.s.json("user", "bindings", "ann")
        self.assertEqual((row["issuer"], row["subject"], row["way"], row["own"]), (ISSUER, "a1", "oidc", "no"))
        self.assertEqual(self.s.run("user", "unbind", "ann", str(row["id"])).code, 0)
        self.assertEqual(self.s.json("user", "bindings", "ann"), [])
