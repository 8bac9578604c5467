# SPDX-License-Identifier: MIT
"""tls import, export and check: pairs that come from elsewhere, and what is said of them."""
import os
import shutil
import stat
import subprocess
import unittest

import snug
import stored
from patience import until

AUTHORITY = os.path.join(snug.CERTS, "authority")


class Verbs(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.folder = os.path.join(self.s.dir, "elsewhere")
        os.mkdir(self.folder, 0o700)
        self.key, self.cert = self.folder + "/key", self.folder + "/cert"
        self.first = self.pin()

    def pin(self, server=None):
        return (server or self.s).run("fingerprint").out.strip()

    def give(self, *more, server=None):
        return (server or self.s).run("tls", "import", "--cert", self.cert, "--key", self.key, *more)

    def same_key(self):
        with open(self.s.state + "/key.pem") as old, open(self.key, "w") as new:
            new.write(old.read())
        subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", self.key, self.cert, "40"],
                       check=True, capture_output=True)

    def nothing_is_left(self, server=None):
        names = os.listdir((server or self.s).state)
        self.assertFalse([name for name in names if name.startswith("given")], names)

    def rows(self, done):
        return {row.split("\t")[0]: row.split("\t")[1:] for row in done.out.splitlines()}


class Import(Verbs):
    def test_a_renewed_certificate_is_served_at_once(self):
        self.s.start()
        self.same_key()
        done = self.give()
        self.assertEqual((done.code, done.out.strip()), (0, self.first), done)
        self.assertIn("links stay right", done.err)
        with open(self.cert) as file:
            wanted = file.read()
        with open(self.s.state + "/cert.pem") as file:
            self.assertEqual(file.read(), wanted)
        self.assertIn("event=certificate_renewed", self.s.read_log())
        self.assertEqual(stat.S_IMODE(os.stat(self.s.state + "/key.pem").st_mode), 0o600)
        self.nothing_is_left()
        self.assertIn("tls import", self.s.run("audit", "list").out)

    def test_another_key_is_refused_unless_the_old_one_vouches(self):
        self.s.start()
        snug.certificate(self.key, self.cert)
        refused = self.give()
        self.assertEqual(refused.code, 4, refused)
        self.assertIn("--rotate", refused.err)
        self.assertEqual(self.pin(), self.first)
        self.nothing_is_left()
        done = self.give("--rotate")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.pin(), done.out.strip())
        self.assertEqual(self.s.json("tls", "show")["vouched-by"], 1)

    def test_another_key_where_nobody_knows_the_old_one(self):
        self.s.start()
        snug.certificate(self.key, self.cert)
        self.assertEqual(self.give("--confirm").code, 0)
        self.assertNotEqual(self.pin(), self.first)
        self.assertEqual(self.s.json("tls", "show")["vouched-by"], 0)
        self.assertEqual(self.give("--confirm", "--rotate").code, 2)

    def test_what_is_no_pair_is_refused(self):
        self.s.start()
        snug.certificate(self.key, self.cert)
        with open(self.s.state + "/key.pem") as old, open(self.key, "w") as new:
            new.write(old.read())
        done = self.give()
        self.assertEqual(done.code, 1, done)
        self.assertIn("does not belong to", done.err)
        os.remove(self.key)
        missing = self.give()
        self.assertEqual(missing.code, 1, missing)
        self.assertIn(self.key, missing.err)
        for words in ([], ["--cert", self.cert], ["--ask", "--sealed", self.cert]):
            self.assertEqual(self.s.run("tls", "import", *words).code, 2, words)
        self.assertEqual(self.pin(), self.first)
        self.nothing_is_left()

    def test_a_server_whose_files_are_elsewhere_has_no_place_for_it(self):
        snug.certificate(self.key, self.cert)
        self.s.configure("\n[tls]\ncertificate = %s\nkey = %s\n" % (self.cert, self.key))
        done = self.give()
        self.assertEqual(done.code, 4, done)
        self.assertIn("take those lines away", done.err)

    def test_without_a_server_it_is_there_at_the_next_start(self):
        self.same_key()
        self.assertEqual(self.give().code, 0)
        self.s.start()
        self.assertEqual(self.pin(), self.first)
        self.assertEqual(self.s.run("check").code, 0)


