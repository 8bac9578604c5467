# SPDX-License-Identifier: MIT
"""Which engine keeps what the tests' servers store: SQLite in each server's folder, or, with
SNUG_STORE=pg, PostgreSQL: a new database for each of them (tests/pg)."""
import atexit
import contextlib
import functools
import os
import re
import sys
import unittest

import rowsum

ENGINE = os.environ.get("SNUG_STORE", "sqlite")
ALONE = "of SQLite alone: "


def of_sqlite(why):
    """For a test whose subject is that engine, and what `why` says of it; counted by tests/pg/suite.py."""
    return unittest.skipIf(ENGINE == "pg", ALONE + why)


@functools.cache
def postgres():
    """The module of tests/pg, and its server, which ends with this process."""
    sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../pg"))
    import postgres as module
    server = module.given_or_new()
    atexit.register(server.close)
    return module, server


def words(given):
    """What `snugd init` is told besides, so that its store is a new one of the engine."""
    if ENGINE != "pg" or given[:1] != ("init",) or "--store" in given or "--new-database" in given:
        return []
    return ["--store", postgres()[1].database()]


def where(state):
    """Where the server of that folder stores."""
    with open(os.path.join(state, "snugd.conf")) as conf:
        found = re.search(r"^store = (postgresql:.*)$", conf.read(), re.M)
    return found[1] if found else file(state)


def file(state, why="its file is read or changed by hand"):
    """SQLite's file in that folder, for a test that goes to it; such a test is of that engine."""
    if ENGINE == "pg":
        raise unittest.SkipTest(ALONE + why)
    return os.path.join(state, "snug.db")


def rows(state, question):
    """What a question in the words of both engines gives, as texts."""
    if ENGINE == "pg":
        said = postgres()[0].psql("-d", where(state), "-c", question)
        return [line.split("|") for line in said.splitlines()]
    with contextlib.closing(rowsum.connect(f"file:{file(state)}?mode=ro", uri=True)) as db:
        return [[str(cell) for cell in row] for row in db.execute(question)]


def change(state, text):
    """Statements in the words of both engines, on a server that is stopped or not."""
    if ENGINE == "pg":
        postgres()[0].psql("-d", where(state), "-c", text)
        return
    with contextlib.closing(rowsum.connect(where(state))) as db:
        db.executescript(text)
