#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What runs write into documents, between "<!-- NAME writes from here -->" and "<!-- to here -->".
usage: written.py DOCUMENT NAME ROW...

A row of a table is known by its first cell: it takes the place of the older one, or comes behind the
others. The head of the table is kept, and the line before it that names the machine written anew.
"""
import os
import platform
import sys

MACHINE = "On: "


def put(document, name, make):
    """Writes make(what stood there)."""
    begin, end = "<!-- %s writes from here -->\n" % name, "<!-- to here -->"
    with open(document, encoding="utf-8") as file:
        before, rest = file.read().split(begin)
    old, after = rest.split(end, 1)
    with open(document, "w", encoding="utf-8") as file:
        file.write(before + begin + make(old) + end + after)


def machine():
    """In general terms, and how busy it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return "%s%d cores, %.0f GiB, Linux %s, %.1f programs running for each core.\n" % (
        MACHINE, os.cpu_count(), memory, platform.release().split(".")[0], os.getloadavg()[0] / os.cpu_count())


def first_cell(row):
    return row.split("|")[1].strip()


def put_rows(document, name, rows, keep=True):
    """`keep`: rows of other first cells stay."""
    def make(old):
        lines = [line for line in old.splitlines() if line and not line.startswith(MACHINE)]
        at = next(i for i, line in enumerate(lines) if line.startswith("|--")) + 1
        table = {first_cell(row): row for row in (lines[at:] if keep else []) + rows}
        return machine() + "\n" + "\n".join(lines[:at] + list(table.values())) + "\n"
    put(document, name, make)


if __name__ == "__main__":
    put_rows(sys.argv[1], sys.argv[2], sys.argv[3:])
