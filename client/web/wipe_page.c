// SPDX-License-Identifier: MIT
// common/wipe.h where there is no libsodium.
#include "common/wipe.h"

#include <stdint.h>

void wipe_bytes(void *at, size_t len)
{
	volatile uint8_t *byte = at;

	while (len--)
		*byte++ = 0;
}

bool wipe_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *one = a, *other = b;
	uint8_t differs = 0;

	while (len--)
		differs |= *one++ ^ *other++;
	return !differs;
}
