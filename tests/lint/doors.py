#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What client and page ask for that may want a proof, against the matrix of it.

usage: doors.py ROOT

tests/unit/hub/test_step_up_matrix.c has a row for each act on one's own account, and for what only looks.
1. Whatever line of these commands a source of the client or of the page has, its words stand there: so
   the slash commands, the verbs of snug and the page have no door of their own.
2. None of them speaks to a service in a command's place.
"""
import pathlib
import re
import sys

MATRIX = "tests/unit/hub/test_step_up_matrix.c"
COMMANDS = "CERT", "2FA", "ACCOUNT", "PASSWD", "CLIENTCERT", "ADMIN"
# Where the second word is put in: which it may be.
PUT_IN = {("client/sync/devices.c", "CERT"): ("CERT ALLOW", "CERT DENY"),
          ("client/web/page/settings.js", "ACCOUNT"): ("ACCOUNT DELETE", "ACCOUNT KEEP")}
# What the matrix has not, and why.
BESIDE = {"CERT CLAIM": "before the login: unit/hub/test_offer.c",
          "ADMIN": "unit/hub/test_step_up_admin.c"}
LITERAL = re.compile(r'["`]((?:PASSWD |(?:%s) (?!["`]))(?:[^"`\\\n]|\\.)*)["`]' % "|".join(COMMANDS))
SERVICE = re.compile(r'["`]PRIVMSG (?:NickServ|Snug)\b')
PUT = re.compile(r"%|\$\{")
NAMES = "TOKEN", "REVOKE"  # behind which a third word says what


def words_of(line):
    """The command and what it is to do; what is put in, or is a password, is left out."""
    words = line.split()
    found = words[:1]
    for word in words[1:3 if words[1:2] and words[1] in NAMES else 2]:
        if PUT.search(word):
            word = PUT.split(word)[0]
        if not re.fullmatch(r"[A-Z]+", word):
            break
        found.append(word)
    return " ".join(found)


def sources(root):
    for path in sorted((root / "client").rglob("*")):
        if path.suffix in (".c", ".h", ".js") and "texts" not in path.parts:
            yield str(path.relative_to(root)), path.read_text(encoding="utf-8")


def main(root):
    rows = {words_of(line) for line in LITERAL.findall((root / MATRIX).read_text(encoding="utf-8"))}
    findings, used, n = [], set(), 0
    for name, text in sources(root):
        if SERVICE.search(text):
            findings.append(f"{name}: speaks to a service in a command's place")
        for line in LITERAL.findall(text):
            words, n = words_of(line), n + 1
            for one in PUT_IN.get((name, words), (words,)):
                used.add(one)
                if one not in rows and one not in BESIDE:
                    findings.append(f"{name}: {line!r}: {MATRIX} has no row of {one}")
    if len(used) < 15:
        findings.append(f"only {len(used)} of them were found: the pattern is out of date")
    print("\n".join(findings) or f"doors: {n} lines of client and page, of {len(used)} acts and looks")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
