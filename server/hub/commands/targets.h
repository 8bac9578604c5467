// SPDX-License-Identifier: MIT
// The targets of one line, each once: whoever is named again, in whatever case, was named.
// Main thread; the names are borrowed.
#pragma once

#include "common/attr.h"
#include "common/span.h"

#define TARGETS_SEEN_MAX 256 // inside: one line holds no more names

struct targets {
	struct span seen[TARGETS_SEEN_MAX];
	size_t n;
};

// Starts without names; the rest of the memory need not be zero.
static inline void targets_init(struct targets *t)
{
	t->n = 0;
}
// Notes the name. False: it is empty, or was noted before.
MUST_USE bool targets_add(struct targets *t, struct span name);
// Takes names off the list up to one that was not noted before; false: there is none.
MUST_USE bool targets_next(struct targets *t, struct span *list, struct span *name);
// How many different names stand in a list.
MUST_USE size_t targets_count(struct span list);
