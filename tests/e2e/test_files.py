# SPDX-License-Identifier: MIT
"""Files over real sockets: sent as other clients send them, said, got by links and tokens."""
import base64
import json
import os
import re
import shutil
import subprocess
import threading
import time
import unittest

import snug
import stored
import web
from patience import PATIENCE, until

CONF = "[web]\nlisten = 127.0.0.1:0\nhost = localhost\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 40
KNOWING = "message-tags echo-message batch snug.chat/files draft/message-redaction labeled-response"
ID = r"[\w-]{22}"


def basic(name, secret):
    return "Basic " + base64.b64encode(("%s:%s" % (name, secret)).encode()).decode()


class Base(unittest.TestCase):
    def start(self, more="", users=("ann", "bob", "eve")):
        self.s = snug.Server(CONF + more)
        self.addCleanup(self.s.close)
        for name in users:
            self.s.user(name)
        self.s.start()
        self.port = web.web_port(self.s)
        self.assertEqual(self.s.run("room", "add", "den", "--founder", "ann").code, 0)

    def member(self, name, caps=KNOWING):
        client = self.s.client(name, caps)
        client.send("JOIN #den")
        client.sync()
        return client

    def bearer(self, client):
        client.send("FILEHOST TOKEN")
        return "Bearer " + client.wait(" FILEHOST TOKEN ").split()[-1]

    def app_token(self, name):
        made = self.s.run("user", "token", "add", name)
        self.assertEqual(made.code, 0, made)
        return made.out.strip()

    def put(self, body=PNG, target="%23den", path="/f?target=", **head):
        return web.ask(self.port, web.request(path + target, "POST", body=body, **head))

    def put_fine(self, who, body=PNG, **head):
        answer = self.put(body, Authorization=who, **head)
        self.assertEqual(answer.status, 201, answer.raw)
        return re.fullmatch("/f/(%s)" % ID, answer.fields["Location"])[1]

    def get(self, path, **head):
        return web.ask(self.port, web.request(path, **head))

    def url(self, file):
        return "https://localhost:%d/f/%s" % (self.port, file)

    def on_disk(self):
        top = os.path.join(self.s.state, "files")
        return sorted(name for folder, _, names in os.walk(top) for name in names)


