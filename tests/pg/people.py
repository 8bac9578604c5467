# SPDX-License-Identifier: MIT
"""People who are served by whichever of two machines answers, and write down what they were told.

A line that a machine sent before it lost its lease may be read after it, on a busy machine. So with
each line stands `since`: the time at which nothing was there to be read on its connection: the line
came after that.
"""
import collections
import re
import ssl
import threading
import time

from postgres import PATIENCE
from patience import STEP
from snug import Client, Closed
from witness import CAPS, tags, text

SILENCE = 2.0  # time: seconds without a word, then a person's client asks whether anybody is there
GIVE_UP = 2.0  # time: seconds for the answer, a handshake, or a login: then it tries the other machine
BEHIND = 100  # messages a page
PASSING = ("PING", "PONG", "NOTE", "ERROR", "BATCH")  # what carries no state

Mark = collections.namedtuple("Mark", "since machine line")  # a line that carries state, and when it came
Message = collections.namedtuple("Message", "msgid seq text")


class Reached(Client):
    """A connection to one machine, given up where nobody answers."""

    def __init__(self, machine, port, context):
        self.machine, self.since, self.heard_at = machine, 0.0, time.monotonic()
        self.ready = collections.deque()
        super().__init__(port, context=context, host=machine.address, within=GIVE_UP)

    def recv(self, within=PATIENCE):
        """The next line, at once where one is there; TimeoutError after one look."""
        while not self.ready:
            before = time.time()
            try:
                self.more(time.monotonic() + 5 * STEP)  # time: one look
            except TimeoutError:
                self.since = before
                raise
            self.heard_at = time.monotonic()
            *whole, self.rest = self.rest.split(b"\n")
            self.ready.extend(whole)
        line = self.ready.popleft().rstrip(b"\r").decode()
        if self.command(line) != "PING":
            return line
        self.send("PONG " + line.partition("PING ")[2])
        return self.recv()

    def send(self, *lines):
        self.sock.settimeout(GIVE_UP)
        super().send(*lines)

    def wait(self, *wanted):
        """As it is named, and gives up as people do."""
        end = time.monotonic() + GIVE_UP  # time: as people's clients do
        while time.monotonic() < end:  # time: as people's clients do
            try:
                line = self.recv()
            except TimeoutError:
                continue
            if all(part in line for part in wanted):
                return line
            if self.command(line) in ("904", "905", "ERROR", "FAIL"):
                raise Closed(line)
        raise Closed("no answer to the login")

    def sync(self):
        self.send("PING :all-is-here")
        self.wait("PONG", "all-is-here")


class Person(threading.Thread):
    """Connected to one of the machines, whatever happens to them, until it is done."""

    def __init__(self, machines, port, account, secret, room="#load"):
        super().__init__(daemon=True)
        self.machines, self.port, self.account, self.secret, self.room = machines, port, account, secret, room
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.finished = threading.Event()
        self.logins, self.trouble, self.troubles = 0, None, []  # the last one; (when, where, why) behind a login
        self.marks = []  # the first of the lines that came at one time
        self.refused = []  # lines
        self.seen, self.changed = {}, []  # seq -> Message; two of one number
        self.left = []  # connections that were given up: who still speaks there is heard

    def run(self):
        turn = 0
        while not self.finished.is_set():
            try:
                client = Reached(self.machines[turn % len(self.machines)], self.port, self.context)
            except (OSError, ssl.SSLError) as why:
                self.trouble, turn = why, turn + 1
                time.sleep(STEP)
                continue
            try:
                self.enter(client)
                self.talk(client)
            except (Closed, OSError) as why:
                self.trouble = why
                self.troubles.append((time.time(), client.machine.name, why))
            self.left.append(client)
            turn += 1
        for client in self.left:
            client.close()

    def enter(self, client):
        client.login(self.account, CAPS, self.secret)
        client.send("JOIN " + self.room)
        client.sync()
        self.logins += 1

    def next(self, client):
        """The next line, noted; None when none is there. Closed where the machine is silent."""
        try:
            line = client.recv()
        except TimeoutError:
            self.look_back()
            silent = time.monotonic() - client.heard_at
            if silent > SILENCE + GIVE_UP:  # time: as people's clients do
                raise Closed(f"{client.machine.name} is silent") from None
            if silent > SILENCE and not client.rest:  # time: as people's clients do
                client.send("PING still-there")
            return None
        self.note(client, line)
        return line

    def is_kept(self, line):
        return f" PRIVMSG {self.room} :" in line

    def keep(self, message):
        """It was heard, live or as history."""

    def note(self, client, line):
        """What was heard, and the message in it, where it is one that this person keeps."""
        command = client.command(line)
        if command in PASSING:
            return
        if command == "FAIL":
            self.refused.append(line)
        if not self.marks or self.marks[-1][:2] != (client.since, client.machine.name):
            self.marks.append(Mark(client.since, client.machine.name, line))
        if command == "PRIVMSG" and self.is_kept(line):
            found = tags(line)
            message = Message(found["msgid"], int(found["snug.chat/seq"]), text(line))
            if self.seen.setdefault(message.seq, message) != message:
                self.changed.append((self.seen[message.seq], message))
            self.keep(message)

    def look_back(self):
        """What still comes on the connections that were given up."""
        for client in list(self.left):
            try:
                while True:
                    self.note(client, client.recv())
            except TimeoutError:
                continue
            except (Closed, OSError):
                client.close()
                self.left.remove(client)


