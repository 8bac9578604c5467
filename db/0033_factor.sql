-- SPDX-License-Identifier: MIT
-- The second step of an account's logins: the secret of its app, sealed by a key that is not
-- in here, and keyed hashes of its recovery codes.
CREATE TABLE factor (
	account INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
	id INTEGER NOT NULL,
	label TEXT NOT NULL,
	sealed BLOB NOT NULL,
	codes BLOB NOT NULL,
	enabled INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	used_step INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, id, label, sealed, codes,
		enabled, created_ms, used_step)) STORED
) STRICT;
