# SPDX-License-Identifier: MIT
"""Peers whose machine is gone: no word, no end, and nobody answers for them any more."""
import os
import re
import subprocess
import time

import snug
from fault_load import Load, Skip, need
from fault_private import call, privately
from patience import pass_time, until

GONE_WITHIN = 180  # seconds of the server's own: silence, a PING, no answer
HERE, THERE = "10.213.%d.1", "10.213.%d.2"


def must(*words):
    fine, why = call(*words)
    if not fine:
        raise Skip(why)


class Far:
    """A network of its own for the server, with two wires to it."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "-n", "sleep", "infinity"], stdin=subprocess.DEVNULL)
        self.prefix = ["nsenter", "-t", str(self.process.pid), "-n"]

    def wire(self):
        mine = os.readlink("/proc/self/ns/net")
        until("a network", lambda: self.process.poll() is not None
              or os.readlink(f"/proc/{self.process.pid}/ns/net") != mine)
        if self.process.poll() is not None:
            raise Skip("no network namespace")
        must("ip", "link", "set", "lo", "up")
        must(*self.prefix, "ip", "link", "set", "lo", "up")
        for wire in (1, 2):
            must("ip", "link", "add", f"here{wire}", "type", "veth", "peer", "name",
                 f"there{wire}", "netns", str(self.process.pid))
            must("ip", "address", "add", HERE % wire + "/24", "dev", f"here{wire}")
            must("ip", "link", "set", f"here{wire}", "up")
            must(*self.prefix, "ip", "address", "add", THERE % wire + "/24", "dev", f"there{wire}")
            must(*self.prefix, "ip", "link", "set", f"there{wire}", "up")

    @staticmethod
    def cut(wire):
        must("ip", "link", "set", f"here{wire}", "down")

    def close(self):
        self.process.kill()
        self.process.wait()


def login(load, wire, name, room):
    client = snug.Client(load.server.port, host=THERE % wire)
    client.login(name, "message-tags echo-message", load.tokens[name])
    client.send("JOIN " + room)
    client.sync()
    return client


def let_go(load, talker, count):
    """How long until only the talker is left."""
    began, n = time.monotonic(), 0
    while load.server.json("status")["sessions"] > 1:
        is_soon = time.monotonic() - began < GONE_WITHIN  # time: what the server promises
        need(is_soon, "still there after", GONE_WITHIN, "s:", load.server.json("status")["sessions"] - 1,
             "of", count)
        for _ in range(20):
            n += 1
            talker.send(f"PRIVMSG #loud :{n} {'x' * 300}")
            talker.wait(f":{n} ")
        pass_time(0.5)  # it is time alone that lets them go
    return time.monotonic() - began


def gone(count, seed):
    """Half of them in a room where much is said, half where nothing is."""
    code = privately("gone", count, seed, "-n")
    if code is not None:
        return code
    far = Far()
    try:
        far.wire()
        listen = "".join("listen = ircs://%s:%%d\n" % (THERE % wire) for wire in (1, 2))
        with Load(senders=1, receivers=1) as load:
            with open(os.path.join(load.server.state, "snugd.conf")) as conf:
                port = int(re.search(r"127\.0\.0\.1:(\d+)", conf.read())[1])
            load.server.configure("[server]\n" + listen % (port, port))
            need(load.start(far.prefix), load.server.read_log()[-2000:])
            talker = login(load, 2, "ann", "#loud")
            peers = [login(load, 1, "eve", ("#quiet", "#loud")[i % 2]) for i in range(count)]
            far.cut(1)
            seconds = let_go(load, talker, count)
            talker.sync()
            need(load.server.stop() == 0, "the server did not stop well")
        del peers
    finally:
        far.close()
    return {"peers gone": count, "let go": count, "within": f"{seconds:.0f} s"}