class Two(Verbs):
    def setUp(self):
        super().setUp()
        self.other = snug.Server()
        self.addCleanup(self.other.close)

    def ask(self):
        done = self.other.run("tls", "import", "--ask")
        self.assertEqual(done.code, 0, done)
        return done.out.strip()

    def export(self, key):
        done = self.s.run("tls", "export", "--sealed=" + key)
        self.assertEqual(done.code, 0, done)
        sealed = os.path.join(self.folder, "sealed")
        with open(sealed, "w") as file:
            file.write(done.out)
        return sealed

    def take(self, sealed, *more):
        return self.other.run("tls", "import", "--sealed", sealed, *more)


class Sealed(Two):
    def test_a_key_goes_to_another_machine_with_its_old_ones_word(self):
        self.assertEqual(self.s.run("tls", "rotate", "--now").code, 0)
        last = self.s.json("audit", "list")[-1]
        self.assertEqual((last["verb"], last["detail"].split(" -> ")[-1]),
                         ("tls rotate", self.s.json("tls", "show")["pin"]))
        sealed = self.export(self.ask())
        with open(sealed) as file:
            self.assertNotIn("PRIVATE", file.read())
        refused = self.take(sealed)
        self.assertEqual(refused.code, 4, refused)
        done = self.take(sealed, "--confirm")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.pin(self.other), self.pin())
        self.assertEqual(self.other.json("tls", "show")["vouched-by"], 1)
        self.assertFalse(os.path.exists(self.other.state + "/import.key"))
        self.other.start()
        self.assertEqual(self.pin(self.other), self.pin())
        self.nothing_is_left(self.other)
        # Its key is gone: it is not opened twice.
        self.assertEqual(self.take(sealed, "--confirm").code, 3)

    def test_what_was_sealed_for_another_or_is_damaged_is_not_opened(self):
        sealed = self.export(self.ask())
        self.ask()
        self.assertIn("cannot be opened", self.take(sealed, "--confirm").err)
        sealed = self.export(self.ask())
        with open(sealed, "r+") as file:
            file.seek(100)
            file.write("AAAA")
        done = self.take(sealed, "--confirm")
        self.assertEqual(done.code, 1, done)
        self.assertIn("damaged", done.err)
        self.assertEqual(self.s.run("tls", "export", "--sealed", "short").code, 2)
        self.nothing_is_left(self.other)


