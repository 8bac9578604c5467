# SPDX-License-Identifier: MIT
"""Every verb of snugd in every bad situation, generated from the help: a table of exit codes.

`python3 test_verb_table.py` prints it."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import snug
import stored
from patience import PATIENCE
from test_verbs import ROOT, verbs

# These make or serve the state itself, and are tested by files of their own.
APART = ("init", "run")
# These put another database in the place of the one that is there: while it is in use, only tried.
ALONE = ("restore", "downgrade")
LEFT = 24 << 20  # bytes: fewer than a server wants, and enough for a commit
SITUATIONS = ("surplus", "unknown", "missing", "again", "no server", "low disk", "no terminal", "no stdout",
              "untried")


def documented():
    with open(os.path.join(ROOT, "docs", "snugd.8"), encoding="utf-8") as page:
        status = page.read().split(".Sh EXIT STATUS")[1].split(".Sh")[0]
    return {int(code) for code in re.findall(r"^\.It (\d+)$", status, re.M)}


class World:
    """Accounts and a room, on a server that runs or in a state that nobody serves."""

    def __init__(self, live, root=None):
        self.s = snug.Server(root=root)
        for name in ("ann", "bob"):
            self.s.user(name)
        for words in (["room", "add", "den", "--founder", "ann"], ["user", "token", "add", "ann", "bot"]):
            assert self.s.run(*words).code == 0
        if live:
            self.s.start()

    def code(self, verb, words, **more):
        """What changes something is only tried, where that is enough to know."""
        command = [snug.SNUGD, *verb.name, *words, "--state", self.s.state]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=more.pop("stdout", subprocess.PIPE),
                              stderr=subprocess.DEVNULL, timeout=PATIENCE, **more)
        self.is_silent = not done.stdout
        return done.returncode

    def tried(self, verb, **more):
        tried = self.code(verb, [*verb.needed(), "--dry-run"], **more)
        return tried if tried != 2 else self.code(verb, verb.needed(), **more)


def is_many(verb):
    return bool(verb.places) and verb.places[-1].endswith("...")


def ends_server(verb):
    return verb.name == ["stop"]


def grammar(world, verb):
    words = verb.needed() + ["x" for _ in verb.optional]
    return {"surplus": None if is_many(verb) else world.code(verb, words + ["surplus"]),
            "unknown": world.code(verb, verb.needed() + ["--nonsense"]),
            "missing": world.code(verb, [verb.value(place) for place in verb.places[:-1]])
            if verb.places else None}


def full(folder):
    """Fills the file system but for LEFT."""
    with open(os.path.join(folder, "filler"), "wb", buffering=0) as file:
        while os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize > LEFT:
            file.write(bytes(1 << 20))


def table(low):
    """Verb -> situation -> exit code; None where it does not apply."""
    live, still, scarce, once = World(True), World(False), World(True, low), World(False)
    rows = {}
    try:
        full(low)
        with open("/dev/full", "w") as unwritable:
            for verb in verbs():
                if verb.name[0] in APART:
                    continue
                row = grammar(live, verb)
                row["live"] = None if ends_server(verb) else live.tried(verb)
                row["untried"] = live.code(verb, verb.needed()) if str(verb) in ALONE else None
                once.code(verb, verb.needed())
                row["again"] = once.code(verb, verb.needed())
                row["no server"] = still.tried(verb)
                is_silent = still.is_silent
                row["low disk"] = None if ends_server(verb) else scarce.tried(verb)
                row["no terminal"] = None if ends_server(verb) else live.tried(verb, start_new_session=True)
                row["no stdout"] = None if is_silent else still.tried(verb, stdout=unwritable)
                rows[str(verb)] = row
    finally:
        for world in live, still, scarce, once:
            world.s.close()
    return rows


def text(rows):
    lines = ["%-20s" % "" + "".join("%12s" % name for name in SITUATIONS)]
    for verb, row in rows.items():
        lines.append("%-20s" % verb + "".join("%12s" % ("-" if row[name] is None else row[name])
                                              for name in SITUATIONS))
    return "\n".join(lines)


class Named(unittest.TestCase):
    """The same mistake with a file or a folder that is named has the same code, whatever the verb."""

    # Whether it is read or written, where the usage says FILE.
    WRITTEN = ("backup", "backup key", "metrics")
    # Refused before it looks at what is named, where the store is not in the folder of its file.
    OF_FILES = ("restore",) if stored.ENGINE == "pg" else ()

    def test_a_file_or_folder_that_is_not_what_it_should_be(self):
        world = World(False)
        self.addCleanup(world.s.close)
        file, folder = (os.path.join(world.s.dir, name) for name in ("file", "folder"))
        os.mkdir(folder)
        with open(file, "w", encoding="utf-8") as made:
            made.write("x\n")
        ways = {"file": file, "folder": folder, "absent": folder + "/none/x", "through a file": file + "/x"}
        tried = 0
        for verb in verbs():
            if verb.name[0] in (*APART, *self.OF_FILES) or verb.name[:2] == ["tls", "import"]:
                continue  # a pair of files, one without the other: tests/e2e/test_tls_move.py
            for kind, words in self.places(verb):
                for what, path in ways.items():
                    with self.subTest(verb=str(verb), kind=kind, named=what):
                        code = self.expected(verb, kind, what)
                        if code:
                            tried += 1
                            self.assertEqual(world.code(verb, words(path)), code)
        self.assertGreater(tried, 30)

    @staticmethod
    def places(verb):
        """(DIR or FILE, the words with a path in its place) for each of the usage."""
        needed = verb.needed()
        for i, place in enumerate(verb.places):
            if place in ("DIR", "FILE"):
                yield place, lambda path, i=i: needed[:i] + [path] + needed[i + 1:]
        for option in verb.options:
            if option.value in ("DIR", "FILE"):
                yield option.value, lambda path, name=option.name: needed + [name, path]

    def expected(self, verb, kind, what):
        if what in ("absent", "through a file"):
            return 3
        is_made = str(verb) == "backup create" or (kind == "FILE" and str(verb) in self.WRITTEN)
        if is_made:
            return None if (str(verb), what) == ("metrics", "file") else 4
        return 2 if what == {"DIR": "file", "FILE": "folder"}[kind] else None


class Low:
    """A small file system of its own."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="snug-low-")
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "none", self.folder],
                              stderr=subprocess.DEVNULL)
        self.is_mounted = done.returncode == 0
        return self.folder if self.is_mounted else None

    def __exit__(self, *_):
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.folder], check=True)
        shutil.rmtree(self.folder, True)


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Low() as folder:
            if folder is None:
                raise unittest.SkipTest("mounting is not allowed")
            cls.rows = table(folder)

    def each(self, situation):
        for verb, row in self.rows.items():
            if row[situation] is not None:
                with self.subTest(verb=verb, situation=situation):
                    yield row, row[situation]

    def test_all_verbs_stand_in_it(self):
        self.assertEqual(len(self.rows), len([v for v in verbs() if v.name[0] not in APART]))

    def test_each_code_is_in_the_manual(self):
        known = documented()
        for situation in SITUATIONS:
            for _, code in self.each(situation):
                self.assertIn(code, known)

    def test_what_is_no_command_is_exit_2(self):
        for situation in ("surplus", "unknown", "missing"):
            for _, code in self.each(situation):
                self.assertEqual(code, 2)

    def test_without_a_server_it_does_the_same_or_says_that_there_is_none(self):
        for row, code in self.each("no server"):
            self.assertIn(code, (row["live"], 7))

    def test_with_a_server_it_is_refused_what_wants_the_database_alone(self):
        self.assertEqual([self.rows[name]["untried"] for name in ALONE], [4] * len(ALONE))

    def test_a_low_disk_hinders_no_command(self):
        for row, code in self.each("low disk"):
            self.assertIn(code, (row["live"], 6))  # check says so

    def test_a_terminal_is_not_needed(self):
        for row, code in self.each("no terminal"):
            self.assertIn(code, (row["live"], row["again"]))

    def test_what_cannot_be_written_is_no_success(self):
        for row, code in self.each("no stdout"):
            self.assertIn(code, (1, row["no server"] or 1, row["again"] or 1))

    def test_done_again_it_is_done_or_refused_by_a_code_that_says_why(self):
        for _, code in self.each("again"):
            self.assertIn(code, (0, 2, 3, 4, 6, 7, 9))


if __name__ == "__main__":
    with Low() as where:
        print(text(table(where)))
