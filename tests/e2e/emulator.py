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

from patience import STEP, until

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
        self.raw, self.is_over = b"", False
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

    def look(self):
        """Draws what comes, or waits a moment; True when something came."""
        if not select.select([self.fd], [], [], STEP)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            self.is_over = True
            return False
        self.raw += data
        pyte.screens.wcwidth = self.width
        self.stream.feed(data)
        return True

    def type(self, text):
        os.write(self.fd, text.encode())

    def rows(self):
        """What each cell shows; the second half of a wide character is ''."""
        return [[self.screen.buffer[y][x].data for x in range(self.screen.columns)]
                for y in range(self.screen.lines)]

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.rows())

    def seen(self):
        self.look()
        return self.text()

    def wait_for(self, *wanted):
        until(lambda: f"{wanted!r} on:\n{self.text()}",
              lambda: all(text in self.text() for text in wanted), self.look)

    def wait_end(self):
        """Until the program has ended."""
        until(lambda: "the end of the program:\n" + self.text(), lambda: self.is_over, self.look)

    def close(self):
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
