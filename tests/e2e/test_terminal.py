# SPDX-License-Identifier: MIT
"""The command line on a terminal: questions, tables, a QR code."""
import os
import pty
import re
import select
import termios
import unittest

import snug
from patience import STEP, until


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, *words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["USER"] = "ann"
            os.execv(snug.SNUGD, [snug.SNUGD, *words])
        self.seen, self.is_over = "", False

    def look(self):
        """Reads what comes, or waits a moment."""
        if not select.select([self.fd], [], [], STEP)[0]:
            return
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        self.is_over = not got
        self.seen += got.decode()

    def wait_for(self, text):
        until(lambda: f"{text!r} on:\n{self.seen}", lambda: text in self.seen or self.is_over, self.look)
        assert text in self.seen, self.seen

    def is_silent(self):
        return not termios.tcgetattr(self.fd)[3] & termios.ECHO

    def answer(self, question, text):
        self.wait_for(question)
        self.seen = self.seen.split(question, 1)[1]
        if question in ("Password: ", "Again: "):  # the echo goes off behind the question
            until("the echo to be off", self.is_silent)
        os.write(self.fd, text.encode() + b"\n")

    def end(self):
        until(lambda: "the end of it:\n" + self.seen, lambda: self.is_over, self.look)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class OnATerminal(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def words(self, *words):
        return Terminal(*words, "--state", self.s.state)

    def test_a_password_is_asked_for_twice_and_not_shown(self):
        t = self.words("user", "add", "ann")
        t.answer("Password: ", "a quiet long secret")
        t.answer("Again: ", "a quiet long secret")
        self.assertEqual(t.end(), 0, t.seen)
        self.assertNotIn("quiet", t.seen)
        self.s.start()
        self.s.client("ann", password="a quiet long secret")

    def test_two_different_ones_change_nothing(self):
        t = self.words("user", "add", "ann")
        t.answer("Password: ", "a quiet long secret")
        t.answer("Again: ", "another long secret")
        self.assertEqual(t.end(), 2, t.seen)
        self.assertIn("not the same", t.seen)
        self.assertEqual(self.s.json("user", "list"), [])

    def test_an_empty_one_is_made_up_and_works(self):
        t = self.words("user", "add", "ann")
        t.answer("Password: ", "")
        self.assertEqual(t.end(), 0, t.seen)
        made = re.search(r"The password of ann is  (\S+)", t.seen).group(1)
        self.s.start()
        self.s.client("ann", password=made)

    def test_a_short_one_is_refused(self):
        t = self.words("user", "add", "ann")
        t.answer("Password: ", "short")
        self.assertEqual(t.end(), 2)
        self.assertIn("at least 12", t.seen)

    def test_init_asks_for_the_administrator(self):
        self.s.close()
        t = self.words("init", "--name", "localhost")
        t.answer("[ann]: ", "")
        t.answer("Password: ", "a quiet long secret")
        t.answer("Again: ", "a quiet long secret")
        self.assertEqual(t.end(), 0, t.seen)
        self.assertIn("snug://localhost/lounge", t.seen)
        self.assertEqual(self.s.json("user", "list")[0]["role"], "admin")

    def test_a_table_has_a_head_and_a_link_its_code(self):
        self.s.user("ann")
        t = self.words("user", "list")
        self.assertEqual(t.end(), 0)
        self.assertRegex(t.seen, r"NAME +ROLE")
        t = self.words("invite", "create", "--room", "lounge")
        self.assertEqual(t.end(), 0)
        self.assertIn("snug://", t.seen)
        self.assertGreater(t.seen.count("\u2588"), 100)


if __name__ == "__main__":
    unittest.main()
