# SPDX-License-Identifier: MIT
"""snug where the server leaves it to an issuer who somebody is: by a code that is typed on a page."""
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

import snug
import test_golden
from issuer import DEVICE, Issuer
from patience import PATIENCE, until
from person import Person, link


class Base(unittest.TestCase):
    AUTH = ""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.issuer = Issuer(self.dir)
        self.addCleanup(lambda: self.issuer.die())
        self.issuer.interval_s = 1
        self.issuer.person("s1", "ann")
        self.host = self.issuer.url.removeprefix("https://")
        self.server = snug.Server(
            f"\n[beside]\nerrand = yes\nca_file = {self.issuer.ca}\n[web]\nlisten = 127.0.0.1:0\n"
            f"[oidc]\nissuer = {self.issuer.url}\n[auth]\n{self.AUTH}", port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        until("the issuer to be up", lambda: "up since" in self.server.json("status")["issuer"])
        self.link = link(self.server)
        self.where = re.sub(r"/lounge,invite=[^,]*", "", self.link)

    def person(self, name, trusts=True):
        person = Person(name, prefix=["env", f"SSL_CERT_FILE={self.issuer.ca}"] if trusts else ())
        self.addCleanup(person.close)
        return person

    def code(self, screen=None, but=()):
        """The next that somebody is to say yes to, as whoever asked for it at `screen` sees it."""
        code = until(lambda: f"a code on:\n{screen.text()}" if screen else "a code",
                     lambda: [code for code in self.issuer.waiting() if code not in but])[0]
        if screen:
            screen.wait_for(code)
        return code

    def script(self, person, *words):
        """`snug login` without a terminal, that waits for its person."""
        return self.started(person, "login", "--no-ui", *words, self.where)

    def started(self, person, *words):
        program = subprocess.Popen(person.words(*words), text=True, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.addCleanup(program.kill)
        return program

    def ended(self, program):
        out, err = program.communicate(timeout=PATIENCE)
        self.assertEqual(out, "")
        return program.returncode, err

    def signed_in(self, name, subject, *words):
        person = self.person(name)
        program = self.script(person, *words)
        self.issuer.approve(self.code(), subject)
        code, err = self.ended(program)
        self.assertEqual(code, 0, err)
        person.has_been_here()
        return person


class Login(Base):
    def test_a_script_shows_the_code_and_is_in_from_then_on(self):
        ann = self.person("ann")
        program = self.script(ann)
        code = self.code()
        self.issuer.approve(code, "s1")
        done, err = self.ended(program)
        self.assertEqual(done, 0, err)
        self.assertIn(f"open   {self.issuer.url}/device\n", err)
        self.assertIn(f"code    {code}\n", err)
        self.assertIn("signed in as ann\nthis computer has its own key now", err)
        # Its key is enough: nobody opens a page again.
        asked = len(self.issuer.asked)
        self.assertEqual(ann.run("channels").code, 0)
        self.assertNotIn("/device/auth", [path for path, _ in self.issuer.asked[asked:]])
        tokens = [*self.issuer.access, *self.issuer.refresh]
        self.assertEqual(len(tokens), 2)
        for path in ann.files():
            with open(path, "rb") as file:
                self.assertFalse([token for token in tokens if token.encode() in file.read()], path)

    def test_the_screen_asks_before_anything_is_opened(self):
        ann = self.person("ann")
        ann.has_been_here()
        screen = ann.open("login", self.where, width=100, height=50)
        screen.wait_for(f"Sign in at {self.host}?")
        self.assertEqual(self.issuer.waiting(), [])
        screen.keys("Enter")
        code = self.code(screen)
        screen.wait_for(f"{self.issuer.url}/device", "█▀▀▀▀▀█", "Waiting until you have said")
        self.issuer.approve(code, "s1")
        screen.wait_for("● online")
        self.assertIn("ann", self.server.run("user", "list").out)

    def test_all_devices_are_told(self):
        first = self.signed_in("ann", "s1", "--label", "tower")
        screen = first.open()
        screen.wait_for("● online")
        self.signed_in("ann", "s1", "--label", "laptop")
        screen.wait_for("laptop")

    def test_who_has_a_password_says_so(self):
        self.person("bob").join(self.link)
        other = self.person("other")
        other.has_been_here()
        screen = other.open("login", "bob@localhost" + self.where.split("localhost", 1)[1])
        screen.wait_for(f"Sign in at {self.host}?")
        screen.type("p")
        screen.wait_for("Password (empty")
        screen.type(snug.PASSWORD)
        screen.wait_for("● online")
        self.assertEqual(self.issuer.waiting(), [])

    def test_a_no_and_a_code_that_is_over(self):
        program = self.script(self.person("ann"))
        self.issuer.deny(self.code())
        done, err = self.ended(program)
        self.assertEqual(done, 77, err)
        self.assertIn(f"said no at {self.host}", err)
        program = self.script(self.person("ann"))
        self.issuer.expire(self.code())
        done, err = self.ended(program)
        self.assertEqual(done, 77, err)
        self.assertIn(f"nobody said yes at {self.host} in time", err)

    def test_a_lost_answer_starts_over(self):
        program = self.script(self.person("ann"))
        first = self.code()
        self.issuer.lost.append("/token")
        self.issuer.approve(first, "s1")
        second = self.code(but=[first])
        self.issuer.approve(second, "s1")
        done, err = self.ended(program)
        self.assertEqual(done, 0, err)
        self.assertIn("was lost: that code is void now", err)
        # The grant of the first is whole: nobody asked for it twice.
        codes = [form["device_code"] for path, form in self.issuer.asked
                 if path == "/token" and form.get("grant_type") == DEVICE]
        self.assertEqual(codes.count(codes[-1]), len(codes) - codes.index(codes[-1]))
        self.assertTrue(all(grant.lives for grant in self.issuer.access.values()))

    def test_an_issuer_that_nobody_vouches_for_is_told_nothing(self):
        done, err = self.ended(self.script(self.person("ann", trusts=False)))
        self.assertEqual(done, 69, err)
        self.assertIn("no authority of this computer vouches for who answers: nothing was sent", err)
        self.assertNotIn("/device/auth", [path for path, _ in self.issuer.asked])

    def test_a_name_that_is_somebody_elses_is_not_taken_over(self):
        self.person("bob").join(self.link)
        self.issuer.person("s2", "bob")
        program = self.script(self.person("eve"))
        self.issuer.approve(self.code(), "s2")
        done, err = self.ended(program)
        self.assertEqual(done, 77, err)
        self.assertIn("did not let you in by that sign-in", err)
        self.assertIn("/account bind", err)

    def test_who_has_no_password_proves_it_by_signing_in(self):
        ann = self.signed_in("ann", "s1")
        screen = ann.open(width=100, height=50)
        screen.wait_for("● online")
        screen.type("/account delete")
        screen.wait_for("prove that it is you: s by signing in")
        screen.keys("s")
        screen.wait_for(f"sign in at {self.host}?")
        screen.keys("y")
        self.issuer.approve(self.code(screen), "s1")
        screen.wait_for("it is proved that it is you, for ten minutes")
        until("what waited for the proof", lambda: self.server.json("user", "show", "ann")["erase"])


def any_code(text):
    """Port, code and what is drawn of them are others each time, and as wide."""
    text = re.sub(r"[▀▄█ ]*[▀▄█]+[▀▄█ ]*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"localhost:\d{5}", "localhost:NNNNN", text)
    return re.sub(r"\b[0-9A-F]{4}-[0-9A-F]{4}\b", "CODE-CODE", text)


class Binding(Base):
    expect = test_golden.Base.expect

    def test_an_account_is_bound_from_the_screen(self):
        self.issuer.person("s2", "Robert Tables")
        bob = self.person("bob")
        bob.join(self.link)
        screen = bob.open(width=100, height=40)
        screen.wait_for("● online")
        screen.type("/account bind")
        screen.wait_for("prove that it is you")
        screen.keys("p")
        screen.type(snug.PASSWORD)
        screen.wait_for(f"sign in at {self.host}, to bind your account")
        self.assertEqual(self.issuer.waiting(), [])
        screen.keys("y")
        code = self.code(screen)
        screen.wait_for("█▀▀▀▀▀█")
        self.expect("sign-in-100x40", lambda: any_code(screen.text()))
        screen.resize(40, 12)
        screen.wait_for("not\n shown again")
        self.expect("sign-in-40x12", lambda: any_code(screen.text()))
        screen.resize(100, 40)
        self.issuer.approve(code, "s2")
        screen.wait_for("your account is bound to who you are at")
        screen.type("/account")
        screen.wait_for("binding", "s2 at")
        # Another computer gets in by it, as bob.
        other = self.signed_in("other", "s2")
        self.assertIn("bob at localhost", other.run("whoami").out)


class Lease(Base):
    AUTH = "recheck = 2s\n"

    def test_the_command_that_is_advised_brings_one_back(self):
        ann = self.signed_in("ann", "s1")
        self.issuer.remove("s1")
        done = until("a refusal", lambda: (tried := ann.run("channels")).code == 77 and tried)
        self.issuer.person("s1", "ann")
        words = shlex.split(re.search(r"`snug (login [^`]*)`", " ".join(done.err.split()))[1])
        program = self.started(ann, *words, "--no-ui")
        self.issuer.approve(self.code(), "s1")
        code, err = self.ended(program)
        self.assertEqual(code, 0, err)
        self.assertEqual(ann.run("channels").code, 0)

    def test_whoever_is_no_more_is_out_and_comes_back_by_signing_in(self):
        ann = self.signed_in("ann", "s1")
        screen = ann.open(width=100, height=50)
        screen.wait_for("● online")
        self.issuer.remove("s1")
        screen.wait_for("sign in again", "snug login")
        done = ann.run("channels")
        self.assertEqual(done.code, 77, done)
        self.assertIn("snug login", done.err)
        self.issuer.person("s1", "ann")
        screen.type("/account sign-in")
        screen.wait_for(f"sign in at {self.host}?")
        screen.keys("y")
        code = self.code(screen)
        screen.wait_for("█▀▀▀▀▀█")
        self.issuer.approve(code, "s1")
        screen.wait_for("● online")


if __name__ == "__main__":
    unittest.main()
