# SPDX-License-Identifier: MIT
"""The process: made, started, stopped, reloaded."""
import os
import re
import select
import signal
import socket
import ssl
import stat
import subprocess
import unittest

import snug
import stored
from patience import PATIENCE, until
from test_metrics import values


class Base(unittest.TestCase):
    def server(self, *args, **more):
        server = snug.Server(*args, **more)
        self.addCleanup(server.close)
        return server


class Init(Base):
    def test_makes_all_that_a_server_needs_and_prints_a_link(self):
        s = self.server(port=6697)
        self.assertRegex(s.link, r"^snug://localhost/lounge,invite=[\w-]+,pin=[\w-]{43}$")
        self.assertEqual(stat.S_IMODE(os.stat(s.state).st_mode), 0o700)
        for name in os.listdir(s.state):
            self.assertEqual(os.stat(os.path.join(s.state, name)).st_mode & 0o077, 0, name)
        self.assertEqual(s.run("fingerprint").out.strip(), s.link.rsplit("pin=", 1)[1])

    def test_never_overwrites(self):
        s = self.server()
        before = {n: os.stat(os.path.join(s.state, n)).st_mtime_ns for n in os.listdir(s.state)}
        again = s.run("init")
        self.assertEqual(again.code, 4, again)
        after = {n: os.stat(os.path.join(s.state, n)).st_mtime_ns for n in os.listdir(s.state)}
        self.assertEqual(before, after)

    def test_makes_the_administrator(self):
        s = self.server(init=())
        s.close()
        made = snug.snugd("init", "--name", "localhost", "--admin", "root", "--password-stdin",
                          state=s.state, stdin=snug.PASSWORD + "\n")
        self.assertEqual(made.code, 0, made)
        self.assertEqual(s.json("user", "list")[0]["role"], "admin")
        members = s.json("room", "members", "lounge")
        self.assertEqual(len(members), 1)

    def test_takes_back_what_it_made_when_it_fails(self):
        s = self.server()
        s.close()
        for words in (["--name", "two words"], ["--cert", "/nowhere", "--key", "/nowhere"],
                      ["--listen", "nonsense"]):
            failed = snug.snugd("init", *words, state=s.state)
            self.assertNotEqual(failed.code, 0)
            self.assertFalse(os.path.exists(s.state), failed)
        self.assertEqual(snug.snugd("init", state=s.state).code, 0)


