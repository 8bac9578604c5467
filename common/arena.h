// SPDX-License-Identifier: MIT
// Memory that is freed all at once: the bytes behind one letter.
//
// Addresses stay valid until arena_clear(). A zeroed struct is an empty arena.
// Owner: the letter that embeds it.
#pragma once

#include "common/span.h"

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
	char *at;
	size_t left;
};

// Aligned for any type; zeroed.
MUST_USE void *arena_alloc(struct arena *a, size_t size);
// A copy inside the arena, followed by a NUL that is not counted.
MUST_USE struct span arena_dup(struct arena *a, struct span s);
void arena_clear(struct arena *a);
// The same, but overwrites the bytes first: for letters that carried secrets.
void arena_wipe(struct arena *a);
