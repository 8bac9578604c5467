# SPDX-License-Identifier: MIT
"""Files between real sockets and a real disk: great ones, slow ones, full disks, sudden ends."""
import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest

import snug
import web
from patience import until
from test_files import CONF, Base, basic

MIB = 1024 * 1024
PIECE = bytes(range(256)) * 1024
PNG = b"\x89PNG\r\n\x1a\n"


def resident(pid):
    with open("/proc/%d/status" % pid) as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


class Disk(Base):
    def begin(self, more="", **where):
        self.s = snug.Server(CONF + more, **where)
        self.addCleanup(self.s.close)
        self.s.user("ann")
        self.again()
        self.assertEqual(self.s.run("room", "add", "den", "--founder", "ann").code, 0)
        self.who = basic("ann", self.app_token("ann"))

    def halves(self):
        return [name for name in self.on_disk() if name.endswith(".new")]

    def open_upload(self, size, *sent):
        """A connection on which an upload of so many bytes has begun, and these of it."""
        sock = web.connect(self.port)
        sock.sendall(web.request("/f?target=%23den", "POST", Authorization=self.who, Content_Length=size))
        for part in sent:
            sock.sendall(part)
        return sock

    def again(self):
        self.s.start()
        self.port = web.web_port(self.s)


class Great(Disk):
    """As long as a file may be, both ways, and what that takes of memory."""
    SIZE = 64 * MIB if snug.SANITIZED else 1024 * MIB

    def send(self, sock, size):
        whole, highest = hashlib.sha256(), 0
        for _ in range(size // len(PIECE)):
            sock.sendall(PIECE)
            whole.update(PIECE)
            highest = max(highest, resident(self.s.process.pid))
        return whole.hexdigest(), highest

    def receive(self, sock, size):
        """The body, read in pieces; the first of them only when nothing more comes."""
        head = b""
        while b"\r\n\r\n" not in head:
            head += sock.recv(65536)
        head, part = head.split(b"\r\n\r\n", 1)
        whole, got, highest = hashlib.sha256(), 0, 0
        while True:
            whole.update(part)
            got += len(part)
            if got >= size:
                return head, whole.hexdigest(), highest
            highest = max(highest, resident(self.s.process.pid))
            part = sock.recv(65536)
            self.assertTrue(part, got)

    @unittest.skipUnless(shutil.disk_usage(tempfile.gettempdir()).free > 4 * SIZE, "the disk has no room for it")
    # Proves X10.
    def test_a_whole_one_takes_a_piece_of_memory(self):
        self.begin("[files]\nfile_max = 1GiB\naccount_total = 2GiB\nroom_total = 2GiB\ntotal = 4GiB\n"
                   "account_per_day = 0\n")
        self.put_fine(self.who)  # what is loaded once is loaded
        before = resident(self.s.process.pid)
        with self.open_upload(self.SIZE) as sock:
            sent, highest = self.send(sock, self.SIZE)
            answer = web.Answer(web.read_all(sock))
        self.assertEqual(answer.status, 201, answer.raw)
        self.assertLess(highest - before, 8 * MIB)
        path = answer.fields["Location"]
        self.assertEqual(os.path.getsize(os.path.join(self.s.state, "files", path[3:])), self.SIZE)
        with web.connect(self.port) as sock:
            sock.sendall(web.request(path, Authorization=self.who))
            head, got, highest = self.receive(sock, self.SIZE)
        self.assertIn(b" 200 OK", head)
        self.assertEqual(got, sent)
        self.assertLess(highest - before, 8 * MIB)
        part = self.get(path, Authorization=self.who, Range="bytes=%d-" % (self.SIZE - 10))
        self.assertEqual((part.status, part.body), (206, PIECE[-10:]), part.raw[:1000])
        # One byte more is refused by its length.
        with self.open_upload(1024 * MIB + 1) as sock:
            self.assertEqual(web.Answer(web.read_all(sock)).status, 413)

    def test_two_requests_on_one_connection(self):
        self.begin()
        path = "/f/" + self.put_fine(self.who, PNG + PIECE)
        with web.connect(self.port) as sock:
            for method, length in (("GET", len(PNG + PIECE)), ("HEAD", 0), ("GET", len(PNG + PIECE))):
                sock.sendall(web.request(path, method, Authorization=self.who, Connection="keep-alive"))
                head = b""
                while b"\r\n\r\n" not in head:
                    head += sock.recv(65536)
                head, body = head.split(b"\r\n\r\n", 1)
                while len(body) < length:
                    body += sock.recv(65536)
                self.assertIn(b"Content-Length: %d\r\n" % len(PNG + PIECE), head)
                self.assertEqual(body, (PNG + PIECE)[:length])


class Ends(Disk):
    def check_after(self, end):
        """Uploads at each stage and a download when the server ends: what is there after the next start."""
        self.begin()
        kept = self.put_fine(self.who, PNG + PIECE)
        socks = [self.open_upload(4 * MIB, *parts) for parts in
                 ((), (b"x",), (PIECE[:65536],), (PIECE,), (PIECE, PIECE, b"x"), (PIECE,) * 15)]
        until("six are half there", lambda: len(self.halves()) == 6)
        slow = web.connect(self.port)
        self.addCleanup(slow.close)
        slow.sendall(web.request("/f/" + kept, Authorization=self.who))
        slow.recv(1)
        end()
        for sock in socks:
            sock.close()
        self.again()
        self.assertEqual(self.on_disk(), [kept])
        self.assertEqual(self.get("/f/" + kept, Authorization=self.who).body, PNG + PIECE)
        self.assertEqual([row["file"] for row in self.s.json("file", "list")], [kept])

    # Proves S20.
    def test_killed_in_the_middle_nothing_half_is_left(self):
        self.check_after(lambda: self.s.kill())

    def test_an_orderly_stop_waits_for_nobody(self):
        self.check_after(lambda: self.assertEqual(self.s.stop(), 0))

    def test_killed_after_the_answer_it_is_there(self):
        self.begin()
        for n in range(5):
            kept = self.put_fine(self.who, PNG + b"%d" % n)
            self.s.kill()
            self.again()
            self.assertIn(kept, self.on_disk())
            self.assertEqual(self.get("/f/" + kept, Authorization=self.who).body, PNG + b"%d" % n)

    def test_what_is_cut_is_gone_at_once(self):
        self.begin()
        socks = [self.open_upload(4 * MIB, PIECE) for _ in range(8)]
        until("eight are half there", lambda: len(self.halves()) == 8)
        for sock in socks:
            sock.close()
        until("nothing is left", lambda: self.on_disk() == [])


class Full(Disk):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="snug-files-")
        self.addCleanup(os.rmdir, self.folder)
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192m", "none", self.folder],
                                               stderr=subprocess.DEVNULL, check=False).returncode:
            self.skipTest("only root mounts a disk")
        self.addCleanup(subprocess.run, ["umount", "-l", self.folder], check=True)

    def test_a_full_disk_is_told_and_given_back(self):
        self.begin("[files]\nfile_max = 1GiB\naccount_total = 2GiB\nroom_total = 2GiB\ntotal = 4GiB\n"
                   "account_per_day = 0\n", root=self.folder)
        # What chat needs is left to it: the greatest are refused before a byte is sent.
        with self.open_upload(100 * MIB) as sock:
            self.assertEqual(web.Answer(web.read_all(sock)).status, 507)
        self.assertEqual(self.on_disk(), [])
        kept = []
        while (answer := self.put(PNG + PIECE * 12, Authorization=self.who)).status == 201:
            kept.append(answer.fields["Location"][3:])
        self.assertEqual(answer.status, 507, answer.raw)
        self.assertIn(b"disk", answer.body)
        self.assertTrue(kept)
        self.assertEqual(self.on_disk(), sorted(kept))
        # People still talk.
        ann = self.member("ann")
        ann.send("PRIVMSG #den :still here")
        ann.wait("still here")
        self.assertEqual(self.s.run("file", "delete", kept[0]).code, 0)
        until("it is off the disk", lambda: kept[0] not in self.on_disk())
        until("its room is free", lambda: self.put(PNG + PIECE * 12, Authorization=self.who).status == 201)


if __name__ == "__main__":
    unittest.main()
