# SPDX-License-Identifier: MIT
"""Texts that would drive a terminal, in every place that takes text: what is said of people and
rooms is refused, and all that both programs print of messages and of refusals is harmless, as
JSON printable ASCII that says the same text."""
import json
import os
import socket
import subprocess
import unittest

import snug
from patience import PATIENCE
from person import Person, link

EVIL = ("\x01\x02\x07\x08\x0b\x1b[31m\x1b]0;t\x07\t\x7f\x80\x85\x9b31m\x9d0;t\x9c\xad\u061c\u200b"
        "\u200e\u2028\u202e\u2066\ufeff\ufff9\U000e0041")
KIND = "é\u4e2d\U0001f600\"\\/"
TEXT = "cake " + EVIL + KIND + " end"


def is_harmless(c):
    code = ord(c)
    return c in "\n\t" or code >= 0x20 and not (
        0x7f <= code <= 0x9f or 0x202a <= code <= 0x202e or 0x2066 <= code <= 0x2069 or
        code in (0xad, 0x61c, 0x200b, 0x200e, 0x2028, 0xfeff, 0xfff9, 0xe0041))


class HostileText(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.bob = Person("bob")
        self.addCleanup(self.bob.close)
        self.bob.join(link(self.server))
        self.fill()

    def fill(self):
        self.server.user("ann", "--role", "admin")
        ann = self.server.client("ann", "message-tags draft/message-redaction setname echo-message")
        ann.send("JOIN #lounge", "OPER ann :" + snug.PASSWORD, "SETNAME :" + TEXT, "AWAY :" + TEXT,
                 "TOPIC #lounge :" + TEXT, "JOIN #den", "TOPIC #den :" + TEXT,
                 "@+note=%s PRIVMSG #lounge :gone" % EVIL.replace("\t", ""),
                 "MODE #lounge +b " + "evil\x7f\x9bil", "MODE #lounge +b ~t:1h:bad",
                 "KLINE 192.0.2.1 :" + TEXT, "KLINE 192.0.2.3 :spam")
        ann.send("PRIVMSG #lounge :" + TEXT)
        self.id = ann.wait("PRIVMSG #lounge", "cake").split("msgid=")[1].split(";")[0].split()[0]
        ann.send("PRIVMSG #lounge :second", "REDACT #lounge nothing :" + TEXT)
        other = ann.wait("PRIVMSG #lounge", "second").split("msgid=")[1].split(";")[0].split()[0]
        ann.send("REDACT #lounge %s :%s" % (other, TEXT))
        ann.sync()
        self.ann = ann
        self.assertEqual(self.server.run("hook", "create", "den", "ci").code, 0)
        for words in (("room", "set", "den", "--topic", TEXT),
                      ("ban", "add", "192.0.2.2", "--reason", TEXT),
                      ("room", "ban", "den", "bad!*@*", "--for", "1h", "--reason", TEXT),
                      ("invite", "create", "--note", TEXT),
                      ("user", "token", "add", "bob", "--label", TEXT),
                      ("user", "cert", "add", "bob", "A" * 43, "--label", TEXT)):
            done = self.server.run(*words)
            self.assertEqual(done.code, 2, done)  # refused in words
            done = self.server.run(*(KIND if word == TEXT else word for word in words))
            self.assertEqual(done.code, 0, done)

    def bytes_of(self, *words, stdin=None, code=0):
        done = subprocess.run(words, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE, stdin=subprocess.DEVNULL if stdin is None else None)
        if code is not None:
            self.assertEqual(done.returncode, code, (words, done))
        self.harmless(words, done.stderr)
        return done.stdout

    def harmless(self, words, out):
        wrong = {c for c in out.decode() if not is_harmless(c)}
        self.assertFalse(wrong, (words, out))

    def rows(self, words, out, each_line=True):
        self.assertFalse({b for b in out if b != 10 and not 0x20 <= b <= 0x7e}, (words, out))
        parts = out.splitlines() if each_line else [out]
        self.assertTrue(parts, words)
        return [json.loads(part) for part in parts]

    def snugd(self, *words):
        return self.bytes_of(snug.SNUGD, *words, "--state", self.server.state)

    VERBS = ("audit list", "ban list", "hook list", "invite list --all", "message search cake", "room list",
             "room show lounge", "room members lounge", "room bans lounge", "room bans den",
             "session list", "status", "user list", "user show ann", "user token list bob",
             "user cert list bob", "tls show", "fingerprint", "reload",
             "invite create", "user token add bob", "history prune --dry-run",
             "room delete den --dry-run", "user delete bob --dry-run")

    def check_verbs(self):
        said = []
        for words in [v.split() for v in self.VERBS] + [["message", "show", self.id]]:
            out = self.snugd(*words, "--json")
            if out:
                said += self.rows(words, out, each_line=False)
            out = self.snugd(*words)
            self.harmless(words, out)
            if words[1:2] == ["list"]:
                self.assertEqual(len({row.count(b"\t") for row in out.splitlines()}), 1, out)
        self.assertIn(json.dumps(TEXT)[1:-1], json.dumps(said))

    def test_verbs_of_the_server(self):
        self.check_verbs()
        words = ["export", "--room", "lounge"]
        rows = self.rows(words, self.snugd(*words))
        self.assertIn(TEXT, [row["text"] for row in rows])
        self.harmless(words, self.snugd(*words, "--format", "text"))
        self.harmless("log", self.server.read_log().encode())

    def test_words_of_a_refusal(self):
        for words in (["room", "show", "x" + EVIL], ["export", "--room", "x" + EVIL],
                      ["user", "show", b"\xff\x9b31m"], ["x" + EVIL, "y"],
                      ["user", "list", "--x" + EVIL], ["room", "set", "den", "--modes", EVIL]):
            done = subprocess.run([snug.SNUGD, *words, "--state", self.server.state],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
            self.assertNotEqual(done.returncode, 0, words)
            self.assertTrue(done.stderr, words)
            self.harmless(words, done.stdout + done.stderr)

    def test_the_admin_socket(self):
        for words in (["room", "show", "lounge"], ["ban", "list"], ["no", EVIL]):
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(os.path.join(self.server.state, "admin.sock"))
                s.sendall(json.dumps({"words": words}, ensure_ascii=False).encode() + b"\n")
                answer = b"".join(iter(lambda s=s: s.recv(65536), b""))
            self.rows(words, answer)

    def check_client(self):
        home = [self.bob.words()[0], "--home", self.bob.home]
        for words in (["tail", "#lounge"], ["search", "cake"], ["export", "#lounge"], ["channels"],
                      ["members", "#lounge"], ["status"], ["whoami"]):
            as_json = ["--format", "jsonl"] if words[0] == "export" else ["--json"]
            rows = self.rows(words, self.bytes_of(*home, *words, *as_json))
            if words[0] in ("tail", "search", "export"):
                self.assertIn(TEXT, [row.get("text") for row in rows], words)
            self.harmless(words, self.bytes_of(*home, *words))
        sent = ["send", "--json", "#lounge", TEXT]
        stored = self.rows(sent, self.bytes_of(*home, *sent))[0]["id"]
        edit = ["edit", "--json", "--in", "#lounge", stored, "again " + TEXT]
        self.rows(edit, self.bytes_of(*home, *edit))
        asked = "".join(json.dumps({"req": TEXT, **more}, ensure_ascii=False) + "\n" for more in (
            {"op": "history", "target": "#lounge"}, {"op": "members", "target": "#lounge"},
            {"op": "search", "text": "cake"}, {"op": TEXT}, {"op": "send", "target": EVIL}))
        rows = self.rows("pipe", self.bytes_of(*home, "pipe", stdin=asked.encode()))
        self.assertIn(TEXT, [row.get("text") for row in rows])
        self.assertIn(TEXT, [row.get("req") for row in rows])
        self.harmless("devices", self.bytes_of(*home, "devices"))
        self.harmless("doctor", self.bytes_of(*home, "doctor", code=None))

    # Proves C1.
    def test_verbs_of_the_client(self):
        self.check_client()

    def test_verbs_of_the_client_through_the_running_program(self):
        screen = self.bob.open()
        screen.wait_for("#lounge", "online")
        self.check_client()


if __name__ == "__main__":
    unittest.main()
