-- SPDX-License-Identifier: MIT
-- Who somebody else says that an account is: an OpenID issuer, a Kerberos realm, PAM. Nothing
-- but these three columns together ever binds an account.
CREATE TABLE binding (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	way INTEGER NOT NULL,
	issuer TEXT NOT NULL,
	subject TEXT NOT NULL,
	tenant TEXT NOT NULL, -- "": none
	yes_ms INTEGER NOT NULL, -- when the issuer said so last; 0: it says no
	memory BLOB NOT NULL, -- what to ask it again with, sealed; x'': nothing
	by_group INTEGER NOT NULL, -- the account is an administrator by it
	own INTEGER NOT NULL, -- its person bound it, and may unbind it
	created_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, way, issuer, subject,
		tenant, yes_ms, memory, by_group, own, created_ms)) STORED,
	UNIQUE (issuer, subject, tenant)
) STRICT;
CREATE INDEX binding_account ON binding (account);

-- An app token may let in although nobody says any more that its account may.
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
	free_of_lease INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, kind, hash, label,
		created_ms, used_ms, expires_ms, certificate, rate, no_presence, is_device,
		free_of_lease)) STORED
) STRICT;
INSERT INTO fresh SELECT id, account, kind, hash, label, created_ms, used_ms, expires_ms,
	certificate, rate, no_presence, is_device, 0
	FROM credential;
DROP TABLE credential;
ALTER TABLE fresh RENAME TO credential;
CREATE INDEX credential_account ON credential (account);
