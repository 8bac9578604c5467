-- SPDX-License-Identifier: MIT
-- What an account is told of a login is taken away by nobody who comes from where that was: a
-- number of the place, keyed as those of known sources are.
CREATE TABLE fresh (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	at_ms INTEGER NOT NULL,
	text TEXT NOT NULL,
	not_from INTEGER NOT NULL DEFAULT 0, -- 0: who comes takes it away
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, at_ms, text,
		not_from)) STORED
) STRICT;
INSERT INTO fresh SELECT id, account, at_ms, text, 0
	FROM slip;
DROP TABLE slip;
ALTER TABLE fresh RENAME TO slip;
CREATE INDEX slip_account ON slip (account);
