# SPDX-License-Identifier: MIT
"""Terminal clients on pseudo-terminals of their own, and a server that only bursts and notes."""
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
ROOM = "#bench"
NEWS = 64  # bytes; a frame has more


class Term:
    """A program on a terminal of 100x28. What it writes is kept, counted and never answered."""

    def __init__(self, words, env=None, width=100, height=28):
        environment = dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8", LC_ALL="C.UTF-8",
                           USER="ann", COLORTERM="", **(env or {}))
        environment.pop("TMUX", None)
        self.began = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
            os.execvpe(words[0], words, environment)
        self.bytes, self.raw, self.is_over = 0, b"", False

    def read(self, seconds):
        """Reads once; True when something came."""
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return False
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            got = b""
        if not got:
            self.is_over = True
            return False
        self.bytes += len(got)
        self.raw = (self.raw + got)[-400000:]
        return True

    def forget(self):
        while self.read(0):
            pass
        self.bytes, self.raw = 0, b""

    def text(self):
        return ESCAPES.sub(b"", self.raw)

    def wait(self, wanted, seconds=20, quiet=None):
        """The moment at which the text stands in what was written; None when it does not come."""
        end = time.monotonic() + seconds
        if isinstance(wanted, str):
            wanted = wanted.encode()
        while True:
            if wanted in self.raw[-4000:] or wanted in ESCAPES.sub(b"", self.raw[-20000:]):
                return time.monotonic()
            left = end - time.monotonic()
            if left <= 0 or self.is_over:
                return None
            if not self.read(min(left, quiet or left)) and quiet:
                return None

    def first_frame(self):
        end = time.monotonic() + 20
        while time.monotonic() < end and not self.is_over:
            self.read(end - time.monotonic())
            if len(ESCAPES.sub(b"", self.raw)) >= NEWS:
                return time.monotonic() - self.began
        return None

    def rest(self, seconds=0.5):
        """Reads until it has been quiet for so long."""
        while self.read(seconds):
            pass

    def write(self, text):
        os.write(self.fd, text if isinstance(text, bytes) else text.encode())

    def resize(self, width, height):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def cpu(self):
        """Seconds of processor time of all threads."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def memory(self):
        """Resident and private dirty, in MB."""
        rows = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return tuple(int(re.search(rf"^{name}: +(\d+)", rows, re.M).group(1)) / 1024
                     for name in ("Rss", "Private_Dirty"))

    def kill(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class Burster:
    """An IRC server over TLS that knows just enough, and sends what it is told to."""

    def __init__(self, port=0):
        self.dir = tempfile.mkdtemp(prefix="snug-burst-")
        key, cert = f"{self.dir}/key.pem", f"{self.dir}/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                        "/CN=localhost", "-keyout", key, "-out", cert], check=True,
                       stderr=subprocess.DEVNULL)
        public = subprocess.run(f"openssl x509 -in {cert} -pubkey -noout | openssl pkey -pubin "
                                "-outform der | sha256sum", shell=True, check=True,
                                stdout=subprocess.PIPE, text=True)
        self.pin = "sha256:" + public.stdout.split()[0]
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.listener = socket.create_server(("127.0.0.1", port), backlog=50)
        self.port = self.listener.getsockname()[1]
        self.sock, self.said, self.got, self.joined = None, [], 0, threading.Event()
        self.lock = threading.Lock()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                raw = self.listener.accept()[0]
            except OSError:
                return
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.talk, args=(raw,), daemon=True).start()

    def talk(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as sock:
                self.sock, nick, rest = sock, "ann", b""
                while got := sock.recv(65536):
                    self.got += len(got)
                    *lines, rest = (rest + got).split(b"\n")
                    for line in lines:
                        nick = self.answer(sock, line.decode(errors="replace").split(), nick)
        except OSError:
            pass

    def answer(self, sock, words, nick):
        verb = words[0].upper() if words else ""
        me, out = ":burst", []
        if verb == "CAP" and words[1] == "LS":
            out = [f"{me} CAP * LS :"]
        elif verb == "NICK":
            nick = words[1].strip(":")
        elif verb == "USER":
            out = [f"{me} 001 {nick} :hello", f"{me} 002 {nick} :x", f"{me} 003 {nick} :x",
                   f"{me} 004 {nick} burst 1 i n", f"{me} 005 {nick} CHANTYPES=# PREFIX=(ov)@+ :x",
                   f"{me} 422 {nick} :none"]
        elif verb == "PING":
            out = [f"{me} PONG burst {words[1]}"]
        elif verb == "JOIN":
            out = [f":{nick}!{nick}@x JOIN {words[1]}", f"{me} 353 {nick} = {words[1]} :{nick} bob",
                   f"{me} 366 {nick} {words[1]} :end"]
            self.join_at = time.monotonic()
            self.joined.set()
        elif verb == "PRIVMSG":
            self.said.append(" ".join(words[2:]))
        elif verb == "WHO":
            out = [f"{me} 315 {nick} {words[1]} :end"]
        elif verb == "MODE":
            out = [f"{me} 324 {nick} {words[1]} +n"] if words[1][0] == "#" else []
        if out:
            self.send("".join(line + "\r\n" for line in out).encode(), sock)
        return nick

    def send(self, data, sock=None):
        with self.lock:
            (sock or self.sock).sendall(data)

    def burst(self, count, last, first=0):
        """Lines of people, then one that shares no letter with them, in one go."""
        names = ["bob", "cem", "dora", "eve"]
        rows = [f":{names[i % 4]}!u@x PRIVMSG {ROOM} :line {first + i} of a talk that goes on and "
                f"on in a room of {i * 7919 % 1000} people\r\n" for i in range(count - 1)]
        self.send(("".join(rows) + f":bob!u@x PRIVMSG {ROOM} :{last}\r\n").encode())

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # which ends the wait in accept() too
        self.listener.close()
        if self.sock:
            self.sock.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class Home:
    def __init__(self, name):
        self.dir = tempfile.mkdtemp(prefix=f"bench-{name}-")

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def irssi_words(home, burster):
    with open(f"{home}/config", "w") as config:
        config.write("""
