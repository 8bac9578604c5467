#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The units of store and hub, the talks and the whole processes, with PostgreSQL in SQLite's place.

usage: suite.py FOLDER_OF_PROGRAMS LOGS [PART...]
Says of each part how many ran, how many are of SQLite alone, and why those are. A part is unit-store,
unit-hub, talk-hub, talk-server, one of the lots e2e-1 to e2e-4, or a module of tests/e2e.
"""
import collections
import glob
import os
import re
import subprocess
import sys

import postgres

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "../.."))
E2E = os.path.join(HERE, "../e2e")
LOTS = 4  # of the whole processes, each with a log of its own
TALKS = sorted(glob.glob(os.path.join(ROOT, "tests/talk/*.talk")))
WHY = re.compile(r"of SQLite alone: ([^'\"\n]*)")
# How a part says that one ran well, and that one did not hold.
CMOCKA = r"^\[       OK \] ", r"^\[  FAILED  \] \w+$|^\[  ERROR   \] [a-z]\w+$"
TALK = r"^ok   ", r"^FAIL "
UNITTEST = r" \.\.\. ok$|^ok$", r"^(?:FAIL|ERROR): "


def modules():
    return sorted(os.path.basename(path)[:-3] for path in glob.glob(os.path.join(E2E, "test_*.py")))


def parts(programs):
    """name -> (words, folder, how it counts)"""
    at = lambda name: os.path.join(programs, name)
    return {
        "unit-store": ([at("unit-store")], ROOT, CMOCKA),
        "unit-hub": ([at("unit-hub")], ROOT, CMOCKA),
        "talk-hub": ([at("talk_hub"), *TALKS], ROOT, TALK),
        "talk-server": ([at("talk_server"), at("snugd"), "0", *TALKS], ROOT, TALK),
        **{f"e2e-{n + 1}": whole_processes(modules()[n::LOTS]) for n in range(LOTS)},
    }


def whole_processes(names):
    return [sys.executable, "-W", "ignore", "-m", "unittest", "-v", *names], E2E, UNITTEST


def counted(log, well, failed):
    """How many ran well, which did not hold, and why others were left out."""
    with open(log, errors="replace") as file:
        lines = file.read().splitlines()
    return (sum(bool(re.search(well, line)) for line in lines),
            sorted({line for line in lines if re.search(failed, line)}),
            collections.Counter(match[1] for line in lines for match in [WHY.search(line)] if match))


def run(name, words, folder, patterns, logs, server):
    log = os.path.join(logs, name + ".log")
    with open(log, "w") as file:
        done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False,
                              env={**os.environ, "SNUG_STORE": "pg", "SNUG_PG_URL": server.url(),
                                   "SNUG_IO_THREADS": "0"})
    well, failed, why = counted(log, *patterns)
    alone = sum(why.values())
    print(f"{name:12} {well:5} on PostgreSQL, {alone:4} of SQLite alone, {len(failed)} failed", flush=True)
    for line in failed:
        print("    " + line)
    return done.returncode == 0 and not failed, well, alone, why


def main(words):
    if len(words) < 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    programs, logs = os.path.realpath(words[0]), words[1]
    os.environ["SNUG_BIN"] = programs
    os.makedirs(logs, exist_ok=True)
    every, server = parts(programs), postgres.given_or_new()
    try:
        done = [run(name, *(every.get(name) or whole_processes([name])), logs, server)
                for name in words[2:] or every]
    finally:
        server.close()
    why = sum((one[3] for one in done), collections.Counter())
    print(f"in all {sum(one[1] for one in done)} on PostgreSQL, {sum(one[2] for one in done)} of SQLite alone:")
    for reason, count in why.most_common():
        print(f"    {count:4} {reason}")
    return int(not all(one[0] for one in done))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