class Run(Base):
    def test_stops_in_order(self):
        s = self.server().start()
        c = s.client()
        c.send("NICK x")
        self.assertEqual(s.stop(), 0, s.read_log())
        c.ended()
        self.assertIn("event=stopped", s.read_log())
        self.assertFalse(os.path.exists(os.path.join(s.state, "admin.sock")))

    def test_starts_again_where_it_was(self):
        s = self.server()
        for _ in range(3):
            s.start()
            self.assertEqual(s.stop(), 0)

    def test_a_second_server_is_refused(self):
        s = self.server().start()
        second = s.run("run")
        self.assertEqual(second.code, 7, second)
        self.assertIn("stop it first", second.err)

    def test_a_bad_configuration_is_refused_with_its_line(self):
        s = self.server(conf="[server]\nlistn = ircs://127.0.0.1:1\n")
        failed = s.run("run")
        self.assertEqual(failed.code, 1)
        self.assertRegex(failed.err, r"snugd\.conf:\d+: .*listen")

    def test_without_a_state_directory_it_says_how_to_make_one(self):
        failed = snug.snugd("run", state="/nowhere/at/all")
        self.assertEqual(failed.code, 1)
        self.assertIn("snugd init", failed.err)

    # Proves X6.
    def test_a_second_signal_ends_it_at_once(self):
        s = self.server().start()
        c = s.client()
        c.send("NICK x")
        s.process.send_signal(signal.SIGSTOP)
        s.process.send_signal(signal.SIGTERM)
        s.process.send_signal(signal.SIGINT)
        s.process.send_signal(signal.SIGCONT)
        self.assertEqual(s.process.wait(PATIENCE), 1, s.read_log())
        self.assertNotIn("event=stopped", s.read_log())  # in order it says so

    def test_stop_by_command_waits_for_the_end(self):
        s = self.server().start()
        done = s.run("stop")
        self.assertEqual(done.code, 0, done)
        self.assertEqual(s.process.wait(PATIENCE), 0)
        self.assertEqual(s.run("stop").code, 7)

    def test_after_kill_it_starts_and_holds_what_was_acknowledged(self):
        s = self.server().start()
        s.user("ann")
        s.kill()
        self.assertEqual([u["name"] for u in s.json("user", "list")], ["ann"])
        s.start()
        s.client("ann")

    # Proves S3.
    @stored.of_sqlite("the disk under its file breaks")
    def test_a_broken_disk_ends_it_and_what_was_acknowledged_is_there(self):
        s = self.server()
        s.user("ann")
        s.start(prefix=["prlimit", "--fsize=600000:600000"])
        c = s.client("ann", caps="echo-message")
        c.send("JOIN #lounge")
        c.wait(" 366 ")
        acknowledged = 0
        try:
            for i in range(5000):
                c.send("PRIVMSG #lounge :%s number %d" % ("x" * 300, i))
                c.wait("number %d" % i)
                acknowledged = i + 1
        except (AssertionError, OSError):
            pass
        self.assertEqual(s.process.wait(PATIENCE), 74, s.read_log()[-2000:])
        s.process = None
        self.assertIn("event=disk_failed", s.read_log())
        self.assertGreater(acknowledged, 10)
        s.start()
        c = s.client("ann", caps="draft/chathistory batch")
        c.send("CHATHISTORY LATEST #lounge * 50")
        c.wait("number %d" % (acknowledged - 1))

    def test_a_long_state_path_still_has_an_admin_socket(self):
        s = self.server()
        deep = os.path.join(s.dir, "d" * 120)
        os.rename(s.state, deep)
        s.state = deep
        s.start()
        self.assertEqual(s.json("status")["pid"], s.process.pid)


