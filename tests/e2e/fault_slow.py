# SPDX-License-Identifier: MIT
"""Readers at one byte a second and readers that never read, in a room with 2,000 messages a second."""
import json
import os
import random
import socket
import ssl
import subprocess

import snug
import witness
from fault_load import need
from patience import PATIENCE, pass_time

MIB = 1024 * 1024
RATE = 2000
SILENT = 50
CAPS = "message-tags server-time batch draft/chathistory snug.chat/sequence"
# What the process may grow by. SQLite: two readers and the writer keep up to 32 MB of pages
# each; the rest is the queues of this room (1 MiB for a connection, but those of one room
# share their lines), the newest messages kept for who catches up (2 MiB), and slack.
BOUND = 3 * 32 * 1000 * 1000 + 2 * MIB + MIB * (1 + SILENT // 10) + 16 * MIB


class Slow:
    """A client whose bytes from the network and from TLS are taken apart: it takes as many
    of the first as it is told."""

    def __init__(self, port, name, secret):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.raw = socket.socket()
        self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.raw.connect(("127.0.0.1", port))
        self.into, self.out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.into, self.out)
        self.rest, self.took, self.catch_ups = b"", 0, 0
        self.talk(self.tls.do_handshake)
        self.say("PASS %s:%s" % (name, secret), "CAP REQ :" + CAPS, "NICK " + name,
                 "USER x 0 * :x", "CAP END", "JOIN #load0", "PING joined")
        while not any("PONG" in line and "joined" in line for line in self.lines()):
            pass

    def talk(self, what, *args):
        """A call of TLS, with as many bytes as it needs."""
        while True:
            try:
                result = what(*args)
                break
            except ssl.SSLWantReadError:
                self.raw.sendall(self.out.read())
                self.take(65536)
        self.raw.sendall(self.out.read())
        return result

    def take(self, most):
        self.raw.settimeout(PATIENCE)
        data = self.raw.recv(most)
        need(data, "a slow reader was disconnected")
        self.took += len(data)
        self.into.write(data)

    def is_open(self):
        """Whether neither an end nor a reset came; only the kernel's knowledge."""
        state = self.raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        return state == 1  # established

    def say(self, *lines):
        self.talk(self.tls.write, "".join(line + "\r\n" for line in lines).encode())

    def lines(self):
        """At least one line, at full speed; a PING is answered."""
        while b"\n" not in self.rest:
            self.rest += self.talk(self.tls.read, 65536)
        whole, self.rest = self.rest.rsplit(b"\n", 1)
        lines = whole.decode().replace("\r", "").split("\n")
        for line in lines:
            words = [word for word in line.split() if word[0] not in "@:"]
            if words and words[0] == "PING":
                self.catch_ups += ":replay-" in line
                self.say("PONG " + line.split("PING ", 1)[1])
        return lines


def accounts(server, count, file):
    """{name: token} of load0, load1, ...; the load generator reads the file."""
    people = os.path.join(server.dir, "people")
    with open(people, "w") as out:
        out.write("".join('{"name": "load%d"}\n' % i for i in range(count)))
    done = server.run("user", "import", people, "--token")
    need(done.code == 0, done)
    with open(file, "w") as out:
        out.write(done.out)
    return dict(line.split()[:2] for line in done.out.splitlines())


def resident(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


class Room:
    """Four who talk at the full rate for so many seconds, by a program of its own."""

    def __init__(self, server, file, seconds):
        self.each = RATE * seconds // 4
        self.process = subprocess.Popen(
            [os.path.join(snug.BIN, "snugload"), "--address", f"127.0.0.1:{server.port}",
             "--accounts", file, "--clients", "4", "--senders", "4", "--messages",
             str(self.each), "--rate", str(RATE), "--size", "400", "--patience", str(PATIENCE)],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def result(self):
        out = self.process.communicate()[0]
        need(self.process.returncode == 0, "others lost something:", out)
        return json.loads(out)


def sequence(lines):
    """(seq of each message of the room)."""
    return [int(witness.tags(line)["snug.chat/seq"]) for line in lines if " PRIVMSG #load0 " in line]


def hear_the_rest(slow, last):
    """At full speed: all from the first to the last, once and in order."""
    heard = 0
    while heard < last:
        for seq in sequence(slow.lines()):
            need(seq == heard + 1, "after", heard, "came", seq)
            heard = seq
    return heard


def reader(count, seed):
    """`count` seconds of a room at 2,000 messages a second, with one who reads a byte a second
    and fifty who read nothing."""
    server = snug.Server(port=snug.free_port())
    try:
        server.start()
        file = os.path.join(server.dir, "accounts")
        return measure(server, accounts(server, 6, file), file, count, random.Random(seed))
    finally:
        server.close()


def measure(server, tokens, file, seconds, chance):
    slow = Slow(server.port, "load4", tokens["load4"])
    never = [Slow(server.port, "load5", tokens["load5"]) for _ in range(SILENT)]
    before, pid = resident(server.process.pid), server.process.pid
    room, highest, read_from = Room(server, file, seconds), 0, slow.took
    while room.process.poll() is None:
        slow.take(1)
        highest = max(highest, resident(pid) - before)
        pass_time(1 + chance.uniform(-0.1, 0.1))  # a byte a second is what it reads
    result = room.result()
    need(slow.is_open(), "the slow reader was disconnected")
    need(all(peer.is_open() for peer in never), "one who does not read was disconnected")
    need(highest < BOUND, highest, "bytes of memory")
    bytes_read = slow.took - read_from
    heard = hear_the_rest(slow, 4 * room.each)
    need(heard == result["messages"] * 4, heard)
    need(hear_the_rest(never[0], heard) == heard, "who did not read at all misses some")
    need(slow.catch_ups and never[0].catch_ups, "the room was too quiet for this")
    return {"seconds": seconds, "messages": 4 * room.each, "read meanwhile": f"{bytes_read} B",
            "acknowledged": heard, "lost": 0, "duplicated": 0, "out of order": 0,
            "memory": f"{highest / MIB:.0f} MiB of {BOUND / MIB:.0f}",
            "p99 of the others": f"{result['p99_ms']:.0f} ms"}
