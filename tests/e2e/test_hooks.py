# SPDX-License-Identifier: MIT
"""Hooks: what programs send by HTTP is said in a room."""
import json
import re
import shutil
import subprocess
import unittest

import snug
import stored
import web
from patience import PATIENCE


class Hooks(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server("[web]\nlisten = 127.0.0.1:0\nhost = localhost\n")
        self.addCleanup(self.s.close)
        self.s.user("ann")
        self.s.start()
        self.port = web.web_port(self.s)
        self.assertEqual(self.s.run("room", "add", "den", "--founder", "ann").code, 0)
        made = self.s.run("hook", "create", "den", "ci")
        self.assertEqual(made.code, 0, made)
        self.secret = re.fullmatch(r"https://[^/]+/hook/([\w-]{27})", made.out.strip())[1]
        self.ann = self.s.client("ann", "message-tags batch draft/multiline")

    def post(self, secret, text, **fields):
        body = json.dumps({"text": text}).encode()
        return web.ask(self.port, web.request("/hook/" + secret, "POST", body=body,
                                              Content_Type="application/json", **fields))

    def test_what_is_sent_is_said_and_answered_when_it_is_stored(self):
        answer = self.post(self.secret, "build 12 <https://ci.example/12|failed>")
        self.assertEqual((answer.status, answer.body), (200, b"ok\n"), answer.raw)
        line = self.ann.wait("PRIVMSG #den")
        self.assertIn(":ci[hook]!hook@localhost PRIVMSG #den :build 12 failed (https://ci.example/12)", line)
        self.assertIn("bot", line.split(" ")[0].lstrip("@").split(";"))
        self.s.kill()
        self.s.start()
        found = self.s.json("message", "search", "build", "--room", "den")
        self.assertEqual([row["from"] for row in found], ["ci[hook]"])

    def test_a_key_makes_it_one_message_also_over_a_crash(self):
        self.assertEqual(self.post(self.secret, "cake", Idempotency_Key="k").status, 200)
        self.s.kill()
        self.s.start()
        self.port = web.web_port(self.s)
        self.assertEqual(self.post(self.secret, "cake", Idempotency_Key="k").status, 200)
        self.assertEqual(len(self.s.json("message", "search", "cake")), 1)

    def test_refusals_have_a_status_and_one_plain_sentence(self):
        wrong = self.post("A" * 27, "x")
        self.assertEqual(wrong.status, 404)
        large = web.ask(self.port, web.request("/hook/" + self.secret, "POST", body=b"x" * 16385,
                                               Content_Type="application/json"))
        self.assertEqual(large.status, 413)
        kind = web.ask(self.port, web.request("/hook/" + self.secret, "POST", body=b"text=x",
                                              Content_Type="text/plain"))
        self.assertEqual(kind.status, 415)
        self.assertEqual(web.ask(self.port, web.request("/hook/" + self.secret)).status, 405)
        self.s.run("hook", "revoke", "den", "ci")
        gone = self.post(self.secret, "x")
        self.assertEqual((gone.status, gone.body), (wrong.status, wrong.body))
        for answer in (wrong, large, kind):
            self.assertRegex(answer.body, rb"\A[A-Z][^\n]*\.\n?\Z")

    def test_too_much_is_429_with_when_to_come_back(self):
        answers = [self.post(self.secret, "x") for _ in range(40)]
        self.assertEqual({answer.status for answer in answers}, {200, 429})
        self.assertGreater(int([a for a in answers if a.status == 429][0].fields["Retry-After"]), 0)

    def test_the_secret_is_in_no_log_and_no_list(self):
        self.post(self.secret, "x")
        self.post(self.secret + "x", "x")
        told = self.s.read_log() + self.s.run("hook", "list").out + self.s.run("audit", "list").out
        self.assertIn("den ci", told)
        self.assertNotIn(self.secret, told)
        data = stored.whole(self.s.state)
        self.assertIn(b"den", data)
        self.assertNotIn(self.secret.encode(), data)

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl_and_a_payload_made_for_slack(self):
        payload = {"username": "grafana", "icon_emoji": ":x:", "channel": "#alerts", "attachments": [
            {"color": "#D63232", "title": "[FIRING:1] disk", "title_link": "https://mon.example/1",
             "fields": [{"title": "host", "value": "db1", "short": True}], "text": "97 &gt; 95 %",
             "fallback": "disk", "footer": "Grafana", "ts": 1700000000}]}
        url = "https://localhost:%d/hook/%s" % (self.port, self.secret)
        for data in ["-H", "Content-Type: application/json", "-d", json.dumps(payload)], \
                ["--data-urlencode", "payload=" + json.dumps(payload)]:
            done = subprocess.run(["curl", "-skS", "--resolve", "localhost:%d:127.0.0.1" % self.port, *data, url],
                                  capture_output=True, text=True, timeout=PATIENCE)
            self.assertEqual((done.returncode, done.stdout), (0, "ok\n"), done.stderr)
            lines = [self.ann.wait("PRIVMSG #den").split("PRIVMSG #den :", 1)[1] for _ in range(4)]
            self.assertEqual(lines, ["[FIRING:1] disk (https://mon.example/1)", "97 > 95 %", "host: db1", "Grafana"])


if __name__ == "__main__":
    unittest.main()
