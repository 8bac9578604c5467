# SPDX-License-Identifier: MIT
"""The end of the server, whatever it is doing: nothing that takes long is waited for."""
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import termios
import time
import unittest

import snug
from patience import PATIENCE, pass_time, until

SAID = 20000
SEARCHERS = 40
# Some minutes of work, which nobody can interrupt.
COSTLY = "$argon2id$v=19$m=1048576,t=64,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43


def waiting(client):
    """Bytes that came and nobody read."""
    return struct.unpack("i", fcntl.ioctl(client.sock, termios.FIONREAD, b"\0" * 4))[0]


class Stop(unittest.TestCase):
    def server(self, **more):
        server = snug.Server(**more)
        self.addCleanup(server.close)
        return server

    def stop(self, s, n_signals=1):
        start = time.time()
        s.process.send_signal(signal.SIGTERM)
        if n_signals > 1:
            until("the first signal", lambda: "event=stopping" in s.read_log())
            s.process.send_signal(signal.SIGTERM)
        code = s.process.wait(PATIENCE)
        print("%s: stopped after %.2f s" % (self.id().rsplit(".", 1)[1], time.time() - start))
        s.process = None
        return code

    def stalled(self, s, name, n):
        """Connections that are owed more than the kernel takes, and do not read."""
        held = []
        for _ in range(n):
            c = s.client(name, caps="draft/chathistory batch")
            c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            c.send(*["CHATHISTORY LATEST #lounge * 100"] * 200)
            held.append(c)
        seen = [0]

        def is_stuck():
            s.json("status")  # it has had turns since the last look
            seen.append(sum(waiting(c) for c in held))
            return seen[-1] and seen[-5:].count(seen[-1]) == 5
        until("peers that are stuck", is_stuck)
        return held

    def talk(self, c, count, text):
        c.send("JOIN #lounge")
        for at in range(0, count, 500):
            c.send(*["PRIVMSG #lounge :%s %d" % (text, i) for i in range(at, at + 500)])
            c.sync()

    # Proves X6.
    def test_searches_that_wait_are_dropped_and_the_running_one_is_interrupted(self):
        s = self.server().start()
        s.user("ann")
        self.talk(s.client("ann"), SAID, "plenty of the same words again")
        searchers = [s.client("ann", caps="soju.im/search batch") for _ in range(SEARCHERS)]
        # By somebody who said none of them: each one is looked at.
        for c in searchers:
            c.send(*["SEARCH in=#lounge;from=nobody;text=plenty\\ssame"] * 20)
        until("searches that wait", lambda: s.json("status")["queries"] > SEARCHERS // 2)
        self.assertEqual(self.stop(s), 0, s.read_log())
        end = [line for line in s.read_log().splitlines() if "event=stopped" in line][-1]
        self.assertIn("interrupted=1", end)
        self.assertGreater(int(end.split("dropped=")[1].split()[0]), 0, end)
        self.assertNotIn("query-failed", s.read_log())
        for c in searchers:
            c.ended()
            self.assertTrue(any("Server is going down" in line for line in c.lines), c.lines[-3:])
        # All that was acknowledged is there.
        s.start()
        c = s.client("ann", caps="draft/chathistory batch")
        c.send("CHATHISTORY LATEST #lounge * 1")
        c.wait("again %d" % (SAID - 1))

    # Proves A2.
    def test_a_hash_of_minutes_is_not_waited_for(self):
        s = self.server()
        done = s.run("user", "import", "-", stdin=json.dumps(
            {"name": "bob", "password_hash": COSTLY}) + "\n")
        self.assertEqual(done.code, 0, done)
        s.start()
        c = s.client()
        c.send("CAP LS 302", "CAP REQ :sasl", "AUTHENTICATE PLAIN")
        c.wait("AUTHENTICATE +")
        c.send("AUTHENTICATE AGJvYgBjb3JyZWN0IGhvcnNl")
        until("the job", lambda: s.json("status")["hash-jobs"] == 1)
        self.assertEqual(self.stop(s), 0, s.read_log())
        self.assertIn("event=stopped", s.read_log())
        self.assertEqual(s.run("check").code, 7)

    # Proves X6.
    def test_peers_that_do_not_read_are_parted_from_at_the_same_time(self):
        s = self.server(io_threads=8).start()
        s.user("ann")
        self.talk(s.client("ann"), 500, "x" * 300)
        held = self.stalled(s, "ann", 16)
        self.assertEqual(self.stop(s), 0, s.read_log())
        self.assertIn("event=stopped", s.read_log())
        del held

    def test_a_second_signal_ends_it_while_it_says_goodbye(self):
        for threads in (0, 2):
            with self.subTest(io_threads=threads):
                s = self.server(io_threads=threads).start()
                s.user("ann")
                self.talk(s.client("ann"), 500, "x" * 300)
                held = self.stalled(s, "ann", 4)
                self.assertEqual(self.stop(s, n_signals=2), 1, s.read_log())
                self.assertNotIn("event=stopped", s.read_log())
                self.assertEqual(s.run("check").code, 7)
                del held

    def test_a_signal_while_it_starts_ends_it(self):
        s = self.server()
        for after_ms in range(0, 30, 3):
            with open(s.log, "a") as log:
                s.process = subprocess.Popen([snug.SNUGD, "run", "--state", s.state], stderr=log)
            pass_time(after_ms / 1000)  # any moment of its start
            self.assertIn(self.stop(s), (0, -signal.SIGTERM))
        self.assertEqual(s.run("check").code, 7)


class Announced(unittest.TestCase):
    """A stop for which people can get ready."""

    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.start()
        self.s.user("ann")

    def test_it_is_said_and_then_done(self):
        ann = self.s.client("ann", "standard-replies")
        done = self.s.run("stop", "--in", "2s", "--back", "10m")
        self.assertEqual(done.code, 0, done)
        self.assertIn("stop --cancel takes that back", done.err)
        self.assertIn("GOING_DOWN 2 600", ann.recv())
        ann.wait("ERROR", "Server is going down, and should be back in 10 minutes")
        self.assertEqual(self.s.process.wait(PATIENCE), 0)
        self.s.start()  # and of nothing more it knows
        self.assertIsNone(self.s.json("status")["stops"])

    def test_it_is_taken_back(self):
        ann = self.s.client("ann", "standard-replies")
        self.assertEqual(self.s.run("stop", "--cancel").code, 4)
        self.assertEqual(self.s.run("stop", "--in", "1h").code, 0)
        self.assertIsNotNone(self.s.json("status")["stops"])
        self.assertIn("GOING_DOWN 3600 * :The server goes down in 1 hour", ann.recv())
        self.assertEqual(self.s.run("stop", "--cancel").code, 0)
        self.assertIn("STAYS_UP", ann.recv())
        self.assertIsNone(self.s.json("status")["stops"])

    def test_what_is_urgent_does_not_wait_for_it(self):
        self.assertEqual(self.s.run("stop", "--in", "1h").code, 0)
        self.assertEqual(self.s.run("stop").code, 0)
        self.assertEqual(self.s.process.wait(PATIENCE), 0)
        self.assertEqual(self.s.run("stop", "--in", "1h").code, 7)


if __name__ == "__main__":
    unittest.main()
