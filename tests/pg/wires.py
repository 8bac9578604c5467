# SPDX-License-Identifier: MIT
"""Hosts on one machine: each has a network of its own, on a bridge to which the tests belong as well.

For root in a network namespace that ends with the process (in_private()).
"""
import os
import signal
import subprocess
import sys

from fault_load import Skip
from fault_private import call
from patience import is_gone, until

ADDRESS = "10.77.0.%d"
OURS = 254  # where the tests are
NOWHERE = "02:00:00:00:00:99"


def in_private():
    """The same program again, where what is mounted or wired ends with it; returns there."""
    if os.environ.get("SNUG_PG_INSIDE"):
        must("ip", "link", "set", "lo", "up")
        return
    words = ["unshare", "--mount", "--net", "--propagation", "private"]
    fine, why = call(*words, "true")
    if not fine:
        raise Skip("no namespace: " + why)
    os.environ["SNUG_PG_INSIDE"] = "1"
    os.execvp(words[0], [*words, sys.executable, *sys.argv])


def must(*words):
    fine, why = call(*words)
    if not fine:
        raise Skip(why)


def network_of(pid):
    try:
        return os.readlink(f"/proc/{pid}/ns/net")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None


class Wires:
    """The bridge, and the tests' own end of it."""

    def __init__(self):
        must("ip", "link", "add", "wires", "type", "bridge")
        must("ip", "address", "add", ADDRESS % OURS + "/24", "dev", "wires")
        must("ip", "link", "set", "wires", "up")
        self.hosts = []
        self.prefix, self.device, self.address = [], "wires", ADDRESS % OURS

    def host(self, name):
        self.hosts.append(Host(name, len(self.hosts) + 1))
        return self.hosts[-1]

    def close(self):
        for host in self.hosts:
            host.close()
        call("ip", "link", "delete", "wires")


class Host:
    """A network, and all processes in it."""

    def __init__(self, name, number):
        self.name, self.wire, self.address = name, f"wire{number}", ADDRESS % number
        self.device = "near"
        self.sleeper = subprocess.Popen(["unshare", "-n", "sleep", "infinity"], stdin=subprocess.DEVNULL)
        pid = self.sleeper.pid
        self.prefix = ["nsenter", "-t", str(pid), "-n"]
        until("a network", lambda: network_of(pid) not in (None, network_of("self")))
        self.network = network_of(pid)
        must("ip", "link", "add", self.wire, "type", "veth", "peer", "name", "near", "netns", str(pid))
        must("ip", "link", "set", self.wire, "master", "wires", "up")
        must(*self.prefix, "ip", "address", "add", self.address + "/24", "dev", "near")
        must(*self.prefix, "ip", "link", "set", "near", "up")
        must(*self.prefix, "ip", "link", "set", "lo", "up")

    def processes(self):
        found = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and network_of(pid) == self.network]
        return [pid for pid in found if pid != self.sleeper.pid]

    def send(self, number):
        """A signal to all that runs there."""
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def pause(self):
        self.send(signal.SIGSTOP)

    def go_on(self):
        self.send(signal.SIGCONT)

    def kill(self):
        """Until nothing runs there: one that is killed may have begun another."""
        def is_empty():
            self.send(signal.SIGKILL)
            return all(map(is_gone, self.processes()))
        until(f"host {self.name} to be empty", is_empty)

    def cut(self):
        """No word reaches it or leaves it, and nobody is told."""
        must("ip", "link", "set", self.wire, "nomaster")

    def mend(self):
        must("ip", "link", "set", self.wire, "master", "wires")

    def close(self):
        self.kill()
        self.sleeper.kill()
        self.sleeper.wait()


def cut_way(source, target):
    """What `source` sends to `target` is lost; the other way is open."""
    must(*source.prefix, "ip", "neighbour", "replace", target.address, "lladdr", NOWHERE, "dev", source.device,
         "nud", "permanent")


def mend_way(source, target):
    must(*source.prefix, "ip", "neighbour", "delete", target.address, "dev", source.device)
