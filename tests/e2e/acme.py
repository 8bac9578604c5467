#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server has its certificate from an authority, which is Debian's pebble: from `init --acme` on,
by each of three ways, while people talk by IRC and from a browser. As root.

It holds when the key is the same after every renewal, so that links and pins of before work; when
browsers are let in, and told to insist, without a restart; when no word is lost meanwhile; and when
uacme asks for nothing that its unit forbids.

Prints what it took; the exit status says whether all held.
"""
import os
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time

import pebble
import snug
import web
from patience import PATIENCE, until
from person import Person

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "package"))

import unit_file  # noqa: E402 -- beside this folder

NAME = "chat.example.org"
RENEWALS = 3
UNIT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "server", "units", "snugd-acme.service")
# By which the entry in the DNS is made: what a host's own program does with its provider.
HOOK = """#!/bin/sh
[ "$2" = dns-01 ] || exit 1
case $1 in
begin) curl -fs -d '{"host":"_acme-challenge.'"$3"'.","value":"'"$5"'"}' http://127.0.0.1:%d/set-txt ;;
*) curl -fs -d '{"host":"_acme-challenge.'"$3"'."}' http://127.0.0.1:%d/clear-txt ;;
esac
"""


class World:
    def __init__(self):
        self.port, self.web, self.http = (snug.free_port() for _ in range(3))
        self.dir = tempfile.mkdtemp(prefix="snug-acme-")
        self.authority = pebble.Authority(self.web, self.http)
        self.authority.names(NAME)
        self.s = snug.Server.__new__(snug.Server)
        self.s.dir, self.s.state = self.dir, os.path.join(self.dir, "state")
        self.s.log, self.s.process, self.s.clients = os.path.join(self.dir, "log"), None, []
        made = self.init(self.s.state)
        self.s.link = made.out.strip()
        self.took = []

    def init(self, state):
        made = snug.snugd("init", "--name", NAME, "--listen", "ircs://127.0.0.1:%d" % self.port, "--web",
                          "127.0.0.1:%d" % self.web, "--acme", "--acme-server", self.authority.url, "--yes", state=state)
        assert made.code == 0, made
        assert "127.0.0.1:%d is free" % self.web in made.err and NAME + " leads to this computer" in made.err, made
        with open(os.path.join(state, "snugd.conf"), "a", encoding="utf-8") as file:
            file.write(snug.CONF)
        return made

    def ask(self, *words, code=0, prefix=()):
        """`snugd tls acme`: its words."""
        began = time.monotonic()
        done = subprocess.run([*prefix, snug.SNUGD, "tls", "acme", *words, "--state", self.s.state], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        self.took.append(time.monotonic() - began)
        assert done.returncode == code, (done, self.authority.log()[-3000:], self.s.read_log())
        return done.stderr

    def pin(self):
        return self.s.json("tls", "show")["pin"]

    def reconfigure(self, lines):
        """Settings of [acme] behind its server."""
        path = os.path.join(self.s.state, "snugd.conf")
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"(\[acme\]\nserver = .*\n)(?:webroot.*\n|hook.*\n)*", r"\1" + lines, file.read())
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def close(self):
        self.s.close()
        self.authority.remove()


def shown(w, port):
    """The serial of what a client that believes authorities alone gets to see; None: it is refused."""
    believes = ssl.create_default_context(cafile=w.authority.list)
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as raw:
        try:
            with believes.wrap_socket(raw, server_hostname=NAME) as sock:
                return sock.getpeercert()["serialNumber"]
        except ssl.SSLCertVerificationError:
            return None


def is_told_to_insist(w):
    """By HSTS, STS and a link for browsers."""
    answer = web.ask(w.web, web.request(host="%s:%d" % (NAME, w.web)))
    stranger = w.s.client()
    stranger.send("CAP LS 302")
    offered = stranger.wait("CAP", "*", "LS")
    invited = w.s.run("invite", "create", "--room", "lounge")
    told = ("Strict-Transport-Security" in answer.fields, " sts=" in offered or ":sts=" in offered,
            "https://%s:%d/" % (NAME, w.web) in w.s.json("status")["page"], invited.code == 0)
    return told


class Talk:
    """Lines that go on from a program by IRC to a browser, until it is told to stop."""

    def __init__(self, w):
        for name in ("ann", "bob"):
            w.s.user(name)
        self.ann = w.s.client("ann")
        self.bob = web.Socket(w.web, host="%s:%d" % (NAME, w.web))
        self.bob.login("bob")
        for one in (self.bob, self.ann):
            one.send("JOIN #talk")
            one.wait("366", "#talk")
        self.n, self.is_over = 0, False
        self.failed = None
        self.thread = threading.Thread(target=self.go_on)
        self.thread.start()

    def go_on(self):
        try:
            while not self.is_over:
                self.n += 1
                self.ann.send("PRIVMSG #talk :word %d." % self.n)
                self.bob.wait("PRIVMSG", "#talk", ":word %d." % self.n)
        except Exception as why:  # noqa: BLE001 -- told when it is ended
            self.failed = why

    def end(self):
        self.is_over = True
        self.thread.join()
        assert not self.failed, self.failed
        return self.n


def join(w, name):
    """By the link that `init` printed, before any authority was asked."""
    person = Person(name)
    try:
        person.join(w.s.link)
        assert person.run("send", "#lounge", "%s is in" % name).code == 0
    finally:
        person.close()


def first(w):
    assert shown(w, w.web) is None and shown(w, w.port) is None
    assert is_told_to_insist(w) == (False, False, False, True)
    join(w, "early")
    pin = w.pin()
    w.ask()
    assert shown(w, w.web) and shown(w, w.web) == shown(w, w.port)
    assert is_told_to_insist(w) == (True, True, True, True), is_told_to_insist(w)
    assert "nothing to do" in w.ask()
    checked = w.s.run("check")
    assert "authority\tyes\t" in checked.out and "page\tyes\t" in checked.out, checked
    assert "uacme keeps the key" in w.s.run("tls", "check").out
    return pin


def renewed(w, pin, why):
    """A forced renewal: another certificate of the same key, served at once."""
    before = shown(w, w.web)
    w.ask("--force")
    assert shown(w, w.web) not in (before, None) and shown(w, w.web) == shown(w, w.port), why
    assert w.pin() == pin, why
    for name in ("key.pem", "account.key"):
        assert not stat.S_IMODE(os.stat(os.path.join(w.s.state, name)).st_mode) & 0o077, name


def by_a_web_server(w, pin):
    root = os.path.join(w.dir, "www")
    os.mkdir(root)
    w.reconfigure("webroot = %s\n" % root)
    with subprocess.Popen([sys.executable, "-m", "http.server", str(w.http), "--bind", "127.0.0.1", "--directory", root],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as other:
        try:
            until("the other web server to be there", lambda: is_open(w.http))
            renewed(w, pin, "http-01")
        finally:
            other.kill()
    assert os.listdir(os.path.join(root, ".well-known", "acme-challenge")) == []


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def by_the_dns(w, pin):
    hook = os.path.join(w.dir, "hook")
    with open(hook, "w", encoding="utf-8") as file:
        file.write(HOOK % (w.authority.dns_management, w.authority.dns_management))
    os.chmod(hook, 0o755)
    w.reconfigure("hook = %s\n" % hook)
    renewed(w, pin, "dns-01")
    w.reconfigure("")


def another_key(w, pin):
    """One that the old key vouches for: the authority gives it a certificate, and links work."""
    assert w.s.run("tls", "rotate", "--now").code == 0
    w.ask()
    assert w.pin() != pin and shown(w, w.web) == shown(w, w.port) is not None
    join(w, "late")


def what_it_calls(w):
    """Of uacme and its hook, under the filter of the unit."""
    listed = os.path.join(w.dir, "calls")
    w.ask("--force", prefix=["strace", "-f", "-qq", "-e", "signal=none", "-o", listed])
    with open(listed, encoding="utf-8", errors="replace") as file:
        asked = set(re.findall(r"^\d+ +(?:<\.\.\. )?([a-z]\w*)", file.read(), re.M))
    with open(UNIT, encoding="utf-8") as file:
        through = unit_file.allowed(unit_file.read(file.read()))
    assert len(asked) > 30 and asked <= through, asked - through


def from_a_backup(w):
    """Another machine goes on with the account."""
    copy, state = os.path.join(w.dir, "copy"), os.path.join(w.dir, "other")
    made = w.s.run("backup", "create", copy, "--with-keys")
    assert made.code == 0, made
    account, pin = os.path.join(w.s.state, "account.key"), w.pin()
    with open(account, encoding="utf-8") as file:
        key = file.read()
    assert w.s.stop() == 0
    os.mkdir(state, 0o700)
    w.s.state = state
    back = w.s.run("restore", copy)
    assert back.code == 6, back  # what is void is listed
    w.s.start()
    renewed(w, pin, "from a backup")
    with open(os.path.join(state, "account.key"), encoding="utf-8") as file:
        assert file.read() == key


def without_the_authority(w, pin):
    w.authority.close()
    serial = shown(w, w.web)
    w.ask("--force", code=1)
    assert shown(w, w.web) == serial and w.pin() == pin
    assert "authority\tno\tgave none" in w.s.run("check").out
    assert "gave nothing" in w.s.json("status")["authority"]


def main():
    pebble.go_inside()
    w = World()
    try:
        w.s.start()
        talk = Talk(w)
        pin = first(w)
        for _ in range(RENEWALS):
            renewed(w, pin, "tls-alpn-01")
        issued, again = w.took[0], w.took[2:]
        by_a_web_server(w, pin)
        by_the_dns(w, pin)
        said = talk.end()
        join(w, "same")
        what_it_calls(w)
        another_key(w, pin)
        from_a_backup(w)
        without_the_authority(w, w.pin())
        print("acme: had in %.1f s, renewed %d times in %.1f s at most with the same key, then by http-01, dns-01, for "
              "another key and from a backup; %d words between IRC and a browser meanwhile, none lost; links of before "
              "work; held" % (issued, RENEWALS, max(again), said))
    finally:
        w.close()
        shutil.rmtree(w.dir, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
