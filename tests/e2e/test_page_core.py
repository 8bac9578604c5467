# SPDX-License-Identifier: MIT
"""The page's core (client/web) under Node, against a real snugd and a terminal's user."""
import os
import re
import signal
import sys
import unittest

import snug
import totp
from fault_net import DOWN, UP, Proxy
from patience import until
from person import Person

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../web"))
from page_core import CAN, WHY, Browser  # noqa: E402

SENDS = int(os.environ.get("SNUG_SENDS", "60"))  # of each way to be cut off; `make web` has 1,000


@unittest.skipUnless(CAN, WHY)
class Base(unittest.TestCase):
    def setUp(self):
        # Whoever comes back finds it where it was.
        self.port = snug.free_port()
        self.server = snug.Server("\n[web]\nlisten = 127.0.0.1:%d\n" % self.port)
        self.addCleanup(self.server.close)
        for name in ("ann", "bob"):
            self.server.user(name)
        self.server.start()

    def browser(self, port=None):
        made = Browser(port or self.port)
        self.addCleanup(made.close)
        return made

    def tab(self, name="ann", browser=None):
        tab = (browser or self.browser()).open()
        tab.enter({"how": "password", "name": name, "secret": snug.PASSWORD})
        return tab.online()

    def in_room(self, tab, name="#den"):
        tab.visit(name)
        return tab.target(name)

    def bob(self, *rooms):
        client = self.server.client("bob", caps="message-tags server-time echo-message batch draft/multiline")
        for room in rooms:
            client.send("JOIN " + room)
        client.sync()
        return client

    def stored(self, room="#den"):
        """Texts as the server has them, oldest first."""
        reader = self.server.client("bob", caps="server-time batch draft/chathistory message-tags")
        reader.send("JOIN " + room)
        reader.sync()
        texts, before = [], "*"
        while True:
            reader.send("CHATHISTORY %s %s %s 200" % ("LATEST" if before == "*" else "BEFORE", room, before))
            page = [line for line in reader.sync() if " PRIVMSG %s :" % room in line]
            if not page:
                reader.close()
                return texts
            texts = [line.split(" :", 2)[-1].split(" :", 1)[-1] for line in page] + texts
            before = "msgid=" + page[0].split("msgid=")[1].split(";")[0].split(" ")[0]


class Factor(Base):
    def test_a_login_by_password_waits_for_a_code(self):
        app, codes = totp.enrol(self.server.client("ann", caps="draft/account-2fa"))
        tab = self.browser().open()
        tab.enter({"how": "password", "name": "ann", "secret": snug.PASSWORD})
        until(lambda: "a code to be wanted: %s" % tab.link(), lambda: tab.link()["wantsCode"])
        self.assertEqual(tab.link()["wrongCodes"], 0)
        tab.prove(10, app.wrong())
        until(lambda: "the next one to be wanted: %s" % tab.link(),
              lambda: tab.link()["wantsCode"] and tab.link()["wrongCodes"] == 1)
        tab.prove(10, codes[0])
        tab.online()
        self.assertFalse(tab.link()["wantsCode"])
        other = self.browser().open()
        other.enter({"how": "password", "name": "ann", "secret": snug.PASSWORD})
        for wrong in range(3):
            until("a code to be wanted",
                  lambda: other.link()["wantsCode"] and other.link()["wrongCodes"] == wrong)
            other.prove(10, app.wrong())
        until("the end", lambda: other.link()["state"] == "refused")
        self.assertEqual(other.link()["failure"], "CODE")


