#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures every bar of the client, beside irssi, WeeChat and catgirl where a bar compares.

usage: client.py BIN_DIR [--trials N] [--only WORD,...] [--document FILE]

All clients stand on pseudo-terminals of 100x28 and talk over TLS to the same server on this
machine, which sends the same bytes to each. Of three runs the best counts: what else the machine
does only ever adds. CPU is the processor time of the client alone, which load changes least.
"""
import argparse
import os
import statistics
import sys
import threading
import time

import peers
from peers import Burster, Home, Term

from screen import Screen

LAST = "XQXQXQXQ"
KEYS = "~^@%}{|><=+&"
PEERS = ("irssi", "weechat", "catgirl")


def ms(seconds):
    return None if seconds is None else seconds * 1000


def least(values):
    values = [value for value in values if value is not None]
    return min(values) if values else None


def high(values):
    """The 99th of a hundred."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))] if values else None


class Stand:
    """One kind of client, started as often as wanted."""

    def __init__(self, name, binary, burster):
        self.name, self.burster, self.home = name, burster, Home(name)
        if name == "snug":
            self.words = [binary, "--home", self.home.dir]
            self.sign_in(binary)
        else:
            self.words = peers.installed()[name](self.home.dir, burster)

    def sign_in(self, binary):
        self.burster.joined.clear()
        term = Term([binary, "--home", self.home.dir, "login", "--name", "ann", "--pin",
                     self.burster.pin, f"localhost:{self.burster.port}/bench"])
        term.wait("Password")
        time.sleep(0.1)
        term.write("\r")
        assert self.burster.joined.wait(20), term.text()
        term.rest()
        self.drop(term)

    def start(self):
        """In the room, with nothing left to draw."""
        self.burster.joined.clear()
        term = Term(self.words)
        term.to_frame = term.first_frame()
        term.cpu_to_frame = term.cpu()
        end = time.monotonic() + 20
        while not self.burster.joined.is_set() and time.monotonic() < end:
            term.read(0.01)
        term.to_join = self.burster.join_at - term.began
        term.rest()
        if self.name == "irssi":
            term.write(f"/window goto {peers.ROOM}\r")
            term.rest()
        return term

    @staticmethod
    def drop(term):
        term.kill()
        time.sleep(0.05)

    def burst(self, term, count, seconds=30):
        """Seconds to the last line, seconds of CPU, bytes to the terminal."""
        term.forget()
        cpu, began = term.cpu(), time.monotonic()
        sender = threading.Thread(target=self.burster.burst, args=(count, LAST))
        sender.start()
        at = term.wait(LAST, seconds, 4)
        sender.join()
        term.rest(0.2)
        return at and at - began, term.cpu() - cpu, term.bytes


def start_up(stand, out):
    runs = []
    for _ in range(3):
        term = stand.start()
        runs.append((term.to_frame, term.to_join, term.cpu_to_frame))
        stand.drop(term)
    out["frame"] = ms(least(run[0] for run in runs))
    out["frame_cpu"] = ms(least(run[2] for run in runs))
    out["join"] = ms(least(run[1] for run in runs))


def memory(stand, out):
    term = stand.start()
    out["rss"], out["dirty"] = term.memory()
    stand.drop(term)


def flood(stand, out, count, name):
    runs = []
    for _ in range(3):
        term = stand.start()
        runs.append(stand.burst(term, count))
        out["rss_" + name] = term.memory()[0]
        stand.drop(term)
        if runs[-1][0] is None or runs[-1][0] > 3:
            break  # another run changes nothing any more
    out["drawn_" + name] = ms(least(run[0] for run in runs))
    out["cpu_" + name] = ms(min(run[1] for run in runs))
    out["bytes_" + name] = min(run[2] for run in runs) / 1000


def echo(term, key):
    term.raw = b""
    began = time.monotonic()
    term.write(key)
    at = term.wait(key, 2)
    return at and at - began


