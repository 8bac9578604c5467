// SPDX-License-Identifier: MIT
// How long to wait before the next try: 0.5 s, then 1.7 times more each time, up to
// 30 s, with jitter so that a restarted server is not met by all at once.
//
// A server that goes down may say when it is back (docs/PROTOCOL.md, A stop that is announced).
// Then the next try is somewhere in that time, so that those who heard it come one after
// another, and so is each that fails meanwhile.
//
// Pure. A zeroed struct is a first try.
#pragma once

#include "common/attr.h"
#include "common/msg.h"

#include <stdint.h>

#define BACKOFF_FIRST_MS 500
#define BACKOFF_MAX_MS 30000

struct backoff {
	unsigned tries;     // failed so far
	int64_t back_at_ms; // mono; 0: the server said nothing of it
};

// Counts a failure; how long to wait, in ms. `random` is any number: it spreads the wait
// over 80 to 120 of a hundred parts.
MUST_USE int64_t backoff_next(struct backoff *b, uint32_t random);
// The same, unless the server said that it is back later than now: then somewhere until that,
// over which `random` spreads the wait, and nothing is counted.
MUST_USE int64_t backoff_wait(struct backoff *b, int64_t now_ms, uint32_t random);
// Looks whether the line tells of a stop.
void backoff_heard(struct backoff *b, const struct msg *m, int64_t now_ms);
// It worked: the next failure is a first one again.
void backoff_reset(struct backoff *b);
