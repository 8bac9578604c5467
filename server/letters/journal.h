// SPDX-License-Identifier: MIT
// Hub -> writer: what to store. The same entries, read back at start, make the hub.
//
// State is the fold of entries: a `put` carries the whole row and replaces the row with
// the same key, so that applying one twice changes nothing. The writer applies a letter
// inside one transaction and answers with a durable letter. Entries are numbered by the
// hub from 1 without gaps; `first` is the number of entries[0].
// Owner: the hub until put, then the writer. Spans point into the letter's arena (while
// loading: valid during the call).
#pragma once

#include "common/arena.h"
#include "common/mailbox.h"
#include "server/letters/ids.h"

enum entry_kind {
	ENTRY_SETTING,	      // put
	ENTRY_ACCOUNT,	      // put
	ENTRY_ACCOUNT_GONE,   // and all that hangs on it but its messages
	ENTRY_CREDENTIAL,     // put
	ENTRY_CREDENTIAL_GONE,
	ENTRY_INVITE,	      // put
	ENTRY_INVITE_GONE,
	ENTRY_ROOM,	      // put
	ENTRY_ROOM_GONE,      // with members, bans and messages
	ENTRY_MEMBER,	      // put
	ENTRY_MEMBER_GONE,
	ENTRY_BAN,	      // put
	ENTRY_BAN_GONE,
	ENTRY_DIALOG,	      // put
	ENTRY_MESSAGE,	      // new
	ENTRY_REDACT,	      // the text of one message is gone, its place stays
	ENTRY_EXPIRE,	      // the oldest messages of a stream are gone, places too
	ENTRY_MARKER,	      // put
	ENTRY_CURSOR,	      // put
	ENTRY_METADATA,	      // put
	ENTRY_METADATA_GONE,
	ENTRY_AUDIT,	      // new
	ENTRY_STREAM_HEAD,    // loading only: the last numbers of a stream
	ENTRY_KINDS,
};

enum account_role { ROLE_USER, ROLE_ADMIN };

struct entry_setting { // key -> value, e.g. the server's token key
	struct span key;
	struct span value; // bytes
};

struct entry_account {
	account_id id;
	struct span name;     // as shown
	struct span password; // Argon2id PHC string, "" if it has none
	struct span realname;
	enum account_role role;
	bool disabled;
	int64_t created_ms;
	int64_t seen_ms; // last login, 0 never
};

struct entry_account_gone {
	account_id id;
};

enum credential_kind { CREDENTIAL_CERT, CREDENTIAL_TOKEN };

struct entry_credential { // a device's key or an app token
	int64_t id;
	account_id account;
	enum credential_kind kind;
	uint8_t hash[32]; // of the SPKI, or the keyed BLAKE2b of the token's secret
	struct span label; // "laptop"; names the device
	int64_t created_ms;
	int64_t used_ms;    // 0 never
	int64_t expires_ms; // 0 never
	uint8_t cert[64];   // SHA-512 of the certificate it was last shown by; 0: never seen
};

struct entry_credential_gone {
	int64_t id;
};

struct entry_invite {
	int64_t id;
	uint8_t hash[32]; // keyed BLAKE2b of the token
	stream_id room;	  // 0: none
	int64_t uses_left;
	int64_t uses_max;
	int64_t expires_ms; // 0 never
	int64_t created_ms;
	struct span creator; // account name or "admin"
	struct span note;
};

struct entry_invite_gone {
	int64_t id;
};

enum room_flag {
	ROOM_INVITE_ONLY = 1,	// +i
	ROOM_MODERATED = 2,	// +m
	ROOM_NO_EXTERNAL = 4,	// +n
	ROOM_SECRET = 8,	// +s
	ROOM_TOPIC_LOCKED = 16, // +t
	ROOM_NO_CTCP = 32,	// +C
	ROOM_PASSING = 64,	// no mode: made by a JOIN, and goes with its last member while blank
};

struct entry_room {
	stream_id id;
	struct span name;
	struct span topic;
	struct span topic_by;
	int64_t topic_ms; // 0: no topic was ever set
	unsigned flags;	  // enum room_flag
	struct span key;  // +k, "" none
	int64_t limit;	  // +l, 0 none
	int64_t created_ms;
	int64_t keep_ms;    // retention by age, 0: the server's
	int64_t keep_bytes; // retention by size, 0: the server's
};

struct entry_room_gone {
	stream_id id;
};

// Bits, since a moderator may have a voice as well (multi-prefix shows both); compared by
// size, the highest one counts.
enum member_role {
	MEMBER_PLAIN = 0,
	MEMBER_VOICE = 1,
	MEMBER_MODERATOR = 2,
	MEMBER_FOUNDER = 4,
};

struct entry_member {
	stream_id room;
	account_id account;
	enum member_role role;
	int64_t joined_ms;
};

struct entry_member_gone {
	stream_id room;
	account_id account;
};

