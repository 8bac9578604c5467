# SPDX-License-Identifier: MIT
"""`snugd metrics`: what a server counts, as Prometheus reads it, and as snugd(8) lists it.
`python3 test_metrics.py write` writes the list anew."""
import os
import re
import shutil
import subprocess
import sys
import textwrap
import unittest

import snug
from patience import PATIENCE, until
from test_verbs import ROOT

PAGE = os.path.join(ROOT, "docs", "snugd.8")
LIST = re.compile(r"(?<=\.\\\" metrics\n)(?:.*\n)*?(?=\.El\n)")
PROMTOOL = shutil.which("promtool")


def helps(text):
    """Each metric with its type and its help."""
    types = dict(re.findall(r"^# TYPE (\S+) (\w+)$", text, re.M))
    return {name: (types[name], words) for name, words in re.findall(r"^# HELP (\S+) (.*)$", text, re.M)}


def values(text):
    return {name: float(value) for name, value in re.findall(r"^([^#\s]\S*) (\S+)$", text, re.M)}


def roff(found):
    """As the manual has it, in lines of its width."""
    return "".join(".It Li %s , No %s\n%s\n" % (name, kind, textwrap.fill(words, 78))
                   for name, (kind, words) in found.items())


class Metrics(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server("[beside]\nerrand = yes\n")
        self.addCleanup(self.server.close)

    def metrics(self):
        done = self.server.run("metrics")
        self.assertEqual(done.code, 0, done)
        return done

    def values(self):
        return values(self.metrics().out)

    def check(self, text):
        if not PROMTOOL:
            self.skipTest("no promtool: Debian's package prometheus has it")
        done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, text=True, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_prometheus_finds_nothing_wrong(self):
        self.check(self.metrics().out)
        self.server.start()
        self.check(self.metrics().out)

    def test_the_manual_lists_what_is_said(self):
        self.server.start()
        with open(PAGE, encoding="utf-8") as page:
            self.assertEqual(LIST.search(page.read())[0], roff(helps(self.metrics().out)))

    def test_what_happens_is_counted(self):
        self.server.user("ann")
        self.server.user("bob")
        self.server.run("room", "add", "den", "--founder", "ann")
        self.server.run("room", "grant", "den", "bob")
        self.server.start()
        ann, bob = self.server.client("ann"), self.server.client("bob")
        self.assertIn(" 904 ", self.server.client().refused("ann", "quite another one"))
        ann.send("PRIVMSG #den :hello")
        bob.wait("PRIVMSG #den :hello")
        ann.sync()
        found = self.values()
        self.assertEqual(found["snug_up"], 1)
        self.assertEqual(found['snug_connections{kind="person"}'], 2)
        self.assertEqual(found['snug_connections{kind="login"}'], 1)
        self.assertEqual(found["snug_connections_accepted_total"], 3)
        self.assertEqual(found['snug_logins_total{way="password",result="proved"}'], 2)
        self.assertEqual(found['snug_logins_total{way="password",result="wrong"}'], 1)
        self.assertEqual(found["snug_messages_total"], 1)
        self.assertGreater(found["snug_deliveries_total"], 1)
        self.assertGreater(found["snug_commit_seconds_count"], 0)
        self.assertGreater(found["snug_commit_seconds_sum"], 0)
        # A record to each of the two at least: the line waited for its commit.
        self.assertGreater(found["snug_delivery_seconds_count"], 1)
        self.assertGreater(found["snug_delivery_seconds_sum"], 0)
        self.assertGreater(found["snug_disk_free_bytes"], 0)
        self.assertGreater(found["snug_certificate_expiry_time_seconds"], 1e9)
        until("the program beside", lambda: self.values()['snug_helper_up{helper="errand"}'] == 1)

    def test_who_is_refused_is_counted(self):
        self.server.start()
        self.assertEqual(self.server.run("ban", "add", "127.0.0.1", "--confirm", "127.0.0.1").code, 0)
        self.server.client().ended()
        self.assertEqual(self.values()['snug_refused_total{why="banned"}'], 1)

    def test_no_name_room_or_address_is_in_it(self):
        self.server.user("zebedee")
        self.server.run("room", "add", "quagmire", "--founder", "zebedee")
        self.server.start()
        self.server.client("zebedee").send("PRIVMSG #quagmire :hello")
        text = self.metrics().out
        for secret in "zebedee", "quagmire", "127.0.0.1", self.server.dir:
            self.assertNotIn(secret, text)

    def test_without_a_server_it_is_said_that_it_is_down(self):
        done = self.metrics()
        self.assertIn("snug_up 0\n", done.out)
        self.assertNotIn("snug_messages_total", done.out)
        self.assertEqual(done.err, "snugd: the server is not running: that is said by snug_up 0\n")

    def test_a_file_is_replaced_as_a_whole(self):
        folder = os.path.join(self.server.dir, "collector")
        file = os.path.join(folder, "snug.prom")
        os.mkdir(folder)
        self.server.start()
        with open(file, "w") as old:
            old.write("old\n")
            old.flush()
            kept = os.stat(file).st_ino
            done = self.server.run("metrics", "--to", file)
            self.assertEqual((done.code, done.out), (0, ""), done)
            self.assertNotEqual(os.stat(file).st_ino, kept)
        self.assertEqual(os.listdir(folder), ["snug.prom"])
        self.assertEqual(os.stat(file).st_mode & 0o777, 0o644)  # node_exporter is another user
        with open(file) as written:
            self.assertEqual(helps(written.read()), helps(self.metrics().out))

    def test_a_file_that_cannot_be_written_is_named(self):
        file = os.path.join(self.server.dir, "nowhere", "snug.prom")
        done = self.server.run("metrics", "--to", file)
        self.assertEqual(done.code, 3, done)
        self.assertIn("there is no %s: make it" % os.path.dirname(file), done.err)
        folder = os.path.join(self.server.dir, "folder")
        os.mkdir(folder)
        done = self.server.run("metrics", "--to", folder)
        self.assertEqual(done.code, 4, done)
        self.assertIn("cannot write %s: Is a directory" % folder, done.err)
        self.assertEqual(self.server.run("metrics", "--to", "-").code, 2)
        self.assertFalse([name for name in os.listdir(self.server.dir) if name.startswith("folder.")])


def write():
    server = snug.Server("[beside]\nerrand = yes\n").start()
    try:
        found = roff(helps(server.run("metrics").out))
    finally:
        server.close()
    with open(PAGE, encoding="utf-8") as page:
        text = page.read()
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write(LIST.sub(lambda _: found, text, count=1))


if __name__ == "__main__":
    write() if sys.argv[1:] == ["write"] else unittest.main()
