# SPDX-License-Identifier: MIT
"""What happens to the process: it is killed, stopped, its clock jumps, its calls fail."""
import glob
import os
import random
import signal
import time

import fault_order
import fault_trace
import snug
import witness
from fault_load import Load, Skip, need
from patience import PATIENCE, pass_time, until

DENSE = 1000
DISK_LOST = 74  # exit code: the database must not be touched any more
LONG_STOP = 2  # this one is a minute; the short round has none
WRITES = ("pwrite64", "fdatasync", "ftruncate", "unlink", "rename", "sendto", "write")


def kill(count, seed):
    """kill -9 at any moment under 500 messages a second."""
    chance = random.Random(seed)
    with Load() as load:
        load.start()
        load.peers()
        for _ in range(count):
            load.flow(chance.randrange(500 if count > 100 else 150))  # also before anybody is in
            load.server.kill()
            need(load.start(), load.server.read_log()[-2000:])
        counts = load.finish()
    return {"kills": count, "starts take": load.start_times(), **counts}


def die_in_start(load, call, n):
    """Killed at the n-th such call of a start; False when it came up."""
    words = fault_trace.prefix("/dev/null", [call], [f"{call}:signal=KILL:when={n}"])
    if load.start(words):
        load.server.stop()
        return False
    need(load.server.process.wait() == -signal.SIGKILL, load.server.read_log()[-2000:])
    return True


def die_in_run(load, call, n):
    """Killed at the n-th such call of a thread, in a run up to its stop; False when it was not."""
    need(load.start(), load.server.read_log()[-2000:])
    tracer = fault_trace.Attached(load.server.process.pid, [call],
                                  [f"{call}:signal=KILL:when={n}"])
    load.flow(50, or_end=True)
    load.server.process.send_signal(signal.SIGTERM)
    code = load.ended()
    tracer.process.wait(PATIENCE)
    need(code in (0, -signal.SIGKILL), "exit code", code, load.server.read_log()[-2000:])
    return code != 0


def steps(most):
    """1, 2, 3, ... densely, then with growing gaps, so that long runs end as well."""
    n = 1
    while True:
        yield n
        n += 1 + n // most


