-- SPDX-License-Identifier: MIT
-- The whole schema, as the 37 migrations of SQLite make it; from here on a change has the same
-- number in both folders. A statement ends with a line (README.md).

CREATE TABLE setting (
	key text COLLATE "C" PRIMARY KEY,
	value bytea NOT NULL
);

CREATE TABLE account (
	id bigint PRIMARY KEY,
	name text COLLATE "C" NOT NULL,
	password text COLLATE "C" NOT NULL,
	realname text COLLATE "C" NOT NULL,
	role bigint NOT NULL,
	disabled bigint NOT NULL,
	created_ms bigint NOT NULL,
	seen_ms bigint NOT NULL,
	class bigint NOT NULL DEFAULT 0,
	replay bigint NOT NULL DEFAULT 0,
	expires_ms bigint NOT NULL DEFAULT 0,
	guest_room bigint NOT NULL DEFAULT 0,
	next_password text COLLATE "C" NOT NULL DEFAULT '',
	next_ms bigint NOT NULL DEFAULT 0,
	erase_ms bigint NOT NULL DEFAULT 0,
	erased bigint NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX account_name ON account (lower(name));

CREATE TABLE invite (
	id bigint PRIMARY KEY,
	hash bytea NOT NULL UNIQUE,
	room bigint NOT NULL,
	uses_left bigint NOT NULL,
	uses_max bigint NOT NULL,
	expires_ms bigint NOT NULL,
	created_ms bigint NOT NULL,
	creator text COLLATE "C" NOT NULL,
	note text COLLATE "C" NOT NULL,
	guest_ms bigint NOT NULL DEFAULT 0,
	maker bigint NOT NULL DEFAULT 0
);

CREATE TABLE room (
	id bigint PRIMARY KEY,
	name text COLLATE "C" NOT NULL,
	topic text COLLATE "C" NOT NULL,
	topic_by text COLLATE "C" NOT NULL,
	topic_ms bigint NOT NULL,
	flags bigint NOT NULL,
	key text COLLATE "C" NOT NULL,
	user_limit bigint NOT NULL,
	created_ms bigint NOT NULL,
	keep_ms bigint NOT NULL,
	keep_bytes bigint NOT NULL,
	slow_s bigint NOT NULL DEFAULT 0,
	newcomer_s bigint NOT NULL DEFAULT 0,
	newcomers bigint NOT NULL DEFAULT 0,
	rules text COLLATE "C" NOT NULL DEFAULT '',
	rules_ms bigint NOT NULL DEFAULT 0,
	talk bigint NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX room_name ON room (lower(name));

CREATE TABLE dialog (
	id bigint PRIMARY KEY,
	low bigint NOT NULL,
	high bigint NOT NULL,
	gone text COLLATE "C" NOT NULL DEFAULT '',
	UNIQUE (low, high)
);

CREATE TABLE member (
	room bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	role bigint NOT NULL,
	joined_ms bigint NOT NULL,
	joined_seq bigint NOT NULL DEFAULT 0,
	joined_message bigint NOT NULL DEFAULT 0,
	invited_seq bigint NOT NULL DEFAULT 0,
	invited_message bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (room, account)
);

CREATE INDEX member_account ON member (account);

CREATE TABLE marker (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	stream bigint NOT NULL,
	time_ms bigint NOT NULL,
	PRIMARY KEY (account, stream)
);

CREATE TABLE cursor (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	device text COLLATE "C" NOT NULL,
	message bigint NOT NULL,
	PRIMARY KEY (account, device)
);

CREATE TABLE account_metadata (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	key text COLLATE "C" NOT NULL,
	value text COLLATE "C" NOT NULL,
	PRIMARY KEY (account, key)
);

CREATE TABLE room_metadata (
	room bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	key text COLLATE "C" NOT NULL,
	value text COLLATE "C" NOT NULL,
	PRIMARY KEY (room, key)
);

CREATE TABLE message (
	id bigint PRIMARY KEY,
	stream bigint NOT NULL,
	seq bigint NOT NULL,
	time_ms bigint NOT NULL,
	account bigint NOT NULL,
	sender text COLLATE "C" NOT NULL,
	kind bigint NOT NULL,
	text text COLLATE "C" NOT NULL,
	tags text COLLATE "C" NOT NULL,
	client_id text COLLATE "C", -- NULL: none
	redacted bigint NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX message_client ON message (account, client_id)
	WHERE client_id IS NOT NULL;

CREATE INDEX message_stream ON message (stream, id) WHERE seq > 0;

CREATE INDEX message_event ON message (stream, id) WHERE seq = 0;

CREATE TABLE redaction (
	message bigint PRIMARY KEY,
	account bigint NOT NULL,
	reason text COLLATE "C" NOT NULL,
	at_ms bigint NOT NULL,
	name text COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE floor (
	stream bigint PRIMARY KEY,
	seq bigint NOT NULL,
	message bigint NOT NULL,
	time_ms bigint NOT NULL
);

CREATE TABLE expiry (
	stream bigint PRIMARY KEY,
	upto bigint NOT NULL
);

CREATE TABLE chore (
	name text COLLATE "C" PRIMARY KEY,
	value bigint NOT NULL
);

CREATE TABLE edit (
	message bigint PRIMARY KEY,
	original bigint NOT NULL
);

CREATE INDEX edit_original ON edit (original);

CREATE TABLE freed (
	hash bytea PRIMARY KEY,
	account bigint NOT NULL
);

CREATE TABLE ban (
	room bigint NOT NULL, -- 0: the server
	kind bigint NOT NULL,
	mask text COLLATE "C" NOT NULL, -- without the name where there is an account
	account bigint NOT NULL DEFAULT 0, -- 0: a pattern, or a name that nobody has
	by_whom text COLLATE "C" NOT NULL,
	reason text COLLATE "C" NOT NULL,
	at_ms bigint NOT NULL,
	expires_ms bigint NOT NULL,
	seq bigint NOT NULL DEFAULT 0,
	message bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (room, kind, mask, account)
);

CREATE TABLE rules_read (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	room bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	rules_ms bigint NOT NULL,
	PRIMARY KEY (account, room)
);

CREATE INDEX rules_read_room ON rules_read (room);

CREATE TABLE hush (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	kind bigint NOT NULL,
	about bigint NOT NULL,
	until_ms bigint NOT NULL,
	text text COLLATE "C" NOT NULL,
	PRIMARY KEY (account, kind, about)
);

CREATE TABLE report (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	message bigint NOT NULL,
	room bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	PRIMARY KEY (account, message)
);

CREATE INDEX report_message ON report (room, message);

CREATE TABLE saved (
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	message bigint NOT NULL,
	stream bigint NOT NULL,
	time_ms bigint NOT NULL,
	PRIMARY KEY (account, message)
);

CREATE INDEX saved_stream ON saved (stream, message);

CREATE TABLE erasure (
	account bigint PRIMARY KEY,
	stage bigint NOT NULL,
	upto bigint NOT NULL, -- message or audit row
	name text COLLATE "C" NOT NULL -- what the account is called instead
);

CREATE TABLE hook (
	id bigint PRIMARY KEY,
	room bigint NOT NULL REFERENCES room ON DELETE CASCADE,
	name text COLLATE "C" NOT NULL,
	hash bytea NOT NULL UNIQUE,
	may_alert bigint NOT NULL,
	created_ms bigint NOT NULL,
	used_ms bigint NOT NULL,
	creator text COLLATE "C" NOT NULL
);

CREATE INDEX hook_room ON hook (room);

CREATE TABLE audit (
	id bigint PRIMARY KEY,
	at_ms bigint NOT NULL,
	actor text COLLATE "C" NOT NULL,
	verb text COLLATE "C" NOT NULL,
	detail text COLLATE "C" NOT NULL,
	room bigint NOT NULL DEFAULT 0,
	about bigint NOT NULL DEFAULT 0,
	reason text COLLATE "C" NOT NULL DEFAULT '',
	uid text COLLATE "C" NOT NULL DEFAULT '' -- of who called the command line, in digits
);

CREATE INDEX audit_room ON audit (room);

CREATE TABLE audit_link (
	id bigint PRIMARY KEY, -- of the entry, which may be gone with its room
	at_ms bigint NOT NULL,
	verb text COLLATE "C" NOT NULL,
	room bigint NOT NULL,
	words bytea NOT NULL, -- BLAKE2b of the rest of the entry, keyed by the salt
	hash bytea NOT NULL -- BLAKE2b of the hash before it and of this row
);

CREATE TABLE audit_salt (
	id bigint PRIMARY KEY, -- of the entry; no row: of what it said something was erased
	salt bytea NOT NULL
);

CREATE TABLE signin (
	id bigint PRIMARY KEY,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	source text COLLATE "C" NOT NULL, -- address
	device text COLLATE "C" NOT NULL, -- '': it gave no name
	way bigint NOT NULL,
	failed bigint NOT NULL,
	first_ms bigint NOT NULL,
	last_ms bigint NOT NULL,
	times bigint NOT NULL
);

CREATE INDEX signin_account ON signin (account);

CREATE TABLE factor (
	account bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
	id bigint NOT NULL,
	label text COLLATE "C" NOT NULL,
	sealed bytea NOT NULL,
	codes bytea NOT NULL,
	enabled bigint NOT NULL,
	created_ms bigint NOT NULL,
	used_step bigint NOT NULL
);

CREATE TABLE slip (
	id bigint PRIMARY KEY,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	at_ms bigint NOT NULL,
	text text COLLATE "C" NOT NULL,
	not_from bigint NOT NULL DEFAULT 0 -- 0: who comes takes it away
);

CREATE INDEX slip_account ON slip (account);

CREATE TABLE file (
	id bytea PRIMARY KEY NOT NULL,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	stream bigint NOT NULL, -- the one place where it may be said, 0: not known yet
	message bigint NOT NULL, -- that has it, 0: none yet
	name text COLLATE "C" NOT NULL,
	type text COLLATE "C" NOT NULL,
	size bigint NOT NULL,
	hash bytea NOT NULL, -- BLAKE2b-256 of the bytes
	created_ms bigint NOT NULL
);

CREATE INDEX file_account ON file (account);

CREATE TABLE subscription (
	id bigint PRIMARY KEY,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	device bigint NOT NULL, -- a credential; 0: it came by password
	endpoint text COLLATE "C" NOT NULL,
	point bytea NOT NULL,
	auth bytea NOT NULL,
	vapid bytea NOT NULL,
	is_page bigint NOT NULL,
	created_ms bigint NOT NULL,
	alive_ms bigint NOT NULL
);

CREATE INDEX subscription_account ON subscription (account);

CREATE TABLE binding (
	id bigint PRIMARY KEY,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	way bigint NOT NULL,
	issuer text COLLATE "C" NOT NULL,
	subject text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL, -- "": none
	yes_ms bigint NOT NULL, -- when the issuer said so last; 0: it says no
	memory bytea NOT NULL, -- what to ask it again with, sealed; '': nothing
	by_group bigint NOT NULL, -- the account is an administrator by it
	own bigint NOT NULL, -- its person bound it, and may unbind it
	created_ms bigint NOT NULL,
	UNIQUE (issuer, subject, tenant)
);

CREATE INDEX binding_account ON binding (account);

CREATE TABLE credential (
	id bigint PRIMARY KEY,
	account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
	kind bigint NOT NULL,
	hash bytea NOT NULL UNIQUE,
	label text COLLATE "C" NOT NULL,
	created_ms bigint NOT NULL,
	used_ms bigint NOT NULL,
	expires_ms bigint NOT NULL,
	certificate bytea NOT NULL DEFAULT '',
	rate bigint NOT NULL DEFAULT 0,
	no_presence bigint NOT NULL DEFAULT 0,
	is_device bigint NOT NULL DEFAULT 0,
	free_of_lease bigint NOT NULL DEFAULT 0
);

CREATE INDEX credential_account ON credential (account);

CREATE TABLE word (
	word text COLLATE "C" NOT NULL, -- as the tokenizer folds it, its first bytes if it is long
	stream bigint NOT NULL,
	message bigint NOT NULL,
	PRIMARY KEY (stream, word, message) -- a search looks at some streams alone
);

-- The bytes of what was removed go soon, from the table and from its indexes.
ALTER TABLE message SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
	vacuum_index_cleanup = on);

ALTER TABLE word SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
	vacuum_index_cleanup = on);

ALTER TABLE redaction SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
	vacuum_index_cleanup = on);

ALTER TABLE edit SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
	vacuum_index_cleanup = on);

ALTER TABLE audit SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
	vacuum_index_cleanup = on);

ALTER TABLE slip SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
	vacuum_index_cleanup = on);

CREATE TABLE head (
	term bigint NOT NULL, -- grows with each holder
	upto bigint NOT NULL, -- newest entry of the term that is stored
	before bigint NOT NULL, -- the same of the term before, as this one found it
	beat bigint NOT NULL, -- grows while the holder lives
	held boolean NOT NULL, -- false: it was given back
	holder text COLLATE "C" NOT NULL -- what it calls itself
);

ALTER TABLE head SET (fillfactor = 50);

CREATE UNIQUE INDEX head_one ON head ((true));

INSERT INTO head (term, upto, before, beat, held, holder) VALUES (1, 0, 0, 0, false, '');

INSERT INTO setting (key, value) VALUES ('history_id', uuid_send(gen_random_uuid()));