class Sent(Base):
    def test_as_halloy_and_goguma_do(self):
        self.start()
        secret = self.app_token("ann")
        options = web.ask(self.port, web.request("/f", "OPTIONS"))
        self.assertEqual((options.status, options.fields["Allow"]), (204, "OPTIONS, POST"), options.raw)
        for name, head in (
                ("ann", {"Content_Type": "image/png",
                         "Content_Disposition": "attachment; filename=\"a cat.png\"; filename*=UTF-8''a%20c%C3%A4t.png"}),
                ("ann@phone", {"Content_Disposition": "attachment; filename*=UTF-8''a+c%C3%A4t.png"})):
            file = self.put_fine(basic(name, secret), **head)
            row = next(row for row in self.s.json("file", "list") if row["file"] == file)
            self.assertEqual((row["name"], row["type"], row["bytes"], row["by"], row["room"], row["said"]),
                             ("a c\u00e4t.png", "image/png", len(PNG), "ann", "#den", False))

    def test_005_names_the_place(self):
        self.start()
        ann = self.s.client("ann", "")
        ann.send("VERSION")
        self.assertIn(" soju.im/FILEHOST=https://localhost:%d/f " % self.port, ann.wait("soju.im/FILEHOST=") + " ")

    def test_what_is_refused_says_why(self):
        self.start("[files]\nfile_max = 64KiB\n")
        who = basic("ann", self.app_token("ann"))
        for status, words, answer in (
                (401, b"password opens nothing", self.put(Authorization=basic("ann", snug.PASSWORD))),
                (401, b"logged in", self.put()),
                (404, b"no such place", self.put(target="%23nowhere", Authorization=who)),
                (404, b"no such place", self.put(Authorization=basic("eve", self.app_token("eve")))),
                (413, b"65536 bytes", self.put(b"x" * 65537, Authorization=who)),
                (400, b"nothing in it", self.put(b"", Authorization=who)),
                (404, b"no such file", self.get("/f/" + "A" * 22, Authorization=who)),
                (401, b"logged in", self.get("/f/" + "A" * 22))):
            self.assertEqual(answer.status, status, answer.raw)
            self.assertIn(words, answer.body)
            self.assertEqual(answer.fields.get("WWW-Authenticate"), "Bearer" if status == 401 else None)
        self.assertEqual(self.on_disk(), [])

    def test_what_is_cut_leaves_nothing(self):
        self.start("[files]\naccount_total = 64KiB\n")
        ann = self.member("ann")
        who = self.bearer(ann)
        for length in (0, 1, 4096, len(PNG) - 1):
            with web.connect(self.port) as sock:
                raw = web.request("/f?target=%23den", "POST", body=PNG, Authorization=who)
                sock.sendall(raw[:len(raw) - len(PNG) + length])
            # Its place is free again: without that the account's limit would stand in the way.
            until("the cut upload is forgotten", lambda: self.put(Authorization=who).status == 201)
            for row in self.s.json("file", "list"):
                self.assertEqual(self.s.run("file", "delete", row["file"]).code, 0)
            until("nothing is left", lambda: self.on_disk() == [])

    def test_a_thousand_at_once(self):
        self.start("[files]\naccount_per_day = 0\n")
        who = basic("ann", self.app_token("ann"))
        ids, lock = set(), threading.Lock()
        left = list(range(1000))

        def send():
            while True:
                with lock:
                    if not left:
                        return
                    n = left.pop()
                answer = None
                while answer is None or answer.status in (429, 503):  # told to come again
                    answer = self.put(b"%04d" % n + PNG, Authorization=who)
                with lock:
                    ids.add(answer.fields["Location"])
        threads = [threading.Thread(target=send) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(ids), 1000)
        self.assertEqual(len(self.on_disk()), 1000)
        self.assertEqual(len(self.s.json("file", "list")), 1000)


