// SPDX-License-Identifier: MIT
// How long to wait before the next try: 0.5 s, then 1.7 times more each time, up to
// 30 s, with jitter so that a restarted server is not met by all at once.
//
// Pure. A zeroed struct is a first try.
#pragma once

#include "common/attr.h"

#include <stdint.h>

#define BACKOFF_FIRST_MS 500
#define BACKOFF_MAX_MS 30000

struct backoff {
	unsigned tries; // failed so far
};

// Counts a failure; how long to wait, in ms. `random` is any number: it spreads the wait
// over 80 to 120 of a hundred parts.
MUST_USE int64_t backoff_next(struct backoff *b, uint32_t random);
// It worked: the next failure is a first one again.
void backoff_reset(struct backoff *b);
