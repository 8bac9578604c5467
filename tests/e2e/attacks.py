# SPDX-License-Identifier: MIT
"""Those who want others to have no server: what each of hostile.py's rows does, in a process of
its own.  usage: attacks.py NAME PORT WEB_PORT TOKENS, where TOKENS is a file of accounts' tokens

Says "begun" when all of it is under way, goes on until its standard input ends, then says in a
line of JSON what came of it. Strangers come from addresses of 127.0.8.0/21, so many at each as
the server lets in.
"""
import asyncio
import itertools
import json
import os
import socket
import ssl
import sys

from patience import STEP

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE
A_SOURCE = 12  # connections of one address
counts = {}


def count(what, n=1):
    counts[what] = counts.get(what, 0) + n


class Place:
    """Where the server listens, and who may come."""

    def __init__(self, port, web, tokens):
        self.port, self.web, self.tokens = port, web, tokens

    async def connect(self, i, tls=TLS, port=None):
        source = "127.0.%d.%d" % (8 + i // A_SOURCE // 250, 1 + i // A_SOURCE % 250)
        return await asyncio.open_connection("127.0.0.1", port or self.port, ssl=tls, local_addr=(source, 0),
                                             limit=1 << 20)


async def forever(once):
    """Again and again, since the server ends it."""
    while True:
        try:
            await once()
        except (OSError, ssl.SSLError, EOFError):
            count("ended")
        await asyncio.sleep(STEP)  # time: others have theirs


async def to_the_end(reader, writer):
    try:
        while data := await reader.read(65536):
            count("bytes", len(data))
    finally:
        writer.transport.abort()


def said(writer, *lines):
    writer.write("".join(line + "\r\n" for line in lines).encode())


async def endless(writer, data):
    while not writer.transport.is_closing():
        writer.write(data)
        count("sent", len(data))
        await writer.drain()
        await asyncio.sleep(0)  # time: others have theirs
    raise ConnectionError


async def silence(place, i):
    """Connects, and says nothing."""
    reader, writer = await place.connect(i, tls=None)
    count("begun")
    await to_the_end(reader, writer)


async def drip(place, i):
    """A handshake a byte a second."""
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        TLS.wrap_bio(theirs, ours).do_handshake()
    except ssl.SSLWantReadError:
        hello = ours.read()
    reader, writer = await place.connect(i, tls=None)
    ending = asyncio.create_task(to_the_end(reader, writer))
    try:
        for byte in hello:
            writer.write(bytes([byte]))
            count("begun")
            await asyncio.sleep(1)  # time: this is what it does
            if ending.done():
                break
    finally:
        ending.cancel()
        writer.transport.abort()


async def half(place, i):
    """In as far as one gets without a password, and no farther."""
    reader, writer = await place.connect(i)
    said(writer, "CAP LS 302", "NICK half%d" % i, "CAP REQ :sasl", "AUTHENTICATE PLAIN")
    count("begun")
    await to_the_end(reader, writer)


async def long_line(place, i):
    """A line that never ends."""
    reader, writer = await place.connect(i)
    ending = asyncio.create_task(to_the_end(reader, writer))
    try:
        count("begun")
        await endless(writer, b"x" * 16384)
    finally:
        ending.cancel()


async def http_for_irc(place, i):
    """A browser at the address for IRC, and IRC at the one for browsers."""
    port = place.port if i % 2 else place.web
    reader, writer = await place.connect(i, port=port)
    if i % 2:
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nNICK x\r\nUSER x 0 * :x\r\n")
    else:
        said(writer, "CAP LS 302", "NICK x", "USER x 0 * :x")
    count("begun")
    await to_the_end(reader, writer)


async def member(place, i, narrow=False, caps="batch message-tags echo-message draft/chathistory draft/metadata-3"):
    """One of the accounts, logged in and in the rooms."""
    name, token = list(place.tokens.items())[i % len(place.tokens)]
    raw = socket.socket()
    if narrow:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", place.port))
    reader, writer = await asyncio.open_connection(sock=raw, ssl=TLS, server_hostname="localhost", limit=1 << 20)
    said(writer, "CAP REQ :" + caps, "PASS :" + token, "NICK " + name, "USER u 0 * :u", "CAP END")
    while b" 001 " not in (line := await reader.readline()):
        if not line:
            raise ConnectionError
    said(writer, "JOIN #pit")
    return reader, writer


async def answered(reader, writer):
    while line := await reader.readline():
        count("bytes", len(line))
        if line.startswith(b"PING"):
            writer.write(line.replace(b"PING", b"PONG", 1))
    raise ConnectionError


async def asks(place, i, lines):
    """A member who says these lines without a pause, and reads what comes."""
    reader, writer = await member(place, i)
    count("begun")
    reading = asyncio.create_task(answered(reader, writer))
    try:
        for line in itertools.cycle(lines):
            said(writer, line)
            count("lines")
            await writer.drain()
            await asyncio.sleep(0)  # time: others have theirs
            if reading.done():
                raise ConnectionError
    finally:
        reading.cancel()
        writer.transport.abort()


async def tag_bomb(place, i):
    """Tags of 8 KiB, and hundreds of them."""
    await asks(place, i, ["@+a=%s;+b=%s TAGMSG #pit" % ("x" * 2000, "y" * 2000),
                          "@+c=" + "z" * 4000 + " PRIVMSG #pit :word", "@" + ";".join("+%d" % k for k in range(800))
                          + " TAGMSG #pit", "@=;;=@\\: PRIVMSG #pit :x"])


async def storm(place, i):
    """Joins, parts, changes nick, monitor and metadata without a pause."""
    own = "#own%d" % i
    await asks(place, i, ["JOIN " + own, "PART " + own, "NICK other%d" % i, "MONITOR + a,b,c,d,e", "MONITOR C",
                          "METADATA * SET url :%d" % i, "METADATA * SUB url avatar", "AWAY :x", "AWAY", "JOIN #pit",
                          "PART #pit", "SETNAME :x", "METADATA * CLEAR"])


async def unread(place, i):
    """Asks for much through a window of one byte, and takes none of it."""
    _, writer = await member(place, i, narrow=True)
    writer.transport.pause_reading()
    count("begun")
    try:
        while not writer.transport.is_closing():
            said(writer, "CHATHISTORY LATEST #pit * 100", "NAMES #pit", "HELP", "WHO #pit")
            await asyncio.wait_for(writer.drain(), None)
            await asyncio.sleep(STEP)  # time: others have theirs
        raise ConnectionError
    finally:
        writer.transport.abort()


async def filler(place, i):
    """Half of them say as much as they may to the other half, who do not read."""
    if i % 2:
        _, writer = await member(place, i, narrow=True)
        writer.transport.pause_reading()
        count("begun")
        try:
            while not writer.transport.is_closing():
                await asyncio.sleep(STEP)  # time: it does nothing
            raise ConnectionError
        finally:
            writer.transport.abort()
    await asks(place, i, ["@+a=%s PRIVMSG #pit :%s" % ("x" * 4000, "y" * 300)])


# Name: what each of them does, how many there are, and the lines of `begun` that it takes.
ATTACKS = {
    "silent": (silence, 512),
    "drips": (drip, 400),
    "half": (half, 1500),
    "endless": (long_line, 100),
    "http": (http_for_irc, 200),
    "tags": (tag_bomb, 40),
    "storms": (storm, 40),
    "windows": (unread, 40),
    "fillers": (filler, 40),
}


def about(name):
    """How many do what, in words."""
    once, n = ATTACKS[name]
    return "%d: %s" % (n, once.__doc__.rstrip("."))


async def run(name, place):
    once, n = ATTACKS[name]
    tasks = [asyncio.create_task(forever(lambda i=i: once(place, i))) for i in range(n)]
    while counts.get("begun", 0) < n:
        await asyncio.sleep(STEP)  # time: until all have begun
        assert not any(task.done() for task in tasks), [task for task in tasks if task.done()]
    print("begun", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps(counts), flush=True)
    os._exit(0)


if __name__ == "__main__":
    with open(sys.argv[4], encoding="utf-8") as file:
        known = json.load(file)
    asyncio.run(run(sys.argv[1], Place(int(sys.argv[2]), int(sys.argv[3]), known)))
