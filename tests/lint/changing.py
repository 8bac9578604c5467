#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/CHANGING.md is true: its steps are applied to a copy of the tree, which then is built and has
the new mode and the new verb; without any one of them something complains.  usage: changing.py [CC]
"""
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SECTIONS = {"A room mode": "mode", "A verb of the command line": "verb"}
STEP = re.compile(r"\d+\. `([^`]+)`, (?:(before|instead of) (`+)(.+?)\3|(new)):$")
# Of the unit tests of the hub only the one that knows modes; no time is spent on optimizing.
MAKE = ["make", "-s", "--no-print-directory", "-j%d" % (os.cpu_count() or 1), "CI=1",
        "tests=test_modes", "CFLAGS=-O0 -g0 -U_FORTIFY_SOURCE"]
PROGRAMS = ["build/release/" + name for name in ("snugd", "talk_hub", "unit-hub")]
LIVE = """
import sys
sys.path.insert(0, "tests/e2e")
import snug
server = snug.Server().start()
try:
    server.user("ann")
    assert server.run("room", "add", "den").code == 0
    ann = server.client("ann")
    ann.send("JOIN #den")
    ann.wait(" 366 ")
    %s
finally:
    server.close()
"""
MANUAL = """
import sys, unittest
sys.path.insert(0, "tests/e2e")
sys.argv = ["", "-q", "-k", "test_the_manual_shows"]
unittest.main("test_verbs")
"""


class Wrong(Exception):
    pass


def steps():
    """(section, file, where, anchor, lines) as the document has them."""
    with open(os.path.join(ROOT, "docs/CHANGING.md"), encoding="utf-8") as file:
        lines = file.read().splitlines(True)
    section, found, at = None, [], 0
    while at < len(lines):
        line = lines[at].rstrip("\n")
        at += 1
        if line.startswith("## "):
            section = SECTIONS.get(line[3:])
        step = STEP.match(line)
        if re.match(r"\d+\. ", line) and not step:
            raise Wrong(f"no step that can be followed: {line}")
        if not step:
            continue
        end = next(i for i in range(at + 1, len(lines)) if lines[i].startswith("```"))
        found.append((section, step[1], step[2] or step[5], step[4], lines[at + 1:end]))
        at = end + 1
    for wanted in SECTIONS.values():
        if not any(step[0] == wanted for step in found):
            raise Wrong(f"no steps for a {wanted}")
    return found


def apply(tree, path, where, anchor, lines):
    full = os.path.join(tree, path)
    if where == "new":
        if os.path.exists(full):
            raise Wrong(f"{path} is not new")
        with open(full, "w", encoding="utf-8") as file:
            file.writelines(lines)
        return
    with open(full, encoding="utf-8") as file:
        old = file.readlines()
    at = [i for i, line in enumerate(old) if anchor in line]
    if len(at) != 1:
        raise Wrong(f"{path}: {len(at)} lines with {anchor}")
    old[at[0]:at[0] + (where == "instead of")] = lines
    with open(full, "w", encoding="utf-8") as file:
        file.writelines(old)


def write(tree, path, plan):
    """The file as it is in the tree of the project, and then these steps."""
    full, own = os.path.join(tree, path), os.path.join(ROOT, path)
    if os.path.exists(own):
        shutil.copyfile(own, full)
    elif os.path.exists(full):
        os.remove(full)
    for _, file, where, anchor, lines in plan:
        if file == path:
            apply(tree, path, where, anchor, lines)


def run(tree, words, what, inp=None):
    env = {**os.environ, "SNUG_BIN": os.path.join(tree, "build/release"), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "BUILD", "SAN"):
        env.pop(name, None)
    done = subprocess.run(words, cwd=tree, env=env, input=inp, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Wrong(f"{what}:\n{done.stdout[-2000:]}")


def live(tree, lines, what):
    run(tree, [sys.executable, "-"], what, LIVE % "\n    ".join(lines))


def check(tree, plan):
    changed = [s[1] for s in plan if s[1].endswith((".c", ".h"))]
    run(tree, [*MAKE, *PROGRAMS], "it does not build")
    run(tree, ["clang-format", "--dry-run", "-Werror", *changed], "it is laid out otherwise")
    run(tree, [sys.executable, "tests/lint/protocol.py", "."], "PROTOCOL.md")
    run(tree, ["build/release/unit-hub", "test_modes"], "the unit test of modes")
    run(tree, ["build/release/talk_hub", "tests/talk/no_links.talk"], "the talk script")
    live(tree, ['assert any(" CHANMODES=Ibe,k,lWd,ACHJLNimnst " in line for line in ann.lines)',
                'assert any(" 004 " in line and "L" in line.split()[-2] for line in ann.lines)',
                'assert server.run("room", "set", "den", "--modes", "+L").code == 0',
                'ann.wait(" MODE #den +L")',
                'ann.send("PRIVMSG #den :see https://example.org")',
                'ann.wait(" 404 ")'], "the mode on a server")
    live(tree, ['assert "  audit mark WORD..." in snug.snugd("help").out',
                'assert server.run("audit", "mark", "all", "is", "well").code == 0',
                'row = server.json("audit", "list")[-1]',
                'assert row["detail"] == "all is well" and row["verb"] == "audit mark", row',
                ], "the verb on a server")
    run(tree, [sys.executable, "-"], "the manual", MANUAL)


def main():
    if len(sys.argv) > 1:
        os.environ["CC"] = sys.argv[1]
    plan, missed = steps(), collections.Counter()
    with tempfile.TemporaryDirectory(prefix="snug-changing-") as tree:
        for part in ("common", "server", "client", "db", "docs", "tests", "certs", "Makefile", ".clang-format"):
            own = os.path.join(ROOT, part)
            (shutil.copytree if os.path.isdir(own) else shutil.copy2)(own, os.path.join(tree, part))
        for path in {s[1] for s in plan}:
            write(tree, path, plan)
        check(tree, plan)
        # Those last that make everything anew.
        for left in sorted(plan, key=lambda step: step[1].endswith(".h")):
            rest = [step for step in plan if step is not left]
            write(tree, left[1], rest)
            try:
                check(tree, rest)
            except Wrong as why:
                missed[str(why).split(":")[0]] += 1
            else:
                raise Wrong(f"nobody misses the step in {left[1]}: {''.join(left[4])}")
            write(tree, left[1], plan)
    print(f"changing: {len(plan)} steps work, and each is missed by "
          + ", ".join(f"{what} ({n})" for what, n in missed.items()))


if __name__ == "__main__":
    try:
        main()
    except Wrong as words:
        sys.exit(f"docs/CHANGING.md: {words}")
