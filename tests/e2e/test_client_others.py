# SPDX-License-Identifier: MIT
"""The client on servers that are not ours: ngIRCd, which knows next to nothing of IRCv3, and
InspIRCd, which knows tags, labels and echoes, but neither accounts nor history."""
import os
import shutil
import socket
import subprocess
import tempfile
import unittest

import snug
from patience import PATIENCE, until
from person import Person

NGIRCD = """[Global]
Name = irc.example.net
Info = other
AdminInfo1 = nobody
AdminEMail = nobody@example.net
Listen = 127.0.0.1
Ports = {plain}
[Options]
Ident = no
PAM = no
DNS = no
[Limits]
MaxConnectionsIP = 0
[SSL]
CertFile = {dir}/cert.pem
KeyFile = {dir}/key.pem
DHFile = {dir}/dh.pem
Ports = {port}
"""

INSPIRCD = """<server name="irc.example.net" description="other" network="Other">
<admin name="nobody" nick="nobody" email="nobody@example.net">
<bind address="127.0.0.1" port="{port}" type="clients" sslprofile="own">
<module name="ssl_gnutls">
<sslprofile name="own" provider="gnutls" certfile="{dir}/cert.pem" keyfile="{dir}/key.pem">
<connect allow="*" localmax="100" globalmax="100" resolvehostnames="no" useident="no"
 threshold="1000" commandrate="100000" timeout="60" pingfreq="120">
<pid file="{dir}/pid">
<path datadir="{dir}" logdir="{dir}" runtimedir="{dir}">
{modules}
"""
MODULES = ("cap ircv3 ircv3_accounttag ircv3_batch ircv3_capnotify ircv3_chghost ircv3_ctctags "
           "ircv3_echomessage ircv3_invitenotify ircv3_labeledresponse ircv3_msgid "
           "ircv3_servertime namesx chanhistory").split()


def pin_of(cert):
    command = (f"openssl x509 -in {cert} -pubkey -noout | openssl pkey -pubin -outform der | "
               "openssl dgst -sha256 -hex")
    out = subprocess.run(command, shell=True, check=True, stdout=subprocess.PIPE, text=True)
    return "sha256:" + out.stdout.split()[-1]


