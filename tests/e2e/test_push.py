# SPDX-License-Identifier: MIT
"""Web Push by the real programs: a service on loopback that decrypts what it carries gets exactly
what concerns the device; kills, expiry, what was read elsewhere, and a setting that forbids it."""
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

import snug
from patience import until
from push_service import Authority
from test_beside import below
from web_push import Phone, PushService, conf

CAPS = "draft/webpush draft/read-marker message-tags echo-message"


class Push(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        cls.authority = Authority(cls.dir, "authority")
        cls.pair = cls.authority.vouch("DNS:localhost")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    def setUp(self):
        self.service = PushService(self.pair)
        self.addCleanup(self.service.close)
        self.server = snug.Server(conf(self.service, self.authority))
        self.addCleanup(self.server.close)
        self.server.start()
        for name in ("ann", "bob"):
            self.server.user(name)
        self.errand_is_up()

    def errand_is_up(self):
        until("snug-errand to be up",
              lambda: self.server.json("status")["errand"].startswith("up since"))

    def phone(self, name="phone", client=None):
        return Phone(self.service, name).register(client or self.server.client("bob", CAPS))

    def subscriptions(self):
        return self.server.json("user", "push", "list", "bob")

    def ann(self):
        ann = self.server.client("ann", CAPS)
        ann.send("JOIN #den")
        ann.wait(" 366 ")
        return ann

    def test_it_gets_exactly_what_concerns_it(self):
        bob = self.server.client("bob", CAPS)
        ann = self.ann()
        bob.send("JOIN #den")
        bob.wait(" 366 ")
        phone = self.phone(client=bob)
        bob.close()
        secret = "the cake is in the oven"
        ann.send("PRIVMSG #den :nothing of yours", f"PRIVMSG #den :bob, {secret}", "NOTICE bob :a notice",
                 "PRIVMSG #den :bobby is another", "PRIVMSG ann :to myself", "PRIVMSG bob :a word",
                 "@+typing=active TAGMSG bob", "PRIVMSG #den :@room dinner", "JOIN #two", "INVITE bob #two",
                 "PRIVMSG bob :the last")
        phone.await_line(":the last")
        said = [line.split(" ", 1)[1] for line in phone.lines()]
        self.assertEqual(said, [f"PRIVMSG #den :bob, {secret}", "PRIVMSG bob :a word",
                                "PRIVMSG #den :@room dinner", "INVITE bob #two", "PRIVMSG bob :the last"])
        topics = []
        for fields, line in phone.got():
            claims = phone.verify(fields)
            self.assertEqual(claims["aud"], f"https://localhost:{self.service.port}")
            self.assertEqual(claims["sub"], "https://localhost")
            self.assertEqual((fields["TTL"], fields["Content-Encoding"]), ("604800", "aes128gcm"))
            topics.append(fields.get("Topic"))
            if " PRIVMSG " in line:
                self.assertRegex(line, r"^@time=[\dT:.Z-]+;msgid=\w+;account=ann :ann!\S+ ")
                self.assertEqual(fields["Urgency"], "high")
        # A topic for each conversation, and none for the trial.
        self.assertEqual(topics[0], None)
        self.assertEqual([topics[1] == other for other in topics[1:]], [True, False, True, False, False])
        self.assertEqual(topics[2], topics[5])
        everything = b"".join(body for _, body in self.service.asked)
        self.assertNotIn(secret.encode(), everything)
        for private in (secret, phone.name, "/" + phone.name):
            self.assertNotIn(private, self.server.read_log())
        self.assertEqual(self.subscriptions()[0]["service"], f"https://localhost:{self.service.port}")

    def test_it_survives_a_kill_of_the_server(self):
        phone = self.phone()
        self.server.stop(signal.SIGKILL)
        self.server.start()
        self.errand_is_up()
        self.ann().send("PRIVMSG bob :still there?")
        phone.await_line("PRIVMSG bob :still there?")
        phone.verify(phone.got()[-1][0])

    def test_what_was_lost_with_the_program_is_sent_again(self):
        self.service.let_go.set()
        phone = Phone(self.service, "slow").register(self.server.client("bob", CAPS))
        self.service.let_go.clear()
        self.ann().send("PRIVMSG bob :hello")
        phone.await_line("PRIVMSG bob :hello")
        pid = next(pid for pid, name in below(self.server.process.pid).items() if name == "snug-errand")
        os.kill(pid, signal.SIGKILL)
        self.service.let_go.set()
        until("it to be sent again", lambda: len(phone.lines()) >= 2)
        self.assertEqual(set(phone.lines()), {phone.lines()[0]})

    def test_what_was_read_elsewhere_goes_and_a_browser_hears_nothing_of_it(self):
        bob = self.server.client("bob", CAPS)
        phone = self.phone(client=bob)
        ann = self.ann()
        ann.send("PRIVMSG bob :read me")
        phone.await_line(":read me")
        until("it to be known as shown", lambda: self.subscriptions()[0]["waiting"] == 0)
        desk = self.server.client("bob", CAPS)
        desk.send("MARKREAD ann timestamp=2100-01-01T00:00:00.000Z")
        self.assertRegex(phone.await_line("MARKREAD ann"), r"^:localhost MARKREAD ann timestamp=20")
        self.assertEqual(phone.got()[-1][0]["Urgency"], "normal")
        # There is somebody now: nothing more comes, as the one that is woken last shows.
        ann.send("PRIVMSG bob :you are there")
        desk.wait(":you are there")
        desk.send("AWAY :gone")
        desk.wait(" 306 ")
        ann.send("PRIVMSG bob :are you?")
        phone.await_line(":are you?")
        self.assertNotIn("you are there", "".join(phone.lines()))

    def test_one_that_expired_is_let_go(self):
        phone = self.phone()
        self.assertEqual(len(self.subscriptions()), 1)
        phone.says("gone")
        self.ann().send("PRIVMSG bob :hello")
        until("it to be let go", lambda: not self.subscriptions())
        metrics = self.server.run("metrics").out
        self.assertIn('snug_pushes_total{result="gone"} 1', metrics)
        self.assertIn('snug_pushes_total{result="taken"} 1', metrics)
        self.assertIn("snug_push_subscriptions 0", metrics)

    def test_what_cannot_be_reached_is_refused_at_once(self):
        bob = self.server.client("bob", CAPS)
        for url, code in (("https://192.0.2.1/x", "FORBIDDEN"), ("https://127.0.0.1:1/x", "FORBIDDEN"),
                          (f"https://localhost:{self.service.port}/gone", "INTERNAL_ERROR"),
                          (f"https://localhost:{self.service.port}/drop", "INTERNAL_ERROR")):
            with self.subTest(url=url):
                bob.send(Phone(self.service, "none").words().replace(
                    f"https://localhost:{self.service.port}/none", url))
                self.assertIn(f"FAIL WEBPUSH {code} REGISTER {url} :", bob.wait("FAIL WEBPUSH"))
        self.assertEqual(self.subscriptions(), [])

    def test_the_address_may_be_long(self):
        """Longer than the longest that push services are known to make."""
        phone = self.phone("w" * 990)
        self.ann().send("PRIVMSG bob :hello")
        phone.await_line(":hello")
        bob = self.server.client("bob", CAPS)
        bob.send(Phone(self.service, "w" * 1010).words())
        self.assertIn("w" * 1010 + " :An endpoint is https://", bob.wait("FAIL WEBPUSH INVALID_PARAMS"))
        bob.send(phone.words().replace(" REGISTER ", " UNREGISTER ").rsplit(" ", 1)[0])
        bob.wait(f" WEBPUSH UNREGISTER {phone.url}")

    def test_an_administrator_takes_it_back(self):
        self.phone()
        number = str(self.subscriptions()[0]["id"])
        self.assertEqual(self.server.json("user", "show", "bob")["push"], 1)
        self.assertEqual(self.server.run("user", "push", "remove", "bob", number).code, 0)
        self.assertEqual(self.server.run("user", "push", "remove", "bob", number).code, 3)
        self.assertEqual(self.server.json("user", "show", "bob")["push"], 0)

    def test_the_key_is_a_file_of_its_own_and_rotates_for_new_ones(self):
        phone = self.phone()
        path = os.path.join(self.server.state, "web-push.key")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path) as file:
            old = file.read()
        for flags, is_there in (([], False), (["--with-keys"], True)):
            folder = os.path.join(self.server.dir, "copy" + "".join(flags))
            made = self.server.run("backup", "create", folder, *flags)
            self.assertEqual(made.code, 0, made)
            names = [name for _, _, names in os.walk(folder) for name in names]
            self.assertEqual("web-push.key" in names, is_there, names)
        self.server.stop()
        with open(path, "a") as file:
            subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                                 "ec_paramgen_curve:P-256"], check=True, stdout=file,
                                stderr=subprocess.DEVNULL)
        self.server.start()
        self.errand_is_up()
        fresh = self.phone("fresh")
        self.assertNotEqual(fresh.vapid, phone.vapid)
        self.ann().send("PRIVMSG bob :hello")
        for one in (phone, fresh):
            one.await_line(":hello")
            one.verify(one.got()[-1][0])
        self.server.stop()
        with open(path, "w") as file:
            file.write(old.replace("PRIVATE", "PUBLIC"))
        with self.assertRaises(AssertionError) as refused:
            self.server.start()
        self.assertIn("web-push.key: holds no keys of P-256", str(refused.exception))