def keys_idle(stand, out):
    term, took = stand.start(), []
    for i in range(300):
        took.append(echo(term, KEYS[i % len(KEYS)]))
        if i % 20 == 19:
            term.write("\x15")
            term.rest(0.05)
    took = [one for one in took if one is not None]
    out["echo"], out["echo_99"] = ms(statistics.median(took)), ms(high(took))
    stand.drop(term)


def keys_busy(stand, out):
    term, took = stand.start(), []
    sender = threading.Thread(target=lambda: [
        (stand.burster.burst(1000, "line", i), time.sleep(0.02)) for i in range(30)])
    sender.start()
    i = 0
    while sender.is_alive():
        one = echo(term, KEYS[i % len(KEYS)])
        took.append(2.0 if one is None else one)
        i += 1
        if i % 40 == 0:
            term.write("\x15")
        time.sleep(0.01)
    sender.join()
    out["busy"], out["busy_99"] = ms(statistics.median(took)), ms(high(took))
    stand.drop(term)


def moves(stand, out):
    """CPU of a page up, and of a new width, with 100,000 lines held; the others hold 10,000."""
    term = stand.start()
    stand.burst(term, 100000 if stand.name == "snug" else 10000)
    term.rest(1)
    costs = []
    for _ in range(20):
        before = term.cpu()
        term.write("\x1b[5~")
        term.rest(0.1)
        costs.append(term.cpu() - before)
    out["page"] = ms(statistics.median(costs))
    costs = []
    for width in (80, 100, 90, 100):
        before = term.cpu()
        term.resize(width, 28)
        term.rest(0.3)
        costs.append(term.cpu() - before)
    out["resize"] = ms(min(costs))
    stand.drop(term)


def bursts(stand, out, count=100):
    """How many of a hundred bursts stand on the screen to their last line, with nothing behind."""
    stand.burster.joined.clear()
    screen, shown = Screen(stand.words), 0
    assert stand.burster.joined.wait(20)
    time.sleep(1)
    if stand.name == "irssi":
        screen.type(f"/window goto {peers.ROOM}")
        time.sleep(0.5)
    for i in range(count):
        stand.burster.burst(1 + i * 7919 % 60, f"{LAST} {i}.")
        end = time.monotonic() + 2
        while (seen := f"{LAST} {i}." in screen.text()) is False and time.monotonic() < end:
            time.sleep(0.02)
        shown += seen
    out["bursts"] = shown * 100 / count
    screen.close()


def paste(stand, out):
    term = stand.start()
    asks = b"\x1b[?2004h" in term.raw
    del stand.burster.said[:]
    term.write("\x1b[200~one\rtwo\rthree\x1b[201~" if asks else "one\rtwo\rthree\r")
    term.rest(3)
    out["pasted"] = len(stand.burster.said)
    stand.drop(term)


PARTS = {
    "start": [start_up], "memory": [memory], "flood": [
        lambda stand, out: flood(stand, out, 10000, "10k"),
        lambda stand, out: flood(stand, out, 100000, "100k")],
    "keys": [keys_idle, keys_busy], "moves": [moves], "bursts": [bursts], "paste": [paste],
}


def compare(binary, only):
    found = {}
    for name in ("snug", *(peer for peer in PEERS if peer in peers.installed())):
        burster = Burster()
        stand = Stand(name, binary, burster)
        found[name] = {}
        for part, runs in PARTS.items():
            for run in runs if not only or part in only else []:
                try:
                    run(stand, found[name])
                except (OSError, AssertionError, IndexError) as why:
                    found[name].setdefault("failed", []).append(f"{part}: {why!r}")
                print(name, part, {k: round(v, 2) if isinstance(v, float) else v
                                   for k, v in found[name].items()}, file=sys.stderr, flush=True)
        stand.home.close()
        burster.close()
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--document")
    args = parser.parse_args()
    os.environ["SNUG_BIN"] = os.path.abspath(args.bin)
    import client_alone
    import client_report
    found = compare(os.path.join(os.environ["SNUG_BIN"], "snug"), args.only)
    facts = client_alone.measure(args.only, args.trials)
    text = client_report.table(found, facts)
    print(text)
    if args.document:
        client_report.write(args.document, text)


if __name__ == "__main__":
    main()
