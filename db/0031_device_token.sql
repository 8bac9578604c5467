-- SPDX-License-Identifier: MIT
-- An app token may stand for a device, as that of a page does: it can show no certificate.
CREATE TABLE fresh (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	kind INTEGER NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	label TEXT NOT NULL,
	created_ms INTEGER NOT NULL,
	used_ms INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	certificate BLOB NOT NULL DEFAULT x'',
	rate INTEGER NOT NULL DEFAULT 0,
	no_presence INTEGER NOT NULL DEFAULT 0,
	is_device INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, kind, hash, label,
		created_ms, used_ms, expires_ms, certificate, rate, no_presence,
		is_device)) STORED
) STRICT;
INSERT INTO fresh SELECT id, account, kind, hash, label, created_ms, used_ms, expires_ms,
	certificate, rate, no_presence, 0
	FROM credential;
DROP TABLE credential;
ALTER TABLE fresh RENAME TO credential;
CREATE INDEX credential_account ON credential (account);
