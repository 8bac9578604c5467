# SPDX-License-Identifier: MIT
"""The client and the network: gone, back, another one, silent; and what waited meanwhile."""
import datetime
import glob
import json
import os
import re
import signal
import subprocess
import unittest

import snug
import stored
from fault_process import Clock
from patience import until
from person import Person, Program, link

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")


def can_unshare():
    return subprocess.run(["unshare", "-n", "ip", "link", "set", "lo", "up"], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


class Base(unittest.TestCase):
    def world(self, prefix=()):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start(prefix)
        self.link = link(self.server)

    def person(self, name, prefix=()):
        person = Person(name, prefix=prefix)
        self.addCleanup(person.close)
        person.join(self.link)
        return person


class Gone(Base):
    @stored.of_sqlite("a server in a network of its own, where no PostgreSQL is")
    @unittest.skipUnless(can_unshare(), "no network namespaces here")
    def test_a_network_that_is_back_is_used_before_tcp_tries_again(self):
        space = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        self.addCleanup(space.wait)
        self.addCleanup(space.kill)
        inside = ["nsenter", "-t", str(space.pid), "-n"]
        mine = os.readlink("/proc/self/ns/net")
        until("a network", lambda: os.readlink(f"/proc/{space.pid}/ns/net") != mine)
        network = lambda *words: subprocess.run([*inside, "ip", *words], check=True)
        network("link", "set", "lo", "up")
        self.world(inside)
        ann = self.person("ann", inside)
        screen = ann.open()
        screen.wait_for("● online", "#lounge")
        network("link", "set", "lo", "down")
        screen.type("said into the void")
        screen.wait_match("void +queued")
        before = self.connections(ann)
        # What TCP resends comes ever more seldom: the next time is far off.
        until("TCP to have tried five times", lambda: self.tries(inside) >= 5)
        network("link", "set", "lo", "up")
        until("the line on the server", lambda: "said into the void" in ann.tail("#lounge"))
        screen.wait_gone("sending")
        self.assertNotEqual(self.connections(ann), before, "TCP's own way")
        self.assertEqual(ann.tail("#lounge").count("said into the void"), 1)

    def connections(self, person):
        return {row["id"] for row in self.server.json("session", "list") if row["account"] == person.name}

    @staticmethod
    def tries(inside):
        """How often what was sent in there was sent again, most of all."""
        shown = subprocess.run([*inside, "ss", "-tinH"], check=True, stdout=subprocess.PIPE, text=True).stdout
        return max(map(int, re.findall(r"backoff:(\d+)", shown)), default=0)

    def test_a_program_that_was_stopped_comes_back(self):
        self.world()
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("● online", "#lounge")
        pid = screen.child()
        os.kill(pid, signal.SIGSTOP)
        self.server.kill()
        self.server.start()
        # The door of a stopped program is no way: this logs in by itself.
        self.assertEqual(ann.run("send", "#lounge", "said meanwhile").code, 0)
        os.kill(pid, signal.SIGCONT)
        screen.wait_for("said meanwhile", "● online")

    def test_a_server_that_is_slow_is_said_to_be_and_the_line_stays_on_its_way(self):
        self.world()
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("● online", "#lounge")
        self.server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.server.process.send_signal, signal.SIGCONT)
        screen.type("into the slow")
        screen.wait_match("into the slow +sending")
        screen.wait_match(r"● waiting \d+ s for the server")
        self.server.process.send_signal(signal.SIGCONT)
        screen.wait_gone("sending")
        screen.wait_for("● online")
        self.assertEqual(ann.tail("#lounge"), ["into the slow"])

    def test_behind_an_older_copy_that_was_put_back_all_that_is_said_is_shown(self):
        self.world()
        ann, bob = self.person("ann"), self.person("bob")
        a, b = ann.open(), bob.open()
        for screen in a, b:
            screen.wait_for("● online", "▸ #lounge")
        b.type("kept")
        a.wait_for("kept")
        database = stored.file(self.server.state)
        self.assertEqual(self.server.run("backup", database + ".older").code, 0)
        for line in "gone one", "gone two":
            b.type(line)
            a.wait_for(line)  # else both may be one paste
        self.assertEqual(self.server.stop(), 0)
        os.replace(database + ".older", database)
        self.server.start()
        for screen in a, b:
            screen.wait_for("another history")
        a.wait_for("● online")
        b.wait_for("the server lost 2 lines of yours")
        b.type("said after it")
        a.wait_for("kept", "gone two", "said after it")
        self.assertNotIn("not loaded", a.text())
        self.assertEqual(ann.tail("#lounge"), ["kept", "said after it"])

    def put_back(self, copy):
        """An older copy, where the database was."""
        self.assertEqual(self.server.stop(), 0)
        os.replace(copy, stored.file(self.server.state))
        self.server.start()

    def test_own_lines_that_an_older_copy_has_not_are_sent_again_once(self):
        self.world()
        ann, bob = self.person("ann"), self.person("bob")
        a, b = ann.open(), bob.open()
        for screen in a, b:
            screen.wait_for("● online", "▸ #lounge")
        b.type("kept")
        a.wait_for("kept")
        copy = os.path.join(self.server.dir, "older")
        self.assertEqual(self.server.run("backup", copy).code, 0)
        for text in "gone one", "gone two":
            b.type(text)
            a.wait_for(text)
        self.put_back(copy)
        b.wait_for("the server lost 2 lines of yours: send again?")
        b.wait_for("└ the server had this, and lost it")
        b.keys("y")
        b.wait_gone("lost it")
        until("both lines", lambda: ann.tail("#lounge") == ["kept", "gone one", "gone two"])
        for text in "kept", "gone one", "gone two":
            self.assertEqual(b.text().count(text), 1, b.text())
        # Nothing is left to ask about.
        self.server.stop()
        self.server.start()
        b.type("goes on")
        until("the next line", lambda: ann.tail("#lounge")[3:] == ["goes on"])
        self.assertNotIn("lost", b.text())

    def test_they_are_remembered_while_the_program_does_not_run_and_asked_about_in_lines(self):
        self.world()
        ann, bob = self.person("ann"), self.person("bob")
        copy = os.path.join(self.server.dir, "older")
        self.assertEqual(self.server.run("backup", copy).code, 0)
        b = bob.open()
        b.wait_for("● online", "▸ #lounge")
        b.type("gone")
        until("the line", lambda: ann.tail("#lounge") == ["gone"])
        b.close()
        self.put_back(copy)
        self.assertEqual(ann.tail("#lounge"), [])
        plain = Program(bob.words("--plain", "#lounge"))
        self.addCleanup(plain.close)
        self.assertIn("the server lost 1 line of yours: send again?",
                      plain.line(lambda line: line.startswith("Question: ")))
        plain.say("y\n")
        until("the line", lambda: ann.tail("#lounge") == ["gone"])

    @unittest.skipUnless(FAKETIME and not snug.SANITIZED, "needs faketime")
    def test_a_clock_that_was_wrong_for_a_while_leaves_no_trace(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        clock = Clock(self.server.state)
        self.server.start(clock.prefix)
        self.link = link(self.server)
        ann, bob = self.person("ann"), self.person("bob")
        a, b = ann.open(), bob.open()
        for screen in a, b:
            screen.wait_for("● online", "▸ #lounge")
        b.type("before it")
        a.wait_for("before it")
        clock.set(400 * 86400)
        b.type("while it was wrong")
        a.wait_for("while it was wrong")
        self.assertIn("held: the machine's clock stepped", self.server.run("status").out)
        clock.set(0)
        b.type("after it")
        a.wait_for("before it", "while it was wrong", "after it")
        year = datetime.date.today().year
        self.assertNotRegex(a.text(), "%d|%d" % (year + 1, year + 2))
        # What was read on the one is read on the next that is opened.
        a.close()
        again = ann.open()
        again.wait_for("● online", "after it")
        self.assertNotRegex(again.text(), "unread|%d|%d" % (year + 1, year + 2))
        self.assertEqual(ann.tail("#lounge"), ["before it", "while it was wrong", "after it"])

    def test_who_is_put_out_of_a_room_is_told_and_can_still_read(self):
        self.world()
        ann, bob = self.person("ann"), self.person("bob")
        self.assertEqual(self.server.run("room", "grant", "lounge", "bob", "--role", "founder").code, 0)
        a, b = ann.open(), bob.open()
        for screen in a, b:
            screen.wait_for("● online", "▸ #lounge")
        b.type("before the end")
        a.wait_for("before the end")
        b.type("/kick ann too loud")
        a.wait_for("too loud", "before the end")
        a.type("am I heard?")
        a.wait_for("not sent")
        self.assertEqual(bob.tail("#lounge"), ["before the end"])

    @unittest.skipUnless(FAKETIME and not snug.SANITIZED, "needs faketime")
    def test_a_server_that_hangs_is_noticed_and_left(self):
        self.world()
        ann = self.person("ann")
        clock, now = Clock(ann.home, all_clocks=True), 0
        ann.prefix = clock.prefix
        screen = ann.open()
        screen.wait_for("● online", "#lounge")
        self.server.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.server.process.send_signal, signal.SIGCONT)
        # 60 seconds of silence and 15 without an answer pass; a key makes it look at its clock.
        while "has stopped answering" not in screen.text():
            now += 1
            self.assertLess(now, 200, screen.text())
            clock.set(now)
            screen.keys("Left")
            screen.wait_taken()
        self.server.process.send_signal(signal.SIGCONT)
        screen.wait_for("● online")


