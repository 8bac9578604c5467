# SPDX-License-Identifier: MIT
"""Senders and receivers that write down what they were told, and the check of it afterwards.

The invariants, by the names of docs/SECURITY.md:
I1 what was acknowledged is in the history; I2 each message is there at most once; I3 each
sender's order is kept; I4 what any receiver saw is in the history; I7 after the last resend
everything is there exactly once. Sequence numbers run 1, 2, 3, ... without a gap.
"""
import collections
import re
import threading
import time

from patience import STEP
from snug import Client, Closed

CAPS = "message-tags server-time echo-message batch draft/chathistory snug.chat/exactly-once snug.chat/sequence"
TAGS = re.compile(r"^@(\S+) ")


def tags(line):
    found = TAGS.match(line)
    return dict(t.split("=", 1) if "=" in t else (t, "") for t in found[1].split(";")) if found else {}


def text(line):
    return line.split(" PRIVMSG ", 1)[1].split(" :", 1)[1]


class Peer(threading.Thread):
    """Stays connected, whatever happens to the server, until it is done."""

    def __init__(self, port, name, secret, room="#load"):
        super().__init__(daemon=True)
        self.port, self.account, self.secret, self.room = port, name, secret, room
        self.finished = threading.Event()
        self.logins = 0
        self.trouble = None

    def run(self):
        while not self.finished.is_set():
            try:
                client = Client(self.port)
            except OSError:
                time.sleep(STEP)
                continue
            try:
                client.login(self.account, CAPS, self.secret)
                client.send("JOIN " + self.room)
                client.sync()
                self.logins += 1
                self.talk(client)
            except (Closed, OSError, AssertionError) as why:
                self.trouble = why
            finally:
                client.close()


class Sender(Peer):
    """Sends numbered messages, a few ahead of their echo; resends what has none."""

    def __init__(self, *more, rate=125, window=8, **named):
        super().__init__(*more, **named)
        self.gap, self.window = 1 / rate, window
        self.sent = 0
        self.refused, self.again_at = 0, 0
        self.waiting = collections.OrderedDict()  # number -> when it was sent last
        self.acked = {}  # number -> (msgid, seq)
        self.sent_at, self.acked_at = {}, {}  # number -> time of the first
        self.no_more = threading.Event()

    def send_one(self, client, number):
        self.sent_at.setdefault(number, time.time())
        client.send(f"@snug.chat/id={self.account}-{number} PRIVMSG {self.room} :{self.account} {number}")

    def heard(self, line):
        """What is no echo: a server that refuses is asked again, after a while."""
        if line.startswith("FAIL ") or " FAIL " in line:
            self.refused += 1
            self.again_at = self.again_at or time.monotonic() + 0.1  # time: its own pace

    def ask_again(self, client):
        self.again_at = 0
        for number in self.waiting:
            self.send_one(client, number)

    def talk(self, client):
        self.ask_again(client)
        due = time.monotonic()
        while not (self.no_more.is_set() and not self.waiting):
            now = time.monotonic()
            if self.again_at and now >= self.again_at:
                self.ask_again(client)
            if now >= due and len(self.waiting) < self.window and not self.no_more.is_set():
                self.waiting[self.sent] = now
                self.send_one(client, self.sent)
                self.sent += 1
                due = max(due + self.gap, now - 0.1)
            try:
                line = client.recv(max(STEP, min(5 * STEP, due - now)))
            except TimeoutError:
                continue
            if f" PRIVMSG {self.room} " in line and text(line).startswith(self.account + " "):
                number = int(text(line).split()[1])
                mark = (tags(line)["msgid"], int(tags(line)["snug.chat/seq"]))
                if number in self.acked and self.acked[number] != mark:
                    self.trouble = AssertionError(f"{number}: {self.acked[number]} became {mark}")
                self.acked[number] = mark
                self.acked_at.setdefault(number, time.time())
                self.waiting.pop(number, None)
            else:
                self.heard(line)
        self.finished.set()


class Receiver(Peer):
    def __init__(self, *more, **named):
        super().__init__(*more, **named)
        self.seen = []  # (msgid, seq, text)

    def talk(self, client):
        while not self.finished.is_set():
            try:
                line = client.recv(5 * STEP)
            except TimeoutError:
                continue
            if f" PRIVMSG {self.room} " in line:
                self.seen.append((tags(line)["msgid"], int(tags(line)["snug.chat/seq"]), text(line)))


def history(client, room="#load"):
    """Everything that is stored, oldest first, by pages."""
    rows, bound = [], "*"
    while True:
        client.send(f"CHATHISTORY {'LATEST' if bound == '*' else 'BEFORE'} {room} {bound} 100")
        page = []
        start = client.wait("BATCH +")
        ref = re.search(r"BATCH \+(\S+)", start)[1]
        while True:
            line = client.recv()
            if f"BATCH -{ref}" in line:
                break
            if " PRIVMSG " in line:
                page.append((tags(line)["msgid"], int(tags(line)["snug.chat/seq"]), text(line)))
        if not page:
            return rows
        rows = page + rows
        bound = "msgid=" + page[0][0]


def check(senders, receivers, rows):
    """Counts of what is wrong; all zero is right."""
    by_id = {row[0]: row for row in rows}
    texts = collections.Counter(row[2] for row in rows)
    wrong = collections.Counter(lost=0, duplicated=0, disordered=0, gaps=0, unsaid=0)
    wrong["duplicated"] += sum(count - 1 for count in texts.values())
    wrong["gaps"] += [row[1] for row in rows] != list(range(1, len(rows) + 1))
    for sender in senders:
        for number, (msgid, seq) in sender.acked.items():
            row = by_id.get(msgid)
            wrong["lost"] += row is None or row[1] != seq or row[2] != f"{sender.account} {number}"
        wrong["lost"] += sum(f"{sender.account} {n}" not in texts for n in range(sender.sent))
        own = [int(row[2].split()[1]) for row in rows if row[2].startswith(sender.account + " ")]
        wrong["disordered"] += own != sorted(own)
    for receiver in receivers:
        wrong["unsaid"] += sum(by_id.get(msgid, ("",) * 3)[2] != said for msgid, _, said in receiver.seen)
        ids = [msgid for msgid, _, _ in receiver.seen]
        wrong["duplicated"] += len(ids) - len(set(ids))
        seqs = [seq for _, seq, _ in receiver.seen]
        wrong["disordered"] += seqs != sorted(seqs)
    return dict(wrong)
