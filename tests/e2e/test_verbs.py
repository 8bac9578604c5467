# SPDX-License-Identifier: MIT
"""Exit 0 says that what was asked is done, all of it, and stored: every verb of `snugd help`
against everything that is not that. A new verb is tested by its usage alone."""
import os
import re
import subprocess
import unittest

import snug
from patience import PATIENCE

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GONE = "/dev/null/none"  # which nobody can make
PIN = "A" * 43
# Of backups, wherever they are.
STATELESS = (["backup", "verify"], ["backup", "list"], ["backup", "prune"], ["backup", "key"])

# What stands for a place or a value where a test wants the verb to do its work.
VALUES = {"TEXT": "moved", "VERB": "export", "ACCOUNT": "ann", "ACCOUNT|ADDRESS|CIDR": "192.0.2.7",
          "ACCOUNT|MASK": "ann",
          "NAME": "ann", "NEW": "anna", "PIN": PIN, "PIN|LABEL|ID": PIN, "WORD": "cake",
          "ID|LABEL": "bot", "ID|all": "all", "ID|TOKEN": "1", "ID": "1", "FILE": "-", "URL|FILE": "-", "DIR": ".", "user|admin": "user",
          "30/m": "30/m", "ROOM": "#den", "HOOK": "ci", "bash|zsh|fish": "bash", "person|bot|bridge": "bot",
          "error|warn|info|debug|configured": "debug", "irssi|weechat|znc": "irssi",
          "begin|done|failed": "done", "TYPE": "tls-alpn-01", "TOKEN": "token", "AUTH": "0" * 43}
OF_ROOMS = {"NAME": "#den"}


class Option:
    def __init__(self, name, value, needed, many):
        self.name, self.value, self.needed, self.many = name, value, needed, many

    def words(self):
        return [self.name] + ([VALUES.get(self.value, "1")] if self.value else [])


class Verb:
    """A line of the help, read without the program's help."""

    def __init__(self, line):
        text = line.strip()
        self.options = [Option(name, value.strip(), text[:at].count("[") == text[:at].count("]"), many)
                        for at, name, value, many in self.find_options(text)]
        places = re.sub(r"\[--[^]]*\](\.\.\.)?|--\S+ \S+", "", text).split()
        is_name = [re.fullmatch(r"[0-9]*[a-z][a-z-]*", word) is not None for word in places]
        count = is_name.index(False) if False in is_name else len(places)
        self.name = places[:count]
        self.optional = [word for word in places[count:] if word[0] == "["]
        self.places = [word for word in places[count:] if word[0] != "["]
        self.usage = text

    @staticmethod
    def find_options(text):
        for found in re.finditer(r"(--[a-z-]+)((?: [^][\s|-][^]\s]*)?)(\]\.\.\.)?", text):
            yield found.start(), found[1], found[2], found[3] is not None

    def needed(self):
        """What it cannot do without."""
        words = [self.value(place) for place in self.places]
        for option in self.options:
            words += option.words() if option.needed else []
        return words

    def value(self, place):
        place = place.rstrip(".")
        if self.name[0] in ("room", "export") and place in OF_ROOMS:
            return OF_ROOMS[place]
        return VALUES[place]

    def __str__(self):
        return " ".join(self.name)


def verbs():
    lines = snug.snugd("help").out.splitlines()
    return [Verb(line) for line in lines if re.match(r"  [a-z]", line)]


class Base(unittest.TestCase):
    def server(self, *args, **more):
        server = snug.Server(*args, **more)
        self.addCleanup(server.close)
        return server

    def refused(self, verb, words, names, state):
        """Exit 2, the fault and the usage named, nothing on stdout."""
        done = snug.snugd(*(["--state", state] if state else []), *verb.name, *words)
        with self.subTest(words=[*verb.name, *words]):
            self.assertEqual((done.code, done.out), (2, ""), done)
            self.assertIn(names, done.err.splitlines()[0])
            self.assertEqual(done.err.splitlines()[-1], "usage: snugd " + verb.usage)


