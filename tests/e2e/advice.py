# SPDX-License-Identifier: MIT
"""Every command that a string of the programs, a manual or a document names, as it stands there.

A command is the program, its verb, and what belongs to them: options, their values, and words in
capitals or of printf that stand for something. Where the verb is none, it is prose: the words
behind the program are then named, so that whoever adds some says that they are no advice.
"""
import os
import re
import shlex

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
LITERALS = re.compile(r"//[^\n]*|'(?:\\.|[^'\\])'|(\"(?:\\.|[^\"\\])*\"(?:\s*\"(?:\\.|[^\"\\])*\")*)")
PROGRAM = re.compile(r"(?<![-\w./@#%])(snugd?)\s+")
PLACE = re.compile(r"%[a-z]$|[A-Z][A-Z:/.]*$|…$")
DOCUMENTS = ("README.md", "docs/OPERATING.md")
MANUALS = ("docs/snug.1", "docs/snugd.8", "docs/snugd.conf.5")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def literals(path):
    """The strings of a source file, with those that stand side by side put together."""
    for found in LITERALS.finditer(read(path)):
        parts = re.findall(r'"((?:\\.|[^"\\])*)"', found[1] or "")
        if parts:
            yield "".join(parts).replace("\\n", "\n").replace('\\"', '"')


def usages():
    """Verb -> usage, of each program."""
    found = {"snug": {}, "snugd": {}}
    rows = re.findall(r'VERB\("([a-z]+)", \w+, [^,]+, [^,]+,[^"]*"((?:\\.|[^"\\])*)",\s*"((?:\\.|[^"\\])*)"',
                      read("client/verbs/verbs.def"))
    found["snug"] = {name: usage for name, _, usage in rows}
    for path in ("server/cli.def", "server/hub/admin/admin.def"):
        rows = re.findall(r'(?:OWN|VERB|DEED|ACT|EACH)\("([a-z]+)", "([0-9a-z -]*)", \w+, "((?:\\.|[^"\\])*)"', read(path))
        found["snugd"].update({f"{noun} {verb}".strip(): usage for noun, verb, usage in rows})
    return found


USAGES = usages()


def verb_of(program, words):
    """How many words the longest verb has that they begin with; 0: none."""
    return max((n for n in (1, 2, 3) if " ".join(words[:n]) in USAGES[program]), default=0)


def takes_value(usage, option):
    return re.search(re.escape(option) + r" [^]|-]", usage) is not None


def in_text(text):
    """The commands that prose names: (command, whether its verb is one)."""
    for found in PROGRAM.finditer(text):
        words = text[found.end():].split()
        n, ended = 0, False
        bare = [re.sub(r"[`).,;:?\"'].*$", "", word) for word in words]
        size = verb_of(found[1], bare)
        if not words or PLACE.match(bare[0]) or bare[0].startswith("-") or bare[0].startswith("["):
            continue
        if not size:
            yield f"{found[1]} {bare[0]}", False
            continue
        usage, n = USAGES[found[1]][" ".join(bare[:size])], size
        ended = any(word != plain for word, plain in zip(words[:n], bare))
        while not ended and n < len(words):
            is_option = bare[n].startswith("--")
            takes = is_option and takes_value(usage, bare[n]) and bare[n] == words[n]
            if not is_option and not PLACE.match(bare[n]):
                break
            ended = bare[n] != words[n]
            n += 1
            if takes and n < len(words):
                ended = bare[n] != words[n]
                n += 1
        yield " ".join([found[1], *bare[:n]]), True


def in_line(line):
    """The commands of a line that is an example: without its comment and what it is piped to."""
    line = re.sub(r"(^|\s)#\s.*", "", line).strip().removeprefix("$ ")
    for part in line.split("; "):
        if re.match(r"snugd? ", part) or "| snug " in part:
            yield part.strip()


def of_sources():
    found = {}
    for folder in ("client", "server", "common"):
        for place, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in names:
                path = os.path.relpath(os.path.join(place, name), ROOT)
                if name.endswith((".c", ".h", ".def")):
                    for text in literals(path):
                        for command, is_verb in in_text(text):
                            found.setdefault((command, is_verb), path)
    return found


def of_documents():
    """Examples and what is set as code."""
    found = {}
    for path in DOCUMENTS:
        text = read(path)
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S) + re.findall(r"((?:^ {4}.*\n)+)", text, re.M)
        for block in blocks:
            for line in block.splitlines():
                for command in in_line(line):
                    found.setdefault(command, path)
        for code in re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)):
            for command in in_line(" ".join(code.split())):
                found.setdefault(command, path)
    return found


def of_manuals():
    found = {}
    for path in MANUALS:
        text = read(path)
        lines = re.findall(r"^\.(?:Dl|Ic) (.*)$", text, re.M)
        for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S):
            lines += block.splitlines()
        for line in lines:
            for command in in_line(re.sub(r" [.,;)]( .*)?$", "", line)):
                found.setdefault(command, path)
    return found


if __name__ == "__main__":
    for title, table in (("sources", of_sources()), ("documents", of_documents()), ("manuals", of_manuals())):
        print("==", title)
        for row, path in sorted(table.items(), key=str):
            print(row, "   ", path)
