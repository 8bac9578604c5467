// SPDX-License-Identifier: MIT
// Short names of messages that were printed: "a7". One is said in a breath, typed in two or
// three keys, and means one message: a name is given again only when some two thousand later
// ones were.
//
// Owner: the lines (plain.h); one thread.
#pragma once

#include "common/map.h"

// Letters that are not taken for others, and numbers of two digits.
#define HANDLE_LETTERS "abcdefghjkmnpqrstuvwxyz"
#define HANDLE_NUMBERS 99
#define HANDLES_MAX ((sizeof(HANDLE_LETTERS) - 1) * HANDLE_NUMBERS)

struct handle {
	char name[8];
	unsigned target_id;
	char *id;
};

struct handles {
	struct handle *slots; // HANDLES_MAX, once there is one
	size_t n_given;
	struct map by_id;
};

void handles_clear(struct handles *h);
// That of the message with this id in this target, given now where it has none.
const struct handle *handles_need(struct handles *h, unsigned target_id, struct span id);
// NULL: it has none (any more).
MUST_USE const struct handle *handles_of(const struct handles *h, struct span id);
// "a7", "A7" or "[a7]". NULL: none is called so.
MUST_USE const struct handle *handles_find(const struct handles *h, struct span name);
// It is written as such names are.
MUST_USE bool handles_is_name(struct span word);
