# SPDX-License-Identifier: MIT
"""Every command that a string, a manual or a document names is run as it stands there (advice.py).

CASES has a row for each; one without a row fails, and so does a row that nothing names any more.
A row says how it is run: on a server that runs, on one that does not, by somebody's client. Only
what stands for something is filled in, and what must be there before is made.
"""
import os
import re
import shlex
import shutil
import signal
import subprocess
import termios
import unittest

import advice
import person
import snug
import stored
import test_acme
import test_backup_folder
import test_backup_kept
import test_check
import test_client_advice
import test_client_network
import test_db
import test_devices
import test_downgrade
import test_files
import test_import
import test_erase
import test_lockdown
import test_near
import test_restore
import test_rotation
import test_server
import test_state
import test_stop
import test_tls_verbs
from fault_process import Clock
from patience import PATIENCE, until
from screen import Screen

# Words behind the name of a program that are prose.
PROSE = {"snugd (format", "snugd writes", "snug local", "snug make", "snug server", "snug shows", "snug writes", "snugd %s%s%s%s%s",
         "snugd (schema", "snugd again", "snugd by", "snugd has", "snugd local", "snugd of", "snugd starts",
         "snugd that", "snugd was"}
DOZEN = "correct horse battery"
SEALED = "test_a_key_goes_to_another_machine_with_its_old_ones_word"
ROTATED = "test_a_next_key_is_announced_and_comes_when_the_overlap_is_over"


def up(code=0, add="", needs=(), types=(), **fill):
    """On the server that runs. Before it, the accounts of `needs` are made, or, as "-bob", are
    not there; on a terminal where something is asked, and then `types` is the answer."""
    return lambda world, command: world.up(command, code, add, needs, types, fill)


def down(way, **options):
    """On a state directory of its own, by a method of Advised."""
    return lambda world, command: getattr(world, way)(command, **options)


def by(module, name):
    """Another test takes it from the words of the program and runs it."""
    case, method = name.split(".")
    return lambda world, command: world.assertTrue(callable(getattr(getattr(module, case), method)))


