# SPDX-License-Identifier: MIT
"""`snugd check`: each kind of trouble is found, with words to mend it and exit 6."""
import os
import shutil
import sqlite3
import subprocess
import unittest

import snug
from patience import PATIENCE


class Check(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def path(self, name):
        return os.path.join(self.s.state, name)

    def sql(self, text):
        db = sqlite3.connect(self.path("snug.db"))
        db.execute(text)
        db.commit()
        db.close()

    def finds(self, what, *words, prefix=()):
        done = subprocess.run([*prefix, snug.SNUGD, "check", "--state", self.s.state], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
        self.assertEqual(done.returncode, 6, done)
        bad = [row.split("\t") for row in done.stdout.splitlines() if "\tno\t" in row]
        self.assertEqual([row[0] for row in bad], [what, "server"], done.stdout)
        for word in words:
            self.assertIn(word, bad[0][2])

    def say(self, *texts):
        self.s.user("ann")
        self.s.start()
        ann = self.s.client("ann", "echo-message")
        ann.send("JOIN #den", *["PRIVMSG #den :" + text for text in texts])
        ann.wait("PRIVMSG #den :" + texts[-1])
        self.s.stop()

    def times(self):
        db = sqlite3.connect(self.path("snug.db"))
        times = [ms for ms, in db.execute("SELECT time_ms FROM message WHERE seq > 0 ORDER BY id")]
        db.close()
        return times

    def certificate(self, days, prefix=()):
        snug.certificate(self.path("key.pem"), self.path("cert.pem"), days, prefix=prefix)

    def test_all_is_well_before_and_while_it_runs(self):
        done = self.s.run("check")
        self.assertEqual(done.code, 7, done)
        self.assertEqual([line for line in done.out.splitlines() if "\tno\t" in line],
                         [done.out.splitlines()[-1]])
        self.s.start()
        done = self.s.run("check")
        self.assertEqual((done.code, done.err), (0, ""), done)

    def test_modes_that_let_others_in(self):
        for name, what in (("key.pem", "key"), ("snug.db", "database-mode")):
            os.chmod(self.path(name), 0o644)
            self.finds(what, "others may read", "chmod 600")
            os.chmod(self.path(name), 0o600)
        os.chmod(self.path("snugd.conf"), 0o622)
        self.finds("config-mode", "others may change", "chmod go-w")
        os.chmod(self.path("snugd.conf"), 0o600)
        os.chmod(self.s.state, 0o755)
        self.finds("state", "chmod 700")

    def test_a_configuration_with_a_mistake(self):
        self.s.configure("\n[history]\nkepe = 3d\n")
        self.finds("config", "kepe")

    def test_a_certificate_that_ends_soon(self):
        self.certificate(5)
        self.finds("certificate", "renew it", "reload")

    def test_a_certificate_that_ended(self):
        self.certificate(5, prefix=["faketime", "2020-01-01"])
        self.finds("certificate", "expired on 2020-01-06", "renew it")

    def test_a_key_of_another_certificate(self):
        old = self.path("old.pem")
        shutil.copy(self.path("cert.pem"), old)
        self.certificate(500)
        shutil.move(old, self.path("cert.pem"))
        self.finds("certificate", "key")

    def test_no_certificate(self):
        os.remove(self.path("cert.pem"))
        self.finds("certificate", "cert.pem")

    @unittest.skipIf(snug.SANITIZED, "faketime is preloaded, the sanitizer wants to be first")
    def test_a_clock_before_the_newest_message(self):
        self.say("hello")
        self.finds("clock", "before the newest message", "set the clock", prefix=["faketime", "-f", "-1h"])

    @unittest.skipIf(snug.SANITIZED, "faketime is preloaded, the sanitizer wants to be first")
    def test_a_clock_of_the_last_century(self):
        # To such a clock the certificate is fine: it is not asked from when on it is valid.
        self.finds("clock", "set the clock", prefix=["faketime", "1999-01-01"])

    def test_times_of_the_future_are_mended(self):
        self.say("one", "two")
        before = self.times()
        self.sql("UPDATE message SET time_ms = time_ms + 400 * 86400000 WHERE seq = 2")
        self.sql("DELETE FROM setting WHERE key = 'clock'")
        self.finds("clock", "before the newest message", "snugd check --mend-times")
        done = self.s.run("check", "--mend-times")
        self.assertEqual(done.code, 7, done)
        one, two = self.times()
        self.assertEqual(one, before[0])
        self.assertTrue(one < two < before[1] + 86400000, (before, two))
        self.assertIn("nothing stands in the future", self.s.run("check", "--mend-times").out)

    def test_a_gap_in_a_room(self):
        self.say("one", "two", "three")
        self.sql("DELETE FROM message WHERE seq = 2")
        self.finds("database", "has number 3 after 1", "restore a backup")

    def test_a_damaged_page(self):
        self.say(*["a line that fills a page or two" for _ in range(500)])
        size = os.path.getsize(self.path("snug.db"))
        with open(self.path("snug.db"), "r+b") as file:
            for at in range(size // 2, size, 4096):
                file.seek(at // 4096 * 4096)
                file.write(b"\xa5" * 4096)
        self.finds("database", "restore a backup")

    def test_a_schema_of_the_future(self):
        self.sql("PRAGMA user_version = 900")
        self.finds("database", "newer snugd", "900")

    def test_a_file_that_is_no_database(self):
        with open(self.path("snug.db"), "wb") as file:
            file.write(b"hello" * 1000)
        self.finds("database", "restore a backup")

    def test_a_disk_with_no_room(self):
        if os.geteuid() != 0:
            self.skipTest("mounting wants root")
        folder = os.path.join(self.s.dir, "small")
        os.mkdir(folder)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder],
                          stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("mounting is not allowed")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        shutil.copytree(self.s.state, os.path.join(folder, "state"))
        old, self.s.state = self.s.state, os.path.join(folder, "state")
        try:
            self.finds("disk", "MiB free", "make room")
        finally:
            self.s.state = old


if __name__ == "__main__":
    unittest.main()
