-- SPDX-License-Identifier: MIT
-- Who logged in as an account, and who tried in vain: how often, by what, from where.
CREATE TABLE signin (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	source TEXT NOT NULL, -- address
	device TEXT NOT NULL, -- '': it gave no name
	way INTEGER NOT NULL,
	failed INTEGER NOT NULL,
	first_ms INTEGER NOT NULL,
	last_ms INTEGER NOT NULL,
	times INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, source, device, way,
		failed, first_ms, last_ms, times)) STORED
) STRICT;
CREATE INDEX signin_account ON signin (account);