class Talk(Base):
    def test_with_a_terminal(self):
        person = Person("cem", self.server)
        self.addCleanup(person.close)
        tab = self.tab()
        den = self.in_room(tab)
        person.join(self.server.run("invite", "create", "--room", "#den").out.strip())
        tab.message(den, "message", "hello, grüße\nand a second line")
        tab.sent()
        self.assertEqual(person.run("send", "#den", "from a terminal").code, 0)
        heard = tab.line(den, "from a terminal")
        self.assertEqual((heard["from"], heard["kind"], heard["self"]), ("cem", "message", False))
        self.assertEqual(person.tail("#den"), ["hello, grüße\nand a second line", "from a terminal"])

    def test_edit_react_reply_remove_and_search(self):
        tab, bob = self.tab(), self.bob("#den")
        den = self.in_room(tab)
        tab.message(den, "message", "frist")
        first = tab.line(den, "frist")
        tab.message(den, "edit", "first", first["id"])
        tab.message(den, "reaction", "🎉", first["id"])
        tab.message(den, "message", "second", first["id"])
        tab.sent()
        edited = tab.line(den, "first")
        self.assertTrue(edited["edited"])
        until("the reaction", lambda: tab.line(den, "first")["reactions"])
        self.assertEqual(tab.line(den, "first")["reactions"], [{"sign": "🎉", "names": ["ann"], "mine": True}])
        self.assertEqual(tab.line(den, "second")["reply"]["id"], first["id"])
        bob.send("PRIVMSG #den :ann: a cake of plums")
        until("the mention", lambda: tab.seen_()["alerts"])
        self.assertTrue(tab.line(den, "ann: a cake of plums")["mention"])
        tab.search("plums")
        until("what is found", tab.found)
        self.assertEqual([row["text"] for row in tab.found()], ["ann: a cake of plums"])

    def test_a_removal_is_taken_back_or_goes_out(self):
        tab = self.tab()
        den = self.in_room(tab)
        for text in ("stays", "goes"):
            tab.message(den, "message", text)
        tab.sent()
        tab.remove(den, tab.line(den, "stays")["id"])
        self.assertTrue(tab.restore())
        self.assertFalse(tab.restore())
        gone = tab.line(den, "goes")
        tab.remove(den, gone["id"])
        until("the removal", lambda: tab.lines(den, gone["i"], gone["i"] + 1)[0]["redacted"])
        self.assertIn("stays", tab.texts(den))

    def test_who_one_is_on_the_server(self):
        tab = self.tab()
        until("the modes of nobody special", lambda: tab.me()["isAdmin"] is False)
        self.server.run("user", "role", "ann", "admin")
        until("the rights", lambda: tab.me()["isAdmin"])
        again = self.tab()
        until("the rights at the login", lambda: again.me()["isAdmin"])
        self.server.run("user", "role", "bob", "admin")  # one stays
        self.server.run("user", "role", "ann", "user")
        until("them to be gone", lambda: not tab.me()["isAdmin"] and not again.me()["isAdmin"])
        self.assertFalse(again.me()["isGuest"])

    def test_a_guest_is_one(self):
        self.server.run("room", "add", "den")
        made = self.server.run("invite", "create", "--room", "#den", "--guest", "--until", "7d").out
        guest = self.browser().open()
        guest.enter({"how": "invite", "name": "gus", "secret": "correct horse battery",
                     "invite": re.search(r"invite=([\w-]+)", made).group(1)})
        guest.online()
        until("the mode of a guest", lambda: guest.me()["isGuest"])
        self.assertFalse(guest.me()["isAdmin"])
        self.server.run("user", "set", "gus", "--full")
        until("a full account", lambda: not guest.me()["isGuest"])

    def test_a_refusal_is_said(self):
        tab = self.tab()
        den = self.in_room(tab)
        tab.typed(den, "/topic " + "x" * 1000)
        until("a refusal", lambda: [line for line in tab.all(den) if line["kind"] == "error"]
              or [own for own in tab.own(den) if own["state"] == "refused"])

    def test_names_are_of_one_form_and_whoever_looks_like_another_is_named_in_full(self):
        tab = self.tab()
        composed = self.in_room(tab, "#caf\u00e9")
        self.assertEqual(tab.targetNamed("#cafe\u0301"), composed)
        self.assertEqual(tab.targetNamed("#CAFÉ".replace("É", "é")), composed)

    def test_who_is_gone_meanwhile_is_passed_over(self):
        tab = self.tab()
        for call in (tab.show, tab.lineCount):
            call(99)
        self.assertEqual(tab.lines(99, 0, 5), [])
        self.assertEqual(tab.firstUnread(99), -1)
        tab.message(99, "message", "to nobody")
        tab.message(self.in_room(tab), "no such kind", "text")
        self.assertEqual(tab.unsentCount(), 0)


