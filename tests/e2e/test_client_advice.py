# SPDX-License-Identifier: MIT
"""What the client advises works as it stands: each command is taken from its words and run."""
import os
import re
import shlex
import unittest

import snug
from patience import until
from person import Person, link


class Advice(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)

    def person(self, name, joins=True):
        person = Person(name)
        self.addCleanup(person.close)
        if joins:
            person.join(self.link)
        return person

    def advised(self, words, verb):
        """The words behind `snug` of the command that is advised."""
        found = re.search(r"snug (%s [^`;]*?)(?:`|; |\.?\s*$)" % verb, " ".join(words.split()))
        self.assertTrue(found, words)
        return shlex.split(found[1])

    def log_in(self, person, words):
        done = person.run(*words, "--name", person.name, "--password-fd", "0", "--no-ui",
                          stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(person.run("send", "#lounge", "here again").code, 0)

    def test_a_revoked_computer_logs_in_as_it_is_told(self):
        ann, laptop = self.person("ann"), self.person("ann", joins=False)
        self.log_in(laptop, ["login", "--label", "laptop", re.sub(r"/lounge,invite=[^,]*", "", self.link)])
        self.assertEqual(ann.run("devices", "--password-fd", "0", "revoke", "laptop",
                                 stdin=snug.PASSWORD + "\n").code, 0)
        done = laptop.run("send", "#lounge", "x")
        self.assertEqual(done.code, 77, done)
        words = self.advised(done.err, "login")
        self.assertIn(":", words[-1])  # the port is no usual one
        self.log_in(laptop, words)

    def test_a_wrong_password_is_asked_for_again_and_not_the_name(self):
        self.person("ann")
        laptop = self.person("ann", joins=False)
        screen = laptop.open("login", re.sub(r"/lounge,invite=[^,]*", "", self.link))
        screen.wait_for("Your name")
        screen.keys("C-u")
        screen.type("ann")
        screen.wait_for("Password (empty")
        screen.type("a wrong one that is long")
        screen.wait_for("did not accept")
        seen = until("the second question", lambda: (
            lambda text: text if text.count("Password (empty") == 2 else None)(screen.text()))
        self.assertEqual(seen.count("Your name"), 1, seen)
        screen.type(snug.PASSWORD)
        screen.wait_for("online")

    def new_key(self):
        self.server.stop()
        certs = [os.path.join(folder, name) for folder, _, names in os.walk(self.server.state)
                 for name in names if name.endswith(".pem")]
        key = next(path for path in certs if "key" in os.path.basename(path))
        snug.certificate(key, next(path for path in certs if path != key))
        self.server.start()

    def trust(self, person, words):
        screen = person.open(*words, width=200)
        screen.wait_for("Trust this key for localhost?")
        screen.type("t")
        return screen.wait_for("[ended 0]")

    def test_a_new_key_is_trusted_as_it_is_told(self):
        ann = self.person("ann")
        self.new_key()
        done = ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 76, done)
        self.trust(ann, self.advised(done.err, "trust"))
        self.assertEqual(ann.run("send", "#lounge", "x").code, 0)

    def test_a_link_of_another_key_leads_to_a_login(self):
        self.person("ann")
        ann = self.person("ann", joins=False)
        bad = self.link.split("pin=")[0] + "pin=" + "A" * 43
        done = ann.run("join", "--name", "ann", "--password-fd", "0", "--no-ui", bad,
                       stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 76, done)
        self.assertNotIn("since", done.err)  # nothing was ever trusted
        screen = self.trust(ann, self.advised(done.err, "trust"))
        self.log_in(ann, self.advised(screen.split("[ended")[0].split("with this key run: ")[1], "login"))

    def test_what_is_trusted_and_differs_from_a_link_is_named_with_its_port(self):
        ann = self.person("ann")
        bad = self.link.split("pin=")[0] + "pin=" + "A" * 43
        done = ann.run("login", "--name", "ann", "--password-fd", "0", "--no-ui",
                       re.sub(r"invite=[^,]*,", "", bad), stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 76, done)
        # The key did not change: it is as expected, and nothing is asked.
        self.new_key()
        self.trust(ann, self.advised(done.err.replace("run: ", ""), "trust"))
        self.assertEqual(ann.run("send", "#lounge", "x").code, 0)

    def test_a_profile_without_a_key_logs_in_as_it_is_told(self):
        ann = self.person("ann")
        path = self.profile_file(ann)
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("device = yes\n", ""))
        done = ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 77, done)
        self.log_in(ann, self.advised(done.err, "login"))

    def test_a_computer_whose_key_is_gone_logs_in_as_it_is_told(self):
        ann = self.person("ann")
        for path in list(ann.files()):
            if "/device." in path:
                os.unlink(path)
        done = ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 78, done)
        self.log_in(ann, self.advised(done.err, "login"))

    def test_without_a_profile_one_logs_in_as_it_is_told(self):
        self.person("ann")
        laptop = self.person("ann", joins=False)
        done = laptop.run("send", "#lounge", "x")
        self.assertEqual(done.code, 77, done)
        words = self.advised(done.err, "login")
        self.assertEqual(words[-1], "HOST")
        self.log_in(laptop, [*words[:-1], re.sub(r"/lounge,invite=[^,]*", "", self.link)])

    def test_the_screen_says_how_to_trust_a_new_key(self):
        ann = self.person("ann")
        screen = ann.open()
        screen.wait_for("online")
        screen.type("/trust")
        screen.wait_for("/quit, then run: snug trust HOST.")
        screen.type("/quit")
        screen.wait_for("[ended 0]")
        self.new_key()
        self.trust(ann, ["trust", "localhost:%d" % self.server.port])
        self.assertEqual(ann.run("send", "#lounge", "x").code, 0)

    def profile_file(self, person):
        return next(path for path in person.files() if path.endswith("/profile"))

    def test_a_broken_profile_is_mended_as_it_is_told(self):
        ann = self.person("ann")
        path = self.profile_file(ann)
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(re.sub(r"(?m)^pin = .*", "pin = nonsense", text))
        done = ann.run("send", "#lounge", "x")
        self.assertIn("pin is malformed; remove that line, then", done.err)
        with open(path, "w") as file:
            file.write(re.sub(r"(?m)^pin = .*\n", "", text))
        self.trust(ann, self.advised(done.err, "trust"))
        self.assertEqual(ann.run("send", "#lounge", "x").code, 0)


if __name__ == "__main__":
    unittest.main()
