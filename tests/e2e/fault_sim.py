# SPDX-License-Identifier: MIT
"""The simulation (tests/sim): a hub and a store on a disk that fails, by seeds; and whether
it notices what was broken on purpose."""
import os
import re
import subprocess

import snug
from fault_load import Skip, need

BROKEN = ("gate", "index", "fsync")
COUNT = re.compile(r"(\d+) ([a-z ]+)")


def play(*words):
    done = subprocess.run([os.path.join(snug.BIN, "sim"), *map(str, words)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.strip()


def sim(count, seed):
    """Seeds 1 to `count`, so that each is the same everywhere."""
    if not os.path.exists(os.path.join(snug.BIN, "sim")):
        raise Skip("the simulation is not built")
    code, said = play(1, count)
    found = {what: int(n) for n, what in COUNT.findall(said.splitlines()[-1])}
    need(code == 0 and found.get("seeds in which something did not hold") == 0, said)
    for part in BROKEN:
        code, said = play(1, 200, part)
        need(code == 0, "without its", part, said)
    return {"seeds": found["seeds"], "acknowledged": found["acknowledged"], "lost": 0,
            "duplicated": 0, "out of order": 0, "power cuts": found["power cuts"],
            "kills": found["ends of the process"], "disk errors": found["disk errors"],
            "cuts": found["broken connections"], "broken on purpose and noticed": len(BROKEN)}