class Login(Base):
    def test_a_wrong_password_is_refused_and_nothing_tries_again(self):
        tab = self.browser().open()
        tab.enter({"how": "password", "name": "ann", "secret": "wrong horse battery"})
        until("to be refused", lambda: tab.link()["state"] == "refused")
        self.assertEqual(tab.link()["failure"], "PASSWORD")
        self.assertIn("wrong", tab.link()["text"])

    def test_an_invite_makes_an_account_and_the_browser_is_its_device(self):
        invite = self.server.run("invite", "create", "--uses", "1").out
        token = invite.split("invite=")[1].split(",")[0].split()[0]
        browser = self.browser()
        tab = browser.open()
        tab.enter({"how": "invite", "name": "dora", "secret": snug.PASSWORD, "invite": token})
        tab.online()
        until("a token to be kept", lambda: tab.rows("device"))
        self.assertEqual(tab.device()["name"], "dora")
        tab.close()
        tab = browser.open()
        tab.enter({"how": "token"})
        tab.online()
        self.assertEqual(tab.me()["name"], "dora")
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        until("to be offline", lambda: tab.link()["state"] != "online")
        tab.forget()
        self.assertEqual([tab.rows("device"), tab.rows("outbox"), tab.rows("kept")], [[], [], []])

    def test_an_account_that_was_just_made_comes_back_without_a_token_too(self):
        token = self.server.run("invite", "create", "--uses", "1").out.split("invite=")[1].split(",")[0].split()[0]
        proxy = Proxy(self.port)
        proxy.start()
        self.addCleanup(proxy.close)
        tab = self.browser(proxy.port).open()
        tab.store({"never": True})
        tab.enter({"how": "invite", "name": "eve", "secret": snug.PASSWORD, "invite": token})
        tab.online()
        since = tab.link()["since"]
        proxy.cut_after(UP, 1)
        tab.raw("PING :x")
        until("another login", lambda: tab.link()["since"] != since and tab.link()["state"] == "online")


class Idle(Base):
    def test_no_timer_runs_while_nothing_is_open(self):
        tab = self.tab()
        den = self.in_room(tab)
        tab.message(den, "message", "something")
        tab.sent()
        # Looks once, fifteen seconds behind the last line, whether anything was heard.
        until("the last timer", lambda: tab.timers() == 0)

    def test_a_dead_server_is_noticed_when_it_matters(self):
        tab = self.tab()
        den = self.in_room(tab)
        until("the last timer", lambda: tab.timers() == 0)
        os.kill(self.server.process.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, self.server.process.pid, signal.SIGCONT)
        tab.message(den, "message", "to nobody yet")
        until("to be offline", lambda: tab.link()["state"] in ("offline", "connecting"))
        os.kill(self.server.process.pid, signal.SIGCONT)
        tab.sent()
        self.assertEqual(self.stored().count("to nobody yet"), 1)