class Grammar(Base):
    """Nobody is asked: neither the server nor the database nor the state directory."""

    def test_there_are_verbs_to_test(self):
        self.assertGreater(len(verbs()), 50)
        for verb in verbs():
            for option in verb.options:
                self.assertIn(option.name, verb.usage)

    def test_a_surplus_word(self):
        for verb in verbs():
            many = verb.places and verb.places[-1].endswith("...")
            if not many:
                words = verb.needed() + ["x" for _ in verb.optional]
                self.refused(verb, words + ["surplus"], '"surplus"', GONE)

    def test_an_unknown_option(self):
        for verb in verbs():
            for option in ("--nonsense", "--nonsense=1", "-n"):
                self.refused(verb, verb.needed() + [option], option.split("=")[0], GONE)
            for option in verb.options:
                self.refused(verb, verb.needed() + [option.name + "x"], option.name + "x", GONE)

    def test_a_missing_word(self):
        for verb in verbs():
            for count, place in enumerate(verb.places):
                words = [verb.value(place) for place in verb.places[:count]]
                self.refused(verb, words, place.rstrip(".") + " is missing", GONE)
            for option in verb.options:
                if option.needed:
                    words = [verb.value(place) for place in verb.places]
                    others = [o.words() for o in verb.options if o.needed and o is not option]
                    self.refused(verb, words + sum(others, []), option.name, GONE)

    def test_an_empty_word(self):
        for verb in verbs():
            for count in range(len(verb.places) + len(verb.optional)):
                self.refused(verb, ["x"] * count + [""], "empty", GONE)
            for option in verb.options:
                if option.value and not option.value.endswith('""'):
                    self.refused(verb, verb.needed() + [option.name, ""], option.name, GONE)
                    self.refused(verb, verb.needed() + [option.name + "="], option.name, GONE)

    def test_an_option_twice(self):
        for verb in verbs():
            for option in verb.options + [Option("--state", "DIR", False, False),
                                          Option("--config", "FILE", False, False)]:
                if not option.many:
                    words = verb.needed() if not option.needed else []
                    self.refused(verb, [*words, *option.words(), *option.words()],
                                 option.name + " is given twice", None)

    def test_an_option_without_its_value_or_with_one_too_many(self):
        for verb in verbs():
            for option in verb.options:
                words = [verb.value(place) for place in verb.places] + [option.name]
                if option.value:
                    self.refused(verb, words, option.name + " wants a value", None)
                    self.refused(verb, words + ["--nonsense"], option.name + " wants a value", None)
                else:
                    words[-1] += "=yes"
                    self.refused(verb, words, option.name + " takes no value", None)

    def test_hyphens_end_the_options(self):
        for verb in verbs():
            if not verb.places and not verb.optional:
                self.refused(verb, ["--", "--json"], '"--json"', GONE)
        self.assertEqual(snug.snugd("--state", GONE, "user", "show", "--", "--json").code, 3)

    def test_words_that_are_no_text(self):
        for verb in verbs():
            for place in verb.places + verb.optional:
                if place.rstrip(".") not in ("FILE", "DIR"):
                    count = (verb.places + verb.optional).index(place)
                    self.refused(verb, ["x"] * count + [b"\xff"], "UTF-8", GONE)
                    self.refused(verb, ["x"] * count + ["two\nlines"], "one line", GONE)

    def test_what_is_no_verb(self):
        for words in (["usr"], ["user"], ["user", "frob"], ["user", "token"], ["user", "cert", "x"],
                      ["--nonsense"], ["--state"], ["--state", "/tmp"], [""], ["--"],
                      ["--version", "x"], ["user", "list", "--version"]):
            done = snug.snugd(*words)
            with self.subTest(words=words):
                self.assertEqual((done.code, done.out), (2, ""), done)
                self.assertTrue(done.err)

    def test_json_is_refused_where_there_is_none(self):
        for verb in verbs():
            if verb.name[0] in ("init", "run", "export", "avahi", "config", "completion",
                                "help", "metrics") or verb.name[-1] in ("export", "backup"):
                self.refused(verb, verb.needed() + ["--json"], "--json", GONE)
            elif "add" not in verb.name and verb.name not in STATELESS:
                done = snug.snugd(*verb.name, *verb.needed(), "--json", state=GONE)
                self.assertNotEqual(done.code, 2, done)


