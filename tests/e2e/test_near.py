# SPDX-License-Identifier: MIT
"""Servers of the local network: two hosts in network namespaces find each other."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import snug
import stored
from patience import until
from person import Person

HERE = os.path.dirname(os.path.abspath(__file__))
SERVICE = ["_snug", "_tcp", "local"]
OTHER_PIN = "A" * 43
AVAHI_CONF = "[server]\nhost-name=den\nenable-dbus=no\nuse-ipv6=no\n[publish]\npublish-workstation=no\n"


def root(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


class Host:
    """A network namespace with one address, and what runs in it."""

    def __init__(self, test, address):
        self.address = address
        self.process = subprocess.Popen(["unshare", "-n", "-m", "sleep", "infinity"])
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.kill)
        mine = os.readlink("/proc/self/ns/mnt")
        until("a host", lambda: os.readlink(f"/proc/{self.process.pid}/ns/mnt") != mine)
        self.inside = ["nsenter", "-t", str(self.process.pid), "-n", "-m", "-r", "-w"]

    def run(self, *words):
        root(*self.inside, *words)


@stored.of_sqlite("a server in a network of its own, where no PostgreSQL is")
class Near(unittest.TestCase):
    def setUp(self):
        """Two hosts and a cable."""
        self.far, self.near = Host(self, "10.77.0.1"), Host(self, "10.77.0.2")
        near = self.near.process.pid
        self.far.run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", str(near))
        for host in self.far, self.near:
            host.run("ip", "link", "set", "lo", "up")
            host.run("ip", "address", "add", host.address + "/24", "dev", "cable")
            host.run("ip", "link", "set", "cable", "up")
        self.server = snug.Server("[server]\nnetwork = the <den> & more\n", port=0)
        self.addCleanup(self.server.close)
        path = os.path.join(self.server.state, "snugd.conf")
        with open(path) as file:
            text = file.read().replace("ircs://127.0.0.1:0", "ircs://10.77.0.1:6697")
        with open(path, "w") as file:
            file.write(text)
        self.server.start(self.far.inside)
        self.server.user("ann")
        self.ann = Person("ann", prefix=self.near.inside)
        self.addCleanup(self.ann.close)
        self.pin = self.server.run("fingerprint").out.strip()

    def responder(self, *answers):
        file = tempfile.NamedTemporaryFile("w", suffix=".json")
        self.addCleanup(file.close)
        json.dump(answers, file)
        file.flush()
        process = subprocess.Popen([*self.far.inside, sys.executable, os.path.join(HERE, "responder.py"),
                                    self.far.address, file.name], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")

    @staticmethod
    def service(title, port=6697, target=("den", "local"), texts=()):
        instance = [title, *SERVICE]
        return [[SERVICE, "PTR", instance], [instance, "SRV", {"port": port, "target": target}],
                [instance, "TXT", list(texts)]]

    def log_in(self, screen):
        """From the number on: the key is asked about, then who it is."""
        screen.type("1")
        screen.wait_for("no authority on this computer vouches", "Trust this key")
        shown = "".join(re.search(r"sha256: ([\w -]+)", screen.text()).group(1).split())
        self.assertEqual(shown, self.pin)
        screen.type("t")
        screen.wait_for("Your name")
        screen.type("ann")
        screen.wait_for("Password")
        screen.type(snug.PASSWORD)
        screen.wait_for("● online")

    def test_a_server_nearby_is_chosen_by_its_number(self):
        self.responder(self.service("den", texts=["name=chat.example.org", "pin=" + self.pin]))
        screen = self.ann.open()
        short = " ".join(re.findall("....", self.pin[:16]))
        screen.wait_for("On this network", "1  den (chat.example.org) at den.local, 10.77.0.1",
                        f"key {short} …", "Its number")
        self.log_in(screen)
        screen.close()
        # It is kept by its name, with the address to look at.
        who = json.loads(self.ann.run("whoami", "--json").out)
        self.assertEqual((who["host"], who["pin"]), ("den.local", "sha256:" + self.pin))

    def test_the_key_that_it_says_it_has_is_not_believed(self):
        self.responder(self.service("den", texts=["pin=" + OTHER_PIN]))
        screen = self.ann.open("join")
        screen.wait_for("key AAAA AAAA AAAA AAAA …", "Its number")
        self.log_in(screen)

    def test_what_is_said_nearby_drives_no_terminal_and_malformed_words_are_passed_over(self):
        hostile = self.service("\x1b]0;owned\x07\u202edne\r\nden", texts=["name=a b", "pin=x", "\x1b[2J=1"])
        self.responder("8400000000010000", "84", self.service("none", target=("a b;rm", "\x1b[31mlocal")), hostile,
                       [[["x"], "SRV", {"port": 1, "target": ["y"]}]])
        screen = self.ann.open("login")
        screen.wait_for("1  none at 10.77.0.1", "2  ", "Its number")
        raw = screen.tmux("capture-pane", "-p", "-e", "-t", "0")
        self.assertNotIn("\u202e", raw)
        self.assertNotIn("3  ", raw)
        self.assertNotEqual(screen.tmux("display-message", "-p", "#{pane_title}").strip(), "owned")

    def test_where_nobody_is_a_link_is_asked_for(self):
        screen = self.ann.open()
        screen.wait_for("Paste your invite link or server name")
        self.assertNotIn("On this network", screen.text())

    def test_avahi_tells_what_snugd_prints(self):
        told = self.server.run("avahi")
        self.assertEqual(told.code, 0, told)
        self.assertIn("the &#60;den&#62; &#38; more", told.out)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name, text in ("snug.service", told.out), ("avahi.conf", AVAHI_CONF):
            with open(os.path.join(folder.name, name), "w") as file:
                file.write(text)
        os.chmod(folder.name, 0o755)
        self.far.run("mount", "--bind", folder.name, "/etc/avahi/services")
        self.far.run("mount", "-t", "tmpfs", "tmpfs", "/run")
        with open(os.path.join(folder.name, "log"), "w") as log:
            avahi = subprocess.Popen(
                [*self.far.inside, "avahi-daemon", "--no-drop-root", "--no-rlimits", "--no-chroot",
                 "--no-proc-title", "-f", os.path.join(folder.name, "avahi.conf")], stdout=log, stderr=log)
        self.addCleanup(avahi.wait)
        self.addCleanup(avahi.kill)

        def said():
            with open(os.path.join(folder.name, "log")) as file:
                return file.read()
        until(lambda: "Avahi to announce:\n" + said(), lambda: "successfully established" in said())
        screen = self.ann.open()
        screen.wait_for("1  the <den> & more (localhost) at den.local, 10.77.0.1", "Its number")
        self.log_in(screen)

    def test_a_service_file_is_refused_for_what_nobody_could_reach(self):
        server = snug.Server(port=0)
        self.addCleanup(server.close)
        told = server.run("avahi")
        self.assertEqual((told.code, told.out), (6, ""), told)
        self.assertIn("listens on this machine alone", told.err)


if __name__ == "__main__":
    unittest.main()
