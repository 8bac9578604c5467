# SPDX-License-Identifier: MIT
"""An init that was cut short: the next one begins anew, and nothing else uses what it left."""
import collections
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import snug
import stored
from patience import PATIENCE, until

# Whatever makes, fills or takes away a file. A page of the database is like another.
STEPS = {"mkdir": 1, "openat": 1, "ftruncate": 1, "unlink": 1, "write": 1, "fsync": 1, "fdatasync": 3,
         "pwrite64": 23}
INIT = ["init", "--name", "localhost", "--listen", "ircs://127.0.0.1:1"]


class CutShort(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.state = os.path.join(self.dir, "state")

    def path(self, name):
        return os.path.join(self.state, name)

    def run_it(self, *words):
        return snug.snugd(*words, state=self.state)

    def killed(self, call, at, words=INIT):
        """Init, killed when it makes that call for the nth time; False: it came to its end."""
        args = ["strace", "-qqfo", "/dev/null", "-e", "trace=" + call,
                "-e", "inject=%s:signal=KILL:when=%d" % (call, at), snug.SNUGD, *words, "--state", self.state]
        done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, text=True)
        self.out = done.stdout
        return done.returncode != 0

    def is_whole(self):
        done = self.run_it("check")
        bad = [row for row in done.out.splitlines() if "\tno\t" in row and not row.startswith("user\t")]
        self.assertEqual([row.split("\t")[0] for row in bad], ["server"], done)
        self.assertIn("#lounge", self.run_it("room", "list").out)
        self.assertEqual([name for name in os.listdir(self.state) if "unfinished" in name], [])

    @stored.of_sqlite("its steps on disk are cut short")
    def test_at_each_step_the_next_begins_anew(self):
        cut = 0
        for call, step in STEPS.items():
            at = 1
            while self.killed(call, at):
                again = self.run_it(*INIT)
                if again.code == 4:  # all stood, but for its last word
                    self.assertIn("is there already", again.err)
                else:
                    self.assertEqual(again.code, 0, (call, at, again))
                    self.assertIn("snug://localhost:1/", again.out)
                    cut += "An init was cut short" in again.err
                self.is_whole()
                shutil.rmtree(self.state)
                at += step
            shutil.rmtree(self.state)
        self.assertGreater(cut, 50)

    def cut(self, words=INIT):
        self.assertTrue(self.killed("fdatasync", 20, words))
        self.assertTrue(os.path.exists(self.path("init.unfinished")))

    def test_nothing_else_uses_what_it_left(self):
        self.cut()
        for words in (["run"], ["user", "add", "ann", "--no-password"], ["backup", self.dir + "/copy"],
                      ["backup", "create", self.dir + "/copies"], ["status"], ["fingerprint"]):
            done = self.run_it(*words)
            self.assertNotEqual(done.code, 0, words)
            self.assertIn("was cut short there", done.err)
        row = [row for row in self.run_it("check").out.splitlines() if row.startswith("state\tno\t")]
        mend = row[0].split("  ", 1)[-1]
        self.assertEqual(mend, "snugd init --state " + self.state)
        self.assertEqual(self.run_it(*mend.split()[1:-2]).code, 0)
        self.is_whole()

    def test_key_and_settings_stay_when_only_the_database_was_made(self):
        self.assertEqual(self.run_it(*INIT).code, 0)
        pin = self.run_it("fingerprint").out
        os.remove(stored.file(self.state))
        self.cut(["init", "--new-database"])
        # One that would make all finds what it must not write over.
        self.assertEqual(self.run_it(*INIT).code, 4)
        self.assertFalse(os.path.exists(stored.file(self.state)))
        self.assertEqual(self.run_it("init", "--new-database").code, 0)
        self.assertEqual(self.run_it("fingerprint").out, pin)
        self.is_whole()

    def test_a_weak_password_leaves_nothing(self):
        for weak, words in (("localhost-2026", "without the server's name"), ("short", "shorter than 12"),
                            ("bossbossboss", "tried first")):
            done = snug.snugd(*INIT, "--admin", "boss", "--password-stdin", stdin=weak + "\n", state=self.state)
            self.assertEqual(done.code, 2, done)
            self.assertIn(words, done.err)
            self.assertIn("--generate", done.err)
            self.assertFalse(os.path.exists(self.state))

    def test_a_password_is_made_up_for_the_administrator(self):
        self.assertEqual(self.run_it(*INIT, "--generate").code, 2)
        done = self.run_it(*INIT, "--admin", "boss", "--generate")
        self.assertEqual(done.code, 0, done)
        self.assertRegex(done.err, r"The password of boss is  ([a-z0-9]{5}-){3}[a-z0-9]{5}\n")
        self.assertIn("boss\tadmin", done.out + self.run_it("user", "list").out)

    def test_one_that_is_at_work_is_not_disturbed(self):
        slow = subprocess.Popen(["strace", "-qqfo", "/dev/null", "-e", "trace=fdatasync",
                                 "-e", "inject=fdatasync:signal=STOP:when=20", snug.SNUGD, *INIT,
                                 "--state", self.state], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(slow.wait)
        pid = self.stopped(slow)
        self.addCleanup(self.go_on, pid)
        refused = self.run_it(*INIT)
        self.assertEqual((refused.code, "another init is at work" in refused.err), (1, True), refused)

        def ends():
            self.go_on(pid)
            return slow.poll() is not None
        until("init to end", ends)
        self.assertIn("snug://", slow.communicate()[0])
        self.is_whole()

    @staticmethod
    def go_on(pid):
        subprocess.run(["kill", "-CONT", str(pid)], stderr=subprocess.DEVNULL)

    def stopped(self, tracer):
        # At a call that is traced it stands still, too, for a moment.
        looks = collections.Counter()

        def find():
            with open("/proc/%d/task/%d/children" % (tracer.pid, tracer.pid)) as file:
                for pid in file.read().split():
                    with open("/proc/%s/status" % pid) as status:
                        is_still = re.search(r"(?m)^State:\t[tT]", status.read())
                    looks[pid] = looks[pid] + 1 if is_still and os.path.exists(self.path("snug.db-wal")) else 0
                    if looks[pid] == 20:
                        return int(pid)
            return None
        return until(lambda: "init to stop", find)


if __name__ == "__main__":
    unittest.main()
