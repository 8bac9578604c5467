-- SPDX-License-Identifier: MIT
-- What an account is not to be disturbed by: a person, a conversation, anything at all; of hours
-- the text says which.
CREATE TABLE hush (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	kind INTEGER NOT NULL,
	about INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (account, kind, about)
) STRICT, WITHOUT ROWID;
