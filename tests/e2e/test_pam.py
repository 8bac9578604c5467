# SPDX-License-Identifier: MIT
"""Passwords that this computer's stack judges, by snug-door, which is a program of its own."""
import base64
import os
import signal
import socket
import struct
import subprocess
import unittest
from unittest import mock

import door
import snug
import test_files
import web
from patience import is_gone, until


class Base(unittest.TestCase):
    conf = door.CONF

    def setUp(self):
        self.server = snug.Server(conf=self.conf)
        self.addCleanup(self.server.close)
        self.door = door.Door(self.server)
        self.addCleanup(self.door.close)
        self.server.start()

    def logged(self, *wanted):
        def found():
            return [line for line in self.server.read_log().splitlines()
                    if all(text in line for text in wanted)]
        return until(lambda: "%r in the log:\n%s" % (wanted, self.server.read_log()), found)[-1]

    def plain(self, name, password, caps="sasl standard-replies"):
        """A client whose password is being looked at."""
        client = self.server.client()
        self.addCleanup(client.close)
        client.send("CAP REQ :" + caps)
        client.wait(" ACK ")
        client.send("AUTHENTICATE PLAIN")
        client.wait("AUTHENTICATE +")
        text = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
        client.send("AUTHENTICATE " + text)
        return client

    def is_let_in(self, name, password="directory"):
        client = self.plain(name, password)
        client.wait(" 903 ")
        return client

    def is_refused(self, name, password="wrong", why=None):
        client = self.plain(name, password)
        client.wait(" 904 ")
        if why:
            self.logged("event=login_failed", "way=pam", "why=" + why)

    def is_later(self, name):
        self.plain(name, "directory").wait("FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE")
        self.logged("event=login_failed", "way=pam", "why=down")


class Passwords(Base):
    def test_who_is_in_the_directory_is_in_here(self):
        self.door.start()
        self.is_let_in("ann")
        self.assertIn("bindings\t1\n", self.server.run("user", "show", "ann").out)
        self.is_let_in("ANN")  # the account is there: its binding has the spelling
        self.is_refused("ann", why="wrong")
        client = self.server.client()
        client.send("PASS :ann:directory", "NICK ann", "USER u 0 * :u")
        client.wait(" 001 ann ")
        client.close()

    # Proves A25.
    def test_who_is_not_is_never_asked_about(self):
        asked = os.path.join(self.door.folder, "asked")
        script = self.door.script("ask", f'echo "$PAM_USER" >>{asked}')
        self.door.stack(f"auth required pam_exec.so quiet {script}", "account required pam_permit.so")
        self.door.start()
        for name in ("nobody-here", "daemon2", "root", "../ann", "a/b", "carl"):
            self.is_refused(name, "directory", why="unknown")
        self.assertFalse(os.path.exists(asked))
        self.is_let_in("bob")
        with open(asked, encoding="utf-8") as file:
            self.assertEqual(file.read(), "bob\n")

    def test_an_account_with_a_password_of_its_own_is_not_asked_about(self):
        self.server.user("ann")
        self.door.start()
        client = self.plain("ann", "directory")
        client.wait(" 904 ")
        self.is_let_in("ann", snug.PASSWORD)
        self.assertNotIn("way=pam", self.server.read_log())
        done = self.server.run("user", "bind", "ann", "--issuer", "pam:snug", "--subject", "ann")
        self.assertEqual(done.code, 0, done)
        self.is_let_in("ann")

    def test_three_wrong_ones_a_day_reach_it_and_no_more(self):
        asked = os.path.join(self.door.folder, "asked")
        script = self.door.script("ask", f'echo x >>{asked}')
        self.door.stack(f"auth optional pam_exec.so quiet {script}", "auth required pam_deny.so",
                        "account required pam_permit.so")
        self.door.start()
        for why in ("wrong", "wrong", "wrong", "tries"):
            self.is_refused("ann", why=why)
        with open(asked, encoding="utf-8") as file:
            self.assertEqual(file.read(), "x\n" * 3)
        self.server.kill()
        self.server.start()
        self.door.end()
        self.door.start()
        self.is_refused("ann", why="tries")
        with open(asked, encoding="utf-8") as file:
            self.assertEqual(file.read(), "x\n" * 3)

    def test_both_halves_must_say_yes(self):
        self.door.stack("auth required pam_permit.so", "account required pam_deny.so")
        self.door.start()
        self.is_refused("ann", "directory", why="disabled")

    def test_a_stack_that_makes_somebody_else_of_it_is_not_believed(self):
        self.door.stack("auth required %s/pam_set_items.so" % os.path.dirname(door.module()),
                        "auth required pam_permit.so", "account required pam_permit.so")
        with mock.patch.dict(os.environ, PAM_USER="bob"):
            self.door.start()
        self.is_refused("ann", "directory", why="name")

    def test_a_service_that_is_not_there_lets_nobody_in(self):
        os.remove(os.path.join(self.door.services, "snug"))
        self.door.start()
        client = self.plain("ann", "directory")
        client.wait(" 904 ")


