-- SPDX-License-Identifier: MIT
-- What a person wrote can be erased, in steps; and a person may ask for it, a while before.
ALTER TABLE account ADD COLUMN erase_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE TABLE erasure (
	account INTEGER PRIMARY KEY,
	stage INTEGER NOT NULL,
	upto INTEGER NOT NULL, -- message or audit row
	name TEXT NOT NULL -- what the account is called instead
) STRICT;
