# SPDX-License-Identifier: MIT
"""strace around a server: errors, delays and kills at chosen calls, and what it wrote down."""
import re
import shutil
import subprocess
import threading

from fault_load import Skip
from patience import PATIENCE

LINE = re.compile(r"^(?P<pid>\d+) +(?P<time>\d+\.\d+) (?P<rest>.*)$")
CALL = re.compile(r"^(?P<name>\w+)\((?P<args>.*?)(?: <unfinished \.\.\.>|\) += (?P<result>-?\d+|\?)(?P<more>.*))$")
TOOK = re.compile(r"<(\d+\.\d+)>$")
RESUMED = re.compile(r"^<\.\.\. (?P<name>\w+) resumed>(?P<args>.*)\) += (?P<result>-?\d+|\?).*$")


def need_strace():
    if not shutil.which("strace"):
        raise Skip("strace is not installed")


# A call that strace makes fail is no call at all to the kernel's filter, which refuses that.
UNFILTERED = "\n[server]\nsandbox = no\n"


def prefix(out, calls, inject=(), quiet=True):
    """Words before a command: it stays our child, the tracer is its grandchild."""
    need_strace()
    words = ["strace", "-D", "-f", "-ttt", "-T", "-s", "0", "-o", out, "-e", "trace=" + ",".join(calls),
             "-e", "signal=none"]
    for what in inject:
        words += ["-e", "inject=" + what]
    return words + (["-qq"] if quiet else [])


class Attached:
    """strace on a process that runs. It ends with the process, or by detach()."""

    def __init__(self, pid, calls, inject=(), out="/dev/null"):
        need_strace()
        words = ["strace", "-f", "-ttt", "-T", "-s", "0", "-o", out, "-p", str(pid), "-e",
                 "trace=" + ",".join(calls), "-e", "signal=none"]
        for what in inject:
            words += ["-e", "inject=" + what]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        first = self.process.stderr.readline()
        if "attached" not in first:
            self.detach()
            raise Skip("strace may not attach: " + first.strip())
        self.drain = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.drain.start()

    def detach(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE)
        return self


class Event:
    """One edge of a call: its entry (result None) or its return."""

    def __init__(self, pid, time, name, args, result=None, began=None):
        self.pid, self.time, self.name, self.args = pid, time, name, args
        self.result, self.began = result, began or time

    def __repr__(self):
        return "%.6f %s %s(%s) = %s" % (self.time, self.pid, self.name, self.args, self.result)

    def fd(self):
        found = re.match(r"(-?\d+)", self.args)
        return int(found[1]) if found else -1


def events(path):
    """Entries and returns, in the order in which the tracer let them happen."""
    open_calls = {}
    with open(path, errors="replace") as file:
        for text in file:
            line = LINE.match(text)
            if not line:
                continue
            pid, when, rest = int(line["pid"]), float(line["time"]), line["rest"]
            resumed = RESUMED.match(rest)
            call = None if resumed else CALL.match(rest)
            if resumed:
                began, args = open_calls.pop(pid, (when, ""))
                yield Event(pid, when, resumed["name"], args + resumed["args"],
                            number(resumed["result"]), began)
            elif call and call["result"] is None:
                open_calls[pid] = when, call["args"]
                yield Event(pid, when, call["name"], call["args"])
            elif call:
                yield Event(pid, when, call["name"], call["args"])
                took = TOOK.search(call["more"])
                yield Event(pid, when + (float(took[1]) if took else 0), call["name"], call["args"],
                            number(call["result"]), when)


def number(text):
    return None if text == "?" else int(text)


class Files:
    """What the descriptors of one process are, by the calls that made them."""

    CALLS = ("openat", "accept4", "close")

    def __init__(self):
        self.what = {}

    def feed(self, event):
        if event.result is None or event.result < 0:
            return
        if event.name == "openat":
            # The log is lengthened ahead by a descriptor of its own, which only writes.
            ahead = " ahead" if "O_WRONLY" in event.args else ""
            self.what[event.result] = event.args.split('"')[1] + ahead
        elif event.name == "accept4":
            self.what[event.result] = "peer"
        elif event.name == "close":
            self.what.pop(event.fd(), None)

    def is_peer(self, event):
        return self.what.get(event.fd()) == "peer"

    def is_database(self, event):
        return self.what.get(event.fd(), "").endswith((".db", "-wal"))

    def is_log(self, event):
        return self.what.get(event.fd(), "").endswith("-wal")


def syncs(path):
    """(began, ended) of each sync of the write-ahead log that went well."""
    files, found = Files(), []
    for event in events(path):
        files.feed(event)
        if event.name in ("fdatasync", "fsync") and event.result == 0 and files.is_log(event):
            found.append((event.began, event.time))
    return found


def failed_beside(path):
    """Whether the only call that failed was of something else than the database's files:
    SQLite syncs its folder as well, and goes on when that fails; the log is lengthened
    ahead, and does without."""
    files, beside = Files(), False
    for event in events(path):
        files.feed(event)
        if (event.result or 0) < 0 and event.name in ("fdatasync", "fsync", "pwrite64"):
            if files.is_database(event):
                return False
            beside = True
    return beside