CASES = {
    # The server, as its documents have it.
    "snugd audit export": up(),
    "snugd audit list": up(),
    "snugd audit list --account ann": up(),
    "snugd audit list --account bob": up(needs=("bob",)),
    "snugd audit verify": up(),
    "snugd audit verify --head HASH": up(HASH="{head}"),
    "snugd session log NAME": up(NAME="ann"),
    "snugd session log ann": up(),
    "snugd session log bob": up(needs=("bob",)),
    "snugd user 2fa reset %s": up(**{"%s": "ann"}),
    "snugd user 2fa reset NAME": up(NAME="ann"),
    "snugd user 2fa reset bob": up(needs=("bob",)),
    "snugd user 2fa show bob": up(needs=("bob",)),
    "snugd user push list NAME": up(NAME="ann"),
    "snugd user passwd bob --generate": up(needs=("bob",)),
    "snugd avahi | tee /etc/avahi/services/snug.service": by(test_near, "Near.test_avahi_tells_what_snugd_prints"),
    "snugd restore DIR --state %s": by(test_state, "State.test_no_database_beside_a_key"),
    "snugd restore /var/backups/snug/20261129T030000Z": by(test_restore, "Restore.test_what_was_taken_away_since_stays_away"),
    "snugd restore /var/backups/snug/20261129T030000Z --dry-run": by(test_restore, "Restore.test_what_was_taken_away_since_stays_away"),
    "snugd user list --state %s": by(test_restore, "Restore.test_where_nothing_can_be_read_it_says_what_is_void"),
    "snugd user cert list NAME --state %s": by(test_restore, "Restore.test_where_nothing_can_be_read_it_says_what_is_void"),
    "snugd upgrade --dry-run": up(),
    "snugd db move 'postgresql://snug@db.example.org/snug?passfile=/etc/snug/store.pass'": by(
        test_db, "Engines.test_into_it_and_out_of_it_again"),
    "snugd db move URL": by(test_db, "Engines.test_into_it_and_out_of_it_again"),
    "snugd db move URL --state FOLDER": by(test_db, "Engines.test_into_it_and_out_of_it_again"),
    "snugd restore DIR --state FOLDER": by(test_state, "State.test_no_database_beside_a_key"),
    "snugd db move FILE": by(test_db, "Files.test_a_new_file_has_all_of_it_and_the_server_goes_on_there"),
    "snugd downgrade --confirm": by(test_downgrade, "Versions.test_from_each_schema_and_back"),
    "snugd downgrade --dry-run": by(test_downgrade, "Versions.test_from_each_schema_and_back"),
    "snugd user add NAME --reuse": up(add=" --no-password", NAME="zed"),
    "snugd user list": up(),
    "snugd backup create": by(test_backup_folder, "Made.test_what_is_in_it"),
    "snugd backup create /var/backups/snug --dated --seal PUBLICKEY": by(test_backup_folder, "Sealed.test_only_the_key_looks_inside"),
    "snugd backup create /var/backups/snug --dated --with-keys --incremental": by(test_backup_kept, "Kept.test_by_the_day"),
    "snugd backup create DIR --seal PUBLICKEY": by(test_backup_folder, "Sealed.test_only_the_key_looks_inside"),
    "snugd backup key ~/snug-backup.key": up(),
    "snugd backup key FILE": up(FILE="{dir}/backup.key"),
    "snugd backup prune /var/backups/snug --keep 14": by(test_backup_kept, "Kept.test_only_whole_ones_count_and_the_last_of_them_stays"),
    "snugd backup verify /var/backups/snug/20261129T030000Z": by(test_backup_folder, "Made.test_what_is_in_it"),
    "snugd backup verify DIR --key ~/snug-backup.key": by(test_backup_folder, "Sealed.test_only_the_key_looks_inside"),
    "snugd backup FILE": up(FILE="{dir}/copy.db"),
    "snugd backup ~/chat-monday.db --state ~/chat": up(),
    "snugd ban add 192.0.2.0/24 --for 7d": up(),
    "snugd check": up(),
    "snugd check --deep": up(),
    "snugd check --mend-times": up(),
    "snugd check --mend-times --state %s": by(test_check, "Check.test_times_of_the_future_are_mended"),
    "snugd clock accept": down("a_step"),
    "snugd clock accept --state %s": down("a_step"),
    "snugd config check": up(),
    "snugd config show": up(),
    "snugd export --room NAME": up(NAME="lounge"),
    "snugd file delete %s --state %s": by(test_files, "Said.test_check_tells_of_what_is_missing"),
    "snugd file delete ID": by(test_files, "Said.test_check_tells_of_what_is_missing"),
    "snugd file list": up(),
    "snugd fingerprint": up(),
    "snugd help": up(),
    "snugd history prune --dry-run": up(),
    "snugd hook create den ci": up(needs=("#den",)),
    "snugd init --name chat.example.org --admin ann": down("nothing", types=(DOZEN, DOZEN)),
    "snugd init --new-database --state %s": down("lost", advises=True),
    "snugd init --state %s": down("nothing", advises=True),
    "snugd init --state ~/chat --name chat.example.org --admin ann": down("nothing", types=("",)),
    "snugd init --user snug --name chat.example.org --admin ann": down("nothing", types=(DOZEN, DOZEN)),
    "snugd init --user snug --name chat.example.org --admin ann --acme": by(test_acme, "Init.test_on_a_terminal_the_terms_are_asked_for"),
    "snugd init --user snug --state /var/lib/snug-work --name work.example.org --listen "
    "ircs://0.0.0.0:6698 --admin ann": down("nothing", types=("",)),
    "snugd invite create": up(),
    "snugd invite create --room lounge --uses 5 --expires 7d": up(),
    "snugd invite create --state ~/chat --room lounge --uses 10 --expires 7d": up(),
    "snugd lockdown": up(),
    "snugd lockdown --admins --drop": up(),
    "snugd lockdown --off": up(),
    "snugd lockdown --off --state %s": by(test_lockdown, "Lockdown.test_it_is_said_wherever_somebody_looks"),
    "snugd log level configured": up(),
    "snugd log level debug --for 10m": up(),
    "snugd metrics": up(),
    "snugd metrics --to /var/lib/prometheus/node-exporter/snug.prom":
        up(**{"/var/lib/prometheus/node-exporter/snug.prom": "{dir}/snug.prom"}),
    "snugd message redact ID --confirm": up(ID="{message}"),
    "snugd message search WORDS": up(WORDS="hello"),
    "snugd message show ID": up(ID="{message}"),
    "snugd reload": up(),
    "snugd room add den --founder ann": up(needs=("ann", "-#den")),
    "snugd room delete NAME": up(code=9, needs=("#den",), NAME="den"),
    "snugd room grant den bob --role moderator": up(needs=("bob", "#den")),
    "snugd room log": up(add=" lounge"),
    "snugd room set NAME --keep 30d --keep-size 10MiB": up(NAME="lounge"),
    "snugd run": down("serving"),
    "snugd run --state %s": down("serving", advises=True),
    "snugd run --state ~/chat": down("serving"),
    "snugd run --user root": down("serving"),
    "snugd run --user root --state %s": down("serving"),
    "snugd session kill ID": up(ID="{session}"),
    "snugd session list": up(),
    "snugd session list --state ~/chat --json": up(),
    "snugd status": up(),
    "snugd status --state /var/lib/snug-work": up(),
    "snugd stop --state %s": down("stopping"),
    "snugd user add robby --bot --generate": up(),
    "snugd user add bob": up(needs=("-bob",), types=(DOZEN, DOZEN)),
    "snugd user add bob --reuse": up(needs=("bob", ">bob"), types=(DOZEN, DOZEN)),
    "snugd user disable bob": up(needs=("bob",)),
    "snugd user enable bob": up(needs=("bob",)),
    "snugd usage --by room": up(),
    "snugd user disable mallory --state ~/chat": up(needs=("mallory",)),
    "snugd import ergo ircd.db": by(test_import, "Ergo.test_people_log_in_with_their_old_password_and_have_their_rooms"),
    "snugd import ergo ircd.db --dry-run": by(test_import, "Ergo.test_a_try_changes_nothing_and_a_running_server_is_asked"),
    "snugd import log irssi den.log --room den": by(test_import, "Logs.test_irssi"),
    "snugd user import people.jsonl --token": up(needs=("-eve",), **{"people.jsonl": "{dir}/people.jsonl"}),
    "snugd user list --json | jq -r '.[].name'": up(needs=("bob",)),
    "snugd user passwd": up(add=" bob", needs=("bob",), types=(DOZEN, DOZEN)),
    "snugd user passwd bob": up(needs=("bob",), types=(DOZEN, DOZEN)),
    "snugd user rename bob rob": up(needs=("bob", "-rob")),
    "snugd user revoke-all bob": up(needs=("bob",)),
    "snugd user set NAME --replay N": up(needs=("bob",), NAME="bob", N="100"),
    "snugd user set relay --class bridge": up(needs=("relay",)),
    "snugd user token add %s": up(needs=("bob",), **{"%s": "bob"}),
    "snugd user token add NAME LABEL": up(needs=("bob",), NAME="bob", LABEL="irssi"),
    "snugd user token add ann ci --no-presence": up(needs=("ann",)),
    "snugd user token add bob bot --rate 30/m": up(needs=("bob",)),
    "snugd user token add bob bot --lease none": up(needs=("bob",)),
    "snugd user bind": up(add=" zoe --issuer krb5:EXAMPLE.ORG --subject zoe --if-missing", needs=("zoe",)),
    "snugd user bind bob --issuer https://id.example.org --subject 248289761001": up(add=" --if-missing", needs=("bob",)),
    "snugd user bindings %s": up(needs=("bob",), **{"%s": "bob"}),
    "snugd user bindings bob": up(needs=("bob",)),
    "snugd user unbind": up(add=" zoe --if-exists", needs=("zoe",)),
    "snugd user unbind %s": up(add=" --if-exists", needs=("bob",), **{"%s": "bob"}),
    "snugd user unbind bob": up(add=" --if-exists", needs=("bob",)),
    "snugd reload --confirm=%s --state %s": by(test_server, "Reload.test_another_key_is_not_taken_in_silence"),
    "snugd reload --state": up(add=" /var/lib/snug"),
    "snugd stop": by(test_db, "Files.test_a_new_file_has_all_of_it_and_the_server_goes_on_there"),
    "snugd stop --cancel": by(test_stop, "Announced.test_it_is_taken_back"),
    "snugd stop --in 5m --back 10m": by(test_stop, "Announced.test_it_is_said_and_then_done"),
    "snugd tls check": by(test_tls_verbs, "Check.test_what_is_wrong_is_said"),
    "snugd tls export --sealed PUBLICKEY": by(test_tls_verbs, f"Sealed.{SEALED}"),
    "snugd tls acme": by(test_acme, "Asked.test_what_uacme_is_told_and_what_comes_of_it"),
    "snugd tls acme --state %s": by(test_acme, "Asked.test_a_failure_is_told_by_status_and_check"),
    "snugd tls import --ask": by(test_tls_verbs, f"Sealed.{SEALED}"),
    "snugd tls import --sealed FILE": by(test_tls_verbs, f"Sealed.{SEALED}"),
    "snugd tls new --confirm": by(test_rotation, "Rotation.test_a_stolen_key_vouches_for_nothing"),
    "snugd tls rotate": by(test_rotation, f"Rotation.{ROTATED}"),
    "snugd tls rotate --now": by(test_rotation, "Rotation.test_nobody_is_stranded_by_a_new_key"),
    "snugd tls rotate --now --confirm": by(test_rotation, "Rotation.test_nobody_is_stranded_by_a_new_key"),
    "snugd tls rotate --state %s": by(test_rotation, f"Rotation.{ROTATED}"),
    # The client.
    "snugd user erase NAME --confirm NAME": by(test_erase, "Erase.test_live"),
    "snugd user export NAME": by(test_erase, "Export.test_live_and_offline_and_into_a_folder"),
    "snug account export": by(test_erase, "Oneself.test_all_that_is_stored_of_me"),
    "snug account": by(test_erase, "Oneself.test_to_go_and_to_stay"),
    "snug login": by(test_devices, "Link.test_a_second_computer_is_let_in_by_a_few_keys"),
    "snug passwd --forgotten": by(test_devices, "Proof.test_a_young_device_has_no_new_password_without_the_old_one"),
    "snug passwd --refuse": by(test_devices, "Proof.test_a_young_device_has_no_new_password_without_the_old_one"),
    "make 2>&1 | tail -n 5 | snug send '#builds' -": down("client", room="builds"),
    "snug devices": down("client"),
    "snug help": down("client"),
    "snug join LINK": down("newcomer"),
    "snug join snug://chat.example.org/lounge,invite=DFGk…,pin=-me6…": down("newcomer"),
    "snug join snug://chat.example.org/lounge,invite=k7Qm-9xT2,pin=oDtbI7…": down("newcomer"),
    "snug join snug://chat.example.org/lounge,invite=…,pin=…": down("newcomer"),
    "snug login %a": by(test_client_advice, "Advice.test_a_revoked_computer_logs_in_as_it_is_told"),
    "snug login %s": by(test_client_advice, "Advice.test_a_profile_without_a_key_logs_in_as_it_is_told"),
    "snug login --pin %s %s": by(test_client_advice, "Advice.test_a_link_of_another_key_leads_to_a_login"),
    "snug login HOST": by(test_client_advice, "Advice.test_without_a_profile_one_logs_in_as_it_is_told"),
    "snug logout": down("client"),
    "snug passwd": down("client", stdin=f"{DOZEN}\nseven wet otters\n", add=" --password-fd 0"),
    "snug pipe": down("client"),
    "snug status": down("client"),
    "snug tail -f --mentions --json --all | jq -r .text": down("following"),
    "snug trust %a": by(test_client_advice, "Advice.test_a_new_key_is_trusted_as_it_is_told"),
    "snug trust %s": by(test_client_advice, "Advice.test_a_broken_profile_is_mended_as_it_is_told"),
    "snug trust HOST": by(test_client_advice, "Advice.test_the_screen_says_how_to_trust_a_new_key"),
}


