# SPDX-License-Identifier: MIT
"""The first month of a host, by the words of docs/OPERATING.md: each deed beside the server and,
where it may be, without one, while two people look on."""
import json
import os
import random
import shutil
import subprocess
import unittest

import snug
import stored
import test_downgrade
from fault_disk import Filler
from month import CAPS, GONE, Month
from patience import until
from test_backup_folder import files, flip
from test_metrics import values
from test_verb_table import LEFT, Low

FLIPS = 20
PASSWORD, ANOTHER = snug.PASSWORD + "\n", "another good password"
WITH_PASSWORD = ("dan", "eve", "fay", "gus")


class First(unittest.TestCase):
    def setUp(self):
        self.disk = self.enterContext(Low())
        self.m = Month(self.disk)
        self.addCleanup(self.m.close)

    # Proves S18.
    def test_the_first_month_of_a_host(self):
        of_files = {self.disk_nearly_full, self.restored_elsewhere, self.upgraded} if stored.ENGINE == "pg" else set()
        for deed in (self.founded, self.two_hundred_come, self.rooms, self.manners, self.renewed, self.rotated,
                     self.backups, self.flips, self.disk_nearly_full, self.taken_away, self.restored_elsewhere,
                     self.upgraded, self.exported, self.erased, self.stolen, self.locked_down, self.watched):
            if deed in of_files:
                print(stored.ALONE + "a deed of the month that its file is for")
                continue
            deed()
            if self.m.watch:
                self.m.talk()
                self.m.is_well()
                self.m.nothing_is_lost()
        self.month_is_over()

    def founded(self):
        """Ten minutes to a public server."""
        m = self.m
        m.is_sound()
        m.does("user", "passwd", "ann", "--password-stdin", stdin=PASSWORD)
        m.does("tls", "check")
        m.start()
        m.is_well()
        m.bob_sits_down(m.s.link)
        m.ann.wait(":bob!", " JOIN ", "#lounge")

    def import_people(self, names):
        path = self.m.at("people.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            for name in names:
                secret = {"password": snug.PASSWORD} if name in WITH_PASSWORD else {}
                file.write(json.dumps({"name": name, **secret}) + "\n")
        done = self.m.does("user", "import", path, "--token")
        made = dict(line.split("\t") for line in done.out.splitlines())
        self.assertEqual(sorted(made), sorted(names))
        return made

    def two_hundred_come(self):
        """Half of them beside the server; then two by one link, and no third."""
        m = self.m
        names = [*WITH_PASSWORD, *("n%d" % i for i in range(196))]
        self.tokens = self.import_people(names[:100])
        with m.offline():
            self.tokens.update(self.import_people(names[100:]))
        self.assertEqual(len(m.asks("user", "list")), 202)
        self.assertEqual(m.is_well()["snug_accounts"], 202)
        for name in ("n0", "n195"):
            one = m.s.client(name, CAPS, self.tokens[name])
            one.send("JOIN #lounge")
            one.sync()
            m.says("lounge", "hello from " + name, one, name)
            one.close()
        link = m.does("invite", "create", "--room", "lounge", "--uses", "2", "--expires", "7d").out.strip()
        for name in "cem", "hal":
            self.assertEqual(m.joins(name, link).name, name)
            m.sees("#lounge", name + " joined")
        m.joins("ida", link, code=1)
        self.assertNotIn("ida", m.does("user", "list").out)

    def rooms(self):
        """One beside the server and one without: founders, moderators, modes, topics."""
        m = self.m
        m.does("room", "add", "den", "--founder", "ann", "--topic", "what we do")
        m.ann.wait(" TOPIC #den :what we do")
        m.does("room", "grant", "den", "bob", "--role", "moderator")
        m.ann.wait(" MODE #den +o bob")
        m.does("room", "grant", "den", "cem", "--role", "member")
        m.does("room", "set", "den", "--topic", "what we did", "--modes", "+s")
        m.ann.wait(" MODE #den +s")
        m.sees("#den", "what we did")
        with m.offline():
            m.does("room", "add", "attic", "--founder", "bob")
            m.does("room", "grant", "attic", "ann", "--role", "moderator")
            m.does("room", "set", "attic", "--keep", "30d", "--keep-size", "10MiB", "--modes", "+i")
        shown = m.asks("room", "show", "attic")
        self.assertEqual((shown["keep_ms"], shown["keep_bytes"]), (30 * 86400000, 10 << 20))
        self.assertEqual({row["name"]: row["role"] for row in m.asks("room", "members", "attic")},
                         {"bob": "founder", "ann": "moderator"})
        for room in "den", "attic":
            m.says(room, "first words in the " + room)
        m.says("den", "a shameful word")

    def manners(self):
        """Who is put out of a room, muted, or kept out of the server."""
        m = self.m
        m.does("room", "ban", "lounge", "fay", "--reason", "buy this")
        m.ann.wait(" MODE #lounge +b ~a:fay")
        m.does("ban", "add", "192.0.2.0/24", "--for", "7d")
        with m.offline():
            m.does("room", "ban", "lounge", "gus", "--mute")
            m.does("ban", "add", "198.51.100.0/24", "--for", "7d")
            m.does("ban", "delete", "192.0.2.0/24")
        self.assertEqual([row["mask"] for row in m.asks("ban", "list")], ["198.51.100.0/24"])
        for name, numeric in ("fay", " 403 "), ("gus", " 404 "):
            one = m.s.client(name)
            one.send("JOIN #lounge", "PRIVMSG #lounge :let me in")
            one.wait(numeric)
            one.close()
        self.assertEqual(len(m.asks("room", "bans", "lounge")), 2)
        m.does("room", "unban", "lounge", "gus", "--mute")
        m.ann.wait(" MODE #lounge -b ~m:~a:gus")

    def renewed(self):
        """The same key, as the page on certificates has it, beside the server and without."""
        m = self.m
        pin = m.does("fingerprint").out
        pair = [os.path.join(m.s.state, name) for name in ("key.pem", "cert.pem")]
        renew = [os.path.join(snug.CERTS, "self-signed"), "localhost", *pair, "90"]
        ends = [m.asks("tls", "show")["expires"]]
        subprocess.run(renew, check=True, capture_output=True)
        m.does("tls", "take")
        ends.append(m.asks("tls", "show")["expires"])
        with m.offline():
            subprocess.run([*renew[:-1], "365"], check=True, capture_output=True)
            m.does("tls", "check")
        ends.append(m.asks("tls", "show")["expires"])
        self.assertEqual(len(set(ends)), 3)
        self.assertEqual(m.does("fingerprint").out, pin)

    def rotated(self):
        """Another key, twice: who knows the server, or holds a link of before, gets in."""
        m = self.m
        link = m.does("invite", "create", "--room", "lounge").out.strip()
        pins = [m.does("fingerprint").out.strip(), m.does("tls", "rotate", "--now").out.strip()]
        with m.offline():
            self.assertEqual(m.does("fingerprint").out.strip(), pins[1])
            pins.append(m.does("tls", "rotate", "--now").out.strip())
        self.assertEqual(len(set(pins)), 3)
        self.assertEqual(m.asks("tls", "show")["pin"], pins[2])
        self.assertIn(pins[0], link)
        m.joins("jan", link)
        m.sees("#lounge", "jan joined")

    def backups(self):
        """Made beside the server and without one; what did not change is a link."""
        m = self.m
        os.mkdir(m.at("backups"))
        m.does("backup", "create", m.at("backups"), "--dated", "--with-keys", "--incremental")
        first = m.asks("backup", "list", m.at("backups"))[0]["name"]
        with m.offline():
            made = m.asks("backup", "create", m.at("backups", "second"), "--with-keys", "--incremental")
        self.assertGreaterEqual(made["linked"], 3)
        m.does("backup", "create", m.at("backups", "third"), "--with-keys")
        for name in first, "second", "third":
            self.assertEqual(m.rows("backup", "verify", m.at("backups", name))[1], {})
        tried = m.asks("backup", "prune", m.at("backups"), "--keep", "2", "--dry-run")
        self.assertEqual([row["state"] for row in tried], ["removed", "whole", "whole"])
        m.does("backup", "prune", m.at("backups"), "--keep", "2")
        self.assertEqual(sorted(os.listdir(m.at("backups"))), ["second", "third"])
        self.copied = {room: list(said) for room, said in m.said.items()}

    def flips(self):
        """A single bit of any file, beside the server and without one, is found and named."""
        m, chosen, folder = self.m, random.Random(FLIPS), self.m.at("backups", "third")
        sizes = sorted((name, size) for name, size in files(folder).items() if size)
        places = [(name, chosen.randrange(size * 8)) for name, size in (sizes * FLIPS)[:FLIPS]]

        def found(places):
            for name, bit in places:
                flip(os.path.join(folder, name), bit)
                wrong = m.rows("backup", "verify", folder, code=6)[1]
                self.assertIn({"manifest.sum": "manifest"}.get(name, name), wrong)
                flip(os.path.join(folder, name), bit)
        found(places[FLIPS // 2:])
        with m.offline():
            found(places[:FLIPS // 2])
        self.assertEqual(m.rows("backup", "verify", folder)[1], {})

    def disk_nearly_full(self):
        """Nothing new is stored, and whoever said it is told; all else goes on."""
        m = self.m
        if not self.disk:
            return  # mounting is not allowed
        filler = Filler(self.disk)
        filler.leave(LEFT)
        m.disk_is("low")
        m.ann.send("PRIVMSG #lounge :too much")
        m.ann.wait("FAIL PRIVMSG TEMPORARILY_UNAVAILABLE")
        m.watch.say("too much\n")
        m.sees("Not sent to #lounge", "cannot store")
        self.scarce(code=6)
        self.assertEqual(values(m.does("metrics").out)["snug_disk_fine"], 0)
        m.ann.send("CHATHISTORY LATEST #lounge * 5")
        m.ann.wait("BATCH -")
        m.does("room", "set", "den", "--topic", "where is the space")
        m.sees("#den", "where is the space")
        with m.offline():
            self.scarce(code=6)
            shown = m.asks("status", code=7)
            self.assertTrue(shown["disk"].startswith("low"), shown)
            told = values(m.does("metrics").out)["snug_disk_free_bytes"]  # without what an open database needs
            self.assertTrue(0 < shown["disk-free"] <= told, shown)
        m.disk_is("low")
        filler.release()
        m.disk_is("fine")

    def scarce(self, code):
        """What the book has the host look at."""
        m = self.m
        self.assertIn("messages are refused under", m.rows("check", code=code)[1]["disk"])
        rooms = {row["name"]: row["lines"] for row in m.asks("usage", "--by", "room") if row["of"] == "room"}
        self.assertEqual(rooms["#lounge"], len(m.said["lounge"]))
        m.does("history", "prune", "--dry-run")
        m.does("room", "set", "attic", "--keep", "30d", "--keep-size", "10MiB")

    def taken_away(self):
        """Behind the last backup: half beside the server, half without."""
        m = self.m
        invite = m.asks("invite", "list")[-1]["id"]
        shameful = m.asks("message", "search", "shameful")[0]["id"]
        m.does("message", "redact", shameful, "--confirm", "--reason", "no such words")
        m.ann.wait("REDACT #den " + shameful)
        m.sees("#den", "removed")
        for said in m.said, self.copied:
            said["den"][1] = ("ann", GONE)
        m.does("user", "token", "revoke", "n0", m.asks("user", "token", "list", "n0")[0]["label"])
        m.does("user", "disable", "hal", "--confirm", "hal")
        with m.offline():
            m.does("user", "token", "revoke", "n195", str(m.asks("user", "token", "list", "n195")[0]["id"]))
            m.does("user", "passwd", "gus", "--password-stdin", stdin=ANOTHER + "\n")
            m.does("invite", "revoke", str(invite))
            m.does("ban", "add", "203.0.113.0/24")

    def restored_elsewhere(self):
        """The state is moved to a second folder; what was taken away since the copy stays so there."""
        m, backup, second = self.m, self.m.at("backups", "third"), self.m.at("second")
        self.assertIn("stop it first", m.does("restore", backup, code=4).err)
        m.does("stop", "--in", "5m", "--back", "10m")
        m.ann.wait("GOING_DOWN 300 600")
        m.sees("goes down in 5 minutes")
        m.does("stop", "--cancel")
        with m.offline():
            shutil.copytree(m.s.state, second, symlinks=True)
            other = m.elsewhere(second)
            listed = other.asks("restore", backup, "--dry-run")
            done = other.does("restore", backup, "--reason", "to see that it can be done")
            kinds = {(row["kind"], row["subject"].split("/")[0]) for row in listed}
            for row in (("token", "n0"), ("token", "n195"), ("disabled", "hal"), ("password", "gus"),
                        ("ban", "server 203.0.113.0"), ("redaction", "#den 2")):
                self.assertIn(row, kinds)
            self.assertIn("kept in " + second, done.err)
            other.is_sound()
            other.start()
            self.stays_taken(other)
            self.assertEqual(other.s.stop(), 0)
            other.leaves()
            done = snug.snugd("restore", backup, "--as-it-was", state=m.at("third"))
            self.assertEqual(done.code, 0, done)
            m.elsewhere(m.at("third")).is_sound()

    def stays_taken(self, other):
        """Seen by those who connect there."""
        other.is_well()
        for room, said in self.copied.items():
            self.assertEqual(other.history(room), said)
        for name, secret in (("n0", self.tokens["n0"]), ("n195", self.tokens["n195"]), ("gus", snug.PASSWORD),
                             ("hal", snug.PASSWORD)):
            self.assertNotIn(" 903 ", other.s.client().refused(name, secret))
        other.s.client("gus", "", ANOTHER).close()
        other.s.client("n1", "", self.tokens["n1"]).close()
        self.assertIn("203.0.113.0/24", other.does("ban", "list").out)
        self.assertIn("restore", [row["verb"] for row in other.asks("audit", "list")])

    def upgraded(self):
        """Ours is of today; a database of the first schema goes up, back and up again."""
        m = self.m
        self.assertIn("nothing is to be done", m.does("upgrade", "--dry-run").out)
        self.assertIn("stop it first", m.does("downgrade", code=4).err)
        with m.offline():
            m.does("downgrade", "--dry-run", code=3)
        old = snug.Server(port=snug.free_port())
        self.addCleanup(old.close)
        test_downgrade.older(stored.file(old.state), 1)
        self.there_and_back(old)
        self.there_and_back(old)
        old.close()

    def there_and_back(self, old):
        def does(*words, code=0, stdin=None):
            done = old.run(*words, stdin=stdin)
            self.assertEqual(done.code, code, done)
            return done
        self.assertIn("from schema 1 to", does("upgrade", "--dry-run").out)
        old.start()
        self.assertIn("from schema 1 to", does("check").out)
        does("user", "passwd", "ann", "--password-stdin", stdin=PASSWORD)
        old.user("bob")
        ann, bob = old.client("ann", CAPS), old.client("bob")
        bob.send("JOIN #den")
        ann.send("JOIN #den", "CHATHISTORY LATEST #den * 5")
        ann.wait("PRIVMSG #den :a word")
        ann.send("PRIVMSG #den :said since")
        bob.wait("PRIVMSG #den :said since")
        does("downgrade", "--confirm", code=4)
        old.stop()
        for words, code in (["--dry-run"], 0), ([], 9), (["--confirm"], 0):
            self.assertIn("said since", does("downgrade", *words, code=code).out)
        self.assertEqual(test_downgrade.version_of(stored.file(old.state)), 1)

    def exported(self):
        """All that is stored of a person: the same beside the server, without it, and in a folder."""
        m = self.m
        cem = m.s.client("cem", CAPS)
        for room in "lounge", "den":
            cem.send("JOIN #" + room)
            m.says(room, "zwieback for the " + room, cem, "cem")
        cem.send("PRIVMSG ann :zwieback for ann")
        m.ann.wait("PRIVMSG ann :zwieback for ann")
        cem.close()
        until("cem to be gone", lambda: m.asks("session", "list", "cem") == [])
        live = self.records(m.does("user", "export", "cem").out)
        with m.offline():
            still = self.records(m.does("user", "export", "cem").out)
            m.does("user", "export", "cem", "--to", m.shelf)
        with open(m.at("cem.jsonl"), encoding="utf-8") as file:
            self.assertEqual(self.records(file.read()), still)
        self.assertEqual(live, still)
        self.assertEqual([row["text"] for row in live if row.get("kind") == "PRIVMSG" and row["record"] == "written"],
                         ["zwieback for " + where for where in ("the lounge", "the den", "ann")])

    @staticmethod
    def records(text):
        """But for when it was asked."""
        return [json.loads(line) for line in text.splitlines()[1:]]

    def erased(self):
        """One beside the server, before the eyes of both; one without."""
        m = self.m
        m.does("user", "erase", "cem", code=9)
        done = m.does("user", "erase", "cem", "--confirm", "cem")
        for name in "second", "third":
            self.assertIn("/backups/%s still holds it" % name, done.err)
        self.assertIn("copies in other places still hold it", done.err)
        for _ in range(2):
            m.sees("removed")
        m.ann.wait("REDACT ann ")
        self.is_erased("cem", "zwieback")
        dan = m.s.client("dan", CAPS)
        dan.send("JOIN #lounge")
        m.says("lounge", "knaecke", dan, "dan")
        dan.close()
        with m.offline():
            m.does("user", "erase", "dan", "--confirm", "dan")
            self.is_erased("dan", "knaecke")

    def is_erased(self, name, word):
        """Their words are gone, and stand where they stood."""
        m = self.m
        found = {who for room in m.said for who, text in m.history(room) if who.startswith("erased-")}
        new = [who for who in sorted(found) if all((who, GONE) not in said for said in m.said.values())]
        self.assertEqual(len(new), 1, found)
        for room, said in m.said.items():
            m.said[room] = [(new[0], GONE) if who == name else (who, text) for who, text in said]
        m.nothing_is_lost()
        m.does("user", "show", name, code=3)
        self.assertEqual(m.asks("message", "search", word), [])

    def stolen(self):
        """By the four lines of the book, beside the server and without."""
        m = self.m
        thief = m.s.client("eve", CAPS)
        thief.send("JOIN #lounge")
        m.ann.wait(":eve!", " JOIN ", "#lounge")
        self.assertEqual([row["account"] for row in m.asks("session", "list", "eve")], ["eve"])
        m.does("user", "disable", "eve")
        thief.ended()
        m.sees("eve quit")
        self.taken_back("eve")
        thief = m.s.client("fay")
        with m.offline():
            m.does("user", "disable", "fay")
            self.taken_back("fay")
        thief.ended()
        m.does("user", "revoke-all", "fay")
        for name in "eve", "fay":
            for secret in snug.PASSWORD, self.tokens[name]:
                self.assertNotIn(" 903 ", m.s.client().refused(name, secret))
            m.s.client(name, "", ANOTHER).close()

    def taken_back(self, name):
        m = self.m
        m.does("user", "passwd", name, "--password-stdin", stdin=ANOTHER + "\n")
        m.does("user", "enable", name)
        self.assertEqual([row["verb"] for row in m.asks("audit", "list")][-3:],
                         ["user disable", "user passwd", "user enable"])
        self.assertEqual(m.asks("user", "token", "list", name), [])

    def locked_down(self):
        """Nobody new; who is here stays, and is told. The second time it is set without a server."""
        m = self.m
        link = m.does("invite", "create", "--room", "lounge").out.strip()
        m.does("lockdown", "--reason", "nobody knows what")
        self.is_shut(link, "kim")
        m.does("lockdown", "--off")
        m.sees("open again")
        m.joins("kim", link)
        link = m.does("invite", "create", "--room", "lounge").out.strip()
        m.stop()
        m.does("lockdown")
        m.start()
        self.is_shut(link, "lea")
        with m.offline():
            m.does("lockdown", "--off")
        m.joins("lea", link)

    def is_shut(self, link, name):
        m = self.m
        m.joins(name, link, code=1)
        m.talk()
        self.assertEqual(list(m.rows("check", code=6)[1]), ["lockdown"])
        self.assertEqual(values(m.does("metrics").out)["snug_lockdown"], 1)
        self.assertTrue(m.asks("status")["lockdown"].startswith("strangers"))

    def watched(self):
        """For node_exporter, and more in the log for a while."""
        m = self.m
        path = m.at("snug.prom")
        m.does("metrics", "--to", path)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(values(file.read())["snug_up"], 1)
        m.does("log", "level", "debug", "--for", "10m")
        self.assertIn("debug", m.asks("status")["log"])
        m.does("log", "level", "configured")
        with m.offline():
            m.does("metrics", "--to", path)
            m.does("log", "level", "debug", code=7)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(values(file.read())["snug_up"], 0)

    def month_is_over(self):
        """Each deed stands in the log of them, and all that was acknowledged is there."""
        m = self.m
        acts = {row["verb"] for row in m.asks("audit", "list", "--limit", "1000")}
        for verb in ("user import", "user passwd", "user register", "invite create", "invite revoke", "room add",
                     "room grant", "room set", "room ban", "room unban", "ban add", "ban delete", "tls take",
                     "message redact", "user token revoke", "user disable", "user enable", "user erase",
                     "user revoke-all", "lockdown"):
            self.assertIn(verb, acts)
        m.stop()
        m.is_sound()
        m.nothing_is_lost()


if __name__ == "__main__":
    unittest.main()
