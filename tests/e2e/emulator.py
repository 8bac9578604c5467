# SPDX-License-Identifier: MIT
"""A program in a terminal in memory: Debian's pyte draws it, and can be told how wide emoji are.

pyte answers what the program asks (where the cursor is, what it is), so the probe of the
client finds the widths that were set here. It knows neither joiners nor U+FE0F.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

try:
    import pyte
except ModuleNotFoundError:  # a Python that is not Debian's
    sys.path.append("/usr/lib/python3/dist-packages")
    import pyte
import pyte.screens
import wcwidth


class Screen(pyte.Screen):
    def set_margins(self, *margins, private=False, **more):
        if not private:  # CSI ? 1007 r is none
            super().set_margins(*margins, **more)


class Emulator:
    def __init__(self, words, columns, lines, emoji_width=None, env=None):
        self.emoji_width = emoji_width
        self.screen = Screen(columns, lines)
        self.screen.write_process_input = self.answer
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"})
            for name in "TMUX", "COLORTERM", "NO_COLOR", "DBUS_SESSION_BUS_ADDRESS":
                os.environ.pop(name, None)
            os.environ.update(env or {})
            os.execv(words[0], words)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def width(self, char):
        wide = ord(char) >= 0x1f000 or char in "❤⚠"
        return self.emoji_width if wide and self.emoji_width else wcwidth.wcwidth(char)

    def answer(self, data):
        os.write(self.fd, data.encode())

    def read(self, seconds):
        """Draws what comes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                return
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return
            self.raw += data
            pyte.screens.wcwidth = self.width
            self.stream.feed(data)

    def type(self, text, seconds=0.15):
        os.write(self.fd, text.encode())
        self.read(seconds)

    def rows(self):
        """What each cell shows; the second half of a wide character is ''."""
        return [[self.screen.buffer[y][x].data for x in range(self.screen.columns)]
                for y in range(self.screen.lines)]

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.rows())

    def wait_for(self, *wanted, seconds=15):
        end = time.monotonic() + seconds
        while not all(text in self.text() for text in wanted):
            if time.monotonic() > end:
                raise AssertionError(f"{wanted!r} did not appear on:\n{self.text()}")
            self.read(0.05)
        self.read(0.1)

    def close(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
