#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares docs/PROTOCOL.md with the tables it speaks of.  usage: protocol.py [ROOT]

Each row of the document's tables must be in the source and the other way round:
capabilities, commands, numerics, codes of FAIL, tokens of 005, modes, limits, verbs of
services.
The tests that the document names must exist and speak of the capability.
"""
import glob
import os
import re
import sys

ROOT = sys.argv[1] if len(sys.argv) > 1 else "."
STATES = {"BEFORE_LOGIN": "before", "AFTER_LOGIN": "after", "ANY_TIME": "any"}
bad = []


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def sources(folder):
    return sorted(glob.glob(folder + "/**/*.c", root_dir=ROOT, recursive=True))


def complain(words):
    bad.append(words)


def tables(text):
    """Heading -> rows of the tables below it, cells without the marks."""
    found, heading = {}, ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and not line.startswith("|---"):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found.setdefault(heading, []).append([c.strip().replace("\\|", "|") for c in cells])
    return found


def same(what, source, document):
    for name in source:
        if name not in document:
            complain(f"{what} {name} is not in the document")
        elif source[name] != document[name]:
            complain(f"{what} {name} is {source[name]}, the document says {document[name]}")
    for name in document:
        if name not in source:
            complain(f"{what} {name} is in the document only")


def plain(cell):
    return cell.replace("`", "")


def check_capabilities(rows):
    source = re.findall(r'^CAP\(\w+, "(.+)"\)', read("common/caps.def"), re.M)
    same("capability", dict.fromkeys(source, True), {plain(r[0]): True for r in rows})
    for name, _, what, test in rows:
        name, names = plain(name), re.findall(r"`([^`]+)`", test)
        if len(names) != 2:
            complain(f"{name} names no test")
            continue
        path, function = names
        text = read(path) if os.path.exists(os.path.join(ROOT, path)) else ""
        body = re.search(r"^static void %s\(.*?^}" % function, text, re.M | re.S)
        if not body or len(re.findall(r"\b%s\b" % function, text)) < 2:
            complain(f"{name}: there is no test {function} in {path}")
        elif not any(word in text for word in [name] + re.findall(r"`([A-Z]{4,})`", what)):
            complain(f"{name}: {path} does not speak of it")


def check_commands(rows):
    source = re.findall(r'^COMMAND\("(\w+)", \w+, (\d+), (\w+), (\w+), (\d+), (\w+)\)',
                        read("server/hub/commands/command.def"), re.M)
    caps = dict(re.findall(r'^CAP\((\w+), "(.+)"\)', read("common/caps.def"), re.M))
    same("command", {n: [STATES[s], p, purse.lower(), c, caps.get(cap.removeprefix("CAP_"), "")]
                     for n, p, s, purse, c, cap in source},
         {plain(r[0]): [plain(cell) for cell in r[1:6]] for r in rows})


def check_numerics(rows):
    source = re.findall(r'^NUMERIC\((\w+), (\d+), "(.*)"\)', read("common/numerics.def"), re.M)
    same("numeric", {n: [number.zfill(3), text] for n, number, text in source},
         {plain(r[1]): [r[0], r[2]] for r in rows})
    code = "".join(read(p) for folder in ("server/hub", "client/net", "client/model")
                   for p in sources(folder))
    for name, _, _ in source:
        if not re.search(r"\b%s\b" % name, code):
            complain(f"numeric {name} is neither sent nor understood")


def check_codes(rows):
    """Codes are the only literals of that shape in the hub and in the shards."""
    code = "".join(read(p) for folder in ("server/hub", "server/io") for p in sources(folder))
    source = set(re.findall(r'"([A-Z]+(?:_[A-Z0-9]+)+)"', code))
    source |= set(re.findall(r'\b(?:fail\(s, "[A-Z*]+",\s+|(?:refuse|trial_fail)\(s, )"([A-Z_]+)"', code))
    pairs = {(c, k) for row in rows for c in re.findall(r"`([^`]+)`", row[0]) or ["any"]
             for k in re.findall(r"`([A-Z0-9_]+)`", row[1])}
    same("code", dict.fromkeys(source, True), {k: True for _, k in pairs})
    anywhere = {k for c, k in pairs if c == "any"}
    for command, k in re.findall(r'\bfail\(s, "([A-Z*]+)",\s+"(\w+)"', code):
        if (command, k) not in pairs and k not in anywhere:
            complain(f"FAIL {command} {k} is not in the document")


def modes():
    """Letter, kind, prefix of each mode of rooms; the letters of the modes of users."""
    text = read("server/hub/rooms/modes.def")
    return (re.findall(r"^ROOM_MODE\('(.)', MODE_(\w+), \w+, \w+, (?:0|'(.)'),", text, re.M),
            re.findall(r"^USER_MODE\('(.)',", text, re.M))


def check_tokens(rows):
    source = re.findall(r'^\t\{"([\w./]+)",', read("server/hub/door/isupport.c"), re.M)
    same("token", dict.fromkeys(source, True), {plain(r[0]): True for r in rows})
    kinds = {}
    for letter, kind, _ in modes()[0]:
        kinds[kind] = kinds.get(kind, "") + letter
    prefixes = "".join(prefix for _, _, prefix in modes()[0])
    classes = (kinds["LIST"], kinds["KEY"], kinds["LIMIT"] + kinds["WAIT"], kinds["FLAG"])
    made = {"CHANMODES": ",".join(classes),
            "PREFIX": f"({kinds['RANK']}){prefixes}", "STATUSMSG": prefixes}
    same("value of token", made, {plain(r[0]): plain(r[1]) for r in rows if plain(r[0]) in made})


def check_modes(rows):
    """Two tables: of rooms, then of users."""
    params = {"LIST": "mask", "FLAG": "", "KEY": "key", "LIMIT": "number", "RANK": "nick",
              "WAIT": "seconds"}
    at = [r[0] for r in rows].index("Of a user")
    same("mode of rooms", {letter: params[kind] for letter, kind, _ in modes()[0]},
         {c: r[1] for r in rows[:at] for c in plain(r[0]).split()})
    same("mode of users", dict.fromkeys(modes()[1], True), {plain(r[0]): True for r in rows[at + 1:]})


def check_limits(rows):
    source = re.findall(r"^#define (\w+) (.+?)\s*(?://.*)?$", read("server/letters/limits.h"), re.M)
    value = {n: str(eval(re.sub(r"(\d)LL", r"\1", v), {"__builtins__": {}})) for n, v in source}
    same("limit", value, {plain(r[0]): r[1] for r in rows})


def check_verbs(rows):
    source = re.findall(r'^SERVICE_(?:VERB|TEXT)\("(\w+)", "(\w+)", (?:\w+, \d+, )?"([^"]*)"',
                        read("server/hub/commands/services.def"), re.M)
    same("verb", {f"{s} {v}": u for s, v, u in source},
         {f"{r[0]} {plain(r[1])}": plain(r[2]) for r in rows})


def main():
    found = tables(read("docs/PROTOCOL.md"))
    for heading, check in (("Capabilities", check_capabilities), ("Commands", check_commands),
                           ("Numerics", check_numerics), ("FAIL, WARN and NOTE", check_codes),
                           ("ISUPPORT", check_tokens), ("Modes", check_modes),
                           ("Bounds", check_limits),
                           ("Services", check_verbs)):
        rows = found.get(heading, [[]])[1:]
        if not rows:
            complain(f"the document has no table below {heading}")
        else:
            check(rows)
    for words in bad:
        print("docs/PROTOCOL.md: " + words)
    if not bad:
        print("protocol: %d rows as the source has them" % sum(len(r) - 1 for r in found.values()))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