class Other:
    """What holds on each of them."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-other-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o755)
        snug.certificate(f"{self.dir}/key.pem", f"{self.dir}/cert.pem")
        os.chmod(f"{self.dir}/key.pem", 0o644)
        # Those of RFC 7919: ngIRCd would make its own first, which may take minutes.
        subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
                        "group:ffdhe2048", "-out", f"{self.dir}/dh.pem"], check=True)
        os.chmod(f"{self.dir}/dh.pem", 0o644)
        self.port = snug.free_port()
        with open(f"{self.dir}/conf", "w") as file:
            file.write(self.conf())
        self.process = None
        self.start()
        self.addCleanup(self.stop)
        self.pin = pin_of(f"{self.dir}/cert.pem")

    def start(self):
        self.process = subprocess.Popen(self.words(), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        until("it to listen", self.listens)

    def listens(self):
        self.assertIsNone(self.process.poll(), "it does not start")
        try:
            socket.create_connection(("127.0.0.1", self.port), PATIENCE).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.kill()
        self.process.wait()

    def enter(self, name, **more):
        person = Person(name)
        self.addCleanup(person.close)
        screen = person.open("login", "--name", name, "--pin", self.pin,
                             f"localhost:{self.port}/test", **more)
        screen.wait_for("Password")
        screen.keys("Enter")
        screen.wait_for("#test", "online")
        screen.wait_match(f"[┐│][ @]{name}")  # among the members: what is said before would be lost
        return person, screen

    def test_two_people_talk_and_come_back(self):
        _, a = self.enter("ann")
        person, b = self.enter("bob")
        a.wait_for("bob joined")
        a.type("hello bob")
        b.wait_for("hello bob")
        b.type("hello ann")
        a.wait_for("hello ann")
        self.assertEqual(b.text().count("hello ann"), 1)
        self.stop()
        b.wait_for("offline")
        b.type("typed while it was down")
        b.wait_for("queued")
        self.start()
        b.wait_for("● online")
        a.wait_for("● online")
        b.wait_gone("queued")
        # Nobody keeps a history here: what was said before the other was back is lost.
        b.type("are you there?")
        a.wait_for("are you there?")

    def test_the_command_line_works_as_far_as_the_server_does(self):
        person, screen = self.enter("ann")
        self.assertEqual(person.run("send", "#test", "from the shell").code, 0)
        screen.wait_for("from the shell")
        for words, why in ((("tail", "#test"), "keeps no history"),
                           (("export", "#test"), "keeps no history"),
                           (("search", "shell"), "cannot search"),
                           (("redact", "--in", "#test", "x"), "takes no message back"),
                           (("devices",), "keeps no devices"),
                           (("passwd",), "no command to change a password"),
                           (("read", "#test"), "keeps no read markers")):
            done = person.run(*words)
            self.assertEqual(done.code, 1, (words, done))
            self.assertIn(why, done.err)
        self.assertIn("ann", person.run("members", "#test").out)
        self.assertIn("online", person.run("status").out)
        self.assertIn("#test", person.run("channels").out)

    def test_a_name_in_use_gets_another_one(self):
        self.enter("ann")
        _, second = self.enter("ann")
        second.wait_for("ann_ ›")
        second.type("who am I?")
        second.wait_for("ann_  who am I?")

    def test_a_room_with_a_key_opens_with_it(self):
        _, a = self.enter("ann")
        a.type("/join #secret")
        a.wait_for("▸ #secret")
        a.type("/mode +k sesame")
        a.wait_for("sesame")
        bob, b = self.enter("bob")
        b.type("/join #secret")
        b.wait_for("#secret has a key")
        b.type("/join #secret sesame")
        b.wait_for("▸ #secret")
        b.type("inside")
        a.wait_for("inside")
        # The next time it opens by itself.
        b.type("/quit")
        b.wait_for("[ended 0]")
        again = bob.open()
        again.wait_for("● online", "▸ #secret")
        again.type("and again")
        again.wait_for("bob  and again")
        a.wait_for("and again")


@unittest.skipUnless(shutil.which("ngircd"), "ngircd is not installed")
class Ngircd(Other, unittest.TestCase):
    def conf(self):
        return NGIRCD.format(dir=self.dir, port=self.port, plain=snug.free_port())

    def words(self):
        return ["ngircd", "-n", "-f", f"{self.dir}/conf"]

    def test_what_needs_tags_is_refused_in_words(self):
        person, screen = self.enter("ann")
        for words in (("edit", "--in", "#test", "x", "y"), ("react", "--in", "#test", "x", "+1")):
            done = person.run(*words)
            self.assertEqual(done.code, 1, done)
            self.assertIn("this server knows no", done.err)


@unittest.skipUnless(shutil.which("inspircd"), "inspircd is not installed")
class Inspircd(Other, unittest.TestCase):
    def conf(self):
        return INSPIRCD.format(dir=self.dir, port=self.port, modules="\n".join(
            f'<module name="{name}">' for name in MODULES))

    def words(self):
        return ["inspircd", "--nofork", "--nolog", "--runasroot", f"--config={self.dir}/conf"]

    def test_a_message_is_edited_and_reacted_to_by_its_id(self):
        ann, a = self.enter("ann")
        bob, b = self.enter("bob")
        done = ann.run("send", "#test", "the cakee is ready")
        self.assertEqual(done.code, 0, done)
        number = done.out.strip()
        b.wait_for("cakee")
        self.assertEqual(ann.run("edit", "--in", "#test", number, "the cake is ready").code, 0)
        for screen in a, b:
            screen.wait_for("the cake is ready (edited)")
            screen.wait_gone("cakee")
        self.assertEqual(bob.run("react", "--in", "#test", number, "+1").code, 0)
        a.wait_for("+1 1")




if __name__ == "__main__":
    unittest.main()
