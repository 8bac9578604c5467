# SPDX-License-Identifier: MIT
"""The server as a service: what it tells the one who manages it, and sockets that are handed in."""
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

import snug
import stored
from manager import Manager
from patience import PATIENCE, until


class Service(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server()
        self.addCleanup(self.server.close)
        self.manager = Manager(self.server.dir)
        self.addCleanup(self.manager.close)

    def start(self, **more):
        self.manager.start(self.server, **more)
        self.assertEqual(self.manager.hear(), {"READY": "1"})

    def listen(self, text):
        """Has the settings name these addresses instead of the first."""
        path = os.path.join(self.server.state, "snugd.conf")
        with open(path, encoding="utf-8") as file:
            old = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(re.sub("listen = .*\n", "".join("listen = %s\n" % one for one in text), old, 1))

    def hand_in(self):
        """A socket at an address of the settings; its port."""
        port = self.manager.listen()
        self.listen(["ircs://127.0.0.1:%d" % port])
        return port

    def test_it_is_ready_when_it_is_shut_in_and_serves(self):
        self.start()
        if "sandbox = no" not in snug.CONF:
            self.assertTrue(self.server.json("status")["sandbox"])
        self.server.user("ann")
        self.server.client("ann")

    def test_a_stop_is_told_before_it_ends(self):
        self.start()
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.manager.hear(), {"STOPPING": "1"})

    def reloaded(self):
        said = self.manager.hear()
        self.assertEqual(said.pop("RELOADING"), "1")
        self.assertGreater(int(said.pop("MONOTONIC_USEC")), 0)
        self.assertEqual(said, {})
        self.assertEqual(self.manager.hear(), {"READY": "1"})

    def test_a_reload_is_told_from_its_beginning_to_its_end(self):
        self.start()
        self.server.process.send_signal(signal.SIGHUP)
        self.reloaded()
        self.assertEqual(self.server.run("reload").code, 0)
        self.reloaded()

    def test_a_reload_that_changes_nothing_ends_too(self):
        self.start()
        self.server.configure("\n[limits]\nno_such = 1\n")
        self.server.process.send_signal(signal.SIGHUP)
        self.reloaded()
        self.assertIn("event=reload_failed", self.server.read_log())

    def test_signs_of_life_come_while_nothing_happens(self):
        self.start(watchdog_ms=400)
        for _ in range(5):
            self.assertEqual(self.manager.hear(), {"WATCHDOG": "1"})

    @stored.of_sqlite("the disk hangs under its file; PostgreSQL that hangs is told as away")
    def test_a_writer_that_hangs_is_not_called_alive(self):
        self.server.user("ann")
        self.start(watchdog_ms=400)
        ann = self.server.client("ann")
        ann.send("JOIN #den")
        ann.wait("JOIN")
        hang = subprocess.Popen(
            ["strace", "-f", "-p", str(self.server.process.pid), "-o", os.path.join(self.server.dir, "trace"),
             "-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:delay_enter=3000000"],
            stderr=subprocess.PIPE, text=True)
        self.addCleanup(hang.communicate)
        self.addCleanup(hang.terminate)
        self.assertIn("attached", hang.stderr.readline())
        beats = self.manager.listen_on()
        beats.wait_for(1)
        began = time.monotonic()
        ann.send("PRIVMSG #den :hello", "PING stored")
        ann.wait("PONG", "stored")
        stored = time.monotonic()
        # One more was due, for what had not come when it was looked at before.
        self.assertLess(beats.between(began, stored), 4)
        self.assertGreater((stored - began) * 10, 20)  # signs that did not come
        beats.wait_for(beats.count() + 2)  # it lives again

    def test_nobody_to_tell_is_said_and_no_reason_not_to_serve(self):
        self.server.start(env=dict(os.environ, NOTIFY_SOCKET="/nowhere/at/all"))
        self.assertRegex(self.server.read_log(), "event=no_notify why=.*/nowhere/at/all")

    @stored.of_sqlite("sockets that are handed in, which a store that machines share refuses")
    def test_new_connections_wait_out_a_restart(self):
        port = self.hand_in()
        self.start()
        self.server.user("ann")
        self.assertEqual(self.server.port, port)
        for end in (signal.SIGTERM, signal.SIGKILL):
            self.server.stop(end)
            found = []
            waits = threading.Thread(target=lambda: found.append(self.server.client("ann")))
            waits.start()
            # It is in the queue of the socket, which stayed open.
            until(lambda: "a connection to wait", lambda: self.connected(port))
            self.assertEqual(found, [])
            self.manager.start(self.server)
            self.manager.wait("READY")
            waits.join(PATIENCE)
            self.assertEqual(len(found), 1)
            found[0].close()

    @staticmethod
    def connected(port):
        """Whether somebody is connected to that port."""
        with open("/proc/net/tcp", encoding="ascii") as file:
            rows = [line.split() for line in file]
        return any(row[1].endswith(":%04X" % port) and row[3] == "01" for row in rows)

    def refused(self):
        """What it says when it does not start with these sockets."""
        environment = dict(os.environ)
        words = [*self.manager.prefix(environment), snug.SNUGD, "run", "--state", self.server.state]
        done = subprocess.run(words, env=environment, pass_fds=self.manager.fds(), text=True,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=PATIENCE)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr

    def test_a_socket_at_an_address_that_no_setting_names_is_refused(self):
        port = self.manager.listen(name="other.socket")
        self.assertRegex(self.refused(), "other.socket listens on 127.0.0.1:%d, which is no address of "
                                         "`listen`(.|\n)*systemctl edit other.socket" % port)

    def test_a_socket_of_another_kind_is_refused(self):
        self.manager.listen(kind=socket.SOCK_DGRAM)
        self.assertIn("snugd.socket (LISTEN_FDS) is no TCP socket", self.refused())

    @stored.of_sqlite("sockets that are handed in, which a store that machines share refuses")
    def test_an_address_that_was_not_handed_in_is_its_own(self):
        port, own = self.manager.listen(), snug.free_port()
        self.listen(["ircs://127.0.0.1:%d" % port, "ircs://127.0.0.1:%d" % own])
        self.start()
        self.server.user("ann")
        for self.server.port in (port, own):
            self.server.client("ann")

    @stored.of_sqlite("sockets that are handed in, which a store that machines share refuses")
    def test_a_reload_says_who_changes_the_addresses(self):
        self.hand_in()
        self.start()
        self.listen(["ircs://127.0.0.1:%d" % snug.free_port()])
        done = self.server.run("reload")
        self.assertEqual(done.code, 0, done)
        self.assertIn("needs its socket unit changed, and a restart", done.out)
        self.assertIn("listen", self.server.json("status")["needs-restart"])


if __name__ == "__main__":
    unittest.main()
