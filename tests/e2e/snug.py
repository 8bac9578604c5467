# SPDX-License-Identifier: MIT
"""A real snugd in a directory of its own, and clients that speak to it over TLS.

SNUG_BIN names the folder with the programs, SNUG_IO_THREADS the number of shards, SNUG_STORE the
engine that stores (stored.py).
"""
import base64
import functools
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

import stored
from patience import PATIENCE, until

BIN = os.path.abspath(os.environ.get("SNUG_BIN", "build/release"))
SNUGD = os.path.join(BIN, "snugd")
CERTS = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../certs"))
SANITIZED = os.path.basename(BIN) in ("address", "thread")
PASSWORD = "correct horse battery"

# Cheap hashes and no limits: what is tested here is not how slow they are. A call that the
# sandbox refuses ends the server, and so the test.
CONF = """
[server]
io_threads = %s
%s
%s

[auth]
argon2_memory = 19MiB
argon2_passes = 2

[limits]
connections_per_source = 0
logins_per_source = 0
lines_per_second = 0
asks_per_second = 0
disk_share = 0
""" % (os.environ.get("SNUG_IO_THREADS", "0"),
       # ThreadSanitizer makes calls of its own in every thread.
       "sandbox = no" if os.path.basename(BIN) == "thread" else "refused_calls = kill",
       # The folders of the tests are their user's own; test_owner.py is about the others.
       # Where a unit shuts the server in, it is no root (tests/package).
       "user = root" if os.geteuid() == 0 and "SNUG_SHUT_IN" not in os.environ else "")
SHIPPED = CONF.split("[auth]")[0]  # costs and limits as they come


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return "exit %d\n%s\n%s" % (self.code, self.out, self.err)


def snugd(*words, stdin=None, state=None):
    """Runs a command to its end."""
    args = [SNUGD, *words, *stored.words(words)] + (["--state", state] if state else [])
    return Result(subprocess.run(args, input=stdin, stdout=subprocess.PIPE, text=True,
                                 stderr=subprocess.PIPE, timeout=PATIENCE, errors="backslashreplace",
                                 stdin=subprocess.DEVNULL if stdin is None else None))


def certificate(key, cert, days=30, name="localhost", prefix=()):
    """A new key with a certificate."""
    if os.path.exists(key):
        os.remove(key)
    subprocess.run([*prefix, os.path.join(CERTS, "self-signed"), name, key, cert, str(days)],
                   check=True, capture_output=True)


class Ports:
    """Addresses of servers that come and go: of no other run on this machine, and below those that
    Linux gives to who connects, one of whom might sit there when a server is back."""
    FIRST, LAST, EACH = 20000, 32600, 200

    def __init__(self):
        firsts = list(range(self.FIRST, self.LAST, self.EACH))
        random.shuffle(firsts)
        self.claim = socket.socket(socket.AF_UNIX)
        first = next(filter(self.is_ours, firsts))
        self.ports = itertools.cycle(range(first, first + self.EACH))

    def is_ours(self, first):
        try:
            self.claim.bind("\0snug-e2e-ports-%d" % first)  # until this process ends
            return True
        except OSError:
            return False

    def next(self):
        return next(filter(self.is_free, itertools.islice(self.ports, self.EACH)))

    @staticmethod
    def is_free(port):
        """Whether nobody listens there; what is left of connections is in no server's way."""
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return True
            except OSError:
                return False


@functools.cache
def ports():
    return Ports()


def free_port():
    return ports().next()


