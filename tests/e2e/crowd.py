#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One account against the others, with the limits that snugd comes with.
usage: crowd.py [dearest] [rooms]

dearest   50 connections of one account ask for the dearest of each command without a pause,
          beside 20 people who chat: how long these wait for their own words
rooms     a client with 100 rooms asks for all of them, as WeeChat does, and says a word behind

Prints tables; the exit status says whether all held.
"""
import asyncio
import json
import os
import ssl
import subprocess
import sys
import time

import snug
from patience import PATIENCE, STEP

CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE
OPEN = "\n[limits]\nlines_per_second = 0\nasks_per_second = 0\nrooms_per_hour = 0\n"
CAPS = ("sasl echo-message message-tags batch draft/chathistory draft/read-marker draft/metadata-3 "
        "soju.im/search")
TALKERS, GREEDY, ROUNDS = 20, 50, 3
TWENTY = ",".join("#r%d" % i for i in range(20))
NAMES = ",".join("p%d" % i for i in range(20))
WORDS = "plenty of words to look for, and some more of them"
# What the server looks at, makes and stores the most for, of each command that has much to do.
DEAREST = (
    "CHATHISTORY LATEST #den * 500",
    "CHATHISTORY AROUND #den timestamp=2026-01-01T00:00:00.000Z 500",
    "SEARCH text=ple*\\swor*;limit=100",
    "SEARCH text=plenty;from=nobody",
    "METADATA #den SYNC",
    "METADATA * SET key :" + "v" * 400,
    "MONITOR + " + NAMES,
    "MODE #den beI",
    "WHO #den %tcuihsnfdlaor",
    "NAMES #den",
    "WHOIS " + NAMES,
    "LIST *,*,*,*,!x,!y,U>0",
    "JOIN " + TWENTY,
    "AWAY :gone",
    "TOPIC #r1 :" + "t" * 390,
    "PRIVMSG " + TWENTY + " :to all",
    "@+a=" + "x" * 4000 + " PRIVMSG #den :tags",
    "@+draft/react=x;+b=" + "x" * 3900 + " TAGMSG #den",
)


def of_socket(line):
    """Its command, where the source and tags are left out."""
    words = line.split(" ")
    while words and words[0][:1] in ("@", ":"):
        words = words[1:]
    return words


class Person:
    """One connection, logged in by a token."""

    def __init__(self, port, name, token):
        self.port, self.name, self.token = port, name, token
        self.n_bytes, self.lines = 0, []

    async def say(self, *lines):
        self.writer.write("".join(line + "\r\n" for line in lines).encode())
        await self.writer.drain()

    async def line(self):
        """The next one that is no PING; "" at the end."""
        while data := await self.reader.readline():
            self.n_bytes += len(data)
            line = data.decode().rstrip("\r\n")
            words = of_socket(line)
            if words[0] != "PING":
                return line
            self.writer.write(("PONG " + words[-1] + "\r\n").encode())
        return ""

    async def wait(self, *texts):
        last = ""
        while line := await asyncio.wait_for(self.line(), PATIENCE):
            if all(text in line for text in texts):
                return line
            last = line
        raise ConnectionError("waited for %r, the last was %r" % (texts, last))

    async def come(self, caps=CAPS):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=CONTEXT,
                                                                 limit=1 << 20)
        await self.say("CAP REQ :" + caps.replace("sasl ", ""), "PASS :" + self.token, "NICK " + self.name,
                       "USER u 0 * :u", "CAP END")
        await self.wait(" 001 ")
        return self

    def go(self):
        self.writer.transport.abort()


async def filled(s, tokens, n_people, n_messages, n_rooms):
    """#den with people and a history, rooms of ann's, a room for the talkers."""
    ann = await Person(s.port, "ann", tokens["ann"]).come()
    rooms = ["#den", "#talk"] + ["#r%d" % i for i in range(n_rooms)]
    for at in range(0, len(rooms), 20):
        await ann.say("JOIN " + ",".join(rooms[at:at + 20]))
    grants = [("#den", "p%d" % i) for i in range(n_people)]
    grants += [("#talk", "talker%d" % i) for i in range(TALKERS)]
    for room, name in grants:
        done = s.run("room", "grant", room, name)
        assert done.code == 0, done
    for room in ["#den"] * (n_messages // 20) + rooms[2:]:
        await ann.say(*("PRIVMSG %s :%s %0250d" % (room, WORDS, k) for k in range(20)))
        for _ in range(20):
            await ann.wait("PRIVMSG " + room)
    # What is measured is what she asks for, not what she hears of those who chat.
    await ann.say("PART #talk")
    await ann.wait("PART #talk")
    ann.go()


def world(n_people=300, n_messages=3000, n_rooms=100):
    """A server with people, whose limits are those that it comes with; and their tokens."""
    s = snug.Server(base=snug.SHIPPED, conf=OPEN)
    names = ["ann"] + ["p%d" % i for i in range(n_people)] + ["talker%d" % i for i in range(TALKERS)]
    done = s.run("user", "import", "-", "--token", stdin="".join(json.dumps({"name": n}) + "\n" for n in names))
    assert done.code == 0, done
    tokens = dict(line.split("\t")[:2] for line in done.out.splitlines())
    done = s.run("user", "role", "ann", "admin")
    assert done.code == 0, done
    s.start()
    asyncio.run(filled(s, tokens, n_people, n_messages, n_rooms))
    path = os.path.join(s.state, "snugd.conf")
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace(OPEN, ""))
    done = s.run("reload")
    assert done.code == 0, done
    return s, tokens


