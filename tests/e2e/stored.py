# SPDX-License-Identifier: MIT
"""Which engine keeps what the tests' servers store: SQLite in each server's folder, or, with
SNUG_STORE=pg, PostgreSQL: a new database for each of them (tests/pg)."""
import atexit
import contextlib
import functools
import os
import pwd
import re
import shutil
import sys
import tempfile
import unittest

import rowsum

ENGINE = os.environ.get("SNUG_STORE", "sqlite")
ALONE = "of SQLite alone: "
OLDER = "its schemas of before there was another engine"


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
    address = postgres()[1].database()
    users = {user.pw_name for user in pwd.getpwall()} - {"root"}
    theirs = [name for option, name in zip(given, given[1:]) if option == "--user" and name in users]
    return ["--store", address.replace(secret_of(address), secret_for(theirs[0])) if theirs else address]


def secret_of(text):
    """The file with the password, in an address of ours."""
    return re.search(r"[?&]passfile=([^&\s]+)", text)[1]


@functools.cache
def secret_for(user):
    """The same for another user than root, until this process ends."""
    folder = tempfile.mkdtemp(prefix="snug-pass-")
    atexit.register(shutil.rmtree, folder)
    os.chmod(folder, 0o755)
    return give(user, os.path.join(folder, "pass"))


def give(user, path):
    """A copy of it there that is theirs alone, as libpq wants it."""
    shutil.copy(secret_of(postgres()[1].url()), path)
    os.chmod(path, 0o600)
    shutil.chown(path, user)
    return path


def where(state):
    """Where the server of that folder stores."""
    with open(os.path.join(state, "snugd.conf")) as conf:
        found = re.search(r"^store = (postgresql:.*)$", conf.read(), re.M)
    return found[1] if found else file(state)


def lend(state, user):
    """What lets the server into PostgreSQL is that user's, in a file beside the settings."""
    if ENGINE != "pg":
        return
    own = give(user, os.path.join(state, "store.pass"))
    reword(state, secret_of(where(state)), own)


def reword(state, old, new):
    """In the settings of that folder's server."""
    with open(os.path.join(state, "snugd.conf")) as conf:
        text = conf.read()
    with open(os.path.join(state, "snugd.conf"), "w") as conf:
        conf.write(text.replace(old, new))


def drop(state):
    """What the server of that folder stored is gone, as its folder will be."""
    if ENGINE != "pg":
        return
    with contextlib.suppress(OSError, unittest.SkipTest):  # where its settings went, too
        postgres()[1].drop(where(state))


def into_file(state):
    """Where a backup's database goes, for a server to serve it: a file, whatever its store was so far."""
    if ENGINE == "pg":
        drop(state)
        reword(state, f"store = {where(state)}\n", "")
    return os.path.join(state, "snug.db")


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


def zeros(count):
    """So many bytes of 0, in the engine's words."""
    return f"decode(repeat('00', {count}), 'hex')" if ENGINE == "pg" else f"zeroblob({count})"


def index_anew(state):
    """Of a server that is stopped: no message is in the index of words any more."""
    change(state, "INSERT INTO chore (name, value) VALUES ('unindexed', 1) ON CONFLICT (name) DO UPDATE SET value = 1;"
           + ("DELETE FROM word" if ENGINE == "pg" else "INSERT INTO search (search) VALUES ('delete-all')"))


def whole(state):
    """All that is stored, as bytes: the files of SQLite, or the rows of PostgreSQL, whose files are its own matter."""
    if ENGINE == "pg":
        return postgres()[0].dump(where(state))
    data = b""
    for path in (file(state), file(state) + "-wal"):
        if os.path.exists(path):
            with open(path, "rb") as part:
                data += part.read()
    return data


def size(state):
    """Bytes of the file, or of the messages' rows, since PostgreSQL hardly ever gives a page back."""
    if ENGINE == "pg":
        return int(rows(state, "SELECT coalesce(sum(pg_column_size(m.*)), 0) FROM message AS m")[0][0])
    return os.path.getsize(file(state))


def make_newer(state):
    """As if a newer snugd had been there."""
    change(state, "UPDATE setting SET value = '900' WHERE key = 'schema_version'" if ENGINE == "pg" else
           "PRAGMA user_version = 900")


def setting(state, key):
    """What the table of that name has under a key, as text; "": nothing."""
    value = "encode(value, 'hex')" if ENGINE == "pg" else "hex(value)"
    found = rows(state, f"SELECT {value} FROM setting WHERE key = '{key}'")
    return bytes.fromhex(found[0][0]).decode() if found else ""


def share(state, other):
    """The second server's store is the first's: one that both reach, else a copy of what is stored by now."""
    if ENGINE != "pg":
        shutil.copy(file(state), other)
        return
    reword(other, where(other), where(state))
