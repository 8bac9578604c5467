-- SPDX-License-Identifier: MIT
-- A mask that names one account alone is kept as that account's id, and the mask without the name;
-- rows from before are so written anew by the server when it loads them.
CREATE TABLE fresh (
	room INTEGER NOT NULL, -- 0: the server
	kind INTEGER NOT NULL,
	mask TEXT NOT NULL, -- without the name where there is an account
	account INTEGER NOT NULL DEFAULT 0, -- 0: a pattern, or a name that nobody has
	by_whom TEXT NOT NULL,
	reason TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	seq INTEGER NOT NULL DEFAULT 0,
	message INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (room, kind, mask, account)
) STRICT, WITHOUT ROWID;
INSERT INTO fresh SELECT room, kind, mask, 0, by_whom, reason, at_ms, expires_ms, seq, message
	FROM ban;
DROP TABLE ban;
ALTER TABLE fresh RENAME TO ban;
