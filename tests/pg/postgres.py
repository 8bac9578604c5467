#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server of PostgreSQL in a folder of its own: never the system's cluster, gone when it is closed.

usage: postgres.py COMMAND [WORD]...
Runs the command beside one; in SNUG_PG_URL it finds where it may make databases. Where the variable
is set already, that server is the one.
"""
import functools
import itertools
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
import snug
from patience import PATIENCE, is_gone, until

USER = "postgres"  # whose the server is where root runs the test: PostgreSQL refuses root
ROLE = "snug"
SETTINGS = """
unix_socket_directories = '{folder}'
listen_addresses = '{host}'
port = {port}
max_connections = 200
shared_buffers = 64MB
logging_collector = off
log_line_prefix = '%m [%p] %a '
timezone = 'UTC'
jit = off
"""
# For who asks whether the words are right, not whether they survive a power cut.
# Its own workers would be in the way of who drops a database by force.
LOOSE = "fsync = off\nfull_page_writes = off\nautovacuum = off\n"
MEMORY = "/dev/shm"
HBA = "local all,replication all trust\nhost all,replication all all scram-sha-256\n"


@functools.cache
def programs():
    """The folder of the newest server that Debian has installed."""
    root = "/usr/lib/postgresql"
    versions = sorted(filter(str.isdigit, os.listdir(root)), key=int) if os.path.isdir(root) else []
    if not versions:
        raise FileNotFoundError("no server of PostgreSQL: tests/support/deps pg installs it")
    return os.path.join(root, versions[-1], "bin")


def as_its_user():
    """What a command of the server begins with."""
    return ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups"] if os.geteuid() == 0 else []


def call(*words, prefix=(), **more):
    """Runs a program of PostgreSQL to its end, as its user; what it said."""
    done = subprocess.run([*prefix, *as_its_user(), os.path.join(programs(), words[0]), *words[1:]],
                          capture_output=True, text=True, cwd="/", timeout=PATIENCE, check=False,
                          **{"stdin": subprocess.DEVNULL, **more})
    assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
    return done.stdout


class Failed(Exception):
    """A statement that failed, or that got no answer."""


def psql(*where, within=PATIENCE):
    """What the statement gives, columns by '|': psql's words for the server, and the statement."""
    try:
        done = subprocess.run([os.path.join(programs(), "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", *where],
                              capture_output=True, text=True, timeout=within, check=False,
                              stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as why:
        raise Failed(f"no answer: {where[-1]}") from why
    if done.returncode:
        raise Failed(f"{where[-1]}: {done.stderr.strip()}")
    return done.stdout.strip()


def dump(address):
    """The rows of all tables of a database."""
    done = subprocess.run([os.path.join(programs(), "pg_dump"), "--data-only", "-d", address], capture_output=True,
                          timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(f"pg_dump: {done.stderr.decode().strip()}")
    return done.stdout


class Given:
    """A server that somebody started, by the address of a database of it."""

    def __init__(self, address):
        self.address, self.numbers = urllib.parse.urlsplit(address), itertools.count(1)

    def url(self, database=None):
        return (self.address._replace(path="/" + database) if database else self.address).geturl()

    def database(self):
        """The address of a new, empty one."""
        name = f"snug_{os.getpid()}_{next(self.numbers)}"
        psql("-d", self.url(), "-c", f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def drop(self, address):
        """One of database(), whoever has it open."""
        name = urllib.parse.urlsplit(address).path[1:]
        psql("-d", self.url(), "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self):
        pass


class Postgres(Given):
    """Made by make() or, as a copy of another, by who knows how; then start() and stop()."""

    def __init__(self, settings="", host="127.0.0.1", port=None, root=None, prefix=(), password=None):
        self.folder = tempfile.mkdtemp(prefix="snug-pg-", dir=root)
        os.chmod(self.folder, 0o711)
        self.data, self.log = os.path.join(self.folder, "data"), os.path.join(self.folder, "log")
        self.host, self.port, self.prefix = host, port or snug.free_port(), list(prefix)
        self.password = password or secrets.token_urlsafe(12)
        secret = os.path.join(self.folder, "pass")
        with open(secret, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(f"*:*:*:*:{self.password}\n")
        super().__init__(f"postgresql://{ROLE}@{host}:{self.port}/{USER}?passfile={secret}")
        self.settings, self.process = settings, None
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)

    def make(self):
        call("initdb", "-D", self.data, "-U", USER, "--auth", "trust", "-E", "UTF8", "--locale", "C.UTF-8",
             "--no-sync", "--no-instructions")
        return self.configure()

    def configure(self):
        """The files of settings, whole: those of the server that it was copied of are not its own."""
        self.write("postgresql.conf", SETTINGS.format(**vars(self)) + self.settings)
        self.write("pg_hba.conf", HBA)
        return self

    def write(self, name, text):
        with open(os.path.join(self.data, name), "w") as file:
            file.write(text)
            if os.geteuid() == 0:
                shutil.chown(file.name, USER, USER)

    def start(self):
        """Starts it, and waits until it answers."""
        self.begin()
        until(lambda: "PostgreSQL to answer:\n" + self.read_log(), self.is_up)
        return self

    def begin(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *as_its_user(), os.path.join(programs(), "postgres"), "-D", self.data],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True)

    def is_up(self):
        assert self.process.poll() is None, self.read_log()[-4000:]
        try:
            return self.sql("SELECT 1") == "1"
        except Failed:
            return False

    def read_log(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def processes(self):
        """Its processes, the first of them first."""
        own = self.process.pid
        found = subprocess.run(["pgrep", "-P", str(own)], capture_output=True, text=True, check=False)
        return [own, *map(int, found.stdout.split())]

    def send(self, number):
        """To all of its processes: what happens to a host."""
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def stop(self, number=signal.SIGINT):
        """SIGINT: orderly, without waiting for those who are connected."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(number)
        self.process.wait(PATIENCE)

    def kill(self):
        """All of it, at once; a new one may start in its folder when this returns."""
        if self.process is None:
            return
        whole = self.processes()
        self.send(signal.SIGKILL)
        self.process.wait(PATIENCE)
        until("PostgreSQL to be gone", lambda: all(map(is_gone, whole)))

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text, database=USER, within=PATIENCE):
        """As the superuser, by its socket."""
        return psql("-h", self.folder, "-p", str(self.port), "-U", USER, "-d", database, "-c", text,
                    within=within)

    def admit(self):
        """The role of those who are tested: it may make databases, and no more than that."""
        self.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{self.password}'")
        return self


def given_or_new():
    """For who wants databases, and nothing of the server: in memory, where there is some."""
    url = os.environ.get("SNUG_PG_URL")
    root = MEMORY if os.access(MEMORY, os.W_OK) else None
    return Given(url) if url else Postgres(LOOSE, root=root).make().start().admit()


def main(words):
    if not words:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    server = given_or_new()
    try:
        return subprocess.run(words, env={**os.environ, "SNUG_PG_URL": server.url()}, check=False).returncode
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
