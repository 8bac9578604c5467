// SPDX-License-Identifier: MIT
// Saved: messages that an account keeps a hold of to come back to, the same on all its devices.
//
// Nobody else can tell. A message that was removed is let go by everybody; one that expired,
// or of a room that is gone, is let go when the list is next looked at; one that the account
// may not read for now is kept, and not shown.
// Invariant: hub.saved has each by its message, chained by `next`.
// Owner: account.saved; main thread.
#pragma once

#include "server/hub/rooms/room.h"

struct saved {
	struct list in_account; // by message, the oldest first
	struct account *account;
	struct saved *next; // of the same message, by another account
	message_id message;
	stream_id stream;
	int64_t time_ms; // when it was said
};

// Journals. NULL: there are SAVED_MAX.
struct saved *saved_put(struct account *a, const struct entry_message *m);
MUST_USE struct saved *saved_of(const struct account *a, message_id message);
// Somebody's; NULL: nobody saved it.
MUST_USE struct saved *saved_first(const struct hub *h, message_id message);
// Journals, frees.
void saved_remove(struct saved *v);
// Lets go what is no more. Journals nothing: the store did the same when it went.
void saved_tidy(struct account *a);
void saved_load(struct hub *h, const struct entry_saved *row);
void saved_free_all(struct account *a);
