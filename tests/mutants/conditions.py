# SPDX-License-Identifier: MIT
"""Finds the conditions of a C file: what stands in if and while, whole or between && and ||.

A condition is (line, start, end, other): text[start:end] is what is asked, and a mutant of it is
`other`, always: true for a part of &&, false for a part of ||, so that the part is as good as not
there; for a whole one, each of both.
"""
import re

QUOTED = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.S)
ASKED = re.compile(r"\b(?:if|while) \(")


def blank(match):
    """Text of the same length in which nothing is found."""
    return re.sub(r"[^\n]", " " if match.group().startswith("/") else "_", match.group())


def closing(text, at):
    """The place behind the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    raise ValueError("a bracket is not closed")


def parts(text, start, end):
    """The parts between && or || on the top level, and which of both stands between them."""
    depth, cuts, sign = 0, [], None
    for i in range(start, end):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0 and text[i] == "?":
            return [], None  # what stands around it belongs to its ends
        if depth == 0 and text[i:i + 2] in ("&&", "||"):
            if sign not in (None, text[i:i + 2]):
                return [], None  # both: brackets are missing, take it whole
            sign = text[i:i + 2]
            cuts.append(i)
    if not cuts:
        return [], None
    starts = [start] + [cut + 2 for cut in cuts]
    return list(zip(starts, cuts + [end])), sign


def trimmed(text, start, end):
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def conditions(source):
    text = QUOTED.sub(blank, source)
    for match in ASKED.finditer(text):
        start, end = match.end(), closing(text, match.end() - 1)
        if text[start:end].strip() in ("true", "1") or ";" in text[start:end]:
            continue
        pieces, sign = parts(text, start, end)
        line = text.count("\n", 0, start) + 1
        if not pieces:
            # An assignment in it is done all the same: a mutant only takes its answer.
            others = ("false",) if match.group().startswith("while") else ("true", "false")
            for other in others:
                yield (line, *trimmed(text, start, end), other)
        for a, b in pieces:
            yield (line, *trimmed(text, a, b), "true" if sign == "&&" else "false")
