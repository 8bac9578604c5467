# SPDX-License-Identifier: MIT
"""A server that goes over to another key: whoever knows the old one, or holds a link with it, is let
in by its word, and by nothing else.

    python3 tests/e2e/test_rotation.py [PEOPLE LINKS]     the whole: 200 people and 20 links
"""
import os
import ssl
import subprocess
import sys
import time
import unittest

import snug
import test_renewal
from patience import until
from person import Person

PASSWORD = snug.PASSWORD


class Crowd:
    """People whose computers know the server by its pin, and links that nobody took yet."""

    def __init__(self, server, people, links):
        self.s = server
        made = server.run("invite", "create", "--room", "lounge", "--uses", str(people + 1))
        assert made.code == 0, made
        self.people = [Person("p%d" % i, server) for i in range(people)]
        for one in self.people:
            one.join(made.out.strip())
        self.links = [server.run("invite", "create", "--room", "lounge").out.strip() for _ in range(links)]
        self.n_later = 0

    def close(self):
        for one in self.people:
            one.close()

    def refused(self):
        """Who of them does not get in."""
        out = []
        for one in self.people:
            done = one.run("send", "#lounge", "still here")
            if done.code != 0:
                out.append((one.name, done))
        return out

    def take_links(self, n):
        out = []
        for _ in range(n):
            one = Person("n%d" % self.n_later, self.s)
            self.n_later += 1
            done = one.run("join", "--name", one.name, "--password-fd", "0", "--no-ui", self.links.pop(),
                           stdin=PASSWORD + "\n")
            if done.code != 0:
                out.append((one.name, done))
            one.close()
        return out


def pin_of(server):
    return server.run("fingerprint").out.strip()


