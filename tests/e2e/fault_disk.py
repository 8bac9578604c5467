# SPDX-License-Identifier: MIT
"""What happens to the disk: it fills up and has space again; the power goes.

Both need mounts of their own, made in a private mount namespace that ends with the process.
"""
import contextlib
import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import fault_trace
import snug
import witness
from fault_load import Load, Skip, need
from fault_process import DISK_LOST

MIB = 1024 * 1024
SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32)
NO_LOG_FLUSH = 2


def call(*words):
    done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode == 0, " ".join(words) + ": " + done.stderr.strip()


def privately(name, count, seed, *more):
    """Runs this fault again in a mount namespace of its own; None when it is in one already."""
    if os.environ.get("SNUG_FAULT_INSIDE") == name:
        return None
    words = ["unshare", "-m", *more, "--propagation", "private"]
    fine, why = call(*words, "true")
    if not fine:
        raise Skip("no namespace: " + why)
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults.py")
    done = subprocess.run([*words, sys.executable, here, name, "--count", str(count), "--seed",
                           str(seed)], stdin=subprocess.DEVNULL,
                          env={**os.environ, "SNUG_FAULT_INSIDE": name})
    return done.returncode


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


def wait_for(fact, what, timeout=30):
    end = time.monotonic() + timeout
    while not fact():
        need(time.monotonic() < end, "waited for", what)
        time.sleep(0.02)


def disk_word(load):
    return load.server.json("status")["disk"].split(":")[0]


def is_readable(load):
    """While nothing can be written, history answers."""
    reader = load.server.client("eve", witness.CAPS, load.tokens["eve"])
    reader.send("CHATHISTORY LATEST #load * 5")
    reader.wait("BATCH +")
    reader.wait("BATCH -")
    reader.close()


def low_and_back(load, filler):
    """Below the watermark: refused in words, read as ever; with space: goes on by itself."""
    before = refused(load)
    filler.leave(40 * MIB)
    wait_for(lambda: refused(load) > before, "a refusal")
    time.sleep(0.3)  # what was accepted before is still stored and shown
    acked = load.acked()
    need(disk_word(load) == "low", "status says", disk_word(load))
    is_readable(load)
    need(load.acked() == acked, "written on a low disk")
    filler.release()
    load.flow()


def full_and_back(load, filler):
    """No byte is left under load, then even the ballast is gone; space comes back in time."""
    ballast = os.path.join(load.server.state, "ballast")
    before = refused(load)
    filler.leave(0)
    wait_for(lambda: refused(load) > before, "a refusal")
    filler.leave(0)  # what the ballast left
    is_readable(load)
    need(disk_word(load) in ("low", "full"), "status says", disk_word(load))
    filler.release()
    load.flow()
    wait_for(lambda: os.path.exists(ballast), "a new ballast", 15)


def full_for_good(load, filler):
    """A commit that finds no space at all: the gate stays shut, then the process ends."""
    pid = load.server.process.pid
    attached = fault_trace.Attached(pid, ["pwrite64"], ["pwrite64:error=ENOSPC:when=1+"])
    code = load.ended(20)
    attached.detach()
    need(code == DISK_LOST, "exit code", code, load.server.read_log()[-2000:])
    need(load.start(), load.server.read_log()[-2000:])
    load.flow()


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
    with tmpfs(128) as folder, Load(senders=2, receivers=1, root=folder) as load:
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
        end = time.monotonic() + 20
        while True:
            fine, why = call("umount", self.folder)
            if fine:
                break
            need(time.monotonic() < end, why)
            time.sleep(0.05)
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
    """A cut at any moment, and the next start. All stands still before it: while a file
    system is being shut down, a sync under way may return well, and what is said then would
    never have left a machine without power."""
    time.sleep(chance.uniform(0.05, 0.6))
    load.server.process.send_signal(signal.SIGSTOP)
    wait_for(lambda: threads_stand(load.server.process.pid), "a standstill")
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


def lose_the_disk(image, count):
    """The disk goes while the server runs on: it ends at the next write that it notices."""
    with Load(senders=1, receivers=1, root=image.folder) as load:
        load.server.log = os.path.join(image.dir, "log")
        need(load.start(), load.server.read_log())
        load.peers()
        for _ in range(count):
            image.cut()
            code = load.ended(10)
            need(code == DISK_LOST, "it went on without a disk: exit code", code)
            image.restore()
            need(load.start(), load.server.read_log()[-2000:])
            load.flow()


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
        lose_the_disk(image, 1 + count // 10)
        return {"cuts": count + 1, "disks lost": 1 + count // 10,
                "starts take": load.start_times(), **counts}
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


def spoil(chance, state):
    """One thing wrong with the database or its log; what it is."""
    path = os.path.join(state, chance.choice(("snug.db", "snug.db", "snug.db-wal")))
    size = os.path.getsize(path)
    at, way = chance.randrange(size), chance.choice(("bits", "page", "end", "page of another"))
    with open(path, "r+b") as file:
        if way == "end":
            file.truncate(at)
        elif way == "bits":
            for _ in range(chance.randrange(1, 20)):
                file.seek(chance.randrange(size))
                file.write(bytes([chance.randrange(256)]))
        else:
            file.seek(chance.randrange(size) & ~4095)
            page = file.read(4096) if way != "page" else bytes(4096)
            file.seek(at & ~4095)
            file.write(page)
    return f"{os.path.basename(path)}: {way} at {at}"


def run_spoiled(server, what):
    """Refuses in words, or serves; never dies and never hangs."""
    checked = server.run("check")
    need(checked.code >= 0, what, "check died", checked)
    mark = len(server.read_log())
    try:
        server.start()
    except AssertionError:
        need(server.process.poll() is not None, what, "neither ready nor ended")
        said = server.read_log()[mark:]
        need(server.process.wait() > 0, what, "died at the start:", said)
        need("snugd: " in said, what, "no word at the start:", said)
        return False
    try:
        client = server.client("ann", witness.CAPS)
        client.send("JOIN #load", "CHATHISTORY LATEST #load * 100", "SEARCH text=spoiled")
        client.sync()
        client.send("PRIVMSG #load :another")
        client.sync()
    except (OSError, AssertionError, snug.Closed):
        pass  # the account may be what was spoiled
    # A page that cannot be read ends the process as a disk does that failed.
    code = server.process.wait(0.1) if server.process.poll() is not None else server.stop()
    need(code in (0, DISK_LOST), what, "exit code", code, server.read_log()[mark:])
    return True


def damage(count, seed):
    """The database or its log has wrong bytes: `count` kinds of it."""
    chance, served = random.Random(seed), 0
    server = snug.Server(port=snug.free_port())
    try:
        server.user("ann")
        server.start()
        client = server.client("ann", "echo-message")
        client.send("JOIN #load")
        for i in range(300):
            client.send(f"PRIVMSG #load :spoiled {i} " + "x" * (i % 200))
            client.wait(f":spoiled {i} ")
        server.kill()  # the log stays
        whole = server.state + ".whole"
        shutil.copytree(server.state, whole, ignore=shutil.ignore_patterns("admin.sock", "ballast"))
        for _ in range(count):
            shutil.rmtree(server.state)
            shutil.copytree(whole, server.state)
            served += run_spoiled(server, spoil(chance, server.state))
    finally:
        server.close()
    return {"damages": count, "served": served, "refused": count - served}
