# SPDX-License-Identifier: MIT
"""A day with the client, played in tmux against a real server with two others, and its keys counted.

usage: SNUG_BIN=build/release day.py [FILE.cast]       (play it: asciinema play FILE.cast)

Prints a table. A key is what is pressed: a letter, Alt and a letter, Enter; a paste is one. What is
said (the words of a message or of a search, and the Enter that sends a message) is not counted but
in the first message, where everything is.
"""
import os
import re
import shlex
import sys
import time

import person
import snug
from patience import pass_time, until

# What was done -> the most keys that it may take.
BOUNDS = {"first message": 15, "reply": 3, "edit": 2, "search": 2, "next unread": 1, "switch": 4,
          "ignore": 9, "second device": 20}
WIDTH, HEIGHT = 100, 32


class Hand:
    """Presses keys on a screen, and counts them."""

    def __init__(self, screen):
        self.screen, self.keys, self.taken = screen, 0, {}

    def press(self, *names):
        for name in names:
            self.screen.wait_taken()
            self.screen.keys(name)
            self.keys += 1

    def letters(self, text):
        for letter in text:
            self.screen.wait_taken()
            self.screen.type(letter, enter=False)
            self.keys += 1

    def words(self, text, end=""):
        """What is said; it stands in the line before its Enter comes."""
        self.screen.type(text, enter=False)
        self.screen.wait_for(text)
        if end:
            self.screen.keys(end)

    def done(self, what):
        self.taken[what], self.keys = self.keys, 0


