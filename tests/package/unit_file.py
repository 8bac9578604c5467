# SPDX-License-Identifier: MIT
"""A unit of systemd's, read: its directives, and the calls that its filter lets through."""
import functools
import subprocess


def read(text, section="Service"):
    """The directives of a section: lists of values by name, in order."""
    found, here = {}, None
    for line in text.splitlines():
        if line.startswith("["):
            here = line.strip("[]")
        elif "=" in line and not line.startswith("#") and here == section:
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


@functools.lru_cache(None)
def group(name):
    """The calls of a group as this systemd has it."""
    listed = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, text=True,
                            stdout=subprocess.PIPE).stdout.split("\n")[1:]
    words = [word.strip() for word in listed if word.strip() and word.strip()[0] != "#"]
    return frozenset().union(*(calls(word) for word in words))


def calls(word):
    return group(word) if word[0] == "@" else frozenset([word])


def allowed(unit):
    """What the filter lets through; a filter that begins with a list of what it refuses is none."""
    through = frozenset()
    for line in unit["SystemCallFilter"]:
        assert through or line[0] != "~", "the first SystemCallFilter= must say what is let through"
        named = frozenset().union(*(calls(word) for word in line.lstrip("~").split()))
        through = through - named if line[0] == "~" else through | named
    return through
