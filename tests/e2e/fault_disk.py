# SPDX-License-Identifier: MIT
"""What happens to the disk: it fills up and has space again.

That needs a mount of its own, made in a private mount namespace that ends with the process.
"""
import contextlib
import os
import tempfile

import fault_trace
import witness
from fault_load import Load, Skip, need
from fault_private import call, privately
from fault_process import DISK_LOST
from patience import until

MIB = 1024 * 1024


@contextlib.contextmanager
def tmpfs(megabytes):
    folder = tempfile.mkdtemp(prefix="snug-full-")
    fine, why = call("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder)
    try:
        if not fine:
            raise Skip("no mount: " + why)
        yield folder
    finally:
        call("umount", "-l", folder)
        os.rmdir(folder)


class Filler:
    """Takes space on a file system, down to so many free bytes, and gives it back."""

    def __init__(self, folder):
        self.folder, self.path = folder, os.path.join(folder, "filler")

    def leave(self, free):
        with open(self.path, "ab") as file:
            while True:
                fs = os.statvfs(self.folder)
                left = fs.f_bavail * fs.f_frsize - free
                if left < 4096:
                    return
                try:
                    file.write(bytes(min(left, MIB)))
                    file.flush()
                except OSError:
                    return

    def release(self):
        if os.path.exists(self.path):
            os.unlink(self.path)


def refused(load):
    return sum(sender.refused for sender in load.senders)


def disk_word(load):
    return load.server.json("status")["disk"].split(":")[0]


def is_readable(load):
    """While nothing can be written, history answers."""
    reader = load.server.client("eve", witness.CAPS, load.tokens["eve"])
    reader.send("CHATHISTORY LATEST #load * 5")
    reader.wait("BATCH +")
    reader.wait("BATCH -")
    reader.close()


def refuse_each(load):
    """Until each sender was refused once more."""
    before = [sender.refused for sender in load.senders]
    until("a refusal to each", lambda: all(sender.refused > n for sender, n in zip(load.senders, before)))


def low_and_back(load, filler):
    """Below the watermark: refused in words, read as ever; with space: goes on by itself."""
    filler.leave(40 * MIB)
    refuse_each(load)  # each has one message on its way: what was accepted before is shown
    acked = load.acked()
    need(disk_word(load) == "low", "status says", disk_word(load))
    is_readable(load)
    refuse_each(load)
    need(load.acked() == acked, "written on a low disk")
    filler.release()
    load.flow()


# Proves S3.
def full_and_back(load, filler):
    """No byte is left under load, then even the ballast is gone; space comes back in time."""
    ballast = os.path.join(load.server.state, "ballast")
    before = refused(load)
    filler.leave(0)
    until("a refusal", lambda: refused(load) > before)
    filler.leave(0)  # what the ballast left
    is_readable(load)
    need(disk_word(load) in ("low", "full"), "status says", disk_word(load))
    filler.release()
    load.flow()
    until("a new ballast", lambda: os.path.exists(ballast))


def full_for_good(load, filler):
    """A commit that finds no space at all: the gate stays shut, then the process ends."""
    pid = load.server.process.pid
    attached = fault_trace.Attached(pid, ["pwrite64"], ["pwrite64:error=ENOSPC:when=1+"])
    code = load.ended()
    attached.detach()
    need(code == DISK_LOST, "exit code", code, load.server.read_log()[-2000:])
    need(load.start(), load.server.read_log()[-2000:])
    load.flow()


# Proves S6.
def start_when_full(load, filler):
    """With the ballast it starts and reads; without it, it says why it does not."""
    ballast = os.path.join(load.server.state, "ballast")
    load.server.kill()
    filler.leave(0)
    need(load.start(), "no start on a full disk:", load.server.read_log()[-2000:])
    is_readable(load)
    need(disk_word(load) == "low", "status says", disk_word(load))
    load.server.kill()
    if os.path.exists(ballast):
        os.unlink(ballast)
    filler.leave(0)
    mark = len(load.server.read_log())
    if load.start():
        is_readable(load)
        load.server.kill()
    else:
        said = load.server.read_log()[mark:]
        need("full" in said or "space" in said, "it does not say why:", said)
    filler.release()
    need(load.start(), load.server.read_log()[-2000:])
    load.flow()


def full(count, seed):
    """The disk fills up under load and has space again, in every way, `count` times."""
    code = privately("full", count, seed)
    if code is not None:
        return code
    with tmpfs(128) as folder, Load(senders=2, receivers=1, root=folder,
                                     conf=fault_trace.UNFILTERED) as load:
        filler = Filler(folder)
        need(load.start(), load.server.read_log())
        load.peers(window=1)
        for _ in range(count):
            low_and_back(load, filler)
            full_and_back(load, filler)
        start_when_full(load, filler)
        full_for_good(load, filler)
        counts = load.finish()
        return {"times full": 2 * count + 3, "refused": refused(load), **counts}
