# SPDX-License-Identifier: MIT
"""What the verbs of snugd print, as snugd(8) lists it: the columns of each, in their order and
with their kinds, by tabs and as JSON.  `python3 test_output.py write` writes the list anew."""
import json
import os
import re
import sys
import textwrap
import unittest

import snug
import stored
import web
import test_downgrade
from test_verbs import PIN, ROOT, verbs

PAGE = os.path.join(ROOT, "docs", "snugd.8")
ENTRY = re.compile(r"^\.It Li ([0-9a-z -]+) :\n((?:[^.\n].*\n)+)", re.M)
KINDS = {bool: "?", int: "#", str: ""}

# What is asked so that each column has a value, and what stands in the list for it.
ASKED = [
    ("audit list", []), ("audit verify", []), ("backup create", ["NEW"]), ("backup list", ["BACKUPS"]),
    ("backup prune", ["BACKUPS", "--keep", "9"]), ("backup verify", ["BACKUP"]),
    ("ban list", []), ("check", []), ("db move", ["FILE"]), ("downgrade", ["--dry-run"]), ("file list", []), ("fingerprint", []),
    ("history import", ["-", "--room", "den"]), ("history prune", []), ("hook list", []), ("import ergo", ["ERGO", "--dry-run"]),
    ("import log", ["irssi", "LOG", "--room", "den", "--dry-run"]), ("invite list", []), ("message search", ["cake"]),
    ("message show", ["ID"]), ("reload", []), ("restore", ["BACKUP"]), ("room bans", ["den"]), ("room list", []),
    ("room log", ["den"]), ("room members", ["den"]), ("room show", ["den"]),
    ("session list", []), ("session log", ["ann"]), ("status", []), ("tls check", []), ("tls show", []), ("user 2fa show", ["ann"]), ("user cert list", ["ann"]),
    ("user disable", ["bob", "cem"]), ("user import", ["-"]), ("user list", []), ("user push list", ["ann"]),
    ("upgrade", ["--dry-run"]), ("usage", []), ("user show", ["ann"]), ("user token list", ["ann"]), ("version", []),
]
OF_FILES = ("downgrade", "restore")  # which only a database in a file has
TRIED = [row for row in ASKED if stored.ENGINE != "pg" or row[0] not in OF_FILES]
PAST = '{"name": "ann", "time": "2020-01-1%dT12:00:00.000Z", "text": "cake"}\n'
CORPUS = os.path.join(os.path.dirname(__file__), "../fuzz/corpus")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


# Numbers of a disk that is another machine's, which has none to tell.
ELSEWHERE = ("disk-free", "database", "wal") if stored.ENGINE == "pg" else ()


def kind(value):
    return "@" if isinstance(value, str) and TIME.fullmatch(value) else KINDS[type(value)]


def listed():
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    return {name: row.replace("\\-", "-").split() for name, row in ENTRY.findall(text)}


