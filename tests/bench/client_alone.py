# SPDX-License-Identifier: MIT
"""The bars that only snug has: a first run, cuts, kills, keys, files, on a real server."""
import base64
import glob
import os
import random
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

from peers import Burster, Term

import person
import snug

FIRST = "XQXQXQXQ"


class Wire:
    """Passes bytes on to a port, until it is cut."""

    def __init__(self, port):
        self.to, self.is_cut, self.socks = port, False, []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.to))
            self.socks += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=pair, daemon=True).start()

    @staticmethod
    def copy(source, sink):
        try:
            while got := source.recv(65536):
                sink.sendall(got)
        except OSError:
            pass
        for sock in (source, sink):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.is_cut = True
        for sock in self.socks:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.socks = []

    def mend(self):
        self.is_cut = False


class World:
    """A server with a room that has a history, and links to it."""

    def __init__(self):
        self.server = snug.Server(port=snug.free_port())
        self.server.start()
        self.link = person.link(self.server)
        self.people = []
        self.bob = self.person("bob")
        lines = "".join(f"line {i} of before\n" for i in range(199)) + FIRST + "\n"
        done = self.bob.run("send", "#lounge", "-", stdin=lines)
        assert done.code == 0, done

    def person(self, name, link=None):
        one = person.Person(name)
        self.people.append(one)
        if link is not False:
            one.join(link or self.link)
        return one

    def through(self, wire):
        return self.link.replace(f":{self.server.port}", f":{wire.port}")

    def close(self):
        for one in self.people:
            one.close()
        self.server.close()


def first_run(world, out):
    """A link pasted into one command, the name confirmed, a password made up."""
    ann = world.person("ann", link=False)
    typed, prompts = len("snug join ") + 1 + 1, 0
    term = Term(ann.words("join", world.link))
    for question in ("Your name", "Password"):
        assert term.wait(question), term.text()
        time.sleep(0.1)
        term.forget()
        prompts, typed = prompts + 1, typed + 1
        began = time.monotonic()
        term.write("\r")
    waited = 0
    if at := term.wait("Press Enter", 20):  # it shows the password that it made
        waited = at - began
        prompts, typed = prompts + 1, typed + 1
        term.forget()
        began = time.monotonic()
        term.write("\r")
    at = term.wait(FIRST, 20)
    out.update(first_keys=typed, first_prompts=prompts, first_seconds=at and at - began + waited)
    term.kill()
    secret = [path for path in ann.files() if stat.S_IMODE(os.stat(path).st_mode) & 0o077]
    secret += [os.path.dirname(path) for path in ann.files()
               if stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) & 0o077]
    out["wide_files"] = len(secret)
    out["files"] = len(list(ann.files()))


def secrets(world, out):
    token = world.link.split("invite=")[1].split(",")[0].encode()
    out["clear_secrets"] = sum(snug.PASSWORD.encode() in text or token in text for text in (
        open(path, "rb").read() for path in world.bob.files()))


def history(world, out):
    ann, runs = world.person("eve"), []
    for _ in range(5):
        term = Term(ann.words())
        at = term.wait(FIRST, 20)
        runs.append((at - term.began, term.cpu()))
        term.rest(0.3)
        term.kill()
    out["with_history"] = min(run[0] for run in runs) * 1000
    out["with_history_cpu"] = min(run[1] for run in runs) * 1000


def sends(world, out):
    def took(words):
        runs = []
        for i in range(10):
            began = time.monotonic()
            done = world.bob.run("send", "#lounge", f"{words} {i}")
            runs.append(time.monotonic() - began)
            assert done.code == 0, done
        return min(runs) * 1000
    out["send_cold"] = took("cold")
    term = Term(world.bob.words())
    assert term.wait("online"), term.text()
    threading.Thread(target=term.rest, args=(6,), daemon=True).start()
    out["send_warm"] = took("warm")
    os.kill(term.pid, 9)


def cut(world, out):
    """Four seconds without a network, three lines missed, once in a row of three."""
    wire = Wire(world.server.port)
    ann, backs, seen, heard = world.person("cem", world.through(wire)), [], 0, 0
    screen = ann.open()
    screen.wait_for("#lounge", "online")
    for trial in range(3):
        wire.cut()
        screen.wait_for("offline")
        missed = [f"missed {trial} {i} XQ" for i in range(3)]
        for text in missed:
            world.bob.run("send", "#lounge", text)
        time.sleep(2)
        wire.mend()
        began = time.monotonic()
        screen.wait_for("● online")
        backs.append(time.monotonic() - began)
        text = screen.wait_for(missed[-1])
        seen += sum(text.count(one) == 1 for one in missed)
        heard += sum(text.count(one) > 1 for one in missed)
    out.update(missed_seen=seen, missed_all=9, missed_twice=heard, back=min(backs))
    screen.close()


