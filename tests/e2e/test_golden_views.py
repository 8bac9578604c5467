# SPDX-License-Identifier: MIT
"""Whole screens of what one does with messages: threads, details, jumps, code, text alone."""
import re
import unittest

from patience import until
from test_golden import Base

CODE = "look at this:\n```\nif (cake)\n\treturn share(cake, everybody_in_the_room, " \
    "with_a_spoon_for_each_of_them);\n```\nwould that do?"


class Views(Base):
    def show(self, name, screen, look=None):
        """At both sizes, and back to the larger one."""
        for columns, lines in (80, 24), (40, 12):
            screen.resize(columns, lines)
            self.expect(f"{name}-{columns}x{lines}", look or screen.text)
        screen.resize(80, 24)

    def test_a_thread_and_the_details_of_a_message(self):
        asked = self.say(self.bob, "#lounge", "are we still on for three?")
        answer = self.say(self.dora, "--reply", asked, "#lounge", "yes, I bring the cake")
        self.say(self.bob, "#lounge", "the bell is broken, by the way")
        self.say(self.bob, "--reply", answer, "#lounge", "and plates?")
        for person, text in (self.dora, "👍"), (self.bob, "👍"), (self.bob, "🎉"):
            self.assertEqual(person.run("react", "--in", "#lounge", answer, text).code, 0)
        self.assertEqual(self.dora.run("edit", "--in", "#lounge", answer,
                                       "yes, I bring the cake and a knife").code, 0)
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "and plates?", "(edited)")
        screen.keys("F2")
        screen.wait_for("Enter thread")
        screen.keys("k", "k")
        screen.wait_match("^.{19}│?▸.*yes, I bring")
        screen.keys("i")
        self.show("details", screen, lambda: re.sub(r"(id {8})\w+", r"\1ID", re.sub(
            r"(?m)^(.*?  )\d\d:\d\d( {5})", r"\1hh:mm\2", screen.text())))
        screen.keys("Escape")
        screen.wait_for("and plates?")
        screen.keys("Enter")
        screen.wait_for("thread in #lounge, 2 answers")
        screen.type("I have some", enter=False)
        self.show("thread", screen)
        screen.keys("Enter")
        screen.wait_for("3 answers")
        screen.keys("Escape")
        screen.wait_for("the bell is broken", "I have some")

    def paste(self, screen, text):
        screen.paste(text)
        screen.keys("Enter")
        screen.wait_for("pasted lines")
        screen.keys("y")

    def test_code_and_a_long_message(self):
        bob = self.bob.open()
        bob.wait_for("online", "#lounge")  # else she may see him come in
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "#lounge")
        self.paste(bob, CODE)
        screen.wait_for("would that do?")
        self.show("code", screen)
        self.paste(bob, "\n".join(f"line {n}" for n in range(1, 55)))
        screen.wait_for("34 more lines")
        self.show("folded", screen)
        screen.keys("F2")
        screen.wait_for("Enter thread")
        screen.keys("Enter")
        screen.wait_for("line 54")

    def test_a_long_run_keeps_its_name_and_stands_alone(self):
        for n in range(30):
            self.say(self.bob, "#lounge", f"and then, number {n}")
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "number 29")
        self.show("run", screen)
        screen.keys("M-l")
        screen.wait_for("text alone")
        screen.keys("Up")
        self.show("text", screen)

    def test_a_time_that_is_not_loaded_is_gone_to_and_come_back_from(self):
        lines = "\n".join(f"message {n}" for n in range(1, 301))
        self.assertEqual(self.bob.run("send", "#lounge", "-",
                                      stdin=lines).code, 0)
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "message 300")
        screen.type("/goto today")
        screen.wait_for("C-o goes back", "message 9")
        # What is read is what was drawn: of keys in a row only the last page would be.
        for below in "message 28", "message 46", "not loaded":
            screen.keys("PgDn")
            screen.wait_for(below)
        self.show("gap", screen, lambda: re.sub(
            r"─+ (something|\d+ min) not loaded.*", "─ N min not loaded", screen.text()))
        screen.keys("C-o")
        screen.wait_for("message 300")

    def test_saved_messages_are_listed(self):
        self.say(self.bob, "#lounge", "the key lies under the mat")
        self.say(self.dora, "#lounge", "the code of the gate has changed")
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "has changed")
        screen.keys("F2")
        screen.wait_for("Enter thread")
        for key in "s", "k":
            screen.keys(key)
        screen.wait_match("^.{19}│?▸.*under the mat")
        screen.keys("s")
        screen.wait_gone("Enter thread")
        screen.type("/saved")
        screen.wait_for("saved: Enter goes there", "under the mat", "has changed")
        self.show("saved", screen, lambda: re.sub(r"(?m)(#lounge .*?) +\w{3} \d.*$", r"\1  DATE",
                                                  screen.text()))

    def test_a_search_is_narrowed(self):
        self.say(self.bob, "#lounge", "cake is a lie")
        self.say(self.dora, "#lounge", "cake is great")
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "great")
        screen.type("/search cake from:do", enter=False)
        screen.wait_for("from:do")
        screen.keys("Tab")
        screen.wait_for("from:dora")
        screen.type("in:#lounge")
        screen.wait_for("found on the server")
        self.show("narrowed", screen, lambda: re.sub(r"\w{3} \d[\w ]*…", "DATE …",
                                                     screen.text()))
        screen.keys("Escape")
        until("the list to close", lambda: "found on" not in screen.text())
        screen.type("/search cake in:#longue")
        screen.wait_for("you have no room or conversation called #longue")


if __name__ == "__main__":
    unittest.main()
