// SPDX-License-Identifier: MIT
// A descriptor that a thread polls and another makes readable: an eventfd, or a pipe where
// there is none (make LOOP=poll). Rung at most once before it is stilled. Owner: a mailbox,
// which rings it by any thread and stills it under its lock.
#pragma once

#include "common/attr.h"

#include <stdbool.h>

struct bell {
	int fd;   // to poll
	int rope; // to ring by; the same, or the other end of it
};

// Dies when there is no descriptor left.
void bell_make(struct bell *b);
void bell_clear(struct bell *b);
void bell_ring(const struct bell *b);
// False: it was not rung.
MUST_USE bool bell_still(const struct bell *b);
