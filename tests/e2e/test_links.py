# SPDX-License-Identifier: MIT
"""Links with several hosts and keys: a server that answers in two places, and one of them gone."""
import base64
import glob
import json
import os
import re
import shutil
import tempfile
import unittest

import snug
from person import Person, link

OTHER_PIN = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")


class Twin(snug.Server):
    """The same server, key and all, on another port, from what the first has stored."""

    def __init__(self, first, port):  # pylint: disable=super-init-not-called
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        self.state, self.log = os.path.join(self.dir, "state"), os.path.join(self.dir, "log")
        self.process, self.clients, self.port = None, [], port
        shutil.copytree(first.state, self.state, symlinks=True,
                        ignore=lambda folder, names: [n for n in names if n.endswith(".sock")])
        path = os.path.join(self.state, "snugd.conf")
        with open(path) as file:
            text = re.sub(r"(?m)^listen = .*", f"listen = ircs://127.0.0.1:{port}", file.read())
        with open(path, "w") as file:
            file.write(text)


class SeveralHosts(unittest.TestCase):
    def world(self):
        """A server on the second of two ports that its links name; nobody is on the first."""
        self.first, self.second = snug.free_port(), snug.free_port()
        self.server = snug.Server(f"[server]\nlink_host = localhost:{self.first}\n"
                                  f"link_host = 127.0.0.1:{self.second}\n", port=self.second)
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        return person

    def test_one_host_is_down_from_the_start_and_the_other_later(self):
        self.world()
        self.assertIn(f"snug://localhost:{self.first},127.0.0.1:{self.second}/lounge,", self.link)
        ann = self.person("ann")
        ann.join(self.link)
        screen = ann.open()
        screen.wait_for("● online", "#lounge")
        screen.type("said at the second")
        screen.wait_for("said at the second")
        # What comes after it is at the first; the program looks there by itself.
        self.assertEqual(self.server.stop(), 0)
        twin = Twin(self.server, self.first)
        self.addCleanup(twin.close)
        twin.start()
        screen.type("said at the first")
        screen.wait_for("● online", "said at the first")
        screen.wait_gone("queued")
        screen.wait_gone("sending")
        screen.close()
        self.assertIn("said at the first", ann.tail("#lounge"))
        # Both are in the profile: the verbs find it, too.
        done = ann.run("whoami", "--json")
        self.assertEqual(json.loads(done.out)["host"], "localhost")
        self.assertEqual(twin.stop(), 0)
        done = ann.run("send", "#lounge", "nobody hears it")
        self.assertNotEqual(done.code, 0)

    def test_another_key_at_the_next_host_is_refused(self):
        self.world()
        self.server.stop()
        stranger = snug.Server(port=self.second)
        self.addCleanup(stranger.close)
        stranger.start()
        ann = self.person("ann")
        done = ann.run("join", self.link, "--no-ui", "--name", "ann", "--password-fd", "0",
                       stdin=snug.PASSWORD + "\n")
        self.assertNotEqual(done.code, 0)
        self.assertIn("another key", done.err)
        self.assertEqual(stranger.json("user", "list"), [])

    def test_any_pin_of_a_link_is_right_and_none_of_them_is_wrong(self):
        self.world()
        mine = re.search("pin=(.*)", self.link).group(1)
        for pins in ([OTHER_PIN, mine], [mine, OTHER_PIN]):
            fresh = re.sub(",pin=.*", "", link(self.server))
            ann = self.person("ann%d" % pins.index(mine))
            ann.join(fresh + "".join(",pin=" + pin for pin in pins))
            [profile] = glob.glob(ann.home + "/**/profile", recursive=True)
            with open(profile) as file:
                self.assertEqual(re.findall(r"(?m)^pin = sha256:(.*)$", file.read()), pins)
        ann = self.person("eve")
        done = ann.run("join", re.sub(",pin=.*", ",pin=" + OTHER_PIN, link(self.server)), "--no-ui", "--name",
                       "eve", "--password-fd", "0", stdin=snug.PASSWORD + "\n")
        self.assertNotEqual(done.code, 0)


if __name__ == "__main__":
    unittest.main()
