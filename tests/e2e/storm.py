#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The morning after a restart: many log in by password at the same time, with the costs and
limits that snugd comes with.  usage: storm.py [office] [hostile] [stop]

office    300 people behind one address: 100 give up after 15 s, as WeeChat does, 100 after
          20 s, as irssi does, 100 never; who gave up comes again after 5, 10, 20, 20, ... s
hostile   120 addresses guess without a pause; somebody who belongs there logs in beside them
stop      SIGTERM in every state of a storm

Prints tables; the exit status says whether all held.  Everybody has an address of 127.0.0.0/8.
"""
import asyncio
import base64
import json
import signal
import socket
import ssl
import sys
import time

import snug
import stored
from patience import PATIENCE, STEP, until

AGAIN = (5, 10, 20)
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE


def plain(name, password):
    return base64.b64encode(("\0%s\0%s" % (name, password)).encode()).decode()


class Person:
    """One account, from one address, until it is in."""

    def __init__(self, port, name, source, patience=None, password=snug.PASSWORD):
        self.port, self.name, self.source = port, name, source
        self.patience, self.password = patience, password
        self.tries, self.gave_up, self.refused, self.shut = 0, 0, [], []
        self.waits, self.writer, self.took, self.notices = [], None, None, []

    async def say(self, *lines):
        self.writer.write("".join(line + "\r\n" for line in lines).encode())
        await self.writer.drain()

    async def talk(self, reader):
        await self.say("CAP LS 302", "CAP REQ :sasl standard-replies", "AUTHENTICATE PLAIN")
        while line := (await reader.readline()).decode():
            words = line.split()
            number = words[1] if words[0].startswith(":") else words[0]
            if line.startswith("AUTHENTICATE +"):
                await self.say("AUTHENTICATE " + plain(self.name, self.password))
            elif number == "PING":
                await self.say("PONG " + words[-1])
            elif " NOTE AUTHENTICATE WAIT " in line:
                self.waits.append(line)
            elif " NOTICE " in line:
                self.notices.append(line)
            elif " FAIL " in line or number in ("904", "ERROR"):
                self.refused.append(line)
                if number != "FAIL":
                    return False
            elif number == "903":
                await self.say("NICK " + self.name, "USER u 0 * :u", "CAP END")
            elif number == "001":
                return True
        raise ConnectionError("the server ended it")

    async def once(self):
        """One connection; True when it is in."""
        self.tries += 1
        is_in = False
        try:
            reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, ssl=CONTEXT, local_addr=(self.source, 0))
            is_in = await asyncio.wait_for(self.talk(reader), self.patience)
        except asyncio.TimeoutError:
            self.gave_up += 1
        except (OSError, ssl.SSLError) as why:
            self.shut.append(repr(why))
        if not is_in and self.writer:
            self.writer.transport.abort()
        return is_in

    async def come(self, began):
        while not await self.once():
            await asyncio.sleep(AGAIN[min(self.tries, len(AGAIN)) - 1])  # time: people wait so long
        self.took = time.monotonic() - began

    def go(self):
        if self.writer:
            self.writer.transport.abort()


def server_of(names, conf="", base=snug.SHIPPED):
    """With an account for each name, of one password."""
    s = snug.Server(conf=conf, base=base)
    s.user("pattern")
    phc = stored.rows(s.state, "SELECT password FROM account WHERE name = 'pattern'")[0][0]
    rows = "".join(json.dumps({"name": name, "password_hash": phc}) + "\n" for name in names)
    done = s.run("user", "import", "-", stdin=rows)
    assert done.code == 0, done
    return s.start()


def memory(s):
    with open("/proc/%d/status" % s.process.pid) as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))


def rows_say(title, rows):
    print("\n%s" % title)
    for what, value in rows:
        print("  %-58s %s" % (what, value))
    sys.stdout.flush()


async def all_come(people):
    began = time.monotonic()
    await asyncio.gather(*(p.come(began) for p in people))


def office(n=300, base=snug.SHIPPED, patience=(15, 20, None)):
    """The people, and what the server says of itself then."""
    names = ["person%d" % i for i in range(n)]
    s = server_of(names, base=base)
    try:
        people = [Person(s.port, name, "127.0.7.7", patience[i % len(patience)])
                  for i, name in enumerate(names)]
        asyncio.run(all_come(people))
        return people, s.json("status"), memory(s)
    finally:
        s.close()


def office_holds():
    people, status, peak = office()
    took = sorted(p.took for p in people)
    hashing = status["hashing-ms"] / 1000  # by one thread
    bound = 60 + 1.2 * hashing
    refused = [line for p in people for line in p.refused]
    shut = [why for p in people for why in p.shut]
    rows_say("300 people behind one address, at once", [
        ("in: the 1st, 100th, 200th, 300th", "%.1f, %.1f, %.1f, %.1f s" % (
            took[0], took[99], took[199], took[299])),
        ("passwords hashed, and how long that took", "%d, %.1f s" % (status["hashed"], hashing)),
        ("the last one, at most 60 s + 1.2 x that", "%.1f of %.1f s" % (took[-1], bound)),
        ("connections; of those given up", "%d, %d" % (sum(p.tries for p in people),
                                                       sum(p.gave_up for p in people))),
        ("told that they wait", sum(bool(p.waits) for p in people)),
        ("right passwords refused", len(refused)),
        ("connections refused or cut off", len(shut)),
        ("memory of snugd at most", "%d MiB" % peak),
    ])
    for line in (refused + shut)[:5]:
        print("    " + line.strip())
    return took[-1] <= bound and not refused and not shut


async def reached(condition):
    """patience.until() beside other tasks."""
    async def look():
        while not condition():
            await asyncio.sleep(STEP)
    await asyncio.wait_for(look(), PATIENCE)


async def guess(p):
    """One connection after the other, without a pause."""
    while True:
        await p.once()


async def ended(tasks):
    """Cancelled until they are: wait_for() of a Python before 3.12 loses one that comes with its result."""
    while tasks := [task for task in tasks if not task.done()]:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=STEP)


async def beside(s, foes, name, times):
    """How long somebody who is known takes to log in beside them, again and again."""
    tasks = [asyncio.create_task(guess(p)) for p in foes]
    took = []
    await reached(lambda: sum(p.tries > 1 for p in foes) >= len(foes) // 2)
    for _ in range(times):
        p = Person(s.port, name, "127.0.9.9")
        began = time.monotonic()
        took.append(time.monotonic() - began if await p.once() else float("inf"))
        p.go()
    await ended(tasks)
    return took


def hostile(n_foes=120, times=10, base=snug.SHIPPED):
    names = ["person%d" % i for i in range(20)]
    s = server_of(names, base=base)
    try:
        known = Person(s.port, names[0], "127.0.9.9")
        asyncio.run(all_come([known]))
        foes = [Person(s.port, names[1 + i % 19] if i % 2 else "nobody%d" % i, "127.0.8.%d" % (i + 1),
                       password="a wrong password") for i in range(n_foes)]
        took = asyncio.run(beside(s, foes, names[0], times))
        return took, s.json("status"), foes
    finally:
        s.close()


def hostile_holds():
    took, status, foes = hostile()
    own = status["hashing-ms"] / status["hashed"] / 1000
    rows_say("Somebody who is known, beside 120 addresses that guess", [
        ("10 logins: best, middle, worst", "%.2f, %.2f, %.2f s" % (
            min(took), sorted(took)[len(took) // 2], max(took))),
        ("at most 2 s + one hash", "%.2f s" % (2 + own)),
        ("guesses that were hashed; connections of the guessers", "%d, %d" % (
            status["hashed"] - 1 - len(took), sum(p.tries for p in foes))),
    ])
    return max(took) <= 2 + own


class Stopped:
    """A server that is told to stop while `enter` of it and some people holds."""

    def __init__(self, conf="", base=snug.SHIPPED):
        self.s = server_of(["person%d" % i for i in range(100)], conf, base)
        self.sockets = []

    def jobs(self):
        return self.s.json("status")["hash-jobs"]

    def handshakes(self):
        for i in range(100):
            c = socket.create_connection(("127.0.0.1", self.s.port), PATIENCE, ("127.0.7.7", 0))
            c.sendall(b"\x16\x03\x01")
            self.sockets.append(c)
        until("the handshakes", lambda: 'kind="unfinished"} 100\n' in self.s.run("metrics").out)

    async def held(self, n, then):
        people = [Person(self.s.port, "person%d" % i, "127.0.7.7") for i in range(n)]
        tasks = [asyncio.create_task(p.once()) for p in people]
        await reached(lambda: then(people))
        took = await asyncio.get_running_loop().run_in_executor(None, self.stop)
        await asyncio.gather(*tasks)
        return took

    def stop(self):
        began = time.monotonic()
        self.s.process.send_signal(signal.SIGTERM)
        code = self.s.process.wait(PATIENCE)
        took = time.monotonic() - began
        assert code == 0, self.s.read_log()
        assert "event=stopped" in self.s.read_log()
        return took

    def close(self):
        for c in self.sockets:
            c.close()
        self.s.close()


def stops(base=snug.SHIPPED):
    """State -> seconds from the signal to the end."""
    took = {}

    def in_state(name, conf, run):
        world = Stopped(conf, base)
        try:
            took[name] = run(world)
        finally:
            world.close()

    def shaking(world):
        world.handshakes()
        return world.stop()

    def waiting(n, then):
        return lambda world: asyncio.run(world.held(n, lambda people: then(world, people)))

    in_state("handshakes", "", shaking)
    # Of one alone the question may come too late.
    in_state("hashing", "", waiting(10, lambda world, people: world.jobs() >= 1))
    in_state("queue", "", waiting(100, lambda world, people: world.jobs() > 50))
    in_state("queue full", "\n[auth]\nlogins_waiting = 16\n",
             waiting(100, lambda world, people: any(p.refused for p in people)))
    in_state("retrying", "\n[auth]\nlogins_waiting = 16\n", retrying)
    return took


def retrying(world):
    """People who gave up come again meanwhile."""
    async def run():
        people = [Person(world.s.port, "person%d" % i, "127.0.7.7", 0.5) for i in range(60)]
        tasks = [asyncio.create_task(guess(p)) for p in people]
        await reached(lambda: sum(p.gave_up > 1 for p in people) >= 10)
        took = await asyncio.get_running_loop().run_in_executor(None, world.stop)
        await ended(tasks)
        return took
    return asyncio.run(run())


def stops_hold():
    took = stops()
    rows_say("SIGTERM, until the process has ended; at most 5 s",
             [(name, "%.2f s" % seconds) for name, seconds in took.items()])
    return max(took.values()) <= 5


def main(names):
    parts = {"office": office_holds, "hostile": hostile_holds, "stop": stops_hold}
    results = {name: parts[name]() for name in names or parts}
    print("\nstorm: " + ", ".join("%s %s" % (name, "held" if held else "BROKE")
                                   for name, held in results.items()))
    return not all(results.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
