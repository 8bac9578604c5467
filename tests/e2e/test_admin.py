# SPDX-License-Identifier: MIT
"""The command line: the same verbs beside a running server and without one."""
import json
import os
import subprocess
import unittest

import snug
import stored


class Base(unittest.TestCase):
    def server(self, *args, **more):
        server = snug.Server(*args, **more)
        self.addCleanup(server.close)
        return server


class Verbs:
    """Run twice: live and offline."""
    live = False

    def setUp(self):
        self.s = self.server()
        if self.live:
            self.s.start()

    def ok(self, *words, stdin=None):
        done = self.s.run(*words, stdin=stdin)
        self.assertEqual(done.code, 0, done)
        return done

    def refused(self, code, *words, stdin=None):
        done = self.s.run(*words, stdin=stdin)
        self.assertEqual(done.code, code, done)
        self.assertTrue(done.err.strip(), "no words")
        return done

    def test_an_account_from_add_to_delete(self):
        self.s.user("ann")
        self.refused(4, "user", "add", "ANN", "--password-stdin", stdin="another good one\n")
        self.assertEqual([u["name"] for u in self.s.json("user", "list")], ["ann"])
        self.ok("user", "role", "ann", "admin")
        self.assertEqual(self.s.json("user", "show", "ann")["role"], "admin")
        self.ok("user", "disable", "ann", "--confirm", "ann")
        self.assertTrue(self.s.json("user", "show", "ann")["disabled"])
        self.ok("user", "enable", "ann")
        self.refused(9, "user", "delete", "ann")
        self.refused(9, "user", "delete", "ann", "--confirm", "bob")
        self.ok("user", "delete", "ann", "--confirm", "ann", "--dry-run")
        self.assertEqual(len(self.s.json("user", "list")), 1)
        self.ok("user", "delete", "ann", "--confirm", "ann")
        self.assertEqual(self.s.json("user", "list"), [])

    def test_who_is_not_there_is_not_found(self):
        for verb in ("show", "disable", "enable", "kick"):
            done = self.refused(3, "user", verb, "nobody")
            self.assertIn("nobody", done.err)
        self.refused(3, "room", "show", "nowhere")

    def test_usage_is_named(self):
        self.refused(2, "user", "add")
        self.refused(2, "user", "add", "two words", "--password-stdin", stdin=snug.PASSWORD)
        done = self.refused(2, "user", "disabel", "ann")
        self.assertIn("disable", done.err)
        done = self.refused(2, "usr", "list")
        self.assertIn("user list", done.err)
        self.refused(2, "user", "add", "ann", "--nonsense")

    # Proves A13.
    def test_a_token_is_shown_once_and_logs_in(self):
        self.s.user("ann")
        token = self.ok("user", "token", "add", "ann", "--label", "bot").out.strip()
        self.assertRegex(token, r"^\S{20,}$")
        listed = self.ok("user", "token", "list", "ann", "--json").out
        self.assertIn("bot", listed)
        self.assertNotIn(token, listed)
        if not self.live:
            self.s.start()
        self.s.client("ann", password=token)
        self.ok("user", "token", "revoke", "ann", "bot")
        self.assertIn(" 904 ", self.s.client().refused("ann", token))

    def test_an_invite_is_a_link_alone_on_stdout(self):
        done = self.ok("invite", "create", "--room", "lounge", "--uses", "3", "--expires", "7d")
        self.assertRegex(done.out, r"\Asnug://localhost(:\d+)?/lounge,invite=[\w-]+,pin=[\w-]{43}\n\Z")
        invites = self.s.json("invite", "list")
        self.assertEqual(invites[-1]["left"], 3)
        self.ok("invite", "revoke", str(invites[-1]["id"]))

    def test_import_makes_thousands(self):
        path = os.path.join(self.s.dir, "users.jsonl")
        with open(path, "w") as file:
            for i in range(2000):
                file.write(json.dumps({"name": "user%d" % i}) + "\n")
        done = self.ok("user", "import", path, "--token")
        rows = [line.split("\t") for line in done.out.splitlines()]
        self.assertEqual(len(rows), 2000)
        self.assertEqual(rows[7][0], "user7")
        if not self.live:
            self.s.start()
        self.s.client("user7", password=rows[7][1])

    def test_a_bad_line_of_an_import_is_named_and_nothing_is_done(self):
        done = self.refused(2, "user", "import", "-", stdin='{"name":"a"}\n{"nam":"b"}\n')
        self.assertIn("stdin:2", done.err)
        self.assertEqual(self.s.json("user", "list"), [])

    def test_a_room_from_add_to_delete(self):
        self.s.user("ann")
        self.ok("room", "add", "den", "--founder", "ann", "--topic", "Hello")
        self.assertEqual(self.s.json("room", "show", "den")["topic"], "Hello")
        self.ok("room", "grant", "den", "ann", "--role", "moderator")
        self.refused(9, "room", "delete", "den")
        self.ok("room", "delete", "den", "--confirm", "#den")
        self.refused(3, "room", "show", "den")

    # Proves X7.
    def test_each_act_is_in_the_audit_log_without_secrets(self):
        self.s.user("ann")
        self.ok("user", "passwd", "ann", "--password-stdin", stdin="some other password\n")
        rows = self.s.json("audit", "list")
        text = json.dumps(rows)
        self.assertIn("user add", text)
        self.assertIn("user passwd", text)
        self.assertNotIn("some other", text)

    def test_backup_is_whole_and_never_overwrites(self):
        self.s.user("ann")
        path = os.path.join(self.s.dir, "copy.db")
        self.ok("backup", path)
        self.refused(4, "backup", path)
        state = os.path.join(self.s.dir, "restored")
        os.mkdir(state, 0o700)
        os.rename(path, stored.file(state))
        restored = snug.snugd("user", "list", state=state)
        self.assertIn("ann", restored.out)

    def test_check_finds_nothing_wrong_and_then_something(self):
        done = self.s.run("check")
        self.assertEqual((done.code, done.err == ""), (0, True) if self.live else (7, False), done)
        os.chmod(os.path.join(self.s.state, "key.pem"), 0o604)
        done = self.refused(6, "check")
        self.assertIn("chmod", done.out)

    def test_status_says_what_stands(self):
        self.s.user("ann")
        done = self.s.run("status", "--json")
        self.assertEqual(done.code, 0 if self.live else 7, done)
        self.assertEqual("not running" in done.err, not self.live)
        status = json.loads(done.out)
        self.assertEqual(status["accounts"], 1)
        self.assertEqual("pid" in status, self.live)
        if self.live:
            self.assertGreater(status["longest-turn-lately-us"], 0)
            self.assertGreaterEqual(status["longest-turn-us"], status["longest-turn-lately-us"])

    def test_a_pipe_gets_tabs_and_json_is_json(self):
        self.s.user("ann")
        self.s.user("bob")
        rows = [r.split("\t") for r in self.ok("user", "list").out.splitlines()]
        self.assertEqual([r[0] for r in rows], ["ann", "bob"])
        self.assertIsInstance(self.s.json("user", "list"), list)
        self.assertIsInstance(self.s.json("user", "show", "ann"), dict)


