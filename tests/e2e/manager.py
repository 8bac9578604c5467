# SPDX-License-Identifier: MIT
"""One who manages a server as a service, as systemd does: listens to what it tells, and hands in
sockets that stay open while it is started anew."""
import os
import socket
import threading
import time

from patience import PATIENCE, until

# Descriptors from 3 on, in a process that knows its own number.
HAND_IN = """
import fcntl, os, sys
count = int(os.environ["LISTEN_FDS"])
given = [fcntl.fcntl(int(word), fcntl.F_DUPFD, 64) for word in sys.argv[1:1 + count]]
for place, fd in enumerate(given):
    os.dup2(fd, 3 + place)
    os.close(fd)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[1 + count], sys.argv[1 + count:])
"""


class Beats:
    """Signs of life from now on, and when each came."""

    def __init__(self, manager):
        self.manager = manager
        self.times = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                if self.manager.hear() == {"WATCHDOG": "1"}:
                    self.times.append(time.monotonic())
        except OSError:  # the end of the test
            return

    def count(self):
        return len(self.times)

    def wait_for(self, count):
        until(lambda: "%d signs of life" % count, lambda: self.count() >= count)

    def between(self, began, ended):
        return sum(began < moment < ended for moment in self.times)


class Manager:
    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.bind(self.path)
        self.heard.settimeout(PATIENCE)
        self.sockets = {}

    def close(self):
        for one in [self.heard, *self.sockets.values()]:
            one.close()

    def listen(self, address="127.0.0.1", name="snugd.socket", kind=socket.SOCK_STREAM):
        """A socket to hand in; its port."""
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
        s.bind((address, 0))
        if kind == socket.SOCK_STREAM:
            s.listen()
        self.sockets[name] = s
        return s.getsockname()[1]

    def start(self, server, watchdog_ms=0):
        """Starts it as a service of this one."""
        environment = dict(os.environ, NOTIFY_SOCKET=self.path)
        if watchdog_ms:
            environment["WATCHDOG_USEC"] = str(watchdog_ms * 1000)
        return server.start(prefix=self.prefix(environment), env=environment, pass_fds=self.fds())

    def fds(self):
        return [s.fileno() for s in self.sockets.values()]

    def prefix(self, environment):
        """What a server is started by where sockets are handed in; says so in the environment."""
        if not self.sockets:
            return ()
        environment["LISTEN_FDS"] = str(len(self.sockets))
        environment["LISTEN_FDNAMES"] = ":".join(self.sockets)
        return ("python3", "-c", HAND_IN, *map(str, self.fds()))

    def hear(self):
        """What it is told next: names and values."""
        return dict(line.split("=", 1) for line in self.heard.recv(4096).decode().splitlines())

    def wait(self, name, value="1"):
        """Hears on until that is said."""
        while True:
            said = self.hear()
            if said.get(name) == value:
                return said

    def listen_on(self):
        """Hears in a thread of its own, to the end."""
        return Beats(self)
