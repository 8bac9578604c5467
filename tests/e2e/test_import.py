# SPDX-License-Identifier: MIT
"""People, rooms and history of other programs: imported, and then lived with."""
import base64
import json
import os
import unittest
import unittest.mock

import snug
import stored
import test_interop
from patience import until

# bcrypt of the SHA3-512 of these passwords; the second has a zero byte in it.
HASHES = {"sesame-1": "$2b$04$ilyrkMi7DTnJTRzF0ALY/uaFHqIf7hxdPpecwKKYp0fwKzcIy6NcS",
          "sesame-10": "$2b$04$DKzhI5WicG9m/rU3gUahUuv80jZ8HuldDoe5/y3vLOgsGDka0tfMi"}


def command(*words):
    """A line of a buntdb, as Ergo's ircd.db is one."""
    out = "*%d\r\n" % len(words)
    return out + "".join("$%d\r\n%s\r\n" % (len(word.encode()), word) for word in words)


def account(name, password, realname="", certs=()):
    folded = name.lower()
    about = {"Version": 1, "PassphraseHash": base64.b64encode(HASHES[password].encode()).decode(),
             "Certfps": list(certs), "Salt": "c2FsdA==", "Iters": 4096}
    rows = {"exists": "1", "verified": "1", "name": name, "credentials": json.dumps(about)}
    if realname:
        rows["realname"] = realname
    return "".join(command("set", "account.%s %s" % (key, folded), value) for key, value in rows.items())


def room(name, founder, roles, **more):
    about = {"Name": name, "Founder": founder, "Modes": [ord(letter) for letter in "nt"],
             "AccountToUMode": {who: ord(letter) for who, letter in roles.items()}, **more}
    return command("set", "1 " + name, json.dumps(about))