class Advised(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = snug.Server(port=snug.free_port())
        cls.addClassCleanup(cls.server.close)
        cls.server.start()
        cls.server.user("ann", "--role", "admin")
        cls.link = person.link(cls.server)
        cls.ann = person.Person("carl")
        cls.addClassCleanup(cls.ann.close)
        cls.ann.join(cls.link)
        for text in ("hello", "once more"):
            assert cls.ann.run("send", "#lounge", text).code == 0
        with open(os.path.join(cls.server.dir, "people.jsonl"), "w") as file:
            file.write('{"name": "eve"}\n')

    def test_each_has_a_row_and_each_row_is_named(self):
        sources = advice.of_sources()
        self.assertEqual({words for words, is_verb in sources if not is_verb}, PROSE)
        named = ({words for words, is_verb in sources if is_verb} | set(advice.of_documents()) |
                 set(advice.of_manuals()))
        self.assertEqual(named, set(CASES))

    def test_each_works(self):
        for command, case in CASES.items():
            with self.subTest(command):
                case(self, command)

    def end_well(self, done, code, command):
        self.assertEqual(done.code, code, f"{command}: {done}")

    # On the server that runs.

    def need(self, name):
        run = self.server.run
        if name.startswith("#"):
            run("room", "add", name)
        elif name.startswith("-#"):
            run("room", "delete", name[1:], "--confirm", name[1:])
        elif name.startswith(("-", ">")):
            run("user", "rename", name[1:], "was" + os.urandom(4).hex(), "--confirm", name[1:])
        elif run("user", "show", name).code != 0:
            self.server.user(name, "--reuse")
        if name.startswith("-") and not name.startswith("-#"):
            self.free(name[1:])

    def free(self, name):
        """Nobody was ever called so."""
        for row in self.server.json("user", "list"):
            if row["name"].startswith("was"):
                done = self.server.run("user", "delete", row["name"], "--confirm", row["name"])
                self.assertEqual(done.code, 0, done)

    def known(self, place):
        """What is put in the place of a name that only this run knows."""
        if place == "{message}":
            self.assertEqual(self.ann.run("send", "#lounge", "a word").code, 0)
            return self.server.json("message", "search", "word")[-1]["id"]
        if place == "{session}":
            self.server.client("ann")
            return str(self.server.json("session", "list")[0]["id"])
        if place == "{head}":
            return self.server.json("audit", "verify")["head"]
        return place.format(dir=self.server.dir)

    def up(self, command, code, add, needs, types, fill):
        for name in needs:
            self.need(name)
        text = command + add
        for place, value in fill.items():
            text = re.sub(r"(?<=\s)%s(?=\s|$)" % re.escape(place), self.known(value), text)
        done = self.shell(text, self.server.state, types)
        self.end_well(done, code, command)

    def shell(self, text, state, types=()):
        """As it stands, but for where things are; `types` answers what is asked."""
        text = re.sub(r"--state (%s|~/chat|/var/lib/snug(?:-work)?)(?=\s|$)", "--state " + state, text)
        text = text.replace("--user snug ", "--user nobody ")
        text = text.replace("~/", state + "-")
        env = dict(os.environ, SNUG_STATE=state, PATH=snug.BIN + ":" + os.environ["PATH"])
        if not types:
            return snug.Result(subprocess.run(["bash", "-o", "pipefail", "-c", text], env=env, timeout=PATIENCE,
                                              stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                                              stderr=subprocess.PIPE))
        screen = Screen(["env", "SNUG_STATE=" + state, "PATH=" + env["PATH"], "sh", "-c", text], width=160)
        self.addCleanup(screen.close)
        for n, answer in enumerate(types):
            self.asks(screen, n)
            screen.type(answer)
        screen.wait_match(r"\[ended \d+\]")
        shown = screen.text()
        code = int(re.search(r"\[ended (\d+)\]", shown)[1])
        return snug.Result(subprocess.CompletedProcess(text, code, shown, ""))

    def asks(self, screen, n):
        """Until it asks for the secret number `n`, and shows no more what is typed."""
        tty = screen.tmux("display-message", "-p", "-t", "0", "#{pane_tty}").strip()

        def is_asking():
            with open(tty, "rb", buffering=0, opener=lambda name, flags: os.open(name, flags | os.O_NOCTTY)) as file:
                hides = not termios.tcgetattr(file)[3] & termios.ECHO
            return hides and len(re.findall(r":$", screen.text(), re.MULTILINE)) > n
        until("a question", is_asking)

    # On a server of its own.

    def own(self, **options):
        server = snug.Server(port=snug.free_port(), **options)
        self.addCleanup(server.close)
        return server

    def advises(self, done, command, state):
        self.assertIn(command.replace("%s", state), " ".join((done.out + done.err).split()))

    def nothing(self, command, types=(), advises=False):
        server = self.own()
        shutil.rmtree(server.state)
        os.chmod(server.dir, 0o755)  # whoever serves gets there
        if advises:
            self.advises(server.run("check"), command, server.state)
            self.advises(server.run("run"), command, server.state)
        self.end_well(self.shell(command, server.state, types), 0, command)
        self.assertIn("database\tyes", server.run("check").out)

    def lost(self, command, advises):
        server = self.own()
        os.unlink(stored.file(server.state))
        self.advises(server.run("run"), command, server.state)
        self.end_well(self.shell(command, server.state), 0, command)
        server.start()

    def stopped(self, command, code):
        self.end_well(self.shell(command, self.own().state), code, command)

    def serving(self, command, advises=False):
        server = self.own()
        if advises:
            self.advises(server.run("check"), command, server.state)
        text = re.sub(r"--state \S+", "--state " + server.state, command)
        log = os.path.join(server.dir, "own.log")
        with open(log, "w") as file:
            process = subprocess.Popen(
                shlex.split(text), stdin=subprocess.DEVNULL, stderr=file, executable=snug.SNUGD,
                env=dict(os.environ, SNUG_STATE=server.state))

        def is_ready():
            with open(log) as file:
                said = file.read()
            self.assertIsNone(process.poll(), said)
            return "event=ready" in said
        until(command, is_ready)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0, command)

    def stopping(self, command):
        server = self.own().start()
        done = server.run("run")
        self.end_well(done, 7, command)
        self.advises(done, command, server.state)
        self.end_well(self.shell(command, server.state), 0, command)
        self.assertEqual(server.process.wait(PATIENCE), 0)

    def a_step(self, command):
        if not test_client_network.FAKETIME or snug.SANITIZED:
            self.skipTest("no clock that can be set")
        server = self.own()
        clock = Clock(server.state)
        server.start(clock.prefix)
        server.user("ann")  # and what the time is
        server.stop()
        clock.set(400 * 86400)
        if "--state" in command:
            done = subprocess.run([*clock.prefix, snug.SNUGD, "check", "--state", server.state],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
            self.advises(snug.Result(done), command, server.state)
        server.start(clock.prefix)
        self.assertIn("snugd clock accept", server.run("status").out)
        self.end_well(self.shell(command, server.state), 0, command)
        self.assertNotIn("snugd clock accept", server.run("status").out)

    # By somebody's client.

    def somebody(self, joins=True):
        """And a folder with their `snug`, for the shell."""
        who = person.Person("p" + os.urandom(4).hex())
        self.addCleanup(who.close)
        if joins:
            who.join(self.link)
        folder = os.path.join(who.home, "bin")
        os.mkdir(folder)
        with open(os.path.join(folder, "snug"), "w") as file:
            file.write(f'#!/bin/sh\nexec {person.SNUG} --home {who.home} "$@"\n')
        os.chmod(file.name, 0o755)
        with open(os.path.join(folder, "Makefile"), "w") as file:
            file.write("all:\n\t@echo built\n")
        return who, folder

    def client(self, command, room=None, stdin=None, add=""):
        who, folder = self.somebody()
        if room:
            self.need("#" + room)
            self.end_well(who.run("join", "#" + room), 0, command)
        done = snug.Result(subprocess.run(
            ["bash", "-o", "pipefail", "-c", command + add], cwd=folder, timeout=PATIENCE, text=True,
            env=dict(os.environ, PATH=folder + ":" + os.environ["PATH"]), input=stdin or "",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True))
        self.end_well(done, 0, command)

    def on_screen(self, folder, command):
        screen = Screen(["env", f"PATH={folder}:{os.environ['PATH']}", "sh", "-c", command])
        self.addCleanup(screen.close)
        return screen

    def newcomer(self, command):
        who, folder = self.somebody(joins=False)
        screen = self.on_screen(folder, re.sub(r"(snug://\S+|LINK)$", shlex.quote(self.link), command))
        screen.wait_for("Your name")
        screen.keys("C-u")
        screen.type(who.name)
        screen.wait_for("Password (")
        screen.type("")
        screen.wait_for("Press Enter")
        screen.keys("Enter")
        screen.wait_for("● online", "#lounge")

    def following(self, command):
        who, folder = self.somebody()
        screen = self.on_screen(folder, command)
        said = f"{who.name}: are you there?"

        def is_told():
            self.assertEqual(self.ann.run("send", "#lounge", said).code, 0)
            return said in screen.text()
        until(command, is_told)


if __name__ == "__main__":
    unittest.main()