class Reload(Base):
    def pin(self, client):
        der = client.sock.getpeercert(binary_form=True)
        return ssl.DER_cert_to_PEM_cert(der)

    def new_certificate(self, s, days=30):
        snug.certificate(os.path.join(s.state, "key.pem"), os.path.join(s.state, "cert.pem"), days)
        return ["--confirm=" + s.run("fingerprint").out.strip()]

    # Proves T13.
    def test_a_new_certificate_drops_nobody(self):
        s = self.server().start()
        s.user("ann")
        old = s.client("ann")
        confirm = self.new_certificate(s)
        done = s.run("reload", *confirm)
        self.assertEqual(done.code, 0, done)
        until("the new certificate", lambda: self.pin(s.client()) != self.pin(old))
        self.assertEqual(old.sync(), [])

    # Proves T13.
    def test_a_certificate_that_ends_soon_is_told(self):
        s = self.server()
        self.new_certificate(s, days=5)
        s.start()
        self.assertIn("event=certificate_expires days=4", s.read_log())
        self.assertEqual(s.run("check").code, 6)
        confirm = self.new_certificate(s, days=90)
        self.assertEqual(s.run("reload", *confirm).code, 0)
        self.assertEqual(s.run("check").code, 0)

    def rows(self, s, *words):
        return {row.pop("what"): tuple(row.values()) for row in s.json("reload", *words)}

    def test_it_says_what_became_of_each_setting(self):
        s = self.server().start()
        self.assertEqual([row[-1] for row in self.rows(s).values()], ["as it was"])
        s.configure("\n[limits]\nlines_burst = 33\n[history]\nkeep = 90d\n")
        rows = self.rows(s)
        self.assertEqual(rows.pop("certificate")[-1], "as it was")
        self.assertEqual(rows, {"[limits] lines_burst": ("20", "33", "taken up"),
                                "[history] keep": ("0", "7776000s", "taken up")})
        self.assertEqual(list(self.rows(s)), ["certificate"])
        self.assertIn("name=\"[history] keep\" old=0 new=7776000s", s.read_log())

    def test_what_needs_a_restart_is_named_until_it_happened(self):
        s = self.server().start()
        s.configure("\n[server]\nlisten = ircs://127.0.0.1:0\n[auth]\nhash_threads = 3\n")
        waiting = "[server] listen, [auth] hash_threads"
        for _ in range(2):  # it is not forgotten by another one
            rows = self.rows(s)
            self.assertEqual(rows["[auth] hash_threads"], ("0", "3", "needs a restart"))
            self.assertEqual(rows["[server] listen"][1], "ircs://127.0.0.1:0 ircs://127.0.0.1:0")
            self.assertEqual(s.json("status")["needs-restart"], waiting)
        found = s.run("check")
        self.assertEqual(found.code, 6, found)
        self.assertIn("restart\tno\t" + waiting, found.out)
        self.assertIn("3 wait" if s.json("status")["io-threads"] == 3 else "2 wait", s.run("reload").err)
        s.run(*found.out.split("  snugd ")[1].split()[:1])  # the line that mends it
        self.assertEqual(s.process.wait(PATIENCE), 0)
        s.start()
        self.assertEqual(s.json("status")["needs-restart"], "")
        self.assertEqual(s.run("check").code, 0)

    def test_what_was_taken_back_waits_no_more(self):
        s = self.server().start()
        with open(os.path.join(s.state, "snugd.conf")) as file:
            text = file.read()
        s.configure("\n[server]\ndurability = normal\n")
        self.assertIn("[server] durability", self.rows(s))
        with open(os.path.join(s.state, "snugd.conf"), "w") as file:
            file.write(text)
        self.assertEqual(list(self.rows(s)), ["certificate"])
        self.assertEqual(s.json("status")["needs-restart"], "")

    # Proves T13.
    def test_a_certificate_that_was_renewed(self):
        s = self.server().start()
        subprocess.run([os.path.join(snug.CERTS, "self-signed"), "localhost", s.state + "/key.pem",
                        s.state + "/cert.pem", "77"], check=True, capture_output=True)
        self.assertEqual(self.rows(s)["certificate"][-1], "renewed, with the same key")

    # Proves T13.
    def test_another_key_is_not_taken_in_silence(self):
        s = self.server().start()
        s.user("ann")
        old = self.pin(s.client())
        pin = s.run("fingerprint").out.strip()
        confirm, = self.new_certificate(s)
        fresh = confirm.split("=", 1)[1]
        for words in (["reload"], ["reload", "--confirm=" + pin], ["reload", confirm[:-1]]):
            done = s.run(*words)
            self.assertEqual(done.code, 9, done)
            self.assertIn("another key", done.err)
            self.assertIn("snugd reload --confirm=%s --state %s" % (fresh, s.state), done.err)
        mark = len(s.read_log())
        s.process.send_signal(signal.SIGHUP)
        until("the reload to be refused", lambda: "event=reload_failed" in s.read_log()[mark:])
        self.assertEqual(self.pin(s.client()), old)
        rows = self.rows(s, confirm)
        self.assertEqual(rows["key"], (pin, fresh, "new key: people need a new link"))
        until("the new certificate", lambda: self.pin(s.client()) != old)

    # Proves X6.
    def test_by_signal_too(self):
        s = self.server().start()
        s.configure("\n[server]\ndescription = quite another\n")
        s.process.send_signal(signal.SIGHUP)
        until("the reload", lambda: "event=reloaded" in s.read_log())

    # Proves B25.
    def test_a_bad_file_changes_nothing(self):
        s = self.server().start()
        s.user("ann")
        s.configure("\n[limits]\nlines_burst = many\n")
        done = s.run("reload")
        self.assertEqual(done.code, 1, done)
        self.assertIn("lines_burst", done.err)
        self.assertIn("nothing was changed", done.err)
        s.client("ann").sync()

    # Proves T13.
    def test_a_bad_certificate_changes_nothing(self):
        s = self.server().start()
        with open(os.path.join(s.state, "cert.pem"), "w") as file:
            file.write("no certificate\n")
        done = s.run("reload")
        self.assertEqual(done.code, 1, done)
        self.assertIn("cert.pem", done.err)
        s.client().send("NICK x")

    # Proves B25.
    def test_a_hundred_reloads_under_way(self):
        s = self.server().start()
        s.user("ann")
        c = s.client("ann")
        for i in range(100):
            s.process.send_signal(signal.SIGHUP)
            c.sync()
        self.assertIsNone(s.process.poll())