class Offline(Base):
    def test_what_is_typed_offline_goes_out_once_over_closed_tabs(self):
        browser = self.browser()
        tab = self.tab(browser=browser)
        den = self.in_room(tab)
        tab.message(den, "message", "online")
        tab.sent()
        tab.flush()
        until("a token to be kept", lambda: tab.rows("device"))
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait()
        texts = ["offline %d" % i for i in range(20)]
        for text in texts:
            tab.message(den, "message", text)
        until("all to be queued", lambda: all(own["state"] == "queued" for own in tab.own(den)))
        tab.close()

        again = browser.open()
        there = again.targetNamed("#den")
        self.assertEqual(again.texts(there), ["online"])  # read without a connection
        self.assertEqual([own["text"] for own in again.own(there)], texts)
        self.assertEqual(again.seen_()["alerts"], [])
        self.server.start()
        again.enter({"how": "token"})
        again.online().sent()
        self.assertEqual(self.stored(), ["online", *texts])
        self.assertEqual(again.texts(there), ["online", *texts])
        self.assertEqual({line["gap"] for line in again.all(there)}, {False})

    def test_nothing_is_queued_that_is_not_kept(self):
        tab = self.tab()
        den = self.in_room(tab)
        tab.store({"never": True})
        tab.message(den, "message", "on this device only")
        self.assertEqual([own["state"] for own in tab.own(den)], ["keeping"])
        tab.asked("PING :all that was sent before is stored")
        self.assertEqual(self.stored(), [])

    def test_where_there_is_no_space_lines_go_first(self):
        tab = self.tab()
        den = self.in_room(tab)
        tab.message(den, "message", "kept for reading")
        tab.sent()
        tab.flush()
        until("lines", lambda: tab.rows("lines"))
        tab.store({"full": True})
        tab.message(den, "message", "kept all the same")
        tab.sent()
        self.assertEqual(self.stored(), ["kept for reading", "kept all the same"])

    def test_what_was_removed_is_not_read_offline(self):
        browser = self.browser()
        tab = self.tab(browser=browser)
        den = self.in_room(tab)
        for text in ("one", "two\nlines", "three"):
            tab.message(den, "message", text)
        tab.sent()
        tab.remove(den, tab.line(den, "one")["id"])
        until("the removal", lambda: tab.all(den)[1]["redacted"])
        tab.flush()
        tab.close()
        self.assertEqual(browser.open().texts(den), ["two\nlines", "three"])


class Cut(Base):
    def send_all(self, tab, den, count, disturb):
        """Says so many lines, and what disturbs comes between."""
        for i in range(count):
            tab.message(den, "message", "line %d" % i)
            disturb(i)
        tab.reconnect()
        tab.sent()
        self.assertEqual(self.stored(), ["line %d" % i for i in range(count)])
        self.assertEqual(tab.texts(den), ["line %d" % i for i in range(count)])

    def test_at_every_fiftieth_byte(self):
        proxy = Proxy(self.port)
        proxy.start()
        self.addCleanup(proxy.close)
        tab = self.tab(browser=self.browser(proxy.port))
        den = self.in_room(tab)

        def disturb(i):
            tab.reconnect()
            if tab.link()["state"] == "online":
                proxy.cut_after((UP, DOWN)[i % 2], 50 * (i // 2 % 40) + 1)
        self.send_all(tab, den, SENDS, disturb)
        print("page: %d sent over cut sockets, lost 0, doubled 0" % SENDS)

    def test_by_the_death_of_the_server(self):
        tab = self.tab()
        den = self.in_room(tab)

        def disturb(i):
            if i % 20 == 10:
                self.server.process.send_signal(signal.SIGKILL)
                self.server.process.wait()
                self.server.start()
            tab.reconnect()
        self.send_all(tab, den, SENDS, disturb)
        print("page: %d sent over killed servers, lost 0, doubled 0" % SENDS)

    def test_with_a_store_that_is_late(self):
        browser = self.browser()
        tab = self.tab(browser=browser)
        den = self.in_room(tab)
        until("a token to be kept", lambda: tab.rows("device"))
        tab.store({"late": 20})
        for i in range(SENDS):
            tab.message(den, "message", "line %d" % i)
        until("one to be on its way", lambda: tab.texts(den) or any(
            own["state"] != "keeping" for own in tab.own(den)))
        tab.close()
        kept = browser.open()
        kept.enter({"how": "token"})
        kept.online().sent()
        # What was shown as queued is stored, once; what was not on disk is gone with the tab.
        texts = self.stored()
        self.assertEqual(texts, ["line %d" % i for i in range(len(texts))])
        self.assertGreater(len(texts), 0)


if __name__ == "__main__":
    unittest.main()
