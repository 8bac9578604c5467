# SPDX-License-Identifier: MIT
"""Each verb, option, JSON type and exit code of `snug` that no other test needs."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import snug
from patience import PATIENCE, until
from person import SNUG, Person, Program, link

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Base(unittest.TestCase):
    def setUp(self):
        self.server = snug.Server(port=snug.free_port())
        self.addCleanup(self.server.close)
        self.server.start()
        self.link = link(self.server)
        self.ann, self.bob = self.person("ann"), self.person("bob")

    def person(self, name):
        person = Person(name)
        self.addCleanup(person.close)
        person.join(self.link)
        return person

    def say(self, person, *words):
        done = person.run("send", *words)
        self.assertEqual(done.code, 0, done)
        return done.out.strip()

    def fine(self, person, *words, **more):
        done = person.run(*words, **more)
        self.assertEqual(done.code, 0, done)
        return done.out

    def json(self, person, *words):
        return [json.loads(row) for row in self.fine(person, *words, "--json").splitlines()]

    def started(self, person, *words):
        program = Program(person.words(*words))
        self.addCleanup(program.close)
        return program


class Words(unittest.TestCase):
    """Needs no server: what does not fit is refused before anybody is asked."""

    def setUp(self):
        self.ann = Person("ann")
        self.addCleanup(self.ann.close)
        with open(os.path.join(ROOT, "client/verbs/verbs.def"), encoding="utf-8") as table:
            self.verbs = re.findall(r'^VERB\("(\w+)", \w+, (\d+), (\w+), "([^"]*)"', table.read(), re.M)
        self.assertGreater(len(self.verbs), 20)

    def refused(self, *words, names):
        done = self.ann.run(*words, stdin="")
        self.assertEqual((done.code, done.out), (2, ""), (words, done))
        self.assertIn(names, done.err)
        return done.err

    def test_every_verb_refuses_what_it_does_not_take(self):
        for verb, least, most, _ in self.verbs:
            if most != "MANY":
                words = [f"word{i}" for i in range(int(most) + 2)]
                self.assertIn("usage: snug " + verb,
                              self.refused(verb, *words, names=f'"word{most}"'))
            self.refused(verb, "--nonsense", names="--nonsense: there is no such option")
            self.refused(verb, "-x", names="-x: there is no such option")
            if int(least):
                self.assertIn("usage: snug " + verb, self.refused(
                    verb, *["x"] * (int(least) - 1), names="a word is missing"))

    def test_a_word_of_two_that_say_the_same_is_refused(self):
        for verb in "trust", "logout":
            self.refused(verb, "--profile", "work", "home", names='"home"')
        self.refused("--profile", "work", "home", names='"home"')
        self.refused("tail", "--all", "#lounge", names="usage: snug tail")
        for words in (("path", "x"), ("show", "screen.theme"), ("get", "screen.theme", "x"),
                      ("get",), ("set", "screen.theme"), ("forget",)):
            self.refused("config", *words, names="usage: snug config")
        self.refused("sned", "#lounge", "hi", names='there is no verb "sned"')
        self.refused("status", "--mentions", names="takes no --mentions")


class Saying(Base):
    def test_an_action_and_an_answer_say_what_they_are(self):
        first = self.say(self.ann, "#lounge", "who is there?")
        self.say(self.bob, "--me", "#lounge", "waves")
        self.say(self.bob, "--reply", first, "#lounge", "me")
        rows = self.json(self.ann, "tail", "#lounge")
        self.assertEqual(rows[1]["kind"], "action")
        self.assertEqual((rows[2]["reply"], rows[2]["mention"]), (first, False))
        self.assertIn("* bob waves", self.fine(self.ann, "tail", "#lounge"))

    def test_an_edit_replaces_and_is_refused_to_others(self):
        number = self.say(self.ann, "#lounge", "the cakee")
        screen = self.bob.open()
        screen.wait_for("the cakee")
        self.fine(self.ann, "edit", "--in", "#lounge", number, "the cake")
        screen.wait_for("the cake (edited)")
        self.fine(self.ann, "edit", "--in", "#lounge", number, "-", stdin="the cake is here\n")
        screen.wait_for("the cake is here (edited)")
        for text in ("two\nlines", "x" * 500):
            done = self.ann.run("edit", "--in", "#lounge", number, "-", stdin=text)
            self.assertEqual(done.code, 2, done)
            self.assertIn("one line", done.err)
        done = self.bob.run("edit", "--in", "#lounge", number, "mine")
        self.assertEqual(done.code, 1, done)
        self.assertIn("Only its author may edit", done.err)
        rows = self.json(self.ann, "tail", "#lounge")
        self.assertEqual([(row["type"], row.get("edits")) for row in rows[:2]],
                         [("message", None), ("edit", number)])
        self.assertEqual([row["type"] for row in self.json(self.ann, "search", "cake")], ["edit"])
        self.assertEqual(self.json(self.ann, "search", "cakee"), [])
        self.assertEqual(self.ann.run("edit", "--in", "#lounge").code, 2)
        self.assertEqual(self.ann.run("edit", number, "x").code, 2)
        self.fine(self.ann, "redact", "--in", "#lounge", number)
        screen.wait_for("message removed")
        self.assertEqual(self.json(self.ann, "tail", "#lounge"), [])

    def test_reactions_and_removals_are_told_to_who_follows(self):
        tail = self.started(self.bob, "tail", "-f", "--json", "--all")
        number = self.say(self.ann, "#lounge", "cake")
        self.assertEqual(tail.event("message")["id"], number)
        self.fine(self.ann, "react", "--in", "#lounge", number, "+1")
        event = tail.event("reaction")
        self.assertEqual((event["reply"], event["text"], event["removed"]), (number, "+1", False))
        self.fine(self.ann, "edit", "--in", "#lounge", number, "pie")
        self.assertEqual(tail.event("edit")["edits"], number)
        self.fine(self.ann, "redact", "--in", "#lounge", number, "was wrong")
        event = tail.event("redact")
        self.assertEqual((event["id"], event["text"]), (number, "was wrong"))
        self.fine(self.bob, "read", "#lounge")
        self.assertEqual(tail.event("read")["target"], "#lounge")
        for words in (("react", number, "+1"), ("redact", number)):
            self.assertEqual(self.ann.run(*words).code, 2)

    def test_without_an_answer_the_code_is_75_and_a_repeat_is_safe(self):
        screen = self.ann.open()
        screen.wait_for("● online")
        self.server.process.send_signal(signal.SIGSTOP)
        words = ("send", "--id", "job-7", "--timeout", "1", "#lounge", "only once")
        done = self.ann.run(*words)
        self.server.process.send_signal(signal.SIGCONT)
        self.assertEqual(done.code, 75, done)
        self.assertIn("no answer within 1 s", done.err)
        self.fine(self.ann, *words)
        self.assertEqual(self.bob.tail("#lounge").count("only once"), 1)


class Calling(Base):
    """@room and @here, where more than 20 people are in the room."""

    def crowd(self):
        for i in range(20):
            self.server.user("guest%d" % i)
            self.server.client("guest%d" % i).send("JOIN #lounge")
            self.server.clients[-1].wait(" 366 ")

    def test_who_calls_a_crowd_is_asked_and_it_hears_who_may(self):
        self.crowd()
        bob = self.started(self.bob, "--plain", "#lounge")
        bob.follows(lambda: self.say(self.ann, "#lounge", "bob: are you there?"))
        # Who may not is told so, and nobody is called.
        done = self.ann.run("send", "--yes", "#lounge", "@room, one")
        self.assertEqual(done.code, 0, done)
        self.assertIn("snug: It was said, and nobody was alerted: only moderators may", done.err)
        self.assertRegex(bob.line(lambda line: "@room, one" in line), "^\\d\\d:\\d\\d ")
        done = self.server.run("room", "set", "#lounge", "--mention-all", "everyone")
        self.assertEqual(done.code, 0, done)
        done = self.ann.run("send", "#lounge", "@room, two")
        self.assertEqual(done.code, 2, done)
        self.assertRegex(done.err, "not sent: it tells all 2[12] of #lounge; say --yes")
        self.say(self.ann, "--yes", "#lounge", "@room, three")
        self.assertRegex(bob.line(lambda line: "@room" in line),
                         "^Mention \\d\\d:\\d\\d #lounge ann: @room, three \\[\\w+\\]$")
        bob.say("@here, four\n")
        self.assertIn("tell all 21 of #lounge? [y/n]",
                      bob.line(lambda line: line.startswith("Question: ")))
        screen = self.ann.open()
        screen.wait_for("online")
        bob.say("y\n")
        screen.wait_for("bob  @here, four")
        screen.type("@room, five")
        screen.wait_for("tell all 22 of #lounge?")
        screen.keys("n")
        screen.wait_for("not sent: nobody was told", "ann › @room, five")
        screen.type("")
        screen.wait_for("tell all 22 of #lounge?")
        screen.keys("y")
        self.assertRegex(bob.line(lambda line: "@room, five" in line), "^Mention ")
        said = [text for text in self.ann.tail("#lounge") if "@" in text]
        self.assertEqual(said, ["@room, one", "@room, three", "@here, four", "@room, five"])


class Looking(Base):
    def test_tail_narrows_by_count_time_id_and_mention(self):
        ids = [self.say(self.bob, "#lounge", text) for text in ("one", "ann: two", "three")]
        texts = lambda *words: [row["text"] for row in self.json(self.ann, "tail", *words)]
        self.assertEqual(texts("--lines", "2", "#lounge"), ["ann: two", "three"])
        self.assertEqual(texts("--since", ids[0], "#lounge"), ["ann: two", "three"])
        self.assertEqual(texts("--since", "1h", "--mentions", "#lounge"), ["ann: two"])
        self.assertEqual(texts("--until", "1h", "#lounge"), [])
        self.say(self.bob, "ann", "psst")
        self.assertEqual(sorted(texts("--all"))[-1], "three")
        self.assertIn("psst", texts("--all"))
        follow = self.started(self.ann, "tail", "-n", "0", "--follow", "--json", "#lounge")
        follow.follows(lambda: self.say(self.bob, "#lounge", "are you there?"))
        self.say(self.bob, "#lounge", "four")
        heard = []
        while heard[-1:] != ["four"]:
            heard.append(follow.event("message")["text"])
        self.assertEqual(set(heard[:-1]), {"are you there?"})  # nothing of before

    def test_search_narrows_by_place_person_and_time(self):
        self.say(self.ann, "#lounge", "cake one")
        self.say(self.bob, "#lounge", "cake two")
        self.say(self.bob, "ann", "cake three")
        texts = lambda *words: [row["text"] for row in self.json(self.ann, "search", *words)]
        self.assertEqual(sorted(texts("cake")), ["cake one", "cake three", "cake two"])
        self.assertEqual(texts("--in", "#lounge", "--from", "bob", "cake"), ["cake two"])
        self.assertEqual(texts("--until", "1h", "cake"), [])
        self.assertEqual(len(texts("--since", "1h", "cake")), 3)
        self.assertEqual(self.ann.run("search").code, 2)

    def test_export_is_text_or_rows_between_two_times(self):
        self.say(self.bob, "#lounge", "one")
        self.assertRegex(self.fine(self.ann, "export", "--format", "text", "#lounge"),
                         r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d bob: one$")
        self.assertEqual(self.fine(self.ann, "export", "--until", "1h", "#lounge"), "")
        self.assertIn("one", self.fine(self.ann, "export", "--since", "1h", "#lounge"))
        self.assertEqual(self.ann.run("export", "--format", "xml", "#lounge").code, 2)
        self.assertEqual(self.ann.run("export", "#nowhere").code, 1)

    def test_rooms_members_and_the_account_as_text(self):
        self.assertRegex(self.fine(self.ann, "channels"), r"(?m)^#lounge\t2\t0\t0\t")  # bob is away
        self.assertRegex(self.fine(self.ann, "members", "#lounge"), r"(?m)^\S*\tann\t$")
        self.assertRegex(self.fine(self.ann, "whoami"), r"^ann at localhost:\d+  \(profile localhost\)$")
        self.assertEqual(self.ann.run("members", "#nowhere").code, 1)
        for words in (("send", "lounge", "hi"), ("tail", "lounge"), ("members", "lounge")):
            done = self.ann.run(*words)
            self.assertEqual(done.code, 1, done)
            self.assertIn("it is written '#lounge'", done.err)
        self.assertIn("lists the verbs", self.ann.run("sned").err)
        self.assertEqual(self.ann.run("members").code, 2)

    def test_who_follows_the_running_program_hears_of_breaks(self):
        screen = self.ann.open()
        screen.wait_for("● online")
        tail = self.started(self.ann, "tail", "-n", "0", "-f", "--json", "#lounge")
        tail.follows(lambda: self.say(self.bob, "#lounge", "are you there?"))
        self.server.kill()
        self.assertEqual(tail.event("state")["state"], "offline")
        self.server.start()
        self.assertEqual(tail.event("state")["state"], "online")
        gap = tail.event("gap")
        self.say(self.bob, "#lounge", "after the gap")
        self.assertEqual(tail.event("message")["text"], "after the gap")
        self.assertIn("after the gap", self.fine(self.ann, "tail", "--since", gap["time"], "#lounge"))

    def test_pipe_does_what_the_verbs_do(self):
        pipe = self.started(self.ann, "pipe")

        def ask(**request):
            pipe.say(json.dumps(request) + "\n")
            answers = []
            while True:
                answer = json.loads(pipe.line())
                if answer.get("req") == request["req"]:
                    answers.append(answer)
                    if answer["type"] == "end":
                        return answers
        number = ask(op="send", target="#lounge", text="cake", req=1)[0]["id"]
        self.assertEqual(ask(op="edit", target="#lounge", id=number, text="pie", req=2)[-1]["code"], 0)
        self.assertEqual(ask(op="react", target="#lounge", id=number, text="+1", req=3)[-1]["code"], 0)
        self.assertEqual([a["type"] for a in ask(op="history", target="#lounge", req=4)],
                         ["message", "edit", "end"])
        self.assertEqual([a["text"] for a in ask(op="search", text="pie", req=5)[:-1]], ["pie"])
        self.assertEqual(ask(op="members", target="#lounge", req=6)[0]["name"], "ann")
        self.assertEqual(ask(op="channels", req=7)[0]["type"], "channel")
        self.assertEqual(ask(op="read", target="#lounge", req=8)[-1]["code"], 0)
        self.assertEqual(ask(op="redact", target="#lounge", id=number, req=9)[-1]["code"], 0)
        self.assertEqual(ask(op="join", target="#kitchen", req=12)[-1]["code"], 0)
        self.assertEqual(ask(op="members", target="#kitchen", req=13)[0]["name"], "ann")
        self.assertEqual(ask(op="part", target="#kitchen", text="done", req=14)[-1]["code"], 0)
        self.assertEqual(ask(op="part", target="#kitchen", req=15)[-1]["code"], 1)
        self.assertEqual(ask(op="dance", req=10)[-1]["code"], 2)
        self.assertEqual(ask(op="send", target="#nowhere", text="x", req=11)[-1]["code"], 1)


class Presence(Base):
    """A verb that asks or says one thing is not seen to come and go."""

    def watch(self):
        self.server.user("eve")
        eve = self.server.client("eve", caps="draft/event-playback away-notify")
        self.addCleanup(eve.close)
        self.server.run("room", "grant", "#lounge", "eve")
        eve.send("MONITOR + ann,bob")
        eve.sync()
        return eve

    def test_verbs_come_and_go_unseen_and_a_bot_does_not(self):
        eve = self.watch()
        self.say(self.ann, "#lounge", "the build is green")
        self.fine(self.ann, "tail", "#lounge")
        self.fine(self.bob, "members", "#lounge")
        self.fine(self.bob, "whoami")
        heard = eve.sync()
        self.assertEqual([line.split(" ", 2)[1] for line in heard], ["PRIVMSG"], heard)
        pipe = self.started(self.bob, "pipe")
        eve.wait(":bob!", " JOIN #lounge")
        pipe.close()
        eve.wait(":bob!", " QUIT ")


class Rooms(Base):
    def rooms(self, person):
        return [row["target"] for row in self.json(person, "channels")]

    def test_a_room_is_joined_and_left_by_verb(self):
        self.server.run("room", "add", "#closed")
        self.server.run("room", "set", "#closed", "--modes", "+i")
        self.fine(self.ann, "join", "#kitchen")
        self.assertIn("#kitchen", self.rooms(self.ann))
        self.fine(self.ann, "part", "#kitchen", "enough cake")
        self.assertNotIn("#kitchen", self.rooms(self.ann))
        for words in (("join", "#closed"), ("part", "#kitchen")):
            done = self.ann.run(*words)
            self.assertEqual((done.code, done.out), (1, ""), done)
            self.assertIn(words[1], done.err)


class Setting(Base):
    def test_a_password_command_logs_in_where_no_key_is_taken(self):
        other = Person("ann")
        self.addCleanup(other.close)
        host = self.link.split("/lounge")[0] + ",pin=" + self.link.split("pin=")[1]
        done = other.run("login", "--name", "ann", "--no-ui", "--password-cmd",
                         f"echo {snug.PASSWORD}", host)
        self.assertEqual(done.code, 0, done)
        self.fine(other, "send", "#lounge", "by command")
        done = other.run("--profile", "x", "login", "--name", "ann", "--no-ui", "--password-cmd",
                         "false", host)
        self.assertNotEqual(done.code, 0)

    def log_in(self, password):
        return self.other_device(password)[1].code

    def other_device(self, password, *options):
        other = Person("ann")
        self.addCleanup(other.close)
        host = self.link.split("/lounge")[0] + ",pin=" + self.link.split("pin=")[1]
        return other, other.run("login", "--name", "ann", "--no-ui", "--password-fd", "0",
                                *options, host, stdin=password + "\n")

    def test_a_password_with_blanks_takes_the_place_of_the_old_one(self):
        change = lambda *lines: self.ann.run("passwd", "--password-fd", "0",
                                             stdin="\n".join(lines) + "\n")
        fresh = "seven wet otters ä"
        for lines, code, why in ((("not the old one", fresh), 1, "old password is wrong"),
                                 ((snug.PASSWORD, "too short"), 1, "shorter than 12"),
                                 ((snug.PASSWORD, fresh * 20), 1, "fit into one line"),
                                 ((snug.PASSWORD,), 2, "no password on descriptor")):
            done = change(*lines)
            self.assertEqual(done.code, code, done)
            self.assertIn(why, done.err)
        self.assertEqual(self.ann.run("passwd").code, 2)
        self.assertEqual(self.ann.run("passwd", "old", "new").code, 2)
        self.assertEqual(self.log_in(snug.PASSWORD), 0)
        done = change(snug.PASSWORD, fresh)
        self.assertEqual((done.code, done.out), (0, ""), done)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.log_in(snug.PASSWORD), 77)
        self.assertEqual(self.log_in(fresh), 0)
        self.say(self.ann, "#lounge", "the key still logs in")

    def test_a_new_password_is_asked_for_on_the_terminal(self):
        screen = self.ann.open("passwd")
        for question, answer in (("Old password (empty if you forgot it): ", snug.PASSWORD), ("one): ", "seven wet otters"),
                                 ("Again: ", "seven wet otters")):
            screen.wait_for(question.strip())
            screen.type(answer)
        text = screen.wait_for("the password of ann is changed", "[ended 0]")
        self.assertNotIn("otters", text)
        self.assertEqual(self.log_in("seven wet otters"), 0)

    def test_other_devices_are_signed_out_with_the_old_password_or_not(self):
        other, done = self.other_device(snug.PASSWORD)
        self.assertEqual(done.code, 0, done)
        fresh = snug.PASSWORD + " anew"
        done = self.ann.run("passwd", "--password-fd", "0", "--keep-devices",
                            stdin=f"{snug.PASSWORD}\n{fresh}\n")
        self.assertEqual(done.code, 0, done)
        self.assertNotIn("signed out", done.err)
        self.say(other, "#lounge", "still here")
        screen = self.ann.open("passwd")
        for question, answer in (("Old password (empty if you forgot it): ", fresh), ("one): ", "seven wet otters"),
                                 ("Again: ", "seven wet otters"),
                                 ("Sign out your other device or app token?  [Y/n]", "")):
            screen.wait_for(question.strip())
            screen.type(answer)
        screen.wait_for("signed out: 1 other devices", "[ended 0]")
        self.assertEqual(other.run("send", "#lounge", "a thief").code, 77)
        self.say(self.ann, "#lounge", "this key stays")
        other, done = self.other_device("seven wet otters")
        done = self.ann.run("passwd", "--password-fd", "0",
                            stdin=f"seven wet otters\n{fresh}\n")
        self.assertIn("signed out: 1 other devices", done.err)
        self.assertEqual(other.run("send", "#lounge", "a thief").code, 77)

    def test_line_mode_talks_without_a_screen(self):
        plain = self.started(self.ann, "--plain", "#lounge")
        plain.follows(lambda: self.say(self.bob, "#lounge", "ann: are you there?"))
        self.say(self.bob, "#lounge", "ann: hello")
        row = plain.line(lambda line: "hello" in line)
        self.assertRegex(row, r"^Mention \d\d:\d\d #lounge bob: ann: hello \[\w+\]$")
        plain.say("from line mode\n")
        until("the line on the server", lambda: "from line mode" in self.bob.tail("#lounge"))

    def test_a_file_that_others_can_read_is_refused_with_78(self):
        key = next(path for path in self.ann.files() if path.endswith("device.key"))
        os.chmod(key, 0o644)
        done = self.ann.run("send", "#lounge", "x")
        self.assertEqual(done.code, 78, done)
        self.assertIn(key, done.err)

    def test_help_names_what_is_there(self):
        for verb in ("", "send", "tail", "edit"):
            done = self.ann.run("help", *([verb] if verb else []))
            self.assertEqual(done.code, 0, done)
            self.assertIn(verb or "send", done.out)
        for option in ("--help", "-h"):
            done = subprocess.run([SNUG, option], stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, timeout=PATIENCE)
            self.assertEqual(done.stdout, self.ann.run("help").out)
        done = self.ann.run("--no-such-option")
        self.assertEqual(done.code, 2)
        self.assertIn("no-such-option", done.err)

    def test_doctor_asks_the_terminal_and_the_server(self):
        screen = self.ann.open("doctor", height=60)
        text = screen.wait_for("[ended 0]")
        for wanted in (r"ok  settings: ", r"ok  locale: UTF-8", r"ok  size: 100 x 60",
                       r"ok  widths: family \d, skin tone \d, heart \d, flag \d, "
                       r"Hindi sign 2, Thai vowel 2, Sinhala joined 1",
                       r"ok  login: TLSv1.3", r"ok  clock: [+-]\d+.\d s",
                       r"ok  limits: .*CHATHISTORY=500.*NICKLEN=\d+", r"name:    tmux [\d.]+a?--", r"ok  messages of many lines: max-bytes="):
            self.assertRegex(text.replace("\n", ""), wanted)

    @unittest.skipUnless(shutil.which("make"), "make is not installed")
    def test_completions_are_installed_and_complete(self):
        place = tempfile.mkdtemp(prefix="snug-install-")
        self.addCleanup(shutil.rmtree, place, True)
        for shell, path in (("bash", "bash-completion/completions/snug"),
                            ("zsh", "zsh/site-functions/_snug"),
                            ("fish", "fish/vendor_completions.d/snug.fish")):
            text = self.fine(self.ann, "completion", shell)
            self.assertIn("edit", text)
            with open(os.path.join(ROOT, "Makefile")) as file:
                self.assertIn("$(PREFIX)/share/" + path, file.read())
        script = os.path.join(place, "snug")
        with open(script, "w") as file:
            file.write(self.fine(self.ann, "completion", "bash"))
        done = subprocess.run(["bash", "-c", f". {script}; COMP_WORDS=(snug ed); COMP_CWORD=1; "
                               "_snug; echo ${COMPREPLY[@]}"], stdout=subprocess.PIPE, text=True,
                              check=True)
        self.assertEqual(done.stdout, "edit\n")
        self.assertEqual(self.ann.run("completion", "tcsh").code, 2)


if __name__ == "__main__":
    unittest.main()
