# SPDX-License-Identifier: MIT
"""A person with a computer: `snug` with a home of its own, on the command line or on a screen."""
import glob
import json
import os
import select
import shutil
import subprocess
import tempfile

import snug
from patience import PATIENCE, STEP, until
from screen import Screen

SNUG = os.path.join(snug.BIN, "snug")


class Person:
    def __init__(self, name, server=None, prefix=()):
        self.name = name
        self.home = tempfile.mkdtemp(prefix=f"snug-{name}-")
        self.screens = []
        self.server = server
        self.prefix = list(prefix)  # what runs each program

    def close(self):
        for screen in self.screens:
            if os.path.exists(screen.socket):
                screen.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def words(self, *words):
        return [*self.prefix, SNUG, "--home", self.home, *words]

    def run(self, *words, stdin=None):
        return snug.Result(subprocess.run(
            self.words(*words), input=stdin, text=True, timeout=PATIENCE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL if stdin is None else None,
            start_new_session=True))

    def join(self, link, *more, newcomer=False):
        """Makes the account without a screen. A newcomer would be told first how it is used."""
        done = self.run("join", "--name", self.name, "--password-fd", "0", "--no-ui", *more, link,
                        stdin=snug.PASSWORD + "\n")
        assert done.code == 0, done
        if not newcomer:
            self.has_been_here()
        return done

    def has_been_here(self):
        """As if something had been typed in every profile."""
        for name in glob.glob(os.path.join(self.home, "data", "*", "profile")):
            state = os.path.join(self.home, "state", os.path.basename(os.path.dirname(name)))
            os.makedirs(state, 0o700, exist_ok=True)
            with open(os.path.join(state, "layout"), "a", encoding="utf-8",
                      opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(".welcome\tover\n")

    def open(self, *words, width=100, height=28, env=None):
        screen = Screen(self.words(*words), width, height, env)
        self.screens.append(screen)
        return screen

    def tail(self, target, count=1000):
        """Texts as the server has them, oldest first."""
        done = self.run("tail", "-n", str(count), "--json", target)
        assert done.code == 0, done
        return [json.loads(line)["text"] for line in done.out.splitlines()]

    def files(self):
        for folder, _, names in os.walk(self.home):
            for name in names:
                yield os.path.join(folder, name)


class Program:
    """A program that goes on running: what it writes, line by line, as it comes."""

    def __init__(self, words):
        self.words, self.rest, self.is_over = words, b"", False
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, bufsize=0)

    def say(self, text):
        self.process.stdin.write(text.encode())

    def look(self):
        """Reads what has come, or waits a moment."""
        if not self.is_over and select.select([self.process.stdout], [], [], STEP)[0]:
            data = self.process.stdout.read(65536)
            self.is_over = not data
            self.rest += data

    def line(self, wanted=lambda line: True, look=None):
        """The next line that is wanted, or "" when none comes any more."""
        def find():
            while b"\n" in self.rest:
                line, self.rest = self.rest.split(b"\n", 1)
                seen.append(line.decode())
                if wanted(seen[-1]):
                    return seen
            return self.is_over
        seen = []
        until(lambda: f"a line of {self.words}, saw:\n" + "\n".join(seen), find, look or self.look)
        return seen[-1] if seen and wanted(seen[-1]) else ""

    def event(self, kind, **wanted):
        """The next object of this type, with these values."""
        def fits(line):
            found = json.loads(line)
            return found["type"] == kind and wanted.items() <= found.items()
        return json.loads(self.line(fits))

    def follows(self, act):
        """Until it writes something: `act` makes what it would write about, again and again."""
        def look():
            act()
            self.look()
        until(f"{self.words} to follow", lambda: b"\n" in self.rest, look)

    def end(self):
        """Ends its input, gives the lines that still come and the exit code."""
        self.process.stdin.close()
        lines = []
        while line := self.line():
            lines.append(line)
        return lines, self.process.wait(PATIENCE)

    def close(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        for stream in self.process.stdin, self.process.stdout:
            stream.close()


def link(server, room="lounge"):
    """An invite with the port that the server has now."""
    done = server.run("invite", "create", "--room", room, "--uses", "50", "--expires", "7d")
    assert done.code == 0, done
    return done.out.strip()