class Import(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def file(self, name, text):
        path = os.path.join(self.s.dir, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def rows(self, done):
        return [tuple(line.split("\t")) for line in done.out.splitlines()]


class Ergo(Import):
    def people(self):
        return self.file("ircd.db",
                         account("Ann", "sesame-1", "Ann Example") + account("bob", "sesame-10", certs=["a" * 64]) +
                         account("no name", "sesame-1") +
                         room("#den", "ann", {"ann": "q", "bob": "o", "nobody": "v"}, Topic="tea", Key="k3y",
                              UserLimit=20, Bans={"*!*@spam.example": {}}, Modes=[105, 110, 116, 117]))

    def test_people_log_in_with_their_old_password_and_have_their_rooms(self):
        done = self.s.run("import", "ergo", self.people())
        self.assertEqual(done.code, 8, done)
        rows = self.rows(done)
        self.assertIn(("Ann", "yes", "account"), rows)
        self.assertIn(("no name", "no", "no name that an account can have"), rows)
        self.assertIn(("#den", "no", "mode u: it has no like here"), rows)
        self.assertTrue(any(what.endswith("#den nobody") and fine == "no" for what, fine, _ in rows), rows)
        self.assertIn("realname\tAnn Example", self.s.run("user", "show", "ann").out)
        shown = self.s.run("room", "show", "den").out
        self.assertIn("topic\ttea", shown)
        self.assertIn("modes\t+intkl k3y 20", shown)
        members = [line.split("\t")[:2] for line in self.s.run("room", "members", "den").out.splitlines()]
        self.assertEqual(members, [["Ann", "founder"], ["bob", "moderator"]])
        self.assertIn("*!*@spam.example", self.s.run("room", "bans", "den").out)
        self.s.start()
        for _ in range(2):  # against bcrypt, and then against what was made of it
            for name, password in ("ann", "sesame-1"), ("bob", "sesame-10"):
                self.s.client().login(name, password=password)
        self.s.stop()
        for kept, in stored.rows(self.s.state, "SELECT password FROM account WHERE password != ''"):
            self.assertTrue(kept.startswith("$argon2id$"), kept)

    def test_a_second_time_adds_nothing(self):
        path = self.people()
        self.s.run("import", "ergo", path)
        done = self.s.run("import", "ergo", path)
        self.assertEqual(done.code, 8, done)
        self.assertEqual([row for row in self.rows(done) if row[1] == "yes"], [])

    def test_a_try_changes_nothing_and_a_running_server_is_asked(self):
        path = self.people()
        self.s.start()
        tried = self.s.run("import", "ergo", path, "--dry-run")
        self.assertEqual(tried.code, 8, tried)
        self.assertIn("nothing is changed", tried.err)
        self.assertEqual(self.s.run("user", "show", "ann").code, 3)
        self.assertEqual(self.s.run("import", "ergo", path).code, 8)
        self.s.client().login("ann", password="sesame-1")

    def test_two_hundred_at_once(self):
        names = ["person%d" % i for i in range(200)]
        path = self.file("ircd.db", "".join(account(name, "sesame-1") for name in names) +
                         room("#den", names[0], {name: "v" for name in names}))
        done = self.s.run("import", "ergo", path)
        self.assertEqual(done.code, 0, done)
        self.assertEqual(len(self.s.run("room", "members", "den").out.splitlines()), 200)
        self.s.start()
        self.s.client().login(names[199], password="sesame-1")

    def test_what_is_no_such_file_is_refused(self):
        for text, words in (("{}", "version"), ("*9\r\n", "byte 0"), ("", "1: ")):
            done = self.s.run("import", "ergo", self.file("file", text))
            self.assertEqual(done.code, 2, done)
            self.assertIn(words, done.err)
        self.assertEqual(self.s.run("import", "ergo", "/dev/null/none").code, 3)


IRSSI = """--- Log opened Tue Jan 06 12:00:00 2026
12:00 -!- ann [~a@host] has joined #den
12:01 <@ann> hello from before
12:01 < bob|away> and from me
12:02  * ann waves
--- Day changed Wed Jan 07 2026
00:01 < ann> a new day
"""


class Logs(Import):
    def setUp(self):
        super().setUp()
        zone = unittest.mock.patch.dict(os.environ, TZ="UTC")
        zone.start()
        self.addCleanup(zone.stop)
        for name in ("ann", "bob"):
            self.s.user(name)
        self.s.run("room", "add", "den", "--founder", "ann")

    def take(self, *words):
        return self.s.run("import", "log", *words, "--room", "den")

    def said(self):
        done = self.s.run("export", "--room", "den")
        rows = [json.loads(line) for line in done.out.splitlines()]
        return [(row["time"], row["from"], row["text"]) for row in rows if row["kind"] in ("PRIVMSG", "NOTICE")]

    def test_irssi(self):
        done = self.take("irssi", self.file("den.log", IRSSI))
        self.assertEqual((done.code, done.out), (0, "den\t4\t0\t3\n"), done)
        self.assertEqual(self.said(), [
            ("2026-01-06T12:01:00.000Z", "ann", "hello from before"),
            ("2026-01-06T12:01:00.001Z", "bob_away/import", "and from me"),
            ("2026-01-06T12:02:00.000Z", "ann", "\1ACTION waves\1"),
            ("2026-01-07T00:01:00.000Z", "ann", "a new day")])

    def test_it_is_paged_and_found_and_talk_goes_on_behind_it(self):
        self.s.start()
        self.assertEqual(self.take("irssi", self.file("den.log", IRSSI)).code, 0)
        for _ in range(2):
            ann = self.s.client("ann", "server-time batch message-tags draft/chathistory")
            ann.send("CHATHISTORY LATEST #den * 3")
            lines = [line for line in ann.sync() if "PRIVMSG #den" in line]
            self.assertEqual([line.split("#den :", 1)[1] for line in lines],
                             ["and from me", "\1ACTION waves\1", "a new day"], lines)
            self.assertIn(":bob_away/import PRIVMSG", lines[-3])
            self.assertIn("time=2026-01-07T00:01:00.000Z", lines[-1])
            self.s.stop()
            self.s.start()
        self.assertIn("hello from before", self.s.run("message", "search", "before").out)
        ann = self.s.client("ann")
        ann.send("PRIVMSG #den :and now")
        ann.sync()
        shown = [row[2] for row in self.said()]
        self.assertEqual(shown[-2:], ["a new day", "and now"])
        self.s.stop()
        rows = [line.split("\t") for line in self.s.run("check").out.splitlines()]
        self.assertIn(["database", "yes"], [row[:2] for row in rows], rows)

    def test_a_second_time_adds_nothing_and_a_longer_file_its_end(self):
        path = self.file("den.log", IRSSI)
        self.take("irssi", path)
        self.assertEqual(self.take("irssi", path).out, "den\t0\t4\t3\n")
        longer = self.file("den.log", IRSSI + "00:01 <ann> one more\n")
        self.assertEqual(self.take("irssi", longer).out, "den\t1\t4\t3\n")
        self.assertEqual(self.said()[-1], ("2026-01-07T00:01:00.001Z", "ann", "one more"))

    def test_a_bad_line_and_nothing_is_stored(self):
        done = self.take("irssi", self.file("den.log", IRSSI + "nonsense\n"))
        self.assertEqual((done.code, done.out), (2, ""), done)
        self.assertIn("den.log:8: it is no line of such a log", done.err)
        self.assertEqual(self.said(), [])

    def test_what_is_not_older_than_the_server_is_refused(self):
        done = self.take("weechat", self.file("den.log", "2026-01-06 12:01:00\tann\tfine\n"
                                                         "2999-01-06 12:01:00\tann\tlater\n"))
        self.assertEqual(done.code, 2, done)
        self.assertIn("not older than this server", done.err)
        self.assertEqual(self.said(), [])

    def test_names_say_who_is_who(self):
        names = self.file("names", "bob|away bob\nann -\n")
        done = self.take("irssi", self.file("den.log", IRSSI), "--names", names)
        self.assertEqual(done.code, 0, done)
        self.assertEqual([row[1] for row in self.said()], ["ann_/import", "bob", "ann_/import", "ann_/import"])

    def test_a_folder_of_znc_and_a_try(self):
        folder = os.path.join(self.s.dir, "#den")
        os.mkdir(folder)
        self.file("#den/2026-01-07.log", "[00:00:01] <ann> later\n[00:00:02] *** Quits: bob (x)\n")
        self.file("#den/2026-01-06.log", "[12:00:01] <bob> sooner\n[12:00:02] -ann- notice\n")
        self.file("#den/README", "not a log\n")
        self.assertEqual(self.take("znc", folder, "--dry-run").out, "den\t3\t0\t1\n")
        self.assertEqual(self.said(), [])
        self.assertEqual(self.take("znc", folder).out, "den\t3\t0\t1\n")
        self.assertEqual([row[2] for row in self.said()], ["sooner", "notice", "later"])

    def test_what_is_refused(self):
        path = self.file("den.log", IRSSI)
        self.assertEqual(self.s.run("import", "log", "mirc", path, "--room", "den").code, 2)
        self.assertEqual(self.s.run("import", "log", "irssi", path, "--room", "none").code, 3)
        self.assertEqual(self.take("irssi", "/dev/null/none").code, 2)
        self.assertEqual(self.take("znc", path).code, 2)
        self.assertIn("nobody says anything", self.take("irssi", self.file("empty", "")).err)
        for record, words in (({"time": "now"}, "time is to be"), ({"text": ""}, "text is empty"),
                              ({"text": "a\rb"}, "text is"), ({"kind": "JOIN"}, "kind is"),
                              ({"name": "n" * 65}, "name is")):
            line = {"name": "ann", "time": "2026-01-06T12:00:00.000Z", "text": "x", **record}
            done = self.s.run("history", "import", "-", "--room", "den", stdin=json.dumps(line))
            self.assertEqual(done.code, 2, done)
            self.assertIn(words, done.err)
        self.assertEqual(self.said(), [])


class Real(unittest.TestCase):
    """Logs as Debian's irssi and WeeChat write them."""
    setUp, screen = test_interop.Stock.setUp, test_interop.Stock.screen
    irssi, weechat = test_interop.Stock.irssi, test_interop.Stock.weechat

    def test_what_irssi_and_weechat_logged_is_read(self):
        ann, bob = self.irssi(), self.weechat(first=["/set logger.file.flush_delay 0"])
        path = os.path.join(self.home, "den.log")
        ann.wait_for("Welcome to")
        bob.wait_for("Welcome to")
        ann.type("/join #den")
        ann.wait_for("cake at three")
        ann.type("/log open -targets #den " + path)
        bob.type("/join #den")
        bob.wait_for("cake at three")
        bob.type("hello from weechat")
        ann.wait_for("hello from weechat")
        ann.type("hello from irssi")
        bob.wait_for("hello from irssi")
        ann.type("/me waves")
        bob.wait_for("ann waves")
        ann.type("/log close " + path)
        other = os.path.join(self.home, "weechat-bob", "logs", "irc.snug.#den.weechatlog")
        for kind, file in ("irssi", path), ("weechat", other):
            self.is_read(kind, file)

    def is_read(self, kind, path):
        wanted = ["hello from weechat", "hello from irssi", "\1ACTION waves\1"]
        until(kind + " to write its log", lambda: self.has_all(path, ("from weechat", "from irssi", "waves")))
        server = snug.Server()
        self.addCleanup(server.close)
        for name in ("ann", "bob"):
            server.user(name)
        server.run("room", "add", "den", "--founder", "ann")
        done = server.run("import", "log", kind, path, "--room", "den")
        self.assertEqual(done.code, 0, done)
        rows = [json.loads(line) for line in server.run("export", "--room", "den").out.splitlines()]
        texts = [(row["from"], row["text"]) for row in rows if row["kind"] == "PRIVMSG"]
        self.assertEqual(texts[-3:], list(zip(("bob", "ann", "ann"), wanted)))

    def has_all(self, path, words):
        if not os.path.exists(path):
            return False
        with open(path, encoding="utf-8") as file:
            text = file.read()
        return all(word in text for word in words)


if __name__ == "__main__":
    unittest.main()
