// SPDX-License-Identifier: MIT
// Room: a persistent channel with topic, modes, roles, bans and members.
//
// Membership belongs to the account: it outlives sessions. A member is present while its
// account is. Others see JOIN when a member becomes present and QUIT when its last
// session ends; only real joins and parts are history events.
// Owner: hub.rooms; main thread.
#pragma once

#include "server/hub/people/account.h"
#include "server/hub/history/history.h"
#include "server/hub/wire/line.h"

struct listener;
struct member;

struct room {
	struct stream stream; // stream.id is the room's id
	struct hub *hub;
	char *name, *folded;
	struct namesake as_named;
	char *topic, *topic_by;
	int64_t topic_ms;
	unsigned flags; // enum room_flag
	char *key;
	int64_t limit;
	int64_t slow_s, newcomer_s; // +W, +d (pace.h); 0: none
	int64_t created_ms, keep_ms, keep_bytes;
	bool newcomers;          // new accounts become members (newcomer.h)
	char *rules;             // "" none (rules.h)
	int64_t rules_ms;        // when they were set
	bool talk;               // a conversation of a few (talk.h)
	struct member **members; // dense; order has no meaning
	size_t n_members, members_space;
	struct list walks;       // through the members (walk.h)
	struct idmap by_account; // account id -> struct member
	// Every attached session of a member, dense: who hears a live line.
	struct listener *listeners; // listener.c
	size_t n_listeners, listeners_space;
	size_t n_present; // members whose account is
	size_t n_hidden;  // of them, not yet shown to all (member.h)
	struct list bans; // all kinds (ban.c)
	struct map metadata;
};

// Journals and adds. The name is valid and free.
struct room *room_new(struct hub *h, struct span name, struct account *founder);
void room_set_text(char **field, struct span text); // of topic, topic_by, key: never NULL
void room_post(struct room *r);
// Journals; the lines that say so are the caller's. The name is valid, and free or its own.
void room_rename(struct room *r, struct span name);
// The same with the lines: RENAME, or PART and JOIN for who does not know it.
void room_say_rename(struct room *r, struct account *by, struct span name, struct span reason);
// Journals, an event, TOPIC to the room. by NULL: the server. "" takes it away. client_id: the
// name that its sender gave it (exactly.h), "" none.
void room_set_topic(struct room *r, struct account *by, struct span topic,
		    struct span client_id);
void room_delete(struct room *r, struct span reason);
MUST_USE struct room *room_find(struct hub *h, struct span name);
// Another room whose name looks like that one, and that s may know of; s NULL: any. self NULL:
// it would be a new room's.
MUST_USE const struct room *room_alike(const struct hub *h, struct span name,
				       const struct room *self, const struct session *s);
MUST_USE struct room *room_by_id(struct hub *h, stream_id id);
void room_load(struct hub *h, const struct entry_room *row);
void room_free(struct room *r);

// Hidden from s: it is secret, or another than a guest's, and s is no member (and no admin
// asking as one).
MUST_USE bool room_is_hidden(const struct room *r, const struct session *s);
// Find or send 403 (also for a hidden room); find or send 442.
MUST_USE struct room *need_room(struct session *s, struct span name);
MUST_USE struct member *need_member(struct session *s, struct room *r);
// At least this role (an admin's session passes), or 482.
MUST_USE bool need_role(struct session *s, struct room *r, enum member_role role);
// May s send a message to r, `status` being the STATUSMSG prefix or 0? False: the error
// was sent unless quiet (NOTICE, TAGMSG).
MUST_USE bool need_speaker(struct session *s, struct room *r, struct span text, bool quiet);
// Would r refuse a message of a? Then no other words of a's are heard there either: reasons of
// PART, QUIT and REDACT are left out.
MUST_USE bool room_silences(const struct room *r, const struct account *a);