servers = ({ address = "127.0.0.1"; chatnet = "b"; port = "%d"; use_tls = "yes";
	tls_verify = "no"; autoconnect = "yes"; });
chatnets = { b = { type = "IRC"; nick = "ann"; }; };
channels = ({ name = "%s"; chatnet = "b"; autojoin = "yes"; });
settings = { core = { real_name = "ann"; user_name = "ann"; nick = "ann"; };
	"fe-text" = { scrollback_lines = "200000"; scrollback_time = "30days"; };
	"fe-common/core" = { autocreate_own_query = "no"; }; };
""" % (burster.port, ROOM))
    return ["irssi", "--home", home]


def weechat_words(home, burster):
    words = ["weechat", "--dir", home]
    for command in ["/set weechat.history.max_buffer_lines_number 200000",
                    "/set weechat.history.max_buffer_lines_minutes 0",
                    "/set irc.look.smart_filter off", "/set irc.server_default.anti_flood_prio_high 0",
                    f"/server add b 127.0.0.1/{burster.port} -ssl",
                    "/set irc.server.b.ssl_verify off", "/set irc.server.b.nicks ann",
                    f"/set irc.server.b.autojoin {ROOM}", "/connect b"]:
        words += ["-r", command]
    return words


def catgirl_words(home, burster):
    del home
    return ["catgirl", "-!", "-h", "localhost", "-p", str(burster.port), "-n", "ann", "-u", "ann",
            "-r", "ann", "-j", ROOM]


def installed():
    kinds = {"irssi": irssi_words, "weechat": weechat_words, "catgirl": catgirl_words}
    return {name: words for name, words in kinds.items() if shutil.which(name)}
