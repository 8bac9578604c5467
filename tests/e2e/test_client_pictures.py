# SPDX-License-Identifier: MIT
"""Pictures on the screen: off, drawn by chafa as blocks and as pixels, and by what does what a
picture tells it to."""
import fcntl
import os
import re
import shutil
import struct
import termios
import unittest
import zlib

import snug
import test_client_files
import test_golden
from emulator import Emulator
from patience import until
from person import Program

CHAFA = shutil.which("chafa")


def png(width, height):
    """Four fields: red, green, blue, white."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    colours = [[b"\xff\0\0", b"\0\xff\0"], [b"\0\0\xff", b"\xff\xff\xff"]]
    rows = b"".join(b"\0" + b"".join(colours[2 * y // height][2 * x // width] for x in range(width))
                    for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))

KINDS = {"png": png(64, 64)}


class Terminal(Emulator):
    """One that shows pixels, or says so: `device` is its DA1, `kitty` whether it knows that."""

    def __init__(self, words, env, device="\x1b[?62;22c", kitty=False):
        self.device, self.kitty, self.pixels = device, kitty, b""
        self.rest = b""
        super().__init__(words, 80, 24, env=env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 800, 480))
        feed, self.stream.feed = self.stream.feed, lambda data: feed(self.take(data))

    def answer(self, data):
        super().answer(self.device if data == "\x1b[?6c" else data)

    def take(self, data):
        """What pyte does not know is taken out; whole sequences, however they come in."""
        data = self.rest + data
        cut = max(data.rfind(b"\x1b_"), data.rfind(b"\x1bP"))
        is_cut = cut >= 0 and b"\x1b\\" not in data[cut:] or data.endswith(b"\x1b")
        cut = len(data) - 1 if cut < 0 or data.endswith(b"\x1b") and b"\x1b\\" in data[cut:] else cut
        self.rest, data = (data[cut:], data[:cut]) if is_cut else (b"", data)
        for found in re.findall(rb"\x1b[_P].*?\x1b\\", data, re.DOTALL):
            if found.startswith(b"\x1b_Gi=31") and self.kitty:
                super().answer("\x1b_Gi=31;OK\x1b\\")
            elif not found.startswith(b"\x1b_Gi=31"):
                self.pixels += found
        return re.sub(rb"\x1b[_P].*?\x1b\\", b"", data, flags=re.DOTALL)


@unittest.skipIf(snug.SANITIZED, "a sanitizer wants more than what draws may have")
class Base(test_client_files.Base):
    def setUp(self):
        super().setUp()
        self.path = os.environ["PATH"]

    def pictures(self, person, how="on"):
        self.fine(person, "config", "set", "files.pictures", how)

    def told(self, words):
        """A picture that tells what draws it what to do."""
        return self.file("told.gif", b"GIF89a" + words)

    def send(self, path, *words):
        self.fine(self.bob, "send", "--file", path, "#lounge", *words)

    def stand_in(self):
        """What draws is another program than chafa."""
        folder = os.path.join(self.dir, "bin")
        os.mkdir(folder)
        os.symlink(os.path.join(snug.BIN, "false_chafa"), os.path.join(folder, "chafa"))
        self.path = folder + ":" + self.path

    def environment(self):
        return {"PATH": self.path, "COLORTERM": "truecolor"}

    def open(self, person, width=140, **more):
        screen = person.open(width=width, env=self.environment(), **more)
        screen.wait_for("● online")
        return screen

    def terminal(self, **more):
        terminal = Terminal(self.ann.words(), self.environment(), **more)
        self.addCleanup(terminal.close)
        terminal.wait_for("● online")
        return terminal


@unittest.skipUnless(CHAFA, "chafa is not installed")
class Drawn(Base):
    def test_it_is_off_until_one_says_otherwise(self):
        screen = self.open(self.ann)
        self.send(self.file("flag.png", png(32, 16)), "see")
        screen.wait_for("see flag.png")
        screen.type("/view")
        screen.wait_for("pictures are off: /set files.pictures asked")
        self.assertNotIn("█", screen.text())
        screen.type("/set files.pictures on")
        screen.wait_match("█{12}")
        screen.type("/set files.pictures off")
        screen.wait_gone("█")

    def test_it_stands_below_its_message(self):
        self.pictures(self.ann)
        screen = self.open(self.ann)
        self.send(self.file("flag.png", png(320, 320)), "see")
        screen.wait_match("█{10}")
        self.fine(self.bob, "send", "#lounge", "well?")
        screen.wait_for("well?")
        rows = [row for row in screen.text().splitlines() if "██" in row]
        self.assertTrue(1 < len(rows) <= 12, rows)
        colours = screen.tmux("capture-pane", "-e", "-p", "-t", "0")
        for wanted in "38;2;25[0-5];[0-5];[0-5]m", "38;2;[0-5];25[0-5];[0-5]m", "38;2;[0-5];[0-5];25[0-5]m":
            self.assertRegex(colours, wanted)
        # In a narrow window it is drawn anew, and a removed message takes it along.
        screen.resize(40, 28)
        screen.wait_match("^ *█{5,33}$")
        screen.keys("Escape")
        screen.wait_for("r reply")
        screen.keys("k")
        screen.keys("q")
        message = self.bob.run("tail", "-n", "2", "--json", "#lounge").out.splitlines()[0]
        self.fine(self.bob, "redact", "--in", "#lounge", re.search(r'"id":"([^"]+)"', message)[1])
        screen.wait_gone("██")

    def test_each_kind_that_is_named(self):
        self.pictures(self.ann)
        screen = self.open(self.ann)
        for name, data in KINDS.items():
            with self.subTest(name):
                self.send(self.file("a." + name, data))
                screen.wait_match(r"a\.%s .*\n[^█]*█" % name)
                self.assertNotIn("not shown", screen.text())

    def test_one_over_the_whole_screen(self):
        self.pictures(self.ann, "asked")
        screen = self.open(self.ann)
        self.send(self.file("flag.png", png(320, 320)), "see")
        screen.wait_for("see flag.png")
        for open_it in lambda: screen.type("/view"), lambda: self.by_key(screen):
            open_it()
            screen.wait_for("flag.png  (any key goes back)")
            screen.wait_match("█{18}")
            self.assertGreater(sum("██" in row for row in screen.text().splitlines()), 12)
            screen.keys("x")
            screen.wait_for("see flag.png", "ann ›")
            self.assertNotIn("█", screen.text())

    def by_key(self, screen):
        screen.keys("Escape")
        screen.wait_for("r reply")
        screen.keys("v")

    def over(self, terminal, end=b"-\x1b\\"):
        """The pixels of a picture that is shown over the whole screen, which is left then."""
        self.send(self.file("flag.png", png(320, 160)), "see")
        terminal.wait_for("see flag.png")
        terminal.type("/view\r")
        until("pixels", lambda: terminal.pixels.endswith(end), terminal.look)
        terminal.wait_for("any key goes back")
        pixels = terminal.pixels
        terminal.type("x")
        terminal.wait_for("see flag.png", "ann ›")
        return pixels

    def test_as_sixels(self):
        self.pictures(self.ann, "asked")
        pixels = self.over(self.terminal(device="\x1b[?62;4;22c"))
        self.assertRegex(pixels, rb'^\x1bP[0-9;]*q"1;1;800;39[0-9]#')

    def test_as_kitty_has_it(self):
        self.pictures(self.ann, "asked")
        terminal = self.terminal(kitty=True)
        until("the answer", lambda: b"\x1b_Gi=31" in terminal.raw, terminal.look)
        pixels = self.over(terminal, b"\x1b_Gm=0\x1b\\")
        self.assertTrue(pixels.startswith(b"\x1b_Ga=T,t=d,q=2,f=32,s=800,v=400,m=1\x1b\\"), pixels[:80])
        until("it to be gone", lambda: terminal.pixels.endswith(b"\x1b_Ga=d,d=A,q=2\x1b\\"), terminal.look)

    def test_nothing_is_asked_of_a_terminal_while_it_is_off(self):
        terminal = self.terminal(kitty=True)
        self.assertNotIn(b"\x1b_G", terminal.raw)


class Refused(Base):
    def test_what_is_no_picture(self):
        self.pictures(self.ann)
        self.stand_in()
        screen = self.open(self.ann)
        self.send(self.file("b.gif", b"hello"), "text")
        screen.wait_for("text b.gif")
        screen.keys("Escape")
        screen.wait_for("r reply")
        screen.keys("v")
        screen.wait_for("there is no picture in it")

    def test_without_chafa(self):
        self.pictures(self.ann)
        tmux = os.path.dirname(shutil.which("tmux"))
        folder = os.path.join(self.dir, "few")
        os.mkdir(folder)
        for name in "tmux", "sleep", "sh", "env":
            os.symlink(shutil.which(name, path=tmux + ":/bin"), os.path.join(folder, name))
        self.path = folder
        screen = self.open(self.ann)
        self.send(self.file("a.gif", b"GIF89asay xx"))
        screen.wait_for("not shown: chafa draws pictures, and is not installed here (apt install chafa)")

    def test_in_lines_nothing_is_drawn(self):
        self.pictures(self.ann)
        program = Program(self.ann.words("--plain", "#lounge"))
        self.addCleanup(program.close)
        program.line(lambda line: "bob joined" in line)
        self.send(self.file("a.gif", b"GIF89asay xx"), "see")
        program.line(lambda line: "bob: see a.gif (12 B)" in line)
        program.say("/view\n")
        program.line(lambda line: "/view needs the full screen" in line)


class Large(Base):
    FILES = "\n[files]\nfile_max = 32MiB\n"

    def test_what_is_too_large(self):
        self.pictures(self.ann)
        self.stand_in()
        screen = self.open(self.ann)
        self.send(self.file("a.gif", b"GIF89asay xx" + bytes(16 << 20)))
        screen.wait_for("not shown: it is larger than 16 MiB: /get keeps it")


class Hostile(Base):
    """What draws does what the picture says."""

    def setUp(self):
        super().setUp()
        self.stand_in()

    # Proves X11.
    def test_it_may_do_nothing(self):
        self.pictures(self.ann)
        screen = self.open(self.ann)
        self.send(self.told(b"try"))
        screen.wait_for("nothing of 20")

    # Proves X12.
    def test_nothing_of_it_reaches_the_terminal(self):
        self.pictures(self.ann)
        terminal = self.terminal(kitty=True, device="\x1b[?62;4;22c")
        evil = [b"\x1b]52;c;ZXZpbA==\x07", b"\x1b]0;evil\x07", b"\x1b[6n", b"\x1b[5;5Hevil", b"\x1b[2Jevil",
                b"\x1bPq#evil\x1b\\", b"\x1b_Ga=T,t=f;L2V0Yy9wYXNzd2Q=\x1b\\", b"\x1b[?1049levil", b"\x9b2Jevil",
                b"\x0eevil", b"evil\x7f", b"evil\xc3\xa9", b"\xe2\x80\xae\x65vil", b"evil\r", b"evil\tx", b"\x1b[38;5mevil",
                b"\x1b[999mevil", b"\x1b[5mevil", b"\x1b", b"\x1b[", b"e" * 200, b"e\n" * 13, b""]
        for number, bytes_ in enumerate(evil):
            with self.subTest(bytes_):
                before = len(terminal.raw)
                self.send(self.told(b"say " + bytes_), f"number {number}:")
                terminal.wait_for(f"number {number}:")
                until(f"the end of it on:\n{terminal.text()}", lambda: re.search(
                    f"number {number}:.*\n.*(not shown: what|draws it)", terminal.text()), terminal.look)
                raw = terminal.raw[before:]
                for trace in b"evil", b"]52", b"[6n", b"1049l", b"L2V0", b"eeeeeeeeee":
                    self.assertNotIn(trace, raw)

    # Proves X13.
    def test_it_ends_and_says_why(self):
        self.pictures(self.ann)
        screen = self.open(self.ann)
        for words, why in ((b"write on", "what draws it writes without end"), (b"crash", "what draws it crashed, or"),
                           (b"fail", "what draws it cannot read it"), (b"", "what draws it says nothing"),
                           (b"never end", "what draws it does not end")):
            with self.subTest(words):
                self.send(self.told(words), f"to {words.decode()}:")
                screen.wait_match(f"to {words.decode()}:.*\n.*not shown: {why}")
        # Each is gone, and what comes next is drawn.
        self.send(self.told(b"say still here"))
        screen.wait_for("still here")
        with open(f"/proc/{screen.child()}/task/{screen.child()}/children") as file:
            self.assertEqual(file.read(), "")

    def test_pixels_that_are_none_are_not_shown(self):
        self.pictures(self.ann, "asked")
        terminal = self.terminal(kitty=True)
        until("the answer", lambda: b"\x1b_Gi=31" in terminal.raw, terminal.look)
        self.send(self.told(b"say \x1b_Ga=T,f=32,s=1,v=1,t=f;L2V0Yw==\x1b\\"), "see")
        terminal.wait_for("see told.gif")
        terminal.type("/view\r")
        terminal.wait_for("not shown: what draws it asks the terminal for other things than a picture")
        self.assertNotIn(b"L2V0", terminal.raw)


class Golden(Base):
    maxDiff = None
    at_noon, expect = test_golden.Base.at_noon, test_golden.Base.expect

    def test_a_picture_between_messages(self):
        self.at_noon()
        self.stand_in()
        self.pictures(self.ann)
        self.send(self.told(b"say \x1b[38;2;255;0;0m\xe2\x96\x88\xe2\x96\x88\xe2\x96\x84\x1b[0m\n\x1b[31;44m\xe2\x96\x80  \x1b[0m"),
                  "our flag")
        self.send(self.told(b"say \x1b[2J"), "no flag")
        self.fine(self.bob, "send", "#lounge", "and so on")
        for width, height in (80, 24), (40, 12):
            screen = self.open(self.ann, width=width, height=height)
            self.expect(f"picture-{width}x{height}", screen.text)
            screen.close()


if __name__ == "__main__":
    unittest.main()
