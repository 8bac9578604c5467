-- SPDX-License-Identifier: MIT
-- Names that accounts had and have no more, as keyed hashes: they are kept back.
CREATE TABLE freed (
	hash BLOB PRIMARY KEY,
	account INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
