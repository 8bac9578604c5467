// SPDX-License-Identifier: MIT
// Where a server answers: one place or several, tried in their order and round again. A round
// is over when each was tried once; whoever was answered begins the next one where that was.
//
// Pure. Owner: whoever holds the struct.
#pragma once

#include "common/snug_link.h"

struct places {
	char *host, *port; // the first
	struct link_others others;
	size_t at; // 0: the first
	size_t n_tried;
};

// Copies; what was before is forgotten. `others` may be NULL. at: where to begin.
void places_set(struct places *p, const char *host, const char *port,
		const struct link_others *others, size_t at);
void places_clear(struct places *p);
// Nobody answers here: goes on to the next. False when that begins another round.
MUST_USE bool places_next(struct places *p);
// Somebody answered here.
void places_stay(struct places *p);
// Of the present place; borrowed until places_set().
MUST_USE const char *places_host(const struct places *p);
MUST_USE const char *places_port(const struct places *p);
