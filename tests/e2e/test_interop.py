# SPDX-License-Identifier: MIT
"""Debian's irssi and WeeChat, driven in a terminal, talk with each other and see history."""
import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
import unittest

import snug
from screen import Screen


class Stock(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        for name in ("ann", "bob", "cem"):
            self.server.user(name)
        self.server.start()
        self.home = tempfile.mkdtemp(prefix="snug-interop-")
        self.addCleanup(shutil.rmtree, self.home, True)
        self.cem = self.server.client("cem", "server-time echo-message")
        self.cem.send("JOIN #den", "TOPIC #den :cake at three", "PRIVMSG #den :before anyone came")
        self.cem.sync()

    def screen(self, words, **more):
        screen = Screen(words, **more)
        self.addCleanup(screen.close)
        return screen

    def irssi(self, name="ann"):
        """SASL PLAIN over TLS with the settings a user would write."""
        home = os.path.join(self.home, "irssi-" + name)
        os.makedirs(home, exist_ok=True)
        with open(os.path.join(home, "config"), "w") as config:
            config.write("""
servers = ({ address = "127.0.0.1"; chatnet = "snug"; port = "%d"; use_tls = "yes"; tls_verify = "no"; autoconnect = "yes"; });
chatnets = { snug = { type = "IRC"; nick = "%s"; sasl_mechanism = "plain"; sasl_username = "%s"; sasl_password = "%s"; }; };
settings = { core = { real_name = "%s"; user_name = "%s"; nick = "%s"; }; };
""" % (self.server.port, name, name, snug.PASSWORD, name, name, name))
        return self.screen(["irssi", "--home", home])

    def weechat(self, name="bob"):
        home = os.path.join(self.home, "weechat-" + name)
        commands = ["/set irc.look.smart_filter off", "/set weechat.look.buffer_notify_default all",
                    f"/server add snug 127.0.0.1/{self.server.port} -ssl",
                    "/set irc.server.snug.ssl_verify off", f"/set irc.server.snug.nicks {name}",
                    "/set irc.server.snug.sasl_mechanism plain", f"/set irc.server.snug.sasl_username {name}",
                    f"/set irc.server.snug.sasl_password \"{snug.PASSWORD}\"", "/connect snug"]
        words = ["weechat", "--dir", home]
        for command in commands:
            words += ["-r", command]
        return self.screen(words, width=140)

    def test_irssi_and_weechat_talk_and_see_topic_and_nicks(self):
        ann, bob = self.irssi(), self.weechat()
        ann.wait_for("Welcome to")
        bob.wait_for("Welcome to")
        ann.type("/join #den")
        ann.wait_for("cake at three", "before anyone came")
        bob.type("/join #den")
        bob.wait_for("cake at three", "before anyone came", "ann")
        ann.type("hello from irssi")
        bob.wait_for("hello from irssi")
        bob.type("hello from weechat")
        ann.wait_for("hello from weechat")
        self.cem.wait("PRIVMSG #den :hello from irssi")
        self.cem.wait("PRIVMSG #den :hello from weechat")
        self.cem.send("PRIVMSG #den :and from a third")
        ann.wait_for("and from a third")
        bob.wait_for("and from a third")
        ann.type("/msg bob just for you")
        bob.wait_for("3.  ann")
        bob.type("/buffer 3")
        bob.wait_for("just for you")
        self.cem.send("MODE #den -t")
        ann.type("/topic cake is gone")
        self.cem.wait("TOPIC #den :cake is gone")
        ann.type("/away lunch")
        ann.wait_for("zZzZ")

    def test_what_irssi_missed_comes_once_and_in_order(self):
        self.missed(self.irssi)

    def test_what_weechat_missed_comes_once_and_in_order(self):
        self.missed(self.weechat)

    def wait_for_cursor(self):
        end = time.monotonic() + 20
        name = "SELECT max(message) >= (SELECT max(id) FROM message) FROM cursor"
        while time.monotonic() < end:
            with contextlib.closing(sqlite3.connect(f"file:{self.server.state}/snug.db?mode=ro", uri=True)) as db:
                if db.execute(name).fetchone()[0]:
                    return
            time.sleep(0.2)
        self.fail("the client's cursor did not move")

    def missed(self, start):
        first = start()
        first.wait_for("Welcome to")
        first.type("/join #den")
        first.wait_for("before anyone came")
        self.cem.send("PRIVMSG #den :seen live")
        first.wait_for("seen live")
        # The server asks now and then what a client got; what it never could tell of comes again.
        self.wait_for_cursor()
        first.close()
        for i in range(20):
            self.cem.send(f"PRIVMSG #den :missed number {i:02}")
        self.cem.sync()
        again = start()
        if start == self.irssi:  # WeeChat shows the room by itself
            again.wait_for("Welcome to")
            again.type("/window 2")
        screen = again.wait_for("missed number 19")
        at = [screen.index(f"missed number {i:02}") for i in range(20)]
        self.assertEqual(at, sorted(at), screen)
        for i in range(20):
            self.assertEqual(screen.count(f"missed number {i:02}"), 1, screen)
        self.assertNotIn("seen live", screen)


if __name__ == "__main__":
    unittest.main()
