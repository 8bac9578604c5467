# SPDX-License-Identifier: MIT
"""No byte of a message leaves before the sync that covers it, as strace saw it."""
import bisect
import os
import time

import fault_trace
import witness
from fault_load import Load, need

CALLS = (*fault_trace.Files.CALLS, "pwrite64", "fdatasync", "fsync", "read", "recvfrom",
               "write", "sendto", "writev", "sendmsg")
READS = ("read", "recvfrom")
SENDS = ("write", "sendto", "writev", "sendmsg")


def acks_by_sync(load, trace, since):
    """How many acknowledgements came behind a sync that began after their message was sent,
    and how many did not; of the messages sent since then."""
    done, behind, before = fault_trace.syncs(trace), 0, 0
    ends = [ended for _, ended in done]
    for sender in load.senders:
        for number, when in sender.acked_at.items():
            sent = sender.sent_at[number]
            if sent < since:
                continue
            last = bisect.bisect_right(ends, when)
            covered = last and max(began for began, _ in done[max(0, last - 8):last]) >= sent
            behind, before = behind + bool(covered), before + (not covered)
    return behind, before


def early_bytes(trace, since, until):
    """Sends to a peer between what was read from one and a sync that began after it."""
    files, waiting, early, sends = fault_trace.Files(), False, 0, 0
    unsynced_at = 0
    for event in fault_trace.events(trace):
        files.feed(event)
        if not since <= event.time <= until:
            continue
        if event.name in READS and files.is_peer(event) and (event.result or 0) > 0:
            waiting, unsynced_at = True, event.time
        elif event.name == "pwrite64" and event.result is None and files.is_log(event):
            unsynced_at = event.time
        elif event.name == "fdatasync" and event.result == 0 and files.is_log(event):
            waiting = waiting and event.began < unsynced_at
        elif event.name in SENDS and event.result is None and files.is_peer(event):
            sends += 1
            early += waiting
    return early, sends


def one_by_one(server, tokens, count):
    """One message at a time, between two who do nothing else; the time of the first."""
    talker = server.client("ann", witness.CAPS, tokens["ann"])
    hearer = server.client("eve", witness.CAPS, tokens["eve"])
    for client in (talker, hearer):
        client.send("JOIN #quiet")
        client.sync()
        client.sync()  # both know of both
    since = time.time()
    for i in range(count):
        talker.send(f"PRIVMSG #quiet :quiet {i}")
        talker.wait(f":quiet {i}")
        hearer.wait(f":quiet {i}")
    until = time.time()
    talker.close()
    hearer.close()
    return since, until


def traced(count, conf="", delay_us=0):
    """{...}: what left early, what was acknowledged behind its sync, what `status` says."""
    with Load(senders=2, receivers=1, conf=conf) as load:
        trace = os.path.join(load.server.dir, "trace")
        inject = [f"fdatasync:delay_enter={delay_us}"] if delay_us else []
        need(load.start(fault_trace.prefix(trace, CALLS, inject)), load.server.read_log())
        since, until = one_by_one(load.server, load.tokens, count)
        says = load.server.json("status")
        loud = time.time()
        load.peers()
        load.flow(count)
        load.finish()
        early, sends = early_bytes(trace, since, until)
        behind, before = acks_by_sync(load, trace, loud)
    need(sends >= 2 * count, "too few sends were traced:", sends)
    return {"early": early, "sends": sends, "behind": behind, "before": before, "status": says}


# Whatever else is set, the order holds.
OTHERS = """
[history]
keep = 30d
keep_size = 10MiB
[server]
log = debug
"""


# Proves S1.
def order(count, seed):
    """Sync before send, with one message at a time and under load; and what changes it."""
    full = traced(count)
    slow = traced(count // 4, delay_us=20000)
    other = traced(count // 2, conf=OTHERS)
    normal = traced(count, conf="[server]\ndurability = normal\n")
    for seen in (full, slow, other):
        need(seen["early"] == 0 and seen["before"] == 0, "shown before its sync:", seen)
        need(seen["status"]["durability"].startswith("full"), seen["status"])
    need(normal["early"] > 0 and normal["before"] > 0, "the trace does not tell them apart", normal)
    need(normal["status"]["durability"].startswith("normal: a power cut may lose"), normal["status"])
    return {"sends": full["sends"] + slow["sends"] + other["sends"], "before their sync": 0,
            "acknowledged behind their sync": full["behind"] + slow["behind"] + other["behind"],
            "with durability = normal": f"{normal['early']} of {normal['sends']} before"}
