# SPDX-License-Identifier: MIT
"""Two computers of one person: a link lets the second in, and what changes keys is proved."""
import os
import re
import unittest

import snug
from person import SNUG, Person, link
from screen import Screen

KEYS = 20  # that the second computer may cost, a paste being one


class Base(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        return person

    def shell(self, person):
        """A shell in which `snug` is the person's."""
        folder = os.path.join(person.home, "bin")
        os.mkdir(folder)
        script = os.path.join(folder, "snug")
        with open(script, "w") as file:
            file.write(f'#!/bin/sh\nexec {SNUG} --home {person.home}/snug "$@"\n')
        os.chmod(script, 0o755)
        screen = Screen(["env", f"PATH={folder}:{os.environ['PATH']}", "PS1=$ ", "sh"], 100, 28)
        person.screens.append(screen)
        screen.wait_for("$")
        return screen

    def link_of(self, screen):
        """What /device add shows, from as many rows as it takes."""
        screen.wait_for("device=", "pin=")
        rows = [row[:58].strip() for row in screen.text().splitlines()]
        text = "".join(rows)
        found = re.search(r"snug://localhost:\d+/,device=[\w-]{27},pin=[\w-]{43}", text)
        self.assertTrue(found, screen.text())
        return found.group()


class Link(Base):
    def test_a_second_computer_is_let_in_by_a_few_keys(self):
        ann = self.person("ann")
        ann.join(link(self.server), "--label", "desk")
        desk = ann.open(width=100, height=32)
        desk.wait_for("● online", "#lounge")
        desk.type("/device add")
        where = self.link_of(desk)
        laptop = self.person("laptop")
        screen = self.shell(laptop)
        typed = "snug login "
        screen.type(typed, enter=False)
        screen.paste(where)
        screen.keys("Enter")
        screen.wait_for("say yes on the device")
        desk.wait_match(r"ann@\S+ calls itself \S+: let it in\? \[y/n\]")
        desk.keys("y")
        screen.wait_for("● online", "#lounge")
        self.assertLessEqual(len(typed) + len(["paste", "Enter"]), KEYS)
        desk.wait_for("let in a new device of")
        screen.type("from the laptop")
        desk.wait_for("from the laptop")


if __name__ == "__main__":
    unittest.main()
