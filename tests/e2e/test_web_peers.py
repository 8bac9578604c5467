# SPDX-License-Identifier: MIT
"""The same bytes to our readers of HTTP and WebSocket and to others': Node's parser and wslay.

Each row has what we say and what the other says; where that differs, it says why ours stays."""
import ctypes
import os
import shutil
import socket
import struct
import subprocess
import unittest

from patience import PATIENCE
from web import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame

VERDICT = os.path.join(os.environ.get("SNUG_BIN", "build/release"), "web_verdict")
HOST = b"Host: a.example\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST
POST = b"POST / HTTP/1.1\r\n" + HOST
CODINGS = "we take no coding but a length in digits"
PATHS = "what a path may hide is refused before anybody compares it"
SMALL = "our bounds are smaller"

# (bytes, ours, does Node take it?, why they differ)
HTTP = [
    (GET + b"\r\n", "ok", True, ""),
    (b"\r\n" + GET + b"\r\n", "ok", True, ""),
    (POST + b"Content-Length: 5\r\n\r\nhello", "ok", True, ""),
    (b"OPTIONS /a?b=%20c HTTP/1.1\r\n" + HOST + b"\r\n", "ok", True, ""),
    (GET + b"X: \xc3\xa4\tb \r\nY:\r\n\r\n", "ok", True, ""),
    (GET, "more", False, ""),
    (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "411", False, ""),
    (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400", False, ""),
    (POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "400", False, ""),
    (POST + b"Content-Length: 5, 5\r\n\r\nhello", "400", False, ""),
    (POST + b"Content-Length: +5\r\n\r\nhello", "400", False, ""),
    (POST + b"Content-Length: 0x5\r\n\r\nhello", "400", False, ""),
    (POST + b"Content-Length : 5\r\n\r\nhello", "400", False, ""),
    (GET + b"X: a\r\n b\r\n\r\n", "400", False, ""),
    (GET + b"X: a\rb: c\r\n\r\n", "400", False, ""),
    (GET + b"X\0: a\r\n\r\n", "400", False, ""),
    (GET + b"X: \x01\r\n\r\n", "400", False, ""),
    (b"GET / HTTP/1.1\nHost: a\n\n", "400", False, ""),
    (b"GET / HTTP/1.1\r\n\r\n", "400", False, ""),
    (b"GET / HTTP/1.2\r\n" + HOST + b"\r\n", "505", False, ""),
    (b"NICK bob\r\n\r\n", "400", False, ""),
    (b"get / HTTP/1.1\r\n" + HOST + b"\r\n", "501", False, ""),
    (GET + b"X: " + b"a" * 20000 + b"\r\n\r\n", "431", False, ""),
    (GET + HOST + b"\r\n", "400", True, "two Hosts are two answers to whom it is for"),
    (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "400", True, "a Host is compared with our names"),
    (b"GET / HTTP/1.0\r\n" + HOST + b"\r\n", "505", True, "nobody who matters speaks 1.0"),
    (b"GET /\r\n\r\n", "400", True, "that is HTTP/0.9"),
    (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", "400", True, "one blank stands between two words"),
    (POST + b"Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "501", True, CODINGS),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "411", True, CODINGS),
    (POST + b"\r\n", "411", True, CODINGS),
    (GET + b"Content-Length: 1\r\n\r\na", "400", True, "only a POST has a body"),
    (b"PUT / HTTP/1.1\r\n" + HOST + b"\r\n", "501", True, "nothing here is put"),
    (b"GET /../etc HTTP/1.1\r\n" + HOST + b"\r\n", "400", True, PATHS),
    (b"GET /%2e%2e/%00 HTTP/1.1\r\n" + HOST + b"\r\n", "400", True, PATHS),
    (b"GET //a HTTP/1.1\r\n" + HOST + b"\r\n", "400", True, PATHS),
    (b"GET /\\a HTTP/1.1\r\n" + HOST + b"\r\n", "400", True, PATHS),
    (GET + b"X: " + b"a" * 9000 + b"\r\n\r\n", "431", True, SMALL),
    (GET + b"a: b\r\n" * 100 + b"\r\n", "431", True, SMALL),
]

NODE = """
const server = require("http").createServer((request, answer) => answer.end());
server.on("clientError", (why, socket) => socket.end("HTTP/1.1 400 Bad Request\\r\\n\\r\\n"));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume();
process.stdin.on("end", () => process.exit());
"""

SILENT = "wslay closes without a code: ours tells the client why"

# (frames, ours, wslay's, why they differ): what is heard, and the code of the close that follows.
FRAMES = [
    ([frame(TEXT, b"NICK a"), frame(BINARY, b"\xff")], "text 4e49434b2061 text ff", None, ""),
    ([frame(TEXT, b"a", fin=False), frame(PING, b"p"), frame(CONTINUATION, b"b", fin=False),
      frame(CONTINUATION, b"")], "ping 70 text 6162", None, ""),
    ([frame(PONG, b"x" * 125)], "pong " + "78" * 125, None, ""),
    ([frame(TEXT, b"a" * 8701)], "text " + "61" * 8701, None, ""),
    ([frame(TEXT, b"a", mask=None)], "close 1002", None, ""),
    ([bytes([0x80 | 0x40 | TEXT]) + frame(TEXT, b"a")[1:]], "close 1002", None, ""),
    ([frame(3, b"a")], "close 1002", None, ""),
    ([frame(11, b"a")], "close 1002", None, ""),
    ([frame(CONTINUATION, b"a")], "close 1002", None, ""),
    ([frame(TEXT, b"a", fin=False), frame(TEXT, b"b")], "close 1002", None, ""),
    ([frame(TEXT, b"\xed\xa0\x80")], "close 1007", None, ""),
    ([frame(TEXT, b"\xc3")], "close 1007", None, ""),
    ([frame(TEXT, b"a" * 8702)], "close 1009", None, ""),
    ([frame(TEXT, b"a" * 8701, fin=False), frame(CONTINUATION, b"b")], "close 1009", None, ""),
    ([frame(CLOSE, b"")], "close 1005", None, ""),
    ([frame(CLOSE, b"\x03\xe8bye")], "close 1000", None, ""),
    ([frame(CLOSE, b"\x0f\xa0")], "close 4000", None, ""),
    ([frame(CLOSE, b"\x03")], "close 1002", "close 1005", "one byte is no code: 5.5.1"),
    ([frame(CLOSE, b"\x03\xed")], "close 1002", None, ""),
    ([frame(CLOSE, b"\x03\xe8\xff")], "close 1007", None, ""),
    ([frame(PING, b"a", fin=False)], "close 1002", "close 1005", SILENT),
    ([frame(PING, b"a" * 126)], "close 1002", "close 1005", SILENT),
    ([frame(TEXT, b"a", length=16)], "close 1002", "close 1005", SILENT),
    ([frame(TEXT, b"a" * 200, length=64)], "close 1002", "close 1005", SILENT),
    ([b"\x81\xff" + b"\x80" + bytes(11)], "close 1002", "close 1005", SILENT),
]


def ours(kind, inputs):
    lines = "".join("%s %s\n" % (kind, raw.hex()) for raw in inputs)
    done = subprocess.run([VERDICT], input=lines, capture_output=True, text=True, timeout=PATIENCE,
                          check=True)
    return done.stdout.split("\n")[:-1]


class Node:
    def __enter__(self):
        self.process = subprocess.Popen(["node", "-e", NODE], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def takes(self, raw):
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as sock:
            sock.sendall(raw)
            sock.shutdown(socket.SHUT_WR)
            return sock.recv(12).endswith(b"200")


class Message(ctypes.Structure):
    _fields_ = [("reserved", ctypes.c_uint8), ("opcode", ctypes.c_uint8),
                ("text", ctypes.POINTER(ctypes.c_uint8)), ("len", ctypes.c_size_t),
                ("code", ctypes.c_uint16)]


MOVE = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint8),
                        ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p)
HEARD = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Message), ctypes.c_void_p)


