# SPDX-License-Identifier: MIT
"""A server whose store another has: what it says, to whom, and when it takes over."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

from postgres import LOOSE, MEMORY, Postgres, given_or_new, psql
import snug
from patience import PATIENCE, pass_time, until

FENCED = 74
WAITS = 7
MAKES = 0.05  # seconds for each of some 50 tables and indexes: in all longer than one answer may take (LEASE_ANSWER_MS)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One of those that share the store."""

    def __init__(self, case, store, *words):
        self.dir = tempfile.TemporaryDirectory(prefix="snug-waiting-")
        self.state, self.log = os.path.join(self.dir.name, "state"), os.path.join(self.dir.name, "log")
        self.store, self.port, self.process, self.mark = store, free_port(), None, 0
        made = self.run("init", "--store", store, "--name", "localhost", "--listen",
                        f"ircs://127.0.0.1:{self.port}", *words)
        case.assertEqual(made.code, 0, made)
        with open(os.path.join(self.state, "snugd.conf"), "a") as file:
            file.write(snug.CONF)
        case.addCleanup(self.close)

    def run(self, *words):
        return snug.Result(subprocess.run([snug.SNUGD, *words, "--state", self.state], capture_output=True,
                                          text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL))

    def start(self, **environment):
        self.mark = len(self.read_log())
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([snug.SNUGD, "run", "--state", self.state], stderr=log,
                                            stdin=subprocess.DEVNULL, env={**os.environ, **environment})
        return self

    def read_log(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, errors="replace") as log:
            return log.read()

    def event(self, name):
        """Its words, once it is there."""
        found = lambda: re.search(rf"event={name}( .*)?$", self.read_log()[self.mark:], re.M)
        until(lambda: f"{name}:\n{self.read_log()[self.mark:]}", found)
        return found()[1] or ""

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.dir.cleanup()


