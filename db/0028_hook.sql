-- SPDX-License-Identifier: MIT
-- Addresses at which programs say something in a room; of the address a keyed hash is kept.
CREATE TABLE hook (
	id INTEGER PRIMARY KEY,
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	name TEXT NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	may_alert INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	used_ms INTEGER NOT NULL,
	creator TEXT NOT NULL
) STRICT;

CREATE INDEX hook_room ON hook (room);