class Callbacks(ctypes.Structure):
    _fields_ = [("recv", MOVE), ("send", MOVE), ("mask", ctypes.c_void_p), ("start", ctypes.c_void_p),
                ("chunk", ctypes.c_void_p), ("end", ctypes.c_void_p), ("heard", HEARD)]


class Wslay:
    """Its event interface, fed from a string."""
    WOULDBLOCK = -401
    NAMES = {TEXT: "text", BINARY: "text", PING: "ping", PONG: "pong"}

    def __init__(self, library, raw):
        self.lib, self.rest, self.sent, self.told = library, raw, b"", []
        self.callbacks = Callbacks(MOVE(self.recv), MOVE(self.send), None, None, None, None,
                                   HEARD(self.heard))
        self.context = ctypes.c_void_p()
        self.lib.wslay_event_context_server_init(ctypes.byref(self.context),
                                                 ctypes.byref(self.callbacks), None)
        self.lib.wslay_event_config_set_max_recv_msg_length(self.context, ctypes.c_uint64(8701))

    def block(self, context):
        self.lib.wslay_event_set_error(ctypes.c_void_p(context), self.WOULDBLOCK)
        return -1

    def recv(self, context, to, room, *_):
        if not self.rest:
            return self.block(context)
        part, self.rest = self.rest[:room], self.rest[room:]
        ctypes.memmove(to, part, len(part))
        return len(part)

    def send(self, context, at, count, *_):
        self.sent += ctypes.string_at(at, count)
        return count

    def heard(self, _, message, __):
        if message[0].opcode in self.NAMES:
            text = ctypes.string_at(message[0].text, message[0].len) if message[0].len else b""
            self.told.append("%s %s" % (self.NAMES[message[0].opcode], text.hex()))

    def closes(self):
        """The code of the close among what it sent; NULL payload is 1005."""
        rest = self.sent
        while rest:
            op, n = rest[0] & 15, rest[1] & 127
            if op == CLOSE:
                return ["close %d" % (struct.unpack(">H", rest[2:4])[0] if n else 1005)]
            rest = rest[2 + n:]
        return []

    def verdict(self):
        failed = self.lib.wslay_event_recv(self.context)
        self.lib.wslay_event_send(self.context)
        found = self.told + self.closes()
        self.lib.wslay_event_context_free(self.context)
        return " ".join(found + (["error"] if failed and not self.closes() else []))


