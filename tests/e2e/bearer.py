# SPDX-License-Identifier: MIT
"""A login by OAUTHBEARER (RFC 7628), line by line."""
import base64
import json

CHUNK = 400
ENDS = ("903", "904", "905", "906")


def message(token="", name="", **pairs):
    said = ["auth=Bearer " + token] + ["%s=%s" % pair for pair in pairs.items()]
    return "n,%s,\x01%s\x01\x01" % ("a=" + name if name else "", "\x01".join(said))


class Answer:
    """code: the numeric that ended it; account: who it is (903); failure: the JSON of a no;
    lines: all that was said."""

    def __init__(self):
        self.code, self.account, self.failure, self.lines = None, None, None, []

    def __repr__(self):
        return "\n".join(map(repr, self.lines))


def send(client, text):
    data = base64.b64encode(text.encode("latin1")).decode()
    for at in range(0, len(data), CHUNK):
        client.send("AUTHENTICATE " + data[at:at + CHUNK])
    if len(data) % CHUNK == 0:
        client.send("AUTHENTICATE +")


def hear(client, answer, reply):
    """To the end of the exchange; a challenge is answered with `reply`."""
    challenge = ""
    while answer.code is None:
        line = client.recv()
        answer.lines.append(line)
        words = line.split()
        command = client.command(line)
        if command == "AUTHENTICATE":
            part = words[-1]
            challenge += "" if part == "+" else part
            if len(part) < CHUNK:
                answer.failure = json.loads(base64.b64decode(challenge))
                client.send("AUTHENTICATE " + reply)
        elif command == "900":
            answer.account = words[4 if words[0].startswith(":") else 3]
        elif command in ENDS:
            answer.code = command
    return answer


def begin(client):
    client.send("CAP LS 302", "CAP REQ :sasl")
    client.wait("ACK")


def say(client, text, reply="AQ=="):
    """The exchange by this text, on a connection that `begin` was for."""
    answer = Answer()
    client.send("AUTHENTICATE OAUTHBEARER")
    client.wait("AUTHENTICATE +")
    send(client, text)
    return hear(client, answer, reply)


def ask(server, token="", name="", **pairs):
    """On a connection of its own, which ends."""
    client = server.client()
    begin(client)
    answer = say(client, message(token, name, **pairs))
    client.close()
    return answer


def enter(server, token="", name="", **pairs):
    """Somebody who is in: the client, which has `account`."""
    client = server.client()
    begin(client)
    answer = say(client, message(token, name, **pairs))
    assert answer.code == "903", answer
    client.account = answer.account
    client.send("NICK " + answer.account, "USER %s 0 * :%s" % (answer.account, answer.account), "CAP END")
    client.wait(" 001 ")
    client.sync()
    return client
