// SPDX-License-Identifier: MIT
// What another server knew of its people and rooms, as far as there is a like of it here.
//
// Whatever there is not is left out, with a line that names it and says why. Owner: who reads;
// pure.
#pragma once

#include "common/arena.h"
#include "common/buf.h"

#include <stdint.h>

struct import_user {
	struct span name;
	struct span verifier; // verifier.h; at NULL: without a password
	struct span realname; // at NULL: not known
};

struct import_role {
	struct span account;
	const char *role; // as `room grant` calls it
};

struct import_room {
	struct span name, founder;
	struct span topic, key; // at NULL: none
	struct span modes;      // of IMPORT_MODES those that are on
	int64_t limit;          // 0: none
	struct import_role *roles;
	struct span *bans; // masks
	size_t n_roles, n_bans, roles_space, bans_space;
};

// The modes of rooms that mean the same here as elsewhere.
#define IMPORT_MODES "Cimnst"

struct import_people {
	struct arena arena; // of all spans
	struct import_user *users;
	struct import_room *rooms;
	size_t n_users, n_rooms, users_space, rooms_space;
	struct buf left_out; // a line each
};

// Both stay where they are until the next one is added. The name is copied.
struct import_user *people_add_user(struct import_people *p, struct span name);
struct import_room *people_add_room(struct import_people *p, struct span name);
// By a letter of q a o h v: founder, admin, operator, half operator, voice. Notes what has no
// like.
void people_add_role(struct import_people *p, struct import_room *r, struct span account,
		     char letter);
void people_add_ban(struct import_people *p, struct import_room *r, struct span mask);
// The letters of its modes; those without a like are noted.
void people_set_modes(struct import_people *p, struct import_room *r, struct span letters);
// A password's hash as it stands in bcrypt, over the password or (is_of_sha3) over its
// SHA3-512; what is no such thing, or too dear, is noted.
void people_set_hash(struct import_people *p, struct import_user *u, struct span hash,
		     bool is_of_sha3);
// A line: what, and why it is left out.
PRINTF(3, 4)
void people_leave_out(struct import_people *p, struct span what, const char *format, ...);
void people_clear(struct import_people *p);
