#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The sentences of the client's core, and what they are in another language.

usage: spoken.py ROOT

1. A sentence of the core (client/model, text, net, sync, slash, seat) is said by spoken("..."), stands in a
   table of constants as SPOKEN("..."), or is a text of one of TABLES: elsewhere it is a finding.
2. client/web/page/texts/core_*.js has each of them and no others, once.
3. Each takes the same arguments in the same order; %1, %2 and $ of the tables stand in any order.
4. None is longer than what client/web/spoken_page.c takes.
"""
import ast
import collections
import pathlib
import re
import sys

FOLDERS = "model", "text", "net", "sync", "slash", "seat"
# Which texts of a row are sentences, counted from 0.
TABLES = {"model/sayings.def": (0,), "model/modes.def": (0,), "slash/mode_words.def": (2, 3),
          "slash/commands.def": (1, 2)}
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
PIECE = rf"(?:{LITERAL}|SPAN_FMT|WHEN_USAGE)"
SENTENCE = re.compile(rf"(?P<said>(?:spoken|SPOKEN)\(\s*)?(?P<text>{PIECE}(?:\s*{PIECE})*)")
# What begins within a literal is none.
COMMENT = re.compile(rf"({LITERAL})|//[^\n]*|(?m:^#[^\n]*$)")
ARGUMENT = re.compile(r"%(?:\d+|\.\*)?(?:ll|l|z)?[a-zA-Z%]")
# A command to the server begins with its verb.
TO_SERVER = re.compile(r"[A-Z]{3,}[ %]|2FA |[@+]|%s TAGMSG")
LENGTH_MAX = 511
ROW = re.compile(rf"^\t({LITERAL}):\s+({LITERAL}),$", re.M)


def plain(pieces, usage):
    """What the compiler makes of literals that stand beside each other."""
    found = re.findall(PIECE, pieces)
    return "".join({"SPAN_FMT": "%.*s", "WHEN_USAGE": usage}.get(one) or ast.literal_eval(one) for one in found)


def is_sentence(text):
    """Two words or more, arguments apart, that are not for the server."""
    words = re.findall(r"[A-Za-z]{2,},? (?=[a-z(])", ARGUMENT.sub("x", text)) + re.findall(r"[a-z]{2,}[,:;]? ", text)
    return bool(words) and not TO_SERVER.match(text)


def sentences(root):
    """(text, place, whether it is said as it should be) of all that the core may say."""
    when = (root / "common/when.h").read_text()
    usage = ast.literal_eval(re.search(rf"WHEN_USAGE ({LITERAL})", when)[1])
    for folder in FOLDERS:
        for path in sorted((root / "client" / folder).glob("*.[ch]")):
            code = COMMENT.sub(lambda found: found[1] or "", path.read_text())
            for found in SENTENCE.finditer(code):
                yield plain(found["text"], usage), path.relative_to(root), bool(found["said"])
    for name, columns in TABLES.items():
        path = root / "client" / name
        for line in path.read_text().split("\n"):
            if line.startswith("//") or not line:
                continue
            texts = [ast.literal_eval(text) for text in re.findall(LITERAL, line)]
            yield from ((texts[i], path.relative_to(root), True) for i in columns if texts[i])


def arguments(text):
    """What a format takes, in order; the places of a table's sentence in any."""
    places = collections.Counter(re.findall(r"%\d|\$", text))
    return [one for one in ARGUMENT.findall(text) if one != "%%"] if not places else places


def table(path):
    """(english, other) of each row."""
    return [(ast.literal_eval(english), ast.literal_eval(other)) for english, other in ROW.findall(path.read_text())]


def findings(root):
    said = {}
    for text, place, is_said in sentences(root):
        if is_said:
            said.setdefault(text, place)
        elif is_sentence(text):
            yield f'{place}: a sentence that is not spoken(): "{text}"'
    for path in sorted((root / "client/web/page/texts").glob("core_*.js")):
        rows = table(path)
        for english, count in collections.Counter(english for english, _ in rows).items():
            if count > 1:
                yield f'{path.name}: two rows of "{english}"'
            if english not in said:
                yield f'{path.name}: nothing says "{english}"'
        lines = [line for line in path.read_text().split("\n") if re.match(r"\t[^/]", line)]
        if len(lines) != len(rows):
            yield f"{path.name}: {len(lines)} lines, but {len(rows)} rows of two literals"
        other = dict(rows)
        for english, place in said.items():
            if english not in other:
                yield f'{path.name} lacks what {place} says: "{english}"'
            elif arguments(english) != arguments(other[english]):
                yield f'{path.name}: other arguments than those of "{english}"'
            elif not other[english] or len(other[english].encode()) > LENGTH_MAX:
                yield f'{path.name}: from 1 to {LENGTH_MAX} bytes, not "{other[english]}"'


if __name__ == "__main__":
    found = list(findings(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(bool(found))
