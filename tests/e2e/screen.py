# SPDX-License-Identifier: MIT
"""A program in a terminal of its own: tmux draws it, the test types and reads the screen."""
import contextlib
import fcntl
import os
import re
import shlex
import signal
import struct
import subprocess
import tempfile
import termios

from patience import is_gone, until


class Screen:
    """One tmux server with one window. Ends with close()."""

    def __init__(self, words, width=100, height=28, env=None, cwd=None):
        self.socket = tempfile.mktemp(prefix="snugtmux")
        command = shlex.join(words) + "; echo; echo \"[ended $?]\"; sleep infinity"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height),
                  "-c", cwd or "/", command, env=env)

    def tmux(self, *words, env=None):
        environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8")
        environment.pop("TMUX", None)
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        environment.update(env or {})
        return subprocess.run(["tmux", "-S", self.socket, *words], check=True, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout

    def wait_taken(self):
        """Until the program has read what was typed: what comes in one piece is a paste."""
        with open(self.tmux("display-message", "-p", "-t", "0", "#{pane_tty}").strip(), "rb",
                  buffering=0, opener=lambda name, flags: os.open(name, flags | os.O_NOCTTY)) as tty:
            if termios.tcgetattr(tty)[3] & termios.ICANON:
                return  # the lines of a question are told apart
            until("the keys to be read", lambda: not struct.unpack(
                "i", fcntl.ioctl(tty, termios.FIONREAD, bytes(4)))[0])

    def type(self, text, enter=True):
        self.wait_taken()
        self.tmux("send-keys", "-t", "0", "-l", "--", text)
        if enter:
            self.keys("Enter")

    def paste(self, text):
        """As a terminal does it: in brackets, when the program asked for them."""
        self.tmux("set-buffer", "--", text)
        self.tmux("paste-buffer", "-p", "-t", "0")

    def keys(self, *names):
        self.tmux("send-keys", "-t", "0", *names)

    def resize(self, width, height):
        self.tmux("resize-window", "-t", "0", "-x", str(width), "-y", str(height))

    def text(self, history=False):
        return self.tmux("capture-pane", "-p", "-t", "0", *(["-S", "-3000"] if history else []))

    def wait_for(self, *wanted):
        """Waits until the screen holds every text; returns the screen."""
        def look():
            screen = self.text()
            return screen if all(text in screen for text in wanted) else None
        return until(lambda: f"{wanted!r} on:\n{self.text()}", look)

    def wait_match(self, pattern):
        """Waits until some line of the screen matches."""
        until(lambda: f"{pattern!r} on:\n{self.text()}",
              lambda: re.search(pattern, self.text(), re.MULTILINE))

    def wait_gone(self, text):
        until(lambda: f"{text!r} to be gone from:\n{self.text()}", lambda: text not in self.text())

    def kill(self):
        """kill -9 for what runs in it, then the terminal goes too."""
        for pid in self.programs():
            os.kill(pid, signal.SIGKILL)
        self.close()

    def programs(self):
        """The numbers of what runs in it."""
        shell = int(self.tmux("display-message", "-p", "-t", "0", "#{pane_pid}"))
        with open(f"/proc/{shell}/task/{shell}/children") as file:
            return [int(pid) for pid in file.read().split()]

    def child(self):
        """The number of the program."""
        return self.programs()[0]

    def close(self):
        """Until what ran in it has ended: the next one is to find nothing that it still holds."""
        with contextlib.suppress(subprocess.CalledProcessError, FileNotFoundError):
            running = self.programs()
            self.tmux("kill-server")
            until(lambda: f"{running} to end", lambda: all(map(is_gone, running)))
        if os.path.exists(self.socket):
            os.unlink(self.socket)