class NoPush(unittest.TestCase):
    def server(self, text):
        server = snug.Server(text)
        self.addCleanup(server.close)
        return server

    def test_where_it_is_off_nothing_of_it_is_there(self):
        server = self.server("\n[beside]\nerrand = yes\n\n[push]\nenabled = no\n")
        server.start()
        server.user("bob")
        client = server.client()
        client.send("CAP LS 302")
        self.assertNotIn("webpush", client.wait(" LS :"))
        client.send("CAP REQ draft/webpush")
        self.assertIn(" NAK :draft/webpush", client.wait(" CAP "))
        bob = server.client("bob")
        bob.send("VERSION")
        self.assertNotIn("VAPID", "".join(bob.sync()))
        self.assertFalse(os.path.exists(os.path.join(server.state, "web-push.key")))

    def test_it_wants_the_program_that_carries_it(self):
        for text, why in (("\n[push]\nenabled = yes\n", "wants [beside] errand = yes"),
                          ("\n[push]\ndelay = 2h\n", "longer than an hour"),
                          ("\n[push]\ncontact = me\n", "write mailto:ADDRESS or https://PAGE")):
            with self.subTest(text=text):
                server = self.server(text)
                done = server.run("check")
                self.assertIn(why, done.out + done.err)
                with self.assertRaises(AssertionError) as refused:
                    server.start()
                self.assertIn(why, str(refused.exception))


if __name__ == "__main__":
    unittest.main()
