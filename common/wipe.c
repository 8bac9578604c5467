// SPDX-License-Identifier: MIT
#include "common/wipe.h"

#include <sodium.h>

void wipe_bytes(void *at, size_t len)
{
	sodium_memzero(at, len);
}

bool wipe_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void wipe_away(struct buf *b)
{
	if (b->at)
		wipe_bytes(b->at, b->cap);
	buf_clear(b);
}
