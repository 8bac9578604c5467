# SPDX-License-Identifier: MIT
"""The client against the real server: joining, the command line, keys, refusals."""
import json
import os
import re
import subprocess
import time
import unittest

import snug
from patience import until
from person import Person, Program, link


class Base(unittest.TestCase):
    CONF = ""

    def setUp(self):
        self.server = snug.Server(self.CONF, port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)

    def person(self, name, joins=True):
        person = Person(name)
        self.addCleanup(person.close)
        if joins:
            person.join(self.link)
        return person


class Joining(Base):
    def test_one_command_makes_account_key_and_profile(self):
        ann = self.person("ann", joins=False)
        done = ann.join(self.link)
        self.assertIn("account ann created", done.err)
        self.assertNotIn(snug.PASSWORD, done.out + done.err)
        who = json.loads(ann.run("whoami", "--json").out)
        self.assertEqual((who["account"], who["host"]), ("ann", "localhost"))
        rooms = [json.loads(row) for row in ann.run("channels", "--json").out.splitlines()]
        self.assertIn("#lounge", [room["target"] for room in rooms])

    # Proves A12.
    def test_no_secret_stays_in_a_file_and_files_are_private(self):
        ann = self.person("ann")
        token = self.link.split("invite=")[1].split(",")[0]
        for path in ann.files():
            with open(path, "rb") as file:
                text = file.read()
            self.assertNotIn(snug.PASSWORD.encode(), text, path)
            self.assertNotIn(token.encode(), text, path)
            self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
            self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o077, 0, path)

    def test_a_wrong_pin_sends_nothing_and_ends_with_76(self):
        ann = self.person("ann", joins=False)
        bad = self.link.split("pin=")[0] + "pin=" + "A" * 43
        done = ann.run("join", "--name", "ann", "--password-fd", "0", "--no-ui", bad,
                       stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 76, done)
        self.assertIn("another key", done.err)
        self.assertIn("Nothing secret was sent", done.err)
        self.assertNotIn("ann", self.server.run("user", "list").out)

    def test_without_a_pin_an_unknown_certificate_is_not_trusted(self):
        ann = self.person("ann", joins=False)
        done = ann.run("join", "--name", "ann", "--password-fd", "0", "--no-ui",
                       self.link.split(",pin=")[0], stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 76, done)
        pin = [word for word in done.err.split() if word.startswith("sha256:")][-1]
        done = ann.run("join", "--name", "ann", "--password-fd", "0", "--no-ui", "--pin", pin,
                       self.link.split(",pin=")[0], stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)

    def test_a_taken_name_and_a_spent_invite_are_named(self):
        self.person("ann")
        other = self.person("ann", joins=False)
        done = other.run("join", "--name", "ann", "--password-fd", "0", "--no-ui", self.link,
                         stdin="seven wet otters\n")
        self.assertEqual(done.code, 1, done)
        self.assertIn("taken", done.err)
        self.assertIn("If it is yours: that was not its password", done.err)
        done = other.run("join", "--name", "ann", "--password-fd", "0", "--no-ui", self.link,
                         stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(other.run("send", "#lounge", "from the second computer").code, 0)
        bad = self.link.replace("invite=", "invite=x")
        done = other.run("join", "--name", "zoe", "--password-fd", "0", "--no-ui", bad,
                         stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 1, done)
        self.assertIn("invite", done.err)

    def test_a_short_password_is_refused_in_words(self):
        ann = self.person("ann", joins=False)
        done = ann.run("join", "--name", "ann", "--password-fd", "0", "--no-ui", self.link,
                       stdin="short\n")
        self.assertEqual(done.code, 1, done)
        self.assertIn("password", done.err)

    # Proves A12.
    def test_login_enrols_a_second_computer_which_can_be_revoked(self):
        ann = self.person("ann")
        laptop = self.person("ann", joins=False)
        host = self.link.split("/lounge")[0] + ",pin=" + self.link.split("pin=")[1]
        done = laptop.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", "--label",
                          "laptop", host, stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(laptop.run("send", "#lounge", "from the laptop").code, 0)
        self.assertIn("laptop", ann.run("devices").out)
        done = laptop.run("devices", "revoke", "laptop")
        self.assertEqual(done.code, 1, done)
        self.assertIn("snug logout", done.err)
        tablet = self.person("ann", joins=False)
        done = tablet.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", "--label",
                          "laptop", host, stdin=snug.PASSWORD + "\n")
        self.assertIn("called laptop-2 among your devices, not laptop", done.err)
        done = ann.run("devices", "revoke", "laptop")
        self.assertEqual(done.code, 2, done)
        self.assertIn("Prove first that it is you", done.err)
        done = ann.run("devices", "--password-fd", "0", "revoke", "laptop",
                       stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        self.assertRegex(done.err, r"revoked: device \d+ \(laptop\), added 20\S+, last used 20")
        self.assertEqual(tablet.run("send", "#lounge", "from the tablet").code, 0)
        screen = tablet.open("devices", "revoke", "laptop-2")
        screen.wait_for("Revoke this computer's own key all the same?")
        screen.type("y")
        screen.wait_for("revoked: device", "[ended 0]")
        self.assertEqual(tablet.run("send", "#lounge", "again").code, 77)
        done = laptop.run("send", "#lounge", "again")
        self.assertEqual(done.code, 77, done)
        self.assertIn("snug login", done.err)

    def test_what_was_read_on_one_computer_is_read_on_the_other(self):
        ann, bob = self.person("ann"), self.person("bob")
        laptop = self.person("ann", joins=False)
        host = self.link.split("/lounge")[0] + ",pin=" + self.link.split("pin=")[1]
        done = laptop.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", host,
                          stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)

        def unread(person):
            rows = map(json.loads, person.run("channels", "--json").out.splitlines())
            return [row["unread"] for row in rows if row["target"] == "#lounge"]

        def wait_for_unread(wanted, *persons):
            until(lambda: f"{wanted} unread, not {[unread(person) for person in persons]}",
                  lambda: all(unread(person) == [wanted] for person in persons))
        desk, other = ann.open(), laptop.open()
        for screen in (desk, other):
            screen.wait_for("#lounge", "online")
            screen.type("/join #side")
            screen.wait_for("#side")
        for i in range(3):
            self.assertEqual(bob.run("send", "#lounge", "number %d" % i).code, 0)
        wait_for_unread(3, ann, laptop)
        other.close()
        self.assertEqual(bob.run("send", "#lounge", "number 3").code, 0)
        wait_for_unread(4, ann)
        desk.type("/join #lounge")
        desk.wait_for("number 3")
        wait_for_unread(0, ann)
        laptop.open().wait_for("#lounge", "online")
        wait_for_unread(0, laptop)

    def test_who_is_ignored_on_one_computer_is_ignored_on_the_other(self):
        ann, bob = self.person("ann"), self.person("bob")
        laptop = self.person("ann", joins=False)
        host = self.link.split("/lounge")[0] + ",pin=" + self.link.split("pin=")[1]
        done = laptop.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", host,
                          stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        desk = ann.open()
        desk.wait_for("#lounge", "online")
        self.assertEqual(bob.run("send", "#lounge", "buy now").code, 0)
        desk.wait_for("buy now")
        desk.type("/ignore bob")
        desk.wait_for("1 by people you ignore")
        other = laptop.open()
        other.wait_for("1 by people you ignore")
        desk.type("/unignore bob")
        other.wait_for("buy now")

    def test_a_wrong_password_is_told(self):
        self.person("ann")
        other = self.person("ann", joins=False)
        host = self.link.split("/lounge")[0] + ",pin=" + self.link.split("pin=")[1]
        done = other.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", host,
                         stdin="not the password\n")
        self.assertEqual(done.code, 77, done)
        self.assertIn("did not accept the name and password", done.err)

    def test_logout_revokes_the_key_and_forgets_the_server(self):
        ann = self.person("ann")
        self.assertEqual(ann.run("logout").code, 0)
        self.assertEqual(ann.run("send", "#lounge", "x").code, 77)
        self.assertFalse([f for f in ann.files() if f.endswith((".key", ".crt", "profile"))])
        listed = self.server.run("user", "cert", "list", "ann")
        self.assertEqual(len(listed.out.strip().splitlines()), 0, listed)


