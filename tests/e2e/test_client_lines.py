# SPDX-License-Identifier: MIT
"""Line mode does all that the screen does, and keeps a half-typed line whole on a terminal."""
import json
import re
import termios
import unittest

import snug
from patience import until
from person import Person, Program, link


class Lines(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)
        self.bob = self.person("bob")
        self.ann = self.person("ann")

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        person.join(self.link)
        return person

    def say(self, text):
        done = self.bob.run("send", "#lounge", text)
        self.assertEqual(done.code, 0, done)

    def lines(self):
        screen = self.ann.open("--plain", "#lounge", width=120)
        screen.wait_for("Online", "ann joined")
        return screen

    def name_of(self, screen, text):
        """The name behind the newest line with this text."""
        found = until(f"{text} to have a name", lambda: re.findall(
            re.escape(text) + r" \[(\w+)\]$", screen.text(history=True), re.MULTILINE))
        return found[-1]

    def test_no_line_is_printed_into_one_that_is_half_typed(self):
        screen = self.lines()
        screen.type("half a ", enter=False)
        screen.wait_for("half a")
        for text in ("one", "two"):
            self.say(text)
        # The running program knows them, and the room has nothing of ours.
        self.assertEqual(self.ann.tail("#lounge", 2), ["one", "two"])
        self.assertNotIn("bob: one", screen.text())
        screen.type("line")
        screen.wait_for("ann: half a line")
        rows = [row for row in screen.text().splitlines() if row][-4:]
        self.assertEqual(rows[0], "half a line")
        self.assertEqual([re.sub(r" \[\w+\]$|^\S+ ", "", row) for row in rows[1:]],
                         ["#lounge bob: one", "#lounge bob: two", "#lounge ann: half a line"])

    def test_what_is_typed_is_edited_and_the_terminal_given_back(self):
        screen = self.lines()
        screen.type("some worde", enter=False)
        screen.keys("BSpace", "C-w", "Up", "Left")
        screen.type("more words")
        screen.wait_for("ann: some more words")
        screen.type("never said", enter=False)
        screen.keys("C-u", "C-d")
        screen.wait_for("[ended 0]")
        path = screen.tmux("display-message", "-p", "-t", "0", "#{pane_tty}").strip()
        with open(path, "rb", buffering=0) as tty:
            self.assertTrue(termios.tcgetattr(tty)[3] & termios.ICANON)
            self.assertTrue(termios.tcgetattr(tty)[3] & termios.ECHO)
        self.assertEqual(self.bob.tail("#lounge", 1), ["some more words"])

    def test_messages_are_answered_changed_and_removed_by_their_names(self):
        screen = self.lines()
        self.say("are we on for three?")
        asked = self.name_of(screen, "are we on for three?")
        screen.type(f"/reply {asked} sure")
        answer = self.name_of(screen, f"ann: (to {asked}) sure")
        listener = Program(self.bob.words("tail", "-n", "0", "-f", "--json", "#lounge"))
        self.addCleanup(listener.close)
        listener.follows(lambda: self.say("filler"))
        screen.type(f"/react {asked} tada")
        screen.wait_for(f"ann reacts 🎉 to {asked}")
        self.assertEqual(listener.event("reaction")["text"], "🎉")
        screen.type(f"/edit {answer} sure, at three")
        screen.wait_for(f"ann edited: sure, at three [{answer}]")
        self.assertEqual(listener.event("edit")["text"], "sure, at three")
        screen.type(f"/edit {asked} ha")
        screen.wait_for("only your own messages can be edited")
        done = self.bob.run("react", "--in", "#lounge", self.id_of("sure"), "👍")
        self.assertEqual(done.code, 0, done)
        screen.wait_for(f"bob reacts 👍 to {answer}")
        screen.type(f"/reactions {answer}")
        screen.wait_for("Reactions: 👍 bob")
        screen.type("/inbox")
        screen.wait_for("Inbox, the newest last:")
        screen.type(f"/redact {answer}")
        screen.wait_for('Question: remove your message "sure, at three"? [y/n]')
        screen.type("y")
        screen.wait_for("removed in 5 s: /restore takes it back")
        screen.type("/restore")
        screen.wait_for("the message stays")
        screen.type(f"/redact {answer}")
        screen.type("y")
        screen.wait_for(f"(message removed) [{answer}]")
        listener.event("redact")

    def id_of(self, text):
        done = self.bob.run("tail", "-n", "50", "--json", "#lounge")
        return [row["id"] for row in map(json.loads, done.out.splitlines()) if row["text"] == text][-1]

    def test_one_searches_goes_there_and_answers(self):
        for text in ["the wiki is at https://wiki/x", *(f"line {i}" for i in range(70))]:
            self.say(text)
        screen = self.ann.open("--plain", "#lounge", width=120)
        screen.wait_for("line 69")
        screen.type("/search wiki")
        screen.wait_for("Found on the server, 1:")
        found = self.name_of(screen, "bob: the wiki is at https://wiki/x")
        screen.type(f"/goto {found}")
        screen.wait_for("bob: line 4 ")
        screen.type(f"/open {found}")
        screen.wait_match(r"^https://wiki/x$")
        screen.type("/search nothing of that kind")
        screen.wait_for("Nothing was found.")
        screen.type("/members")
        screen.wait_match(r" in #lounge: .*ann")
        screen.type("/goto z99")
        screen.wait_for("No message is called z99")

    def unread(self, person):
        done = person.run("channels", "--json")
        rows = [json.loads(line) for line in done.out.splitlines()]
        return next(row["unread"] for row in rows if row["target"] == "#lounge")

    def other_computer(self):
        laptop = Person("ann")
        self.addCleanup(laptop.close)
        done = laptop.run("login", "--name", "ann", "--password-fd", "0", "--no-ui", "--label", "laptop",
                          re.sub(r"/lounge,invite=[^,]*", "", self.link), stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        return laptop

    def test_what_a_terminal_printed_is_read_and_what_a_pipe_did_is_not(self):
        laptop = self.other_computer()
        pipe = Program(self.ann.words("--plain", "#lounge"))
        self.addCleanup(pipe.close)
        pipe.follows(lambda: self.say("into a pipe"))
        self.say("the last of it")
        self.assertTrue(pipe.line(lambda line: "the last of it" in line))
        self.assertGreaterEqual(self.unread(laptop), 2)
        pipe.end()
        screen = self.lines()
        screen.wait_for("the last of it")
        until("the marker to follow", lambda: self.unread(laptop) == 0)
        # What is held back is not read yet.
        screen.type("half", enter=False)
        screen.wait_for("half")
        self.say("one more")
        self.assertEqual(self.ann.tail("#lounge", 1), ["one more"])
        self.assertEqual(self.unread(laptop), 1)
        screen.keys("C-u")
        until("the marker to follow", lambda: self.unread(laptop) == 0)

    def test_lines_without_names_are_a_setting(self):
        self.assertEqual(self.ann.run("config", "set", "plain.handles", "off").code, 0)
        screen = self.lines()
        self.say("bare")
        screen.wait_match(r"bob: bare$")
        screen.type("/set plain.handles on")
        screen.wait_for("plain.handles = on")
        self.say("named")
        self.name_of(screen, "bob: named")


if __name__ == "__main__":
    unittest.main()
