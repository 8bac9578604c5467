#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Requirements and their tests, both ways: the table of docs/SECURITY.md.  usage: ids.py ROOT

A row is | id | what is required | what proves it |. The last column names files below tests/,
each of which says at the test, alone on its line, that it proves the id; or it begins with
"refused: " and says why, or what stands instead, and then no test may claim it.
"""
import os
import re
import sys

ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+) \| (.+) \|$")
SAYS = re.compile(r"^\s*(?://|#) Proves ((?:[A-Z]\d+, )*[A-Z]\d+)\.$")
NEARLY = re.compile(r"\bproves?:? +[A-Z]\d+\b", re.IGNORECASE)
REFUSED = "refused: "
LEFT_OUT = ("lint/selftest", "lint/ids.py")


def rows(path):
    """id: (place, files, is refused); complaints."""
    found, bad = {}, []
    with open(path, encoding="utf-8") as file:
        for n, line in enumerate(file, 1):
            match = ROW.match(line.rstrip("\n"))
            if not match:
                continue
            name, _, last = match.groups()
            if name in found:
                bad.append(f"{path}:{n}: {name} has two rows")
            refused = last.startswith(REFUSED)
            files = set() if refused else set(re.findall(r"`([^`]+)`", last.split(";")[0]))
            if not files and not refused:
                bad.append(f"{path}:{n}: {name} names no test, and does not say \"{REFUSED}why\"")
            found[name] = (f"{path}:{n}", files, refused)
    return found, bad


def holes(found):
    for letter in sorted({name[0] for name in found}):
        numbers = {int(name[1:]) for name in found if name[0] == letter}
        for n in range(1, max(numbers)):
            if n not in numbers:
                yield f"there is no row for {letter}{n}"


def claims(root):
    """id: files that prove it; complaints."""
    found, bad = {}, []
    tests = os.path.join(root, "tests")
    for folder, names, files in os.walk(tests):
        names[:] = [n for n in names if n not in ("corpus", "golden", "__pycache__")]
        for file in sorted(files):
            path = os.path.join(folder, file)
            short = os.path.relpath(path, tests)
            if short in LEFT_OUT:
                continue
            with open(path, encoding="utf-8", errors="replace") as text:
                lines = text.read().split("\n")
            for n, line in enumerate(lines, 1):
                match = SAYS.match(line)
                if not match and NEARLY.search(line):
                    bad.append(f"tests/{short}:{n}: say it as \"Proves T1, A2.\", alone in a comment")
                if not match:
                    continue
                if n >= len(lines) or not lines[n].strip():
                    bad.append(f"tests/{short}:{n}: there is no test under this line")
                for name in match.group(1).split(", "):
                    found.setdefault(name, {})[short] = f"tests/{short}:{n}"
    return found, bad


def main():
    root = sys.argv[1]
    table, bad = rows(os.path.join(root, "docs", "SECURITY.md"))
    proofs, more = claims(root)
    bad += more
    bad += holes(table)
    for name, (place, files, refused) in table.items():
        if refused and name in proofs:
            bad.append(f"{place}: {name} is refused, and {min(proofs[name])} proves it")
        for file in sorted(files - set(proofs.get(name, ()))):
            bad.append(f"{place}: tests/{file} does not say that it proves {name}")
    for name, files in proofs.items():
        for file in sorted(files):
            if name not in table:
                bad.append(f"{files[file]}: there is no {name} in docs/SECURITY.md")
            elif not table[name][2] and file not in table[name][1]:
                bad.append(f"{files[file]}: the row of {name} in docs/SECURITY.md does not name this file")
    print("\n".join(bad), end="\n" if bad else "")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