class Waiting(unittest.TestCase):
    def setUp(self):
        self.postgres = given_or_new()
        self.addCleanup(self.postgres.close)
        self.url = self.postgres.database()
        self.one, self.other = Server(self, self.url), Server(self, self.url)
        self.one.start().event("ready")

    def wait(self, **environment):
        return self.other.start(**environment).event("waiting")

    def test_it_says_whom_it_waits_for_and_listens_to_nobody(self):
        self.assertIn(f'pid {self.one.process.pid} ', self.wait())
        status = json.loads(self.other.run("status", "--json").out)
        self.assertTrue(status["waiting"])
        self.assertIn(f"pid {self.one.process.pid} ", status["for"])
        self.assertEqual(status["store"], "reached")
        self.assertFalse(self.other.listens())
        self.assertTrue(self.one.listens())
        refused = self.other.run("user", "list")
        self.assertEqual(refused.code, WAITS)
        self.assertIn(status["for"], refused.err)
        self.assertIn("snug_waiting 1", self.other.run("metrics").out)
        self.assertEqual(self.other.run("tls", "show").code, 0)

    # The units start it as they are.
    def test_what_the_units_look_for_is_there(self):
        units = os.path.join(os.path.dirname(snug.__file__), "../../server/units")
        for name in ("snugd.service", "snugd@.service", "snugd-acme.service"):
            with open(os.path.join(units, name)) as file:
                wanted = re.findall(r"^ConditionPathExists=(.*)$", file.read(), re.M)
            self.assertTrue(all(path.startswith("|") for path in wanted), wanted)
            for server in (self.one, self.other):
                self.assertTrue(any(os.path.exists(os.path.join(server.state, os.path.basename(path)))
                                    for path in wanted), wanted)
                self.assertFalse(os.path.exists(os.path.join(server.state, "snug.db")))

    def test_a_verb_speaks_of_the_store_and_of_no_file(self):
        # One that a move left behind is no part of it.
        with open(os.path.join(self.one.state, "snug.db"), "wb") as file:
            file.write(b"left" * 1024)
        self.addCleanup(os.unlink, os.path.join(self.one.state, "snug.db"))
        status = json.loads(self.one.run("status", "--json").out)
        for column in ("disk-free", "database", "wal"):
            self.assertIsNone(status[column], column)
        self.assertIn("disk-free\t-\n", self.one.run("status").out)
        counted = self.one.run("metrics").out
        for name in ("snug_disk_free_bytes", "snug_database_bytes", "snug_wal_bytes"):
            self.assertNotRegex(counted, rf"(?m)^{name} ")
        self.assertRegex(counted, r"(?m)^snug_disk_fine 1$")
        self.assertNotIn("disk\t", self.one.run("usage").out)
        rows = {row["what"]: row for row in json.loads(self.one.run("check", "--json").out)}
        self.assertNotIn("fsync", rows)
        self.assertNotIn("quotas", rows)
        self.assertTrue(rows["database"]["fine"], rows["database"])

    def test_an_upgrade_is_tried_on_the_store(self):
        for beside in (True, False):
            tried = self.one.run("upgrade", "--dry-run")
            self.assertEqual(tried.code, 0, tried)
            rows = dict(line.split("\t")[::2] for line in tried.out.splitlines())
            self.assertIn("nothing is to be done", rows["schema"])
            self.assertIn("nothing is wrong with it", rows["integrity"])
            self.assertIn("1 rooms", rows["counts"])
            if beside:
                self.assertEqual(self.one.run("stop").code, 0)

    def test_what_is_for_a_file_is_refused_with_the_way(self):
        self.assertEqual(self.one.run("stop").code, 0)
        backup = os.path.join(self.one.dir.name, "backup")
        self.assertEqual(self.one.run("backup", "create", backup).code, 0)
        for words, way in ((("restore", backup), "db move"), (("downgrade", "--dry-run"), "by its own means")):
            refused = self.one.run(*words)
            self.assertEqual(refused.code, 4, refused)
            self.assertIn(way, refused.err)
            self.assertIn("postgresql://", refused.err)
        folder = os.path.join(self.one.dir.name, "elsewhere")
        done = snug.Result(subprocess.run([snug.SNUGD, "restore", backup, "--state", folder], capture_output=True,
                                          text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL))
        self.assertIn("store\tpostgresql://", done.out)
        self.assertIn("db move URL", done.err)

    def test_it_takes_up_settings_and_a_renewed_certificate(self):
        self.wait()
        path = os.path.join(self.other.state, "snugd.conf")
        with open(path, "a") as file:
            file.write("\n[history]\nkeep = 33d\n")
        done = self.other.run("reload")
        self.assertEqual(done.code, 0, done)
        self.assertIn("keep", done.out)
        self.assertIn("taken up", done.out)
        self.assertIn("waiting", self.other.run("status").out)
        with open(path, "a") as file:
            file.write("nonsense = 1\n")
        refused = self.other.run("reload")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("nonsense", refused.err)
        self.one.process.kill()
        self.other.event("ready")

    def test_another_key_is_taken_with_a_word_alone(self):
        self.wait()
        for name in ("key.pem", "cert.pem"):
            os.unlink(os.path.join(self.other.state, name))
        snug.certificate(os.path.join(self.other.state, "key.pem"), os.path.join(self.other.state, "cert.pem"))
        refused = self.other.run("reload")
        self.assertEqual(refused.code, 9, refused)
        pin = re.search(r"--confirm=(\S+)", refused.err)[1]
        self.other.process.send_signal(signal.SIGHUP)
        self.other.event("reload_failed")
        done = self.other.run("reload", "--confirm=" + pin)
        self.assertEqual(done.code, 0, done)
        self.assertIn(pin, done.out)
        self.assertEqual(self.other.run("reload").code, 0)

    def test_it_takes_over_from_who_stops(self):
        self.wait()
        self.assertEqual(self.one.run("stop").code, 0)
        self.assertEqual(self.one.process.wait(PATIENCE), 0)
        self.other.event("took-over")
        self.other.event("ready")
        self.assertTrue(self.other.listens())
        self.assertEqual(self.other.run("invite", "create").code, 0)

    def test_it_takes_over_from_who_dies(self):
        self.wait()
        before = json.loads(self.other.run("status", "--json").out)["term"]
        self.one.process.kill()
        self.assertIn(f"term={before + 1} ", self.other.event("took-over"))
        self.other.event("ready")
        self.one.process.wait()
        self.assertIn(f"pid {self.other.process.pid} ", self.one.start().event("waiting"))

    def test_who_stood_still_ends_and_stored_nothing_meanwhile(self):
        self.wait()
        self.one.process.send_signal(signal.SIGSTOP)
        self.other.event("ready")
        self.one.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.one.process.wait(PATIENCE), FENCED)
        self.assertIn(f"pid {self.other.process.pid} ", self.one.event("fenced"))

    def test_it_ends_at_once_when_it_is_told_to(self):
        self.wait()
        self.other.process.terminate()
        self.assertEqual(self.other.process.wait(PATIENCE), 0)
        self.wait()
        self.assertEqual(self.other.run("stop").code, 0)
        self.assertEqual(self.other.process.wait(PATIENCE), 0)
        self.assertTrue(self.one.listens())

    def test_whoever_manages_it_hears_that_it_is_up(self):
        path = os.path.join(self.other.dir.name, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(PATIENCE)
            self.wait(NOTIFY_SOCKET=path, WATCHDOG_USEC="2000000")
            said = manager.recv(4096).decode()
            self.assertIn("READY=1\nSTATUS=waiting: ", said)
            self.assertIn(f"pid {self.one.process.pid} ", said)
            self.assertEqual(manager.recv(4096).decode(), "WATCHDOG=1")

    def test_sockets_that_were_handed_in_are_refused(self):
        self.one.process.terminate()
        self.one.process.wait()
        with socket.socket() as s:
            s.bind(("127.0.0.1", self.one.port))
            s.listen()
            done = subprocess.run(["/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&"$0"', str(s.fileno()),
                                   snug.SNUGD, "run", "--state", self.one.state], pass_fds=[s.fileno()],
                                  capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 1, done)
        self.assertIn("snugd.socket", done.stderr)

    def test_a_command_where_no_server_runs_is_told_who_has_it(self):
        refused = self.other.run("invite", "create")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("is in use by", refused.err)
        self.assertIn(f"pid {self.one.process.pid} ", refused.err)

    # A refused call would kill it.
    def test_a_connection_that_broke_is_made_anew_in_the_sandbox(self):
        for _ in range(3):
            psql("-d", self.url, "-c", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                       " WHERE datname = current_database() AND pid <> pg_backend_pid()")
            until("it stores again", lambda: self.one.run("invite", "create").code == 0)
        self.assertIsNone(self.one.process.poll())

    def test_check_names_what_is_at_risk_and_a_file_that_others_read(self):
        def rows():
            return {r["what"]: r for r in json.loads(self.one.run("check", "--json").out)}
        self.assertIn("synchronous_standby_names is empty", rows()["risks"]["found"])
        self.assertTrue(rows()["store-file"]["fine"])
        path = re.search("passfile=([^&]*)", self.url)[1]
        os.chmod(path, 0o644)
        self.addCleanup(os.chmod, path, 0o600)
        self.assertFalse(rows()["store-file"]["fine"])


class Away(unittest.TestCase):
    """PostgreSQL stands still under a server that serves."""

    def setUp(self):
        self.postgres = Postgres(LOOSE, root=MEMORY if os.access(MEMORY, os.W_OK) else None).make().start().admit()
        self.addCleanup(self.postgres.close)
        self.one = Server(self, self.postgres.database(), "--admin", "ann", "--generate")
        self.addCleanup(self.postgres.send, signal.SIGCONT)

    def test_a_ping_behind_what_must_wait_is_answered(self):
        password = self.one.run("user", "passwd", "ann", "--generate").out.strip()
        self.one.start().event("ready")
        ann = snug.Client(self.one.port).login("ann", "batch soju.im/search", password)
        self.addCleanup(ann.sock.close)
        self.postgres.send(signal.SIGSTOP)
        # The question waits, what is behind it too, and more than the server takes of one client.
        ann.send("SEARCH text=cake", *["LIST"] * 100, "PING late")
        ann.wait("STORING_WAITS")
        ann.wait("PONG", "late")
        self.assertFalse([line for line in ann.lines if " 323 " in line])
        self.postgres.send(signal.SIGCONT)
        for _ in range(100):
            ann.wait(" 323 ")
        ann.sync()
        self.assertTrue([line for line in ann.lines if "STORING_GOES_ON" in line])


class Slow:
    """The way to a server of PostgreSQL that is slow in making tables."""

    def __init__(self, address):
        self.to = urllib.parse.urlsplit(address)
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    def url(self):
        return self.to._replace(netloc=f"{self.to.username}@127.0.0.1:{self.listener.getsockname()[1]}").geturl()

    def serve(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = socket.create_connection((self.to.hostname, self.to.port))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self.pass_on, args=ends, daemon=True).start()

    @staticmethod
    def pass_on(source, target):
        try:
            while data := source.recv(65536):
                if b"CREATE " in data:
                    pass_time(MAKES)  # it is slow
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other way ended it

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Empty(unittest.TestCase):
    def test_it_is_set_up_by_a_slow_server_too(self):
        server = given_or_new()
        self.addCleanup(server.close)
        address = server.database()
        self.addCleanup(server.drop, address)
        slow = Slow(address)
        self.addCleanup(slow.close)
        one = Server(self, slow.url())
        self.assertEqual(one.run("user", "add", "ann", "--no-password").code, 0)


if __name__ == "__main__":
    unittest.main()
