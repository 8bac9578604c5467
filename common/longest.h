// SPDX-License-Identifier: MIT
// The longest of many spans of time: ever, and in the last minute or two.
//
// A plain value, zero to begin with. Owner: whoever measures.
#pragma once

#include "common/attr.h"

#include <stdint.h>

struct longest {
	int64_t ever_us;
	struct longest_minute {
		int64_t number, us;
	} minutes[2]; // this one and the last, by the parity of their numbers
};

// Something that took so long has ended now; `now_us` never goes back.
void longest_note(struct longest *l, int64_t now_us, int64_t took_us);
// The longest of those that ended in this minute or the one before; 0: there was none.
MUST_USE int64_t longest_lately(const struct longest *l, int64_t now_us);
