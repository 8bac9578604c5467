# SPDX-License-Identifier: MIT
"""The programs beside snugd: started where configured, ended at anything they should not say,
started again, and gone with it."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import unittest
from unittest import mock

import snug
from patience import is_gone, until

ERRAND = "\n[beside]\nerrand = yes\n"
ERRAND = "\n[beside]\nerrand = yes\n"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


def parent_and_name(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            head, _, tail = file.read().rpartition(")")
        return int(tail.split()[1]), head.split("(", 1)[1], tail.split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return 0, "", ""


def below(pid):
    """The processes started by this one, and by those: {pid: name}; no dead ones."""
    all_of = {int(p): parent_and_name(p) for p in os.listdir("/proc") if p.isdigit()}
    found = {p: name for p, (parent, name, state) in all_of.items() if parent == pid and state != "Z"}
    for child in list(found):
        found.update(below(child))
    return found


def letter(kind, number, text, walls=0):
    return struct.pack("=HHIQ", kind, len(text), walls, number) + text.ljust(496, b"\0")


class Beside(unittest.TestCase):
    def server(self, conf):
        server = snug.Server(conf)
        self.addCleanup(server.close)
        return server

    def with_program(self, how):
        """A server whose snug-errand is tests/support/stand_in.c, which does that."""
        server = self.server(ERRAND)
        folder = os.path.join(server.dir, how)
        os.mkdir(folder)
        program = os.path.join(folder, "snugd")
        shutil.copy(snug.SNUGD, program)
        if how != "nothing":
            shutil.copy(os.path.join(snug.BIN, "stand_in"), os.path.join(folder, "snug-errand"))
        patch = mock.patch.object(snug, "SNUGD", program)
        patch.start()
        self.addCleanup(patch.stop)
        return server

    def await_state(self, server, program, wanted):
        return until(f"{program} to be {wanted}:\n{server.read_log()}",
                     lambda: server.json("status")[program].startswith(wanted))

    def programs(self, server):
        return {name: pid for pid, name in below(server.process.pid).items()
                if name == "snug-errand"}

    def test_they_are_up_with_nothing_in_their_hands(self):
        server = self.server(ERRAND).start()
        self.await_state(server, "errand", "up since")
        programs = self.programs(server)
        self.assertEqual(sorted(programs), ["snug-errand"])
        for pid in programs.values():
            with open(f"/proc/{pid}/status") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertEqual(status["Seccomp"], "2")
            self.assertEqual(int(status["CapEff"], 16), 0)
        self.assertNotIn("no_sandbox", server.read_log())
        self.assertEqual(server.stop(), 0)
        for pid in programs.values():
            until(f"{pid} to go with snugd", lambda pid=pid: is_gone(pid))

    def test_what_is_not_configured_is_not_started(self):
        server = self.server("").start()
        self.assertEqual(server.json("status")["errand"], "off")
        self.assertEqual(server.json("status")["door"], "off")
        self.assertEqual(below(server.process.pid), {})

    def test_one_that_is_killed_comes_back(self):
        server = self.server(ERRAND).start()
        self.await_state(server, "errand", "up since")
        first = self.programs(server)
        os.kill(first["snug-errand"], signal.SIGKILL)
        until("its end to be noticed", lambda: "beside_down" in server.read_log())
        self.assertIn('program=snug-errand why="it ended" again_in_ms=1000', server.read_log())
        self.await_state(server, "errand", "up since")
        second = self.programs(server)
        self.assertNotEqual(second["snug-errand"], first["snug-errand"])

    def test_they_die_with_snugd_and_with_its_starter(self):
        server = self.server(ERRAND).start()
        self.await_state(server, "errand", "up since")
        everybody = below(server.process.pid)
        self.assertEqual(len(everybody), 2)
        server.kill()
        for pid in everybody:
            until(f"{pid} to die", lambda pid=pid: is_gone(pid))
        server.start()
        self.await_state(server, "errand", "up since")
        programs = self.programs(server)
        starter = parent_and_name(programs["snug-errand"])[0]
        os.kill(starter, signal.SIGKILL)
        for pid in programs.values():
            until(f"{pid} to die", lambda pid=pid: is_gone(pid))
        until("the starter to be missed", lambda: "starter_gone" in server.read_log())
        self.await_state(server, "errand", "down since")
        server.user("ann")  # snugd goes on

    def test_one_that_says_what_is_no_answer_is_ended(self):
        for how in ("a-byte", "a-letter", "a-flood", "zeros", "its-kind-alone"):
            with self.subTest(how=how):
                server = self.with_program(how).start()
                # The third start comes behind two waits, the second of them twice as long.
                until("two ends", lambda: server.read_log().count("event=beside_down") >= 2)
                log = server.read_log()
                self.assertIn('why="what it said is no answer" again_in_ms=1000', log)
                self.assertIn('why="what it said is no answer" again_in_ms=2000', log)
                until("it to be killed, though it sleeps",
                      lambda: "snug-errand" not in self.programs(server))
                server.user("ann")
                self.assertEqual(server.stop(), 0)

    def test_one_that_does_not_answer_is_ended(self):
        server = self.with_program("silent").start()
        pid = until("it to be started", lambda: self.programs(server).get("snug-errand"))
        # Its end, nothing twice, and the two of the pair that it sleeps on: no other.
        until("it to sleep", lambda: sorted(os.listdir(f"/proc/{pid}/fd")) == list("01234"))
        until("it to be given up", lambda: "it does not answer" in server.read_log())
        self.assertTrue(server.json("status")["errand"].startswith("down since"))

    def test_the_starter_is_shut_in(self):
        server = self.server(ERRAND).start()
        self.await_state(server, "errand", "up since")
        starter = parent_and_name(self.programs(server)["snug-errand"])[0]
        self.assertEqual(parent_and_name(starter)[0], server.process.pid)
        with open(f"/proc/{starter}/status") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        # Its socket, nothing three times, and one that leads to its child.
        self.assertEqual(sorted(os.readlink(f"/proc/{starter}/fd/{n}").split(":")[0]
                                for n in os.listdir(f"/proc/{starter}/fd")),
                         ["/dev/null"] * 3 + ["anon_inode", "socket"])

    def test_what_was_put_in_a_programs_place_is_not_executed(self):
        server = self.with_program("silent").start()
        first = until("it to be started", lambda: self.programs(server).get("snug-errand"))
        name = os.path.join(server.dir, "silent", "snug-errand")
        os.rename(name, name + ".old")
        shutil.copy("/bin/true", name)
        os.kill(first, signal.SIGKILL)
        until("two more ends", lambda: server.read_log().count("event=beside_down") >= 2)
        self.assertNotIn("snug-errand", self.programs(server))
        os.rename(name + ".old", name)
        until("the old one to be started", lambda: self.programs(server).get("snug-errand"))

    def test_an_errand_is_called_with_its_settings(self):
        server = self.server(ERRAND + "ca_file = own.pem\n[push]\nallow = push.example:8443 10.0.0.7\n"
                             "allow = push.example:444\n")
        trusted = os.path.join(server.state, "own.pem")
        shutil.copy(os.path.join(server.state, "cert.pem"), trusted)
        server.start()
        self.await_state(server, "errand", "up since")
        pid = self.programs(server)["snug-errand"]
        for name, words in (("cmdline", ["snug-errand", trusted, "push.example:8443 10.0.0.7", "push.example:444"]),
                            ("environ", ["RES_OPTIONS=timeout:3 attempts:2"])):
            with open(f"/proc/{pid}/{name}") as file:
                self.assertEqual(file.read().rstrip("\0").split("\0"), words)

    def test_settings_of_an_errand_that_are_none_are_named(self):
        for conf, words in (("ca_file = nowhere.pem\n", "nowhere.pem: No such file or directory; snug-errand"),
                            ("[push]\nallow = push.example\n", "push.example: write HOST:PORT first"),
                            ("[push]\n" + "allow = a:443\n" * 65, "allow is there more than 64 times")):
            with self.subTest(conf=conf), self.assertRaises(AssertionError) as refused:
                self.server(ERRAND + conf).start()
            self.assertIn(words, str(refused.exception))

    def test_one_that_is_not_there_is_named(self):
        server = self.with_program("nothing")
        with self.assertRaises(AssertionError) as refused:
            server.start()
        words = str(refused.exception)
        self.assertIn("[beside] errand = yes", words)
        self.assertIn("snug-errand cannot be run: No such file", words)

    def test_an_errand_without_its_words_ends(self):
        for words in ([], [AUTHORITIES, "no-port"], [AUTHORITIES, "a:1 b"]):
            ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with ours, its:
                program = subprocess.Popen([os.path.join(snug.BIN, "snug-errand"), *words], stdin=its)
                self.assertEqual(program.wait(snug.PATIENCE), 3)

    def test_a_program_ends_at_what_is_no_letter(self):
        for name, *words in (("snug-errand", AUTHORITIES),):
            for said, code in ((letter(1, 5, b"hi"), None), (b"x" * 512, 3), (b"x", 3),
                               (letter(2, 5, b"hi"), 3), (letter(1, 5, b"\xff"), 3),
                               (letter(1, 5, b"hi") + b"\0", 3)):
                ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with ours, subprocess.Popen([os.path.join(snug.BIN, name), *words], stdin=its) as program:
                    its.close()
                    ours.send(said)
                    answer = ours.recv(1000)
                    if code is None:
                        self.assertEqual(answer, letter(2, 5, b"hi", walls=3))
                        ours.close()
                        self.assertEqual(program.wait(snug.PATIENCE), 0)
                    else:
                        self.assertEqual(answer, b"")
                        self.assertEqual(program.wait(snug.PATIENCE), code)


if __name__ == "__main__":
    unittest.main()
