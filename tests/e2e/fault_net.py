# SPDX-License-Identifier: MIT
"""What happens to connections: they are cut at a byte, fall silent, or run out."""
import os
import random
import re
import select
import socket
import ssl
import struct
import threading
import time

import snug
import witness
from fault_load import Load, need
from fault_process import Clock, DISK_LOST
from patience import PATIENCE, until

UP, DOWN = 0, 1  # from and to the client


class Proxy(threading.Thread):
    """Passes connections on; cuts the next one at a chosen byte of one direction."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.target, self.listener = port, socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.left = [None, None]  # bytes until the cut
        self.passed = [0, 0]

    def cut_after(self, direction, count):
        self.left[direction] = count

    def run(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            self.left, self.passed = [None, None], [0, 0]
            far = socket.create_connection(("127.0.0.1", self.target))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pass_on(near, far)

    def pass_on(self, near, far):
        ends = {near: (UP, far), far: (DOWN, near)}
        while ends:
            for end in select.select(list(ends), [], [])[0]:
                direction, other = ends[end]
                left = self.left[direction]
                data = b"" if left == 0 else self.take(end, left)
                self.passed[direction] += len(data)
                if data:
                    other.sendall(data)
                if left is not None:
                    self.left[direction] = left = left - len(data)
                if not data or left == 0:
                    ends = {}
                    break
        # Whoever still sends gets a reset.
        for end in (near, far):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.close()

    @staticmethod
    def take(end, left):
        try:
            return end.recv(65536 if left is None else min(left, 65536))
        except OSError:
            return b""

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def login(port, load, name):
    client = snug.Client(port)
    client.login(name, witness.CAPS, load.tokens[name])
    return client


def try_to_say(client, number):
    """The acknowledgement's (msgid, seq), or None when the connection was cut."""
    try:
        client.send(f"@snug.chat/id=cut-{number} PRIVMSG #load :cut {number}")
        line = client.wait(f" PRIVMSG #load :cut {number}")
    except (OSError, AssertionError) as why:
        need("TimeoutError" not in repr(why), "neither a word nor an end:", why)
        return None
    return witness.tags(line)["msgid"], int(witness.tags(line)["snug.chat/seq"])


def lengths(proxy, load):
    """Bytes of a message and of its acknowledgement, as they pass."""
    client = login(proxy.port, load, "ann")
    before = list(proxy.passed)
    need(try_to_say(client, 0), "no acknowledgement")
    client.close()
    return [now - then for now, then in zip(proxy.passed, before)]


# Proves T12.
def cut(count, seed):
    """The connection ends at every byte of a message and of its acknowledgement in turn;
    the message is sent again with its id. `count`: every so manieth byte."""
    with Load(senders=1, receivers=1) as load:
        load.start()
        hearer = login(load.server.port, load, "eve")
        hearer.send("JOIN #load")
        hearer.sync()
        proxy = Proxy(load.server.port)
        proxy.start()
        client = login(load.server.port, load, "ann")
        client.send("JOIN #load")
        client.sync()
        client.close()
        number, twice, first = 0, 0, []
        for direction, length in enumerate(lengths(proxy, load)):
            for at in range(seed % count, length, count):
                number += 1
                client = login(proxy.port, load, "ann")
                proxy.cut_after(direction, at)
                before = try_to_say(client, number)
                client.close()
                client = login(load.server.port, load, "ann")
                after = try_to_say(client, number)
                client.close()
                need(after, "no acknowledgement of", number)
                need(before in (None, after), number, "was", before, "and is", after)
                twice += direction == DOWN
                first.append((after[0], after[1], f"cut {number}"))
        proxy.close()
        hearer.sync()
        heard = [(witness.tags(line)["msgid"], int(witness.tags(line)["snug.chat/seq"]),
                  witness.text(line)) for line in hearer.lines if " PRIVMSG #load " in line]
        rows = witness.history(hearer)
        need(heard == rows, "heard", len(heard), "stored", len(rows))
        need(heard[1:] == first, "not each once and in order")
        need(load.server.stop() == 0, "the server did not stop well")
    return {"cuts": number, "after it was stored": twice, "acknowledged": number, "lost": 0,
            "duplicated": 0, "out of order": 0}


def sessions(load):
    return load.server.json("status")["sessions"] + load.server.json("status")["unknown"]


def is_over(client):
    """Whether the server ended it; reads nothing of what is there."""
    sock = getattr(client, "sock", client)
    try:
        sock.settimeout(0)
        while sock.recv(65536):
            pass
        return True
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        sock.settimeout(PATIENCE)


# The shipped limits in seconds, by what kept silent: no handshake, no login, no answer to a PING.
LIMITS = {"mute": 10, "unknown": 30, "gone": 150}


