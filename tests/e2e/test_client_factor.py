# SPDX-License-Identifier: MIT
"""snug where a login by password wants a code, too."""
import re
import unittest

import snug
import totp
from patience import until
from person import Person, link


class Login(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.ann = self.person("ann")
        self.link = link(self.server)
        self.ann.join(self.link)
        self.where = re.sub(r"/lounge,invite=[^,]*", "", self.link)
        self.app, self.codes = totp.enrol(self.server.client("ann", caps="draft/account-2fa"))

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        return person

    def log_in(self, laptop):
        screen = laptop.open("login", "--label", "laptop", self.where)
        screen.wait_for("Your name")
        screen.keys("C-u")
        screen.type("ann")
        screen.wait_for("Password (empty")
        screen.type(snug.PASSWORD)
        screen.wait_for("Code of your app for ann at localhost")
        return screen

    def test_the_code_is_asked_for_again_and_a_recovery_code_will_do(self):
        laptop = self.person("laptop")
        laptop.has_been_here()
        screen = self.log_in(laptop)
        screen.type(self.app.wrong())
        screen.wait_for("That code is wrong, or was used before")
        until("the next question", lambda: screen.text().count("Code of your app") == 2)
        screen.type(self.codes[0])
        screen.wait_for("● online")
        screen.close()
        # From now on it has its own key, of which no code is wanted.
        done = laptop.run("send", "#lounge", "from the laptop")
        self.assertEqual(done.code, 0, done)

    def test_three_wrong_ones_end_it(self):
        screen = self.log_in(self.person("laptop"))
        for n in (1, 2):
            screen.type(self.app.wrong())
            until("the next question", lambda: screen.text().count("Code of your app") == n + 1)
        screen.type(self.app.wrong())
        screen.wait_for("wants a code of the second factor")

    def test_a_script_is_told_what_to_use(self):
        done = self.person("laptop").run("login", "--name", "ann", "--password-fd", "0", "--no-ui",
                                         self.where, stdin=snug.PASSWORD + "\n")
        self.assertEqual(done.code, 77, done)
        self.assertIn("there is no terminal to ask on", done.err)
        self.assertIn("app token", done.err)

    def test_a_code_proves_who_one_is(self):
        screen = self.ann.open(width=100, height=28)
        screen.wait_for("● online")
        other = self.person("other")
        self.log_in(other).type(self.codes[1])
        until("the laptop", lambda: "laptop" in self.ann.run("devices").out)
        screen.type("/device revoke laptop")
        screen.wait_for("prove that it is you")
        screen.keys("p")
        screen.wait_for("your password or a code")
        screen.type(self.app.next())
        screen.wait_for("laptop can no longer log in")


class Screen(unittest.TestCase):
    """/2fa from nothing to a login that wants a code, and back."""

    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.ann = Person("ann")
        self.addCleanup(self.ann.close)
        self.link = link(self.server)
        self.ann.join(self.link)

    def taken(self, screen, pattern, count=1):
        """What stands at the left of the code, as far as it is this, and so many."""
        found = []

        def look():
            text = "".join(re.split(" {3}|[█▀▄]", row.strip())[0] for row in screen.text().splitlines())
            found[:] = re.findall(pattern, text)
            return len(found) >= count
        until(lambda: f"{pattern} on:\n{screen.text()}", look)
        return found

    def prove(self, screen):
        screen.wait_for("prove that it is you")
        screen.keys("p")
        screen.wait_for("your password or a code")
        screen.type(snug.PASSWORD)

    def test_on_new_codes_and_off(self):
        screen = self.ann.open(width=110, height=40)
        screen.wait_for("● online")
        screen.type("/2fa")
        screen.wait_for("You have no second factor")
        screen.type("/2fa on")
        self.prove(screen)
        uri = self.taken(screen, r"otpauth://totp/\S+?secret=([A-Z2-7]{32})")
        self.assertIn("█", screen.text())
        app = totp.App(uri[0])
        screen.keys("Escape")
        screen.wait_for("your app shows a code now")
        screen.keys("c")
        screen.type(app.wrong())
        screen.wait_for("That is not the code of the secret")
        screen.keys("c")
        screen.type(app.next())
        codes = self.recovery(screen)
        screen.keys("Escape")
        screen.wait_for("Logins by your password want a code from now on")
        self.assertNotIn(codes[0], screen.text())
        screen.type("/2fa codes")
        fresh = self.recovery(screen)
        self.assertFalse(set(codes) & set(fresh))
        screen.keys("Escape")
        screen.wait_gone("Your recovery codes")
        screen.type("/2fa")
        screen.wait_for("Enabled; 8 recovery codes are left")
        screen.type("/2fa off")
        screen.wait_for("a code of your app turns it off")
        screen.keys("c")
        screen.type(codes[0])
        screen.wait_for("The code is wrong, or was used")
        screen.type("/2fa off")
        screen.wait_for("a code of your app turns it off")
        screen.keys("c")
        screen.type(fresh[0])
        screen.wait_for("Logins by your password want no code any more")

    def recovery(self, screen):
        screen.wait_for("Your recovery codes")
        codes = self.taken(screen, r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", 8)
        self.assertEqual(len(codes), 8, screen.text())
        return codes

    def test_all_others_are_signed_out_at_once(self):
        self.assertEqual(self.server.run("user", "token", "add", "ann", "bot").code, 0)
        screen = self.ann.open(width=110, height=30)
        screen.wait_for("● online")
        screen.type("/device revoke-others")
        self.prove(screen)
        screen.wait_for("1 other devices and app tokens can no longer log in")


if __name__ == "__main__":
    unittest.main()
