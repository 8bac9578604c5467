# SPDX-License-Identifier: MIT
"""Two computers of one person: a link lets the second in, and what changes keys is proved."""
import os
import re
import unittest

import snug
from patience import until
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


    def desk(self):
        """The first computer, on its screen."""
        ann = self.person("ann")
        ann.join(link(self.server), "--label", "desk")
        desk = ann.open(width=100, height=32)
        desk.wait_for("● online", "#lounge")
        return desk

    def offered(self, desk):
        desk.type("/device add")
        return self.link_of(desk)

    def answer(self, desk, question, letter):
        """What is said in the first second after a key is no answer, but typed: it is taken out
        of the line, and said again."""
        desk.wait_for(question)
        while question in desk.text():
            desk.keys(letter)
            until("the letter to be taken", lambda: question not in desk.text() or
                  "› " + letter in desk.text())
            if "› " + letter in desk.text():
                desk.keys("BSpace")
                desk.wait_gone("› " + letter)

    def let_in(self, desk, name):
        """A further computer, which is called so."""
        other, where = self.person(name), self.offered(desk)
        screen = other.open("login", "--label", name, where)
        self.answer(desk, f"calls itself {name}: let it in?", "y")
        screen.wait_for("● online", "#lounge")
        return other, screen


class Link(Base):
    def test_a_second_computer_is_let_in_by_a_few_keys(self):
        desk = self.desk()
        where = self.offered(desk)
        laptop = self.person("laptop")
        screen = self.shell(laptop)
        typed = "snug login "
        screen.type(typed, enter=False)
        screen.paste(where)
        screen.keys("Enter")
        screen.wait_for("say yes on the device")
        desk.wait_match(r"ann@\S+ calls itself \S+: let it in\? \[y/n\]")
        self.answer(desk, "let it in? [y/n]", "y")
        screen.wait_for("● online", "#lounge")
        self.assertLessEqual(len(typed) + len(["paste", "Enter"]), KEYS)
        desk.wait_for("let in a new device of")
        screen.type("from the laptop")
        desk.wait_for("from the laptop")

    def test_a_link_is_good_once_and_a_no_is_one(self):
        desk = self.desk()
        where, laptop = self.offered(desk), self.person("laptop")
        screen = laptop.open("login", where)
        self.answer(desk, "let it in? [y/n]", "n")
        screen.wait_for("does not let this computer in", "/device add")
        done = laptop.run("login", "--no-ui", where)
        self.assertEqual(done.code, 1, done)
        self.assertIn("was used", done.err)
        # What was shown is no message.
        desk.paste(where)
        desk.keys("Enter")
        desk.wait_for("that link lets another computer into your account")

    def test_who_goes_away_is_asked_about_no_more(self):
        desk = self.desk()
        laptop = self.person("laptop")
        screen = laptop.open("login", self.offered(desk))
        desk.wait_for("let it in? [y/n]")
        screen.keys("C-c")
        desk.wait_for("the other computer waits no longer")


class Proof(Base):
    def test_a_device_is_revoked_with_the_password_or_by_a_yes_of_another(self):
        desk = self.desk()
        laptop, screen = self.let_in(desk, "laptop")
        phone, _ = self.let_in(desk, "phone")
        screen.type("/device revoke phone")
        screen.wait_for("prove that it is you")
        screen.keys("d")
        desk.wait_match(r"laptop \(\S+\) wants to change your devices or password: is it you\?")
        self.answer(desk, "is it you?", "y")
        screen.wait_for("phone can no longer log in")
        self.assertEqual(phone.run("send", "#lounge", "x").code, 77)
        desk.type("/device revoke laptop")
        desk.wait_for("prove that it is you")
        desk.keys("p")
        desk.type("not the password at all")
        desk.wait_for("The password is wrong")
        desk.type("/device revoke laptop")
        desk.wait_for("prove that it is you")
        desk.keys("p")
        desk.type(snug.PASSWORD)
        desk.wait_for("laptop can no longer log in")
        self.assertNotIn(snug.PASSWORD, desk.text(history=True))
        self.assertEqual(laptop.run("send", "#lounge", "x").code, 77)

    def test_a_young_device_has_no_new_password_without_the_old_one(self):
        ann = self.person("ann")
        ann.join(link(self.server))
        done = ann.run("passwd", "--forgotten", "--password-fd", "0", stdin="seven wet otters\n")
        self.assertEqual(done.code, 1, done)
        self.assertIn("only a device older than seven days", done.err)
        done = ann.run("passwd", "--refuse")
        self.assertEqual(done.code, 1, done)
        self.assertIn("No new password waits", done.err)


if __name__ == "__main__":
    unittest.main()
