// SPDX-License-Identifier: MIT
// What the user arranged, kept between runs: muted and pinned targets, what alerts, and what a
// face remembers of itself: one text, which whoever has a place for it writes there.
//
// Watches the model: a target that comes is as it was left, one that is arranged anew is
// written. Owner: the client's one thread.
#pragma once

#include "client/model/model.h"

struct arranged;

struct arranged_store {
	void *arg;
	// All that is kept, in the place of what was; empty: nothing. Should it fail, the next
	// run begins as this one did.
	void (*write)(void *arg, struct span text);
};

// What was written last, or nothing. The model is borrowed until arranged_free. The targets
// that are there are as they were left.
MUST_USE struct arranged *arranged_new(struct model *m, struct span kept,
				       const struct arranged_store *store);
void arranged_free(struct arranged *a);
// By a key that begins with a dot, as no target's name does: words, or none.
void arranged_keep(struct arranged *a, struct span key, struct span words);
// Borrowed; NULL when nothing is kept.
MUST_USE const char *arranged_find(const struct arranged *a, struct span key);
