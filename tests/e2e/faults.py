#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults on a real server, a line of counts for each.

usage: faults.py NAME|all [--count N] [--seed N] [--short]
Exit codes: 0 all is well, 1 something was lost, 2 usage, 77 the machine does not permit it.
"""
import argparse
import random
import sys
import time
import traceback

import fault_disk
import fault_gone
import fault_net
import fault_order
import fault_process
import fault_slow
from fault_load import Skip, Wrong, is_wrong

# name: (what runs, how often in `make faults`, how often in `make check` or not at all)
FAULTS = {
    "kill": (fault_process.kill, 1000, 20),
    "syscall": (fault_process.syscall, 1500, 28),
    "eio": (fault_process.eio, 60, 8),
    "order": (fault_order.order, 200, 20),
    "full": (fault_disk.full, 10, 1),
    "power": (fault_disk.power, 60, 5),
    "normal": (fault_disk.normal, 20, 5),
    "damage": (fault_disk.damage, 500, 10),
    "cut": (fault_net.cut, 1, 23),
    "silent": (fault_net.silent, 3, 1),
    "files": (fault_net.files, 40, 9),
    "gone": (fault_gone.gone, 20, None),
    "reader": (fault_slow.reader, 240, 6),
    "stop": (fault_process.stop, 10, 2),
    "orders": (fault_process.orders, 100, 8),
    "clock": (fault_process.clock, 30, 6),
}
SKIPPED = 77


def run(name, count, seed):
    """Prints the line; 0, 1 or 77."""
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
    return int(is_wrong(counts))


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("name", choices=[*FAULTS, "all"])
    words.add_argument("--count", type=int)
    words.add_argument("--seed", type=int)
    words.add_argument("--short", action="store_true", help="as often as in make check")
    asked = words.parse_args()
    names = list(FAULTS) if asked.name == "all" else [asked.name]
    codes = []
    for name in names:
        if asked.short and not FAULTS[name][2]:
            continue
        count = asked.count or FAULTS[name][2 if asked.short else 1]
        codes.append(run(name, count, asked.seed or random.randrange(1, 10**9)))
    if 1 in codes:
        return 1
    return SKIPPED if len(names) == 1 and SKIPPED in codes else 0


if __name__ == "__main__":
    sys.exit(main())