def wslay():
    try:
        return ctypes.CDLL("libwslay.so.1")
    except OSError:
        return None


class Peers(unittest.TestCase):
    def test_our_own_verdicts(self):
        for kind, rows in ("http", HTTP), ("ws", [(b"".join(row[0]), *row[1:]) for row in FRAMES]):
            for row, found in zip(rows, ours(kind, [row[0] for row in rows]), strict=True):
                with self.subTest(kind, raw=row[0][:80]):
                    self.assertEqual(found, row[1])

    @unittest.skipUnless(shutil.which("node"), "node is not installed: its parser is not compared")
    def test_node_reads_the_same_or_it_is_said_why_not(self):
        with Node() as node:
            for raw, own, takes, why in HTTP:
                with self.subTest(raw=raw[:80]):
                    self.assertEqual(node.takes(raw), takes)
                    self.assertEqual((own == "ok") != takes, bool(why))
                    self.assertFalse(own == "ok" and not takes, "we take what it refuses")

    @unittest.skipUnless(wslay(), "libwslay1 is not installed: its framing is not compared")
    def test_wslay_hears_the_same_or_it_is_said_why_not(self):
        for frames, own, other, why in FRAMES:
            with self.subTest(raw=b"".join(frames)[:40]):
                self.assertEqual(Wslay(wslay(), b"".join(frames)).verdict(), other or own)
                self.assertEqual(other is not None, bool(why))


if __name__ == "__main__":
    unittest.main()
