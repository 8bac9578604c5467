# SPDX-License-Identifier: MIT
"""The client on a screen: first run, talking both ways, and what happens when things break.

SNUG_TRIALS sets how often the client is killed while it has unsent lines (default 15),
SNUG_SEED replays the moments.
"""
import os
import random
import re
import unittest

import snug
from patience import until
from person import Person, Program, link

TRIALS = int(os.environ.get("SNUG_TRIALS", "15"))
SEED = int(os.environ.get("SNUG_SEED", "0")) or random.randrange(1, 10**9)


class Base(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)

    def person(self, name, joins=True):
        person = Person(name)
        self.addCleanup(person.close)
        if joins:
            person.join(self.link)
        return person

    def count(self, screen, text):
        return screen.text(history=True).count(text)


class FirstRun(Base):
    def test_a_link_a_name_and_a_password_lead_into_the_room(self):
        ann = self.person("ann", joins=False)
        screen = ann.open("join", self.link)
        screen.wait_for("Your name")
        screen.keys("C-u")
        screen.type("ann")
        screen.wait_for("Password")
        screen.type(snug.PASSWORD)
        screen.wait_for("Again")
        self.assertNotIn(snug.PASSWORD, screen.text())
        screen.type(snug.PASSWORD)
        screen.wait_for("#lounge", "online")
        screen.type("here I am")
        screen.wait_for("ann  here I am")

    def test_the_password_typed_into_the_room_is_held_back(self):
        ann = self.person("ann", joins=False)
        screen = ann.open("join", "--name", "ann", self.link)
        for question in ("Password", "Again"):
            screen.wait_for(question)
            screen.type(snug.PASSWORD)
        screen.wait_for("#lounge", "online")
        screen.type(snug.PASSWORD)
        screen.wait_for("that is your password")
        screen.type("said instead")
        screen.wait_for("ann  said instead")
        self.assertEqual(ann.tail("#lounge"), ["said instead"])

    def test_what_was_muted_and_hidden_stays_so(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("online", "Inbox")
        screen.type("/mute")
        screen.wait_for("is muted")
        screen.keys("F7")
        screen.wait_gone("Inbox")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        again = ann.open()
        again.wait_for("online")
        self.assertNotIn("Inbox", again.text())
        again.keys("F7")
        again.wait_for("Inbox", "mute")

    def test_what_alerts_here_is_set_and_stays_so(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("online")
        screen.type("/alert")
        screen.wait_for("#lounge: alert mentions")
        screen.type("/alert loud")
        screen.wait_for("/alert [all|mentions|none]: it takes no", '"loud"')
        screen.type("/alert none")
        screen.wait_for("#lounge: alert none, nothing alerts")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        again = ann.open()
        again.wait_for("online")
        again.type("/alert")
        again.wait_for("#lounge: alert none, nothing alerts")

    def test_a_setting_is_changed_at_once_and_for_good(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("online")
        screen.type("/set screen.ascii on")
        screen.wait_for("screen.ascii = on", "> #lounge")
        screen.type("/theme light")
        until("the theme to be kept", lambda: ann.run(
            "config", "get", "screen.theme").out == "light\n")
        screen.type("/set notify.keyword cake, green tea")
        screen.wait_for("notify.keyword = cake, green tea")
        screen.type("/set notify.quiet late")
        screen.wait_for("quiet = late: must be two times of the day")
        screen.type("/set notify.quiet 22:00-07:00")
        screen.wait_for("notify.quiet = 22:00-07:00")
        screen.type("/set screen.colour on")
        screen.wait_for("there is no setting screen.colour:", "notify.keyword, chat.typing")
        self.assertEqual(ann.run("config", "get", "notify.quiet").out, "22:00-07:00\n")
        self.assertEqual(ann.run("config", "get", "screen.ascii").out, "on\n")

    def test_what_is_pinned_stays_on_top(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("online")
        screen.type("/query zoe")
        screen.wait_match("▸ zoe")
        screen.type("/pin")
        screen.wait_for("it stands on top")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        again = ann.open()
        again.wait_for("online", "zoe")
        again.wait_match(r"▸ zoe[^#]*\n(.*\n)?.*#lounge")

    def test_a_program_is_run_for_a_mention(self):
        ann, bob = self.person("ann"), self.person("bob")
        hook, told = os.path.join(ann.home, "hook"), os.path.join(ann.home, "told")
        with open(hook, "w") as file:
            file.write('#!/bin/sh\necho "$1 $SNUG_FROM $SNUG_TARGET $(cat)" >"$2"\n')
        os.chmod(hook, 0o700)
        done = ann.run("config", "set", "notify.command", f"{hook} told: {told}")
        self.assertEqual(done.code, 0, done)
        screen = ann.open()
        screen.wait_for("#lounge", "online")
        screen.type("/query bob")
        screen.wait_for("▸ bob")
        bob.run("send", "#lounge", "ann: $(reboot) `halt`")
        until("the program to be run", lambda: os.path.exists(told) and os.path.getsize(told))
        with open(told) as file:
            self.assertEqual(file.read(), "told: bob #lounge ann: $(reboot) `halt`\n")

    def test_a_generated_passphrase_is_shown_once(self):
        ann = self.person("ann", joins=False)
        screen = ann.open("join", "--name", "ann", self.link)
        screen.wait_for("empty to let me make one")
        screen.keys("Enter")
        shown = screen.wait_for("Your password is", "Press Enter when you have it.")
        password = re.search(r"Your password is\s+(\S+)", shown).group(1)
        self.assertGreaterEqual(len(password), 12)
        screen.keys("Enter")
        screen.wait_for("#lounge", "online")
        self.assertNotIn(password, screen.text(history=True).split("online")[-1])
        self.server.client("ann", password=password)

    def test_a_mistyped_password_is_asked_for_again(self):
        ann = self.person("ann", joins=False)
        screen = ann.open("join", "--name", "ann", self.link)
        screen.wait_for("Password")
        screen.type("short")
        screen.wait_for("too short")
        # What is typed before a question is no answer to it.
        until("the second question", lambda: screen.text().count("Password (12+") == 2)
        screen.type("twelve characters")
        screen.wait_for("Again")
        screen.type("twelve charakters")
        screen.wait_for("not the same")

    def test_interrupting_a_prompt_leaves_a_terminal_that_echoes(self):
        ann = self.person("ann", joins=False)
        screen = ann.open("join", "--name", "ann", self.link)
        screen.wait_for("Password")
        screen.keys("C-c")
        screen.wait_for("cancelled", "[ended")
        screen.type("visible again")
        screen.wait_for("visible again")


    def test_an_unknown_key_is_shown_and_trusted_only_when_the_user_says_so(self):
        ann = self.person("ann", joins=False)
        pinless = self.link.split(",pin=")[0]
        screen = ann.open("join", "--name", "ann", pinless)
        screen.wait_for("no authority on this computer vouches for", "Trust this key")
        screen.keys("Enter")
        screen.wait_for("[ended")
        self.assertFalse([path for path in ann.files() if path.endswith("profile")])
        screen = ann.open("join", "--name", "ann", pinless)
        screen.wait_for("Trust this key")
        screen.type("t")
        screen.wait_for("Password")


class Breaking(Base):
    def talk(self):
        ann, bob = self.person("ann"), self.person("bob")
        screens = ann.open(), bob.open()
        for screen in screens:
            screen.wait_for("#lounge", "online")
        return ann, bob, *screens

    def test_a_draft_survives_kill_9_of_the_program(self):
        ann = self.talk()[0]
        screen = ann.screens[-1]
        screen.type("half a thought", enter=False)
        screen.wait_for("› half a thought")

        def is_kept():
            for path in ann.files():
                if os.path.basename(path) == "drafts":
                    with open(path, encoding="utf-8") as file:
                        return "half a thought\n" in file.read()
        until("the draft to be kept", is_kept)
        screen.kill()
        ann.open().wait_for("› half a thought")

    def test_two_people_survive_kill_9_of_the_server_with_every_message_once(self):
        ann, bob, a, b = self.talk()
        a.type("hello bob")
        b.wait_for("hello bob")
        b.type("hello ann")
        a.wait_for("hello ann")
        self.server.kill()
        a.wait_for("refused the connection")
        a.type("typed while it was down")
        b.type("me too, I typed")
        a.wait_for("queued")
        self.server.start()
        texts = ["hello bob", "hello ann", "typed while it was down", "me too, I typed"]
        for screen in a, b:
            screen.wait_for("● online", *texts)
            screen.wait_gone("queued")
            for text in texts:
                self.assertEqual(self.count(screen, text), 1, screen.text())
        stored = ann.tail("#lounge")
        self.assertEqual(sorted(stored), sorted(texts))
        self.assertEqual(stored[:2], texts[:2])
        orders = [sorted(texts, key=screen.text().index) for screen in (a, b)]
        self.assertEqual(orders[0], stored)
        self.assertEqual(orders[1], stored)

    def test_what_was_missed_is_there_once_and_in_order(self):
        ann, bob, a, b = self.talk()
        self.server.stop()
        b.wait_for("offline")
        b.tmux("send-keys", "-t", "0", "C-z")
        self.server.start()
        a.wait_for("● online")
        b.close()
        lines = "".join(f"missed {i:03}\n" for i in range(350))
        self.assertEqual(ann.run("send", "#lounge", "-", stdin=lines).code, 0)
        b = bob.open(height=60)
        b.wait_for("missed 349", "● online")
        seen = re.findall(r"missed (\d{3})", b.text())
        self.assertEqual(seen, [f"{i:03}" for i in range(350 - len(seen), 350)])

    def test_gaps_of_a_lost_connection_are_filled(self):
        ann, bob, a, b = self.talk()
        a.type("before the gap")
        b.wait_for("before the gap")
        self.server.kill()
        b.wait_for("offline")
        self.server.start()
        # Bob's client waits while ann speaks: it comes back to 30 missed lines.
        lines = "".join(f"missed {i:02}\n" for i in range(30))
        self.assertEqual(ann.run("send", "#lounge", "-", stdin=lines).code, 0)
        b.wait_for("missed 29")
        b.resize(100, 60)
        b.wait_for("before the gap", "missed 00", "missed 29")
        self.assertEqual(re.findall(r"missed (\d\d)", b.text()), [f"{i:02}" for i in range(30)])

    def test_going_down_says_so_and_what_happens_next(self):
        ann, bob, a, b = self.talk()
        self.server.stop()
        a.wait_for("offline since")
        self.server.start()
        a.wait_for("● online")

    def test_disabling_ends_the_session_in_words(self):
        ann, bob, a, b = self.talk()
        self.assertEqual(self.server.run("user", "disable", "ann").code, 0)
        a.wait_for("key")
        self.server.run("user", "enable", "ann")

    def test_lines_typed_offline_survive_kill_9_of_the_client(self):
        chance = random.Random(SEED)
        ann = self.person("ann")
        typed = []
        for trial in range(TRIALS):
            self.server.kill()
            screen = ann.open()
            screen.wait_for("ann ›")
            for i in range(chance.randrange(1, 4)):
                text = f"trial {trial} line {i}"
                screen.type(text)
                # In the list, not in the input line, where it may still stand.
                screen.wait_match(re.escape(text) + r" +queued")
                typed.append(text)
            starts_early = chance.random() < 0.5
            if starts_early:
                self.server.start()
                self.some_way(chance, screen)
            screen.kill()
            if not starts_early:
                self.server.start()
            again = ann.open()
            again.wait_for("● online")
            again.wait_gone("queued")
            again.wait_gone("sending")
            again.close()
        self.assertEqual(ann.tail("#lounge"), typed, f"seed {SEED}")

    def some_way(self, chance, screen):
        """The client is on its way back: not yet, it reached the server, it said so, it is done."""
        far = chance.randrange(4)
        if far == 1:
            until("a connection", lambda: sum(self.server.json("status")[what] for what in ("sessions", "unknown")))
        elif far == 2:
            screen.wait_for("● online")
        elif far == 3:
            screen.wait_gone("queued")


class Reporting(Base):
    def test_a_chosen_message_is_shown_to_who_moderates(self):
        ann, bob, cem = self.person("ann"), self.person("bob"), self.person("cem")
        done = self.server.run("room", "grant", "#lounge", "bob", "--role", "moderator")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(cem.run("send", "#lounge", "you fools").code, 0)
        screen = ann.open()
        screen.wait_for("online", "cem  you fools")
        screen.keys("Escape")
        screen.wait_for("r reply")
        screen.keys("!")
        screen.wait_for("report, because ›")
        screen.type("he is rude")
        screen.wait_for("sent to ChanServ", "ChanServ       1")
        screen.keys("M-a")
        screen.wait_for("Reported to the moderators of #lounge")
        moderator = Program(bob.words("--plain", "#lounge"))
        self.addCleanup(moderator.close)
        self.assertRegex(moderator.line(lambda line: "reports" in line),
                         "ann reports a message of cem in #lounge, of .* UTC .*: he is rude$")
        # Whoever is reported sees nothing of it, in the room neither.
        self.assertEqual(cem.tail("#lounge"), ["you fools"])
        log = self.server.run("room", "log", "#lounge")
        self.assertIn("he is rude", log.out)


if __name__ == "__main__":
    unittest.main()
