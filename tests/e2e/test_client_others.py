# SPDX-License-Identifier: MIT
"""The client on a server that knows next to nothing of IRCv3 (ngIRCd, when it is installed)."""
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import snug
from person import Person

CONF = """[Global]
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
Ports = {port}
"""


def pin_of(cert):
    command = (f"openssl x509 -in {cert} -pubkey -noout | openssl pkey -pubin -outform der | "
               "openssl dgst -sha256 -hex")
    out = subprocess.run(command, shell=True, check=True, stdout=subprocess.PIPE, text=True)
    return "sha256:" + out.stdout.split()[-1]


@unittest.skipUnless(shutil.which("ngircd"), "ngircd is not installed")
class Others(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-other-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        os.chmod(self.dir, 0o755)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                        "/CN=localhost", "-keyout", f"{self.dir}/key.pem", "-out",
                        f"{self.dir}/cert.pem"], check=True, stderr=subprocess.DEVNULL)
        os.chmod(f"{self.dir}/key.pem", 0o644)
        self.port = snug.free_port()
        with open(f"{self.dir}/conf", "w") as file:
            file.write(CONF.format(dir=self.dir, port=self.port, plain=snug.free_port()))
        self.process = None
        self.start()
        self.addCleanup(self.stop)
        self.pin = pin_of(f"{self.dir}/cert.pem")

    def start(self):
        self.process = subprocess.Popen(["ngircd", "-n", "-f", f"{self.dir}/conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.time() + 60  # it makes its own numbers first
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert time.time() < end, "the other server does not start"
                time.sleep(0.1)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def enter(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        screen = person.open("login", "--name", name, "--pin", self.pin,
                             f"localhost:{self.port}/test")
        screen.wait_for("Password")
        screen.keys("Enter")
        screen.wait_for("#test", "online")
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
        b.wait_for("● online", seconds=40)
        a.wait_for("● online", seconds=40)
        b.wait_gone("queued")
        # Nobody keeps a history here: what was said before the other was back is lost.
        b.type("are you there?")
        a.wait_for("are you there?")

    def test_the_command_line_works_as_far_as_the_server_does(self):
        person, screen = self.enter("ann")
        self.assertEqual(person.run("send", "#test", "from the shell").code, 0)
        screen.wait_for("from the shell")
        done = person.run("tail", "#test")
        self.assertEqual(done.code, 1, done)
        self.assertIn("keeps no history", done.err)


if __name__ == "__main__":
    unittest.main()
