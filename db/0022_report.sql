-- SPDX-License-Identifier: MIT
-- Which messages an account reported to the moderators of their room, and whom a row of a
-- room's log is about, from whom it is hidden.
CREATE TABLE report (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	message INTEGER NOT NULL,
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_message ON report (room, message);
ALTER TABLE audit ADD COLUMN about INTEGER NOT NULL DEFAULT 0;