class Places(Base):
    def test_no_such_state_directory(self):
        for verb in verbs():
            if verb.name[0] in ("init", "help", "version", "completion") or verb.name in STATELESS:
                continue
            done = snug.snugd(*verb.name, *verb.needed(), state=GONE)
            with self.subTest(verb=str(verb)):
                if verb.name == ["run"]:
                    self.assertNotEqual(done.code, 0)
                else:
                    self.assertEqual(done.code, 6 if verb.name == ["check"] else 3, done)
                    self.assertIn(GONE, done.out + done.err)
        done = snug.snugd("config", "check", state="/etc/passwd")
        self.assertEqual(done.code, 3, done)

    def test_a_configuration_that_is_named_must_be_there(self):
        s = self.server()
        for verb in verbs():
            if verb.name[0] in ("init", "help", "version", "completion") or verb.name in STATELESS:
                continue
            done = s.run(*verb.name, *verb.needed(), "--config", GONE)
            with self.subTest(verb=str(verb)):
                self.assertEqual(done.code, 6 if verb.name == ["check"] else 3, done)
                self.assertIn(GONE, done.out + done.err)
        os.remove(os.path.join(s.state, "snugd.conf"))
        self.assertEqual(s.run("config", "check").code, 0)

    def test_a_named_configuration_that_went_is_no_empty_one_at_a_reload(self):
        s = self.server()
        path = os.path.join(s.dir, "other.conf")
        os.rename(os.path.join(s.state, "snugd.conf"), path)
        self.process = subprocess.Popen([snug.SNUGD, "run", "--state", s.state, "--config", path],
                                        stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.process.stderr.close)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.terminate)
        while "event=ready" not in self.process.stderr.readline():
            self.assertIsNone(self.process.poll())
        self.assertEqual(s.run("reload").code, 0)
        os.remove(path)
        done = s.run("reload")
        self.assertEqual(done.code, 1, done)
        self.assertIn("other.conf", done.err)


class NoServer(Base):
    """Stopped: what needs a server says so."""

    def test_what_needs_one(self):
        s = self.server()
        for words in (["status"], ["reload"], ["stop"], ["server", "announce", "hello"]):
            done = s.run(*words)
            self.assertEqual(done.code, 7, done)
            self.assertRegex(done.err, "not running|no server")
        self.assertIn("accounts\t0", s.run("status").out)
        s.start()
        self.assertEqual(s.run("status").code, 0)
        self.assertEqual(s.run("server", "announce", "hello", "there").code, 0)
        self.assertEqual(s.json("audit", "list")[-1]["detail"], "hello there")
        self.assertEqual(s.run("stop").code, 0)
        self.assertEqual(s.run("stop").code, 7)

    def test_check_says_that_nobody_can_talk_and_how_to_mend_it(self):
        s = self.server()
        done = s.run("check")
        self.assertEqual(done.code, 7, done)
        bad = [line.split("\t") for line in done.out.splitlines() if "\tno\t" in line]
        self.assertEqual([row[0] for row in bad], ["server"])
        self.assertIn("snugd run --state " + s.state, bad[0][2])
        s.start()
        done = s.run("check")
        self.assertEqual(done.code, 0, done)
        s.kill()
        self.assertEqual(s.run("check").code, 7)


