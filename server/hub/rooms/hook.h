// SPDX-License-Identifier: MIT
// Hook: an address at which a program says something in a room, without an account.
//
// Whoever knows the address may: it holds 160 random bits, of which a keyed hash alone is kept.
// What is said there is said by NAME[hook], which no account can be called; its id stands for
// an account's in what is stored, and is drawn from the same numbers. Goes with its room.
// Owner: hub.hooks; main thread.
#pragma once

#include "server/hub/people/invite.h"
#include "server/hub/rooms/room.h"

#define HOOK_MARK "[hook]"

struct hook {
	int64_t id;
	struct hub *hub;
	struct room *room;
	char *name;
	uint8_t hash[SECRET_HASH_LEN];
	bool may_alert; // what it says calls people as a member's words do
	int64_t created_ms, used_ms;
	char *creator;   // who made it, as they were called
	int64_t full_ms; // mono: when its budget is whole again
};

// Journals and adds; the name is one (name_is_account) and free in the room. `secret` is filled
// and is to be wiped by the caller.
struct hook *hook_new(struct room *r, struct span name, bool may_alert, struct span creator,
		      char secret[static SECRET_TEXT_LEN + 1]);
// Another secret in the place of the one it has. Journals.
void hook_rotate(struct hook *k, char secret[static SECRET_TEXT_LEN + 1]);
// Its maker is called otherwise from now on. Journals.
void hook_set_creator(struct hook *k, struct span creator);
// Journals; k is gone.
void hook_delete(struct hook *k);
// By its secret; NULL: none has it.
MUST_USE struct hook *hook_find(struct hub *h, struct span secret);
MUST_USE struct hook *hook_by_id(struct hub *h, int64_t id);
// By its name in any case; NULL: the room has none.
MUST_USE struct hook *hook_named(const struct room *r, struct span name);
MUST_USE size_t hooks_of(const struct room *r);
// The name of a sender that is a hook: NAME[hook].
MUST_USE bool hook_is_name(struct span sender);
// Why there may be no further one of that name in the room; NULL: there may.
MUST_USE const char *hook_refusal(const struct room *r, struct span name);
// Notes that it was used now (journaled at most once an hour).
void hook_used(struct hook *k);
// Takes one message off its budget. Gives 0, or after how many seconds there is one again.
MUST_USE unsigned hook_pay(struct hook *k);
// "https://HOST[:PORT]/hook/SECRET": appended, to be wiped.
void hook_url(const struct hub *h, const char *secret, struct buf *out);
void hook_load(struct hub *h, const struct entry_hook *row);
// The room is freed: so are its hooks, without an entry.
void hooks_lose_room(struct room *r);
void hooks_free(struct hub *h);
