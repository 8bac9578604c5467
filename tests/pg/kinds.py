# SPDX-License-Identifier: MIT
"""What may happen. Each kind is a generator: it begins, gives for how many seconds the world goes on
as it is, and mends; so that two of them may happen at once.

The seconds are the faults' own: how long a machine stands still is what is tried.
"""
import os
import signal

from fault_disk import Filler
from wires import cut_way, mend_way

FULL = "full_"  # the kinds that begin so fill a disk up


# -- of snugd

def kill(world, machine=None):
    machine = machine or world.pair.leader()
    machine.end(signal.SIGKILL)
    yield world.chance.uniform(0, 6)
    machine.start()


def kill_waiting(world):
    yield from kill(world, world.pair.other())


def stop(world, machine=None):
    """Its process stands still: shorter and longer than the lease."""
    machine = machine or world.pair.leader()
    machine.send(signal.SIGSTOP)
    yield world.chance.uniform(0.1, 15)
    machine.send(signal.SIGCONT)


def stop_waiting(world):
    yield from stop(world, world.pair.other())


def pause(world):
    """Its whole host stands still, for long."""
    host = world.pair.leader().host
    host.pause()
    yield world.chance.uniform(5, 40)
    host.go_on()


def cut(world, host=None):
    """Its host is reached by nobody and reaches nobody."""
    host = host or world.pair.leader().host
    since = world.now()
    host.cut()
    yield world.chance.uniform(0.5, 20)
    host.mend()
    world.was_cut(host, since)


def cut_way_of_the_store(world):
    """One way between it and the primary."""
    ends = [world.pair.leader().host, world.cluster.primary.machine]
    world.chance.shuffle(ends)
    cut_way(*ends)
    yield world.chance.uniform(0.5, 20)
    mend_way(*ends)


def cut_way_of_people(world):
    """One way between it and all who are connected."""
    ends = [world.pair.leader().host, world.wires]
    world.chance.shuffle(ends)
    since = world.now()
    cut_way(*ends)
    yield world.chance.uniform(0.5, 20)
    mend_way(*ends)
    world.was_cut(world.pair.leader().host if ends[0] is world.wires else ends[0], since)


def hand_over(world):
    """An orderly end."""
    machine = world.pair.leader()
    machine.end(signal.SIGTERM)
    yield world.chance.uniform(0, 3)
    machine.start()


# -- of the engine

def fail_over(world):
    """By somebody who notices after a while, as soon as both copies are there."""
    yield world.chance.uniform(0.5, 3)
    while not world.cluster.can_fail_over():
        yield 0.5
    world.cluster.failover()


def kill_primary(world):
    """Its host is gone; it comes back as a copy."""
    old = world.cluster.primary
    old.machine.kill()
    yield from fail_over(world)
    yield world.chance.uniform(0, 5)
    world.cluster.rejoin(old)


def pause_primary(world):
    """Its host stands still, goes on, and for a while believes that nothing was."""
    old = world.cluster.primary
    old.machine.pause()
    yield from fail_over(world)
    yield world.chance.uniform(0, 20)
    old.machine.go_on()
    yield world.chance.uniform(0, 8)
    world.cluster.rejoin(old)


def cut_primary(world):
    """It lives, and is reached by nobody."""
    old = world.cluster.primary
    old.machine.cut()
    yield from fail_over(world)
    yield world.chance.uniform(0, 10)
    old.machine.mend()
    yield world.chance.uniform(0, 8)
    world.cluster.rejoin(old)


def crash_primary(world):
    """One of its processes dies: it begins again by itself, with all connections gone."""
    node = world.cluster.primary
    backend = node.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                       "AND pid <> pg_backend_pid() LIMIT 1")
    os.kill(int(backend or node.process.pid), signal.SIGKILL)
    yield 1
    if not node.is_answering():
        world.cluster.restart(node)


def stop_primary(world):
    """It stands still, and nobody fails over."""
    node = world.cluster.primary
    node.send(signal.SIGSTOP)
    yield world.chance.uniform(0.5, 10)
    node.send(signal.SIGCONT)


def kill_copy(world):
    """The copy that each commit waits for: the other one takes its place."""
    node = world.cluster.awaited()
    node.machine.kill()
    yield world.chance.uniform(0, 8)
    world.cluster.restart(node)


def cut_copy(world):
    host = world.cluster.awaited().machine
    host.cut()
    yield world.chance.uniform(1, 15)
    host.mend()


def cancel(world):
    """Somebody ends the wait for the copies: the commit answers that it is done, with a warning."""
    copies = world.cluster.standbys()
    for node in copies:
        node.machine.pause()
    for _ in range(world.chance.randrange(2, 6)):
        yield 0.3
        world.cluster.primary.ask("SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
                                  "WHERE wait_event = 'SyncRep'")
    for node in copies:
        node.machine.go_on()


def full_primary(world):
    yield from full(world, world.cluster.primary)


def full_copy(world):
    yield from full(world, world.cluster.awaited())


def full(world, node):
    """No byte is left, and then there is again; whatever ended by that is started."""
    filler = Filler(world.disk_of(node))
    filler.leave(0)
    yield world.chance.uniform(3, 10)
    filler.release()
    if not node.is_answering():
        world.cluster.restart(node)


SNUGD = (kill, kill, kill, stop, stop, pause, cut, cut_way_of_the_store, cut_way_of_people, hand_over,
         kill_waiting, stop_waiting)
ENGINE = (kill_primary, pause_primary, cut_primary, crash_primary, stop_primary, kill_copy, cut_copy, cancel,
          full_primary, full_copy)
EACH = {"snugd": 15, "engine": 3, "both": 2}  # of a round of 20


def drawn(chance):
    """A round: names and kinds, in any order."""
    faults = [(kind,) for kind in chance.choices(SNUGD, k=EACH["snugd"])]
    faults += [(kind,) for kind in chance.sample(ENGINE, k=EACH["engine"])]
    faults += [(chance.choice(SNUGD), chance.choice(ENGINE)) for _ in range(EACH["both"])]
    chance.shuffle(faults)
    return faults
