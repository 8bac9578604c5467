# SPDX-License-Identifier: MIT
"""Where the log goes, in which form, and how much of it."""
import json
import os
import re
import signal
import stat
import unittest

import snug
import test_verb_table
from patience import until


class Log(unittest.TestCase):
    def server(self, conf, **more):
        server = snug.Server("\n[log]\n" + conf, **more)
        self.addCleanup(server.close)
        return server

    def with_file(self, more=""):
        """A server whose log is a file; what it says of its start is on stderr."""
        folder = os.path.join(self.dir(), "logs")
        os.mkdir(folder)
        server = self.server("file = %s/snugd.log\n%s" % (folder, more))
        server.ready_line = lambda mark: self.ready_in(os.path.join(folder, "snugd.log"), server)
        return server.start(), os.path.join(folder, "snugd.log")

    def dir(self):
        folder = snug.tempfile.mkdtemp(prefix="snug-log-")
        self.addCleanup(snug.shutil.rmtree, folder, True)
        return folder

    def ready_in(self, path, server):
        self.assertIsNone(server.process.poll(), server.read_log())
        lines = self.lines(path)
        return next((line for line in lines if "event=ready" in line or '"ready"' in line), None)

    @staticmethod
    def lines(path):
        if not os.path.exists(path):
            return []
        with open(path) as file:
            return file.readlines()

    def start_json(self):
        server = self.server("form = json\n")
        server.ready_line = lambda mark: next(
            ('addr=%s' % json.loads(line)["addr"] for line in server.read_log().splitlines(True)
             if line.endswith("\n") and line[0] == "{" and json.loads(line)["event"] == "ready"), None)
        return server.start()

    def test_each_line_is_an_object(self):
        server = self.start_json()
        server.stop()
        rows = [json.loads(line) for line in server.read_log().splitlines()]
        self.assertIn("stopped", [row["event"] for row in rows])
        for row in rows:
            self.assertLessEqual({"time", "level", "event"}, row.keys())
            self.assertTrue(all(isinstance(value, str) for value in row.values()))

    def test_a_file_stands_in_the_place_of_stderr(self):
        server, path = self.with_file()
        self.assertNotIn("event=ready", server.read_log())
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode) & 0o077, 0)

    def test_a_rotated_file_is_opened_anew(self):
        for ask in (lambda s: s.process.send_signal(signal.SIGHUP), lambda s: s.run("reload")):
            server, path = self.with_file()
            os.rename(path, path + ".1")
            ask(server)
            until("the new file", lambda: any("event=reloaded" in line for line in self.lines(path)))
            self.assertFalse(any("event=reloaded" in line for line in self.lines(path + ".1")))
            server.stop()
            self.assertTrue(any("event=stopped" in line for line in self.lines(path)))

    def test_a_folder_that_went_away_leaves_the_old_file(self):
        server, path = self.with_file()
        away = os.path.dirname(path) + ".away"
        os.rename(os.path.dirname(path), away)
        server.process.send_signal(signal.SIGHUP)
        old = os.path.join(away, "snugd.log")
        until("the old file", lambda: any("event=log_not_reopened" in line for line in self.lines(old)))
        server.user("ann")
        server.client("ann")

    def test_a_file_that_cannot_be_written_is_said_at_the_start(self):
        fifo = os.path.join(self.dir(), "fifo")
        os.mkfifo(fifo)
        for path, why in (("/nowhere/snugd.log", "No such file or directory"), (self.dir(), "Is a directory"),
                          (fifo, "No such device or address"), ("/dev/null", "it is no file")):
            server = self.server("file = %s\n" % path)
            done = server.run("run")
            self.assertEqual(done.code, 1, done)
            self.assertIn("cannot write the log to %s: %s" % (path, why), done.err)

    def test_a_full_disk_loses_lines_and_nothing_else(self):
        with test_verb_table.Low() as folder:
            if folder is None:
                self.skipTest("mounting is not allowed")
            server = self.server("file = %s/snugd.log\n" % folder)
            server.ready_line = lambda mark: self.ready_in(folder + "/snugd.log", server)
            server.start()
            server.user("ann")
            with open(os.path.join(folder, "filler"), "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(1 << 20))
                except OSError:
                    pass
            # What is left of the file's last page is filled, too.
            self.assertEqual(server.run("log", "level", "debug").code, 0)
            until("a lost line", lambda: server.run("reload") and server.json("status")["log-lost"] > 0)
            client = server.client("ann")
            client.send("PING :x")
            client.wait("PONG")
            self.assertRegex(server.run("metrics").out, r"\nsnug_log_lost_total [1-9]")
            os.unlink(os.path.join(folder, "filler"))
            lines = len(self.lines(folder + "/snugd.log"))
            # The first one may end the line that was cut.
            until("lines again", lambda: server.run("reload") and len(self.lines(folder + "/snugd.log")) > lines)
            server.stop()

    def test_a_level_is_for_a_while(self):
        server = self.server("form = logfmt\n").start()
        self.assertEqual(server.json("status")["log"], "info")
        self.assertEqual(server.run("log", "level", "debug").code, 0)
        self.assertRegex(server.json("status")["log"], r"^debug until 20\S+, then info$")
        with self.assertRaises(OSError):
            snug.Client(server.port, context=self.wrong())
        until("words of debug", lambda: "level=debug" in server.read_log())
        self.assertEqual(server.run("reload").code, 0)  # which does not end it
        self.assertRegex(server.json("status")["log"], "^debug until")
        self.assertEqual(server.run("log", "level", "configured").code, 0)
        self.assertEqual(server.json("status")["log"], "info")
        self.assertTrue([row for row in server.json("audit", "list") if row["verb"] == "log level"
                         and row["detail"] == "debug for 10m"])

    @staticmethod
    def wrong():
        """One that trusts nobody: the handshake fails."""
        context = snug.ssl.SSLContext(snug.ssl.PROTOCOL_TLS_CLIENT)
        context.set_ciphers("AES128-SHA")
        context.maximum_version = snug.ssl.TLSVersion.TLSv1_2
        return context

    def test_it_comes_back_by_itself(self):
        server = self.server("form = logfmt\n").start()
        self.assertEqual(server.run("log", "level", "debug", "--for", "1s").code, 0)
        until("the end", lambda: server.json("status")["log"] == "info")
        self.assertTrue(re.search(r"event=log_level level=info$", server.read_log(), re.M))

    def test_without_a_server_nothing_is_set(self):
        server = self.server("form = logfmt\n")
        done = server.run("log", "level", "debug")
        self.assertEqual(done.code, 7, done)
        self.assertIn("[server] log", done.err)


if __name__ == "__main__":
    unittest.main()
