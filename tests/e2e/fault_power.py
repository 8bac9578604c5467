# SPDX-License-Identifier: MIT
"""The power goes: a file system of its own is shut down (ext4 on a loop device, no flush of
its journal), mounted again, and looked at.

`power` stops all threads first, `live` does not, and therefore counts what was acknowledged
after the cut had begun apart. The reason is the file system, not the server, as `bare` shows,
which has neither server nor database. While EXT4_IOC_SHUTDOWN runs (1.5 ms, 20 ms on older
kernels), an fdatasync that is under way may return 0 though its block is gone after the next
mount: the blocks of a growing file are marked as written only when their bytes are on the
disk, and that step fails in silence once the shutdown flag is set. Seen on Linux 6.18 in 40
cuts each: growing file, no log flush: 2 blocks gone, their syncs began 0.02 ms before and
0.05 ms after the ioctl and returned 1.5 ms after it; log flush, freeze (the default mode), or
a file that was written before: none. In no mode was a block gone whose sync had returned
before the ioctl began. On a machine without power the words behind such a sync would never
have left; standing still before the cut is as near to that as it gets.
"""
import fcntl
import os
import random
import shutil
import signal
import struct
import tempfile
import threading
import time

import snug
import witness
from fault_disk import MIB
from fault_load import Load, Skip, need
from fault_private import call, privately
from fault_process import DISK_LOST
from patience import PATIENCE, until

SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32)
NO_LOG_FLUSH = 2


class Image:
    """An ext4 file system on a loop device whose power can be cut."""

    def __init__(self, megabytes=192):
        self.dir = tempfile.mkdtemp(prefix="snug-power-")
        self.file, self.folder = os.path.join(self.dir, "image"), os.path.join(self.dir, "fs")
        os.mkdir(self.folder)
        with open(self.file, "wb") as file:
            file.truncate(megabytes * MIB)
        try:
            fine, why = call("mkfs.ext4", "-q", "-F", self.file)
            if not fine:
                raise Skip("no ext4: " + why)
            self.mount()
        except Skip:
            self.close()
            raise

    def mount(self):
        fine, why = call("mount", "-o", "loop,noatime", self.file, self.folder)
        if not fine:
            raise Skip("no mount of a loop device: " + why)

    def cut(self):
        """From now on nothing reaches the disk; what did not is lost."""
        fd = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        except OSError as why:
            raise Skip(f"no shutdown of ext4: {why}") from why
        finally:
            os.close(fd)

    def restore(self):
        """Power again."""
        until(f"{self.folder} to be free", lambda: call("umount", self.folder)[0])
        self.mount()

    def close(self):
        call("umount", "-l", self.folder)
        shutil.rmtree(self.dir, ignore_errors=True)


def cut_init(image):
    """What `init` printed as done is there after a cut: key, certificate, settings, accounts."""
    state = os.path.join(image.folder, "state")
    done = snug.snugd("init", "--name", "localhost", "--admin", "ann", "--password-stdin",
                      state=state, stdin=snug.PASSWORD + "\n")
    need(done.code == 0, done)
    pin = snug.snugd("tls", "show", "--json", state=state).out
    image.cut()
    image.restore()
    again = snug.snugd("tls", "show", "--json", state=state)
    need(again.code == 0 and again.out == pin, "the key is another one:", again)
    shown = snug.snugd("user", "show", "ann", state=state)
    need(shown.code == 0, "the account is gone:", shown)


def cut_under_load(load, image, chance):
    """A cut at any moment, also in the middle of a sync, and the next start."""
    load.flow(chance.randrange(300))
    load.server.process.send_signal(signal.SIGSTOP)
    until("a standstill", lambda: threads_stand(load.server.process.pid))
    image.cut()
    load.server.kill()
    image.restore()
    need(load.start(), load.server.read_log()[-2000:])


