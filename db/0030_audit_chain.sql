-- SPDX-License-Identifier: MIT
-- The audit log as a chain: each entry from here on has a hash over the one before it and over
-- the salted hash of what it says. What is erased of an entry takes the salt with it, and the
-- chain still holds. Entries of before stand outside the chain.
CREATE TABLE fresh (
	id INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	actor TEXT NOT NULL,
	verb TEXT NOT NULL,
	detail TEXT NOT NULL,
	room INTEGER NOT NULL DEFAULT 0,
	about INTEGER NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	uid TEXT NOT NULL DEFAULT '', -- of who called the command line, in digits
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, at_ms, actor, verb, detail,
		room, about, reason, uid)) STORED
) STRICT;
INSERT INTO fresh SELECT id, at_ms, actor, verb, detail, room, about, reason, ''
	FROM audit;
DROP TABLE audit;
ALTER TABLE fresh RENAME TO audit;
CREATE INDEX audit_room ON audit (room);

CREATE TABLE audit_link (
	id INTEGER PRIMARY KEY, -- of the entry, which may be gone with its room
	at_ms INTEGER NOT NULL,
	verb TEXT NOT NULL,
	room INTEGER NOT NULL,
	words BLOB NOT NULL, -- BLAKE2b of the rest of the entry, keyed by the salt
	hash BLOB NOT NULL, -- BLAKE2b of the hash before it and of this row
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, at_ms, verb, room, words,
		hash)) STORED
) STRICT;

CREATE TABLE audit_salt (
	id INTEGER PRIMARY KEY, -- of the entry; no row: of what it said something was erased
	salt BLOB NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, salt)) STORED
) STRICT;