async def heard(p, took, sent, others):
    """Everything that a talker gets: its own words, and those of others in their order."""
    while line := await p.line():
        if " PRIVMSG #talk :" not in line:
            continue
        name, number = line.split(" PRIVMSG #talk :")[1].split(" ")
        others.setdefault(name, []).append(int(number))
        if name == p.name:
            took.append(time.monotonic() - sent[int(number)])


async def talk(s, tokens, n_lines, pause):
    """20 people say so many lines each. Gives the waits, and who heard what."""
    people = [await Person(s.port, "talker%d" % i, tokens["talker%d" % i]).come() for i in range(TALKERS)]
    took, all_heard = [], []

    async def one(p, at):
        mine, sent, others = [], {}, {}
        listening = asyncio.create_task(heard(p, mine, sent, others))
        await asyncio.sleep(pause * at / TALKERS)  # time: not all at once, as people do not
        for i in range(n_lines):
            sent[i] = time.monotonic()
            await p.say("PRIVMSG #talk :%s %d" % (p.name, i))
            await asyncio.sleep(pause)  # time: what a person needs for a line
        await asyncio.wait_for(until_all(others, n_lines), PATIENCE)
        listening.cancel()
        took.extend(mine)
        all_heard.append(others)

    await asyncio.gather(*(one(p, i) for i, p in enumerate(people)))
    for p in people:
        p.go()
    return took, all_heard


async def until_all(others, n_lines):
    while sum(len(numbers) for numbers in others.values()) < TALKERS * n_lines:
        await asyncio.sleep(STEP)


def say(*words):
    print(*words)
    sys.stdout.flush()


async def eat(p, line):
    """One greedy connection: more lines as soon as the server takes any."""
    async def ask():
        while not p.writer.transport.is_closing():
            await p.say(line)
            await asyncio.sleep(0)  # time: the others have theirs

    asking = asyncio.create_task(ask())
    try:
        while await p.line():
            pass
    except asyncio.CancelledError:
        return p.n_bytes
    finally:
        asking.cancel()
        p.go()
    raise ConnectionError("the server ended it")