class Unwritten(Base):
    """An answer that could not be written is no success."""

    def run_with(self, words, closed):
        with open("/dev/full", "w") as full:
            return subprocess.run([snug.SNUGD, *words], stdin=subprocess.DEVNULL, text=True,
                                  stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE,
                                  preexec_fn=(lambda: os.close(1)) if closed else None)

    def written(self, live):
        s = self.server()
        s.user("ann")
        self.assertEqual(s.run("room", "add", "den", "--founder", "ann").code, 0)
        self.assertEqual(s.run("user", "token", "add", "ann", "bot").code, 0)
        if live:
            s.start()
        written = 0
        for verb in verbs():
            if verb.name[0] in ("init", "run", "stop", "backup") or verb.name[-1] in ("import", "rename", "rotate"):
                continue
            words = [*verb.name, *verb.needed(), "--state", s.state]
            if s.run(*verb.name, *verb.needed(), "--dry-run", stdin="").code != 2:
                words.append("--dry-run")  # what is done already would be refused
            if subprocess.run([snug.SNUGD, *words], stdin=subprocess.DEVNULL, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout == b"":
                continue
            written += 1
            for closed in (False, True):
                done = self.run_with(words, closed)
                with self.subTest(verb=str(verb), closed=closed):
                    self.assertEqual(done.returncode, 1, done)
                    self.assertIn("cannot be written to stdout", done.stderr)
        self.assertGreater(written, 15)
        self.assertIn("ann", s.run("user", "list").out + s.run("user", "list", "--disabled").out)
        self.assertEqual(s.run("check").code, 0 if live else 7)

    def test_live(self):
        self.written(True)

    def test_offline(self):
        self.written(False)

    def test_what_was_done_all_the_same_is_said(self):
        s = self.server()
        done = self.run_with(["invite", "create", "--state", s.state], False)
        self.assertIn("what was asked is done", done.stderr)

    def test_closed_streams_become_no_file_of_ours(self):
        s = self.server()
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            done = subprocess.run([snug.SNUGD, "user", "add", "u%d" % len(os.listdir(s.state)),
                                   "--password-stdin", "--state", s.state],
                                  preexec_fn=lambda closed=closed: [os.close(fd) for fd in closed],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=PATIENCE)
            self.assertEqual(done.returncode, 2)
        self.assertEqual(s.json("user", "list"), [])


class Values:
    """Each value that looks like one and is none. Run live and offline."""
    live = False

    def setUp(self):
        self.s = self.server()
        self.s.user("ann")
        self.ok("room", "add", "den", "--founder", "ann")
        if self.live:
            self.s.start()

    def ok(self, *words):
        done = self.s.run(*words)
        self.assertEqual(done.code, 0, done)
        return done

    def no(self, code, *words, says=""):
        done = self.s.run(*words)
        with self.subTest(words=words):
            self.assertEqual((done.code, done.out), (code, ""), done)
            self.assertIn(says, done.err)

    def test_days_and_times_as_people_write_them(self):
        for text in ("tomorrow", "2035-11-03", "2035-11-03 18:00", "monday 9:30", "23:59"):
            self.ok("invite", "create", "--expires", text)
        ends = [row["expires"] for row in self.s.json("invite", "list")]
        self.assertTrue(any(re.match(r"2035-11-0[234]T", end) for end in ends), ends)
        for text in ("yesterday", "2026-01-31"):
            self.no(2, "invite", "create", "--expires", text, says="over already")
        for text in ("yesterday", "monday", "2026-01-31", "0:00"):
            self.ok("message", "search", "cake", "--since", text)
            self.ok("usage", "--since", text)
        self.no(2, "message", "search", "cake", "--since", "mondy", says="--since")

    def test_times(self):
        for words in (["invite", "create", "--expires"], ["user", "token", "add", "ann", "--expires"]):
            for bad in ("0", "0s", "0d", "-1d", "7", "d", "1.5d", " 7d", "7 d", "99999999999d",
                        "106751991167d", "3000000d", "99999999999999999999s", "Never"):
                self.no(2, *words, bad, says="--expires")
            self.no(2, *words, "0s", says="say never")
        self.ok("invite", "create", "--expires", "never")
        self.assertIsNone(self.s.json("invite", "list")[-1]["expires"])
        for words in (["ban", "add", "192.0.2.1", "--for"], ["room", "ban", "den", "ann", "--for"]):
            for bad in ("0", "0s", "-1d", "7", "99999999999d", "3000000d", "never"):
                self.no(2, *words, bad, says="--for")
            self.no(2, *words, "0s", says="without end")
        self.assertEqual(self.s.json("ban", "list"), [])
        self.assertEqual(self.s.json("room", "bans", "den"), [])

    def test_bounds_of_a_room(self):
        for option in ("--keep", "--keep-size", "--limit"):
            for bad in ("0", "-1", "x", "99999999999d", "99999999999999999999"):
                self.no(2, "room", "set", "den", option, bad, says=option)
        for bad in ("0s", "0d"):
            self.no(2, "room", "set", "den", "--keep", bad, says="forever or server")
        for bad in ("", "+", "-", "+x", "+i-i", "i i"):
            self.no(2, "room", "set", "den", "--modes", bad, says="modes")
        self.no(2, "room", "set", "den", says="what of #den is to change")
        self.ok("room", "set", "den", "--limit", "5")
        self.ok("room", "set", "den", "--limit", "none", "--modes", "-n", "--topic", "x")
        self.ok("room", "set", "den", "--topic", "", "--key", "")
        self.assertEqual(self.s.json("room", "show", "den")["topic"], "")
        self.ok("room", "set", "den", "--name", "lair")
        self.ok("room", "show", "lair")

    def test_counts(self):
        for bad in ("0", "-1", "", "1e3", "1000001", "99999999999999999999", "+1", " 1"):
            self.no(2, "invite", "create", "--uses", bad, says="--uses")
        for bad in ("0", "-1", "100001", "x"):
            self.no(2, "audit", "list", "--limit", bad, says="--limit")
            self.no(2, "message", "search", "x", "--limit", bad, says="--limit")
        self.assertEqual(self.s.json("invite", "list"), self.s.json("invite", "list", "--all"))

    def test_points_in_time(self):
        for option in ("--since", "--until"):
            for bad in ("yestreday", "2026-13-01T00:00:00Z", "2026-01-32", "7", "-7d",
                        "99999999999d"):
                self.no(2, "message", "search", "x", option, bad, says=option)
        self.no(2, "message", "search", "x", "--since", "1d", "--until", "2d", says="earlier")
        self.ok("message", "search", "x", "--since", "2d", "--until", "1d")

    def test_who_is_not_there(self):
        for words in (["ban", "add", "nobody"], ["ban", "delete", "ann"], ["ban", "delete", "192.0.2.1"],
                      ["room", "ban", "den", "nobody"], ["room", "unban", "den", "ann"],
                      ["room", "grant", "den", "nobody"], ["room", "revoke", "den", "nobody"],
                      ["room", "show", "nowhere"], ["room", "add", "new", "--founder", "nobody"],
                      ["invite", "create", "--room", "nowhere"], ["invite", "revoke", "77"],
                      ["invite", "revoke", "x"], ["history", "prune", "--room", "nowhere"],
                      ["message", "search", "x", "--room", "nowhere"], ["session", "kill", "zz"],
                      ["session", "list", "nobody"], ["export", "--room", "nowhere"],
                      ["user", "token", "revoke", "ann", "x"], ["user", "token", "list", "nobody"],
                      ["user", "cert", "del", "ann", "x"], ["user", "kick", "nobody"]):
            self.no(3, *words)
        for words in (["backup", "-"], ["backup", "key", "-"], ["message", "show", "x"],
                      ["message", "redact", "!"], ["user", "role", "ann", "king"],
                      ["ban", "add", "192.0.2.0/99"], ["room", "add", "a b"], ["user", "add", "1st"],
                      ["user", "cert", "add", "ann", "x"], ["export", "--room", "den", "--format", "xml"]):
            self.no(2, *words)

    def test_texts_that_would_be_cut(self):
        for words in (["ban", "add", "192.0.2.1", "--reason"], ["user", "kick", "ann", "--reason"],
                      ["session", "kill", "1", "--reason"], ["room", "set", "den", "--topic"],
                      ["invite", "create", "--note"], ["user", "token", "add", "ann", "--label"],
                      ["user", "token", "add", "ann"], ["user", "cert", "add", "ann", PIN, "--label"],
                      ["room", "ban", "den", "ann", "--reason"]):
            self.no(2, *words, "x" * 400, says="at most")
        self.no(2, "server", "announce", "x" * 400, says="at most")

    def test_a_label_is_the_word_behind_the_name(self):
        self.ok("user", "token", "add", "ann", "phone")
        self.ok("user", "token", "add", "ann", "--label", "desk")
        self.no(2, "user", "token", "add", "ann", "a", "--label", "b", says="two labels")
        tokens = self.s.json("user", "token", "list", "ann")
        self.assertEqual([t["label"] for t in tokens], ["phone", "desk"])
        self.assertIn("called phone-2", self.ok("user", "token", "add", "ann", "phone").err)
        self.ok("user", "token", "revoke", "ann", "phone")
        self.ok("user", "token", "revoke", "ann", "phone-2")
        self.assertEqual([t["label"] for t in self.s.json("user", "token", "list", "ann")], ["desk"])

    def test_ways_to_a_password_exclude_each_other(self):
        for verb in ("add", "passwd"):
            self.no(2, "user", verb, "ann", "--generate", "--no-password", says="exclude")
            done = self.s.run("user", verb, "ann", "--generate", "--password-stdin", stdin="x" * 20)
            self.assertEqual(done.code, 2, done)
        done = subprocess.run([snug.SNUGD, "user", "add", "eve", "--password-stdin", "--state", self.s.state],
                              input=b"\xff" * 12 + b"\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn(b"UTF-8", done.stderr)

    def test_an_import_that_cannot_be_read(self):
        self.no(2, "user", "import", self.s.dir, says="cannot read")
        self.no(3, "user", "import", GONE, says=GONE)
        self.no(2, "user", "import", "--token", says="FILE is missing")
        self.no(2, "user", "import", "-", says="no account")


class ValuesLive(Values, Base):
    live = True


class ValuesOffline(Values, Base):
    live = False


class Documents(Base):
    """What the documents show is what the program takes."""

    def read(self, *name):
        with open(os.path.join(ROOT, *name)) as file:
            return file.read()

    def shell(self, line, home):
        return snug.Result(subprocess.run(
            ["sh", "-c", line], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE,
            env={**os.environ, "HOME": home, "PATH": snug.BIN + ":" + os.environ["PATH"]}))

    def test_what_the_readme_shows_to_who_administers(self):
        s = self.server().start()
        os.symlink(s.state, os.path.join(s.dir, "chat"))
        self.assertEqual(s.run("room", "add", "lounge", "--unlisted").code, 4)
        s.user("mallory")
        s.user("NAME")
        text = self.read("README.md")
        block = text[text.index("The one who administers"):].split("\n\n")[1]
        lines = [line.strip()[2:] for line in block.splitlines()]
        self.assertGreater(len(lines), 3)
        lines += [found + " --state ~/chat" for found in re.findall(r"`(snugd user [^`]*)`", text)]
        out = {line: self.shell(line, s.dir) for line in lines}
        for line, done in out.items():
            self.assertEqual(done.code, 0, (line, done))
        self.assertTrue(s.json("user", "show", "mallory")["disabled"])
        self.assertEqual(s.json("invite", "list")[-1]["uses"], 10)
        self.assertTrue(os.path.exists(os.path.join(s.dir, "chat-monday.db")))
        self.assertEqual(s.json("user", "token", "list", "NAME")[0]["label"], "LABEL")

    def test_every_line_in_the_documents_is_of_the_grammar(self):
        lines = []
        for name in ("README.md", "docs/OPERATING.md", "docs/PROTOCOL.md", "docs/SECURITY.md",
                     "docs/STORE.md", "docs/snugd.8", "docs/snugd.conf.5"):
            text = self.read(name)
            lines += re.findall(r"`(snugd [^`]*)`", text)
            lines += re.findall(r"(?m)^(?:    \$ )?(snugd [a-z].*)$", text)
        self.assertGreater(len(lines), 40)
        for line in lines:
            for part in re.split(r"[;|]", line.split("#")[0].replace("\n", " ")):
                words = part.split()
                if words[:1] != ["snugd"] or words[1] in ("init", "run") or len(words) < 2:
                    continue
                if "--state" in words:
                    del words[words.index("--state"):words.index("--state") + 2]
                done = snug.snugd(*words[1:], state=GONE)
                with self.subTest(line=part):
                    self.assertNotEqual(done.code, 2, done)

    def test_the_manual_shows_each_usage_as_the_help_does(self):
        manual = self.read("docs", "snugd.8").replace("\\(dq", '"').replace("\\", "")
        shown = [" ".join(line.replace(".It Cm ", "").replace(" Li &", " ").split())
                 for line in manual.splitlines() if line.startswith(".It Cm ")]
        for verb in verbs():
            self.assertIn(verb.usage, shown)
        self.assertEqual(len(shown), len(verbs()))


if __name__ == "__main__":
    unittest.main()
