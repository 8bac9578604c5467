// SPDX-License-Identifier: MIT
// How many connections of each source came to nothing lately.
//
// FAILURES_MS back, and FAILURES_KEPT of all sources together: then the oldest go. A plain
// value, zero to begin with. Owner: the conn_env of a shard.
#pragma once

#include "common/map.h"

#include <stdbool.h>

struct failure;

struct failures {
	struct failure *kept; // a ring; NULL: there was none yet
	size_t first, count;
	struct idmap of_source; // and of the wide one around it -> how many of `kept`
};

void failures_clear(struct failures *f);
// One more at `now_ms`, which never goes back.
void failures_note(struct failures *f, uint64_t source, uint64_t wide, int64_t now_ms);
// FAILURES_PER_SOURCE, or WIDE_TIMES as many of the wide one.
MUST_USE bool failures_are_many(struct failures *f, uint64_t source, uint64_t wide,
				int64_t now_ms);