class Populated:
    """A server with one of each."""

    def __init__(self):
        self.s = s = snug.Server("[web]\nlisten = 127.0.0.1:0\nhost = localhost\n").start()
        self.n_reloads = 0
        self.conf = os.path.join(s.state, "snugd.conf")
        with open(self.conf, encoding="utf-8") as file:
            self.base = file.read()
        for name in ("ann", "bob", "cem"):
            s.user(name)
        for words in (["room", "add", "den", "--founder", "ann"], ["ban", "add", "192.0.2.7", "--for", "7d"],
                      ["room", "ban", "den", "bob", "--for", "7d"], ["user", "token", "add", "ann", "bot"],
                      ["user", "cert", "add", "ann", "B" + PIN[1:]], ["invite", "create", "--room", "den"],
                      ["hook", "create", "den", "ci"], ["room", "set", "den", "--modes", "+i"], ["room", "set", "den", "--keep", "forever"],
                      ["room", "add", "attic", "--founder", "ann"]):
            done = s.run(*words)
            assert done.code == 0, done
        self.ann = s.client("ann")
        self.ann.send("PRIVMSG #den :cake", "PRIVMSG #attic :cake", "MODE #den +m")
        self.ann.sync()
        self.id = s.json("message", "search", "cake")[0]["id"]
        self.send_file()
        self.pruned = self.prune()
        self.backups = os.path.join(s.dir, "backups")
        os.mkdir(self.backups)
        self.n_backups = 0
        self.asked("backup create", ["NEW"])
        if stored.ENGINE != "pg":
            self.restored = self.restore(os.path.join(self.backups, "b1"))
            self.downgraded = self.downgrade()
        self.moved = self.move()

    def send_file(self):
        self.ann.send("FILEHOST TOKEN")
        token = self.ann.wait(" FILEHOST TOKEN ").split()[-1]
        sent = web.ask(web.web_port(self.s), web.request(
            "/f?target=%23den", "POST", body=b"cake", Authorization="Bearer " + token))
        assert sent.status == 201, sent.raw

    def configure(self, path, more):
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.base + more)

    def prune(self):
        """By a bound that no running server has: it would keep it at once."""
        self.ann.send(*["PRIVMSG #attic :" + "x" * 400] * 400)
        self.ann.sync()
        self.s.stop()
        self.wake()
        self.ann.close()
        conf = os.path.join(self.s.dir, "small.conf")
        self.configure(conf, "[history]\nkeep_size = 100KiB\n")
        done = [self.s.run("history", "prune", "--dry-run", "--config", conf, *more)
                for more in ([], ["--json"])]
        self.s.start()
        self.ann = self.s.client("ann")
        return done

    def wake(self):
        """A device of ann is woken: no push service is here that would take that."""
        stored.change(self.s.state, "INSERT INTO subscription (id, account, device, endpoint, point, auth, vapid,"
                      " is_page, created_ms, alive_ms) SELECT 99999, id, 0, 'https://push.example/x',"
                      f" {stored.zeros(65)}, {stored.zeros(16)}, {stored.zeros(65)}, 0, 5, 6"
                      " FROM account WHERE name = 'ann'")

    def restore(self, backup):
        """Of a server that is stopped: it would be refused."""
        self.s.stop()
        self.ann.close()
        done = [self.s.run("restore", backup, "--dry-run", *more) for more in ([], ["--json"])]
        self.s.start()
        self.ann = self.s.client("ann")
        return done

    @staticmethod
    def downgrade():
        """Of a database that came from an older version, in which something was made since."""
        s = snug.Server()
        test_downgrade.older(stored.file(s.state), test_downgrade.NEWEST - 1)
        assert s.run("room", "add", "attic").code == 0
        done = [s.run("downgrade", "--dry-run", *more) for more in ([], ["--json"])]
        s.close()
        return done

    @staticmethod
    def move():
        """Of a database that no server has."""
        s = snug.Server()
        done = [s.run("db", "move", os.path.join(s.dir, name), *more) for name, more in (("a", []), ("b", ["--json"]))]
        s.close()
        return done

    def asked(self, name, more, *flags):
        if name == "db move":
            return self.moved["--json" in flags]
        if name == "downgrade":
            return self.downgraded["--json" in flags]
        if name == "restore":
            return self.restored["--json" in flags]
        if name == "history prune":
            return self.pruned["--json" in flags]
        if name == "reload":
            self.n_reloads += 1
            self.configure(self.conf, "[history]\nreplay_limit = %d\n" % self.n_reloads)
        self.n_backups += name == "backup create"
        places = {"ID": self.id, "NEW": os.path.join(self.backups, "b%d" % self.n_backups),
                  "BACKUP": os.path.join(self.backups, "b1"), "BACKUPS": self.backups,
                  "ERGO": os.path.join(CORPUS, "fuzz_ergo", "database"), "LOG": os.path.join(CORPUS, "fuzz_log", "log")}
        words = [places.get(word, word) for word in more]
        stdin = {"user import": '{"name": "n%d"}\n' % len(flags),
                 "history import": PAST % len(flags)}.get(name, "")
        return self.s.run(*name.split(), *words, *flags, stdin=stdin)

    def columns(self, name, more):
        """The columns of a verb, with their kinds."""
        found = json.loads(self.asked(name, more, "--json").out)
        rows = found if isinstance(found, list) else [found]
        assert rows, name
        return [key + self.kind([row[key] for row in rows], "#" if key in ELSEWHERE else "@") for key in rows[0]]

    @staticmethod
    def kind(values, of_none):
        """A time only where all are; never says nothing where others have a value."""
        kinds = {kind(value) for value in values if value is not None} or {of_none}
        return kinds.pop() if len(kinds) == 1 else ""

    def close(self):
        self.ann.close()
        self.s.close()


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = Populated()
        cls.addClassCleanup(cls.world.close)

    def test_the_columns_are_those_of_the_manual(self):
        found = listed()
        for name, more in TRIED:
            with self.subTest(verb=name):
                self.assertEqual(self.world.columns(name, more), found.get(name))
        self.assertEqual(sorted(found), sorted(name for name, _ in ASKED))

    def test_tabs_stand_between_as_many(self):
        for name, more in TRIED:
            columns = listed()[name]
            done = self.world.asked(name, more)
            with self.subTest(verb=name):
                lines = done.out.splitlines()
                self.assertTrue(lines, done)
                if name in RECORDS:
                    # fingerprint is the pin alone.
                    keys = [line.split("\t")[0] for line in lines if "\t" in line]
                    self.assertEqual(keys, [re.sub(r"[?#@]$", "", column) for column in columns][:len(keys)])
                else:
                    self.assertEqual({line.count("\t") + 1 for line in lines}, {len(columns)})

    def test_what_changes_something_says_so(self):
        """All other verbs give one object: whether they changed anything, and what they made."""
        names = [name for name, _ in ASKED]
        tried = 0
        for verb in verbs():
            done = self.world.s.run(*verb.name, *verb.needed(), "--dry-run", "--json", stdin="")
            if str(verb) in names or done.code != 0 or verb.name == ["batch"]:
                continue
            tried += 1
            with self.subTest(verb=str(verb)):
                answer = json.loads(done.out)
                self.assertIsInstance(answer["changed"], bool)
                self.assertLessEqual(set(answer), {"changed", "plain", "page"})
        self.assertGreater(tried, 12)


RECORDS = ("audit verify", "backup create", "fingerprint", "message show", "room show", "status", "tls show", "user show", "version")


def write():
    world = Populated()
    rows = ""
    for name, more in ASKED:
        columns = " ".join(world.columns(name, more)).replace("-", "\\-")
        rows += ".It Li %s :\n%s\n" % (name, textwrap.fill(columns, 78, break_on_hyphens=False))
    world.close()
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    first, last = text.index(".It Li audit list :"), text.rindex(".It Li version :")
    end = text.index("\n.El", last) + 1
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write(text[:first] + rows + text[end:])


if __name__ == "__main__":
    if sys.argv[1:] == ["write"]:
        write()
    else:
        unittest.main()
