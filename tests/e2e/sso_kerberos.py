# SPDX-License-Identifier: MIT
"""The real thing: Debian's KDC, snug by the ticket of kinit, and a client that is not ours.

Not among the tests of `make e2e`: `make sso-kerberos` plays it, and installs what it needs."""
import base64
import hashlib
import os
import re
import shutil
import ssl
import tempfile
import unittest

import gss_peer
import kdc
import snug
from patience import pass_time, until
from person import Person, link

KERBEROS = b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"


def without_header(token):
    """As GS2 has it (RFC 5801, 3)."""
    return token[token.index(KERBEROS) + len(KERBEROS):]


class Base(unittest.TestCase):
    conf = ""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="snug-kdc-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.realm = kdc.Realm(os.path.join(self.folder, "realm"))
        self.addCleanup(self.realm.die)
        self.realm.key("irc/localhost")
        self.realm.person("ann")
        self.server = snug.Server(conf=self.realm.conf("plain = yes\n") + self.conf,
                                  port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start(env=self.realm.env())
        self.where = re.sub(r"/lounge,invite=[^,]*", "", link(self.server))

    def person(self, name, cache):
        person = Person(name, prefix=["env", "KRB5_CONFIG=" + self.realm.settings,
                                      "KRB5CCNAME=" + cache])
        self.addCleanup(person.close)
        return person

    def login(self, person, *more):
        return person.run("login", "--no-ui", *more, self.where)

    def logged(self, *wanted):
        def found():
            return [line for line in self.server.read_log().splitlines()
                    if all(text in line for text in wanted)]
        return until(lambda: "%r in the log:\n%s" % (wanted, self.server.read_log()), found)[-1]

    def refused(self, why):
        return self.logged("event=login_failed", "way=kerberos", "why=" + why)


class Snug(Base):
    def test_a_ticket_of_kinit_lets_in(self):
        done = self.login(self.person("ann", self.realm.kinit("ann")))
        self.assertEqual(done.code, 0, done)
        self.assertIn("signed in as ann", done.err)

    def test_an_account_that_is_there_is_bound_first(self):
        self.server.user("ann")
        ann = self.person("ann", self.realm.kinit("ann"))
        self.assertNotEqual(self.login(ann).code, 0)
        done = self.server.run("user", "bind", "ann", "--issuer", "krb5:" + kdc.REALM,
                               "--subject", "ann")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(self.login(ann).code, 0)
        # Another one of the realm with her name at another place is somebody else.
        self.realm.person("bob")
        self.assertEqual(self.login(self.person("bob", self.realm.kinit("bob"))).code, 0)

    def test_an_administrators_principal_is_nobody(self):
        self.realm.person("ann/admin")
        done = self.login(self.person("ann", self.realm.kinit("ann/admin")))
        self.assertNotEqual(done.code, 0)
        self.refused("principal")

    def test_a_realm_that_is_trusted_is_not_ours(self):
        other = kdc.Realm(os.path.join(self.folder, "other"), "OTHER.ORG")
        self.addCleanup(other.die)
        other.person("ann")
        for realm in (self.realm, other):
            realm.admin("addprinc", "-pw", "between", "krbtgt/EXAMPLE.ORG@OTHER.ORG")
        with open(self.realm.settings, "a") as file:
            file.write("[realms]\nOTHER.ORG = {\n    kdc = 127.0.0.1:%d\n}\n" % other.port)
        cache = self.realm.cache("stranger")
        self.realm.run("kinit", "ann@OTHER.ORG", stdin="secret\n", KRB5CCNAME=cache)
        done = self.login(self.person("ann", cache))
        self.assertNotEqual(done.code, 0)
        self.refused("realm")

    def test_a_ticket_that_is_over_is_not_shown(self):
        cache = self.realm.kinit("ann", "-l", "1s")
        pass_time(2)  # the life of a ticket is the KDC's
        done = self.login(self.person("ann", cache))
        self.assertNotEqual(done.code, 0)
        self.assertIn("xpired", done.err)

    def known(self):
        """Ann, who has been here, with a fresh ticket for no service yet."""
        ann = self.person("ann", self.realm.kinit("ann"))
        self.assertEqual(self.login(ann).code, 0)
        self.realm.kinit("ann")
        return ann

    def test_a_kdc_that_is_gone_leaves_the_key(self):
        ann = self.known()
        self.realm.die()
        done = ann.run("send", "ann", "to myself")
        self.assertEqual(done.code, 0, done)
        self.assertIn("no ticket was shown", done.err)
        self.logged("event=login", "way=certificate", "account=ann")

    def test_a_kdc_that_is_silent_leaves_the_key(self):
        ann = self.known()
        self.realm.silence()
        done = ann.run("send", "ann", "to myself")
        self.realm.speak()
        self.assertEqual(done.code, 0, done)
        self.assertIn("Kerberos did not answer within 5 s", done.err)
        self.logged("event=login", "way=certificate", "account=ann")

    def test_a_keytab_that_is_gone_is_told_and_the_others_come_in(self):
        self.server.user("bob")
        ann = self.person("ann", self.realm.kinit("ann"))
        os.remove(self.realm.keytab)
        self.assertNotEqual(self.login(ann).code, 0)
        self.logged("event=kerberos_failed")
        self.server.client("bob")

    def test_a_new_key_is_taken_while_it_runs(self):
        ann = self.known()
        self.realm.admin("ktadd", "-k", self.realm.keytab, "irc/localhost")
        self.realm.kinit("ann")
        done = ann.run("send", "ann", "to myself")
        self.assertEqual(done.code, 0, done)
        self.assertNotIn("event=login_failed", self.server.read_log())


class Leaving(Base):
    conf = "\n[auth]\nrecheck = 1s\n"

    def test_who_is_removed_is_out_when_the_lease_is_over(self):
        ann = self.person("ann", self.realm.kinit("ann"))
        self.assertEqual(self.login(ann).code, 0)
        self.realm.remove("ann")
        os.remove(self.realm.cache("ann"))
        pass_time(2)  # the lease
        done = ann.run("send", "ann", "am I in?")
        self.assertNotEqual(done.code, 0, done)
        with self.assertRaises(Exception):
            self.realm.kinit("ann")


class Other(Base):
    """GSSAPI and GS2-KRB5-PLUS as another implementation speaks them."""

    def connect(self, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        return self.server.client(context=context)

    def peer(self, cache=None):
        peer = gss_peer.Peer(self.realm.env(KRB5CCNAME=cache or self.realm.kinit("ann")))
        self.addCleanup(peer.close)
        return peer

    def begin(self, mechanism, version=ssl.TLSVersion.TLSv1_3):
        client = self.connect(version)
        client.send("CAP REQ :sasl", "AUTHENTICATE " + mechanism)
        client.wait("AUTHENTICATE +")
        return client

    @staticmethod
    def say(client, data):
        text = base64.b64encode(data).decode()
        parts = [text[i:i + 400] for i in range(0, len(text), 400)]
        if not parts or len(parts[-1]) == 400:
            parts.append("+")
        client.send(*["AUTHENTICATE " + part for part in parts])

    @staticmethod
    def hear(client):
        """A challenge as bytes, or the outcome as a line."""
        text = ""
        while True:
            line = client.recv()
            if re.search(r" 90[0-9] ", line):
                return line
            word = line.split("AUTHENTICATE ", 1)[1] if "AUTHENTICATE " in line else None
            if word is None:
                continue
            text += "" if word == "+" else word
            if len(word) < 400:
                return base64.b64decode(text)

    def end_point(self, client):
        return hashlib.sha256(client.sock.getpeercert(True)).digest()

    def plus(self, change=lambda binding: binding, header=b"p=tls-server-end-point,,"):
        """GS2-KRB5-PLUS over TLS 1.2, bound to what `change` makes of it; what came of it."""
        client, peer = self.begin("GS2-KRB5-PLUS", ssl.TLSVersion.TLSv1_2), self.peer()
        bound = change(self.end_point(client))
        token = peer.begin(header + bound if bound else None)
        said = header + without_header(token)
        self.say(client, said)
        heard = self.hear(client)
        if isinstance(heard, bytes):
            peer.ask("step", heard)
            client.send("AUTHENTICATE +")
            heard = self.hear(client)
        return heard, said

    def plain(self, choice=b"\x01\0\0\0", peer=None):
        client, peer = self.begin("GSSAPI"), peer or self.peer()
        self.say(client, peer.begin())
        peer.ask("step", self.hear(client))
        client.send("AUTHENTICATE +")
        self.assertEqual(peer.ask("unwrap", self.hear(client)), b"\x01\0\0\0")
        self.say(client, peer.ask("wrap", choice))
        return self.hear(client)

    def test_the_same_binding_lets_in_and_no_other(self):
        self.assertIn(" 900 ", self.plus()[0])
        self.assertIn(" 904 ", self.plus(lambda binding: bytes(32))[0])
        self.refused("binding")
        self.assertIn(" 904 ", self.plus(lambda binding: None)[0])
        self.assertIn(" 904 ", self.plus(header=b"n,,")[0])
        self.assertIn(" 904 ", self.plus(header=b"y,,")[0])
        self.assertIn(" 904 ", self.plus(header=b"p=tls-unique,,")[0])

    def test_who_asks_for_another_account_gets_none(self):
        self.assertIn(" 904 ", self.plus(header=b"p=tls-server-end-point,a=bob,")[0])
        self.assertIn(" 904 ", self.plain(b"\x01\0\0\0bob"))
        self.assertIn(" 900 ", self.plain(b"\x01\0\0\0ann"))

    def test_a_ticket_that_was_shown_is_refused(self):
        said = self.plus()[1]
        client = self.begin("GS2-KRB5-PLUS", ssl.TLSVersion.TLSv1_2)
        self.say(client, said)
        self.assertIn(" 904 ", self.hear(client))
        self.refused("replay")
        # After a start, too.
        self.server.stop()
        self.server.start(env=self.realm.env())
        client = self.begin("GS2-KRB5-PLUS", ssl.TLSVersion.TLSv1_2)
        self.say(client, said)
        self.assertIn(" 904 ", self.hear(client))

    def test_gssapi_lets_in_without_a_layer(self):
        self.assertIn(" 900 ", self.plain())
        for choice in (b"\x02\0\x10\0", b"\x04\0\x10\0", b"\x07\0\x10\0", b"\x01\0\x10\0", b""):
            self.assertIn(" 904 ", self.plain(choice), choice)

    def test_whoever_is_in_binds_a_ticket_to_the_account(self):
        self.server.user("cem")
        client = self.connect()
        client.login("cem", "standard-replies")
        client.send("ACCOUNT BIND")
        client.wait("BIND_NOW")
        client.send("AUTHENTICATE GSSAPI")
        client.wait("AUTHENTICATE +")
        peer = self.peer()
        self.say(client, peer.begin())
        peer.ask("step", self.hear(client))
        client.send("AUTHENTICATE +")
        peer.ask("unwrap", self.hear(client))
        self.say(client, peer.ask("wrap", b"\x01\0\0\0"))
        self.assertIn(" 903 ", self.hear(client))
        # From now on her ticket is cem's.
        self.assertIn(" cem ", self.plain(peer=self.peer(self.realm.cache("ann"))))

    def test_gssapi_is_refused_where_it_is_off(self):
        self.server.stop()
        conf = os.path.join(self.server.state, "snugd.conf")
        with open(conf) as file:
            text = file.read().replace("plain = yes", "plain = no")
        with open(conf, "w") as file:
            file.write(text)
        self.server.start(env=self.realm.env())
        client = self.connect()
        client.send("CAP REQ :sasl", "AUTHENTICATE GSSAPI")
        client.wait(" 908 ")

    def test_garbage_hurts_nobody(self):
        for mechanism in ("GS2-KRB5-PLUS", "GSSAPI"):
            for data in (b"x", b"\0" * 4000, os.urandom(60000), b"p=tls-exporter,,",
                         b"p=tls-exporter,," + os.urandom(2000), b"\x60\x82\xff\xff" + KERBEROS,
                         os.urandom(64 * 1024 - 100)):
                client = self.begin(mechanism)
                self.say(client, data)
                self.assertIn(" 904 ", self.hear(client), (mechanism, data[:20]))
        self.assertIn(" 900 ", self.plain())

    def test_a_token_that_is_cut_or_changed_is_refused(self):
        peer = self.peer()
        token = peer.begin()
        for changed in (token[:-1], token[:len(token) // 2], token[:-8] + bytes(8), token + b"x"):
            client = self.begin("GSSAPI")
            self.say(client, changed)
            self.assertIn(" 904 ", self.hear(client))


if __name__ == "__main__":
    unittest.main()
