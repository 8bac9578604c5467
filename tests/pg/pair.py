# SPDX-License-Identifier: MIT
"""Two machines with a snugd each, which share a store: one serves, the other waits for the lease.

Whoever ends by itself is started again, as a service manager does."""
import datetime
import os
import re
import shutil
import signal
import subprocess
import tempfile

from postgres import PATIENCE
from histories import Term
import snug
from patience import until

PORT = 6697
FENCED = 74  # exit code: another has the lease
EVENT = re.compile(r"^time=(\S+) level=\w+ event=(\S+)(.*)$", re.M)


class Machine:
    """One of the two."""

    def __init__(self, host, store, conf=""):
        self.host, self.name, self.address = host, host.name, host.address
        self.dir = tempfile.mkdtemp(prefix="snug-pair-")
        self.state, self.log = os.path.join(self.dir, "state"), os.path.join(self.dir, "log")
        self.process, self.is_down, self.codes, self.mark = None, True, [], 0
        made = self.run("init", "--store", store, "--name", "localhost", "--listen",
                        f"ircs://{self.address}:{PORT}")
        assert made.code == 0, made
        with open(os.path.join(self.state, "snugd.conf"), "a") as file:
            file.write(snug.CONF + conf)

    def run(self, *words, stdin=None):
        done = subprocess.run([*self.host.prefix, snug.SNUGD, *words, "--state", self.state], input=stdin,
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        return snug.Result(done)

    def key_of(self, other):
        """The same key and certificate: whoever comes must find the one that was pinned."""
        for name in ("key.pem", "cert.pem"):
            shutil.copy(os.path.join(other.state, name), os.path.join(self.state, name))

    def read_log(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, errors="replace") as log:
            return log.read()

    def events(self, name, since=0):
        """(wall time, words) of each such line."""
        return [(datetime.datetime.fromisoformat(when.replace("Z", "+00:00")).timestamp(), words)
                for when, event, words in EVENT.findall(self.read_log()[since:]) if event == name]

    def start(self):
        """Whether it serves or waits is seen later."""
        self.mark, self.is_down = len(self.read_log()), False
        with open(self.log, "a") as log:
            self.process = subprocess.Popen([*self.host.prefix, snug.SNUGD, "run", "--state", self.state],
                                            stderr=log, stdin=subprocess.DEVNULL)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def serves(self):
        return self.is_running() and bool(self.events("ready", self.mark))

    def waits(self):
        return self.is_running() and not self.serves() and bool(self.events("waiting", self.mark))

    def send(self, number):
        if self.is_running():
            self.process.send_signal(number)

    def end(self, number):
        """It ends by that signal, and stays so until start()."""
        self.is_down = True
        self.send(number)
        self.send(signal.SIGCONT)
        return self.process.wait(PATIENCE)

    def tend(self):
        """Starts it again, if it ended by itself."""
        if not self.is_down and not self.is_running():
            self.codes.append(self.process.returncode)
            self.start()

    def close(self):
        if self.is_running():
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class Pair:
    """Both of them."""

    def __init__(self, hosts, store, conf=""):
        self.machines = []
        try:
            for host in hosts:
                self.machines.append(Machine(host, store, conf))
            self.machines[1].key_of(self.machines[0])
        except BaseException:
            self.close()
            raise

    def start(self):
        for machine in self.machines:
            machine.start()
            until(lambda: f"{machine.name} to serve or wait:\n" + machine.read_log()[-2000:],
                  lambda: machine.serves() or machine.waits())

    def tend(self):
        for machine in self.machines:
            machine.tend()

    def terms(self):
        """Who had the lease since when."""
        return [Term(int(re.search(r"term=(\d+)", words)[1]), machine.name, when)
                for machine in self.machines for when, words in machine.events("took-over")]

    def leader(self):
        """Who took it last."""
        newest = max(self.terms(), default=None)
        return next(m for m in self.machines if newest is None or m.name == newest.machine)

    def other(self):
        return next(m for m in self.machines if m is not self.leader())

    def is_settled(self):
        self.tend()
        return self.leader().serves() and self.other().waits()

    def settle(self):
        until(lambda: "one to serve and the other to wait:\n" + self.said(), self.is_settled)

    def said(self):
        return "\n".join(f"-- {m.name} {m.codes}\n" + m.read_log()[-3000:] for m in self.machines)

    def close(self):
        for machine in self.machines:
            machine.close()
