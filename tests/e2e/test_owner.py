# SPDX-License-Identifier: MIT
"""Whom the process is: root becomes the owner of the state directory, or is told to stay."""
import os
import pwd
import shutil
import signal
import stat
import subprocess
import unittest

import snug
import stored
from patience import until

USER = "nobody"


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class Owner(unittest.TestCase):
    def setUp(self):
        self.s = snug.Server()
        self.addCleanup(self.s.close)
        self.who = pwd.getpwnam(USER)
        os.chmod(self.s.dir, 0o755)

    def path(self, name):
        return os.path.join(self.s.state, name)

    def give_away(self, to=USER):
        """The state directory, with a configuration that speaks of no user."""
        with open(self.path("snugd.conf")) as file:
            text = file.read().replace("user = root\n", "")
        with open(self.path("snugd.conf"), "w") as file:
            file.write(text)
        stored.lend(self.s.state, to)
        shutil.chown(self.s.state, to, to and pwd.getpwnam(to).pw_gid)
        for name in os.listdir(self.s.state):
            os.chown(self.path(name), pwd.getpwnam(to).pw_uid, pwd.getpwnam(to).pw_gid)

    def status(self):
        with open("/proc/%d/status" % self.s.process.pid) as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)

    def threads(self):
        return os.listdir("/proc/%d/task" % self.s.process.pid)

    def has_nothing_left(self, uid):
        seen = self.status()
        self.assertEqual(seen["Uid"].split(), [str(uid)] * 4)
        for caps in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(seen[caps], 16), 0, caps)
        self.assertEqual(seen["NoNewPrivs"].strip(), "1")
        return seen

    def all_belong_to(self, uid):
        for name in os.listdir(self.s.state):
            self.assertEqual(os.stat(self.path(name)).st_uid, uid, name)

    # Proves X5.
    def test_root_becomes_the_owner_of_the_state_directory(self):
        self.give_away()
        self.s.start()
        seen = self.has_nothing_left(self.who.pw_uid)
        self.assertEqual(seen["Gid"].split(), [str(self.who.pw_gid)] * 4)
        self.assertEqual(seen["Groups"].split(), [str(g) for g in os.getgrouplist(
            USER, self.who.pw_gid)])
        self.assertIn("event=user name=" + USER, self.s.read_log())
        # All its threads are: the one that writes too.
        for task in self.threads():
            with open("/proc/%d/task/%s/status" % (self.s.process.pid, task)) as file:
                self.assertIn("CapEff:\t0000000000000000", file.read())
        self.s.user("ann")
        self.s.client("ann").sync()
        done = self.s.run("check")
        self.assertEqual((done.code, done.err), (0, ""), done)
        self.assertIn("user\tyes\t" + USER, done.out)
        # The key is read anew after the change too.
        self.s.process.send_signal(signal.SIGHUP)
        until("the reload", lambda: "event=reload" in self.s.read_log())
        self.assertNotIn("reload_failed", self.s.read_log())
        self.assertEqual(self.s.stop(), 0)
        self.all_belong_to(self.who.pw_uid)

    def test_only_the_thread_that_writes_goes_before_the_others(self):
        """Taken while root may, whatever is given up later; for all wait when it wakes."""
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        if subprocess.run(["nice", "-n", "-5", "true"], stderr=subprocess.PIPE).stderr:
            self.skipTest("no thread may be put before others here")
        self.give_away()
        self.s.start()
        seen = sorted(os.getpriority(os.PRIO_PROCESS, int(task)) for task in self.threads())
        self.assertEqual(seen[0], usual - 5)
        self.assertEqual(seen[1:], [usual] * (len(seen) - 1))

    def test_verbs_of_root_make_nothing_of_its_own(self):
        self.give_away()
        for name in ("lock", "ballast"):
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
        self.s.user("ann")
        self.assertEqual(self.s.run("check").code, 7)
        self.assertEqual(self.s.run("backup", self.path("copy.db")).code, 0)
        for words in (["create", self.path("one")], ["create", self.path("two"), "--incremental", "--with-keys"],
                      ["verify", self.path("two")], ["prune", self.s.state, "--keep", "1"]):
            done = self.s.run("backup", *words)
            self.assertEqual(done.code, 0, done)
        self.all_belong_to(self.who.pw_uid)
        # And nothing outside is reached by a link that the owner put there.
        secret = os.path.join(self.s.dir, "secret")
        with open(secret, "w") as file:
            file.write("[server]\nsecret of root\n")
        os.chmod(secret, 0o600)
        os.remove(self.path("snugd.conf"))
        os.symlink(secret, self.path("snugd.conf"))
        for verb in (["run"], ["config", "show"], ["user", "list"]):
            done = self.s.run(*verb)
            self.assertNotEqual(done.code, 0, done)
            self.assertNotIn("secret of root", done.err)

    def test_a_folder_of_roots_is_refused_with_the_line_that_mends_it(self):
        self.give_away("root")
        refused = self.s.run("run")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("chown -R USER: " + self.s.state, refused.err)
        self.assertIn("snugd run --user root --state " + self.s.state, refused.err)
        done = self.s.run("check")
        self.assertEqual(done.code, 6, done)
        self.assertIn("user\tno\troot owns", done.out)

    def test_root_that_was_asked_for_serves_without_any_capability(self):
        self.s.start()  # by the configuration
        self.has_nothing_left(0)
        self.assertIn("level=warn event=running_as_root", self.s.read_log())
        done = self.s.run("check")
        self.assertEqual(done.code, 0, done)
        self.assertIn("root, as the configuration says", done.out)
        self.assertEqual(self.s.stop(), 0)
        self.give_away("root")
        self.s.start(more=["--user", "root"])
        self.has_nothing_left(0)

    def test_the_owners_configuration_cannot_make_it_root(self):
        self.give_away()
        self.s.configure("\n[rooms]\ncreate = admins\n[server]\nuser = root\n")
        refused = self.s.run("run")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("user = root", refused.err)
        # Root wrote it, but all may: that is no better.
        os.chown(self.path("snugd.conf"), 0, 0)
        os.chmod(self.path("snugd.conf"), 0o666)
        refused = self.s.run("run")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("user = root", refused.err)

    def test_another_user_who_does_not_get_in(self):
        self.give_away()
        refused = self.s.run("run", "--user", "daemon")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("the user daemon may not use " + self.s.state, refused.err)
        refused = self.s.run("run", "--user", "no-such-user")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("there is no user no-such-user", refused.err)
        self.assertEqual(self.s.run("run", "--user=").code, 2)
        for verb, code in ((["run"], 1), (["user", "list"], 5)):
            done = subprocess.run(["setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups",
                                   snug.SNUGD, *verb, "--state", self.s.state],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, code, done)
            self.assertIn("belongs to " + USER, done.stderr)

    def test_a_key_that_only_root_can_read_is_told_at_the_start(self):
        self.give_away()
        os.chown(self.path("key.pem"), 0, 0)
        refused = self.s.run("run")
        self.assertEqual(refused.code, 1, refused)
        self.assertIn("the user %s may not read %s" % (USER, self.path("key.pem")), refused.err)
        mend = [line for line in refused.err.splitlines() if line.startswith("  ")]
        subprocess.run(mend[0], shell=True, check=True)
        self.s.start()

    @stored.of_sqlite("its file, and the lock beside it")
    def test_a_file_that_root_left_is_told(self):
        self.give_away()
        for name in ("snug.db", "lock"):
            os.chown(self.path(name), 0, 0)
            os.chmod(self.path(name), 0o600)
            for verb, code in ((["run"], 1), (["user", "list"], 5)):
                refused = self.s.run(*verb)
                self.assertEqual(refused.code, code, refused)
                self.assertIn("chown %s: %s" % (USER, self.path(name)), refused.err)
            os.chown(self.path(name), self.who.pw_uid, self.who.pw_gid)

    def test_a_port_below_1024_is_bound_before_that_right_goes_too(self):
        self.give_away()
        with open(self.path("snugd.conf")) as file:
            text = file.read()
        with open(self.path("snugd.conf"), "w") as file:
            file.write(text.replace("127.0.0.1:0", "127.43.9.1:994"))
        self.s.start()
        self.assertEqual(self.s.port, 994)
        self.has_nothing_left(self.who.pw_uid)

    def test_init_gives_what_it_makes_to_the_user(self):
        for folder in ("deep/er", "empty"):
            state = os.path.join(self.s.dir, folder)
            if folder == "empty":
                os.mkdir(state)
            made = snug.snugd("init", "--user", USER, "--name", "localhost", state=state)
            self.assertEqual(made.code, 0, made)
            self.assertEqual(made.err, "")
            self.assertEqual(stat.S_IMODE(os.stat(state).st_mode), 0o700)
            for name in ["", *os.listdir(state)]:
                self.assertEqual(os.stat(os.path.join(state, name)).st_uid, self.who.pw_uid, name)

    def test_init_of_root_says_how_it_is_run(self):
        state = os.path.join(self.s.dir, "own")
        made = snug.snugd("init", "--name", "localhost", state=state)
        self.assertEqual(made.code, 0, made)
        self.assertIn("chown -R USER: " + state, made.err)
        self.assertIn("snugd run --user root --state " + state, made.err)

    def test_init_does_not_give_away_a_folder_with_something_in_it(self):
        state = os.path.join(self.s.dir, "full")
        os.mkdir(state)
        with open(os.path.join(state, "mine"), "w"):
            pass
        failed = snug.snugd("init", "--user", USER, "--name", "localhost", state=state)
        self.assertEqual(failed.code, 1, failed)
        self.assertIn("chown -R %s: %s" % (USER, state), failed.err)
        self.assertEqual(os.listdir(state), ["mine"])
        self.assertEqual(os.stat(state).st_uid, 0)


if __name__ == "__main__":
    unittest.main()
