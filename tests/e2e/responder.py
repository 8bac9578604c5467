# SPDX-License-Identifier: MIT
"""Answers questions of multicast DNS in the network that it is run in.  usage: responder.py ADDRESS FILE
FILE holds lists of records, as JSON: [owner, type, data], names as lists of labels."""
import json
import socket
import struct
import sys

TYPES = {"PTR": 12, "TXT": 16, "SRV": 33}


def name(labels):
    parts = [label.encode() for label in labels]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def data(kind, value):
    if kind == "PTR":
        return name(value)
    if kind == "SRV":
        return struct.pack("!HHH", 0, 0, value["port"]) + name(value["target"])
    return b"".join(bytes([len(text.encode())]) + text.encode() for text in value)


def record(owner, kind, value):
    bytes_ = data(kind, value)
    return name(owner) + struct.pack("!HHIH", TYPES[kind], 1, 10, len(bytes_)) + bytes_


def answer(question, records):
    """A unicast answer as to one who asks once: with its number and its question."""
    head = question[:2] + struct.pack("!HHHHH", 0x8400, 1, len(records), 0, 0)
    return head + question[12:] + b"".join(record(*each) for each in records)


def main():
    address, path = sys.argv[1:]
    with open(path) as file:
        answers = json.load(file)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("", 5353))
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                 socket.inet_aton("224.0.0.251") + socket.inet_aton(address))
    print("ready", flush=True)
    while True:
        question, asker = s.recvfrom(9000)
        if name(["_snug", "_tcp", "local"]) in question and not question[2] & 0x80:
            for records in answers:
                s.sendto(answer(question, records) if isinstance(records, list)
                         else question[:2] + bytes.fromhex(records), asker)


if __name__ == "__main__":
    main()
