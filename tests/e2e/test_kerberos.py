# SPDX-License-Identifier: MIT
"""Logins by a ticket of Kerberos: snug, and the server shut in as it is."""
import os
import re
import shutil
import tempfile
import unittest

import realm
import snug
from patience import until
from person import Person, link


class Base(unittest.TestCase):
    conf = ""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="snug-realm-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.realm = realm.Realm(self.folder)
        self.server = snug.Server(conf=self.realm.conf(self.conf), port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start(env=self.realm.env())
        self.where = re.sub(r"/lounge,invite=[^,]*", "", link(self.server))

    def person(self, name, cache=None):
        """Whose programs find that cache; without one there is none."""
        where = cache or os.path.join(self.folder, "no-cache")
        person = Person(name, prefix=["env", "KRB5_CONFIG=" + self.realm.settings,
                                      "KRB5CCNAME=" + where])
        self.addCleanup(person.close)
        return person

    def login(self, person, *more):
        return person.run("login", "--no-ui", *more, self.where)

    def logged(self, *wanted):
        def found():
            return [line for line in self.server.read_log().splitlines()
                    if all(text in line for text in wanted)]
        return until(lambda: "%r in the log:\n%s" % (wanted, self.server.read_log()), found)[-1]


class Ticket(Base):
    def test_whoever_has_one_is_in_and_nobody_is_asked(self):
        ann = self.person("ann", self.realm.ticket("ann"))
        done = self.login(ann)
        self.assertEqual(done.code, 0, done)
        self.assertIn("signed in as ann", done.err)
        self.logged("event=login", "way=kerberos", "account=ann")
        # From then on it is shown each time; where there is none, the device has its own key.
        done = ann.run("send", "ann", "to myself")
        self.assertEqual(done.code, 0, done)
        logins = [line for line in self.server.read_log().splitlines()
                  if "event=login " in line and "way=kerberos" in line]
        self.assertEqual(len(logins), 2, logins)
        os.remove(self.realm.cache("ann"))
        done = ann.run("send", "ann", "to myself")
        self.assertEqual(done.code, 0, done)
        self.logged("event=login", "way=certificate", "account=ann")

    def test_a_long_one_comes_through(self):
        done = self.login(self.person("ann", self.realm.ticket("ann", padding=45000)))
        self.assertEqual(done.code, 0, done)

    def test_without_one_a_name_is_asked_for(self):
        done = self.login(self.person("ann"))
        self.assertNotEqual(done.code, 0)
        self.assertIn("use --name NAME", done.err)
        self.assertNotIn("ticket", done.err)

    def test_a_name_that_is_taken_is_somebody_elses_until_it_is_bound(self):
        self.server.user("ann")
        ann = self.person("ann", self.realm.ticket("ann"))
        done = self.login(ann)
        self.assertNotEqual(done.code, 0)
        self.assertIn("no account is bound", done.err.lower())
        self.logged("event=login_failed", "way=kerberos")
        done = self.server.run("user", "bind", "ann", "--issuer", "krb5:" + realm.NAME,
                               "--subject", "ann")
        self.assertEqual(done.code, 0, done)
        done = self.login(ann)
        self.assertEqual(done.code, 0, done)

    def test_an_account_is_bound_by_the_ticket_that_is_there_and_proved_by_it(self):
        cem = self.person("cem")
        cem.join(link(self.server))
        shutil.copy(self.realm.ticket("ann"), os.path.join(self.folder, "no-cache"))
        screen = cem.open(width=120, height=40)
        screen.wait_for("● online")
        screen.type("/account bind")
        screen.wait_for("prove that it is you")
        screen.keys("p")
        screen.type(snug.PASSWORD)
        screen.wait_for("your account is bound to who you are by your ticket")
        self.assertIn("krb5:EXAMPLE.ORG", self.server.run("user", "bindings", "cem").out)
        # Hours later it is a proof.
        screen.type("/account sign-in")
        screen.wait_for("it is proved that it is you, for ten minutes")
        # Of another one it is none, and that is told.
        shutil.copy(self.realm.ticket("bob"), os.path.join(self.folder, "no-cache"))
        screen.type("/account sign-in")
        screen.wait_for("Your account is not bound to this identity")
        self.logged("event=login_failed", "account=cem", "way=kerberos", "why=bound")

    # Proves A24.
    def test_who_is_no_person_of_the_realm_is_refused(self):
        for who, where, why in (("ann/admin", realm.NAME, "principal"),
                                ("ann", "ELSEWHERE.ORG", "realm"),
                                ("host/localhost", realm.NAME, "principal")):
            done = self.login(self.person("eve", self.realm.ticket(who, realm=where)))
            self.assertNotEqual(done.code, 0, (who, done))
            self.logged("event=login_failed", "way=kerberos", "why=" + why)

    def test_one_that_is_over_is_refused(self):
        done = self.login(self.person("ann", self.realm.ticket("ann", -7200, -3600)))
        self.assertNotEqual(done.code, 0)
        self.logged("event=login_failed", "way=kerberos", "why=expired")

    def test_without_the_keytab_the_others_come_in(self):
        self.server.user("bob")
        ann = self.person("ann", self.realm.ticket("ann"))
        os.remove(self.realm.keytab)
        done = self.login(ann)
        self.assertNotEqual(done.code, 0)
        self.logged("event=kerberos_failed")
        self.server.client("bob")

    def test_doctor_says_whose_it_is(self):
        ann = self.person("ann", self.realm.ticket("ann"))
        self.login(ann)
        done = ann.run("doctor")
        self.assertIn("ok  ticket: of ann@EXAMPLE.ORG; it would be shown to irc@localhost", done.out)
        os.remove(self.realm.cache("ann"))
        done = ann.run("doctor")
        self.assertIn("!!  ticket: none; get one:  kinit", done.out)

    def test_the_server_offers_what_it_takes(self):
        client = self.server.client()
        client.send("CAP LS 302")
        offered = client.wait(" LS ")
        self.assertIn("GS2-KRB5-PLUS", offered)
        self.assertNotIn("GSSAPI", offered)
        client.send("AUTHENTICATE GSSAPI")
        client.wait(" 908 ")


class Settings(Base):
    def start_refused(self, text):
        self.server.stop()
        done = self.server.run("run")
        self.assertNotEqual(done.code, 0)
        self.assertIn(text, done.err)

    def row(self):
        done = self.server.run("check", "--json")
        return re.search(r'\{[^{}]*"kerberos"[^{}]*\}', done.out).group(0)

    def test_check_looks_at_the_keytab(self):
        self.assertIn("a key of irc/localhost in", self.row())
        os.chmod(self.realm.keytab, 0o640)
        self.assertIn("chmod 600", self.row())
        os.remove(self.realm.keytab)
        self.realm.key("host/localhost@" + realm.NAME)
        self.assertIn("holds no key of irc/localhost@EXAMPLE.ORG", self.row())

    def test_a_keytab_that_others_read_is_not_served_with(self):
        os.chmod(self.realm.keytab, 0o644)
        self.start_refused("others may get at the keytab")

    def test_a_keytab_without_the_key_is_not_served_with(self):
        os.remove(self.realm.keytab)
        self.realm.key("host/localhost@" + realm.NAME)
        self.start_refused("holds no key of irc/localhost@EXAMPLE.ORG")


if __name__ == "__main__":
    unittest.main()