class TwoMachines(Two):
    """Two servers of one key, the second of which goes on with what the first has stored."""

    def setUp(self):
        super().setUp()
        self.assertEqual(self.take(self.export(self.ask()), "--confirm").code, 0)
        self.s.start()
        self.first = self.pin()

    def take_over(self, mark="event=ready"):
        """The first burns, and the second has the same rows."""
        until("the key to be stored", lambda: self.stored(self.s).startswith(self.pin()))
        self.s.stop()
        stored.share(self.s.state, self.other.state)
        shutil.copy(os.path.join(self.s.state, "high"), self.other.state)
        self.other.start()
        until(mark, lambda: mark in self.other.read_log())

    def stored(self, server):
        return stored.setting(server.state, "key")

    def served_key(self, server):
        """What check says of it on the machine that waits: it reads what the other has stored."""
        rows = self.rows(server.run("check"))
        return rows["served-key"]

    def announce(self):
        done = self.s.run("tls", "rotate")
        self.assertEqual(done.code, 0, done)
        second = done.out.strip()
        until("the next key to be stored", lambda: self.stored(self.s) == f"{self.first} {second}")
        return second

    def test_an_announced_key_goes_along_and_both_go_over_to_it(self):
        second = self.announce()
        self.assertEqual(self.take(self.export(self.ask())).code, 0)
        shown = self.other.json("tls", "show")
        self.assertEqual((shown["pin"], shown["next-pin"], shown["next-from"]),
                         (self.first, second, self.s.json("tls", "show")["next-from"]))
        # Brought once more, nothing of it is there twice.
        size = os.path.getsize(self.other.state + "/vouches.pem")
        self.assertEqual(self.take(self.export(self.ask())).code, 0)
        self.assertEqual(os.path.getsize(self.other.state + "/vouches.pem"), size)
        # At once on the first: whoever takes over follows, though its own time has not come.
        self.assertEqual(self.s.run("tls", "rotate", "--now").code, 0)
        self.take_over("event=key_changed")
        self.assertEqual(self.pin(self.other), second)
        self.assertEqual(self.served_key(self.other)[0], "yes")
        self.assertFalse(os.path.exists(self.other.state + "/next.key"))

    def test_one_that_comes_by_the_clock_comes_on_either_machine(self):
        second = self.announce()
        self.assertEqual(self.take(self.export(self.ask())).code, 0)
        self.other.configure("\n[tls]\noverlap = 1s\n")
        self.take_over("event=key_changed")
        self.assertEqual(self.pin(self.other), second)

    def test_a_machine_that_lacks_the_key_or_the_next_one_says_so(self):
        second = self.announce()
        self.take_over()
        self.assertEqual(self.pin(self.other), self.first)
        self.assertEqual(self.served_key(self.s)[0], "yes")
        self.other.stop()
        stored.share(self.s.state, self.other.state)
        lacks = self.served_key(self.other)
        self.assertEqual(lacks[0], "no")
        self.assertIn(f"told that {second} comes next, and it is not here", lacks[1])
        self.assertIn("snugd tls import --ask", lacks[1])
        # The first went over to it without the second.
        self.s.start()
        self.assertEqual(self.s.run("tls", "rotate", "--now").code, 0)
        self.take_over()
        self.assertIn("event=served_another_key pin=" + second, self.other.read_log())
        self.other.stop()
        stored.share(self.s.state, self.other.state)
        self.assertIn(f"shown another one last, {second}", self.served_key(self.other)[1])
        # Brought behind that, it is taken by the old one's word, without more.
        sealed = self.export(self.ask())
        done = self.take(sealed)
        self.assertEqual((done.code, done.out.strip()), (0, second), done)
        self.assertEqual(self.served_key(self.other)[0], "yes")


class Check(Verbs):
    def check(self, code):
        done = self.s.run("tls", "check")
        self.assertEqual(done.code, code, done)
        return self.rows(done)

    def test_one_that_init_made_is_fine(self):
        rows = self.check(0)
        self.assertIn("self-signed", rows["chain"][1])
        self.assertIn("asked to compare the pin", rows["without-a-pin"][1])
        self.assertNotIn("renewal", rows)

    def test_what_is_wrong_is_said(self):
        subprocess.run([AUTHORITY, self.folder, "other.example", self.s.state + "/key.pem",
                        self.s.state + "/cert.pem"], check=True, capture_output=True)
        rows = self.check(6)
        self.assertEqual(rows["name"][0], "no")
        self.assertIn("fullchain.pem", rows["chain"][1])
        trusted = subprocess.run([snug.SNUGD, "tls", "check", "--state", self.s.state], text=True,
                                 env=dict(os.environ, SSL_CERT_FILE=self.folder + "/ca.pem"),
                                 capture_output=True)
        rows = self.rows(snug.Result(trusted))
        self.assertEqual(rows["chain"][0], "yes")
        self.assertEqual(rows["name"][0], "no")

    def test_one_that_ends_or_waits_is_said(self):
        self.s.start()
        subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", self.s.state + "/key.pem",
                        self.s.state + "/cert.pem", "5"], check=True, capture_output=True)
        self.assertEqual(self.s.run("tls", "take").code, 0)
        self.assertIn("within three weeks", self.check(6)["dates"][1])
        self.assertIn("ends in 4 days", self.s.json("status")["certificate"])
        snug.certificate(self.s.state + "/key.pem", self.s.state + "/cert.pem", days=50)
        self.assertEqual(self.s.run("tls", "take").code, 1)
        self.assertIn("another key", self.check(6)["files"][1])

    def test_a_client_of_an_authority_that_makes_new_keys_is_told_of(self):
        live, renewal = self.s.dir + "/acme/live/localhost", self.s.dir + "/acme/renewal"
        os.makedirs(live)
        os.makedirs(renewal)
        snug.certificate(live + "/privkey.pem", live + "/fullchain.pem", days=90)
        self.s.configure("\n[tls]\ncertificate = %s/fullchain.pem\nkey = %s/privkey.pem\n" % (live, live))
        with open(renewal + "/localhost.conf", "w") as file:
            file.write("[renewalparams]\naccount = 1\n")
        self.assertIn("--reuse-key", self.check(6)["renewal"][1])
        with open(renewal + "/localhost.conf", "a") as file:
            file.write("reuse_key = True\n")
        self.assertEqual(self.check(0)["renewal"][0], "yes")

    def test_one_of_lego_is_told_of(self):
        for end, name in (("crt", "cert"), ("key", "key")):
            self.s.configure("\n[tls]\n%s = %s/localhost.%s\n" % (
                {"cert": "certificate"}.get(name, name), self.folder, end))
        snug.certificate(self.folder + "/localhost.key", self.folder + "/localhost.crt", days=90)
        with open(self.folder + "/localhost.json", "w") as file:
            file.write("{}")
        self.assertIn("lego renew --reuse-key", self.check(0)["renewal"][1])


