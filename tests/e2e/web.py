# SPDX-License-Identifier: MIT
"""HTTP and WebSocket by hand, over TLS: what a browser sends, and what none would.

Nothing is checked that a test is to check: requests and frames are bytes as they are given.
"""
import base64
import os
import re
import socket
import ssl
import struct
import time

from patience import PATIENCE
from snug import Client

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455, 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def addresses(server, name):
    """HOST:PORT of each place of that name in what it said when it was ready."""
    ready = [line for line in server.read_log().splitlines() if "event=ready" in line][-1]
    found = re.search(r'\b%s="?([^ "]+)' % name, ready)
    return found.group(1).split(",") if found else []


def web_port(server, name="web"):
    return int(addresses(server, name)[0].rsplit(":", 1)[1])


def context(*alpn):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if alpn:
        made.set_alpn_protocols(alpn)
    return made


def connect(port, alpn=("http/1.1",), plain=False):
    raw = socket.create_connection(("127.0.0.1", port), PATIENCE)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return raw if plain else context(*alpn).wrap_socket(raw)


def fields(more):
    return "".join("%s: %s\r\n" % field for field in more.items())


def request(path="/", method="GET", host="localhost", body=b"", **more):
    named = {name.replace("_", "-"): value for name, value in more.items()}
    head = {"Host": host, "Connection": "close", **({"Content-Length": len(body)} if method == "POST" else {}), **named}
    return ("%s %s HTTP/1.1\r\n%s\r\n" % (method, path, fields(head))).encode() + body


class Answer:
    def __init__(self, raw):
        head, self.body = raw.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split()[1])
        self.fields = dict(line.split(": ", 1) for line in lines[1:])


def read_all(sock):
    """To the end of the connection; what a reset cuts off is not there."""
    got = b""
    try:
        while part := sock.recv(65536):
            got += part
    except (ConnectionError, ssl.SSLError) as why:
        if isinstance(why, TimeoutError):
            raise
    return got


def ask(port, raw, **more):
    """The answer to these bytes; None when there was none before the end."""
    with connect(port, **more) as sock:
        sock.sendall(raw)
        got = read_all(sock)
    return Answer(got) if b"\r\n\r\n" in got else None


def upgrade(path="/", host="localhost", protocols=None, **more):
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Key": KEY,
             "Sec_WebSocket_Version": "13", **more}
    if protocols:
        asked["Sec_WebSocket_Protocol"] = protocols
    return request(path, host=host, **asked)


def frame(op, payload=b"", fin=True, mask=b"\x01\x02\x03\x04", length=None):
    """`length`: 7, 16 or 64 bits of it, needed or not. `mask` None: unmasked."""
    n = len(payload)
    bits = length or (7 if n < 126 else 16 if n < 65536 else 64)
    short = n if bits == 7 else 126 if bits == 16 else 127
    head = bytes([(0x80 if fin else 0) | op, (0x80 if mask else 0) | short])
    head += b"" if bits == 7 else struct.pack(">H" if bits == 16 else ">Q", n)
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return head + (mask or b"") + payload


class Socket(Client):
    """A WebSocket, read line by line as any other client; control frames are kept."""

    def __init__(self, port, path="/", protocols="text.ircv3.net", **more):
        self.sock = connect(port)
        self.sock.sendall(upgrade(path, protocols=protocols, **more))
        self.rest, self.lines, self.waiting = b"", [], []
        self.frames = []  # (op, payload) of all that came
        self.closed = None  # (code, reason)
        while b"\r\n\r\n" not in self.rest:
            got = self.sock.recv(65536)
            if not got:
                break
            self.rest += got
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        self.answer = Answer(head + b"\r\n\r\n")
        self.op = BINARY if "binary" in self.answer.fields.get("Sec-WebSocket-Protocol", "") else TEXT

    def send(self, *lines):
        self.sock.sendall(b"".join(frame(self.op, line.encode()) for line in lines))

    def send_frame(self, *args, **more):
        self.sock.sendall(frame(*args, **more))

    def first_frame(self):
        """A whole frame off what came; None when there is none."""
        if len(self.rest) < 2:
            return None
        at, n = 2, self.rest[1]
        if n == 126:
            at, n = 4, int.from_bytes(self.rest[2:4], "big")
        elif n == 127:
            at, n = 10, int.from_bytes(self.rest[2:10], "big")
        if len(self.rest) < at + n or at > len(self.rest):
            return None
        found = (self.rest[0], self.rest[at:at + n])
        self.rest = self.rest[at + n:]
        return found

    def next_frame(self, within=PATIENCE):
        """(op with its FIN bit, payload); Closed at the end."""
        end = time.monotonic() + within
        while not (found := self.first_frame()):
            self.more(end)
        self.frames.append(found)
        op, payload = found
        if op == 0x80 | CLOSE:
            self.closed = (int.from_bytes(payload[:2], "big") if payload else None, payload[2:].decode())
        return found

    def recv(self, within=PATIENCE):
        end = time.monotonic() + within
        while True:
            op, payload = self.next_frame(max(0, end - time.monotonic()))
            if op & 8:
                continue
            line = payload.decode()
            self.lines.append(line)
            if self.command(line) != "PING":
                return line
            self.send("PONG " + line.split(" ", 1)[1])

    def wait_closed(self):
        """(code, reason) of the server's close, then the end of the connection."""
        self.ended()
        return self.closed


def token():
    return base64.b32encode(os.urandom(8)).decode().strip("=")