class Waiting(Base):
    def old_lines(self, *texts):
        """Typed without a server ten minutes ago; the program starts, the server is there."""
        self.world()
        self.ann = self.person("ann")
        self.server.stop()
        screen = self.ann.open()
        screen.wait_for("ann ›")
        for text in texts:
            screen.type(text)
            screen.wait_match(text + " +queued")
        screen.close()
        path = next(path for path in self.ann.files() if os.path.basename(path) == "outbox")
        with open(path) as file:
            rows = [json.loads(row) for row in file]
        for row in rows:
            if "at" in row:
                row["at"] -= 600000
        with open(path, "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        self.server.start()
        screen = self.ann.open()
        screen.wait_for("send %d line" % len(texts), "y: yes")
        return screen

    def stored(self, *texts):
        """These are, and nothing else was: what was typed may still be on its way."""
        until(lambda: f"{texts} to be stored, not {self.ann.tail('#lounge')}",
              lambda: self.ann.tail("#lounge") == list(texts))

    def test_old_lines_go_out_when_the_user_says_yes(self):
        screen = self.old_lines("one of old", "two of old")
        self.assertEqual(self.ann.tail("#lounge"), [])
        screen.keys("y")
        screen.wait_gone("too old")
        self.stored("one of old", "two of old")

    def test_old_lines_stay_unsent_after_no(self):
        screen = self.old_lines("one of old")
        screen.keys("n")
        screen.wait_gone("y: yes")
        screen.type("new line")
        screen.wait_for("not sent, too old")
        self.stored("new line")

    def test_old_lines_are_dropped_when_asked(self):
        screen = self.old_lines("one of old")
        screen.keys("d")
        screen.wait_gone("one of old")
        self.assertEqual(self.ann.tail("#lounge"), [])

    def test_old_lines_come_back_to_be_edited(self):
        screen = self.old_lines("one of old", "two of old")
        screen.keys("e")
        screen.wait_match("ann › one of old$")
        screen.keys("C-e")
        screen.type(" and new")
        screen.wait_gone("›  and")
        self.stored("one of old\ntwo of old and new")


if __name__ == "__main__":
    unittest.main()
