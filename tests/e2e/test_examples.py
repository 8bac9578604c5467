# SPDX-License-Identifier: MIT
"""What the manuals show in whole blocks works: each block has a test here, by its first line.

Single commands are those of test_advice.py; here are settings, themes, what is typed in line
mode and requests of `snug pipe`."""
import json
import os
import re
import shutil
import subprocess
import unittest

import advice
import person
import snug
import stored
from patience import PATIENCE

COMMANDS = "snugd init --name"  # the block of them in snugd(8)
EVENT = '{"v":1,"type":"message"'


def blocks():
    found = {}
    for path in advice.MANUALS:
        for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", advice.read(path), re.M | re.S):
            found[block] = path
    return found


class Examples(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server("\n[web]\nlisten = 127.0.0.1:%d\nhost = localhost\n" % snug.free_port(),
                                  port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        link = person.link(self.server)
        self.ann, self.bob = person.Person("ann"), person.Person("bob")
        for who in self.ann, self.bob:
            self.addCleanup(who.close)
            who.join(link)
        self.ann.run("config", "set", "files.folder", os.path.join(self.ann.home, "kept"))

    def block(self, begins):
        return next(block for block in blocks() if block.startswith(begins))

    def test_each_block_has_a_test(self):
        known = (COMMANDS, EVENT, "/reply a7", '{"op":"send"', "[theme]", "[server]",
                 "snugd avahi")  # by test_near
        for block, path in blocks().items():
            self.assertTrue(block.startswith(known), f"{path}:\n{block}")

    def say(self, text):
        done = self.bob.run("send", "--json", "#lounge", text)
        self.assertEqual(done.code, 0, done)
        return json.loads(done.out.splitlines()[0])["id"]

    def send_file(self):
        path = os.path.join(self.bob.home, "a.txt")
        with open(path, "w") as file:
            file.write("hello")
        done = self.bob.run("send", "--file", path, "#lounge")
        self.assertEqual(done.code, 0, done)
        return done.out.strip()

    def test_what_is_typed_in_line_mode_does_what_it_says(self):
        for line in self.block("/reply a7").splitlines():
            with self.subTest(line):
                lines = person.Program(self.ann.words("--plain", "#lounge"))
                self.addCleanup(lines.close)
                lines.follows(lambda: self.say("are you there?"))
                link = "https://wiki" + line.split()[0]
                seen = self.send_file() if line.startswith("/get") else self.say("see " + link)
                if line.startswith("/edit"):
                    lines.say("mine\n")
                wanted = {"/edit": "ann: mine [", "/get": "a.txt (5 B)"}.get(line.split()[0], link)
                name = re.search(r"\[(\w+)\]$", lines.line(lambda text: wanted in text))[1]
                if line.startswith("/reactions"):
                    self.ann.run("react", "--in", "#lounge", seen, "+1")
                    lines.line(lambda text: " reacts +1" in text)
                lines.say(line.replace("a7", name) + "\n")
                answer = {"/reply": f"(to {name}) yes, at three", "/react": "reacts 🎉 to " + name,
                          "/edit": "edited: what it says now", "/redact": "Question: remove bob's message",
                          "/open": link, "/reactions": "Reactions: +1 ann",
                          "/report": "sent to ChanServ", "/save": "saved, on all your computers",
                          "/get": "a.txt is kept as " + self.ann.home, "/goto": f"{link} [{name}]"}[line.split()[0]]
                self.assertTrue(lines.line(lambda text: answer in text))

    def test_each_request_of_a_pipe_is_answered(self):
        text = self.block('{"op":"send"').replace("\n ", " ")
        requests = re.findall(r"\{[^}]*\}", text)
        self.assertEqual(len(requests), text.count('"op"'))
        for request in requests:
            with self.subTest(request):
                own = json.loads(self.ann.run("send", "--json", "#lounge", "first").out.splitlines()[0])["id"]
                row = json.loads(request)
                values = {"id": own, "reply": own, "kind": "message", "since": "2026-01-01T00:00:00.000Z",
                          "until": "2036-01-01T00:00:00.000Z",
                          "from": "ann", "text": "first", "target": "#lounge"}
                if row["op"] == "send":
                    values.pop("id")
                if row["op"] == "file":
                    values["id"] = self.send_file()
                for key in values.keys() & row.keys():
                    row[key] = values[key]
                done = self.ann.run("pipe", stdin=json.dumps(row) + "\n")
                ends = [event for event in map(json.loads, done.out.splitlines()) if event["type"] == "end"]
                self.assertEqual([event["code"] for event in ends], [0], done)
                if row["op"] == "part":
                    self.assertEqual(self.ann.run("join", "#lounge").code, 0)

    def test_an_event_has_the_members_that_are_shown(self):
        shown = set(re.findall(r'"(\w+)":', self.block(EVENT)))
        first = self.say("ann: hello")
        done = self.bob.run("send", "--reply", first, "--me", "#lounge", "waves")
        self.assertEqual(done.code, 0, done)
        row = json.loads(self.ann.run("tail", "-n", "1", "--json", "#lounge").out)
        self.assertEqual(shown, row.keys() | {"kind", "reply"})

    def test_the_theme_is_taken(self):
        folder = os.path.join(os.path.dirname(self.ann.run("config", "path").out.strip()), "themes")
        os.makedirs(folder)
        with open(os.path.join(folder, "mine.theme"), "w") as file:
            file.write(self.block("[theme]"))
        done = self.ann.run("config", "set", "screen.theme", "mine")
        self.assertEqual(done.code, 0, done)
        self.ann.open().wait_for("● online")

    def test_the_configuration_is_right(self):
        text = self.block("[server]")
        folder = os.path.join(self.server.dir, "live")
        os.mkdir(folder)
        for name, made in (("fullchain.pem", "cert.pem"), ("privkey.pem", "key.pem")):
            shutil.copy(os.path.join(self.server.state, made), os.path.join(folder, name))
        path = os.path.join(self.server.dir, "example.conf")
        with open(path, "w") as file:
            file.write(text.replace("/etc/letsencrypt/live/chat.example.org", folder))
        done = self.server.run("config", "check", "--config", path)
        self.assertEqual(done.code, 0, done)
        self.assertIn("keep = %ds" % (365 * 86400), self.server.run("config", "show", "--config", path).out)

    @stored.of_sqlite("a copy is put back into the folder of its file")
    def test_a_copy_is_put_back_step_by_step(self):
        copy = os.path.join(self.server.dir, "copy")
        self.say("before the copy")
        self.assertEqual(self.server.run("backup", "create", copy).code, 0)
        self.say("after it")
        self.server.stop()
        steps = re.search(r"^```\n(snugd restore.*?)^```", advice.read("docs/OPERATING.md"), re.M | re.S)[1]
        steps = re.sub(r"/var/backups/snug/\w+", copy, steps)
        done = snug.Result(subprocess.run(
            ["sh", "-c", steps], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE,
            env=dict(os.environ, PATH=snug.BIN + ":" + os.environ["PATH"], SNUG_STATE=self.server.state)))
        self.assertEqual(done.code, 7, done)
        self.assertEqual(done.err.strip().splitlines()[-1], "snugd: nothing is wrong, but the server is not running")
        self.server.start()
        self.assertEqual(self.bob.tail("#lounge"), ["before the copy"])


if __name__ == "__main__":
    unittest.main()
