// SPDX-License-Identifier: MIT
// Own messages that the server has not stored, told by the outbox.
//
// They are told apart by local_id. Owner: the model, one thread.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

// The user decides whether it goes out, or goes out again.
static inline bool own_is_left(enum own_state state)
{
	return state == OWN_REFUSED || state == OWN_HELD || state == OWN_LOST;
}

struct own *own_add(struct model *m, struct target *t, uint64_t local_id, enum line_kind kind,
		    struct span text, struct span reply_to, int64_t at_ms,
		    enum own_state state);
void own_set_state(struct model *m, uint64_t local_id, enum own_state state,
		   struct span reason);
// The server stored it under this id and time: the own line becomes a stored one, unless
// the echo came first. id may be empty when the server gives none.
void own_stored(struct model *m, uint64_t local_id, struct span id, int64_t at_ms,
		uint64_t seq);
// Gives it to who watches for that and lets it go. False: nobody does, it stays.
bool own_recall(struct model *m, uint64_t local_id);
// What it is in words, for every face; not filtered.
void own_says(const struct own *o, struct buf *out);
// The id of the message that it answers, or "".
MUST_USE struct span own_answers(const struct own *o);
// The user let it go, or it was done.
void own_drop(struct model *m, uint64_t local_id);
MUST_USE struct own *own_find(struct model *m, uint64_t local_id, struct target **t);
// Messages of ours that are not stored, in all targets.
MUST_USE size_t own_count(const struct model *m);
