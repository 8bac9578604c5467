-- SPDX-License-Identifier: MIT
-- Made of the migrations; see README.md.

CREATE VIRTUAL TABLE search USING fts5 (
	text, place,
	content = 'message_words', content_rowid = 'id', columnsize = 0,
	tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE "setting" (
	key TEXT PRIMARY KEY,
	value BLOB NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(key, value)) STORED
) STRICT, WITHOUT ROWID;

CREATE TABLE "account" (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL COLLATE NOCASE UNIQUE,
	password TEXT NOT NULL,
	realname TEXT NOT NULL,
	role INTEGER NOT NULL,
	disabled INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	seen_ms INTEGER NOT NULL,
	class INTEGER NOT NULL DEFAULT 0,
	replay INTEGER NOT NULL DEFAULT 0,
	expires_ms INTEGER NOT NULL DEFAULT 0,
	guest_room INTEGER NOT NULL DEFAULT 0,
	next_password TEXT NOT NULL DEFAULT '',
	next_ms INTEGER NOT NULL DEFAULT 0,
	erase_ms INTEGER NOT NULL DEFAULT 0,
	erased INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, name, password, realname, role,
		disabled, created_ms, seen_ms, class, replay, expires_ms, guest_room,
		next_password, next_ms, erase_ms, erased)) STORED
) STRICT;

CREATE TABLE "invite" (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	room INTEGER NOT NULL,
	uses_left INTEGER NOT NULL,
	uses_max INTEGER NOT NULL,
	expires_ms INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	creator TEXT NOT NULL,
	note TEXT NOT NULL,
	guest_ms INTEGER NOT NULL DEFAULT 0,
	maker INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, hash, room, uses_left, uses_max,
		expires_ms, created_ms, creator, note, guest_ms, maker)) STORED
) STRICT;

CREATE TABLE "room" (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL COLLATE NOCASE UNIQUE,
	topic TEXT NOT NULL,
	topic_by TEXT NOT NULL,
	topic_ms INTEGER NOT NULL,
	flags INTEGER NOT NULL,
	key TEXT NOT NULL,
	user_limit INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	keep_ms INTEGER NOT NULL,
	keep_bytes INTEGER NOT NULL,
	slow_s INTEGER NOT NULL DEFAULT 0,
	newcomer_s INTEGER NOT NULL DEFAULT 0,
	newcomers INTEGER NOT NULL DEFAULT 0,
	rules TEXT NOT NULL DEFAULT '',
	rules_ms INTEGER NOT NULL DEFAULT 0,
	talk INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, name, topic, topic_by, topic_ms,
		flags, key, user_limit, created_ms, keep_ms, keep_bytes, slow_s, newcomer_s,
		newcomers, rules, rules_ms, talk)) STORED
) STRICT;

CREATE TABLE "dialog" (
	id INTEGER PRIMARY KEY,
	low INTEGER NOT NULL,
	high INTEGER NOT NULL,
	gone TEXT NOT NULL DEFAULT '',
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, low, high, gone)) STORED,
	UNIQUE (low, high)
) STRICT;

CREATE TABLE "member" (
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	role INTEGER NOT NULL,
	joined_ms INTEGER NOT NULL,
	joined_seq INTEGER NOT NULL DEFAULT 0,
	joined_message INTEGER NOT NULL DEFAULT 0,
	invited_seq INTEGER NOT NULL DEFAULT 0,
	invited_message INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(room, account, role, joined_ms,
		joined_seq, joined_message, invited_seq, invited_message)) STORED,
	PRIMARY KEY (room, account)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_account ON member (account);

CREATE TABLE "marker" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	stream INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, stream, time_ms)) STORED,
	PRIMARY KEY (account, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE "cursor" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	device TEXT NOT NULL,
	message INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, device, message)) STORED,
	PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE "account_metadata" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, key, value)) STORED,
	PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE "room_metadata" (
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(room, key, value)) STORED,
	PRIMARY KEY (room, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE "message" (
	id INTEGER PRIMARY KEY,
	stream INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	account INTEGER NOT NULL,
	sender TEXT NOT NULL,
	kind INTEGER NOT NULL,
	text TEXT NOT NULL,
	tags TEXT NOT NULL,
	client_id TEXT, -- NULL: none
	redacted INTEGER NOT NULL DEFAULT 0,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, stream, seq, time_ms, account,
		sender, kind, text, tags, client_id, redacted)) STORED
) STRICT;

CREATE UNIQUE INDEX message_client ON message (account, client_id)
	WHERE client_id IS NOT NULL;

CREATE INDEX message_stream ON message (stream) WHERE seq > 0;

CREATE INDEX message_event ON message (stream) WHERE seq = 0;

CREATE TABLE "redaction" (
	message INTEGER PRIMARY KEY,
	account INTEGER NOT NULL,
	reason TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(message, account, reason, at_ms,
		name)) STORED
) STRICT;

CREATE TABLE "floor" (
	stream INTEGER PRIMARY KEY,
	seq INTEGER NOT NULL,
	message INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(stream, seq, message,
		time_ms)) STORED
) STRICT;

CREATE TABLE "expiry" (
	stream INTEGER PRIMARY KEY,
	upto INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(stream, upto)) STORED
) STRICT;

CREATE TABLE "chore" (
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(name, value)) STORED
) STRICT, WITHOUT ROWID;

CREATE TABLE "edit" (
	message INTEGER PRIMARY KEY,
	original INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(message, original)) STORED
) STRICT;

