-- SPDX-License-Identifier: MIT
-- What people sent: the bytes are in the folder of files, by the id. A row without its message
-- is an upload that nothing names yet.
CREATE TABLE file (
	id BLOB PRIMARY KEY NOT NULL,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	stream INTEGER NOT NULL, -- the one place where it may be said, 0: not known yet
	message INTEGER NOT NULL, -- that has it, 0: none yet
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	size INTEGER NOT NULL,
	hash BLOB NOT NULL, -- BLAKE2b-256 of the bytes
	created_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, stream, message, name,
		type, size, hash, created_ms)) STORED
) STRICT;
CREATE INDEX file_account ON file (account);
