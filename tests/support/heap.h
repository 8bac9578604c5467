// SPDX-License-Identifier: MIT
// Whether all that was taken was given back. The address sanitizer sees it too, and there is
// nothing to be counted then.
#pragma once

#include <malloc.h>
#include <stddef.h>

// So often the same is done before what malloc keeps for it is as much each time.
#define HEAP_SETTLED 20

// Bytes that are in use now.
static inline size_t heap_in_use(void)
{
	return mallinfo2().uordblks;
}
