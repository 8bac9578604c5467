# SPDX-License-Identifier: MIT
"""OPERATING's page on a stolen laptop or account: each command in it, as it stands there."""
import os
import re
import unittest

import snug
import test_client_factor
import test_devices
from advice import ROOT, read

PASSWORD, NEW = "sesame-sesame", "battery-horse"
# Typed on a screen by another test, or run in a shell.
TYPED = {
    "/device revoke laptop": test_devices, "/device revoke-others": test_client_factor,
    "/2fa on": test_client_factor, "/2fa off": test_client_factor,
}
BY_ADVICE = {"snug passwd", "snug passwd --forgotten", "snug login", "snugd user 2fa reset bob"}  # test_advice.py
SAID = {
    "PROVE PASSWORD": (":Proved: ",), "CERT LIST": ("  laptop  last used",),
    "CERT DEL laptop": (":Revoked: ", "laptop"),
    "TOKEN LIST": ("  page  of a program",), "TOKEN DEL page": (":Revoked: ", "page"),
    "PASSWD OLD NEW REVOKE": (":Signed out: ",), "HELP": ("PROVE",),
}


def commands():
    text = read("docs/OPERATING.md")
    page = text[text.index("### A stolen laptop or account"):]
    page = re.sub(r"```.*?```", "", page[:page.index("\n### ", 5)], flags=re.S)
    return [found for found in re.findall(r"`([^`\n]+)`", page) if re.match(r"/|snugd? ", found)]


class Stolen(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()

    def device(self, label):
        """One of bob's: in by its certificate, which the password let in."""
        pair = [os.path.join(self.server.dir, label + end) for end in (".pem", ".key")]
        snug.certificate(pair[1], pair[0])
        client = self.server.client("bob", password=PASSWORD, certificate=pair)
        client.send("CERT ADD " + label)
        client.wait(" CERT ADD ")
        return client

    # Proves A23.
    def test_what_is_said_to_nickserv_does_what_the_page_says(self):
        self.server.user("bob", password=PASSWORD)
        desk, laptop = self.device("desk"), self.device("laptop")
        desk.send("CERT TOKEN ADD page")
        page = self.server.client("bob", password=desk.wait(" CERT TOKEN ADD ").split()[5])
        said = [found[14:] for found in commands() if found.startswith("/msg NickServ ")]
        self.assertEqual(set(said), set(SAID))
        for words in said:
            typed = words.replace("PASSWORD", PASSWORD).replace("OLD NEW", f"{PASSWORD} {NEW}")
            desk.send("PRIVMSG NickServ :" + typed)
            desk.wait(" NOTICE bob :", *SAID[words])
            if words.startswith("CERT DEL"):
                laptop.wait("ERROR")
            elif words.startswith("TOKEN DEL"):
                page.wait("ERROR")

    def test_what_is_typed_shows_it_or_is_typed_by_another_test(self):
        typed = [found for found in commands() if not found.startswith("/msg NickServ ")]
        self.assertEqual(set(typed) - BY_ADVICE - set(TYPED), {"/device list", "/device logins"})
        for command, module in TYPED.items():
            self.assertIn(f'"{command}"', read(os.path.relpath(module.__file__, ROOT)))


class Typed(test_devices.Base):
    def test_the_lists(self):
        desk = self.desk()
        desk.type("/device list")
        desk.wait_for("desk", "last used")
        desk.type("/device logins")
        desk.wait_for("127.0.0.1")


if __name__ == "__main__":
    unittest.main()
