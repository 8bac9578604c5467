-- SPDX-License-Identifier: MIT
-- Where a device of an account is woken by a push: the address of a push service, and the keys
-- by which what is sent there is the device's alone to read.
CREATE TABLE subscription (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	device INTEGER NOT NULL, -- a credential; 0: it came by password
	endpoint TEXT NOT NULL,
	point BLOB NOT NULL,
	auth BLOB NOT NULL,
	vapid BLOB NOT NULL,
	is_page INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	alive_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, device, endpoint, point,
		auth, vapid, is_page, created_ms, alive_ms)) STORED
) STRICT;
CREATE INDEX subscription_account ON subscription (account);