def threads_stand(pid):
    """Whether no thread runs, but perhaps in a call of the disk that goes on without it."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/stat") as file:
            if file.read().rsplit(")", 1)[1].split()[0] not in "tTD":
                return False
    return True


def cuts(name, count, seed, conf=""):
    """The power goes under load, `count` times: what was lost."""
    code = privately(name, count, seed)
    if code is not None:
        return code
    chance, image = random.Random(seed), Image()
    try:
        cut_init(image)
        with Load(root=image.folder, conf=conf) as load:
            # What the server says is not on the disk that fails.
            load.server.log = os.path.join(image.dir, "log")
            need(load.start(), load.server.read_log())
            load.peers()
            for _ in range(count):
                cut_under_load(load, image, chance)
            counts = load.finish()
        return {"cuts": count + 1, "starts take": load.start_times(), **counts}
    finally:
        image.close()


def power(count, seed):
    return cuts("power", count, seed)


def normal(count, seed):
    """The test of the test: with durability = normal the same cuts do lose messages."""
    counts = cuts("normal", count, seed, "[server]\ndurability = normal\n")
    if isinstance(counts, int):
        return counts
    need(counts["lost"], "a cut that loses nothing proves nothing:", counts)
    return {"cuts": counts["cuts"], "as expected, with durability = normal": f"{counts['lost']} lost"}


def still_there(load, before):
    """Counts of what was acknowledged: (gone though before that time, gone since)."""
    told = [(sender, *ack) for sender in load.senders for ack in list(sender.acked.items())]
    name, gone = load.senders[0].account, [0, 0]
    client = load.server.client(name, witness.CAPS, load.tokens[name])
    stored = {row[0]: row[1:] for row in witness.history(client)}
    client.close()
    for sender, number, (msgid, seq) in told:
        if stored.get(msgid) != (seq, f"{sender.account} {number}"):
            gone[sender.acked_at[number] >= before] += 1
            del sender.acked[number]  # told once
    return gone


def live(count, seed):
    """The disk goes while the server runs on under load, `count` times: it ends at the next
    write, and what it had acknowledged until the cut began is there."""
    code = privately("live", count, seed)
    if code is not None:
        return code
    chance, image, lost, since = random.Random(seed), Image(), 0, 0
    try:
        with Load(root=image.folder) as load:
            load.server.log = os.path.join(image.dir, "log")
            need(load.start(), load.server.read_log())
            load.peers()
            for _ in range(count):
                load.flow(chance.randrange(200))
                began = time.time()
                image.cut()
                code = load.ended()
                need(code == DISK_LOST, "it went on without a disk: exit code", code)
                image.restore()
                need(load.start(), load.server.read_log()[-2000:])
                gone = still_there(load, began)
                lost, since = lost + gone[0], since + gone[1]
                load.flow()
            acked = load.acked()
        return {"cuts": count, "acknowledged": acked, "lost": lost,
                "gone with a sync that the cut overtook": since}
    finally:
        image.close()


class Appender(threading.Thread):
    """Nothing but pwrite and fdatasync: what a file system promises without a database."""

    BLOCK = 4160  # a frame of a log

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.synced = path, []  # (number, when the sync had returned)

    @classmethod
    def block(cls, number):
        return struct.pack("<Q", number) * (cls.BLOCK // 8)

    def run(self):
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT)
        try:
            for number in range(1 << 20):
                os.pwrite(fd, self.block(number), number * self.BLOCK)
                os.fdatasync(fd)
                self.synced.append((number, time.monotonic()))
        except OSError:
            pass  # the disk is gone
        finally:
            os.close(fd)

    def lost(self):
        """When the syncs of the blocks that are not there had returned."""
        data = b""
        if os.path.exists(self.path):
            with open(self.path, "rb") as file:
                data = file.read()
            os.unlink(self.path)
        return [when for number, when in self.synced
                if data[number * self.BLOCK:(number + 1) * self.BLOCK] != self.block(number)]


def bare(count, seed):
    """The same cuts without a server: whether a sync that returned well always counts."""
    code = privately("bare", count, seed)
    if code is not None:
        return code
    chance, image, synced, lost, since = random.Random(seed), Image(), 0, 0, 0
    try:
        for i in range(count):
            writer = Appender(os.path.join(image.folder, f"log{i}"))
            writer.start()
            most = chance.randrange(20, 300)
            until(f"{most} syncs", lambda: len(writer.synced) >= most)
            began = time.monotonic()
            image.cut()
            writer.join(PATIENCE)
            image.restore()
            gone = writer.lost()
            synced += len(writer.synced)
            lost += sum(when < began for when in gone)
            since += sum(when >= began for when in gone)
    finally:
        image.close()
    return {"cuts": count, "acknowledged": synced, "lost": lost,
            "gone with a sync that the cut overtook": since}