class Live(Verbs, Base):
    live = True


class Offline(Verbs, Base):
    live = False


class Session(Base):
    def test_disable_throws_out_and_login_fails_alike(self):
        s = self.server().start()
        s.user("ann")
        s.user("bob")
        ann, other, bob = s.client("ann"), s.client("ann"), s.client("bob")
        for c in (ann, bob):
            c.send("JOIN #lounge")
            c.wait(" 366 ")
        self.assertEqual(s.run("user", "disable", "ann").code, 0)
        ann.ended()
        other.ended()
        bob.wait("ann", "QUIT")

        def words(name, password):
            line = s.client().refused(name, password)
            return line.split(" ", 2)[2]
        disabled, wrong, unknown = (words("ann", snug.PASSWORD), words("bob", "not that at all"),
                                    words("nobody", "not that at all"))
        self.assertEqual(disabled, wrong)
        self.assertEqual(disabled, unknown)
        self.assertEqual(s.run("user", "enable", "ann").code, 0)
        s.client("ann")

    def test_kick_and_kill_end_connections(self):
        s = self.server().start()
        s.user("ann")
        one = s.client("ann")
        sessions = s.json("session", "list")
        self.assertEqual(len(sessions), 1)
        self.assertEqual(s.run("session", "kill", str(sessions[0]["id"])).code, 0)
        one.ended()
        two = s.client("ann")
        self.assertEqual(s.run("user", "kick", "ann").code, 0)
        two.ended()

    def test_a_new_password_ends_sessions_and_the_old_one_is_refused(self):
        s = self.server().start()
        s.user("ann")
        c = s.client("ann")
        s.run("user", "passwd", "ann", "--password-stdin", stdin="some other password\n")
        c.ended()
        self.assertIn(" 904 ", s.client().refused("ann"))
        s.client("ann", password="some other password")


class Own(unittest.TestCase):
    def test_help_and_version(self):
        done = snug.snugd("help")
        self.assertEqual(done.code, 0)
        for noun in ("user", "room", "invite", "init", "status"):
            self.assertIn("  " + noun, done.out)
        self.assertEqual(done.out.count("  reload [--confirm PIN] [--json]\n"), 1)
        self.assertEqual(snug.snugd("help", "user").code, 0)
        self.assertRegex(snug.snugd("--version").out, r"^snugd \d")
        self.assertEqual(snug.snugd().code, 2)

    def test_the_manual_names_every_setting(self):
        docs = os.path.join(os.path.dirname(__file__), "..", "..", "docs")
        with open(os.path.join(docs, "snugd.conf.5")) as file:
            manual = file.read()
        s = snug.Server()
        self.addCleanup(s.close)
        for line in s.run("config", "show").out.splitlines():
            if "=" in line:
                self.assertIn("Cm " + line.lstrip("# ").split()[0], manual)

    def test_without_a_database_it_says_so(self):
        done = snug.snugd("user", "list", state="/nowhere/at/all")
        self.assertEqual(done.code, 3, done)
        self.assertIn("snugd init", done.err)

    def test_no_secret_is_taken_from_the_arguments(self):
        done = snug.snugd("user", "add", "ann", "--password", "x", state="/nowhere")
        self.assertNotEqual(done.code, 0)

    def test_a_full_stdout_is_a_failure(self):
        with open("/dev/full", "w") as full:
            code = subprocess.run([snug.SNUGD, "help"], stdout=full,
                                  stderr=subprocess.DEVNULL).returncode
        self.assertEqual(code, 1)


if __name__ == "__main__":
    unittest.main()
