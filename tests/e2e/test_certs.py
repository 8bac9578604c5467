# SPDX-License-Identifier: MIT
"""certs/README.md, command by command, on a running server."""
import os
import re
import shutil
import ssl
import stat
import subprocess
import unittest

import snug
from patience import PATIENCE


class Certs(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.s.start()
        self.backup = os.path.join(self.s.dir, "backup")
        os.mkdir(self.backup, 0o700)
        self.names = dict(os.environ, STATE=self.s.state, BACKUP=self.backup,
                          PATH=snug.BIN + ":" + os.environ["PATH"])
        with open(os.path.join(snug.CERTS, "README.md")) as file:
            self.blocks = re.findall(r"^```sh\n(.*?)^```", file.read(), re.M | re.S)

    def run_block(self, number):
        done = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", self.blocks[number]],
                              cwd=os.path.dirname(snug.CERTS), env=self.names, text=True,
                              capture_output=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, (self.blocks[number], done))
        return done.stdout

    def read(self, name):
        with open(os.path.join(self.s.state, name)) as file:
            return file.read()

    def seen(self):
        """The certificate that a client is shown now."""
        client = self.s.client()
        return ssl.DER_cert_to_PEM_cert(client.sock.getpeercert(binary_form=True))

    def test_the_page_does_what_it_says(self):
        self.assertEqual(len(self.blocks), 7)
        pin = self.s.run("fingerprint").out.strip()
        key, cert = self.read("key.pem"), self.read("cert.pem")
        self.assertEqual(self.run_block(0).count(pin), 3)
        self.run_block(1)
        for name in ("key.pem", "cert.pem"):
            with open(os.path.join(self.backup, name)) as file:
                self.assertEqual(file.read(), self.read(name))
        self.run_block(2)  # renewed
        renewed = self.read("cert.pem")
        self.assertNotEqual(renewed, cert)
        self.assertEqual(self.read("key.pem"), key)
        self.assertEqual(self.seen(), renewed)
        self.assertIn("OK", self.run_block(3))  # signed by an authority
        self.assertEqual(self.s.run("fingerprint").out.strip(), pin)
        context = ssl.create_default_context(cafile=self.backup + "/authority/ca.pem")
        context.check_hostname = False
        client = snug.Client(self.s.port, context=context, verified=True)
        self.addCleanup(client.close)
        names = client.sock.getpeercert()["subjectAltName"]
        self.assertEqual(names, (("DNS", "chat.example.org"),))
        self.run_block(4)  # a request for the same key
        asked = subprocess.run(["openssl", "req", "-in", self.backup + "/request", "-noout",
                                "-verify", "-pubkey"], text=True, capture_output=True)
        self.assertEqual(asked.returncode, 0, asked)
        own = subprocess.run(["openssl", "pkey", "-in", self.s.state + "/key.pem", "-pubout"],
                             text=True, capture_output=True)
        self.assertIn(own.stdout, asked.stdout)
        announced, rotated = self.run_block(5).split()  # a new key, with the old one's word
        self.assertEqual(announced, rotated)
        self.assertEqual(self.s.run("fingerprint").out.strip(), rotated)
        self.assertNotEqual(rotated, pin)
        link = self.run_block(6)  # and without
        fresh = self.s.run("fingerprint").out.strip()
        self.assertNotIn(fresh, (pin, rotated))
        self.assertIn("pin=" + fresh, link)
        self.assertNotEqual(self.read("key.pem"), key)
        self.assertEqual(self.seen(), self.read("cert.pem"))
        self.assertEqual(stat.S_IMODE(os.stat(self.s.state + "/key.pem").st_mode), 0o600)
        self.assertEqual(self.s.run("check").code, 0)

    def hook(self, domains, lineage):
        return subprocess.run([os.path.join(snug.CERTS, "certbot-hook")], text=True, capture_output=True,
                              env=dict(self.names, SNUG_STATE=self.s.state, RENEWED_DOMAINS=domains,
                                       RENEWED_LINEAGE=lineage), timeout=PATIENCE)

    def test_certbots_hook_hands_over_what_is_of_this_server(self):
        pin = self.s.run("fingerprint").out.strip()
        shutil.copy(self.s.state + "/key.pem", self.backup + "/privkey.pem")
        subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", self.backup + "/privkey.pem",
                        self.backup + "/fullchain.pem", "50"], check=True, capture_output=True)
        before = self.seen()
        other = self.hook("mail.example.org", self.backup)
        self.assertEqual((other.returncode, other.stdout), (0, ""), other)
        self.assertEqual(self.seen(), before)
        done = self.hook("mail.example.org localhost", self.backup)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, pin), done)
        with open(self.backup + "/fullchain.pem") as file:
            self.assertEqual(self.seen(), file.read())
        # Of another key it is refused, and certbot says so.
        snug.certificate(self.backup + "/privkey.pem", self.backup + "/fullchain.pem")
        refused = self.hook("localhost", self.backup)
        self.assertEqual(refused.returncode, 4, refused)
        self.assertEqual(self.hook("localhost", "").returncode, 2)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_the_units_are_ones(self):
        folder = os.path.join(self.s.dir, "units")
        os.mkdir(folder)
        for name in ("snugd-import.path", "snugd-import.service"):
            with open(os.path.join(snug.CERTS, name)) as unit, open(os.path.join(folder, name), "w") as own:
                own.write(unit.read().replace("/usr/local/bin/snugd", snug.SNUGD))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", folder + "/snugd-import.path",
                               folder + "/snugd-import.service"], text=True, capture_output=True)
        said = [line for line in done.stderr.splitlines() if "snugd-import" in line]
        self.assertEqual(said, [])

    def test_an_address_is_named_as_one(self):
        for name, kind in (("192.0.2.7", "IP Address"), ("::1", "IP Address"), ("a.example", "DNS")):
            cert = os.path.join(self.backup, "cert")
            snug.certificate(os.path.join(self.backup, "key"), cert, name=name)
            shown = subprocess.run(["openssl", "x509", "-in", cert, "-noout", "-ext",
                                    "subjectAltName,basicConstraints"], text=True,
                                   capture_output=True).stdout
            self.assertIn(kind + ":", shown)
            self.assertIn("CA:FALSE", shown)

    def test_a_mistake_leaves_what_is_there(self):
        cert = self.read("cert.pem")
        failed = subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost",
                                 self.s.state + "/snugd.conf", self.s.state + "/cert.pem"],
                                capture_output=True)
        self.assertNotEqual(failed.returncode, 0)
        self.assertEqual(self.read("cert.pem"), cert)
        usage = subprocess.run([os.path.join(snug.CERTS, "authority")], capture_output=True, text=True)
        self.assertEqual(usage.returncode, 2)
        self.assertIn("usage: authority FOLDER", usage.stderr)


if __name__ == "__main__":
    unittest.main()
