#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Starts snug-door as its unit shuts it in, without systemd.

usage: shut_in_door.py UNIT SOCKET PROGRAM [FILE=PLACE...]     as root

What the unit says is read from it, a line of "systemctl edit" behind it; a directive that is not
known here is an error. SOCKET is the server's; each FILE is what the program finds at that PLACE.
"""
import grp
import os
import pwd
import sys

import unit_file
from shut_in import (CAPBSET_DROP, CAP_LAST, MS_BIND, MS_NODEV, MS_NOSUID, MS_PRIVATE, MS_REC, NEWNS, NEWUTS,
                     NO_NEW_PRIVS, Place, filters, libc, mount, must, set_read_only)

STATE = "/var/lib/snug"
# What is the manager's to do, or is held by the walls below: no capability, no such call.
NOT_HERE = ("ExecStart", "Restart", "RestartSec", "PrivateMounts", "ProtectClock", "ProtectHostname",
            "ProtectControlGroups", "ProtectKernelLogs")


def state(unit, door):
    """Of the state the socket alone."""
    assert unit.pop("TemporaryFileSystem") == [STATE] and unit.pop("BindPaths") == [STATE + "/door.sock"]
    os.makedirs(STATE, exist_ok=True)
    mount("tmpfs", STATE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    os.close(os.open(STATE + "/door.sock", os.O_CREAT))
    mount("/proc/self/fd/%d" % door, STATE + "/door.sock", "", MS_BIND)


def files(unit, socket, program, placed):
    must(libc.unshare(NEWNS | NEWUTS), "unshare")
    mount("", "/", "", MS_REC | MS_PRIVATE)
    held = [(os.open(path, os.O_PATH), place) for path, place in placed]
    door, folder = os.open(socket, os.O_PATH), os.path.dirname(os.path.realpath(program))
    programs = os.open(folder, os.O_PATH)
    for name, paths in (("PrivateTmp", ("/tmp", "/var/tmp")), ("ProtectHome", ("/home", "/root", "/run/user")),
                        ("ProtectKernelModules", ("/usr/lib/modules",))):
        assert unit.pop(name) == ["yes"]
        for path in paths:
            Place.cover(path)
    assert unit.pop("PrivateDevices") == ["yes"]
    Place.private_devices(Place)
    state(unit, door)
    for fd, place in held:
        mount("/proc/self/fd/%d" % fd, place, "", MS_BIND)
    os.makedirs(folder, exist_ok=True)
    mount("/proc/self/fd/%d" % programs, folder, "", MS_BIND)
    assert unit.pop("ProtectSystem") == ["strict"] and unit.pop("ProtectKernelTunables") == ["yes"]
    set_read_only("/", True)


def rights(unit):
    assert unit.pop("CapabilityBoundingSet") == [""]
    for capability in range(CAP_LAST + 1):
        must(libc.prctl(CAPBSET_DROP, capability, 0, 0, 0), "capability", capability)
    user, group = unit.pop("User")[-1], grp.getgrnam(unit.pop("Group")[-1]).gr_gid
    more = [grp.getgrnam(name).gr_gid for name in " ".join(unit.pop("SupplementaryGroups", [])).split()]
    os.setgroups([group, *more])
    os.setresgid(group, group, group)
    uid = pwd.getpwnam(user).pw_uid
    os.setresuid(uid, uid, uid)
    assert unit.pop("NoNewPrivileges") == ["yes"]
    must(libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        unit = unit_file.read(file.read())
    socket, program, *placed = sys.argv[2:]
    for name in NOT_HERE:
        unit.pop(name, None)
    made = filters(unit, but=("MemoryDenyWriteExecute",))
    files(unit, socket, program, [word.split("=", 1) for word in placed])
    os.umask(int(unit.pop("UMask")[0], 8))
    rights(unit)
    if unit:
        sys.exit("shut_in_door: %s: what would shut in like this is not known here" % " ".join(unit))
    for filtered in made:
        filtered.load()
    os.execv(program, [program, "--socket", STATE + "/door.sock"])


main()
