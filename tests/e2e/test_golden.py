# SPDX-License-Identifier: MIT
"""Whole screens of the real client, compared with those in golden/.

`SNUG_GOLDEN=write` writes them anew, to be read before they are committed. Times and days
are replaced, at their width.
"""
import contextlib
import os
import re
import time
import unittest

import snug
import stored
from emulator import Emulator
from patience import pass_time, until
from person import Person, link

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
SIZES = [(100, 28), (80, 24), (40, 12)]
DATE = r"\w{3} \d+ \w{3} \d{4} \d\d:\d\d"
EMOJI = ["family 👩‍👩‍👧‍👦 thumb 👍🏽 x", "rainbow 🏳️‍🌈 flag 🇩🇪 x", "heart ❤️ sign ⚠️ key 1️⃣ x",
         "shake 🫨 b 🅱️ x", "tada 🎉🎉🎉 日本茶 x"]


def same_everywhere(text):
    def day(match):
        return " DAY ".center(len(match.group(0)), match.group(0)[0])

    def ping(match):
        # Behind a single blank the row goes on; more of them give way to the digits.
        return "online N ms ".ljust(len(match[0]) if match[0].endswith("  ") else 0)

    text = re.sub(r"[─-]+ \w{3} \d+ \w{3} \d{4} [─-]+", day, text)
    # The first days of a month have one digit: what is kept is where a date begins, or where it ends.
    text = re.sub(rf"(said +){DATE}", r"\1DATE", text)
    text = re.sub(rf" +{DATE}", lambda m: "DATE".rjust(len(m.group(0))), text)
    text = re.sub(r"(?<=new since )\d\d:\d\d", "hh:mm", text)
    text = re.sub(r"(?<=offline since )\d\d:\d\d", "hh:mm", text)
    text = re.sub(r"^(.*?[│|])?([ @▸])\d\d:\d\d ", r"\1\2      ", text, flags=re.MULTILINE)
    text = re.sub(r"online \d+ ms *", ping, text)
    return "\n".join(row.rstrip() for row in text.rstrip().splitlines()) + "\n"


