# SPDX-License-Identifier: MIT
"""The simulation (tests/sim), by seeds: a hub and a store on a disk that fails, or two servers
before one replicated engine; and whether it notices what was broken on purpose."""
import os
import re
import subprocess

import snug
from fault_load import Skip, need

BROKEN = ("gate", "index", "fsync")
BROKEN_PAIR = ("no-fence", "trust-read", "trust-notice", "trust-reader", "no-silence")
COUNT = re.compile(r"(\d+) ([a-z -]+)")


def play(*words):
    done = subprocess.run([os.path.join(snug.BIN, "sim"), *map(str, words)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.strip()


def hold(count, broken, most, *world):
    """Seeds 1 to `count`, so that each is the same everywhere. What was found, by its name."""
    if not os.path.exists(os.path.join(snug.BIN, "sim")):
        raise Skip("the simulation is not built")
    code, said = play(*world, 1, count)
    found = {what: int(n) for n, what in COUNT.findall(said.splitlines()[-1])}
    need(code == 0 and found.get("seeds in which something did not hold") == 0, said)
    for part in broken:
        code, said = play(*world, 1, most, part)
        need(code == 0, "without its", part, said)
    return {"seeds": found["seeds"], "acknowledged": found["acknowledged"], "lost": 0,
            "duplicated": 0, "out of order": 0, "cuts": found["broken connections"],
            "broken on purpose and noticed": len(broken)}, found


def sim(count, seed):
    row, found = hold(count, BROKEN, 200)
    return {**row, "power cuts": found["power cuts"], "kills": found["ends of the process"],
            "disk errors": found["disk errors"]}


def pair(count, seed):
    row, found = hold(count, BROKEN_PAIR, 2000, "pair")
    return {**row, "take-overs": found["take-overs"], "fail-overs": found["fail-overs"],
            "commits in doubt": found["commits in doubt"]}