class Server:
    """Made by init, started by start(); close() removes everything."""

    def __init__(self, conf="", init=(), port=0, root=None, io_threads=None, base=CONF):
        self.dir = tempfile.mkdtemp(prefix="snug-e2e-", dir=root)
        self.state = os.path.join(self.dir, "state")
        self.log = os.path.join(self.dir, "log")
        self.process = None
        self.clients = []
        made = snugd("init", "--name", "localhost", "--listen", "ircs://127.0.0.1:%d" % port,
                     *init, state=self.state)
        assert made.code == 0, made
        self.link = made.out.strip()
        own = base if io_threads is None else re.sub("(io_threads = ).*", r"\g<1>%d" % io_threads, base)
        self.configure(own + conf)

    def configure(self, text):
        with open(os.path.join(self.state, "snugd.conf"), "a") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # a test cuts the power

    def start(self, prefix=(), more=(), **popen):
        mark = len(self.read_log())
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([*prefix, SNUGD, "run", "--state", self.state, *more],
                                            stderr=log, stdin=subprocess.DEVNULL, **popen)
        ready = until(lambda: "the server to be ready:\n" + self.read_log()[mark:],
                      lambda: self.ready_line(mark))
        words = dict(part.split("=", 1) for part in ready.split() if "=" in part)
        self.port = int(words["addr"].strip('"').split(",")[0].rsplit(":", 1)[1])
        return self

    def ready_line(self, mark):
        """What it said when it was ready, behind that place in its log."""
        ended = self.process.poll() is not None
        said = self.read_log()[mark:]
        ready = [line for line in said.splitlines(True) if "event=ready" in line and line[-1] == "\n"]
        assert ready or not ended, said
        return ready[0] if ready else None

    def read_log(self):
        try:
            with open(self.log, errors="replace") as log:
                return log.read()
        except FileNotFoundError:
            return ""

    def run(self, *words, stdin=None):
        return snugd(*words, stdin=stdin, state=self.state)

    def json(self, *words):
        done = self.run(*words, "--json")
        assert done.code == 0, done
        return json.loads(done.out)

    def user(self, name, *more, password=PASSWORD):
        done = self.run("user", "add", name, "--password-stdin", *more, stdin=password + "\n")
        assert done.code == 0, done

    def stop(self, number=signal.SIGTERM):
        """Sends the signal, gives the exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self.process = None
        return code

    def kill(self):
        return self.stop(signal.SIGKILL)

    def close(self):
        if self.process and self.process.poll() is None:
            if SANITIZED:  # which has a word at the end
                self.process.terminate()
                self.process.wait(PATIENCE)
            else:
                self.process.kill()
                self.process.wait()
        found = [line for line in self.read_log().splitlines()
                 if "Sanitizer" in line or "runtime error" in line]
        for client in self.clients:
            client.close()
        log = self.read_log() if found else ""
        stored.drop(self.state)
        shutil.rmtree(self.dir, ignore_errors=True)
        assert not found, log

    def client(self, name=None, caps="", password=PASSWORD, **more):
        """A connection; logged in when a name is given."""
        c = Client(self.port, **more)
        self.clients.append(c)
        if name:
            c.login(name, caps, password)
        return c


class Closed(Exception):
    """The server ended the connection."""


class Client:
    """One TLS connection, read line by line."""

    def __init__(self, port, certificate=None, context=None, host="127.0.0.1", verified=False, within=PATIENCE):
        self.context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_REQUIRED if verified else ssl.CERT_NONE
        if certificate:
            self.context.load_cert_chain(*certificate)
        raw = socket.create_connection((host, port), within)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self.context.wrap_socket(raw)
        self.rest = b""
        self.lines = []

    def send(self, *lines):
        self.sock.sendall("".join(line + "\r\n" for line in lines).encode())

    def more(self, end):
        """More bytes behind `rest`; Closed at the end, TimeoutError when none come by then."""
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("nothing more")
        self.sock.settimeout(left)
        try:
            got = self.sock.recv(65536)
        except (ConnectionError, ssl.SSLError) as why:
            if isinstance(why, TimeoutError):
                raise
            raise Closed(str(why)) from why
        if not got:
            raise Closed("end")
        self.rest += got

    def recv(self, within=PATIENCE):
        """The next line; Closed at the end, TimeoutError when none comes."""
        end = time.monotonic() + within
        while b"\n" not in self.rest:
            self.more(end)
        line, self.rest = self.rest.split(b"\n", 1)
        line = line.rstrip(b"\r").decode()
        self.lines.append(line)
        if self.command(line) == "PING":
            self.send("PONG " + line.split(" ", 1)[1] if not line.startswith("@")
                      else "PONG " + line.split(" ", 3)[3])
            return self.recv(max(0, end - time.monotonic()))
        return line

    @staticmethod
    def command(line):
        words = line.split()
        while words and words[0][0] in "@:":
            words = words[1:]
        return words[0].upper() if words else ""

    def wait(self, *wanted):
        """Reads to the first line that holds all these texts."""
        end = time.monotonic() + PATIENCE
        seen = []
        while True:
            try:
                line = self.recv(max(0, end - time.monotonic()))
            except (TimeoutError, Closed) as why:
                raise AssertionError("%r: waited for %r, saw:\n%s"
                                     % (why, wanted, "\n".join(seen))) from why
            if all(text in line for text in wanted):
                return line
            seen.append(line)

    def sync(self):
        """What came before the answer to a PING of ours."""
        token = base64.b32encode(os.urandom(8)).decode().strip("=")
        self.send("PING " + token)
        seen = []
        while True:
            line = self.recv()
            if self.command(line) == "PONG" and token in line:
                return seen
            seen.append(line)

    def login(self, name, caps="", password=PASSWORD, nick=None):
        """SASL PLAIN; reads to the end of the burst."""
        self.send("CAP LS 302", "CAP REQ :" + " ".join(["sasl", *caps.split()]))
        self.wait("ACK")
        self.send("AUTHENTICATE PLAIN")
        self.wait("AUTHENTICATE +")
        blob = base64.b64encode(("\0%s\0%s" % (name, password)).encode()).decode()
        self.send("AUTHENTICATE " + blob)
        self.wait(" 903 ")
        self.send("NICK " + (nick or name), "USER %s 0 * :%s" % (name, name), "CAP END")
        self.wait(" 001 ")
        self.sync()
        return self

    def refused(self, name, password=PASSWORD):
        """The numeric that a login fails with."""
        self.send("CAP LS 302", "CAP REQ :sasl")
        self.wait("ACK")
        self.send("AUTHENTICATE PLAIN")
        self.wait("AUTHENTICATE +")
        blob = base64.b64encode(("\0%s\0%s" % (name, password)).encode()).decode()
        self.send("AUTHENTICATE " + blob)
        return self.wait(" 90")

    def ended(self):
        """Waits for the server to end it."""
        end = time.monotonic() + PATIENCE
        try:
            while True:
                self.recv(end - time.monotonic())
        except Closed:
            return

    def close(self):
        self.sock.close()
