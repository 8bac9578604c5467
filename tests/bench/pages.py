# SPDX-License-Identifier: MIT
"""A client that turns pages of history and searches, and times each answer."""
import base64
import random
import socket
import ssl
import time


class Reader:
    def __init__(self, port, name, secret):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", port), 10)
        self.socket = context.wrap_socket(raw)
        self.rest = b""
        plain = base64.b64encode(f"\0{name}\0{secret}".encode()).decode()
        self.send("CAP REQ :sasl batch message-tags server-time draft/chathistory soju.im/search",
                  "AUTHENTICATE PLAIN", "AUTHENTICATE " + plain, "CAP END",
                  f"NICK {name}", f"USER {name} 0 * :pages")
        self.until(b" 001 ")

    def send(self, *lines):
        self.socket.sendall("".join(line + "\r\n" for line in lines).encode())

    def until(self, mark):
        """The lines up to the one that holds `mark`, with it."""
        lines = []
        while True:
            *whole, self.rest = self.rest.split(b"\r\n")
            for i, line in enumerate(whole):
                lines.append(line)
                if mark in line:
                    self.rest = b"\r\n".join(whole[i + 1:] + [self.rest])
                    return lines
                if b" FAIL " in line or b" 403 " in line:
                    raise SystemExit("pages: " + line.decode())
            got = self.socket.recv(65536)
            if not got:
                raise SystemExit("pages: the server closed the connection")
            self.rest += got

    def ask(self, line):
        """Milliseconds until the batch ends, and its number of messages."""
        began = time.perf_counter()
        self.send(line)
        lines = self.until(b"BATCH -")
        return (time.perf_counter() - began) * 1000, sum(b" PRIVMSG " in x for x in lines)


def percentile(values, part):
    values = sorted(values)
    return values[int(part * (len(values) - 1))]


def turn_pages(port, name, secret, room, newest_ms, span_ms, count):
    """kind -> p50, p99, max in ms of `count` pages each; the texts are snugstore's."""
    reader, dice = Reader(port, name, secret), random.Random(1)
    reader.send("JOIN " + room)
    reader.until(b" 366 ")
    words = ["w7", "w7 w12", "w19000", "w190", "w3 w19000"]
    kinds = {
        "LATEST": lambda: f"CHATHISTORY LATEST {room} * 50",
        "BEFORE": lambda: "CHATHISTORY BEFORE %s timestamp=%s 50" % (
            room, time.strftime("%Y-%m-%dT%H:%M:%S.000Z",
                                time.gmtime((newest_ms - dice.randrange(span_ms)) // 1000))),
        "SEARCH": lambda: "SEARCH in=%s;limit=50;text=%s" % (
            room, dice.choice(words).replace(" ", "\\s")),
    }
    result = {}
    for kind, line in kinds.items():
        answers = [reader.ask(line()) for _ in range(count)]
        times = [ms for ms, _ in answers]
        result[kind] = {"p50_ms": percentile(times, 0.5), "p99_ms": percentile(times, 0.99),
                        "max_ms": max(times), "messages": sum(n for _, n in answers) / count}
    return result
