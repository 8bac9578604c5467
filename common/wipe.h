// SPDX-License-Identifier: MIT
// What is done with secrets in memory: no compiler leaves it out, and time tells nothing.
//
// Any thread.
#pragma once

#include "common/buf.h"

#include <stdbool.h>
#include <stddef.h>

void wipe_bytes(void *at, size_t len);
// Ends a buffer without a trace of what was in it: the space is to be taken at once, since what
// grows leaves bytes behind.
static inline void wipe_away(struct buf *b)
{
	if (b->at)
		wipe_bytes(b->at, b->cap);
	buf_clear(b);
}
MUST_USE bool wipe_equal(const void *a, const void *b, size_t len);
