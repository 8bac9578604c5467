# SPDX-License-Identifier: MIT
"""A server's database for Python: with row_sum, without which no row can be written."""
import hashlib
import sqlite3
import struct

TYPES = {int: 1, float: 2, str: 3, bytes: 4, type(None): 5}


def row_sum(*values):
    """As server/store/sum.c."""
    out = hashlib.blake2b(digest_size=16)
    for value in values:
        body = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
        out.update(bytes([TYPES[type(value)]]))
        if isinstance(value, float):
            out.update(struct.pack("<d", value))
        else:
            out.update(struct.pack("<q", value if isinstance(value, int) else len(body)))
        out.update(body)
    return struct.unpack("<q", out.digest()[:8])[0]


def connect(*args, **named):
    db = sqlite3.connect(*args, **named)
    db.create_function("row_sum", -1, row_sum, deterministic=True)
    return db


def sum_words(db):
    """As server/store/words_sum.c, for a word index that was written from here."""
    rows = [*db.execute("SELECT id, block FROM search_data"), *db.execute("SELECT k, v FROM search_config"),
            *db.execute("SELECT segid, term, pgno FROM search_idx")]
    total = sum(row_sum(*row) for row in rows) % 2**64
    db.execute("INSERT OR REPLACE INTO chore VALUES ('words_sum', ?)",
               (total - 2**64 if total >= 2**63 else total,))
