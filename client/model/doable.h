// SPDX-License-Identifier: MIT
// What can be done to which message: /reply, /react, /edit and the like take one that is named,
// or the newest one that fits.
//
// Owner: the model, one thread.
#pragma once

#include "client/model/model.h"
#include "common/buf.h"

struct doable {
	const char *name;                        // of the command
	bool has_text;                           // behind the message, or instead of it
	bool (*fits)(const struct log_line *l);  // where none is named
	bool (*takes)(const struct log_line *l); // one that is named
	const char *missing, *refusal;           // words where there is none
};

// NULL: nothing of that name is done to messages.
MUST_USE const struct doable *doable_find(struct span name);
// `named`, or where that is NULL the newest of the target that fits: what is folded counts
// with `with_hushed` only. NULL: there is none, or it does not take it; *why has words.
MUST_USE struct log_line *doable_choose(const struct doable *d, const struct target *t,
					struct log_line *named, bool with_hushed,
					const char **why);
// "👍 bob, Anna (cem); 🎉 eve": who reacted how. Not filtered.
void doable_say_reactions(struct buf *out, const struct model *m, const struct log_line *l);
// The line that shows the message to the moderators of its room.
void doable_report(struct buf *out, const struct target *room, struct span id,
		   struct span reason);
