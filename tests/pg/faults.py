#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two snugd on a replicated PostgreSQL under load, and everything that may happen to them.

usage: faults.py [--rounds N] [--seed N] [--results FILE] [--rate N] [--broken] [KIND[+KIND]...]
A round is 20 faults on a fresh world, or those that are named; its lines go to the results. Rounds
that stand there are not played again, so that a long run goes on where it was ended. --broken takes a
message that was acknowledged out of the store in the end: the checker must say so.
Exit codes: 0 all is well, 1 something was lost or stood still, 2 usage, 77 the machine does not permit it.
"""
import argparse
import json
import os
import random
import sys
import time
import traceback
import urllib.parse

import cluster
import histories
import kinds
import pair
import wires
import witness
from fault_load import Skip, Wrong, need
from fault_power import Image
from patience import PATIENCE, until
from people import Message, Reader, Sender
import snug

SENDERS, READERS = ("ann", "bob"), ("eve", "finn")
FLOW = 500  # messages until all is taken for well again
DISK = 1024  # MiB each
CODES = (0, pair.FENCED)  # what a snugd may end with by itself
SKIPPED = 77


class World:
    """Three hosts with a PostgreSQL, two with a snugd, and people on a sixth."""

    def __init__(self, seed, rate):
        self.chance, self.cuts, self.people = random.Random(seed), [], []
        self.images, self.wires, self.cluster, self.pair = [], None, None, None
        try:
            self.wires = wires.Wires()
            self.images = [Image(DISK) for _ in cluster.Cluster.NAMES]
            for image in self.images:
                os.chmod(image.dir, 0o711)  # who serves there is another user
            self.cluster = cluster.Cluster([self.wires.host(name) for name in cluster.Cluster.NAMES],
                                           [image.folder for image in self.images])
            self.url = self.cluster.url()
            self.pair = pair.Pair([self.wires.host(name) for name in ("x", "y")], self.url)
            self.begin(rate)
        except BaseException:
            self.close()
            raise

    def begin(self, rate):
        tokens = {}
        for name in SENDERS + READERS:
            first = self.pair.machines[0]
            done = first.run("user", "add", name, "--password-stdin", stdin=snug.PASSWORD + "\n")
            need(done.code == 0, done)
            tokens[name] = first.run("user", "token", "add", name, "test").out.split()[-1]
        self.pair.start()
        self.pair.settle()
        where = [*self.pair.machines], pair.PORT
        self.senders = [Sender(*where, name, tokens[name], rate=rate / len(SENDERS)) for name in SENDERS]
        self.readers = [Reader(*where, name, tokens[name]) for name in READERS]
        self.people = self.senders + self.readers
        for person in self.people:
            person.start()
        self.flow()

    @staticmethod
    def now():
        return time.time()

    def was_cut(self, host, since):
        self.cuts.append((host.name, since, self.now()))

    def disk_of(self, node):
        return self.images[self.cluster.nodes.index(node)].folder

    def acked(self):
        return sum(len(sender.acked) for sender in self.senders)

    def said(self):
        troubles = "\n".join(f"{p.account}: {time.strftime('%T', time.gmtime(when))} {where} {why!r}"
                             for p in self.people for when, where, why in p.troubles[-5:])
        return f"{self.acked()} acknowledged\n{troubles}\n{self.pair.said()}\n{self.cluster.shown()}"

    def flow(self):
        """Until so many more are acknowledged."""
        goal = self.acked() + FLOW

        def is_reached():
            self.pair.tend()
            return self.acked() >= goal
        until(lambda: "messages to flow: " + self.said(), is_reached)

    def play(self, faults):
        """These faults at once, to their ends, and until all is well again."""
        due = [(time.monotonic(), n, fault(self)) for n, fault in enumerate(faults)]
        while due:
            due.sort()
            when, n, fault = due.pop(0)
            until("time", lambda: time.monotonic() >= when, self.pair.tend)  # time: what the fault says
            try:
                due.append((time.monotonic() + next(fault), n, fault))  # time: what the fault says
            except StopIteration:
                continue
        self.cluster.settle()
        self.pair.settle()
        self.flow()

    def outage(self, since):
        """The longest time without any acknowledgement, in seconds."""
        times = sorted(when for sender in self.senders for when in sender.acked_at[-200000:] if when > since)
        return max(after - before for before, after in zip([since, *times], times))

    def history(self):
        leader = self.pair.leader()
        name = SENDERS[0]
        client = snug.Client(pair.PORT, host=leader.address)
        client.login(name, witness.CAPS, self.senders[0].secret)
        rows = [Message(*row) for row in witness.history(client)]
        client.close()
        return rows

    def break_history(self):
        """As an engine would that lost one."""
        lost = self.senders[0].acked[0].text
        name = urllib.parse.urlsplit(self.url).path[1:]
        self.cluster.primary.sql(f"DELETE FROM message WHERE text = '{lost}'", name)

    def finish(self):
        """Everybody has said and read all; what is wrong with it."""
        for sender in self.senders:
            sender.no_more.set()
        for sender in self.senders:
            sender.join(PATIENCE)
            need(not sender.is_alive(), sender.account, "is not done:", self.said())
        rows = self.history()
        until(lambda: f"readers to have {len(rows)}: {[len(r.held) for r in self.readers]}",
              lambda: all(len(reader.held) >= len(rows) for reader in self.readers))
        for reader in self.readers:
            reader.finished.set()
            reader.join(PATIENCE)
        return histories.check(self.senders, self.readers, rows, self.pair.terms(), self.cuts), rows

    def close(self):
        for person in self.people:
            person.finished.set()
        for part in (self.pair, self.cluster, *self.images, self.wires):
            if part:
                part.close()


def named(faults):
    return "+".join(fault.__name__ for fault in faults)


def play_round(seed, rate, wanted=(), is_broken=False):
    """A row for each fault, and one of the whole: what the checker found."""
    world = World(seed, rate)
    try:
        rows = []
        for faults in wanted or kinds.drawn(world.chance):
            since, before = time.time(), world.acked()
            world.play(faults)
            rows.append({"seed": seed, "fault": named(faults), "outage": round(world.outage(since), 3),
                         "took": round(time.time() - since, 1), "acknowledged": world.acked() - before})
            print("  {fault:40} outage {outage:7.3f} s, {acknowledged} acknowledged".format(**rows[-1]), flush=True)
        if is_broken:
            world.break_history()
        found, history = world.finish()
        codes = [code for machine in world.pair.machines for code in machine.codes]
        need(all(code in CODES for code in codes), "exit codes", codes, world.pair.said())
        again = sum(sender.again for sender in world.senders)
        refused = [line for sender in world.senders for line in sender.refused]
        # Only a full disk refuses anybody anything.
        need(not refused or any(kinds.FULL in row["fault"] for row in rows), *refused[:5])
        rows.append({"seed": seed, "faults": len(rows), "messages": len(history), "terms": len(world.pair.terms()),
                     "sent again": again, "refused": len(refused), **found})
        if any(found[kind] for kind in histories.KINDS):
            print(found.said() + "\n" + "\n".join(refused[:9]) + world.said(), flush=True)
        return rows
    finally:
        world.close()


def read(path):
    if not path or not os.path.exists(path):
        return []
    with open(path) as file:
        return [json.loads(line) for line in file]


def write(path, rows):
    if path:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "a") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def table(rows):
    """Of each kind how often, and the outages; of all what was found."""
    kinds_of = {}
    for row in rows:
        if "fault" in row:
            kinds_of.setdefault(row["fault"], []).append(row["outage"])
    lines = [f"{'fault':45} {'n':>3} {'outage: median':>15} {'longest':>9}"]
    for name, outages in sorted(kinds_of.items(), key=lambda item: ("+" in item[0], item[0])):
        outages.sort()
        lines.append(f"{name:45} {len(outages):3} {outages[len(outages) // 2]:13.2f} s {outages[-1]:7.2f} s")
    whole = [row for row in rows if "faults" in row]
    sums = {word: sum(row.get(word, 0) for row in whole)
            for word in ("faults", "messages", "terms", "sent again", "refused", *histories.KINDS, histories.STALE)}
    return "\n".join([*lines, ", ".join(f"{word} {n}" for word, n in sums.items())])


def parsed(words):
    """kill+kill_primary: these at once."""
    every = {fault.__name__: fault for fault in kinds.SNUGD + kinds.ENGINE}
    unknown = {name for word in words for name in word.split("+")} - set(every)
    if unknown:
        raise ValueError(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    return [tuple(every[name] for name in word.split("+")) for word in words]


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("kinds", nargs="*", help="these, instead of 20 by chance")
    words.add_argument("--rounds", type=int, default=1)
    words.add_argument("--seed", type=int, default=1, help="of the first round")
    words.add_argument("--results", help="where the rounds are kept")
    words.add_argument("--rate", type=int, default=1000, help="messages a second")
    words.add_argument("--broken", action="store_true", help="prove the checker")
    asked = words.parse_args()
    try:
        wanted = parsed(asked.kinds)
    except ValueError as why:
        words.error(str(why))
    try:
        wires.in_private()
    except Skip as why:
        print(f"pg: SKIPPED, {why}")
        return SKIPPED
    rows = read(asked.results)
    played = {row["seed"] for row in rows}
    for seed in range(asked.seed, asked.seed + asked.rounds):
        if seed in played:
            continue
        print(f"round {seed}:", flush=True)
        try:
            fresh = play_round(seed, asked.rate, wanted, asked.broken)
        except (Wrong, AssertionError):
            traceback.print_exc()
            print(f"pg: FAILED in round {seed}")
            return 1
        write(asked.results, fresh)
        rows += fresh
    print(table(rows))
    return int(any(row[kind] for row in rows if "faults" in row for kind in histories.KINDS))


if __name__ == "__main__":
    sys.exit(main())