async def greedy(port, token, line, n):
    """Until standard input ends; then the bytes that came are printed."""
    people = await asyncio.gather(*(Person(port, "ann", token).come() for _ in range(n)))
    tasks = [asyncio.create_task(eat(p, line)) for p in people]
    say("begun")
    end = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait([end, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    came = await asyncio.gather(*tasks, return_exceptions=True)
    print(json.dumps({"bytes": sum(n for n in came if isinstance(n, int)),
                      "ended": [repr(why) for why in came if not isinstance(why, int)]}))


class Greedy:
    """In a process of its own, so that the others' clocks do not wait for it."""

    def __init__(self, s, token, line, n=GREEDY):
        self.began = time.monotonic()
        self.process = subprocess.Popen([sys.executable, __file__, "--greedy", str(s.port), token, line, str(n)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "begun\n"

    def end(self):
        out = self.process.communicate(timeout=PATIENCE)[0]
        return dict(json.loads(out), seconds=time.monotonic() - self.began)


def part_of(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def beside(s, tokens, line, n_lines, pause, n=GREEDY):
    """What 20 people hear beside it, and what it got."""
    glutton = Greedy(s, tokens["ann"], line, n)
    try:
        took, all_heard = asyncio.run(talk(s, tokens, n_lines, pause))
        return took, all_heard, glutton.end()
    finally:
        glutton.process.kill()
        # What was asked for before the end is still answered, as its purse allows: not in the next round.
        for words in ("disable", "ann", "--confirm", "ann"), ("enable", "ann"):
            done = s.run("user", *words)
            assert done.code == 0, done


def in_turns(s, tokens, line, n_lines, pause):
    """The waits of quiet rounds and of those beside it: in turns, as other work on the machine is in both."""
    quiet, waits, bytes_a_second, ended = [], [], [], []
    for _ in range(ROUNDS):
        quiet += asyncio.run(talk(s, tokens, n_lines, pause))[0]
        took, _, got = beside(s, tokens, line, n_lines, pause)
        waits += took
        bytes_a_second.append(got["bytes"] / got["seconds"])
        ended += got["ended"]
    return quiet, waits, sum(bytes_a_second) / ROUNDS, ended


def dearest_holds(n_lines=15, pause=0.5):
    s, tokens = world()
    try:
        say("\n20 who chat, without and beside 50 connections of one account; ms from the word to its echo\n"
            "  %-32s %8s %8s %8s %8s" % ("what these ask", "quiet99", "p50", "p99", "KiB/s"))
        held = True
        for line in DEAREST:
            quiet, took, bytes_a_second, ended = in_turns(s, tokens, line, n_lines, pause)
            best, worst = part_of(quiet, 0.99), part_of(took, 0.99)
            held = held and worst <= 2 * best and not ended
            say("  %-32s %8.1f %8.1f %8.1f %8.1f %s%s" % (
                line[:32], best * 1000, part_of(took, 0.5) * 1000, worst * 1000, bytes_a_second / 1024,
                "" if worst <= 2 * best else "over 2x ", "".join(ended[:1])))
        return held
    finally:
        s.close()


async def opened(s, tokens, n_rooms):
    """When what came: the first PONG, the own word; and what came in which order."""
    p = await Person(s.port, "ann", tokens["ann"]).come()
    began, came = time.monotonic(), {}
    lines = ["PING first"]
    for i in range(n_rooms):
        lines += ["MODE #r%d" % i, "MODE #r%d b" % i, "WHO #r%d %%cuhsnfdar" % i, "MARKREAD #r%d" % i,
                  "CHATHISTORY LATEST #r%d * 100" % i]
    asking = asyncio.create_task(p.say(*lines, "PRIVMSG #r1 :first word", "PING last"))
    order = []
    while "last" not in came:
        line = await asyncio.wait_for(p.line(), PATIENCE)
        assert line, "the server ended it"
        words = of_socket(line)
        if words[0] == "PONG":
            came[words[-1].lstrip(":")] = time.monotonic() - began
            order.append(words[-1].lstrip(":"))
        elif line.endswith("PRIVMSG #r1 :first word"):
            came["word"] = time.monotonic() - began
            order.append("word")
        elif words[0] == "315":
            order.append(words[2])
    await asking
    p.go()
    return came, order


def rooms_hold(n_rooms=100):
    s, tokens = world(10, 50, n_rooms)
    try:
        came, _ = asyncio.run(opened(s, tokens, n_rooms))
        say("\n100 rooms at connect\n  %-40s %.2f of 1 s\n  %-40s %.2f of 2 s\n  %-40s %.2f s" % (
            "the PONG of a PING before all", came["first"], "the first word, behind all", came["word"],
            "the PONG of a PING behind all", came["last"]))
        return came["first"] <= 1 and came["word"] <= 2
    finally:
        s.close()


def main(names):
    if names[:1] == ["--greedy"]:
        asyncio.run(greedy(int(names[1]), names[2], names[3], int(names[4])))
        return 0
    parts = {"dearest": dearest_holds, "rooms": rooms_hold}
    results = {name: parts[name]() for name in names or parts}
    say("\ncrowd: " + ", ".join("%s %s" % (name, "held" if held else "BROKE") for name, held in results.items()))
    return not all(results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
