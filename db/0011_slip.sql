-- SPDX-License-Identifier: MIT
-- Who removed a message, by the name of then; and what an account is told when it comes.
ALTER TABLE redaction ADD COLUMN name TEXT NOT NULL DEFAULT '';

UPDATE redaction SET name =
	coalesce((SELECT name FROM account WHERE id = redaction.account), '');

CREATE TABLE slip (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	at_ms INTEGER NOT NULL,
	text TEXT NOT NULL
) STRICT;

CREATE INDEX slip_account ON slip (account);
