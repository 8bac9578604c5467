# SPDX-License-Identifier: MIT
"""Certificates that are renewed under a running server, in the ways of the programs that do it.

The sandbox is on, as always here: what the server could not read after its start it would not
take.
"""
import os
import shutil
import ssl
import subprocess
import unittest

import snug
from patience import until


def write_slowly(path, text):
    """In place, in pieces that reach the file one by one."""
    with open(path, "r+b") as file:
        file.truncate(0)
        for at in range(0, len(text), 100):
            file.write(text[at:at + 100])
            file.flush()


class Renewal(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.live = os.path.join(self.s.dir, "live", "chat.example.org")
        self.archive = os.path.join(self.s.dir, "archive", "chat.example.org")
        self.fresh = os.path.join(self.s.dir, "fresh")
        for folder in (self.live, self.archive, self.fresh):
            os.makedirs(folder, 0o700)

    def make(self, key=None):
        """A certificate, of a new key or of this one; both as bytes."""
        files = [os.path.join(self.fresh, name) for name in ("key", "cert")]
        if key is None:
            snug.certificate(*files)
        else:
            with open(files[0], "wb") as file:
                file.write(key)
            subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", *files, "30"],
                           check=True, capture_output=True)
        made = []
        for path in files:
            with open(path, "rb") as file:
                made.append(file.read())
        return made

    def put(self, path, text):
        with open(path, "wb") as file:
            file.write(text)
        os.chmod(path, 0o600)

    def serve(self, cert, key):
        self.s.configure("\n[tls]\ncertificate = %s\nkey = %s\n" % (cert, key))
        self.s.start()
        self.pin = self.s.run("fingerprint").out.strip()

    def shown(self):
        client = self.s.client()
        return ssl.DER_cert_to_PEM_cert(client.sock.getpeercert(binary_form=True)).encode()

    def becomes(self, cert):
        until(lambda: "the renewed certificate:\n" + self.s.read_log(), lambda: self.shown() == cert)
        self.assertEqual(self.s.run("fingerprint").out.strip(), self.pin)
        self.assertIn("event=certificate_renewed", self.s.read_log())
        self.assertNotIn("key_waits", self.s.read_log())

    def test_links_that_are_swung_to_another_folder(self):
        """As certbot does."""
        key, cert = self.make()
        for name, text in (("privkey", key), ("fullchain", cert)):
            self.put(os.path.join(self.archive, name + "1.pem"), text)
            os.symlink("../../archive/chat.example.org/%s1.pem" % name,
                       os.path.join(self.live, name + ".pem"))
        self.serve(self.live + "/fullchain.pem", self.live + "/privkey.pem")
        for number in ("2", "3"):
            cert = self.make(key)[1]
            for name, text in (("privkey", key), ("fullchain", cert)):
                self.put(os.path.join(self.archive, name + number + ".pem"), text)
                link = os.path.join(self.live, name + ".pem")
                os.symlink("../../archive/chat.example.org/%s%s.pem" % (name, number), link + ".new")
                os.rename(link + ".new", link)
            self.becomes(cert)

    def test_files_that_are_replaced(self):
        """As lego's copies, uacme and dehydrated do: the certificate alone, by rename."""
        key, cert = self.make()
        self.put(self.live + "/cert", cert)
        self.put(self.live + "/key", key)
        self.serve(self.live + "/cert", self.live + "/key")
        cert = self.make(key)[1]
        self.put(self.live + "/.tmp", cert)
        os.rename(self.live + "/.tmp", self.live + "/cert")
        self.becomes(cert)

    def test_files_that_are_written_in_place_and_slowly(self):
        """As lego and Caddy do, the key behind the certificate."""
        key, cert = self.make()
        self.put(self.live + "/cert", cert)
        self.put(self.live + "/key", key)
        self.serve(self.live + "/cert", self.live + "/key")
        cert = self.make(key)[1]
        write_slowly(self.live + "/cert", cert)
        write_slowly(self.live + "/key", key)
        self.becomes(cert)

    def test_a_folder_that_is_swung(self):
        """As Kubernetes does: the file's folder is a link beside it."""
        key, cert = self.make()
        self.put(self.archive + "/cert", cert)
        self.put(self.archive + "/key", key)
        os.symlink(self.archive, self.live + "/data")
        self.serve(self.live + "/data/cert", self.live + "/data/key")
        again = os.path.join(self.live, "again")
        os.mkdir(again, 0o700)
        cert = self.make(key)[1]
        self.put(again + "/cert", cert)
        self.put(again + "/key", key)
        os.symlink("again", self.live + "/data.new")
        os.rename(self.live + "/data.new", self.live + "/data")
        self.becomes(cert)

    def test_half_a_renewal_is_none(self):
        key, cert = self.make()
        self.put(self.live + "/cert", cert)
        self.put(self.live + "/key", key)
        self.serve(self.live + "/cert", self.live + "/key")
        other_key, other = self.make()
        self.put(self.live + "/cert", other)
        until(lambda: "half of it to be seen:\n" + self.s.read_log(),
              lambda: "event=certificate_not_taken" in self.s.read_log())
        self.assertIn("does not belong to", self.s.read_log())
        self.assertEqual(self.shown(), cert)
        # Its other half makes it a pair, of another key.
        self.put(self.live + "/key", other_key)
        self.waits()
        self.assertEqual(self.shown(), cert)

    def waits(self):
        until(lambda: "the other key to be seen:\n" + self.s.read_log(),
              lambda: "event=key_waits" in self.s.read_log())

    def test_another_key_is_not_taken_by_itself_and_a_restart_changes_nothing(self):
        key, cert = self.make()
        self.put(self.live + "/cert", cert)
        self.put(self.live + "/key", key)
        self.serve(self.live + "/cert", self.live + "/key")
        other_key, other = self.make()
        self.put(self.live + "/cert", other)
        self.put(self.live + "/key", other_key)
        self.waits()
        for _ in range(2):
            self.assertEqual(self.shown(), cert)
            self.assertEqual(self.s.run("fingerprint").out.strip(), self.pin)
            self.assertIn("another key waits", self.s.json("status")["certificate"])
            checked = self.s.run("check")
            self.assertEqual(checked.code, 6, checked)
            self.assertIn("snugd tls rotate", checked.out)
            self.s.stop()
            self.s.start()
            # Whoever asks a server that is ready hears of it.
            log = self.s.read_log()
            self.assertLess(log.rindex("event=key_waits"), log.rindex("event=ready"))
        # The old pair is back: nothing waits any more.
        self.put(self.live + "/key", key)
        self.put(self.live + "/cert", cert)
        until(lambda: "nothing to wait:\n" + self.s.read_log(),
              lambda: self.s.json("status")["certificate"] == "fine")
        self.assertFalse(os.path.exists(self.s.state + "/held.key"))

    def test_init_keeps_the_path_as_it_is_given(self):
        key, cert = self.make()
        for name, text in (("privkey", key), ("fullchain", cert)):
            self.put(os.path.join(self.archive, name + "1.pem"), text)
            os.symlink("../../archive/chat.example.org/%s1.pem" % name,
                       os.path.join(self.live, name + ".pem"))
        state = os.path.join(self.s.dir, "made")
        made = subprocess.run([snug.SNUGD, "init", "--name", "localhost", "--cert", "live/chat.example.org"
                               "/fullchain.pem", "--key", self.live + "/privkey.pem", "--state", state],
                              cwd=self.s.dir, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(made.returncode, 0, made)
        with open(state + "/snugd.conf") as file:
            text = file.read()
        self.assertIn("certificate = %s/fullchain.pem\n" % self.live, text)
        self.assertIn("key = %s/privkey.pem\n" % self.live, text)
        shutil.rmtree(state)


if __name__ == "__main__":
    unittest.main()