class Sender(Person):
    """Sends numbered messages at its rate, some ahead of their echo; sends again what has none."""

    def __init__(self, *more, rate=125, window=512, **named):
        super().__init__(*more, **named)
        self.gap, self.window = 1 / rate, window
        self.sent, self.again, self.again_at = 0, 0, 0
        self.waiting = collections.OrderedDict()  # numbers
        self.refused_ones = set()  # numbers: a refusal says not of which it is, so of any that waited
        self.acked = {}  # number -> (msgid, seq)
        self.acked_at = []  # times, in their order
        self.no_more = threading.Event()

    def say(self, *numbers):
        return [f"@snug.chat/id={self.account}-{n} PRIVMSG {self.room} :{self.account} {n}" for n in numbers]

    def ask_again(self, client):
        self.again_at = 0
        self.again += len(self.waiting)
        client.send(*self.say(*self.waiting))

    def talk(self, client):
        self.ask_again(client)
        due = time.monotonic()
        while not (self.no_more.is_set() and not self.waiting):
            now = time.monotonic()
            if self.again_at and now >= self.again_at:  # time: its own pace
                self.ask_again(client)
            if now >= due and not self.no_more.is_set():
                fresh = range(self.sent, min(self.sent + 1 + int((now - due) / self.gap),
                                             self.sent + self.window - len(self.waiting)))
                client.send(*self.say(*fresh))
                self.waiting.update((n, None) for n in fresh)
                self.sent += len(fresh)
                due = max(due + self.gap * len(fresh), now - 1)
            self.hear(client)
        self.finished.set()

    def hear(self, client):
        line = self.next(client)
        if line and client.command(line) == "FAIL":
            self.refused_ones.update(self.waiting)
            self.again_at = self.again_at or time.monotonic() + 0.1  # time: its own pace

    def is_kept(self, line):
        return f" PRIVMSG {self.room} :{self.account} " in line

    def keep(self, message):
        number = int(message.text.split()[1])
        if self.acked.setdefault(number, message) != message:
            self.changed.append((self.acked[number], message))
        self.acked_at.append(time.time())
        self.waiting.pop(number, None)


class Reader(Person):
    """Reads all, and after each login what it missed; in the end it holds everything."""

    def __init__(self, *more, **named):
        super().__init__(*more, **named)
        self.held, self.live = [], None  # Messages as a person scrolls through them; kept back for a while

    def talk(self, client):
        self.catch_up(client)
        while not self.finished.is_set():
            self.next(client)

    def keep(self, message):
        self.hold(message) if self.live is None else self.live.append(message)

    def hold(self, message):
        """Once, whether it came live or as history; what is wrong with it is the checker's matter."""
        if not self.held or message.seq > self.held[-1].seq or message not in self.held[message.seq - 1:message.seq]:
            self.held.append(message)

    def catch_up(self, client):
        """Page by page; what is said meanwhile stands behind them."""
        self.live, is_more = [], True
        while is_more:
            since = f"msgid={self.held[-1].msgid}" if self.held else "timestamp=1980-01-01T00:00:00.000Z"
            client.send(f"CHATHISTORY AFTER {self.room} {since} {BEHIND}")
            page = self.page(client)
            is_more = len(page) == BEHIND
            for message in page:
                self.hold(message)
        live, self.live = self.live, None
        for message in live:
            self.hold(message)

    def page(self, client):
        """The messages of the next batch, taken out of what is said meanwhile."""
        ref, page = None, []
        while True:
            line = self.next(client)
            if line is None:
                continue
            if client.command(line) == "FAIL":
                raise Closed(line)
            if " BATCH +" in line or line.startswith("BATCH +"):
                ref = re.search(r"BATCH \+(\S+)", line)[1]
            elif ref and f"BATCH -{ref}" in line:
                return page
            elif ref and client.command(line) == "PRIVMSG" and tags(line).get("batch") == ref:
                page.append(self.live.pop())
