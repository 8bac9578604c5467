-- SPDX-License-Identifier: MIT
-- The rules of a room and when they were set, and which of them an account was shown.
ALTER TABLE room ADD COLUMN rules TEXT NOT NULL DEFAULT '';
ALTER TABLE room ADD COLUMN rules_ms INTEGER NOT NULL DEFAULT 0;
CREATE TABLE rules_read (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	rules_ms INTEGER NOT NULL,
	PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX rules_read_room ON rules_read (room);
