#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""People who talk beside those who want them not to, with the limits that snugd comes with.
usage: hostile.py [ATTACK...]

Each row of the table is an attack (attacks.py says what each does; `updates` is
tests/support/updates.c): five people who talk, in turns without and beside it, and one of them
who logs in by password meanwhile. It holds when the slowest hundredth of their words takes at
most three times what it takes without, a login takes less than two seconds, the memory and the
descriptors are given back when the attackers have gone, and the server is still the same process.

Prints the table; the exit status says whether all held. Where DOCUMENT is set, that is a document
whose rows are written, too.
"""
import asyncio
import json
import os
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import attacks
import crowd
import snug
import storm
import web
import written
from patience import PATIENCE, STEP, until

PEOPLE, FOES = 5, 40
LINES, PAUSE = 60, 0.24  # of each, in a round; shipped limits let one say five a second
LOGINS = 5
TIMES = 3                # as slow as without, at most
LOGIN = 2.0              # seconds
MEMORY = 16              # MiB that may stay
WEB = "\n[web]\nlisten = 127.0.0.1:0\n"
ASIDE = ["chrt", "--idle", "0"]  # of what is measured: an attacker has a processor of his own
UPDATERS = 16
UPDATES = "%d: Asks for new TLS keys without end" % UPDATERS


def descriptors(s):
    return len(os.listdir("/proc/%d/fd" % s.process.pid))


def memory(s):
    """MiB, as they are now."""
    with open("/proc/%d/status" % s.process.pid, encoding="utf-8") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def world():
    """A server with people who talk, and their foes; and the tokens of all."""
    s = snug.Server(base=snug.SHIPPED, conf=WEB)
    people, foes = ["good%d" % i for i in range(PEOPLE)], ["foe%d" % i for i in range(FOES)]
    rows = "".join(json.dumps({"name": name}) + "\n" for name in people + foes)
    done = s.run("user", "import", "-", "--token", stdin=rows)
    assert done.code == 0, done
    tokens = dict(line.split("\t")[:2] for line in done.out.splitlines())
    for room, name in ("#talk", "good0"), ("#pit", "foe0"):
        done = s.run("room", "add", room, "--founder", name)
        assert done.code == 0, done
    s.user("known")
    s.start()
    with open(os.path.join(s.dir, "tokens"), "w", encoding="utf-8") as file:
        json.dump({name: tokens[name] for name in foes}, file)
    return s, tokens


class Attack:
    """In a process of its own, which `aside` begins."""

    def __init__(self, s, name, aside=()):
        place = [str(s.port), str(web.web_port(s)), os.path.join(s.dir, "tokens")]
        words = [sys.executable, attacks.__file__, name, *place]
        if name == "updates":
            words = [os.path.join(snug.BIN, "updates"), place[0], str(UPDATERS)]
        self.process = subprocess.Popen([*aside, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "begun\n"

    def end(self):
        return json.loads(self.process.communicate(timeout=PATIENCE)[0])


async def one_login(s, source="127.0.9.9"):
    """Somebody who is known comes by password: how long that takes."""
    p = storm.Person(s.port, "known", source)
    began = time.monotonic()
    while not await p.once():
        await asyncio.sleep(STEP)  # time: at once again
    p.go()
    return time.monotonic() - began


async def some_logins(s, n, *source):
    return [await one_login(s, *source) for _ in range(n)]


async def talk(people, lines):
    """Each says its lines and reads what all say. Gives the time from a word to its echo."""
    took = []

    async def one(p, at):
        sent, others = {}, {}
        listening = asyncio.create_task(crowd.heard(p, took, sent, others))
        await asyncio.sleep(PAUSE * at / PEOPLE)  # time: not all at once, as people do not
        for i in range(lines):
            sent[i] = time.monotonic()
            await p.say("PRIVMSG #talk :%s %d" % (p.name, i))
            await asyncio.sleep(PAUSE)  # time: what a person needs for a line
        while sum(len(numbers) for numbers in others.values()) < PEOPLE * lines:
            await asyncio.wait({listening}, timeout=STEP)
            assert not listening.done(), listening
        listening.cancel()

    await asyncio.wait_for(asyncio.gather(*(one(p, i) for i, p in enumerate(people))), PATIENCE)
    return took


async def come(s, tokens):
    people = [await crowd.Person(s.port, name, tokens[name]).come()
              for name in ("good%d" % i for i in range(PEOPLE))]
    for p in people:
        await p.say("JOIN #talk")
        await p.wait(" 366 ")
    return people


async def round_of(s, tokens, n_logins, lines=LINES):
    """The waits of those who talk, and of logins beside them."""
    people = await come(s, tokens)
    took, logins = await asyncio.gather(talk(people, lines), some_logins(s, n_logins))
    for p in people:
        p.go()
    return took, logins


class Row:
    def __init__(self, name):
        self.name, self.quiet, self.took, self.logins, self.did = name, [], [], [], {}
        self.fds, self.mib = (0, 0, 0), (0, 0, 0)  # before, at the most, afterwards

    def times(self):
        return crowd.part_of(self.took, 0.99) / crowd.part_of(self.quiet, 0.99)

    def broke(self):
        return [what for what, is_broken in (
            ("slow", self.times() > TIMES), ("login", max(self.logins) >= LOGIN),
            ("descriptors", self.fds[2] > self.fds[0]), ("memory", self.mib[2] > self.mib[0] + MEMORY)) if is_broken]

    def __str__(self):
        return "  %-9s %7.1f %7.1f %6.1f %7.2f %5d %5d %5d %6.0f %6.0f %6.0f  %s" % (
            self.name, crowd.part_of(self.quiet, 0.99) * 1000, crowd.part_of(self.took, 0.99) * 1000, self.times(),
            max(self.logins), *self.fds, *self.mib, self.verdict())

    def verdict(self):
        return "BROKE: " + ", ".join(self.broke()) if self.broke() else "held"

    def in_document(self):
        """As a row of the table in docs/SECURITY.md."""
        cells = (self.name, UPDATES if self.name == "updates" else attacks.about(self.name),
                 "%.0f, %.0f" % tuple(crowd.part_of(took, 0.99) * 1000 for took in (self.quiet, self.took)),
                 "%.2f" % max(self.logins), "%d, %d, %d" % self.fds, "%.0f, %.0f, %.0f" % self.mib, self.verdict())
        return "| %s |" % " | ".join(cells)


def attacked(s, tokens, name, lines=LINES, aside=()):
    row = Row(name)
    row.quiet = asyncio.run(round_of(s, tokens, 1, lines))[0]
    before = until("those who left to be gone", lambda: settled(s))
    attack = Attack(s, name, aside)
    try:
        begun = descriptors(s), memory(s)
        row.took, row.logins = asyncio.run(round_of(s, tokens, LOGINS, lines))
        most = max(begun[0], descriptors(s)), max(begun[1], memory(s))  # by now it may have ended some
        row.did = attack.end()
    finally:
        attack.process.kill()
    until("the attackers to be gone", lambda: descriptors(s) <= before[0])
    row.quiet += asyncio.run(round_of(s, tokens, 1, lines))[0]
    after = given_back(s, before)
    row.fds, row.mib = zip(before, most, after)
    assert s.process.poll() is None, s.read_log()
    return row


def settled(s, most=1 << 30):
    """Descriptors, which are so many at the most, and memory, once nobody is connected any more. Who
    asked for that may still be one of them."""
    is_quiet = s.json("status")["users"] == 0
    found = descriptors(s), memory(s)
    return found if is_quiet and found[0] <= most else None


def given_back(s, before):
    """Descriptors and memory when they are as they were; or what they are, if they never are."""
    def look():
        now = settled(s, before[0])
        return now and now[1] <= before[1] + MEMORY and now

    try:
        return until("what was taken to be given back", look)
    except AssertionError:
        return descriptors(s), memory(s)


def main(names):
    s, tokens = world()
    try:
        print("\nFive who talk, without and beside an attack: ms from the word to its echo (p99), the longest login (s),"
              "\ndescriptors and MiB of the server before, during and afterwards\n"
              "  %-9s %7s %7s %6s %7s %5s %5s %5s %6s %6s %6s" % (
                  "attack", "quiet", "beside", "times", "login", "fds", "", "", "MiB", "", ""))
        asyncio.run(round_of(s, tokens, 2))  # the first of a kind makes what is kept
        rows = []
        for name in names or [*attacks.ATTACKS, "updates"]:
            rows.append(attacked(s, tokens, name, aside=ASIDE))
            print("%s\n    %s" % (rows[-1], json.dumps(rows[-1].did)), flush=True)
        if "DOCUMENT" in os.environ:
            written.put_rows(os.environ["DOCUMENT"], "make hostile WRITE=1", [row.in_document() for row in rows])
        broke = [row.name for row in rows if row.broke()]
        code = s.stop()
        print("\nhostile: %d attacks, %s; the server ended with %d when it was told to" % (
            len(rows), "BROKE: " + ", ".join(broke) if broke else "all held", code))
        return bool(broke or code)
    finally:
        s.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
