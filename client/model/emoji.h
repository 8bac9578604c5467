// SPDX-License-Identifier: MIT
// A few dozen emoji by name.
#pragma once

#include "common/span.h"

struct emoji {
	const char *text;
	const char *names; // with blanks between, the usual one first
};

// The whole table, constant.
MUST_USE const struct emoji *emoji_list(size_t *count);
// One of the names starts with `part` (which is not empty).
MUST_USE bool emoji_is_called(const struct emoji *e, struct span part);
// The emoji of this name (":tada:", "tada"), else the text itself.
MUST_USE struct span emoji_named(struct span text);
