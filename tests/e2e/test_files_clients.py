# SPDX-License-Identifier: MIT
"""Files for Debian's irssi and WeeChat, which know nothing of them: each shows a link of its own,
which any browser opens as long as who it was made for may read the message."""
import os
import re
import shutil
import tempfile
import unittest

import snug
from patience import until
from screen import Screen
from test_files import ID, PNG, Base

LINK = re.compile(r"https://localhost:\d+(/f/%s\?s=[\w-]{38})" % ID)
WIDTH = 220  # no link is broken


class Linked(Base):
    def setUp(self):
        self.start(users=("ann", "bob", "cem"))
        self.home = tempfile.mkdtemp(prefix="snug-linked-")
        self.addCleanup(shutil.rmtree, self.home, True)

    def screen(self, *words):
        screen = Screen(list(words), width=WIDTH)
        self.addCleanup(screen.close)
        return screen

    def irssi(self, name):
        os.makedirs(os.path.join(self.home, "irssi"))
        with open(os.path.join(self.home, "irssi", "config"), "w") as config:
            config.write("""
servers = ({ address = "127.0.0.1"; chatnet = "snug"; port = "%d"; use_tls = "yes"; tls_verify = "no"; autoconnect = "yes"; });
chatnets = { snug = { type = "IRC"; nick = "%s"; sasl_mechanism = "plain"; sasl_username = "%s"; sasl_password = "%s"; }; };
""" % (self.s.port, name, name, snug.PASSWORD))
        return self.screen("irssi", "--home", os.path.join(self.home, "irssi"))

    def weechat(self, name):
        commands = [f"/server add snug 127.0.0.1/{self.s.port} -ssl", "/set irc.server.snug.ssl_verify off",
                    f"/set irc.server.snug.nicks {name}", "/set irc.server.snug.sasl_mechanism plain",
                    f"/set irc.server.snug.sasl_username {name}",
                    f"/set irc.server.snug.sasl_password \"{snug.PASSWORD}\"", "/connect snug"]
        words = [word for command in commands for word in ("-r", command)]
        return self.screen("weechat", "--dir", os.path.join(self.home, "weechat"), *words)

    def linked(self, client):
        """Joins, is shown a file, and gives the path of the link on its screen."""
        client.wait_for("Welcome to")
        client.type("/join #den")
        client.wait_for("#den")
        ann = self.member("ann")
        client.wait_for("ann")
        file = self.put_fine(self.bearer(ann), Content_Type="image/png")
        ann.send("PRIVMSG #den :look at " + self.url(file))
        self.message = re.search(r"msgid=(\w+)", ann.wait("PRIVMSG #den :look at"))[1]
        client.wait_for("look at")
        return ann, until(lambda: "a link on:\n" + client.text(), lambda: LINK.search(client.text()))[1]

    def holds(self, ann, path):
        answer = self.get(path)
        self.assertEqual((answer.status, answer.body), (200, PNG))
        self.assertEqual(self.get(path[:-1] + ("A" if path[-1] != "A" else "Q")).status, 404)
        ann.send("REDACT #den " + self.message)
        ann.wait("REDACT #den")
        self.assertEqual(self.get(path).status, 404)

    def test_irssi(self):
        self.holds(*self.linked(self.irssi("bob")))

    def test_weechat(self):
        self.holds(*self.linked(self.weechat("cem")))


if __name__ == "__main__":
    unittest.main()
