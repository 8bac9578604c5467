# SPDX-License-Identifier: MIT
"""Waiting in tests: for an event, and no longer than PATIENCE, which is the only number of seconds.

A busy machine makes everything late, so that a time proves nothing. That something does not
happen is known by what comes behind it: a PONG, a marker, a counter.
"""
import time

PATIENCE = 120  # seconds
STEP = 0.01  # between two looks


def until(what, condition, look=None):
    """Waits until condition() is true, and gives its result. Fails naming `what`, a text or a
    function that makes one. `look` is called between two looks, instead of a short sleep."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE} s for {what() if callable(what) else what}")
        look() if look else time.sleep(STEP)
    return found


def is_gone(pid):
    """Whether no such process runs any more."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def pass_time(seconds):
    """For what happens by time alone, as the product is set: its time is up when this returns.
    Never for something to be ready by then. The reason stands beside each call."""
    time.sleep(seconds)
