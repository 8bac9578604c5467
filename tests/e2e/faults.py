#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults on a real server, a line of counts for each and a table of them all.

usage: faults.py NAME|all [--count N] [--seed N] [--short]
Exit codes: 0 all is well, 1 something was lost, 2 usage, 77 the machine does not permit it.
"""
import argparse
import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback

import fault_damage
import fault_disk
import fault_gone
import fault_net
import fault_order
import fault_power
import fault_process
import fault_sim
import fault_slow
from fault_load import WORDS, Skip, Wrong, is_wrong

# name: (what runs, how often in `make faults`, how often in `make check` or not at all); the
# longest first. The first of the counts says what was done, and how often.
FAULTS = {
    "kill": (fault_process.kill, 1000, 20),
    "damage": (fault_damage.damage, 10000, 40),
    "reader": (fault_slow.reader, 240, 6),
    "syscall": (fault_process.syscall, 5000, 28),
    "power": (fault_power.power, 200, 5),
    "sim": (fault_sim.sim, 10000, None),
    "pair": (fault_sim.pair, 10000, None),
    "gone": (fault_gone.gone, 20, None),
    "stop": (fault_process.stop, 10, 2),
    "files": (fault_net.files, 40, 9),
    "full": (fault_disk.full, 10, 1),
    "order": (fault_order.order, 200, 20),
    "eio": (fault_process.eio, 60, 8),
    "orders": (fault_process.orders, 100, 8),
    "live": (fault_power.live, 50, 4),
    "cut": (fault_net.cut, 1, 23),
    "silent": (fault_net.silent, 3, 1),
    "clock": (fault_process.clock, 30, 6),
    "normal": (fault_power.normal, 20, 5),
    "bare": (fault_power.bare, 40, None),
}
SKIPPED = 77
COLUMNS = ("acknowledged", *WORDS.values())
AT_ONCE = 2  # most of it is waiting


def run(name, count, seed):
    """Prints the line, leaves the counts in a file that was asked for; 0, 1 or 77."""
    began = time.monotonic()
    try:
        counts = FAULTS[name][0](count, seed)
    except Skip as why:
        print(f"{name}: SKIPPED, {why}", flush=True)
        return SKIPPED
    except (Wrong, AssertionError):
        traceback.print_exc()
        print(f"{name}: FAILED, seed {seed}", flush=True)
        return 1
    if isinstance(counts, int):
        return counts  # another process did it, and has said so
    words = ", ".join(f"{what} {n}" for what, n in counts.items())
    print(f"{name}: {words}, seed {seed}, {time.monotonic() - began:.0f} s", flush=True)
    if "SNUG_FAULT_COUNTS" in os.environ:
        with open(os.environ["SNUG_FAULT_COUNTS"], "w") as file:
            json.dump(counts, file)
    return int(is_wrong(counts))


class Done:
    """One fault, run in a process of its own."""

    def __init__(self, name, short):
        self.name, began = name, time.monotonic()
        with tempfile.NamedTemporaryFile("r") as file:
            done = subprocess.run([sys.executable, __file__, name, *(["--short"] if short else [])],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.STDOUT, env={**os.environ, "SNUG_FAULT_COUNTS": file.name})
            self.counts = json.loads(file.read() or "{}")
        self.code, self.said = done.returncode, done.stdout.strip()
        self.seconds = time.monotonic() - began
        print(self.said, flush=True)

    def row(self):
        state = {0: "", SKIPPED: "SKIPPED"}.get(self.code, "FAILED")
        what, n = next(iter(self.counts.items()), (state, ""))
        return [self.name, n, what if not state else f"{what} {state}",
                *(self.counts.get(word, "") for word in COLUMNS), f"{self.seconds:.0f} s"]


def table(rows):
    """The rows, aligned, and their sums."""
    sums = [sum(row[i] for row in rows if isinstance(row[i], int)) for i in range(3, 3 + len(COLUMNS))]
    rows = [["fault", "", "", *COLUMNS, ""], *rows, ["in total", "", "", *sums, ""]]
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(str(cell).ljust(width) if i in (0, 2) else str(cell).rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in rows)


def run_all(names, short):
    """Several at a time; the table at the end. What came of each."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda name: Done(name, short), names))
    print("\n" + table([one.row() for one in done]), flush=True)
    return done


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("name", choices=[*FAULTS, "all"])
    words.add_argument("--count", type=int)
    words.add_argument("--seed", type=int)
    words.add_argument("--short", action="store_true", help="as often as in make check")
    asked = words.parse_args()
    if asked.name == "all":
        names = [name for name in FAULTS if FAULTS[name][2] or not asked.short]
        return int(any(one.code not in (0, SKIPPED) for one in run_all(names, asked.short)))
    count = asked.count or FAULTS[asked.name][2 if asked.short else 1]
    return run(asked.name, count, asked.seed or random.randrange(1, 10**9))


if __name__ == "__main__":
    sys.exit(main())