class Rotation(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server(port=snug.free_port())
        self.addCleanup(self.s.close)

    def crowd(self, people=2, links=4):
        self.s.start()
        self.c = Crowd(self.s, people, links)
        self.addCleanup(self.c.close)
        self.first = pin_of(self.s)

    def profile(self, one):
        with open([path for path in one.files() if path.endswith("/profile")][0]) as file:
            return file.read()

    def rotate(self, *words):
        done = self.s.run("tls", "rotate", *words)
        self.assertEqual(done.code, 0, done)
        return done.out.strip()

    def test_nobody_is_stranded_by_a_new_key(self):
        self.crowd()
        second = self.rotate("--now")
        self.assertNotEqual(second, self.first)
        self.assertEqual(pin_of(self.s), second)
        self.assertEqual(self.c.refused(), [])
        self.assertEqual(self.c.take_links(1), [])
        self.assertIn(second, self.profile(self.c.people[0]))
        self.assertNotIn(self.first, self.profile(self.c.people[0]))
        # And by the one after it: of those who were away meanwhile as well.
        away, self.c.people = self.c.people[1:], self.c.people[:1]
        third = self.rotate("--now")
        self.s.stop()
        self.s.start()
        self.assertEqual(pin_of(self.s), third)
        self.c.people += away
        self.assertEqual(self.c.refused(), [])
        self.assertEqual(self.c.take_links(1), [])
        # Who knows a server has an old link of it, too.
        link = self.c.links[0]
        self.assertIn(self.first, link)
        again = self.c.people[0].run("join", "--name", "zoe", "--profile", "second", "--password-fd",
                                     "0", "--no-ui", self.c.links.pop(0), stdin=PASSWORD + "\n")
        self.assertEqual(again.code, 0, again)
        self.assertEqual(self.s.json("tls", "show")["vouched-by"], 2)
        self.assertEqual(list(self.s.json("tls", "rotate", "--now", "--confirm")), ["changed", "plain"])

    def test_a_next_key_is_announced_and_comes_when_the_overlap_is_over(self):
        self.crowd(2, 1)
        second = self.rotate()
        self.assertEqual(pin_of(self.s), self.first)
        shown = self.s.json("tls", "show")
        self.assertEqual((shown["pin"], shown["next-pin"]), (self.first, second))
        self.assertIn("the next key is announced", self.s.json("status")["certificate"])
        # Who comes meanwhile keeps both.
        self.c.people[0].run("send", "#lounge", "meanwhile")
        self.assertIn(self.first, self.profile(self.c.people[0]))
        self.assertIn("next_pin = sha256:" + second, self.profile(self.c.people[0]))
        twice = self.s.run("tls", "rotate")
        self.assertEqual(twice.code, 4, twice)
        self.assertIn("announced already", twice.err)
        # The overlap is over: it comes by itself.
        self.s.configure("\n[tls]\noverlap = 1s\n")
        self.s.stop()
        self.s.start()
        until("the next key to come", lambda: "event=key_changed" in self.s.read_log())
        self.assertEqual(pin_of(self.s), second)
        self.assertEqual(self.c.refused(), [])
        self.assertEqual(self.c.take_links(1), [])
        self.assertNotIn("next_pin", self.profile(self.c.people[0]))
        self.assertFalse(os.path.exists(self.s.state + "/next.key"))

    def test_a_stolen_key_vouches_for_nothing(self):
        self.crowd(1, 1)
        asked = self.s.run("tls", "new")
        self.assertEqual(asked.code, 9, asked)
        self.assertEqual(pin_of(self.s), self.first)
        self.rotate("--now")
        fresh = self.s.run("tls", "new", "--confirm")
        self.assertEqual(fresh.code, 0, fresh)
        self.assertEqual(pin_of(self.s), fresh.out.strip())
        refused = self.c.refused()
        self.assertEqual(len(refused), 1)
        self.assertEqual(refused[0][1].code, 76, refused)
        self.assertFalse(os.path.exists(self.s.state + "/vouches.pem"))
        self.assertEqual(len(self.c.take_links(1)), 1)
        trusted = self.c.people[0].run("trust", "localhost", "--pin", "sha256:" + fresh.out.strip())
        self.assertEqual(trusted.code, 0, trusted)
        self.assertEqual(self.c.refused(), [])

    def test_a_key_that_another_program_made_is_taken_by_the_old_keys_word(self):
        """As certbot and lego make one at each renewal, unless they are told not to."""
        key, cert = (os.path.join(self.s.dir, name) for name in ("key", "cert"))
        snug.certificate(key, cert)
        self.s.configure("\n[tls]\ncertificate = %s\nkey = %s\n" % (cert, key))
        self.crowd(1, 1)
        early = self.s.run("tls", "rotate")
        self.assertEqual(early.code, 4, early)
        self.assertIn("another program makes", early.err)
        self.assertEqual(self.s.run("tls", "new", "--confirm").code, 4)
        snug.certificate(key, cert)
        until("the other key to be seen", lambda: "event=key_waits" in self.s.read_log())
        waiting = self.s.json("tls", "show")["waiting-pin"]
        self.assertNotIn(waiting, ("", self.first))
        self.assertEqual(self.c.refused(), [])
        # Neither by another pin nor by none.
        for words in ([], ["--confirm=" + self.first], ["--confirm", "nonsense"]):
            self.assertEqual(self.s.run("tls", "take", *words).code, 1, words)
        self.assertEqual(self.rotate(), waiting)
        self.assertEqual(pin_of(self.s), waiting)
        self.assertEqual(self.c.refused(), [])
        self.assertEqual(self.c.take_links(1), [])
        self.assertFalse(os.path.exists(self.s.state + "/held.key"))

    def away(self):
        """Another program made a new key while no server ran."""
        key, cert = (os.path.join(self.s.dir, name) for name in ("key", "cert"))
        snug.certificate(key, cert)
        self.s.configure("\n[tls]\ncertificate = %s\nkey = %s\n" % (cert, key))
        self.crowd(1, 1)
        self.s.stop()
        snug.certificate(key, cert)

    def test_a_key_that_was_made_while_no_server_ran_waits_as_well(self):
        self.away()
        self.assertEqual(pin_of(self.s), self.first)
        self.s.start()
        until("the other key to be seen", lambda: "event=key_waits" in self.s.read_log())
        self.assertEqual(self.c.refused(), [])
        second = self.rotate()
        self.assertEqual(pin_of(self.s), second)
        self.s.stop()
        self.s.start()
        self.assertEqual(pin_of(self.s), second)
        self.assertEqual(self.c.refused(), [])

    def test_and_is_taken_before_one_runs(self):
        self.away()
        self.assertEqual(self.s.run("check").code, 6)
        second = self.rotate()
        self.s.start()
        self.assertEqual(pin_of(self.s), second)
        self.assertEqual(self.c.refused(), [])

    def test_or_without_the_old_ones_word(self):
        self.away()
        fresh = self.s.run("tls", "new", "--confirm")
        self.assertEqual(fresh.code, 0, fresh)
        self.s.start()
        self.assertEqual(pin_of(self.s), fresh.out.strip())
        self.assertEqual(len(self.c.refused()), 1)

    def test_without_a_server_the_same_is_done_to_the_files(self):
        self.crowd(1, 1)
        self.s.stop()
        self.assertEqual(self.s.run("tls", "take").code, 7)
        second = self.rotate("--now")
        self.s.start()
        self.assertEqual(pin_of(self.s), second)
        self.assertEqual(self.c.refused(), [])

    def test_what_was_cut_short_is_finished(self):
        self.s.start()
        second = self.rotate()
        self.s.stop()
        # The power goes between the two renames.
        os.rename(self.s.state + "/next.key", self.s.state + "/key.pem")
        self.s.start()
        self.assertEqual(pin_of(self.s), second)
        self.assertFalse(os.path.exists(self.s.state + "/next.pem"))

    def test_what_others_say_of_it_stands(self):
        """Other programs see a chain that is longer, and verify as they did."""
        done = subprocess.run([os.path.join(snug.CERTS, "authority"), self.s.dir + "/ca", "localhost",
                               self.s.state + "/key.pem", self.s.state + "/cert.pem"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done)
        self.s.start()
        self.rotate("--now")
        subprocess.run([os.path.join(snug.CERTS, "authority"), self.s.dir + "/ca", "localhost",
                        self.s.state + "/key.pem", self.s.state + "/cert.pem"], check=True,
                       capture_output=True)
        self.assertEqual(self.s.run("tls", "take").code, 0)
        context = ssl.create_default_context(cafile=self.s.dir + "/ca/ca.pem")
        client = snug.Client(self.s.port, context=context, verified=True)
        self.addCleanup(client.close)
        shown = subprocess.run(["openssl", "s_client", "-connect", "127.0.0.1:%d" % self.s.port,
                                "-servername", "localhost", "-CAfile", self.s.dir + "/ca/ca.pem",
                                "-alpn", "irc", "-showcerts", "-verify_return_error"], text=True,
                               input="", capture_output=True)
        self.assertIn("one key vouches for another", shown.stdout)
        self.assertIn("Verify return code: 0", shown.stdout)


def tell(what, people, links, crowd):
    began = time.monotonic()
    refused, lost = crowd.refused(), crowd.take_links(links)
    print("after %s: %d of %d people refused, %d of %d links lost; %.0f s" %
          (what, len(refused), people, len(lost), links, time.monotonic() - began))
    assert not refused and not lost, (refused, lost)


def by_link(world, text):
    """As certbot: the links are swung to other files."""
    for name, content in text.items():
        path = os.path.join(world.archive, name + "2.pem")
        world.put(path, content)
        os.symlink(path, world.live + "/.new")
        os.rename(world.live + "/.new", world.live + "/" + name)


def by_rename(world, text):
    """As lego's copies."""
    world.put(world.live + "/.tmp", text["cert"])
    os.rename(world.live + "/.tmp", world.live + "/cert")


def in_place(world, text):
    """As Caddy, the key behind the certificate."""
    for name in ("cert", "key"):
        test_renewal.write_slowly(world.live + "/" + name, text[name])


def whole(people, links):
    """By renewals of another program's files, then by two rotations."""
    world = test_renewal.Renewal("test_files_that_are_replaced")
    world.setUp()
    try:
        key, cert = world.make()
        for name, content in (("key", key), ("cert", cert)):
            world.put(os.path.join(world.archive, name + "1.pem"), content)
            os.symlink(os.path.join(world.archive, name + "1.pem"), world.live + "/" + name)
        world.serve(world.live + "/cert", world.live + "/key")
        crowd = Crowd(world.s, people, links)
        print("%d people know the server by its pin, %d links are out" % (people, links))
        for what, renew in (("certbot's renewal", by_link), ("lego's", by_rename), ("Caddy's", in_place)):
            cert = world.make(key)[1]
            renew(world, {"key": key, "cert": cert})
            world.becomes(cert)
            tell(what, people, links // 5, crowd)
        world.put(world.live + "/key", world.make()[0])
        snug.certificate(world.live + "/key", world.live + "/cert")
        for what in "a new key of an ACME client, by tls rotate", "a second one":
            done = world.s.run("tls", "rotate", "--now")
            assert done.code == 0, done
            tell(what, people, links // 5, crowd)
            snug.certificate(world.live + "/key", world.live + "/cert")
        crowd.close()
    finally:
        world.doCleanups()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        whole(int(sys.argv[1]), int(sys.argv[2]))
    else:
        unittest.main()