class CommandLine(Base):
    def test_send_prints_the_id_and_is_repeatable(self):
        ann = self.person("ann")
        first = ann.run("send", "--id", "job-1", "#lounge", "once only")
        again = ann.run("send", "--id", "job-1", "#lounge", "once only")
        self.assertEqual((first.code, again.code), (0, 0))
        self.assertEqual(first.out, again.out)
        self.assertEqual(ann.tail("#lounge").count("once only"), 1)

    def test_send_tells_why_not(self):
        ann = self.person("ann")
        done = ann.run("send", "#no-such-room", "x")
        self.assertEqual(done.code, 1, done)
        self.assertIn("there is no room called", done.err)
        self.server.stop()
        done = ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 69, done)
        self.assertIn("refused the connection", done.err)

    def test_stdin_lines_become_messages_in_order(self):
        ann = self.person("ann")
        self.assertEqual(ann.run("send", "#lounge", "-", stdin="one\ntwo\n\nthree\n").code, 0)
        self.assertEqual(ann.tail("#lounge")[-3:], ["one", "two", "three"])

    def test_tail_follows_and_speaks_json(self):
        ann, bob = self.person("ann"), self.person("bob")
        ann.run("send", "#lounge", "before")
        tail = Program(bob.words("tail", "-n", "1", "-f", "--json", "#lounge"))
        self.addCleanup(tail.close)
        self.assertEqual(json.loads(tail.line())["text"], "before")
        ann.run("send", "#lounge", "hello bob")
        event = tail.event("message")
        self.assertEqual((event["v"], event["text"], event["from"], event["self"],
                          event["mention"]), (1, "hello bob", "ann", False, True))
        self.assertTrue(event["id"] and event["time"].endswith("Z"))

    def test_hostile_text_reaches_no_terminal(self):
        ann, bob = self.person("ann"), self.person("bob")
        ann.run("send", "#lounge", "red \x1b[31m and \x07 bell \u202e gnat")
        out = bob.run("tail", "#lounge").out
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\x07", out)
        self.assertNotIn("\u202e", out)

    def test_export_writes_everything_in_order(self):
        ann = self.person("ann")
        lines = "".join(f"line {i}\n" for i in range(450))
        self.assertEqual(ann.run("send", "#lounge", "-", stdin=lines).code, 0)
        rows = [json.loads(row) for row in
                ann.run("export", "--format", "jsonl", "#lounge").out.splitlines()]
        texts = [row["text"] for row in rows if row["text"].startswith("line ")]
        self.assertEqual(texts, [f"line {i}" for i in range(450)])
        self.assertEqual(ann.tail("#lounge", 300), texts[-300:])

    def test_members_status_and_search(self):
        ann, bob = self.person("ann"), self.person("bob")
        ann.run("send", "#lounge", "the cake is ready")
        rows = [json.loads(row) for row in
                bob.run("members", "--json", "#lounge").out.splitlines()]
        self.assertEqual({row["name"]: row["here"] for row in rows}, {"ann": False, "bob": True})
        status = json.loads(bob.run("status", "--json").out)
        self.assertEqual((status["state"], status["account"]), ("online", "bob"))
        self.assertIn("the cake is ready", bob.run("search", "cake").out)

    def test_usage_errors_end_with_2(self):
        ann = self.person("ann")
        for words in (["send"], ["tail"], ["send", "--nope", "#a"], ["join", "http://x/"]):
            self.assertEqual(ann.run(*words, stdin="").code, 2, words)

    def test_one_shots_go_through_the_running_program(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("#lounge", "online")
        self.assertEqual(ann.run("send", "#lounge", "by the socket").code, 0)
        screen.wait_for("by the socket")
        self.assertEqual(len(self.server.json("session", "list")), 1)


class Tools(Base):
    def test_pipe_answers_requests_and_tells_what_is_said(self):
        ann, bob = self.person("ann"), self.person("bob")
        pipe = Program(bob.words("pipe"))
        self.addCleanup(pipe.close)
        pipe.say('{"op":"status","req":"a"}\n')
        self.assertEqual(json.loads(pipe.line())["state"], "online")
        self.assertEqual(json.loads(pipe.line()),
                         {"v": 1, "type": "end", "code": 0, "req": "a"})
        ann.run("send", "#lounge", "psst bob")
        event = pipe.event("message")
        self.assertEqual((event["text"], event["mention"]), ("psst bob", True))
        pipe.say('no json\n{"op":"send","target":"#lounge","text":"bye","req":2}\n')
        rest, code = pipe.end()
        rest = [json.loads(row) for row in rest]
        self.assertEqual(code, 0)
        self.assertEqual([row["code"] for row in rest if row["type"] == "end"], [2, 0])
        self.assertIn("bye", ann.tail("#lounge"))

    def test_settings_are_set_and_mistakes_are_refused(self):
        ann = self.person("ann", joins=False)
        self.assertEqual(ann.run("config", "set", "screen.theme", "light").code, 0)
        self.assertEqual(ann.run("config", "set", "notify.bell", "off").code, 0)
        self.assertEqual(ann.run("config", "set", "screen.theme", "mono").code, 0)
        self.assertEqual(ann.run("config", "get", "screen.theme").out, "mono\n")
        self.assertEqual(ann.run("config", "get", "notify.bell").out, "off\n")
        self.assertEqual(ann.run("config", "set", "screen.theme", "plaid").code, 2)
        self.assertEqual(ann.run("config", "get", "screen.theme").out, "mono\n")
        config = ann.run("config", "path").out.strip()
        themes = os.path.join(os.path.dirname(config), "themes")
        os.mkdir(themes)
        with open(os.path.join(themes, "mine.theme"), "w") as file:
            file.write("[styles]\nlink = red\n")
        self.assertEqual(ann.run("config", "set", "screen.theme", "mine").code, 0)
        with open(os.path.join(themes, "mine.theme"), "a") as file:
            file.write("mention = rde\n")
        done = ann.run("config", "show")
        self.assertEqual(done.code, 78, done)
        self.assertIn("mine.theme:3: mention = rde: 'rde' is no colour", done.err)
        self.assertEqual(ann.run("config", "set", "screen.theme", "dark").code, 0)
        with open(config, "a") as file:
            file.write("nonsense = 1\n")
        done = ann.run("config", "show")
        self.assertEqual(done.code, 78, done)
        self.assertIn("nonsense", done.err)

    def test_doctor_finds_nothing_wrong(self):
        ann = self.person("ann")
        done = ann.run("doctor")
        self.assertIn("ok  login: TLSv1.3", done.out)
        self.assertIn("ok  snug.chat/exactly-once", done.out)

    def test_the_manual_names_every_verb_and_option(self):
        ann = self.person("ann", joins=False)
        with open(os.path.join(os.path.dirname(__file__), "../../docs/snug.1")) as file:
            manual = file.read()
        words = ann.run("completion", "bash").out.split('"')[1].split()
        for word in words:
            wanted = word[1:] if word.startswith("--") else word
            self.assertTrue(wanted in manual, wanted)


class Keys(Base):
    # Proves C2.
    def test_a_changed_key_is_refused_and_trust_mends_it(self):
        ann = self.person("ann")
        self.server.stop()
        certs = [os.path.join(folder, name) for folder, _, names in os.walk(self.server.state)
                 for name in names if name.endswith(".pem")]
        key = next(path for path in certs if "key" in os.path.basename(path))
        cert = next(path for path in certs if path != key)
        snug.certificate(key, cert)
        self.server.start()
        done = ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 76, done)
        self.assertIn("snug trust localhost", done.err)
        old = re.search("pin=([^,\\s]+)", self.link).group(1)
        self.assertIn("trusted is sha256:%s, since %s" % (old, time.strftime("%Y-%m-%d", time.gmtime())),
                      done.err)
        screen = ann.open()
        screen.wait_for("shows another key", "sha256:", "snug trust localhost")
        pin = self.server.run("fingerprint").out.split()
        pin = next((word for word in pin if len(word.split(":")[-1].rstrip("=")) == 43), None)
        self.assertTrue(pin)
        self.assertIn("it shows sha256:" + pin.split(":")[-1].rstrip("="), done.err)
        self.assertEqual(ann.run("trust", "--pin", pin, "localhost").code, 0)
        # The program that was refused takes up the new trust without a restart.
        screen.keys("Enter")
        screen.wait_for("● online")
        screen.close()
        self.assertEqual(ann.run("send", "#lounge", "x").code, 0)

    def test_a_disabled_account_is_told_and_comes_back(self):
        ann = self.person("ann")
        self.assertEqual(self.server.run("user", "disable", "ann").code, 0)
        done = ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 77, done)
        self.assertIn("administrator", done.err)
        self.assertEqual(self.server.run("user", "enable", "ann").code, 0)
        self.assertEqual(ann.run("send", "#lounge", "x").code, 0)


if __name__ == "__main__":
    unittest.main()
