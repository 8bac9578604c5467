// SPDX-License-Identifier: MIT
// A descriptor that a thread polls and another makes readable: an eventfd, or a pipe where
// there is none (make LOOP=poll). Rung at most once before it is stilled. Owner: a mailbox,
// whose lock is held at every call but the first and the last.
#pragma once

#include "common/attr.h"

struct bell {
	int fd;   // to poll
	int rope; // to ring by; the same, or the other end of it
};

// Dies when there is no descriptor left.
void bell_make(struct bell *b);
void bell_clear(struct bell *b);
void bell_ring(const struct bell *b);
void bell_still(const struct bell *b);
