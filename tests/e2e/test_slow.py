# SPDX-License-Identifier: MIT
"""Who reads slowly: stays, costs little, hears everything once and in order."""
import re
import socket
import unittest

from snug import Server

MESSAGES = 20000
TEXT = "x" * 300
PAGE, PAGES = 500, 200
CAPS = "message-tags server-time batch draft/chathistory snug.chat/sequence"


class Slow(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(self.server.close)
        for name in ("alice", "bob", "carol"):
            self.server.user(name)

    def memory(self):
        with open("/proc/%d/status" % self.server.process.pid) as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) * 1024

    def enter(self, name, caps):
        c = self.server.client(name, caps)
        c.send("JOIN #den")
        c.sync()
        return c

    def talk(self, alice, first, last):
        alice.send(*("PRIVMSG #den :%d %s" % (n, TEXT) for n in range(first, last)))
        alice.sync()
        alice.lines.clear()

    # Proves T6.
    def test_a_reader_that_stops_hears_everything_once_and_in_order(self):
        alice = self.enter("alice", "")
        bob = self.enter("bob", CAPS)
        bob.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        before = highest = self.memory()
        for i in range(0, MESSAGES, 100):
            self.talk(alice, i, i + 100)
            highest = max(highest, self.memory())
        self.assertLess(highest - before, 32 << 20, "memory for one that does not read")
        heard, stalls = 0, 0
        while heard < MESSAGES:
            line = bob.recv()
            bob.lines.clear()
            stalls += " 366 " in line  # ends each catch-up
            if " PRIVMSG " not in line:
                continue
            seq = int(re.search(r"snug\.chat/seq=(\d+)", line).group(1))
            text = line.split(" :", 2)[2].split(" ")[0]
            self.assertEqual((seq, text), (heard + 1, str(heard)))
            heard += 1
        stalls += sum(" 366 " in line for line in bob.sync())
        self.assertGreater(stalls, 0, "it never fell behind: the test is too small")
        alice.send("PRIVMSG #den :live again")
        self.assertIn("snug.chat/seq=%d " % (MESSAGES + 1), bob.wait("live again"))

    # Proves P3.
    def test_answers_are_made_as_their_reader_takes_them(self):
        """200 pages of 150 kB, asked for at once by one that does not read, who stays."""
        alice = self.enter("alice", "")
        for i in range(0, PAGE, 100):
            alice.send(*("PRIVMSG #den :%d %s" % (n, TEXT[:130]) for n in range(i, i + 100)))
            alice.sync()
        bob, carol = self.enter("bob", CAPS), self.enter("carol", CAPS)
        bob.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        ask = "CHATHISTORY LATEST #den * %d" % PAGE
        bob.send(ask)  # what one page takes is not counted
        self.page(bob)
        before = highest = self.memory()
        bob.send(*[ask] * PAGES)
        for _ in range(200):  # those who read get theirs from the same threads meanwhile
            carol.send("CHATHISTORY LATEST #den * 5")
            carol.wait(" BATCH -")
            carol.lines.clear()
            highest = max(highest, self.memory())
        for _ in range(PAGES):
            self.page(bob)
        self.assertLess(highest - before, 2 << 20, "memory for answers that nobody reads")

    def page(self, client):
        """Reads one answer, which holds the newest messages in order."""
        client.wait(" BATCH +")
        seqs = []
        while " BATCH -" not in (line := client.recv()):
            seqs.append(int(re.search(r"snug\.chat/seq=(\d+)", line).group(1)))
        client.lines.clear()
        self.assertEqual(seqs, list(range(PAGE - len(seqs) + 1, PAGE + 1)))
        self.assertGreater(len(seqs), 100)

    def test_nobody_else_waits_for_one_that_does_not_read(self):
        alice = self.enter("alice", "")
        bob = self.enter("bob", "")
        bob.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        carol = self.enter("carol", "")
        for _ in range(100):
            self.talk(alice, 0, 100)
            heard = [line for line in carol.sync() if " PRIVMSG #den :" in line]
            self.assertEqual(len(heard), 100, "somebody waited")
            carol.lines.clear()


if __name__ == "__main__":
    unittest.main()
