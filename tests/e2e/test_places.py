# SPDX-License-Identifier: MIT
"""Where a server is looked for: SRV records, several addresses, and places that swallow what they
are sent or say nothing. In a network of its own, whose names a server of DNS knows."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import snug
import stored
from person import Person, link
from test_near import Host

HERE = os.path.dirname(os.path.abspath(__file__))
AUTHORITY = os.path.join(snug.CERTS, "authority")
NAME, TARGET, LISTENS, NOBODY = "chat.example", "b.example", 7001, 7002
# On the other end of a cable: a computer, an address that takes packets and gives nothing back, and one
# that takes connections and says nothing. The resolver has no reason to prefer one of them.
FAR, SWALLOWS, MUTE = "10.99.0.4", "10.99.0.5", "10.99.0.6"


@stored.of_sqlite("a server in a network of its own, where no PostgreSQL is")
class Network(unittest.TestCase):
    def setUp(self):
        self.host = Host(self, "127.0.0.1")
        self.folder = tempfile.TemporaryDirectory(prefix="snug-names-")
        self.addCleanup(self.folder.cleanup)
        self.host.run("ip", "link", "set", "lo", "up")
        self.far = Host(self, FAR)
        self.host.run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns",
                      str(self.far.process.pid))
        for host, addresses in ((self.host, ["10.99.0.1"]), (self.far, [FAR, MUTE])):
            for address in addresses:
                host.run("ip", "address", "add", address + "/24", "dev", "cable")
            host.run("ip", "link", "set", "lo", "up")
            host.run("ip", "link", "set", "cable", "up")
        self.host.run("ip", "neigh", "add", SWALLOWS, "lladdr", "02:00:00:00:00:09", "dev", "cable")
        self.zone, self.questions = self.path("zone"), self.path("questions")
        self.names({})
        for path, text in (("/etc/resolv.conf", "nameserver 127.0.0.1\n"), ("/etc/hosts", "127.0.0.1 localhost\n"),
                           ("/etc/nsswitch.conf", "hosts: files dns\n")):
            with open(self.path(os.path.basename(path)), "w") as file:
                file.write(text)
            self.host.run("mount", "--bind", self.path(os.path.basename(path)), path)
        server = subprocess.Popen([*self.host.inside, sys.executable, os.path.join(HERE, "name_server.py"),
                                   self.zone, self.questions], stdout=subprocess.PIPE)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), b"ready\n")

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def names(self, zone):
        with open(self.zone + ".new", "w") as file:
            json.dump(zone, file)
        os.replace(self.zone + ".new", self.zone)

    def asked(self):
        with open(self.questions) as file:
            return file.read().split("\n")

    def world(self, port=LISTENS, host=f"{NAME}:{LISTENS}", address="127.0.0.1", inside=None):
        self.server = snug.Server(f"[server]\nlink_host = {host}\n", port=port)
        self.addCleanup(self.server.close)
        path = os.path.join(self.server.state, "snugd.conf")
        with open(path) as file:
            text = file.read().replace(f"ircs://127.0.0.1:{port}", f"ircs://{address}:{port}")
        with open(path, "w") as file:
            file.write(text)
        self.server.start(inside or self.host.inside)
        self.link = link(self.server)

    def person(self, name, *prefix):
        person = Person(name, prefix=[*self.host.inside, *prefix])
        self.addCleanup(person.close)
        return person

    def try_join(self, person, where, *more):
        return person.run("join", where, "--no-ui", "--name", person.name, "--password-fd", "0", *more,
                          stdin=snug.PASSWORD + "\n")

    def mute(self):
        """Takes connections there, and says nothing."""
        code = (f"import socket; s = socket.create_server(('{MUTE}', {LISTENS}), backlog=100); "
                "print('ready', flush=True); import signal; signal.pause()")
        process = subprocess.Popen([*self.far.inside, sys.executable, "-c", code], stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), b"ready\n")

    def profile(self, person):
        [path] = glob.glob(person.home + "/**/profile", recursive=True)
        with open(path) as file:
            return dict(line.split(" = ", 1) for line in file.read().splitlines() if " = " in line)


class Records(Network):
    def test_the_name_of_the_link_is_where_its_records_say(self):
        self.world()
        where = self.link.replace(f":{LISTENS}", "")
        self.names({f"SRV _ircs._tcp.{NAME}": [[10, 1, NOBODY, "a.example"], [20, 1, LISTENS, TARGET]],
                    "A a.example": ["127.0.0.1"], f"A {TARGET}": ["127.0.0.1"]})
        ann = self.person("ann")
        ann.join(where)
        self.assertEqual(ann.run("send", "#lounge", "found").code, 0)
        self.assertEqual(ann.tail("#lounge"), ["found"])
        self.assertEqual(json.loads(ann.run("whoami", "--json").out)["host"], NAME)
        self.assertNotIn(f"A {NAME}", self.asked())
        # A port that was named is that of the name itself.
        self.names({f"A {NAME}": ["127.0.0.1"], f"SRV _ircs._tcp.{NAME}": [[1, 1, NOBODY, TARGET]]})
        os.remove(self.questions)
        bob = self.person("bob")
        bob.join(self.link)
        self.assertNotIn(f"SRV _ircs._tcp.{NAME}", self.asked())

    def test_a_lie_leads_to_no_other_server(self):
        self.world()
        stranger = snug.Server(port=NOBODY)
        self.addCleanup(stranger.close)
        stranger.start(self.host.inside)
        self.names({f"SRV _ircs._tcp.{NAME}": [[1, 1, NOBODY, TARGET]], f"A {TARGET}": ["127.0.0.1"]})
        done = self.try_join(self.person("ann"), self.link.replace(f":{LISTENS}", ""))
        self.assertEqual(done.code, 76, done)
        self.assertIn("another key", done.err)
        self.assertEqual(stranger.json("user", "list"), [])

    def test_a_certificate_is_of_the_name_in_the_link_and_not_of_the_target(self):
        self.world()
        self.names({f"SRV _ircs._tcp.{NAME}": [[1, 1, LISTENS, TARGET]], f"A {TARGET}": ["127.0.0.1"]})
        where = re.sub(",pin=.*", "", self.link.replace(f":{LISTENS}", ""))
        trusts = ("env", "SSL_CERT_FILE=" + self.path("ca.pem"))
        for host, code in ((TARGET, 76), (NAME, 0)):
            self.server.stop()
            subprocess.run([AUTHORITY, self.folder.name, host, self.server.state + "/key.pem",
                            self.server.state + "/cert.pem"], check=True, capture_output=True)
            self.server.start(self.host.inside)
            done = self.try_join(self.person("ann" + host[0], *trusts), where)
            self.assertEqual(done.code, code, done)

    def test_what_answers_nothing_of_use_is_as_if_there_were_no_record(self):
        self.world(port=6697, host=NAME)
        self.assertIn(f"snug://{NAME}/", self.link)
        for number, answer in enumerate((None, "silence", "loop", "alias", "cut", [[1, 1, 0, TARGET]])):
            with self.subTest(answer):
                zone = {f"A {NAME}": ["127.0.0.1"]}
                if answer:
                    zone[f"SRV _ircs._tcp.{NAME}"] = answer
                self.names(zone)
                self.person(f"ann{number}").join(self.link)
        self.assertIn(f"SRV _ircs._tcp.{NAME}", self.asked())

    def test_of_a_thousand_targets_those_that_come_first_are_tried(self):
        self.world()
        rows = [[100 + i, 1, NOBODY, TARGET] for i in range(1000)] + [[1, 1, LISTENS, TARGET]]
        self.names({f"SRV _ircs._tcp.{NAME}": rows, f"A {TARGET}": ["127.0.0.1"]})
        self.person("ann").join(self.link.replace(f":{LISTENS}", ""))

    def test_who_denies_to_serve_is_believed_and_a_target_without_address_is_passed_over(self):
        self.world()
        where = self.link.replace(f":{LISTENS}", "")
        self.names({f"SRV _ircs._tcp.{NAME}": [[0, 0, 0, ""]], f"A {NAME}": ["127.0.0.1"]})
        done = self.try_join(self.person("ann"), where)
        self.assertEqual(done.code, 69, done)
        self.assertIn("SRV record says that nobody serves chat there", done.err)
        self.names({f"SRV _ircs._tcp.{NAME}": [[1, 0, 7, "gone.example"], [2, 0, LISTENS, TARGET]],
                    f"A {TARGET}": ["127.0.0.1"]})
        self.person("bob").join(where)


class Addresses(Network):
    def test_of_two_addresses_one_swallows_and_one_is_mute(self):
        self.world(address=FAR, inside=self.far.inside)
        self.mute()
        for first in SWALLOWS, MUTE:
            with self.subTest(first):
                self.names({f"A {NAME}": [first, FAR]})
                self.assertEqual(self.addresses(), [first, FAR])
                ann = self.person("ann" + first[-1])
                ann.join(self.link)
                self.assertEqual(ann.run("send", "#lounge", "from " + first).code, 0)
        self.assertEqual(ann.tail("#lounge"), ["from " + SWALLOWS, "from " + MUTE])

    def addresses(self):
        """In the order in which programs there are given them."""
        shown = subprocess.run([*self.host.inside, "getent", "ahosts", NAME], check=True, text=True,
                               stdout=subprocess.PIPE).stdout
        return [row.split()[0] for row in shown.splitlines() if "STREAM" in row]

    def test_the_place_that_answered_is_tried_first_the_next_time(self):
        self.world(host=f"{SWALLOWS}:{LISTENS}\nlink_host = 127.0.0.1:{LISTENS}")
        ann = self.person("ann")
        ann.join(self.link)
        self.assertEqual(self.profile(ann)["last"], f"127.0.0.1:{LISTENS}")
        self.assertEqual(self.profile(ann)["host"], SWALLOWS)
        done = ann.run("doctor")
        self.assertIn(f"place: 127.0.0.1:{LISTENS} answers, number 2 of 2", done.out)
        # Gone from there, and not to be found: both are named.
        self.assertEqual(self.server.stop(), 0)
        done = ann.run("send", "#lounge", "nobody hears it")
        self.assertEqual(done.code, 69, done)
        self.assertIn(f"(tried: {SWALLOWS}:{LISTENS}, 127.0.0.1:{LISTENS})", done.err)


if __name__ == "__main__":
    unittest.main()
