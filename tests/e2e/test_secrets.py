# SPDX-License-Identifier: MIT
"""What somebody gets who looks at the process: no core, no secret that it no longer needs."""
import base64
import os
import re
import signal
import subprocess
import unittest

import snug

# Long: the beginning of what was freed is soon written over, its end is not.
PASSWORD = "a quite unusual secret of ann, " * 5 + "that has an end of its own"
WORDS = "words that the room is about"


def memory(pid):
    """What the process has written to, its stacks too, piece by piece."""
    with open(f"/proc/{pid}/maps") as maps:
        spans = [re.match(r"(\w+)-(\w+) rw", line) for line in maps]
    with open(f"/proc/{pid}/mem", "rb", 0) as file:
        for span in filter(None, spans):
            first, end = (int(part, 16) for part in span.groups())
            file.seek(first)
            try:
                yield file.read(end - first)
            except OSError:  # guard pages
                continue


def status_of(process):
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -1  # waited for
    return status


class Secrets(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def abort(self, words, folder):
        """How it ends when it aborts, and what files it leaves."""
        before = set(os.listdir(folder))
        process = subprocess.Popen(["prlimit", "--core=unlimited", *words], cwd=folder,
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if "run" in words:
            snug.until("it to be up", lambda: b"event=ready" in process.stderr.readline())
        else:
            process.stderr.read(0)
            snug.until("the program", lambda: os.path.basename(os.readlink(
                f"/proc/{process.pid}/exe")) == os.path.basename(words[0]))
        process.send_signal(signal.SIGABRT)
        status = status_of(process)
        process.stderr.close()
        self.assertEqual(os.WTERMSIG(status), signal.SIGABRT)
        return os.WCOREDUMP(status), set(os.listdir(folder)) - before

    # Proves B35.
    def test_it_leaves_no_core(self):
        if not self.abort(["sleep", "infinity"], self.s.dir)[0]:
            self.skipTest("nothing leaves a core on this machine")
        self.assertEqual(self.abort([snug.SNUGD, "run", "--state", self.s.state], self.s.dir),
                         (False, set()))

    # Proves A16.
    @unittest.skipIf(os.geteuid(), "only root may look into its memory")
    def test_passwords_and_tokens_are_not_in_its_memory(self):
        self.s.start()
        self.s.user("ann", password=PASSWORD)
        self.expect_none(password=PASSWORD)
        token = self.s.run("user", "token", "add", "ann", "--label", "x").out.strip()
        self.expect_none(token=token)
        c = self.s.client("ann", password=PASSWORD)
        self.expect_none(password=PASSWORD)
        c.send("JOIN #den", "TOPIC #den :" + WORDS)
        c.sync()
        self.assertGreater(self.found(WORDS), 0, "the search finds nothing")
        self.s.client("ann", password=token)
        self.expect_none(token=token)
        wrong = self.s.client()
        wrong.refused("ann", PASSWORD + "!")
        self.expect_none(wrong=PASSWORD + "!", password=PASSWORD)
        other = self.s.client()
        other.send("PASS :ann:" + PASSWORD, "NICK ann", "USER a 0 * :a")
        other.wait(" 001 ")
        c.send("PRIVMSG NickServ :PASSWD %s %s" % (PASSWORD, PASSWORD[::-1]))
        c.wait("NickServ")
        c.sync()
        self.expect_none(password=PASSWORD, new=PASSWORD[::-1])

    def found(self, text):
        forms = [text.encode()[-20:]]
        for before in (b"", b"\0ann\0"):
            forms.append(base64.b64encode(before + text.encode()).rstrip(b"=")[-24:-2])
        return sum(piece.count(form) for piece in memory(self.s.process.pid) for form in forms)

    def expect_none(self, **secrets):
        self.s.json("status")  # so the turn that answered the last question is over, and has wiped
        for name, text in secrets.items():
            self.assertEqual(self.found(text), 0, name)


if __name__ == "__main__":
    unittest.main()