class Said(Base):
    def setUp(self):
        self.start()
        self.ann, self.bob = self.member("ann"), self.member("bob")
        self.who = self.bearer(self.ann)
        self.file = self.put_fine(self.who, Content_Disposition="attachment; filename=cat.png")

    def test_it_is_got_by_token_and_by_nobody_else(self):
        self.ann.send("PRIVMSG #den :look " + self.url(self.file))
        line = self.bob.wait("PRIVMSG #den :look")
        self.assertIn("snug.chat/file=%s;snug.chat/file-name=cat.png;snug.chat/file-type=image/png;"
                      "snug.chat/file-size=%d" % (self.file, len(PNG)), line)
        self.assertTrue(line.endswith(self.url(self.file)), line)
        got = self.get("/f/" + self.file, Authorization=self.bearer(self.bob))
        self.assertEqual((got.status, got.body), (200, PNG))
        for field, value in (("Content-Type", "image/png"), ("X-Content-Type-Options", "nosniff"),
                             ("Content-Security-Policy", "sandbox; default-src 'none'"),
                             ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "private, no-store"),
                             ("Content-Disposition", "inline; filename=\"cat.png\"; filename*=UTF-8''cat.png")):
            self.assertEqual(got.fields[field], value)
        eve = self.s.client("eve", KNOWING)
        self.assertEqual(self.get("/f/" + self.file, Authorization=self.bearer(eve)).status, 404)

    @unittest.skipUnless(shutil.which("curl"), "no curl")
    def test_a_plain_client_opens_its_link_with_curl(self):
        irssi = self.member("eve", "")
        self.ann.send("PRIVMSG #den :look " + self.url(self.file))
        link = irssi.wait("PRIVMSG #den :look").split()[-1]
        got = subprocess.run(["curl", "-sk", "--fail", link], capture_output=True, timeout=PATIENCE)
        self.assertEqual((got.returncode, got.stdout), (0, PNG))
        irssi.send("PART #den")
        irssi.wait(" PART ")
        got = subprocess.run(["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", link], capture_output=True,
                             timeout=PATIENCE)
        self.assertEqual(got.stdout, b"404")

    def test_redaction_takes_it_from_disk(self):
        self.assertEqual(self.on_disk(), [self.file])
        self.ann.send("@label=x PRIVMSG #den :" + self.url(self.file))
        msgid = re.search("msgid=([^;]+)", self.ann.wait("PRIVMSG #den"))[1]
        self.ann.send("REDACT #den " + msgid)
        self.bob.wait("REDACT #den")
        until("it is gone", lambda: self.on_disk() == [])
        self.assertEqual(self.get("/f/" + self.file, Authorization=self.bearer(self.ann)).status, 404)

    def test_it_is_there_after_a_crash_and_what_is_nobodys_is_not(self):
        self.ann.send("PRIVMSG #den :" + self.url(self.file))
        self.bob.wait("PRIVMSG #den")
        self.s.kill()
        stray = "A" * 22
        with open(os.path.join(self.s.state, "files", stray), "wb") as file:
            file.write(b"left over")
        self.s.start()
        self.port = web.web_port(self.s)
        bob = self.s.client("bob", KNOWING)
        self.assertEqual(self.get("/f/" + self.file, Authorization=self.bearer(bob)).body, PNG)
        until("what is left over is gone", lambda: self.on_disk() == [self.file])

    def test_check_tells_of_what_is_missing(self):
        self.assertIn("1", self.row("files", 0)["found"])
        os.remove(os.path.join(self.s.state, "files", self.file))
        row = self.row("files", 1)
        self.assertFalse(row["fine"])
        self.assertIn("snugd file delete " + self.file, row["found"])
        self.assertEqual(self.s.run("file", "delete", self.file).code, 0)
        self.assertEqual(self.s.json("file", "list"), [])

    def row(self, what, code):
        done = self.s.run("check", "--json")
        self.assertEqual(done.code != 0, code != 0, done)
        return next(row for row in json.loads(done.out) if row["what"] == what)

    @stored.of_sqlite("a backup is put back into the folder of its file")
    def test_a_backup_has_it_and_a_restored_one_gives_it(self):
        self.ann.send("PRIVMSG #den :" + self.url(self.file))
        self.bob.wait("PRIVMSG #den")
        kept = os.path.join(self.s.state, "..", os.path.basename(self.s.state) + "-kept")
        self.addCleanup(shutil.rmtree, kept, True)
        first, second = os.path.join(kept, "1"), os.path.join(kept, "2")
        os.makedirs(kept)
        for folder, more in ((first, ()), (second, ("--incremental",))):
            done = self.s.run("backup", "create", folder, *more)
            self.assertEqual(done.code, 0, done)
        inside = [os.stat(os.path.join(folder, "files", self.file)) for folder in (first, second)]
        self.assertEqual(inside[0].st_ino, inside[1].st_ino)
        self.assertEqual(self.s.run("backup", "verify", second).code, 0)
        self.s.stop()
        os.remove(os.path.join(self.s.state, "files", self.file))
        done = self.s.run("restore", second)
        self.assertEqual(done.code, 0, done)
        self.s.start()
        self.port = web.web_port(self.s)
        bob = self.s.client("bob", KNOWING)
        self.assertEqual(self.get("/f/" + self.file, Authorization=self.bearer(bob)).body, PNG)
        with open(os.path.join(second, "files", self.file), "r+b") as file:
            file.write(b"X")
        broken = self.s.run("backup", "verify", second)
        self.assertNotEqual(broken.code, 0, broken)
        self.assertIn(self.file, broken.out + broken.err)


if __name__ == "__main__":
    unittest.main()
