-- SPDX-License-Identifier: MIT
-- What an account saved to come back to: the message, where it was said and when.
CREATE TABLE saved (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	message INTEGER NOT NULL,
	stream INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_stream ON saved (stream, message);
