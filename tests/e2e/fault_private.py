# SPDX-License-Identifier: MIT
"""Namespaces of their own: what is mounted or wired there ends with the process."""
import os
import subprocess
import sys

from fault_load import Skip


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
