#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays one test of whole processes by itself, or lists them all.

usage: SNUG_BIN=DIR whole.py SECONDS WORK TEST
       SNUG_BIN=DIR whole.py

TEST is a class of tests/e2e, as in test_admin.Own, or a talk, which is played on the server. When it
ended, or SECONDS passed (exit code 124), all ends that it began, wherever that has gone to. Exit
code 125: it passed, and took more than WORK seconds of processors, which another's load does not
change.
"""
import ctypes
import glob
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
E2E = ROOT / "tests/e2e"
PR_SET_CHILD_SUBREAPER = 36
LATE = 124  # as timeout(1) says it
LONG = 125


def cases(suite):
    for one in suite:
        yield from cases(one) if isinstance(one, unittest.TestSuite) else [one]


def names():
    """Of every class and talk; a module that is not for this machine has none."""
    sys.path.insert(0, str(E2E))
    found = [type(case) for case in cases(unittest.defaultTestLoader.discover(str(E2E), "test_*.py"))]
    classes = [f"{c.__module__}.{c.__qualname__}" for c in found if not c.__module__.startswith("unittest")]
    talks = sorted(os.path.relpath(path, ROOT) for path in glob.glob(str(ROOT / "tests/talk/*.talk")))
    return [*dict.fromkeys(classes), *talks]


def command(name):
    if name.endswith(".talk"):
        folder = os.path.abspath(os.environ["SNUG_BIN"])
        return [f"{folder}/talk_server", f"{folder}/snugd", "0", str(ROOT / name)]
    return [sys.executable, "-W", "ignore", "-m", "unittest", "--failfast", name]


def children():
    return [int(pid) for path in glob.glob("/proc/self/task/*/children")
            for pid in pathlib.Path(path).read_text().split()]


def end_all():
    """Who loses his parent becomes our child: once there is none, there is nobody."""
    while left := children():
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def work():
    """Seconds of processors, of all that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def play(name, seconds):
    """Gives its exit code, or LATE."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="mutant-", ignore_cleanup_errors=True) as scratch:
        try:
            return subprocess.run(command(name), cwd=E2E, timeout=seconds, stdin=subprocess.DEVNULL,
                                  env=dict(os.environ, TMPDIR=scratch), check=False).returncode
        except subprocess.TimeoutExpired:
            return LATE
        finally:
            end_all()


def main():
    if len(sys.argv) == 1:
        print(*names(), sep="\n")
        return
    seconds, most, name = sys.argv[1:]
    code = play(name, float(seconds))
    sys.exit(LONG if code == 0 and work() > float(most) else code)


if __name__ == "__main__":
    main()