class Day:
    def __init__(self, cast=None):
        self.server = snug.Server(port=snug.free_port())
        self.people, self.clients = [], []
        self.cast = cast

    def __enter__(self):
        self.server.start()
        for room in "dev", "ops":
            done = self.server.run("room", "add", room)
            assert done.code == 0, done
        self.link = person.link(self.server)
        self.bob, self.cem = self.somebody("bob"), self.somebody("cem")
        return self

    def __exit__(self, *_):
        for one in self.clients + self.people:
            one.close()
        self.server.close()

    def somebody(self, name, joins=True):
        who = person.Person(name)
        self.people.append(who)
        if joins:
            who.join(self.link)
        for room in ("#dev", "#ops") if joins else ():
            self.does(who, "join", room)
        if joins:
            self.clients.append(person.Program(who.words("--plain", "#lounge")))
            self.clients[-1].line(lambda line: line == "Online")
        return who

    def does(self, who, *words):
        done = who.run(*words)
        assert done.code == 0, done
        return done

    def begin(self):
        ann = self.somebody("ann", joins=False)
        screen = ann.open(width=WIDTH, height=HEIGHT)
        if self.cast:
            recorder = shlex.join([sys.executable, os.path.join(os.path.dirname(__file__), "../support/cast"),
                                   self.cast, str(WIDTH), str(HEIGHT), "snug: a day"])
            screen.tmux("pipe-pane", "-o", "-t", "0", recorder)
        return Hand(screen)

    def play(self):
        """What was done -> its keys."""
        hand = self.begin()
        for act in (self.first_message, self.rooms, self.reply, self.edit, self.search, self.next_unread,
                    self.switch, self.ignore, self.second_device):
            act(hand, hand.screen)
        hand.words("/quit", "Enter")
        hand.screen.wait_for("[ended 0]")
        return hand.taken

    def first_message(self, hand, screen):
        self.does(self.bob, "send", "#lounge", "good morning")
        screen.wait_for("Paste your invite link")
        screen.paste(self.link)
        hand.keys += 1
        hand.press("Enter")
        screen.wait_for("Your name")
        hand.letters("ann")
        hand.press("Enter")
        screen.wait_for("Password (")
        hand.press("Enter")  # one is made up
        screen.wait_for("Press Enter")
        hand.press("Enter")
        screen.wait_for("● online", "good morning")
        hand.letters("hi")
        hand.press("Enter")
        until("it to be said", lambda: self.bob.tail("#lounge", 1) == ["hi"])
        hand.done("first message")

    def rooms(self, hand, screen):
        for room in "#dev", "#ops":
            hand.words("/join " + room, "Enter")
            screen.wait_for("▸ " + room)
        hand.press("M-g")
        hand.words("lounge", "Enter")
        screen.wait_for("▸ #lounge")
        hand.done("rooms")
        del hand.taken["rooms"]  # no deed of every day

    def choose(self, hand, screen):
        hand.press("Escape")
        screen.wait_for("r reply")  # right behind it, a letter would be one with Alt

    def reply(self, hand, screen):
        self.does(self.bob, "send", "#lounge", "ann: are we on for three?")
        self.does(self.cem, "send", "#lounge", "lunch is at one")
        screen.wait_for("lunch is at one")
        self.choose(hand, screen)
        hand.press("k", "r")  # not the newest
        screen.wait_for("reply ›")
        hand.done("reply")
        hand.words("sure, at thre", "Enter")
        until("it to be said", lambda: self.bob.tail("#lounge", 1) == ["sure, at thre"])
        screen.wait_match(r"ann › *$")

    def edit(self, hand, screen):
        self.choose(hand, screen)
        hand.press("e")
        screen.wait_for("edit › sure, at thre")
        hand.done("edit")
        hand.words("e", "Enter")
        until("it to be changed", lambda: self.bob.tail("#lounge", 1) == ["sure, at three"])
        screen.wait_match(r"ann › *$")

    def search(self, hand, screen):
        for n in range(3):
            self.does(self.cem, "send", "#ops", f"the wiki moves, step {n}")
        hand.press("C-s")
        screen.wait_for("search ›")
        hand.words("wiki")
        hand.press("C-s")
        screen.wait_for("found on the server", "the wiki moves, step 2")
        hand.done("search")
        screen.keys("Escape")
        screen.wait_gone("found on the server")

    def next_unread(self, hand, screen):
        hand.press("M-a")
        screen.wait_for("▸ #ops", "the wiki moves, step 2")
        hand.done("next unread")

    def switch(self, hand, screen):
        hand.press("M-g")
        screen.wait_for("go to ›")
        hand.letters("de")
        hand.press("Enter")
        screen.wait_for("▸ #dev")
        hand.done("switch")

    def ignore(self, hand, screen):
        self.does(self.cem, "send", "#dev", "buy this")
        screen.wait_for("buy this")
        hand.letters("/ig")
        hand.press("Tab")
        screen.wait_for("/ignore")
        hand.letters("ce")
        hand.press("Tab")
        screen.wait_for("/ignore cem")
        hand.press("Enter")
        screen.wait_gone("buy this")
        hand.done("ignore")


    def second_device(self, hand, screen):
        """What the second computer costs, the command and the paste included; the first says y."""
        hand.words("/device add", "Enter")
        screen.wait_for("device=", "pin=")
        rows = "".join(row[:58].strip() for row in screen.text().splitlines())
        where = re.search(r"snug://localhost:\d+/,device=[\w-]{27},pin=[\w-]{43}", rows).group()
        laptop = self.somebody("laptop", joins=False)
        other = Hand(laptop.open("login", where, width=WIDTH, height=HEIGHT))
        other.keys = len("snug login ") + 2  # the paste and its Enter
        screen.wait_for("let it in?")
        pass_time(1)  # what is typed in the first second belongs to what one was typing
        screen.keys("y")
        other.screen.wait_for("● online", "#lounge")
        hand.taken["second device"] = other.keys


def table(taken):
    rows = [f"{'':16}{'keys':>5}{'at most':>9}"]
    rows += [f"{what:16}{taken[what]:5}{bound:9}" for what, bound in BOUNDS.items()]
    return "\n".join(rows)


def main():
    began = time.monotonic()
    with Day(os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None) as day:
        taken = day.play()
    print(table(taken))
    print(f"{time.monotonic() - began:.1f} s")
    return any(taken[what] > bound for what, bound in BOUNDS.items())


if __name__ == "__main__":
    sys.exit(main())
