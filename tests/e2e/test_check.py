# SPDX-License-Identifier: MIT
"""`snugd check`: each kind of trouble is found, with words to mend it and exit 6."""
import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import threading
import unittest

import snug
import stored
from patience import PATIENCE

CAN_PAGE = os.path.exists(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/web/core.wasm"))


class Checked(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)

    def path(self, name):
        return stored.file(self.s.state) if name == "snug.db" else os.path.join(self.s.state, name)

    def sql(self, text):
        stored.change(self.s.state, text)

    def bad(self, prefix=()):
        """The rows of what is wrong, and the exit code."""
        done = subprocess.run([*prefix, snug.SNUGD, "check", "--state", self.s.state], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
        return [row.split("\t") for row in done.stdout.splitlines() if "\tno\t" in row], done

    def finds(self, what, *words, prefix=()):
        """The line that mends it."""
        bad, done = self.bad(prefix)
        self.assertEqual(done.returncode, 6, done)
        self.assertEqual([row[0] for row in bad], [what, "server"], done.stdout)
        for word in words:
            self.assertIn(word, bad[0][2])
        return bad[0][2].split("  ", 1)[-1]

    def is_mended(self, prefix=()):
        bad, done = self.bad(prefix)
        self.assertEqual(([row[0] for row in bad], done.returncode), (["server"], 7), done.stdout)

    def obey(self, line):
        """Does what the row says: a setting, or a command."""
        setting = re.fullmatch(r"\[(\w+)\] (\w+) = (\S+)", line)
        if not setting:
            subprocess.run(line, shell=True, check=True, capture_output=True)
            return
        with open(self.path("snugd.conf")) as file:
            text = re.sub(r"(?m)^%s = .*\n" % setting[2], "", file.read())
        with open(self.path("snugd.conf"), "w") as file:
            file.write("%s\n[%s]\n%s = %s\n" % (text, *setting.groups()))

    def is_found_and_mended(self, what, *words, prefix=()):
        self.obey(self.finds(what, *words, prefix=prefix))
        self.is_mended(prefix)

    def say(self, *texts):
        self.s.user("ann")
        self.s.start()
        ann = self.s.client("ann", "echo-message")
        ann.send("JOIN #den", *["PRIVMSG #den :" + text for text in texts])
        ann.wait("PRIVMSG #den :" + texts[-1])
        self.s.stop()

    def times(self):
        return [int(ms) for ms, in stored.rows(self.s.state, "SELECT time_ms FROM message WHERE seq > 0 ORDER BY id")]

    def reconfigure(self, old, new):
        with open(self.path("snugd.conf")) as file:
            text = file.read()
        with open(self.path("snugd.conf"), "w") as file:
            file.write(re.sub("(?m)^%s$" % old, new, text))

    def certificate(self, days, prefix=()):
        snug.certificate(self.path("key.pem"), self.path("cert.pem"), days, prefix=prefix)


class Elsewhere(Checked):
    """Who signs in by somebody else's word."""

    def bind(self, name, issuer, *more):
        self.s.user(name)
        done = self.s.run("user", "bind", name, "--issuer", issuer, "--subject", name, *more)
        self.assertEqual(done.code, 0, done)

    def settings(self, text):
        with open(self.path("snugd.conf"), encoding="utf-8") as file:
            kept = file.read().split("\n[beside]")[0]
        with open(self.path("snugd.conf"), "w", encoding="utf-8") as file:
            file.write(kept + "\n[beside]\nerrand = yes\n" + text)

    def row(self, what):
        bad, _ = self.bad()
        return [row[2] for row in bad if row[0] == what]

    def test_who_is_bound_to_whom_the_settings_do_not_name(self):
        self.settings("")
        self.assertEqual(self.row("bound"), [])
        self.bind("ann", "https://id.example.org")
        line = self.finds("bound", "1 accounts", "ann (https://id.example.org)", "out when their lease ends")
        self.assertEqual(line, "snugd user unbind ann")
        self.settings("[oidc]\nissuer = https://id.example.org\n")
        self.assertEqual(self.row("bound"), [])
        # Of no tenant, where one is named, and the other way round.
        self.settings("[oidc]\nissuer = https://id.example.org\ntenant = t\n")
        self.assertIn("ann (https://id.example.org)", self.row("bound")[0])
        self.settings("[pam]\nservice = snug\n")
        self.bind("bob", "pam:snug")
        self.bind("carl", "krb5:EXAMPLE.ORG")
        self.assertIn("2 accounts", self.row("bound")[0])
        self.assertIn("carl (krb5:EXAMPLE.ORG)", self.row("bound")[0])
        # One who is asked about is enough, and who is let in by nothing misses nothing.
        self.assertEqual(self.s.run("user", "bind", "carl", "--issuer", "pam:snug", "--subject", "carl").code, 0)
        self.assertNotIn("carl", self.row("bound")[0])
        self.assertEqual(self.s.run("user", "disable", "ann").code, 0)
        self.assertEqual(self.row("bound"), [])
        self.settings("[pam]\nservice = other\n")
        for words in ("2 accounts", "bob (pam:snug)", "carl ("):
            self.assertIn(words, self.row("bound")[0])
        for name in ("bob", "carl"):
            self.assertEqual(self.s.run("user", "unbind", name).code, 0)
        self.assertEqual(self.row("bound"), [])

    def test_an_issuer_of_many_tenants_without_one(self):
        entra = "https://login.microsoftonline.com/"
        for issuer, tenant, words in ((entra + "5f1a/v2.0", "", "[oidc] tenant = 5f1a"),
                                      (entra + "common/v2.0", "", "is for everybody"),
                                      (entra + "Organizations/v2.0", "5f1a", "is for everybody"),
                                      ("https://sts.windows.net/5f1a/", "", "[oidc] tenant = 5f1a")):
            self.settings(f"[oidc]\nissuer = {issuer}\n" + (f"tenant = {tenant}\n" if tenant else ""))
            self.assertIn(words, self.row("issuer-tenant")[0])
        self.settings(f"[oidc]\nissuer = {entra}5f1a/v2.0\n")
        self.obey(self.finds("issuer-tenant", "which of them a token must be of"))
        self.is_mended()
        self.settings("[oidc]\nissuer = https://id.example.org\n")
        self.assertNotIn("issuer-tenant", self.s.run("check").out)


class Check(Checked):
    def test_all_is_well_before_and_while_it_runs(self):
        done = self.s.run("check")
        self.assertEqual(done.code, 7, done)
        self.assertEqual([line for line in done.out.splitlines() if "\tno\t" in line],
                         [done.out.splitlines()[-1]])
        self.s.start()
        done = self.s.run("check")
        self.assertEqual((done.code, done.err), (0, ""), done)

    def test_modes_that_let_others_in(self):
        for name, mode, what, words in (
                ("key.pem", 0o644, "key", "others may read"),
                ("snug.db", 0o644, "database-mode", "others may read"),
                ("snugd.conf", 0o622, "config-mode", "others may change"),
                ("", 0o755, "state", "others may enter")):
            os.chmod(self.path(name), mode)
            self.is_found_and_mended(what, words)

    def test_a_configuration_with_a_mistake(self):
        self.s.configure("\n[history]\nkepe = 3d\n")
        self.finds("config", "kepe")

    def test_a_certificate_that_ends_soon(self):
        self.certificate(5)
        self.is_found_and_mended("certificate", "valid until", "renew it", "reload")

    def test_a_certificate_that_ended(self):
        self.certificate(5, prefix=["faketime", "2020-01-01"])
        self.is_found_and_mended("certificate", "expired on 2020-01-06", "renew it")

    def test_a_certificate_that_is_not_valid_yet(self):
        self.certificate(500, prefix=["faketime", "-f", "+10d"])
        self.is_found_and_mended("certificate", "not valid before", "set the clock")

    def test_a_certificate_for_another_name(self):
        self.reconfigure("name = .*", "name = chat.example.org")
        self.is_found_and_mended("host-name", "links say chat.example.org", "for localhost")
        self.reconfigure("name = .*", "name = 192.0.2.7")
        self.is_found_and_mended("host-name", "for chat.example.org")

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
        # Of the certificate it is not asked then from when on it is valid.
        self.finds("clock", "set the clock", prefix=["faketime", "1999-01-01"])

    def test_times_of_the_future_are_mended(self):
        self.say("one", "two")
        before = self.times()
        self.sql(f"UPDATE message SET time_ms = time_ms + {400 * 86400000} WHERE seq = 2")
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
        size = os.path.getsize(stored.file(self.s.state))
        with open(stored.file(self.s.state), "r+b") as file:
            for at in range(size // 2, size, 4096):
                file.seek(at // 4096 * 4096)
                file.write(b"\xa5" * 4096)
        self.finds("database", "restore a backup")

    def test_a_schema_of_the_future(self):
        stored.make_newer(self.s.state)
        self.finds("database", "newer snugd", "900")

    def test_a_file_that_is_no_database(self):
        with open(stored.file(self.s.state), "wb") as file:
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


class Page(Checked):
    def row(self):
        done = subprocess.run([snug.SNUGD, "check", "--state", self.s.state], text=True,
                              stdout=subprocess.PIPE, timeout=PATIENCE)
        rows = [row.split("\t") for row in done.stdout.splitlines()]
        return next((row[1:] for row in rows if row[0] == "page"), None)

    def test_where_browsers_come_it_is_said_whether_there_is_a_page(self):
        self.assertIsNone(self.row())
        self.s.configure("\n[web]\nlisten = 127.0.0.1:%d\n" % snug.free_port())
        if not CAN_PAGE:
            self.assertRegex(self.row()[1], "^left out .*  make deps && make$")
            return
        self.assertEqual(self.row(), ["yes", "there for browsers"])
        self.reconfigure("name = .*", "name = chat.example.org")
        self.assertEqual(self.row()[0], "no")
        self.assertRegex(self.row()[1], "^browsers warn of it, .*vouches for the certificate: .*  ")


class Chain(Checked):
    """A certificate of an authority, which has another sign for it."""

    def setUp(self):
        super().setUp()
        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(
            Quiet, directory=self.s.dir))
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        self.addCleanup(self.web.server_close)
        self.addCleanup(self.web.shutdown)
        self.sign("root", None, "basicConstraints=critical,CA:TRUE")
        self.sign("between", "root", "basicConstraints=critical,CA:TRUE")
        self.sign("own", "between", "subjectAltName=DNS:localhost",
                  "authorityInfoAccess=caIssuers;URI:http://127.0.0.1:%d/between.pem"
                  % self.web.server_port)
        shutil.copy(self.made("own.key"), self.path("key.pem"))

    def made(self, name):
        return os.path.join(self.s.dir, name)

    def sign(self, name, by, *extensions, prefix=()):
        key, cert, about = self.made(name + ".key"), self.made(name + ".pem"), self.made("about")
        with open(about, "w") as file:
            file.write("".join(line + "\n" for line in extensions))
        if not os.path.exists(key):
            subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                            "-out", key], check=True, capture_output=True)
        subprocess.run(["openssl", "req", "-new", "-key", key, "-out", self.made("ask"), "-subj", "/CN=" + name],
                       check=True, capture_output=True)
        signer = ["-CA", self.made(by + ".pem"), "-CAkey", self.made(by + ".key")] if by else ["-signkey", key]
        subprocess.run([*prefix, "openssl", "x509", "-req", "-in", self.made("ask"), "-days", "90", *signer,
                        "-extfile", about, "-out", cert], check=True, capture_output=True)

    def show(self, *names):
        with open(self.path("cert.pem"), "w") as out:
            for name in names:
                with open(self.made(name + ".pem")) as file:
                    out.write(file.read())

    def test_who_signed_it_is_not_there(self):
        self.show("own")
        self.is_found_and_mended("chain", "holds not who signed own", "fullchain.pem")

    def test_a_chain_that_leads_on(self):
        for names in (["own", "between"], ["own", "between", "root"]):
            self.show(*names)
            self.is_mended()

    def test_one_that_signed_nothing(self):
        self.sign("stranger", "root", "basicConstraints=critical,CA:TRUE")
        for names in (["own", "stranger"], ["own", "root", "between"]):
            self.show(*names)
            line = self.finds("chain", names[1] + " did not sign what stands before it")
            self.obey(line.replace("OWN", self.made("own.pem")).replace("ISSUER", self.made("between.pem")))
            self.is_mended()

    def test_one_behind_it_that_is_not_valid(self):
        shutil.copy(self.made("between.pem"), self.made("good"))
        for prefix, words in ((["faketime", "2020-01-01"], "has expired"),
                              (["faketime", "-f", "+10d"], "is not valid yet")):
            self.sign("between", "root", "basicConstraints=critical,CA:TRUE", prefix=prefix)
            self.show("own", "between")
            line = self.finds("chain", "between, behind the server's own", words)
            self.obey(line.replace("OWN", self.made("own.pem")).replace("ISSUER", self.made("good")))
            self.is_mended()


class Host(Checked):
    """What of the computer is needed."""

    def test_a_port_that_another_program_has(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            self.reconfigure("listen = .*", "listen = ircs://127.0.0.1:%d" % port)
            line = self.finds("port", "127.0.0.1:%d is taken by another program" % port)
            named = subprocess.run(line, shell=True, check=True, capture_output=True, text=True)
            self.assertIn(":%d " % port, named.stdout)
        self.is_mended()

    def test_ones_own_server_has_the_port(self):
        self.reconfigure("listen = .*", "listen = ircs://127.0.0.1:%d" % snug.free_port())
        self.s.start()
        self.assertEqual(self.s.run("check").code, 0)

    def test_an_address_of_another_computer(self):
        self.reconfigure("listen = .*", "listen = ircs://192.0.2.7:6697")
        self.finds("port", "no address as in 192.0.2.7:6697", "ip -brief address")

    def test_too_few_open_files(self):
        few = ["prlimit", "--nofile=300:300"]
        self.is_found_and_mended("descriptors", "could take all of", prefix=few)
        fewer = ["prlimit", "--nofile=70:70"]
        line = self.finds("descriptors", "are needed at least", prefix=fewer)
        raised = [*fewer, "sh", "-c", line + ' && exec "$0" "$@"']
        if subprocess.run([*raised, "true"], capture_output=True).returncode == 0:
            self.is_mended(raised)  # root may, where it has that right

    def test_a_slow_disk(self):
        slow = ["strace", "-qqfo", "/dev/null", "-e", "trace=fdatasync",
                "-e", "inject=fdatasync:delay_enter=150000"]
        self.is_found_and_mended("fsync", "each message waits for that", prefix=slow)

    def test_more_history_than_the_disk_holds(self):
        self.s.configure("\n[history]\nkeep_total = 1000000GiB\n")
        self.is_found_and_mended("quotas", "keep_total lets history grow to")

    def test_a_share_of_the_disk_that_is_in_use(self):
        self.reconfigure("disk_share = .*", "disk_share = 1")
        about = os.statvfs(self.s.state)
        if about.f_bavail / about.f_blocks > 0.98:
            self.skipTest("the disk is empty")
        self.is_found_and_mended("quotas", "of the disk are in use", "disk_share = 1")


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class Reach(Checked):
    """Files as the user of the service sees them."""

    def setUp(self):
        super().setUp()
        os.chmod(self.s.dir, 0o755)
        self.reconfigure("user = .*\n", "")
        stored.lend(self.s.state, "nobody")
        for name in ("", *os.listdir(self.s.state)):
            shutil.chown(self.path(name), "nobody")
        self.certs = os.path.join(self.s.dir, "certs")
        os.makedirs(os.path.join(self.certs, "archive"))
        for name in ("key.pem", "cert.pem"):
            shutil.move(self.path(name), os.path.join(self.certs, "archive", name))
            os.symlink(os.path.join("archive", name), os.path.join(self.certs, name))
            shutil.chown(os.path.join(self.certs, "archive", name), "root", "root")
        os.chmod(os.path.join(self.certs, "archive", "cert.pem"), 0o644)
        self.s.configure("\n[tls]\ncertificate = %s/cert.pem\nkey = %s/key.pem\n" % (self.certs, self.certs))

    def test_a_folder_on_the_way_of_a_link_is_shut(self):
        os.chmod(os.path.join(self.certs, "archive", "key.pem"), 0o640)
        shutil.chown(os.path.join(self.certs, "archive", "key.pem"), None, "nogroup")
        for folder in ("archive", ""):
            os.chmod(os.path.join(self.certs, folder), 0o700)
            self.is_found_and_mended("access", "user nobody may not enter", "chmod o+x " + os.path.join(
                self.certs, folder).rstrip("/"))

    def test_a_key_that_only_root_can_read(self):
        self.is_found_and_mended("access", "user nobody may not read %s/key.pem" % self.certs)

    @unittest.skipIf(stored.ENGINE != "pg", "of PostgreSQL alone: a password in a file")
    def test_a_password_of_the_store_that_only_root_can_read(self):
        self.obey("chmod 640 %s/archive/key.pem; chgrp nogroup %s/archive/key.pem" % (self.certs, self.certs))
        shutil.chown(self.path("store.pass"), "root")
        bad, done = self.bad()
        self.assertEqual((done.returncode, bad[0][0]), (6, "access"), done)
        self.assertIn("the user nobody may not read " + self.path("store.pass"), bad[0][2])
        self.obey(bad[0][2].split("  ", 1)[-1])
        self.is_mended()

    def test_a_state_directory_of_somebody_else(self):
        self.obey("chmod 640 %s/archive/key.pem; chgrp nogroup %s/archive/key.pem" % (self.certs, self.certs))
        shutil.chown(self.s.state, "root")
        self.s.configure("\n[server]\nuser = nobody\n")
        shutil.chown(self.path("snugd.conf"), "root", "nogroup")
        os.chmod(self.path("snugd.conf"), 0o640)
        bad, done = self.bad()
        self.assertEqual((done.returncode, bad[0][0]), (6, "state"), done)
        self.assertIn("the user nobody may not use", bad[0][2])
        self.obey(bad[0][2].split("  ", 1)[-1])
        self.is_mended()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    unittest.main()
