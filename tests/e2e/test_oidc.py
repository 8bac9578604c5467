# SPDX-License-Identifier: MIT
"""The issuer of [oidc] beside a real server: how it is, what it publishes, where nobody is sent,
and its word that somebody is no more."""
import json
import os
import shutil
import tempfile
import unittest
import urllib.parse

import lies
import snug
import web
from issuer import DISCOVERY, Issuer
from patience import until


class Oidc(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.issuer = Issuer(self.dir)
        self.addCleanup(lambda: self.issuer.die())

    def conf(self, more=""):
        return (f"\n[beside]\nerrand = yes\nca_file = {self.issuer.ca}\n[web]\nlisten = 127.0.0.1:0\n"
                f"[oidc]\nissuer = {self.issuer.url}\n{more}")

    def server(self, conf=None):
        server = snug.Server(self.conf() if conf is None else conf)
        self.addCleanup(server.close)
        server.start()
        return server

    def await_status(self, server, *words):
        """Until its line of the issuer has all of these."""
        return until(lambda: f"{words} in {server.json('status')['issuer']}",
                     lambda: all(word in server.json("status")["issuer"] for word in words))

    def write_anew(self, server, conf):
        path = os.path.join(server.state, "snugd.conf")
        with open(path) as file:
            text = file.read().split("\n[beside]")[0]
        with open(path, "w") as file:
            file.write(text + conf)

    def row(self, server):
        rows = json.loads(server.run("check", "--json").out)
        return next((row for row in rows if row["what"] == "issuer"), None)

    def test_one_that_is_there_is_up(self):
        server = self.server()
        self.await_status(server, self.issuer.url + " up since")
        until("its keys", lambda: ("/keys", {}) in self.issuer.asked)
        self.assertTrue(self.row(server)["fine"])
        self.assertIn('snug_issuer_questions_total{result="yes"} 0\n', server.run("metrics").out)
        self.assertIn("event=issuer_up", server.read_log())

    def test_one_that_is_away_is_told_and_comes_back(self):
        self.issuer.die()
        server = self.server()
        self.await_status(server, "down since", "no-connection")
        row = self.row(server)
        self.assertFalse(row["fine"])
        self.assertIn(f"curl -sS {self.issuer.url}{DISCOVERY}", row["found"])
        self.assertEqual(server.run("check").code, 6)
        # Nobody else is kept waiting.
        server.user("ann")
        server.client("ann").sync()
        self.issuer.listen()
        self.await_status(server, "up since")

    def test_one_that_lies_is_not_used(self):
        for says, words in (({"issuer": "https://evil.example"}, "calls itself https://evil.example"),
                            ({"token_endpoint": "https://evil.example/token"}, "evil.example"),
                            ({"jwks_uri": "http://localhost/keys"}, "no address of https")):
            with self.subTest(words=words):
                self.issuer.says = says
                self.await_status(self.server(), "down since", words)
        for answer, words in (((200, b"garbage"), "no JSON object"), ((302, b""), "status 302")):
            with self.subTest(words=words):
                self.issuer.answers[DISCOVERY] = answer
                self.await_status(self.server(), "down since", words)
        self.assertNotIn(("/keys", {}), self.issuer.asked)

    def test_without_an_issuer_nothing_is_said_of_one(self):
        server = self.server("\n[web]\nlisten = 127.0.0.1:0\n")
        self.assertEqual(server.json("status")["issuer"], "")
        self.assertIsNone(self.row(server))
        self.assertEqual(self.log_out(server, "x").status, 404)

    def test_a_reload_takes_other_settings_and_keeps_the_issuer(self):
        server = self.server()
        self.await_status(server, "up since")
        self.write_anew(server, self.conf("audience = https://chat.example\nadmin_group = ops\n"))
        self.assertEqual(server.run("reload").code, 0)
        self.assertEqual(server.json("status")["needs-restart"], "")
        self.write_anew(server, self.conf("hosts = elsewhere.example\n"))
        self.assertEqual(server.run("reload").code, 0)
        self.assertIn("[oidc] hosts", server.json("status")["needs-restart"])
        self.write_anew(server, self.conf("algorithms = HS256\n"))
        refused = server.run("reload")
        self.assertNotEqual(refused.code, 0)
        self.assertIn("HS256 is none of those that are taken", refused.err)
        self.write_anew(server, "\n[web]\nlisten = 127.0.0.1:0\n")
        server.run("reload")
        self.assertIn("up since", server.json("status")["issuer"])

    def test_a_secret_is_in_no_backup_and_not_shown(self):
        secret = os.path.join(self.dir, "secret")
        with open(secret, "w") as file:
            file.write("s3cretOfTheClient\n")
        os.chmod(secret, 0o600)
        server = self.server(self.conf(f"client_secret_file = {secret}\n"))
        self.await_status(server, "up since")
        self.assertNotIn("s3cretOfTheClient", server.run("config", "show").out)
        copy = os.path.join(self.dir, "copy")
        self.assertEqual(server.run("backup", "create", copy, "--with-keys").code, 0)
        for folder, _, names in os.walk(copy):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(b"s3cretOfTheClient", file.read())
        os.chmod(secret, 0o644)
        self.assertIn("others may read", server.run("reload").err)

    def logout(self, **claims):
        return self.issuer.logout_token("s1", claims=claims)

    def log_out(self, server, token, method="POST", body=None):
        body = f"logout_token={urllib.parse.quote(token)}".encode() if body is None else body
        return web.ask(web.web_port(server), web.request("/oidc/logout", method, body=body,
                                                         Content_Type="application/x-www-form-urlencoded"))

    def test_a_logout_is_taken_once_and_only_from_the_issuer(self):
        server = self.server()
        self.await_status(server, "up since")
        token = self.issuer.logout_token("s1")
        self.assertEqual(self.log_out(server, token).status, 200)
        self.assertIn("event=issuer_logout subject=s1", server.read_log())
        again = self.log_out(server, token)
        self.assertEqual((again.status, again.body), (400, b"This is no logout token that is taken here.\n"))
        for name, wrong in (("by another key", lies.foreign(self.issuer, "s1")),
                            ("of another issuer", self.logout(iss="https://evil.example")),
                            ("for another client", self.logout(aud="other")), ("no logout", self.logout(events={})),
                            ("of a session", self.issuer.logout_token("s1", claims={"sid": "x"}, drop=("sub",))),
                            ("old", self.logout(iat=1000, exp=2000)), ("an access token", self.issuer.mint("s1")),
                            ("garbage", "a.b.c"), ("nothing", "")):
            with self.subTest(name=name):
                self.assertEqual(self.log_out(server, wrong).status, 400)
        self.assertEqual(self.log_out(server, "", body=b"token=x").status, 400)
        self.assertEqual(self.log_out(server, "x" * 10000).status, 413)
        self.assertEqual(web.ask(web.web_port(server), web.request("/oidc/logout")).status, 405)
        self.assertEqual(server.read_log().count("event=issuer_logout "), 1)

    def test_without_its_keys_a_logout_may_come_again(self):
        self.issuer.answers["/keys"] = (500, b"")
        server = self.server()
        self.await_status(server, "down since", "its keys: status 500")
        token = self.issuer.logout_token("s1")
        self.assertEqual(self.log_out(server, token).status, 503)
        del self.issuer.answers["/keys"]
        self.await_status(server, "up since")
        self.assertEqual(self.log_out(server, token).status, 200)


if __name__ == "__main__":
    unittest.main()
