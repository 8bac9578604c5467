// SPDX-License-Identifier: MIT
// Member: an account in a room, with its role there.
//
// A room of more than `presence_limit` members is large: there one who comes without a role is
// *hidden* until the first word, the first role, or until the room is no longer large. JOIN,
// PART, QUIT, NICK and what else says who is there go to those who are shown it alone: to
// moderators, to who asked for events, and to its own sessions; NAMES and WHO agree with that.
//
// Owner: the room and the account, a place in each; main thread.
#pragma once

#include "server/hub/rooms/room.h"

struct member {
	struct room *room;
	struct account *account;
	enum member_role role;
	int64_t joined_ms;
	struct upto joined, invited; // what was said before (reach.h)
	int64_t paced_ms; // mono, when it joined or last spoke (pace.h); of before a start: 0
	bool hidden;
	size_t in_room, in_account; // places in the two dense arrays
};

MUST_USE struct member *member_find(const struct room *r, const struct account *a);
// Makes a member: journals, event, JOIN to all sessions in the room and to all of `a`.
struct member *member_join(struct room *r, struct account *a, enum member_role role);
// Removes: the line that says so (PART, KICK) is the caller's, before this.
void member_leave(struct member *m);
// KICK to the room, an event, and removes. by NULL: the server.
void member_kick(struct member *m, struct account *by, struct span reason);
// Takes it out of both arrays and frees it, without a word or an entry.
void member_free(struct member *m);
// Sets the role (journals; the MODE line is the caller's).
void member_set_role(struct member *m, enum member_role role);
// '~' '@' '+' or 0.
MUST_USE char member_prefix(const struct member *m);
// Appends its prefix, or all of them (multi-prefix), highest first.
void member_prefixes(const struct member *m, bool all, struct buf *out);
MUST_USE bool member_is_present(const struct member *m);
// More members than `presence_limit` allows to be shown to all.
MUST_USE bool room_is_large(const struct room *r);
// m comes: hides it where it is to be; or ends that, without a word. True: it was hidden.
void member_hide(struct member *m);
bool member_unhide(struct member *m);
// Is m, who is present, shown to s; `all`: s sees all who come (listener_sees_all).
MUST_USE bool member_is_shown(const struct member *m, const struct session *s, bool all);
void member_load(struct hub *h, const struct entry_member *row);
