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


if __name__ == "__main__":
    unittest.main()
