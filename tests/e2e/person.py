# SPDX-License-Identifier: MIT
"""A person with a computer: `snug` with a home of its own, on the command line or on a screen."""
import json
import os
import shutil
import subprocess
import tempfile

import snug
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

    def run(self, *words, stdin=None, timeout=30):
        return snug.Result(subprocess.run(
            self.words(*words), input=stdin, text=True, timeout=timeout, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL if stdin is None else None,
            start_new_session=True))

    def join(self, link, *more):
        """Makes the account without a screen."""
        done = self.run("join", "--name", self.name, "--password-fd", "0", "--no-ui", *more, link,
                        stdin=snug.PASSWORD + "\n")
        assert done.code == 0, done
        return done

    def open(self, *words, width=100, height=28):
        screen = Screen(self.words(*words), width, height)
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


def link(server, room="lounge"):
    """An invite with the port that the server has now."""
    done = server.run("invite", "create", "--room", room, "--uses", "50", "--expires", "7d")
    assert done.code == 0, done
    return done.out.strip()
