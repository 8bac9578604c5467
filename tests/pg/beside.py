#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The store in SQLite and in PostgreSQL, beside each other and beside a bare loop of SQLite commits.

usage: beside.py FOLDER_OF_PROGRAMS [--messages N] [--turns N] [--json FILE]
The two take turns, so that the hour is the same for both; each is compared with the floor of its own
run (tests/bench/store.c), and PostgreSQL also with what it takes for the same from a bare loop of libpq
(tests/bench/pg_floor.c). It is a primary whose commits wait for one of two copies, all on this machine
and its one disk. Exit code 1: its acknowledgement takes more than BOUND times the floor's.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from cluster import Cluster

BOUND = 2.5
HERTZ = os.sysconf("SC_CLK_TCK")


def cpu_s(cluster):
    """Of all processes of the three servers, those that have ended too."""
    def of(pid):
        try:
            with open(f"/proc/{pid}/stat") as file:
                return sum(map(int, file.read().rpartition(")")[2].split()[11:15])) / HERTZ
        except FileNotFoundError:
            return 0
    return sum(of(pid) for node in cluster.nodes for pid in node.processes())


class Engines:
    def __init__(self, programs, folder, cluster):
        self.programs, self.folder, self.cluster = programs, folder, cluster

    def run(self, *words, where=None, program="snugstore"):
        words = [os.path.join(self.programs, program), *words] + ([where] if where else [])
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, text=True)
        return json.loads(done.stdout)

    def whole(self, messages):
        """Both, filled with so many; for PostgreSQL's servers their CPU, too."""
        sqlite = self.run(self.folder, str(messages))
        before = cpu_s(self.cluster)
        postgres = self.run(self.folder, str(messages), where=self.cluster.url())
        postgres["servers_cpu_us"] = (cpu_s(self.cluster) - before) / messages * 1e6
        return {"SQLite": sqlite, "PostgreSQL": postgres}

    def paced(self, turns):
        """The middle of some turns at 1,000 messages a second."""
        taken = {"SQLite": [], "PostgreSQL": []}
        cpu = 0
        for _ in range(turns):
            taken["SQLite"].append(self.run("paced", self.folder)["paced_1000"])
            before = cpu_s(self.cluster)
            taken["PostgreSQL"].append(self.run("paced", self.folder, where=self.cluster.url())["paced_1000"])
            cpu += cpu_s(self.cluster) - before
            bare = self.run(where=self.cluster.url(), program="snugpgfloor")
            taken["PostgreSQL"][-1] |= {f"bare_{name}": ms for name, ms in bare.items()}
        middle = {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                  for name, runs in taken.items()}
        middle["PostgreSQL"]["servers_cpu_us"] = cpu / turns / 5000 * 1e6  # PACED of store.c
        return middle


def rows(paced, whole):
    """what, SQLite, PostgreSQL"""
    def both(what, form, value):
        return [what, *(form % value(found) for found in ("SQLite", "PostgreSQL"))]
    yield ["", "SQLite", "PostgreSQL"]
    for name in ("p50", "p99"):
        yield both(f"acknowledged at 1,000/s: {name}", "%.2f ms", lambda e: paced[e][name + "_ms"])
        yield both(f"  the floor beside it: {name}", "%.2f ms", lambda e: paced[e][f"floor_{name}_ms"])
        yield both("  times the floor", "%.2f", lambda e: paced[e][name + "_ms"] / paced[e][f"floor_{name}_ms"])
        yield [f"  by a bare loop of libpq: {name}", "", "%.2f ms" % paced["PostgreSQL"][f"bare_{name}_ms"]]
    yield both("CPU of PostgreSQL a message at 1,000/s", "%.0f us", lambda e: paced[e].get("servers_cpu_us", 0))
    for size in (1, 10, 100, 1000):
        batch = f"batch_{size}"
        yield both(f"messages/s in batches of {size}", "%.0f", lambda e: whole[e][batch]["messages_per_s"])
        yield both("  CPU of snugd a message", "%.1f us", lambda e: whole[e][batch]["cpu_us"])
    yield both("CPU of PostgreSQL a message, over all", "%.0f us", lambda e: whole[e].get("servers_cpu_us", 0))
    yield both("load of 100,000 accounts, 10,000 rooms", "%.2f s", lambda e: whole[e]["load"]["s"])
    for what, key in (("page of 50", "page_50"), ("search, 50 found", "search_50")):
        for name in ("p50", "p99"):
            yield both(f"{what}: {name}", "%.2f ms", lambda e: whole[e][key][name + "_ms"])


def aligned(lines):
    lines = list(lines)
    first, *others = (max(map(len, column)) for column in zip(*lines))
    return "\n".join("  ".join([line[0].ljust(first), *map(str.rjust, line[1:], others)]) for line in lines)


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("programs")
    words.add_argument("--messages", type=int, default=1000000)
    words.add_argument("--turns", type=int, default=5)
    words.add_argument("--json")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="snug-beside-") as folder:
        cluster = Cluster()
        try:
            engines = Engines(os.path.realpath(asked.programs), folder, cluster)
            paced, whole = engines.paced(asked.turns), engines.whole(asked.messages)
        finally:
            cluster.close()
    if asked.json:
        with open(asked.json, "w") as file:
            json.dump({"paced": paced, "whole": whole}, file, indent=1)
    print(aligned(rows(paced, whole)))
    found = paced["PostgreSQL"]
    ratios = [found[name] / found["floor_" + name] for name in ("p50_ms", "p99_ms")]
    print("beside: {:.2f} and {:.2f} times the floor, at most {}: {}".format(
        *ratios, BOUND, "held" if max(ratios) <= BOUND else "BROKE"))
    return int(max(ratios) > BOUND)


if __name__ == "__main__":
    sys.exit(main())