enum ban_kind {
	BAN_BAN,       // +b
	BAN_EXCEPT,    // +e
	BAN_INVITE,    // +I
	BAN_INVITED,   // one account, asked in by INVITE; used up by JOIN
	BAN_SERVER,    // room 0: an account, address or CIDR kept out of the server
};

struct entry_ban {
	stream_id room; // 0: the server
	enum ban_kind kind;
	struct span mask; // key together with room and kind
	struct span by;
	struct span reason;
	int64_t at_ms;
	int64_t expires_ms; // 0 never
};

struct entry_ban_gone {
	stream_id room;
	enum ban_kind kind;
	struct span mask;
};

struct entry_dialog { // a direct conversation; low < high (or equal: with oneself)
	stream_id id;
	account_id low;
	account_id high;
};

enum message_kind {
	MESSAGE_PRIVMSG,
	MESSAGE_NOTICE,
	MESSAGE_TAGMSG, // one that is kept: reactions
	MESSAGE_JOIN,	// the rest: events, for draft/event-playback
	MESSAGE_PART,
	MESSAGE_KICK,
	MESSAGE_TOPIC,
	MESSAGE_MODE,
	MESSAGE_RENAME,
};
// The command by which a client knows it.
MUST_USE const char *message_command(enum message_kind kind);

struct entry_message {
	message_id id;
	stream_id stream;
	uint64_t seq; // 1, 2, 3, … of the stream's PRIVMSG and NOTICE; 0 for the others
	int64_t time_ms; // never falls within a stream
	account_id account;  // the sender
	struct span sender;  // its name then
	enum message_kind kind;
	struct span text;    // lines joined by LF (multiline); events: their parameters
	struct span tags;    // client-only tags as received: "+reply=…;+draft/react=…"
	struct span client_id; // chosen by the sender, "" none; unique for the account
	bool redacted;	     // when read: text and tags are gone
};

// The tag +draft/edit=<msgid> of client-only tags: false: there is none.
MUST_USE bool tags_edit(struct span tags, struct span *id);
// The message whose text this one replaces; 0: none.
MUST_USE message_id entry_edits(const struct entry_message *m);

struct entry_redact {
	message_id id;
	stream_id stream;
	account_id by;
	struct span reason;
	int64_t at_ms;
};

struct entry_expire { // what the answer to QUERY_EXPIRED named
	stream_id stream;
	message_id upto; // and all before
};

struct entry_marker {
	account_id account;
	stream_id stream;
	int64_t time_ms; // read up to here (draft/read-marker)
};

struct entry_cursor {
	account_id account;
	struct span device; // names one client that has no history of its own
	message_id id;	    // everything up to here was seen
};

struct entry_metadata {
	stream_id room; // either a room
	account_id account; // or an account; the other is 0
	struct span key;
	struct span value;
};

struct entry_metadata_gone {
	stream_id room;
	account_id account;
	struct span key; // "": all of them
};

struct entry_audit {
	int64_t at_ms;
	struct span actor; // account name, or "shell"
	struct span verb;  // "user disable"
	struct span detail; // without secrets
};

struct entry_stream_head {
	stream_id stream;
	uint64_t seq;
	message_id id;
	int64_t time_ms;
};

struct entry {
	enum entry_kind kind;
	union {
		struct entry_setting setting;
		struct entry_account account;
		struct entry_account_gone account_gone;
		struct entry_credential credential;
		struct entry_credential_gone credential_gone;
		struct entry_invite invite;
		struct entry_invite_gone invite_gone;
		struct entry_room room;
		struct entry_room_gone room_gone;
		struct entry_member member;
		struct entry_member_gone member_gone;
		struct entry_ban ban;
		struct entry_ban_gone ban_gone;
		struct entry_dialog dialog;
		struct entry_message message;
		struct entry_redact redact;
		struct entry_expire expire;
		struct entry_marker marker;
		struct entry_cursor cursor;
		struct entry_metadata metadata;
		struct entry_metadata_gone metadata_gone;
		struct entry_audit audit;
		struct entry_stream_head head;
	};
};

struct journal {
	struct letter letter;
	entry_no first;
	struct entry *entries;
	size_t n_entries, n_space;
	struct arena arena;
};

MUST_USE struct journal *journal_new(entry_no first);
void journal_free(struct journal *j);
// Appends a copy of `e` with all its spans copied into the letter's arena.
void journal_add(struct journal *j, const struct entry *e);
// Calls fn for each span of the entry (to copy or to measure it).
void entry_each_span(struct entry *e, void (*fn)(void *arg, struct span *s), void *arg);

// Writer -> hub.
enum disk_state {
	DISK_FINE,
	DISK_LOW,     // under the watermark: refuse new writes
	DISK_FULL,    // a commit failed for lack of space and is tried again
	DISK_FAILED,  // beyond repair: the process must end
};

struct durable {
	struct letter letter;
	entry_no upto; // all entries up to here are on disk
	enum disk_state disk;
	int64_t free_bytes;
	int64_t commit_us; // how long this commit took
};
