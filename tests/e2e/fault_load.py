# SPDX-License-Identifier: MIT
"""A server under load whose peers survive its deaths, and the count of what went wrong."""
import time

import snug
import witness
from patience import PATIENCE, until

SENDERS = ("ann", "bob", "cem", "dora")
RECEIVERS = ("eve", "finn")
WORDS = {"lost": "lost", "duplicated": "duplicated", "disordered": "out of order", "gaps": "gaps",
         "unsaid": "seen but not stored"}


class Skip(Exception):
    """The machine does not permit this one."""


class Wrong(Exception):
    """The server did what it must not do."""


def need(fact, *words):
    if not fact:
        raise Wrong(" ".join(str(word) for word in words))


class Load:
    """Senders and receivers on one room. start() as often as wanted, then finish()."""

    def __init__(self, senders=4, receivers=2, rate=125, conf="", root=None):
        self.server = snug.Server(conf, port=snug.free_port(), root=root)
        self.restarts = []
        self.tokens = {}
        try:
            for name in SENDERS[:senders] + RECEIVERS[:receivers]:
                self.server.user(name)
                done = self.server.run("user", "token", "add", name, "test")
                need(done.code == 0, done)
                self.tokens[name] = done.out.split()[-1]
        except BaseException:
            self.server.close()
            raise
        self.senders, self.receivers = [], []
        self.wanted = senders, receivers, rate

    def __enter__(self):
        return self

    def __exit__(self, *what):
        for peer in self.senders + self.receivers:
            peer.finished.set()
        self.server.close()

    def start(self, prefix=()):
        """Starts the server; False when it died before it was ready."""
        began = time.monotonic()
        try:
            self.server.start(prefix)
        except AssertionError:
            if self.server.process.poll() is None:
                raise
            return False
        self.restarts.append(time.monotonic() - began)
        return True

    def peers(self, port=None, **more):
        """Starts those who talk and listen; after the first start()."""
        senders, receivers, rate = self.wanted
        port = port or self.server.port
        self.senders = [witness.Sender(port, n, self.tokens[n], rate=rate, **more)
                        for n in SENDERS[:senders]]
        self.receivers = [witness.Receiver(port, n, self.tokens[n]) for n in RECEIVERS[:receivers]]
        for peer in self.senders + self.receivers:
            peer.start()
        until(lambda: f"all logins: {[s.trouble for s in self.senders]}",
              lambda: all(peer.logins for peer in self.senders + self.receivers))
        return self

    def logins(self):
        return [peer.logins for peer in self.senders + self.receivers]

    def acked(self):
        return sum(len(s.acked) for s in self.senders)

    def flow(self, more=20, or_end=False):
        """Waits until so many more are acknowledged, or the server has ended, where it may."""
        goal = self.acked() + more
        until(lambda: f"more than {self.acked()} of {goal} messages: {[s.trouble for s in self.senders]}"
              + self.server.read_log()[-2000:],
              lambda: self.acked() >= goal or or_end and self.server.process.poll() is not None)

    def ended(self):
        """Waits for the server to end by itself; its exit code."""
        return self.server.process.wait(PATIENCE)

    def finish(self, clock_may_be_wrong=False):
        """Ends the load on a server that runs, and compares. {what: how often}."""
        self.hear_all()
        for sender in self.senders:
            sender.no_more.set()
        for sender in self.senders:
            sender.join(PATIENCE)
            need(not sender.is_alive(), sender.account, "is not done:", sender.trouble)
        name = self.senders[0].account
        client = self.server.client(name, witness.CAPS, self.tokens[name])
        rows = witness.history(client)
        client.close()
        self.catch_up(len(rows))
        for receiver in self.receivers:
            receiver.finished.set()
            receiver.join(PATIENCE)
        wrong = witness.check(self.senders, self.receivers, rows)
        need(self.server.stop() == 0, "the server did not stop well")
        check = self.server.run("check")
        bad = [line.split("\t")[0] for line in check.out.splitlines() if "\tno\t" in line]
        if clock_may_be_wrong and "clock" in bad:
            bad.remove("clock")
        need(bad == ["server"], "not as it should be:", check)
        counts = {"acknowledged": self.acked()}
        counts.update((word, wrong[key]) for key, word in WORDS.items())
        return counts

    def start_times(self):
        ordered = sorted(self.restarts)
        return f"{ordered[len(ordered) // 2]:.2f} to {ordered[-1]:.2f} s"

    def hear_all(self):
        """Until every receiver is connected and hears."""
        before = [len(r.seen) for r in self.receivers]
        until(lambda: f"receivers to hear: {[r.trouble for r in self.receivers]}",
              lambda: all(len(r.seen) > n for r, n in zip(self.receivers, before)))

    def catch_up(self, last):
        """Until the receivers have seen the newest message."""
        until(lambda: f"receivers to see {last}: {[r.seen[-1:] for r in self.receivers]}",
              lambda: all(r.seen and r.seen[-1][1] == last for r in self.receivers))


def is_wrong(counts):
    return any(counts[word] for word in WORDS.values() if word in counts)