CREATE INDEX edit_original ON edit (original);

CREATE TABLE "freed" (
	hash BLOB PRIMARY KEY,
	account INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(hash, account)) STORED
) STRICT, WITHOUT ROWID;

CREATE TABLE "ban" (
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
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(room, kind, mask, account, by_whom,
		reason, at_ms, expires_ms, seq, message)) STORED,
	PRIMARY KEY (room, kind, mask, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE "rules_read" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	rules_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, room, rules_ms)) STORED,
	PRIMARY KEY (account, room)
) STRICT, WITHOUT ROWID;

CREATE INDEX rules_read_room ON rules_read (room);

CREATE TABLE "hush" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	kind INTEGER NOT NULL,
	about INTEGER NOT NULL,
	until_ms INTEGER NOT NULL,
	text TEXT NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, kind, about, until_ms,
		text)) STORED,
	PRIMARY KEY (account, kind, about)
) STRICT, WITHOUT ROWID;

CREATE TABLE "report" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	message INTEGER NOT NULL,
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, message, room)) STORED,
	PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_message ON report (room, message);

CREATE TABLE "saved" (
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	message INTEGER NOT NULL,
	stream INTEGER NOT NULL,
	time_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, message, stream,
		time_ms)) STORED,
	PRIMARY KEY (account, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_stream ON saved (stream, message);

CREATE TABLE "erasure" (
	account INTEGER PRIMARY KEY,
	stage INTEGER NOT NULL,
	upto INTEGER NOT NULL, -- message or audit row
	name TEXT NOT NULL, -- what the account is called instead
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, stage, upto, name)) STORED
) STRICT;

CREATE TABLE "hook" (
	id INTEGER PRIMARY KEY,
	room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
	name TEXT NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	may_alert INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	used_ms INTEGER NOT NULL,
	creator TEXT NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, room, name, hash, may_alert,
		created_ms, used_ms, creator)) STORED
) STRICT;

CREATE INDEX hook_room ON hook (room);

CREATE VIEW message_words (id, text, place) AS
	SELECT id, text, 's' || stream FROM message;

CREATE TABLE "audit" (
	id INTEGER PRIMARY KEY,
	at_ms INTEGER NOT NULL,
	actor TEXT NOT NULL,
	verb TEXT NOT NULL,
	detail TEXT NOT NULL,
	room INTEGER NOT NULL DEFAULT 0,
	about INTEGER NOT NULL DEFAULT 0,
	reason TEXT NOT NULL DEFAULT '',
	uid TEXT NOT NULL DEFAULT '', -- of who called the command line, in digits
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, at_ms, actor, verb, detail,
		room, about, reason, uid)) STORED
) STRICT;

CREATE INDEX audit_room ON audit (room);

CREATE TABLE audit_link (
	id INTEGER PRIMARY KEY, -- of the entry, which may be gone with its room
	at_ms INTEGER NOT NULL,
	verb TEXT NOT NULL,
	room INTEGER NOT NULL,
	words BLOB NOT NULL, -- BLAKE2b of the rest of the entry, keyed by the salt
	hash BLOB NOT NULL, -- BLAKE2b of the hash before it and of this row
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, at_ms, verb, room, words,
		hash)) STORED
) STRICT;

CREATE TABLE audit_salt (
	id INTEGER PRIMARY KEY, -- of the entry; no row: of what it said something was erased
	salt BLOB NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, salt)) STORED
) STRICT;

CREATE TABLE signin (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	source TEXT NOT NULL, -- address
	device TEXT NOT NULL, -- '': it gave no name
	way INTEGER NOT NULL,
	failed INTEGER NOT NULL,
	first_ms INTEGER NOT NULL,
	last_ms INTEGER NOT NULL,
	times INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, source, device, way,
		failed, first_ms, last_ms, times)) STORED
) STRICT;

CREATE INDEX signin_account ON signin (account);

CREATE TABLE factor (
	account INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
	id INTEGER NOT NULL,
	label TEXT NOT NULL,
	sealed BLOB NOT NULL,
	codes BLOB NOT NULL,
	enabled INTEGER NOT NULL,
	created_ms INTEGER NOT NULL,
	used_step INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(account, id, label, sealed, codes,
		enabled, created_ms, used_step)) STORED
) STRICT;

CREATE TABLE "slip" (
	id INTEGER PRIMARY KEY,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	at_ms INTEGER NOT NULL,
	text TEXT NOT NULL,
	not_from INTEGER NOT NULL DEFAULT 0, -- 0: who comes takes it away
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, at_ms, text,
		not_from)) STORED
) STRICT;

CREATE INDEX slip_account ON slip (account);

CREATE TABLE file (
	id BLOB PRIMARY KEY NOT NULL,
	account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
	stream INTEGER NOT NULL, -- the one place where it may be said, 0: not known yet
	message INTEGER NOT NULL, -- that has it, 0: none yet
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	size INTEGER NOT NULL,
	hash BLOB NOT NULL, -- BLAKE2b-256 of the bytes
	created_ms INTEGER NOT NULL,
	sum INTEGER NOT NULL GENERATED ALWAYS AS (row_sum(id, account, stream, message, name,
		type, size, hash, created_ms)) STORED
) STRICT;

CREATE INDEX file_account ON file (account);

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

CREATE TABLE "credential" (
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

CREATE INDEX credential_account ON credential (account);

INSERT INTO setting (key, value) VALUES
	('history_id', randomblob(16)),
	('term', X'31');