class Sts(Verbs):
    """Whoever keeps it refuses what no authority vouches for."""

    def caps(self):
        client = self.s.client()
        client.send("CAP LS 302", "CAP LIST")
        client.wait("CAP * LIST")
        return " ".join(client.lines)

    def sign(self, host="localhost"):
        subprocess.run([AUTHORITY, self.folder, host, self.s.state + "/key.pem",
                        self.s.state + "/cert.pem"], check=True, capture_output=True)

    def start(self, trusts=True):
        prefix = ["env", "SSL_CERT_FILE=" + (self.folder + "/ca.pem" if trusts else "/dev/null")]
        self.s.start(prefix=prefix)

    def test_it_is_told_where_an_authority_vouches(self):
        self.sign()
        self.start()
        self.assertIn("sts=duration=", self.caps())
        # Renewed by the same, when its own certificate is out of reach.
        self.sign()
        self.assertEqual(self.s.run("tls", "take").code, 0)
        self.assertIn("sts=duration=", self.caps())
        # By nobody: not any more.
        self.same_key()
        self.assertEqual(self.give().code, 0)
        self.assertNotIn("sts", self.caps())

    def test_it_is_not_told_where_none_does_or_for_another_name(self):
        self.start()
        self.assertNotIn("sts", self.caps())
        self.s.stop()
        self.sign("other.example")
        self.start()
        self.assertNotIn("sts", self.caps())
        self.s.stop()
        self.sign()
        self.start(trusts=False)
        self.assertNotIn("sts", self.caps())

    def test_it_is_as_set(self):
        self.s.configure("\n[tls]\nsts = yes\n")
        self.start(trusts=False)
        self.assertIn("sts=duration=", self.caps())
        self.s.stop()
        with open(self.s.state + "/snugd.conf") as file:
            text = file.read()
        with open(self.s.state + "/snugd.conf", "w") as file:
            file.write(text.replace("sts = yes", "sts = no"))
        self.sign()
        self.start()
        self.assertNotIn("sts", self.caps())


class Expiry(Verbs):
    def renew(self, days):
        subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", self.s.state + "/key.pem",
                        self.s.state + "/cert.pem", str(days)], check=True, capture_output=True)

    def told(self):
        return [word for line in self.s.read_log().splitlines() if "event=certificate_expires" in line
                for word in line.split() if word.startswith(("days=", "level="))]

    def test_of_a_certificate_that_ends_soon_it_is_told_once(self):
        self.renew(15)
        self.s.start()
        self.assertEqual(self.s.run("tls", "take").code, 0)  # it was looked at again meanwhile
        self.assertEqual(self.told(), ["level=warn", "days=14"])
        for days, words in ((30, []), (6, ["level=warn", "days=5"]), (1, ["level=error", "days=0"])):
            before = self.told()
            self.renew(days)
            self.assertEqual(self.s.run("tls", "take").code, 0)
            self.assertEqual(self.told(), before + words)


if __name__ == "__main__":
    unittest.main()