class Base(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.at_noon()
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        invite = link(self.server)
        self.ann, self.bob, self.dora = (self.person(name, invite)
                                         for name in ("ann", "bob", "dora"))

    def at_noon(self):
        """In a time zone where it is noon, so that no day ends while a conversation is shown."""
        now = time.gmtime()
        minutes = now.tm_hour * 60 + now.tm_min - 12 * 60
        before = os.environ.get("TZ")
        os.environ["TZ"] = "NOON%s%02d:%02d" % ("-" if minutes < 0 else "+", *divmod(abs(minutes), 60))
        self.addCleanup(os.environ.pop if before is None else os.environ.__setitem__,
                        "TZ", *([] if before is None else [before]))

    def person(self, name, invite):
        person = Person(name)
        self.addCleanup(person.close)
        person.join(invite)
        return person

    def say(self, person, *words):
        done = person.run("send", *words)
        self.assertEqual(done.code, 0, done)
        return done.out.strip()

    def expect(self, name, look):
        """Waits until the screen that look() gives is the one in the file."""
        path = os.path.join(GOLDEN, name + ".txt")
        if os.environ.get("SNUG_GOLDEN") == "write":
            pass_time(1)  # a person reads what is written here
            with open(path, "w", encoding="utf-8") as file:
                file.write(same_everywhere(look()))
        with open(path, encoding="utf-8") as file:
            wanted = file.read()
        seen = []

        def is_wanted():
            seen[:] = [same_everywhere(look())]
            return seen == [wanted]
        with contextlib.suppress(AssertionError):  # the difference says more
            until(name, is_wanted)
        self.assertEqual(wanted, seen[0], name)

    def emulator(self, *size, words=(), **more):
        emulator = Emulator(self.ann.words(*words), *size, **more)
        self.addCleanup(emulator.close)
        return emulator


class Screens(Base):
    def talk(self):
        """Ann was here before: what follows the first two lines is new to her."""
        for person in self.bob, self.dora:
            person.open().wait_for("online", "#lounge")
        self.say(self.bob, "#lounge", "are we still on for three?")
        self.slides = self.say(self.dora, "#lounge",
                               "yes, slides at https://wiki.example/slides (3 MB pdf)")
        screen = self.ann.open()
        screen.wait_for("online", "slides")
        until("the read marker", lambda: self.has_read("ann"))
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        screen.close()
        self.say(self.bob, "--reply", self.slides, "#lounge", "I'll print them")
        for text in "👍", "🎉":
            self.assertEqual(self.bob.run("react", "--in", "#lounge", self.slides, text).code, 0)
        self.say(self.dora, "--me", "#lounge", "waves")
        self.say(self.dora, "#lounge", "see https://аpple.com/x, who made that?")
        self.say(self.bob, "#lounge", "ann: can you open the door? It is a long way down, "
                 "and the bell has not worked since Tuesday")
        self.say(self.bob, "ann", "psst")

    def has_read(self, name):
        """Whether the marker in the lounge stands at its newest message."""
        return stored.rows(self.server.state, f"""SELECT 1 FROM marker JOIN account ON account.id = marker.account
            WHERE account.name = '{name}' AND marker.time_ms >= (SELECT max(time_ms) FROM message
            WHERE text LIKE 'yes, slides%')""")

    def test_every_size_shows_the_same_conversation(self):
        self.talk()
        screen = self.ann.open()
        screen.wait_for("online", "the door", "M-a next")
        for columns, lines in SIZES:
            screen.resize(columns, lines)
            self.expect(f"room-{columns}x{lines}", screen.text)
        screen.resize(80, 24)
        for name, keys in ("chosen", ["Escape"]), ("inbox", ["M-i"]), \
                ("goto", ["M-g", "t", "o", "p"]), ("help", ["F1"]), ("members", ["F8"]):
            screen.keys(*keys)
            self.expect(f"{name}-80x24", screen.text)
            # A key right behind an ESC would be another key.
            screen.keys("Escape")
            self.expect("room-80x24", screen.text)
        screen.keys("M-l")
        self.expect("bare-80x24", screen.text)

    def test_offline_with_something_unsent(self):
        self.talk()
        screen = self.ann.open(width=80, height=24)
        screen.wait_for("online", "the door")
        self.server.kill()
        screen.wait_for("offline")
        screen.type("sure, two minutes")
        screen.wait_for("queued", "1 unsent")
        self.expect("offline-80x24",
                    lambda: re.sub(r", (?:next )?try.*", ", …", screen.text()))

    def test_signs_are_ascii_where_the_locale_is(self):
        self.talk()
        emulator = self.emulator(80, 24, env={"LANG": "C", "LC_ALL": "C"})
        emulator.wait_for("online", "the door")
        self.expect("ascii-80x24", emulator.seen)
        text = emulator.text()
        self.assertFalse(set("─│┌▸●·›…") & set(text), text)

    def test_colours_are_what_the_terminal_has_and_change_no_text(self):
        self.talk()
        shown = {}
        for name, env in ("mono", {"NO_COLOR": "1"}), ("16", {"TERM": "xterm"}), ("256", {}), \
                ("true", {"COLORTERM": "truecolor"}):
            if name == "true":
                config = self.ann.run("config", "path").out.strip()
                themes = os.path.join(os.path.dirname(config), "themes")
                os.makedirs(themes)
                with open(os.path.join(themes, "own.theme"), "w") as file:
                    file.write("[styles]\nlink = underline #87afd7\n")
                self.assertEqual(self.ann.run("config", "set", "screen.theme", "own").code, 0)
            emulator = self.emulator(80, 24, env=env)
            emulator.wait_for("online", "the door")
            emulator.type("/quit\r")
            emulator.wait_end()
            shown[name] = emulator
        colours = {name: set(re.findall(rb"[;\[](38;5|38;2|9[0-7]|3[0-7])(?=[;m])", emulator.raw))
                   for name, emulator in shown.items()}
        self.assertEqual(colours["mono"], set())
        self.assertTrue(colours["16"] and not {b"38;5", b"38;2"} & colours["16"], colours)
        self.assertEqual(colours["256"], {b"38;5"})
        self.assertEqual(colours["true"], {b"38;5", b"38;2"})

    def test_plain_mode_is_finished_lines(self):
        self.talk()
        emulator = self.emulator(100, 28, words=["--plain", "#lounge"])
        emulator.wait_for("the door", "psst")
        self.assertNotIn(b"\x1b", emulator.raw)
        rows = sorted({re.sub(r"\d\d:\d\d", "hh:mm", row) for row in
                       emulator.raw.decode().replace("\r", "").splitlines() if "hh" in
                       re.sub(r"\d\d:\d\d", "hh", row)})
        self.expect("plain", lambda: "\n".join(row for row in rows if "joined" not in row))

    def test_people_are_shown_by_display_names_and_who_looks_alike_by_both(self):
        # Eve, who sees none of them, may take the name that looks like Dora's.
        for person, name in (self.bob, "Zoë Doe"), (self.dora, "Anna"):
            self.name(person, name)
        self.assertEqual(self.server.run("room", "add", "quiet", "--founder", "ann").code, 0)
        eve = self.person("eve", link(self.server, room="quiet"))
        self.name(eve, "Аnnа")
        screen = eve.open()
        screen.wait_for("online")
        screen.type("/join #lounge")
        screen.wait_for("┬ #lounge")
        for person, text in (self.bob, "are we still on for three?"), (self.dora, "yes"), \
                (eve, "and I am in, too"), (self.bob, "ann: and you?"):
            self.say(person, "#lounge", text)
        self.say(self.bob, "ann", "psst")
        self.say(eve, "ann", "hello")
        shown = self.ann.open(width=80, height=24)
        shown.wait_for("online", "and you?", "Zoë Doe")
        for columns, lines in SIZES:
            shown.resize(columns, lines)
            self.expect(f"names-{columns}x{lines}", shown.text)
        shown.resize(80, 24)
        shown.keys("M-w")
        self.expect("names-accounts-80x24", shown.text)
        shown.keys("F9")
        shown.wait_for("Zoë Doe", "people by display name")
        for typed in "zoë", "bo":
            shown.type(typed, enter=False)
            shown.keys("Tab")
            shown.wait_for("ann › bob:")
            shown.keys("C-c")
        emulator = self.emulator(100, 28, words=["--plain", "#lounge"])
        emulator.wait_for("and you?", "psst", "hello")
        rows = sorted({re.sub(r"\d\d:\d\d", "hh:mm", row) for row in
                       emulator.raw.decode().replace("\r", "").splitlines()
                       if re.search(r"\d\d:\d\d", row)})
        self.expect("names-plain", lambda: "\n".join(row for row in rows if "joined" not in row))

    def name(self, person, name):
        screen = person.open()
        screen.wait_for("online")
        screen.type("/name " + name)
        screen.wait_for("is shown as " + name)
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        screen.close()

    def test_a_terminal_that_draws_nothing_has_lines(self):
        self.talk()
        for kind in "dumb", "vt100", "":
            emulator = self.emulator(100, 28, env={"TERM": kind})
            emulator.wait_for("the door", "psst")
            self.assertNotIn(b"\x1b", emulator.raw, kind)
            emulator.type("/quit\r")
            emulator.wait_end()


class Emoji(Base):
    """Whatever the terminal thinks of an emoji: straight borders, and no cell of before."""

    def borders(self, emulator):
        rows = emulator.rows()
        self.assertEqual([row[19] for row in rows[1:-3]], ["│"] * (len(rows) - 4),
                         emulator.text())
        if "┐" in rows[0]:
            self.assertEqual([row[-17] for row in rows[1:-3]], ["│"] * (len(rows) - 4),
                             emulator.text())

    def settle(self, emulator):
        """Until all that the keys cause is drawn: each look the program has answered another one,
        by way of the server, and had its time for an ESC that stays alone and for a frame."""
        came = True
        while came:
            pass_time(0.1)  # 25 ms make an ESC a key, a frame is drawn 48 ms after the last one
            self.assertEqual(self.ann.run("members", "#lounge").code, 0)
            came = False
            while emulator.look():
                came = True

    def same_when_drawn_anew(self, emulator):
        self.borders(emulator)
        before = emulator.text()
        emulator.type("\f")
        self.settle(emulator)
        self.assertEqual(re.sub(r"online \d+ ms", "", emulator.text()),
                         re.sub(r"online \d+ ms", "", before))

    def play(self, width, columns, lines):
        emulator = self.emulator(columns, lines, emoji_width=width)
        emulator.wait_for("online", "tada")
        self.settle(emulator)
        self.same_when_drawn_anew(emulator)
        for step in "/query bob\r", "/query #lounge\r", "\x1b[5~", "\x1b[6~", "\x1b", "k", "k", \
                "\x1b", "\x1bi", "\x1b", "❤️👍🏽a", "\x7f\x7f", "\x03", "\x1bl", "\x1bl", "\x1bl", \
                "/query bob\r":
            emulator.type(step)
            self.settle(emulator)
            if step != "\x1bl":  # where there are no borders
                self.same_when_drawn_anew(emulator)
        # Nothing of the room stays behind in an empty conversation.
        for row in emulator.rows()[1:-3]:
            self.assertEqual("".join(row[20:80 if columns < 100 else -17]).strip(), "")

    def setUp(self):
        super().setUp()
        for text in EMOJI:
            self.say(self.bob, "#lounge", text)

    def test_one_cell(self):
        self.play(1, 80, 24)
        self.play(1, 100, 28)

    def test_two_cells(self):
        self.play(2, 80, 24)
        self.play(2, 100, 28)


if __name__ == "__main__":
    unittest.main()
