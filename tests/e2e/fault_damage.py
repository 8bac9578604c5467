# SPDX-License-Identifier: MIT
"""The database has wrong bytes: it is refused in words or served; nothing dies or hangs.

Each variant is looked at by `check` and read out by `export`; some are served as well. What
comes of it is compared with what was stored. SQLite keeps sums of its log alone, so that two
things cannot be told from what is right: a damaged log ends where the damage is, as after a
crash, and a letter of a text in the database may be another one. Both are counted.
"""
import collections
import os
import random
import shutil

import snug
import witness
from fault_load import need
from fault_process import DISK_LOST

FILES = ("snug.db", "snug.db", "snug.db-wal", "snug.db-wal", "snug.db-shm")
SERVED_EVERY = 4  # a server on each fourth variant
CODES = (0, 1, 3, 6, 7)  # done, failed, not found (a room), problems found, unreachable
REFUSED, WHOLE, EARLIER, CHANGED, LESS = "refused", "whole", "ends earlier", "another text", "less"
RESULTS = (REFUSED, WHOLE, EARLIER, CHANGED, LESS)


def spoil(chance, state):
    """One thing wrong with the database, its log, or the index of that; what it is."""
    path = os.path.join(state, chance.choice(FILES))
    size = os.path.getsize(path)
    at = chance.randrange(size)
    way = chance.choice(("bits", "bytes", "page", "end", "page of another", "more"))
    with open(path, "r+b") as file:
        if way == "end":
            file.truncate(at)
        elif way == "bits":
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))
        elif way == "bytes":
            for _ in range(chance.randrange(1, 20)):
                file.seek(chance.randrange(size))
                file.write(bytes([chance.randrange(256)]))
        elif way == "more":
            file.seek(size)
            file.write(chance.randbytes(chance.randrange(1, 10000)))
        else:
            file.seek(chance.randrange(size) & ~4095)
            page = file.read(4096) if way != "page" else bytes(4096)
            file.seek(at & ~4095)
            file.write(page)
    return f"{os.path.basename(path)}: {way} at {at}"


def make(server):
    """Messages in the database and, behind a kill, in its log."""
    server.user("ann")
    for first in (0, 300):
        server.start()
        client = server.client("ann", "echo-message")
        client.send("JOIN #load")
        for i in range(first, first + 300):
            client.send(f"PRIVMSG #load :spoiled {i} " + "x" * (i % 200))
        client.wait(f":spoiled {first + 299} ")
        client.close()
        server.kill() if first else server.stop()


def run(server, what, *words):
    done = server.run(*words)
    need(done.code in CODES, what, *words, done)
    need(done.code == 0 or done.err or "\tno\t" in done.out, what, *words, "no word:", done)
    return done


def read_out(server, what, whole):
    """What `export` makes of it: one of the five, and whether `check` found something."""
    is_sound = run(server, what, "check").code == 7  # nothing wrong, but not running
    done = run(server, what, "export", "--room", "load")
    if done.code != 0:
        return REFUSED, is_sound
    if done.out == whole:
        return WHOLE, is_sound
    if whole.startswith(done.out):
        return EARLIER, is_sound
    return CHANGED if done.out.count("\n") == whole.count("\n") else LESS, is_sound


def serve(server, what):
    """Refuses in words, or serves until it is stopped."""
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
    code = server.stop()
    need(code in (0, DISK_LOST), what, "exit code", code, server.read_log()[mark:])
    return True


# Proves B26.
def damage(count, seed):
    """`count` variants of a database, its log and the index of that, with something wrong."""
    chance, seen, served, unnoticed, lost = random.Random(seed), collections.Counter(), 0, 0, 0
    server = snug.Server(port=snug.free_port())
    try:
        make(server)
        kept = server.state + ".whole"
        shutil.copytree(server.state, kept, ignore=shutil.ignore_patterns("admin.sock", "ballast"))
        whole = server.run("export", "--room", "load").out
        need(whole.count("spoiled") == 600, "nothing to spoil", whole[:300])
        for i in range(count):
            shutil.rmtree(server.state)
            shutil.copytree(kept, server.state)
            what = spoil(chance, server.state)
            came, is_sound = read_out(server, what, whole)
            need(came == WHOLE or "-shm" not in what, what, came)
            seen[came] += 1
            unnoticed += is_sound and came == CHANGED
            lost += is_sound and (came == LESS or came == EARLIER and "-wal" not in what)
            if i % SERVED_EVERY == 0:
                served += serve(server, what)
    finally:
        server.close()
    return {"variants": count, "lost": lost, **{word: seen[word] for word in RESULTS},
            "another text not found by check": unnoticed, "served": served}