def silent(count, seed):
    """Peers that fall silent at every stage are let go in time, and nobody else is. The
    clock of the server runs ahead, so that this does not take minutes."""
    with Load(senders=1, receivers=1) as load:
        clock = Clock(load.server.state, all_clocks=True)
        need(load.start(clock.prefix), load.server.read_log()[-2000:])
        port, ahead = load.server.port, 0
        for _ in range(count):
            began = time.monotonic() + ahead  # time: the clock of the server is set by it
            address = ("127.0.0.1", port)
            mute = [socket.create_connection(address) for _ in range(5)]
            half = [socket.create_connection(address) for _ in range(5)]
            for peer in half:
                peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01")
            unknown = [load.server.client() for _ in range(5)]
            gone = [login(port, load, "ann") for _ in range(5)]
            good = login(port, load, "eve")
            need(sessions(load) >= 11, "sessions", sessions(load))
            peers = {"mute": mute + half, "unknown": unknown, "gone": gone}
            for at, ended in ((4, ""), (12, "mute"), (20, ""), (32, "unknown"), (93, ""),
                              (133, ""), (155, "gone")):
                # What a busy machine took is a part of the time that went by.
                ahead = max(ahead, began + at - time.monotonic())
                clock.set(ahead)
                tick(good)
                tick(good)
                wait_ended(peers.pop(ended, []), good)
                early = {kind for kind in peers if any(map(is_over, peers[kind]))}
                now = time.monotonic() + ahead - began  # time: the clock of the server is set by it
                need(not any(now < LIMITS[kind] for kind in early), "let go too early:", now, early)
            need(not is_over(good), "the one who answered was let go")
            good.close()
        need(load.server.stop() == 0, "the server did not stop well")
    return {"silent peers": 20 * count, "let go in time": 20 * count, "others": 0}


def tick(good):
    """A thread that sleeps does not see the clock jump: what is stored wakes them all."""
    good.send("PRIVMSG eve :tick")
    good.sync()


def wait_ended(peers, good):
    """Until the server has ended them."""
    until("a silent peer to be let go", lambda: all(map(is_over, peers)), lambda: tick(good))


def sleeps(pid):
    """Whether none of its threads runs or wants to, at several looks."""
    for _ in range(5):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "R":
                    return False
    return True


def flood(port, count):
    """So many connections, whether they are let in or not."""
    peers = []
    for _ in range(count):
        peers.append(socket.socket())
        peers[-1].setblocking(False)
        peers[-1].connect_ex(("127.0.0.1", port))
    return peers


def gets_in(load, name):
    try:
        login(load.server.port, load, name).close()
        return True
    except (OSError, AssertionError, snug.Closed):
        return False


# Proves P6.
def under_a_limit(load, limit):
    """With so many descriptors: refuses to start in words, or serves whom it has, lets the
    command line in, does not spin, and takes newcomers again afterwards."""
    mark = len(load.server.read_log())
    if not load.start(["prlimit", f"--nofile={limit}:{limit}"]):
        need(load.server.process.wait() > 0, "died of a signal")
        said = load.server.read_log()[mark:]
        need(re.search("descriptor|open files|Too many|unable to open|LimitNOFILE", said),
             "no word about descriptors:", said)
        return False
    first = login(load.server.port, load, "ann")
    first.send("JOIN #load")
    peers = flood(load.server.port, limit + 50)
    need(try_to_say(first, f"{limit}{len(load.restarts)}"), "the one who was there is not served")
    until(f"it to sleep with {limit} descriptors", lambda: sleeps(load.server.process.pid))
    need(load.server.run("status").code == 0, "the command line does not get in")
    for peer in peers:
        peer.close()
    first.close()
    until("a newcomer to get in", lambda: gets_in(load, "eve"))
    need(load.server.stop() == 0, "the server did not stop well")
    return True


# Proves T12.
def files_that_may_not_grow(load):
    """SIGXFSZ does not kill it; the failed write ends it as any other does."""
    need(load.start(["prlimit", "--fsize=1048576"]), load.server.read_log()[-2000:])
    load.wanted = (1, 1, 1000)
    load.peers()
    code = load.ended()
    need(code == DISK_LOST, "exit code", code, load.server.read_log()[-2000:])
    need(load.start(), load.server.read_log()[-2000:])
    load.flow()


def files(count, seed):
    """Out of descriptors, from too few to start with up to many; then files that may not grow."""
    chance, served = random.Random(seed), 0
    with Load(senders=1, receivers=1) as load:
        limits = [8, 16, 24, 32, 48, 64, 100, 130, 200]
        while len(limits) < count:
            limits.append(chance.randrange(8, 140))
        for limit in limits[:count] if count < 9 else limits:
            served += under_a_limit(load, limit)
        files_that_may_not_grow(load)
        counts = load.finish()
    return {"limits": len(limits), "served": served, "refused to start": len(limits) - served,
            **counts}
