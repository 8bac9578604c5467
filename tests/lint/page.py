#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The house rules of the page (client/web/page).  usage: page.py ROOT

1. Every word that it says stands in texts/: a string of two words, or of one behind what is read
   (aria-label, title, placeholder, textContent), is a finding elsewhere, and so is text in HTML.
2. Nothing reads text as HTML or as code.
3. Each key that is asked for is in the tables, and each text of a table is asked for.
4. A file has at most 500 lines, a line at most 110 columns, and the SPDX line stands on top.
"""
import pathlib
import re
import sys

COLUMNS, LINES = 110, 500
SINKS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|"
                   r"javascript:|DOMParser|createContextualFragment|srcdoc|\bon\w+=[\"']|style=[\"']")
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'|`((?:[^`\\]|\\.)*)`', re.S)
WORDS = re.compile(r"^[^<>{}()\[\]=;:/#.$\\|_]*\b[A-Za-zÄÖÜäöüß]{2,},? [a-zäöüß]{2,}\b")
SAID = re.compile(r'(?:"?(?:aria-label|title|placeholder|alt)"?: |\.textContent = |\.placeholder = )"[^"]')
COMMENT = re.compile(r"(?m)^\s*//[^\n]*$|(?<=[;,{)\]])\s+//[^\n]*$|/\*.*?\*/", re.S)
KEY = re.compile(r'"([a-z_]+\.[a-zA-Z0-9_.-]+)"')
ROW = re.compile(r'^\t"([^"]+)": ', re.M)
# Keys that are made of a part that is known when the page runs.
MADE = re.compile(r"`([a-z_]+\.)[^`]*\$\{[^`]*`")
# What is a list of classes or of CSS, not words: a selector, a policy, names of acts.
QUIET = re.compile(r'class:|class(?:Name|List)|querySelector|matchMedia|closest|matches\(|console\.|Error\(|'
                   r'setAttribute\("(?:class|d|viewBox)|MEDIA|NARROW|throw |IN_TEXT|holds:|usage|autocomplete|kind:|rel:|FIRST =')


def findings(root):
    page = root / "client/web/page"
    sources = sorted(page.glob("*.js"))
    # What the core says has a table of its own: spoken.py.
    tables = {path: set() if path.name.startswith("core_") else set(ROW.findall(path.read_text()))
              for path in sorted(page.glob("texts/*.js"))}
    keys = set().union(*tables.values())
    asked, begun = set(), set()
    for path in sources + sorted(tables) + sorted(page.glob("*.css")) + sorted(page.glob("*.html")):
        text = path.read_text()
        yield from shape(path, text)
    for path in sources:
        code = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())
        begun.update(MADE.findall(code))
        asked.update(KEY.findall(code))
        yield from words(path, code)
    yield from html(page / "index.html")
    for key in sorted(keys):
        if key not in asked and not any(key.startswith(start) for start in begun):
            yield f"texts: nothing says {key}"
    yield from unknown(sources, keys)
    yield from too_early(page, tables[page / "texts/later_en.js"])


# What main.js needs at once is there before texts/later_en.js.
def too_early(page, later):
    reached, to_do = set(), ["main.js"]
    while to_do:
        name = to_do.pop()
        if name in reached:
            continue
        reached.add(name)
        code = (page / name).read_text()
        to_do += re.findall(r'^(?:import|export)\b[^"]*"\./(\w+\.js)"', code, re.M)
        for key in sorted(later.intersection(KEY.findall(code))):
            yield f"{page / name}: {key} is fetched later"


def shape(path, text):
    if "SPDX-License-Identifier: MIT" not in "\n".join(text.split("\n")[:2]):
        yield f"{path}:1: the first line is the SPDX line"
    lines = text.split("\n")
    if len(lines) > LINES + 1:
        yield f"{path}: {len(lines) - 1} lines, at most {LINES}"
    for number, line in enumerate(lines, 1):
        if path.parent.name != "texts" and path.suffix == ".js" and len(line.expandtabs(8)) > COLUMNS:
            yield f"{path}:{number}: over {COLUMNS} columns"
        if SINKS.search(line) and not line.lstrip().startswith("//"):
            yield f"{path}:{number}: reads text as HTML or as code"


def words(path, code):
    for number, line in enumerate(code.split("\n"), 1):
        if SAID.search(line):
            yield f"{path}:{number}: words that are not in texts/: {line.strip()}"
        if QUIET.search(line):
            continue
        for found in STRING.finditer(line):
            text = found[1] or found[2] or found[3] or ""
            # What goes to the server begins with its verb.
            if WORDS.search(text) and not re.match(r"[A-Z]{3,} ", text):
                yield f"{path}:{number}: words that are not in texts/: {text}"


def html(path):
    text = re.sub(r"<!--.*?-->|<noscript>.*?</noscript>|<title>snug</title>", "", path.read_text(), flags=re.S)
    for found in re.finditer(r">([^<]*[A-Za-z][^<]*)<", text):
        yield f"{path}: words that are not in texts/: {found[1].strip()}"


def unknown(sources, keys):
    for path in sources:
        for found in re.finditer(r'(?:\bsay|\bt|page\.t)\("([^"]+)"', path.read_text()):
            if found[1] not in keys:
                yield f"{path}: there is no text {found[1]}"


if __name__ == "__main__":
    found = list(findings(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(bool(found))
