# SPDX-License-Identifier: MIT
"""A DNS server of the test's own, which answers as it is told, and differently each time."""
import socket
import struct
import threading

A, AAAA = 1, 28
DATAGRAM = 512


class Names:
    """Answers on two sockets, of UDP and of TCP. Owner of both."""

    def __init__(self, datagrams, stream):
        self.datagrams, self.stream = datagrams, stream
        self.rows, self.asked, self.by_tcp = {}, [], set()
        for serve in (self.serve_datagrams, self.serve_stream):
            threading.Thread(target=serve, daemon=True).start()

    def say(self, name, *answers):
        """Each a list of addresses, or None for silence; the last one stands."""
        self.rows[name] = {kind: list(answers) for kind in (A, AAAA)}

    def serve_datagrams(self):
        while True:
            try:
                question, peer = self.datagrams.recvfrom(DATAGRAM)
            except OSError:
                return
            answer = self.answer(question, DATAGRAM)
            if answer:
                self.datagrams.sendto(answer, peer)

    def serve_stream(self):
        while True:
            try:
                conn, _ = self.stream.accept()
            except OSError:
                return
            with conn:
                while len(head := conn.recv(2, socket.MSG_WAITALL)) == 2:
                    (length,) = struct.unpack("!H", head)
                    answer = self.answer(conn.recv(length, socket.MSG_WAITALL), 65535)
                    self.by_tcp.add(self.asked[-1])
                    conn.sendall(struct.pack("!H", len(answer)) + answer)

    def answer(self, question, room):
        number = question[:2]
        labels, at = [], 12
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += 1 + question[at]
        (kind,) = struct.unpack("!H", question[at + 1:at + 3])
        name, asked = ".".join(labels).lower(), question[12:at + 5]
        self.asked.append(name)
        answers = self.rows.get(name, {}).get(kind)
        if not answers:
            return number + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + asked
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        if said is None:
            return None
        family = socket.AF_INET if kind == A else socket.AF_INET6
        found = [socket.inet_pton(family, each) for each in said if (":" in each) == (kind == AAAA)]
        records = b"".join(struct.pack("!HHHIH", 0xc00c, kind, 1, 0, len(each)) + each for each in found)
        if 12 + len(asked) + len(records) > room:
            return number + struct.pack("!HHHHH", 0x8380, 1, 0, 0, 0) + asked
        return number + struct.pack("!HHHHH", 0x8180, 1, len(found), 0, 0) + asked + records

    def close(self):
        for each in (self.datagrams, self.stream):
            each.close()