class Wire(Base):
    # Proves B34.
    def test_nothing_but_tls_gets_an_answer(self):
        s = self.server().start()
        raw = socket.create_connection(("127.0.0.1", s.port), PATIENCE)
        self.addCleanup(raw.close)
        raw.sendall(b"NICK ann\r\nUSER a 0 * :a\r\n")
        try:
            self.assertEqual(raw.recv(100), b"")
        except ConnectionError:
            pass

    # Proves T15, B23.
    def test_a_browser_is_refused_by_its_protocol_name(self):
        s = self.server().start()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_alpn_protocols(["h2", "http/1.1"])
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            c = s.client(context=context)
            c.send("x")
            c.recv()

    # Proves T1.
    def test_old_tls_is_refused(self):
        s = self.server().start()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            s.client(context=context)

    def test_tls_1_2_and_1_3_are_served(self):
        s = self.server().start()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = context.maximum_version = version
            c = s.client(context=context)
            c.send("CAP LS 302")
            c.wait("CAP")

    def test_any_split_of_the_bytes_is_the_same(self):
        s = self.server().start()
        s.user("ann")
        c = s.client("ann")
        for byte in b"PING one\r\nPING two\r\n":
            c.sock.sendall(bytes([byte]))
        self.assertIn("one", c.wait("PONG"))
        self.assertIn("two", c.wait("PONG"))

    # Proves B6.
    def test_a_flood_without_a_line_ends_the_connection(self):
        s = self.server().start()
        c = s.client()
        try:
            for _ in range(64):
                c.sock.sendall(b"a" * 16384)
        except OSError:
            pass
        c.ended()
        self.assertIsNone(s.process.poll())

    # Proves P6.
    def test_running_out_of_descriptors_is_survived(self):
        s = self.server()
        s.start(prefix=["prlimit", "--nofile=120:120"])
        held = []
        for _ in range(200):
            try:
                held.append(socket.create_connection(("127.0.0.1", s.port), PATIENCE))
            except OSError:
                break
        until("somebody to be turned away", lambda: select.select(held, [], [], 0)[0])
        for raw in held:
            raw.close()
        self.assertEqual(s.json("status")["pid"], s.process.pid)
        c = s.client()
        c.send("CAP LS 302")
        c.wait("CAP")

    # Proves B14.
    def test_a_thousand_connections_that_break_leave_nothing(self):
        s = self.server().start()

        def resident():
            with open("/proc/%d/statm" % s.process.pid) as file:
                return int(file.read().split()[1]) * 4096

        def batch(count):
            for i in range(count):
                raw = socket.create_connection(("127.0.0.1", s.port), PATIENCE)
                if i % 2:
                    raw.sendall(b"\x16\x03\x01\x02\x00\x01")
                raw.close()

        def are_gone(count):
            told = values(s.run("metrics").out)
            return (told["snug_connections_accepted_total"] == count and
                    told['snug_connections{kind="unfinished"}'] == 0)

        sizes = []
        for i in range(5):
            batch(1000)
            until("all to be gone", lambda: are_gone(1000 * (i + 1)))
            sizes.append(resident())
        # The allocator takes and gives back a megabyte or two as it likes; what a connection
        # leaves behind only adds up. A sanitizer keeps what was freed.
        limit = 256 << 20 if snug.SANITIZED else 1 << 20
        self.assertLess(min(sizes[1:]) - sizes[0], limit, sizes)


if __name__ == "__main__":
    unittest.main()
