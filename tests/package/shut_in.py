#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Starts a server as the directives of a unit shut it in, without systemd.

usage: shut_in.py UNIT SNUGD WORDS...        as root

What the unit says is read from it: a directive that is not known here is an error. The process
stays the one that was started, so that whoever started it can signal it.
"""
import ctypes
import errno
import os
import resource
import socket
import sys

import unit_file
from seccomp import ALLOW, Filter, equal, flags, refuse

NEWNS, NEWUTS, NEWUSER = 0x20000, 0x4000000, 0x10000000
NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x80)
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
MOUNT_SETATTR, AT_RECURSIVE, ATTR_RDONLY = 442, 0x8000, 1
NO_NEW_PRIVS, CAPBSET_DROP, CAP_LAST = 38, 24, 40
MAP = "990 0 1"  # a user of its own to itself, whoever runs the tests to the others
WRITE, EXEC, SUID_SGID = 2, 4, 0o6000
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

libc = ctypes.CDLL(None, use_errno=True)


def must(code, *what):
    if code < 0:
        sys.exit("shut_in: %s: %s" % (" ".join(map(str, what)), os.strerror(ctypes.get_errno())))


def mount(source, target, kind, how, data=""):
    must(libc.mount(source.encode(), target.encode(), kind.encode(), how, data.encode()), "mount", target)


def set_read_only(path, is_so):
    attr = (ctypes.c_uint64 * 4)(ATTR_RDONLY if is_so else 0, 0 if is_so else ATTR_RDONLY, 0, 0)
    must(libc.syscall(MOUNT_SETATTR, -100, path.encode(), AT_RECURSIVE, attr, ctypes.sizeof(attr)), "attributes", path)


class Place:
    """The view of the file system: what stays of it is held open while it is covered."""

    def __init__(self, state, program):
        self.state = os.path.realpath(state)
        kept = [os.path.dirname(self.state), os.path.dirname(os.path.realpath(program))]
        must(libc.unshare(NEWNS | NEWUTS), "unshare")
        mount("", "/", "", MS_REC | MS_PRIVATE)
        self.kept = [(path, os.open(path, os.O_PATH)) for path in kept]

    def keep(self):
        """Puts back what was covered."""
        for path, fd in self.kept:
            os.makedirs(path, exist_ok=True)
            mount("/proc/self/fd/%d" % fd, path, "", MS_BIND | MS_REC)

    def shut(self):
        """Lets only the state be written."""
        set_read_only("/", True)
        mount(self.state, self.state, "", MS_BIND)
        set_read_only(self.state, False)

    @staticmethod
    def cover(path):
        if os.path.isdir(path):
            mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")

    def private_devices(self):
        held = {name: os.open("/dev/" + name, os.O_PATH) for name in DEVICES}
        self.cover("/dev")
        for name, fd in held.items():
            os.close(os.open("/dev/" + name, os.O_CREAT))
            mount("/proc/self/fd/%d" % fd, "/dev/" + name, "", MS_BIND)


def files(place, unit):
    """What is done to the file system, in an order in which it can be."""
    steps = {
        "PrivateTmp": lambda: [place.cover("/tmp"), place.cover("/var/tmp")],
        "ProtectHome": lambda: [place.cover(path) for path in ("/home", "/root", "/run/user")],
        "ProtectKernelModules": lambda: place.cover("/usr/lib/modules"),
        "PrivateDevices": place.private_devices,
        "StateDirectory": lambda: None,  # below
    }
    for name, step in steps.items():
        if unit.pop(name, None):
            step()
    assert unit.pop("ProtectSystem") == ["strict"]
    place.keep()
    place.shut()
    if unit.pop("ProtectProc") == ["invisible"]:
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=invisible")
    # The new one is seen through: what of it can be written is shut.
    assert unit.pop("ProtectKernelTunables") == ["yes"]
    mount("/proc/sys", "/proc/sys", "", MS_BIND)
    set_read_only("/proc/sys", True)


def rights(unit):
    assert unit.pop("PrivateUsers") == ["yes"] and unit.pop("CapabilityBoundingSet") == [""]
    must(libc.unshare(NEWUSER), "a namespace of users")
    for name, text in (("setgroups", "deny"), ("uid_map", MAP), ("gid_map", MAP)):
        with open("/proc/self/" + name, "w", encoding="ascii") as file:
            file.write(text)
    for capability in range(CAP_LAST + 1):
        must(libc.prctl(CAPBSET_DROP, capability, 0, 0, 0), "capability", capability)
    assert unit.pop("NoNewPrivileges") == ["yes"]
    must(libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def families(words):
    """Sockets of other families than these."""
    filtered, named = Filter(ALLOW), [getattr(socket, word) for word in words.split()]
    for family in set(range(64)) - set(named):
        filtered.add(refuse(errno.EAFNOSUPPORT), "socket", equal(0, family))
    return filtered


def namespaces():
    filtered = Filter(ALLOW)
    for flag in NAMESPACES:
        filtered.add(refuse(), "unshare", flags(0, flag, flag))
        filtered.add(refuse(), "clone", flags(0, flag, flag))
    filtered.add(refuse(errno.ENOSYS), "clone3")
    filtered.add(refuse(), "setns")
    return filtered


def write_or_execute():
    filtered = Filter(ALLOW)
    filtered.add(refuse(), "mmap", flags(2, WRITE | EXEC, WRITE | EXEC))
    for call in ("mprotect", "pkey_mprotect"):
        filtered.add(refuse(), call, flags(2, EXEC, EXEC))
    filtered.add(refuse(), "shmat", flags(2, 0o100000, 0o100000))
    return filtered


def no_suid():
    filtered = Filter(ALLOW)
    for call, arg in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2), ("creat", 1),
                      ("mknod", 1), ("mknodat", 2), ("open", 2), ("openat", 3)):
        for bit in (0o4000, 0o2000):
            filtered.add(refuse(), call, flags(arg, bit, bit))
    filtered.add(refuse(errno.ENOSYS), "openat2")
    return filtered


def no_realtime():
    filtered = Filter(ALLOW)
    for policy in (1, 2, 6):
        filtered.add(refuse(), "sched_setscheduler", equal(1, policy))
    return filtered


def no_personality():
    filtered = Filter(ALLOW)
    for bit in range(32):
        filtered.add(refuse(), "personality", flags(0, 1 << bit, 1 << bit))
    return filtered


def only(unit):
    assert unit.pop("SystemCallErrorNumber") == ["EPERM"]
    filtered = Filter(refuse())
    for call in unit_file.allowed(unit):
        filtered.add(ALLOW, call)
    del unit["SystemCallFilter"]
    return filtered


FILTERS = {"RestrictNamespaces": namespaces, "MemoryDenyWriteExecute": write_or_execute,
           "RestrictSUIDSGID": no_suid, "RestrictRealtime": no_realtime, "LockPersonality": no_personality}


def filters(unit, but=()):
    """Those of calls; the list of what is let through last, since it lets no filter be added."""
    made = [families(unit.pop("RestrictAddressFamilies")[0])]
    for name, make in FILTERS.items():
        assert unit.pop(name, None) == (None if name in but else ["yes"])
        made += [] if name in but else [make()]
    assert unit.pop("SystemCallArchitectures") == ["native"]  # what libseccomp does by itself
    return [*made, only(unit)]


# What is the manager's to do, or is held by the walls above: no capability, no such call, no such file.
NOT_HERE = ("Type", "AppArmorProfile", "User", "StateDirectoryMode", "ExecStart", "ExecReload", "Restart", "RestartSec", "WatchdogSec",
            "TimeoutStartSec", "PrivateMounts", "ProtectClock", "ProtectControlGroups", "ProtectHostname",
            "ProtectKernelLogs", "RemoveIPC")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        unit = unit_file.read(file.read())
    for name in NOT_HERE:
        unit.pop(name, None)
    words = sys.argv[2:]
    state = words[words.index("--state") + 1]
    if not os.path.isdir(state):  # it says so, and ends
        os.execv(words[0], words)
    made = filters(unit)
    files(Place(state, words[0]), unit)
    limit = int(unit.pop("LimitNOFILE")[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    os.umask(int(unit.pop("UMask")[0], 8))
    rights(unit)
    if unit:
        sys.exit("shut_in: %s: what would shut in like this is not known here" % " ".join(unit))
    for filtered in made:
        filtered.load()
    os.execv(words[0], words)


if __name__ == "__main__":
    main()
