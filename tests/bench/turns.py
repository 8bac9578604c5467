#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures builds of snugd against each other where a message is alone, by turns.

usage: turns.py TURNS TOOLS_DIR BASE_DIR BIN_DIR...

TOOLS_DIR has snugload and snugstore, each other folder a snugd; what is measured stands beside the
first of them, the base. Medians of short turns on fresh servers, in changing order, so that the
hour is the same for all. What the kernel does for a server in threads of its own (the end of a
synchronous write that the kernel does by itself) is in no process's CPU: it is counted for the
machine, and only its difference says something. "waited" is the share of the time in which
somebody on the machine waited for a processor: where it is high, times are the others' doing.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import run
import servers

CASES = {
    "room of 100, 20 msg/s": (100, dict(senders=10, messages=12, rate=20)),
    "room of 2, 20 msg/s": (2, dict(senders=1, messages=100, rate=20)),
    "direct messages to and fro": (2, dict(pings=True, messages=600, window=1)),
    "acknowledged at 1,000 msg/s": (10, dict(senders=10, messages=400, rate=1000, echo=True)),
}
COLUMNS = {"cpu": ("CPU us a message", "{:.0f}"), "kernel": ("of kernel threads", "{:.0f}"),
           "switches": ("context switches", "{:.1f}"),
           "p50": ("p50 ms", "{:.2f}"), "p99": ("p99 ms", "{:.2f}"), "waited": ("waited", "{:.0%}")}
SETTLED_S = 1.2  # a start makes room on the disk


def kernel_us():
    """CPU of the kernel's workers and of the file system's journals, since the machine started."""
    total = 0
    for task in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (task / "comm").read_text().startswith(("kworker", "jbd2")):
                total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return total / 1000


def waited_us():
    return int(pathlib.Path("/proc/pressure/cpu").read_text().splitlines()[0].rsplit("=", 1)[1])


def once(tools, build, case):
    clients, options = CASES[case]
    bench = run.Bench(argparse.Namespace(bin=tools, size=100, quick=True))
    server = servers.Snugd(build, clients)
    try:
        time.sleep(SETTLED_S)
        began, kernel, waited = time.monotonic(), kernel_us(), waited_us()
        r = bench.load(server, clients, **options)
        kernel, waited = kernel_us() - kernel, (waited_us() - waited) / 1e6 / (time.monotonic() - began)
    finally:
        server.stop()
    if not r["ok"]:
        raise SystemExit(f"{case}, {build}: {r}")
    messages = run.messages_of(r, options)
    prefix = "ack_" if options.get("echo") else ""
    return {"cpu": r["server_cpu_us_per_delivery"] * r["received"] / messages, "kernel": kernel / messages,
            "switches": r["server_switches"] / messages,
            "p50": r[prefix + "p50_ms"], "p99": r[prefix + "p99_ms"], "waited": waited}


def bare_commit(tools):
    """A bare SQLite commit for each message, at the same rate."""
    with tempfile.TemporaryDirectory() as folder:
        found = json.loads(subprocess.run([tools / "snugstore", "paced", folder], check=True, text=True,
                                          stdout=subprocess.PIPE).stdout)["paced_1000"]
    return {"p50": found["floor_p50_ms"], "p99": found["floor_p99_ms"]}


def measure(turns, tools, builds):
    found = {}
    for turn in range(turns):
        for case, (_, options) in CASES.items():
            for build in builds[turn % len(builds):] + builds[:turn % len(builds)]:
                found.setdefault((case, build.name), []).append(once(tools, build, case))
            if options.get("echo"):
                found.setdefault((case, "a bare commit"), []).append(bare_commit(tools))
        print(f"turn {turn + 1} of {turns}", file=sys.stderr, flush=True)
    return {key: {name: statistics.median(r[name] for r in runs) for name in runs[0]}
            for key, runs in found.items()}


def cell(name, value, base):
    if value is None:
        return ""
    ratio = f" ({value / base:.2f}x)" if base and name != "waited" else ""
    return COLUMNS[name][1].format(value) + ratio


def main():
    if len(sys.argv) < 4 or not sys.argv[1].isdigit():
        raise SystemExit(__doc__)
    turns, tools, *builds = int(sys.argv[1]), *map(pathlib.Path, sys.argv[2:])
    print("| | | " + " | ".join(words for words, _ in COLUMNS.values()) + " |\n|--|--|" + "--:|" * len(COLUMNS))
    found = measure(turns, tools, builds)
    for (case, who), r in found.items():
        base = {} if who == builds[0].name else found[case, builds[0].name]
        print(f"| {case} | {who} | " + " | ".join(cell(c, r.get(c), base.get(c)) for c in COLUMNS) + " |")


if __name__ == "__main__":
    main()
