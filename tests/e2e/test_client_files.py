# SPDX-License-Identifier: MIT
"""Files between two `snug`s: on the command line, on the screen, in lines; and what goes wrong."""
import json
import os
import struct
import tempfile
import unittest
import zlib

import snug
from patience import until
from person import Person, Program, link

WEB = "\n[web]\nlisten = 127.0.0.1:%d\nhost = localhost\n%s"


def picture(*chunks):
    """A PNG of one pixel, with more chunks in it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + b"".join(chunk(*one) for one in chunks)
            + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


class Base(unittest.TestCase):
    FILES = ""

    def setUp(self):
        port = snug.free_port()
        self.server = snug.Server(WEB % (snug.free_port(), self.FILES), port=port)
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)
        self.ann, self.bob = self.person("ann"), self.person("bob")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = folder.name

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        person.join(self.link)
        return person

    def file(self, name, data):
        path = os.path.join(self.dir, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def fine(self, person, *words, **more):
        done = person.run(*words, **more)
        self.assertEqual(done.code, 0, done)
        return done.out

    def refused(self, code, names, person, *words):
        done = person.run(*words)
        self.assertEqual(done.code, code, done)
        self.assertIn(names, done.err)

    def newest(self, person, target="#lounge"):
        return json.loads(self.fine(person, "tail", "-n", "1", "--json", target))


class Verbs(Base):
    def test_a_file_goes_and_comes(self):
        data = os.urandom(300000)
        path = self.file("tide table.pdf", data)
        said = self.fine(self.ann, "send", "--file", path, "#lounge", "for", "you").strip()
        told = self.newest(self.bob)
        self.assertEqual(told["id"], said)
        self.assertEqual((told["file"]["name"], told["file"]["size"]), ("tide table.pdf", 300000))
        self.assertRegex(told["text"], r"^for you https://localhost:\d+/f/[\w-]{22}$")
        self.assertIn("for you tide table.pdf (292 KiB)", self.fine(self.bob, "tail", "-n", "1", "#lounge"))
        out = os.path.join(self.dir, "got.pdf")
        kept = self.fine(self.bob, "get", "-o", out, told["file"]["id"])
        self.assertEqual(kept.strip(), out)
        self.assertEqual(self.read(out), data)
        # By its address, and by the message; into a folder, under its own name, and never over it.
        url = told["text"].split()[-1]
        self.assertEqual(self.fine(self.bob, "get", "-o", self.dir, url).strip(),
                         os.path.join(self.dir, "tide table (2).pdf"))
        kept = json.loads(self.fine(self.bob, "get", "--json", "--in", "#lounge", "-o", self.dir, said))
        self.assertEqual(kept["path"], os.path.join(self.dir, "tide table (3).pdf"))
        self.assertEqual(self.read(kept["path"]), data)
        self.refused(1, "File exists", self.bob, "get", "-o", out, url)
        self.assertEqual(self.read(path), data)
        self.assertEqual([name for name in os.listdir(self.dir) if "part" in name], [])

    def test_several_files_are_as_many_messages(self):
        paths = [self.file("a.txt", b"one"), self.file("b.txt", b"two")]
        said = self.fine(self.ann, "send", "--file", paths[0], "--file", paths[1], "bob", "both").split()
        self.assertEqual(len(said), 2)
        told = [json.loads(row) for row in
                self.fine(self.bob, "tail", "-n", "2", "--json", "ann").splitlines()]
        self.assertEqual([one["file"]["name"] for one in told], ["a.txt", "b.txt"])
        self.assertTrue(told[0]["text"].startswith("both https://"))
        self.assertTrue(told[1]["text"].startswith("https://"))

    def test_a_picture_tells_nothing_of_where_it_was_made(self):
        full = picture((b"tEXt", b"Comment\0at home"), (b"eXIf", b"MM\0*at home"))
        path = self.file("home.png", full)
        self.fine(self.ann, "send", "--file", path, "#lounge")
        out = os.path.join(self.dir, "got.png")
        self.fine(self.bob, "get", "-o", out, self.newest(self.bob)["file"]["id"])
        self.assertEqual(self.read(out), picture())
        self.fine(self.ann, "config", "set", "files.metadata", "on")
        self.fine(self.ann, "send", "--file", path, "#lounge")
        self.fine(self.bob, "get", "-o", out + "2", self.newest(self.bob)["file"]["id"])
        self.assertEqual(self.read(out + "2"), full)

    def test_what_cannot_be_sent_or_had(self):
        self.refused(2, "nothing was sent: cannot read /no/such: No such file", self.ann,
                     "send", "--file", "/no/such", "#lounge")
        self.refused(2, "is a folder", self.ann, "send", "--file", self.dir, "#lounge")
        path = self.file("a.txt", b"hello")
        self.refused(2, "a caption is one line", self.ann, "send", "--file", path, "#lounge", "a\nb")
        self.refused(1, "a.txt: ", self.ann, "send", "--file", path, "#nowhere")
        for wanted in "https://evil.example/f/" + "a" * 22, "short", "https://localhost/x":
            self.refused(2, "is no file of this server", self.ann, "get", wanted)
        self.refused(1, "a" * 22 + ": ", self.ann, "get", "a" * 22)
        self.refused(1, "Invalid timestamp or message id", self.ann, "get", "--in", "#lounge", "nonsense")
        self.assertEqual(self.bob.tail("#lounge"), [])

    def test_who_is_elsewhere_gets_nothing(self):
        self.fine(self.ann, "send", "--file", self.file("a.txt", b"hello"), "bob")
        file = self.newest(self.bob, "ann")["file"]["id"]
        cem = self.person("cem")
        self.refused(1, file + ": ", cem, "get", "-o", self.dir + "/x", file)
        self.assertFalse(os.path.exists(self.dir + "/x"))
        self.fine(self.bob, "get", "-o", self.dir + "/x", file)

    def test_through_the_running_program(self):
        pipe = Program(self.bob.words("pipe"))
        self.addCleanup(pipe.close)
        screen = self.ann.open()
        screen.wait_for("● online")
        self.fine(self.ann, "send", "--file", self.file("a.txt", b"hello"), "#lounge", "see")
        screen.wait_for("see a.txt (5 B)")


class Limits(Base):
    FILES = "\n[files]\nfile_max = 1KiB\n"

    def test_the_servers_own_words_are_told(self):
        path = self.file("big.bin", os.urandom(4096))
        done = self.ann.run("send", "--file", path, "#lounge")
        self.assertEqual(done.code, 1, done)
        self.assertRegex(done.err, r"snug: big\.bin: .*1024 bytes")
        screen = self.ann.open()
        screen.wait_for("● online")
        screen.type("/upload " + path + " look")
        screen.wait_for("big.bin was not sent: ")
        screen.wait_for("/upload retry")
        screen.type("/upload cancel")
        screen.wait_for("stopped: 1 file")
        self.assertEqual(self.bob.tail("#lounge"), [])


class Screens(Base):
    def setUp(self):
        super().setUp()
        self.kept = os.path.join(self.dir, "kept")
        self.fine(self.bob, "config", "set", "files.folder", self.kept)

    def test_a_file_goes_and_comes(self):
        path = self.file("tide table.pdf", b"tides")
        ann, bob = self.ann.open(), self.bob.open()
        ann.wait_for("● online")
        bob.wait_for("● online")
        ann.type('/upload "%s" for you' % path)
        for screen in ann, bob:
            screen.wait_for("for you tide table.pdf (5 B)")
            self.assertNotIn("https://", screen.text())
        bob.type("/get")
        bob.wait_for("tide table.pdf is kept as", "kept/tide table.pdf")
        self.assertEqual(self.read(self.kept + "/tide table.pdf"), b"tides")
        bob.keys("Escape")
        bob.wait_for("r reply")
        bob.keys("f")
        until("a second one", lambda: os.path.exists(self.kept + "/tide table (2).pdf"))

    def test_a_dropped_file_is_asked_about(self):
        path = self.file("it's here.txt", b"dropped")
        ann = self.ann.open()
        ann.wait_for("● online")
        ann.paste(path.replace("'", "\\'").replace(" ", "\\ "))
        ann.wait_for("send this file, it's here.txt (7 B), to #lounge? [y/n]")
        ann.keys("y")
        ann.wait_for("it's here.txt (7 B)")
        until("bob's message", lambda: len(self.bob.tail("#lounge")) == 1)
        # With no it is a text as any other.
        ann.paste(path)
        ann.wait_for("send this file, it's here.txt")
        ann.keys("n")
        ann.wait_for("› " + path)

    def test_it_is_opened_when_one_says_so(self):
        told = os.path.join(self.dir, "told")
        opener = self.file("opener", b"#!/bin/sh\necho \"$1 $2\" >%s\n" % told.encode())
        os.chmod(opener, 0o700)
        self.fine(self.bob, "config", "set", "files.opener", opener + " --show")
        self.fine(self.ann, "send", "--file", self.file("a;b.txt", b"hello"), "#lounge")
        bob = self.bob.open()
        bob.wait_for("a;b.txt (5 B)")
        self.assertFalse(os.path.exists(self.kept))
        bob.type("/open")
        bob.wait_for("opened")
        until("the opener", lambda: os.path.exists(told) and self.read(told))
        self.assertEqual(self.read(told).decode(), "--show %s/a;b.txt\n" % self.kept)
        self.fine(self.bob, "config", "set", "files.opener", "/no/such")

    def test_an_edit_keeps_the_file(self):
        self.fine(self.ann, "send", "--file", self.file("a.txt", b"hello"), "#lounge", "see")
        ann = self.ann.open()
        ann.wait_for("see a.txt (5 B)")
        ann.keys("Escape")
        ann.wait_for("r reply")
        ann.keys("e")
        ann.wait_for("edit ")
        ann.wait_for("see https://localhost")
        ann.keys("C-a")
        ann.type("do ")
        ann.wait_for("do see a.txt (5 B)")
        until("the edit", lambda: json.loads(self.fine(
            self.bob, "tail", "-n", "1", "--json", "#lounge")).get("file", {}).get("name") == "a.txt")

    def test_in_lines(self):
        path = self.file("a.txt", b"hello")
        ann, bob = Program(self.ann.words("--plain", "#lounge")), Program(self.bob.words("--plain", "#lounge"))
        for program in ann, bob:
            self.addCleanup(program.close)
            program.line(lambda line: "bob joined" in line)
        ann.say("/upload %s see\n" % path)
        bob.line(lambda line: "ann: see a.txt (5 B)" in line)
        bob.say("/get\n")
        bob.line(lambda line: "a.txt is kept as" in line)
        self.assertEqual(self.read(self.kept + "/a.txt"), b"hello")
        ann.say("/upload /no/such\n")
        ann.line(lambda line: "not sent: cannot read /no/such" in line)
        ann.say("/upload cancel\n")
        ann.line(lambda line: "no file is on its way" in line)


if __name__ == "__main__":
    unittest.main()