def word_of(chance, number):
    """Unlike the word before it in every letter, so that a drawn one is drawn whole."""
    letters = ("abcdefghijklm", "nopqrstuvwxyz")[number % 2]
    return "".join(chance.choice(letters) for _ in range(14))


def type_and_die(ann, word, seconds):
    """True when the word stood in the list before the end: not only where it was typed."""
    term = Term(ann.words())
    assert term.wait("#lounge"), term.text()
    term.write(word)
    assert term.wait(word), term.text()
    term.forget()
    term.write("\r")
    time.sleep(seconds)
    os.kill(term.pid, 9)
    while term.read(1):
        pass
    shown_at = term.text().find(word.encode())
    term.kill()
    return shown_at >= 0


def kills(world, out, trials):
    """Typed without a network, killed at some moment, started again: once, or still unsent.

    After each ten the network is back for a moment, and the next kill falls into the sending.
    """
    wire = Wire(world.server.port)
    ann = world.person("dora", world.through(wire))
    queued, words, chance = [], [], random.Random(1)
    for i in range(trials):
        wire.cut()
        words.append(word_of(chance, i))
        if type_and_die(ann, words[-1], chance.random() * chance.choice((0.005, 0.05, 0.3))):
            queued.append(words[-1])
        if i % 10 == 9:
            wire.mend()
            term = Term(ann.words())
            term.rest(0)
            time.sleep(chance.random() * 0.3)
            term.kill()
    wire.mend()
    term = Term(ann.words())
    end, said = time.monotonic() + 20 + trials / 10, []
    while time.monotonic() < end and not set(queued) <= set(said):
        term.rest(1)
        said = world.bob.tail("#lounge", trials + 300)
    term.kill()
    out["trials"], out["trials_queued"] = trials, len(queued)
    out["lost"] = sum(said.count(word) == 0 for word in queued)
    out["doubled"] = sum(said.count(word) > 1 for word in words)


def shown(pin):
    """sha256: and hex, as the client prints it."""
    raw = bytes.fromhex(pin.removeprefix("sha256:"))
    return "sha256:" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def changed_key(out):
    old = Burster()
    ann = person.Person("ann")
    term = Term(ann.words("login", "--name", "ann", "--pin", old.pin, f"localhost:{old.port}/bench"))
    term.wait("Password")
    time.sleep(0.1)
    term.write("\r")
    assert old.joined.wait(20), term.text()
    term.rest()
    term.kill()
    old.close()
    new = Burster(old.port)
    done = ann.run("send", "#bench", "x")
    time.sleep(0.2)
    out["changed_bytes"], out["changed_exit"] = new.got, done.code
    if out["changed_exit"] != 76 or "trust" not in done.err:
        print(done.err, file=sys.stderr)
    day = time.strftime("%Y-%m-%d", time.gmtime())
    out["changed_names"] = all(text in done.err for text in (
        "snug trust localhost", "shows " + shown(new.pin), "trusted is " + shown(old.pin),
        "since " + day))
    new.close()
    ann.close()


def size(out):
    out["sizes"] = {}
    for name, path in {"snug": person.SNUG, **{
            peer: shutil.which(peer) for peer in ("irssi", "weechat", "catgirl")}}.items():
        if not path:
            continue
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(path, f"{folder}/x")
            subprocess.run(["strip", f"{folder}/x"], check=True)
            kb = os.path.getsize(f"{folder}/x") / 1000
        if name == "weechat":  # its IRC and its scripts are modules
            kb += sum(os.path.getsize(x) for x in glob.glob("/usr/lib/*/weechat/plugins/irc.so")) / 1000
        direct = subprocess.run(["readelf", "-d", path], stdout=subprocess.PIPE, text=True,
                                check=True).stdout.count("(NEEDED)")
        loaded = subprocess.run(["ldd", path], stdout=subprocess.PIPE, text=True,
                                check=True).stdout.count("=>")
        out["sizes"][name] = (kb, direct, loaded)


def measure(only, trials):
    out, world = {}, None
    parts = {"first": first_run, "secrets": secrets, "history": history, "send": sends,
             "cut": cut, "kill": lambda w, o: kills(w, o, trials),
             "changed": lambda w, o: changed_key(o), "size": lambda w, o: size(o)}
    try:
        world = World()
        for name, run in parts.items():
            if only and name not in only:
                continue
            try:
                run(world, out)
            except (AssertionError, OSError, subprocess.SubprocessError) as why:
                out.setdefault("failed", []).append(f"{name}: {why}")
            print(name, {k: v for k, v in out.items()}, file=sys.stderr, flush=True)
    finally:
        if world:
            world.close()
    return out
