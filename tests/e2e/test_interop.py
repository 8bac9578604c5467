# SPDX-License-Identifier: MIT
"""Debian's irssi, WeeChat and catgirl, driven in a terminal, and a bot made of python3-irc.

With SNUG_SCREENS=DIR the long days are lived too, and the screens at their ends kept there
as text.
"""
import itertools
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import fault_load
import fault_process
import snug
import stored
from patience import until
from screen import Screen

MISSED = 1500  # many pages of a replay
LAST_MISSED = f"missed number {MISSED - 1:04}"


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

    def irssi(self, name="ann", sasl=True):
        """SASL PLAIN over TLS with the settings a user would write."""
        home = os.path.join(self.home, "irssi-" + name)
        os.makedirs(home, exist_ok=True)
        with open(os.path.join(home, "config"), "w") as config:
            config.write("""
servers = ({ address = "127.0.0.1"; chatnet = "snug"; port = "%d"; use_tls = "yes"; tls_verify = "no"; autoconnect = "yes"; });
chatnets = { snug = { type = "IRC"; nick = "%s"; %s }; };
settings = { core = { real_name = "%s"; user_name = "%s"; nick = "%s";
  server_reconnect_time = "1s"; }; };
""" % (self.server.port, name, f'sasl_mechanism = "plain"; sasl_username = "{name}"; '
       f'sasl_password = "{snug.PASSWORD}";' if sasl else "", name, name, name))
        return self.screen(["irssi", "--home", home])

    def weechat(self, name="bob", sasl=True, first=()):
        home = os.path.join(self.home, "weechat-" + name)
        commands = [*first, "/set irc.look.smart_filter off", "/set weechat.look.buffer_notify_default all",
                    f"/server add snug 127.0.0.1/{self.server.port} -ssl",
                    "/set irc.server.snug.autoreconnect_delay 1",
                    "/set irc.server.snug.ssl_verify off", f"/set irc.server.snug.nicks {name}"]
        if sasl:
            commands += ["/set irc.server.snug.sasl_mechanism plain",
                         f"/set irc.server.snug.sasl_username {name}",
                         f"/set irc.server.snug.sasl_password \"{snug.PASSWORD}\""]
        commands.append("/connect snug")
        words = ["weechat", "--dir", home]
        for command in commands:
            words += ["-r", command]
        return self.screen(words, width=140)

    def catgirl(self, name="ann"):
        """It trusts the certificate that it was shown first."""
        trusted = os.path.join(self.home, "server.pem")
        with open(trusted, "w") as file:
            subprocess.run(["catgirl", "-o", "-h", "127.0.0.1", "-p", str(self.server.port)], check=True,
                           stdout=file, stderr=subprocess.DEVNULL)
        return self.screen(["catgirl", "-t", trusted, "-h", "127.0.0.1", "-p", str(self.server.port),
                            "-n", name, "-u", name, "-r", name, "-a", f"{name}:{snug.PASSWORD}"], width=120)

    def keep(self, name, screen):
        if "SNUG_SCREENS" in os.environ:
            with open(os.path.join(os.environ["SNUG_SCREENS"], name + ".txt"), "w") as file:
                file.write(screen.text())

    def ctcp(self, name, answer):
        """A version asked for and told, an action and a question of the client's own."""
        if answer:
            self.cem.send(f"PRIVMSG {name} :\x01VERSION\x01")
            self.cem.wait(f"NOTICE cem :\x01VERSION {answer}")

    def day(self, start, name, welcome="Welcome to", version=None):
        """What anybody does in a day, with any client."""
        person = start(name)
        person.wait_for(welcome)
        person.type("/join #den")
        person.wait_for("cake at three", "before anyone came")
        person.type("/names")
        person.wait_for("cem")
        person.type(f"hello of {name}")
        self.cem.wait(f":{name}!", f"PRIVMSG #den :hello of {name}")
        self.cem.send("PRIVMSG #den :hello back")
        person.wait_for("hello back")
        person.type("/me waves")
        self.cem.wait("PRIVMSG #den :\x01ACTION waves\x01")
        self.cem.send("PRIVMSG #den :\x01ACTION bows\x01")
        person.wait_for("bows")
        self.ctcp(name, version)
        self.cem.send("MODE #den -t")
        person.type("/topic no cake")
        self.cem.wait("TOPIC #den :no cake")
        person.wait_for("no cake")
        person.type("/away at lunch")
        until("somebody to be away", lambda: self.is_away(name))
        person.type("/away")
        return person

    def is_away(self, name):
        self.cem.send(f"WHOIS {name}")
        return "at lunch" in " ".join(self.cem.sync())

    def pasted(self, person, name, question=None, key=None):
        person.paste("first line\nsecond line\nthird line")
        if question:
            person.wait_for(question)
            person.keys(key)
        person.keys("Enter")
        for which in ("first", "second", "third"):
            self.cem.wait(f":{name}!", f"PRIVMSG #den :{which} line")

    def restarted(self, person, again=None):
        """The server stops and comes back; the client comes back and misses nothing."""
        self.server.stop()
        self.server.start()
        self.cem = self.server.client("cem", "server-time echo-message")
        self.cem.send("PRIVMSG #den :while you were away")
        self.cem.sync()
        person = again() if again else person
        person.wait_for("while you were away")
        self.cem.send("PRIVMSG #den :after the restart")
        person.wait_for("after the restart")
        return person

    @unittest.skipUnless("SNUG_SCREENS" in os.environ, "long: make interop")
    def test_a_day_with_irssi(self):
        person = self.day(self.irssi, "ann", version="irssi")
        self.pasted(person, "ann")
        self.keep("irssi", self.restarted(person))

    @unittest.skipUnless("SNUG_SCREENS" in os.environ, "long: make interop")
    def test_a_day_with_weechat(self):
        person = self.day(self.weechat, "bob", version="WeeChat")
        self.pasted(person, "bob", question="[ctrl-Y]", key="C-y")
        self.keep("weechat", self.restarted(person))

    def test_a_day_with_catgirl(self):
        person = self.day(self.catgirl, "ann", welcome="You arrive in")
        self.pasted(person, "ann")
        person.close()

        def again():
            screen = self.catgirl("ann")
            screen.wait_for("#den")
            screen.type("/window #den")
            return screen
        self.keep("catgirl", self.restarted(person, again))

    def test_a_bot_made_of_python3_irc(self):
        token = self.server.run("user", "token", "add", "ann", "--label", "bot").out.strip()
        bot = subprocess.Popen(["/usr/bin/python3", os.path.join(os.path.dirname(__file__), "bot.py"),
                                str(self.server.port), "ann", token, "#den"])
        self.addCleanup(bot.wait)
        self.addCleanup(bot.kill)
        self.cem.wait(":ann!", "JOIN #den")
        self.cem.send("PRIVMSG #den :!echo cake")
        self.cem.wait(":ann!", "PRIVMSG #den :cake")
        self.cem.send("PRIVMSG ann :!echo more cake")
        self.cem.wait(":ann!", "PRIVMSG cem :more cake")
        self.cem.send("PRIVMSG ann :\x01VERSION\x01")
        self.cem.wait("NOTICE cem :\x01VERSION ")
        self.server.stop()
        self.server.start()
        self.cem = self.server.client("cem", "server-time echo-message")
        self.cem.wait(":ann!", "JOIN #den")
        # What is said while it catches up comes with the time in front, which is no command.
        tries = itertools.count()
        until("the bot to answer again", lambda: self.is_answered(next(tries)))

    def is_answered(self, tries):
        if tries % 100 == 0:
            self.cem.send("PRIVMSG #den :!echo again")
        return any(":ann!" in line and "PRIVMSG #den :again" in line for line in self.cem.sync())

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

    def test_in_a_large_room_irssi_and_weechat_see_who_speaks(self):
        self.server.configure("\n[limits]\npresence_limit = 1\n")
        self.assertEqual(self.server.run("reload").code, 0)
        ann, bob = self.irssi(), self.weechat()
        for person in (ann, bob):
            person.wait_for("Welcome to")
            person.type("/join #den")
            person.wait_for("cake at three")
        self.cem.wait(":bob!", "JOIN #den")  # who moderates
        ann.type("/names")
        ann.wait_for("Total of 2 nicks")
        self.assertNotRegex(ann.text(), r"\bbob\b")
        self.assertNotRegex(bob.text(), r"\bann\b")
        bob.type("hello from weechat")
        ann.wait_for("bob [", "has joined #den", "hello from weechat")
        ann.type("hello from irssi")
        bob.wait_for("(ann@localhost) has joined #den", "hello from irssi")
        ann.type("/names")
        ann.wait_for("Total of 3 nicks")
        bob.type("/quit")
        ann.wait_for("bob [", "has quit")

    def test_without_a_login_irssi_and_weechat_show_how_to(self):
        """Each shows its own line in what it keeps of the server."""
        for screen, words in ((self.irssi(sasl=False), ("/network add", "-sasl_username NAME")),
                              (self.weechat(sasl=False), ("irc.server.NET.sasl_username NAME",))):
            screen.wait_for("You must log in", *words)

    def test_what_irssi_missed_in_an_hour_comes_once_and_in_order(self):
        def room(screen):
            screen.wait_for("Welcome to")
            screen.type("/window 2")
            screen.wait_for(LAST_MISSED)
            path = os.path.join(self.home, "lastlog")
            screen.type("/lastlog -file " + path)
            return path
        self.missed(self.irssi, room)

    def test_what_weechat_missed_in_an_hour_comes_once_and_in_order(self):
        def room(screen):  # it shows the room by itself, and writes a log by itself
            screen.wait_for(LAST_MISSED)
            screen.type("/quit")
            screen.wait_for("[ended")
            return os.path.join(self.home, "weechat-bob", "logs", "irc.snug.#den.weechatlog")
        self.missed(self.weechat, room)

    def with_a_clock(self):
        """Starts the server again with clocks that can be set."""
        try:
            clock = fault_process.Clock(self.server.state, all_clocks=True)
        except fault_load.Skip as why:
            self.skipTest(str(why))
        self.server.stop()
        self.server.start(clock.prefix)
        self.cem = self.server.client("cem", "server-time echo-message")
        return clock

    def an_hour_of_messages(self, clock):
        for i in range(MISSED):
            if i % 25 == 0:
                self.cem.sync()
                clock.set(3600 * i // MISSED)
            self.cem.send(f"PRIVMSG #den :missed number {i:04}")
        # What comes back is stored. A PONG does not wait for that, and a store far away waits
        # for each hour that passes at once.
        self.cem.wait(LAST_MISSED)
        minutes = self.ask("SELECT (max(time_ms) - min(time_ms)) / 60000 FROM message WHERE text LIKE 'missed%'")
        self.assertIn(minutes, (58, 59, 60))

    def ask(self, question):
        return int(stored.rows(self.server.state, question)[0][0])

    def wait_for_cursor(self):
        until("the client's cursor to move", lambda: self.ask(
            "SELECT CASE WHEN max(message) >= (SELECT max(id) FROM message) THEN 1 ELSE 0 END FROM cursor"))

    def lines(self, path):
        """What a client wrote down, when it holds the last of it."""
        def look():
            if not os.path.exists(path):
                return None
            with open(path) as file:
                text = file.read()
            return text.splitlines() if LAST_MISSED in text else None
        return until("the client to write " + path, look)

    def missed(self, start, room):
        clock = self.with_a_clock()
        first = start()
        first.wait_for("Welcome to")
        first.type("/join #den")
        first.wait_for("before anyone came")
        self.cem.send("PRIVMSG #den :seen live")
        first.wait_for("seen live")
        # The server asks soon what a client got; what it never could tell of comes again.
        self.wait_for_cursor()
        first.kill()
        self.an_hour_of_messages(clock)
        lines = [line for line in self.lines(room(start())) if re.search("missed number|seen live", line)]
        numbers = [int(line.split("missed number ")[1]) for line in lines if "missed" in line]
        self.assertEqual(numbers, list(range(MISSED)))
        self.assertEqual(len(lines), MISSED, "what was seen live came again")


if __name__ == "__main__":
    unittest.main()