def syscall(count, seed):
    """kill -9 at every such call in turn, while starting, running and stopping; with fewer
    than DENSE kills allowed, at every so manieth."""
    kills, chance = dict.fromkeys(WRITES, 0), random.Random(seed)
    left = [count]
    with Load(senders=2, receivers=1) as load:
        load.start()
        load.peers()
        load.server.kill()
        tries = [(die, call) for call in WRITES for die in (die_in_start, die_in_run)]
        chance.shuffle(tries)
        for die, call in tries:
            share = count if count >= DENSE else max(1, count // len(tries))
            for n in steps(share):
                if not left[0] or n > 4 * share or not die(load, call, n):
                    break
                kills[call] += 1
                left[0] -= 1
        need(load.start(), load.server.read_log()[-2000:])
        load.flow()
        counts = load.finish()
    named = " ".join(f"{call}:{n}" for call, n in kills.items() if n)
    return {"kills": sum(kills.values()), "at": named, **counts}


def has_failed(load, trace):
    """The server has ended, or what failed does not end it."""
    return load.server.process.poll() is not None or fault_trace.failed_beside(trace)


def eio(count, seed):
    """An I/O error from the n-th write or sync: no word after it, exit code, nothing lost."""
    chance = random.Random(seed)
    refused = checked = beside = 0
    with Load(senders=2, receivers=1, conf=fault_trace.UNFILTERED) as load:
        load.start()
        load.peers()
        load.server.stop()
        for i in range(count):
            call = ("fdatasync", "pwrite64")[i % 2]
            n = chance.randrange(1, 40)
            trace = os.path.join(load.server.dir, "trace")
            began = fault_trace.prefix(trace, [*fault_trace.Files.CALLS, call, "fdatasync"],
                                       [f"{call}:error=EIO:when={n}"])
            since = time.time()
            if load.start(began):
                until("an error", lambda: has_failed(load, trace), lambda: load.flow(10, or_end=True))
                code = load.server.process.poll()
                if code is None:
                    beside += 1
                    load.server.kill()
                    code = DISK_LOST
                behind, before = fault_order.acks_by_sync(load, trace, since)
                need(not before, before, "messages were shown before their sync")
                checked += behind
                need(code == DISK_LOST, call, n, "exit code", code,
                     load.server.read_log()[-2000:])
            else:
                refused += 1
                need(load.server.process.wait() == 1, load.server.read_log()[-2000:])
        load.start()
        load.flow()
        counts = load.finish()
    return {"errors": count, "while starting": refused, "of the folder, or ahead of the log": beside,
            "behind their sync": checked, **counts}


def stop(count, seed):
    """The whole server stands still for a while (SIGSTOP), as under a suspended host."""
    chance = random.Random(seed)
    with Load() as load:
        load.start()
        load.peers()
        logins = load.logins()
        for i in range(count):
            load.server.process.send_signal(signal.SIGSTOP)
            pass_time(60 if i == LONG_STOP else chance.uniform(0.2, 2))  # it is to stand still
            load.server.process.send_signal(signal.SIGCONT)
            load.flow()
        need(logins == load.logins(), "a connection did not survive")
        counts = load.finish()
    return {"stops": count, **counts}


def faketime():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not found:
        raise Skip("libfaketime is not installed")
    return found[0]


class Clock:
    """A wall clock that jumps while the server runs; with `all`, the monotonic one as well. A
    server can read it only in a folder of its own."""

    def __init__(self, folder, all_clocks=False):
        self.file = os.path.join(folder, "clock")
        self.set(0)
        self.prefix = ["env", "LD_PRELOAD=" + faketime(), "FAKETIME_NO_CACHE=1",
                       "FAKETIME_TIMESTAMP_FILE=" + self.file,
                       "FAKETIME_DONT_FAKE_MONOTONIC=" + ("0" if all_clocks else "1")]

    def set(self, seconds):
        with open(self.file + ".new", "w") as file:
            file.write("%+.3f\n" % seconds)
        os.rename(self.file + ".new", self.file)


def times(client, words):
    """The server-time of each line of a page."""
    client.send("CHATHISTORY " + words)
    client.wait("BATCH +")
    lines = []
    while not lines or "BATCH -" not in lines[-1]:
        lines.append(client.recv())
    return [witness.tags(line)["time"] for line in lines[:-1]]


def clock(count, seed):
    """The wall clock jumps under load, and some of it is taken over: nobody is disconnected,
    numbers and times only grow."""
    chance = random.Random(seed)
    day, hour = 86400, 3600
    jumps = [400 * day, -hour, -400 * day, 0, -hour, 20 * 365 * day, hour, 0]
    with Load() as load:
        faked = Clock(load.server.state)
        need(load.start(faked.prefix), load.server.read_log()[-2000:])
        load.peers()
        logins = load.logins()
        for i in range(count):
            faked.set(jumps[i] if i < len(jumps) else chance.randrange(-400 * day, 400 * day))
            load.flow(50)
            if i % 3 == 0:
                load.server.run("clock", "accept")
        need(logins == load.logins(), "a connection did not survive")
        watcher = load.server.client("ann", witness.CAPS, load.tokens["ann"])
        first = times(watcher, "AFTER #load timestamp=1980-01-01T00:00:00.000Z 100")
        last = times(watcher, "LATEST #load * 500")
        need(first == sorted(first) and last == sorted(last), "times go backwards")
        need("clock_taken_over" in load.server.read_log(), "the clock did not jump")
        load.server.kill()  # and the next start has another time than the last one
        need(load.start(), load.server.read_log()[-2000:])
        load.flow(50)
        counts = load.finish(clock_may_be_wrong=True)
    return {"jumps": count, **counts}


def orders(count, seed):
    """Orders to stop and to reload come at any moment, also twice: it obeys soon,
    says goodbye when there is time for it, and loses nothing."""
    chance, reloads, hurried = random.Random(seed), 0, 0
    with Load() as load:
        load.start()
        load.peers()
        for _ in range(count):
            for _ in range(chance.randrange(4)):
                load.server.process.send_signal(signal.SIGHUP)
                reloads += 1
                load.flow(chance.randrange(20), or_end=True)
            load.server.process.send_signal(chance.choice((signal.SIGTERM, signal.SIGINT)))
            if chance.random() < 0.3:
                pass_time(chance.uniform(0, 0.01))  # any moment of its stop
                load.server.process.send_signal(signal.SIGTERM)
            code = load.ended()
            need(code in (0, 1), "exit code", code, load.server.read_log()[-2000:])
            hurried += code
            need(load.start(), load.server.read_log()[-2000:])
            load.flow(chance.randrange(100))
        counts = load.finish()
    return {"stops": count, "at once": hurried, "reloads": reloads, **counts}