class Trouble(Base):
    def test_without_a_door_it_is_later_at_once(self):
        self.is_later("ann")
        self.assertTrue(self.server.json("status")["door"].startswith("down since"))
        self.door.start()
        self.is_let_in("ann")
        self.door.end()
        self.logged("event=door_down", 'why="it has ended"')
        self.is_later("ann")
        self.door.start()
        self.is_let_in("ann")

    def test_one_that_dies_on_the_way_is_later(self):
        script = self.door.script("wait", f"touch {self.door.folder}/began", "exec tail -f /dev/null")
        self.door.stack(f"auth required pam_exec.so quiet {script}", "account required pam_permit.so")
        self.door.start()
        client = self.plain("ann", "directory")
        until("the stack to be asked", lambda: os.path.exists(self.door.folder + "/began"))
        self.door.end()
        client.wait("FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE")

    def test_a_module_that_hangs_is_killed_with_what_it_began_and_others_come_in(self):
        pids = os.path.join(self.door.folder, "pids")
        script = self.door.script("wait", f'[ "$PAM_USER" = ann ] || exit 0', f"echo $$ >>{pids}",
                                  "exec tail -f /dev/null")
        self.door.stack(f"auth required pam_exec.so quiet {script}", "account required pam_permit.so")
        self.door.start()
        waiting = [self.plain("ann", "directory") for i in range(3)]
        until("the stack to hang", lambda: os.path.exists(pids))
        self.is_let_in("bob")
        for client in waiting:
            client.wait("FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE")
        with open(pids, encoding="utf-8") as file:
            for pid in file.read().split():
                until(f"{pid} to be gone", lambda pid=pid: is_gone(int(pid)))
        self.is_let_in("bob")

    def test_one_that_stands_still_is_shut_out(self):
        self.door.start()
        os.kill(self.door.program.pid, signal.SIGSTOP)
        self.is_later("ann")
        self.logged("event=door_down", 'why="it does not answer"')

    def test_who_speaks_what_is_no_answer_is_shut_out(self):
        for said in (b"x", b"\0" * 280, struct.pack("<HHHHIIQ", 6, 0, 3, 0, 0, 0, 77) + b"ann" + b"\0" * 253):
            with self.subTest(said=said[:4]), \
                    socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
                peer.connect(self.door.socket)
                until("it to be let in", self.door.is_up)
                peer.send(said)
                self.assertEqual(peer.recv(2000), b"")
        self.logged("event=door_down", 'why="it says what is no answer"')

    def test_a_door_ends_at_what_is_no_letter(self):
        path = os.path.join(self.door.folder, "other.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(path)
            listener.listen()
            for said in (b"x", b"\0" * 1024, struct.pack("<HHHHHHHHQ", 5, 1, 0, 3, 1, 0, 0, 0, 7) + b"annx" + b"\0" * 996):
                with subprocess.Popen([os.path.join(snug.BIN, "snug-door"), "--socket", path]) as program:
                    peer, _ = listener.accept()
                    with peer:
                        peer.send(said)
                        self.assertEqual(program.wait(snug.PATIENCE), 3)

    def test_one_door_is_enough(self):
        self.door.start()
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as peer:
            peer.connect(self.door.socket)
            self.assertEqual(peer.recv(2000), b"")
        self.logged("event=door_refused", 'why="another is there"')
        self.is_let_in("ann")

    @unittest.skipIf(os.geteuid() != 0, "another user is root's to be")
    def test_another_user_is_refused(self):
        os.chmod(self.server.dir, 0o711)
        os.chmod(self.server.state, 0o711)
        os.chmod(self.door.socket, 0o666)
        done = subprocess.run(["setpriv", "--reuid=4321", "--clear-groups", "python3", "-c",
                               "import socket, sys; s = socket.socket(1, socket.SOCK_SEQPACKET); "
                               "s.connect(sys.argv[1]); sys.exit(len(s.recv(99)))",
                               self.door.socket])
        self.assertEqual(done.returncode, 0)
        self.logged("event=door_refused", "uid=4321", 'why="another user"')


class Many(Base):
    conf = door.CONF + "tries = 100\n"

    def test_of_many_at_once_eight_are_asked_and_the_others_put_off(self):
        go = os.path.join(self.door.folder, "go")
        os.mkfifo(go)
        began = os.path.join(self.door.folder, "began")
        open(began, "x", encoding="utf-8").close()
        script = self.door.script("wait", f"echo x >>{began}", f"read word <{go}")
        self.door.stack(f"auth required pam_exec.so quiet {script}", "account required pam_permit.so")
        self.door.start()
        clients = [self.plain("ann", "directory") for i in range(11)]
        for client in clients[8:]:
            client.wait("FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE")
        until("eight to be asked", lambda: os.path.getsize(began) == 16)
        with open(go, "w", encoding="utf-8") as file:
            file.write("go\n" * 8)
            file.flush()
            for client in clients[:8]:
                client.wait(" 903 ")

    def test_one_behind_another_all_are_answered(self):
        self.door.start()
        for i in range(60):
            self.is_let_in("ann" if i % 2 else "bob")
        self.assertIsNone(self.door.program.poll())
        self.assertNotIn("door_down", self.server.read_log())


class Cache(Base):
    conf = door.CONF + "cache = 4h\n"

    # Proves A25.
    def test_a_password_that_was_right_lets_in_while_nobody_can_say(self):
        self.door.start()
        self.is_let_in("ann")
        self.assertRegex(self.server.run("check").out, "pam-cache.*lets in again for 4h while PAM cannot be asked")
        self.door.end()
        self.logged("event=door_down")
        client = until("what was right to be kept", lambda: self.try_to_come("ann"))
        self.logged("event=login ", "account=ann way=pam cached=yes device=")
        client.send("CERT TOKEN ADD new")
        client.wait("FAIL CERT STEP_UP_REQUIRED")
        self.assertIn("snug_logins_cached_total 1\n", self.server.run("metrics").out)
        self.plain("ann", "wrong").wait("FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE")
        self.assertEqual(self.server.run("user", "passwd", "ann", "--generate").code, 0)
        self.is_later("ann")

    def try_to_come(self, name):
        client = self.plain(name, "directory")
        client.send("NICK " + name, "USER u 0 * :u")
        if " 900 " not in client.wait(" 90"):
            client.close()
            return None
        client.send("CAP END")
        client.wait(" 001 ")
        return client


class Files(Base):
    conf = door.CONF + "[web]\nlisten = 127.0.0.1:0\nhost = localhost\n"

    # Proves A25.
    def test_a_password_sends_no_file_and_nobody_is_asked_about_it(self):
        asked = os.path.join(self.door.folder, "asked")
        script = self.door.script("ask", f"echo x >>{asked}")
        self.door.stack(f"auth required pam_exec.so quiet {script}", "account required pam_permit.so")
        self.door.start()
        self.is_let_in("ann")
        self.assertEqual(self.server.run("room", "add", "den", "--founder", "ann").code, 0)
        os.remove(asked)
        port = web.web_port(self.server)
        for name, password in (("ann", "directory"), ("ann", "wrong"), ("ann@phone", "directory"), ("bob", "directory")):
            for path, method in (("/f?target=%23den", "POST"), ("/f/" + "A" * 22, "GET")):
                answer = web.ask(port, web.request(path, method, body=b"x" if method == "POST" else b"",
                                                   Authorization=test_files.basic(name, password)))
                self.assertEqual(answer.status, 401, answer.raw)
                self.assertIn(b"A password opens nothing here: make an app token", answer.raw)
        self.assertFalse(os.path.exists(asked))
        token = self.server.run("user", "token", "add", "ann", "phone").out.strip()
        answer = web.ask(port, web.request("/f?target=%23den", "POST", body=b"x",
                                           Authorization=test_files.basic("ann", token)))
        self.assertEqual(answer.status, 201, answer.raw)


class Check(Base):
    def test_check_says_what_is_missing(self):
        done = self.server.run("check")
        self.assertNotEqual(done.code, 0)
        self.assertIn("no /etc/pam.d/snug: until it is there nobody is let in by it", done.out)
        self.assertRegex(done.out, "door.*down since .*systemctl enable --now snug-door")
        self.door.start()
        self.assertRegex(self.server.run("check").out, "door.*up since ")


class Words(unittest.TestCase):
    def test_it_says_how_it_is_started(self):
        for words in (["--what"], ["--socket"], ["x"], ["--confdir", "/x", "y"]):
            done = subprocess.run([os.path.join(snug.BIN, "snug-door"), *words],
                                  stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage: snug-door", done.stderr)

    def test_without_a_server_it_says_so(self):
        done = subprocess.run([os.path.join(snug.BIN, "snug-door"), "--socket", "/nowhere/door.sock"],
                              stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot connect to /nowhere/door.sock", done.stderr)

    def test_settings_that_cannot_be_are_named(self):
        for text, why in (("service = ../su", "service is the name of a file of /etc/pam.d"),
                          ("door_user = snug", "is off without  service"),
                          ("service = snug\ndoor_user = nobody-of-that-name", "there is no such user"),
                          ("cache = 4h", "is off without  service"),
                          ("service = snug\ncache = 25h", "must be from 0 to 1d"),
                          ("service = snug\ntries = 0", "tries"),
                          ("service = snug\ntries = 101", "tries")):
            server = snug.Server(conf="\n[pam]\n" + text + "\n")
            self.addCleanup(server.close)
            done = server.run("run")
            self.assertNotEqual(done.code, 0)
            self.assertIn(why, done.err)


if __name__ == "__main__":
    unittest.main()
