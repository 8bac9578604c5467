// SPDX-License-Identifier: MIT
// One row put into the database, taken out of it, or one deed there.
//
// What an entry holds stands in entries.def: ENTRY(ROOM, room, …) there is ENTRY_ROOM,
// struct entry_room and e->room here. Spans are borrowed from whoever holds the entry.
#pragma once

#include "common/span.h"
#include "server/letters/identity.h"
#include "server/letters/ids.h"

enum entry_kind {
#define ENTRY(KIND, name, use) ENTRY_##KIND,
#include "server/letters/entries.def"
	ENTRY_KINDS,
};

enum account_role { ROLE_USER, ROLE_ADMIN };

// How large its purses are (flood.c).
enum account_class { CLASS_PERSON, CLASS_BOT, CLASS_BRIDGE };

// How one proves who one is (labels: server/hub/state/counted.def).
enum login_way {
	LOGIN_PASSWORD,
	LOGIN_TOKEN,
	LOGIN_CERTIFICATE,
	LOGIN_OIDC, // and on: by somebody else's word, as enum identity_way
	LOGIN_KERBEROS,
	LOGIN_PAM,
	LOGIN_WAYS,
};

enum credential_kind { CREDENTIAL_CERT, CREDENTIAL_TOKEN };

enum room_flag {
	ROOM_INVITE_ONLY = 1,   // +i
	ROOM_MODERATED = 2,     // +m
	ROOM_NO_EXTERNAL = 4,   // +n
	ROOM_SECRET = 8,        // +s
	ROOM_TOPIC_LOCKED = 16, // +t
	ROOM_NO_CTCP = 32,      // +C
	ROOM_PASSING = 64, // no mode: made by a JOIN, and goes with its last member while blank
	ROOM_SINCE_JOINED = 128,  // +H
	ROOM_SINCE_INVITED = 256, // +J
	ROOM_ALERT_ALL = 512,     // +A
	ROOM_ALERT_NONE = 1024,   // +N
	ROOM_FLAGS = 2 * ROOM_ALERT_NONE - 1,
};

// Bits, since a moderator may have a voice as well (multi-prefix shows both); compared by
// size, the highest one counts.
enum member_role {
	MEMBER_PLAIN = 0,
	MEMBER_VOICE = 1,
	MEMBER_MODERATOR = 2,
	MEMBER_FOUNDER = 4,
};
#define MEMBER_ROLES (2 * MEMBER_FOUNDER - 1)

enum ban_kind {
	BAN_BAN,     // +b
	BAN_EXCEPT,  // +e
	BAN_INVITE,  // +I
	BAN_INVITED, // one account, asked in by INVITE; used up by JOIN
	BAN_SERVER,  // room 0: an account, address or CIDR kept out of the server
};

enum hush_kind {
	HUSH_IGNORE, // an account
	HUSH_MUTE,   // a stream
	HUSH_DND,    // everything
	HUSH_HOURS,  // everything, in these hours of each day
	HUSH_PUSH,   // a stream, or everything: what of it is pushed, by its text
};

// What is looked through for what an account wrote: one after the other.
enum erase_stage {
	ERASE_MESSAGES,
	ERASE_AUDIT,
	ERASE_TRACES, // the rows are done: what is left of them in index and log goes
};

enum message_kind {
	MESSAGE_PRIVMSG,
	MESSAGE_NOTICE,
	MESSAGE_TAGMSG, // one that is kept: reactions
	MESSAGE_JOIN,   // the rest: events, for draft/event-playback
	MESSAGE_PART,
	MESSAGE_KICK,
	MESSAGE_TOPIC,
	MESSAGE_MODE,
	MESSAGE_RENAME,
};
// The command by which a client knows it.
MUST_USE const char *message_command(enum message_kind kind);

#define ENTRY_BYTES_MAX 128 // inside: longest BYTES of entries.def
#define ENTRY(KIND, name, use) struct entry_##name {
#define END                                                                                    \
	}                                                                                      \
	;
#define OF_SIZE(type, name, size)                                                              \
	type name;                                                                             \
	_Static_assert(sizeof(type) == (size), #name " has another size in entries.def");
#define INT(type, name) OF_SIZE(type, name, 8)
#define U64(type, name) OF_SIZE(type, name, 8)
#define TIME(name) int64_t name;
#define BOOL(name) bool name;
#define ENUM(type, name, last) OF_SIZE(type, name, 4)
#define BITS(type, name, all) OF_SIZE(type, name, 4)
#define TEXT(name) struct span name;
#define TEXT_OR_NULL(name) struct span name;
#define BLOB(name) struct span name;
#define BYTES(name, size)                                                                      \
	uint8_t name[size];                                                                    \
	_Static_assert((size) <= ENTRY_BYTES_MAX, #name " is longer than ENTRY_BYTES_MAX");
#include "server/letters/entries.def"
#undef OF_SIZE

struct entry {
	enum entry_kind kind;
	union {
#define ENTRY(KIND, name, use) struct entry_##name name;
#include "server/letters/entries.def"
	};
};

// Calls fn for each span of the entry (to copy or to measure it).
void entry_each_span(struct entry *e, void (*fn)(void *arg, struct span *s), void *arg);

// The tag +draft/edit=<msgid> of client-only tags: false: there is none.
MUST_USE bool tags_edit(struct span tags, struct span *id);
// The message whose text this one replaces; 0: none.
MUST_USE message_id entry_edits(const struct entry_message *m);
