// SPDX-License-Identifier: MIT
// Metadata: key -> text of accounts and rooms (draft/metadata-2 and -3).
//
// A session hears of the keys it subscribed to: of itself, of its rooms, of those it
// shares a room with, of those it monitors. Owner: account.metadata, room.metadata,
// session.early_metadata; main thread.
#pragma once

#include "server/hub/rooms/room.h"

struct metadata {
	char *key, *value;
};

// Whose it is: one of the two.
struct metadata_target {
	struct account *account;
	struct room *room;
};

MUST_USE struct map *metadata_of(struct metadata_target t);
MUST_USE const char *metadata_name(struct metadata_target t);
MUST_USE bool metadata_key_is_valid(struct span key);
MUST_USE const struct metadata *metadata_find(const struct map *m, struct span key);
// Without a word or an entry. value.at NULL: removes.
void metadata_put(struct map *m, struct span key, struct span value);
// The same with an entry, and told to all who subscribed but `by`.
void metadata_set(struct metadata_target t, struct span key, struct span value,
		  struct session *by);
void metadata_clear(struct map *m);
void metadata_load(struct hub *h, const struct entry_metadata *row);

MUST_USE bool metadata_is_spoken(const struct session *s);
// One value as the session's version of the draft wants to be told of it; value NULL:
// it is not set any more.
void metadata_say(struct session *s, const char *target, const char *key, const char *value,
		  struct span batch);
// The same as the answer to a question: RPL_KEYVALUE or RPL_KEYNOTSET.
void metadata_reply(struct session *s, const char *target, const char *key, const char *value,
		    struct span batch);
// All that s subscribed to of the target.
void metadata_sync(struct session *s, struct metadata_target t, struct span batch);
// The same of a room and all who are in it, page by page (telling.h); then the batch ends, if
// there is one.
void metadata_sync_room(struct session *s, struct room *r, struct span batch);
// The session logged in: what it set before is the account's now; its own in a batch.
void metadata_welcome(struct session *s);
// s hears a room now: of the room and those in it.
void metadata_joined(struct session *s, struct room *r);
// Another is there: to those in the room that have all of `need` and none of `lack`.
void metadata_member_joined(const struct member *m, cap_set need, cap_set lack);
void metadata_forget(struct session *s); // frees its tables
