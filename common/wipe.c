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
