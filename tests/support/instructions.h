// SPDX-License-Identifier: MIT
// Instructions of the hub for what a test does, counted by valgrind's callgrind where the test
// runs in it (tests/support/cost), and by nobody elsewhere.
#pragma once

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS
#define CALLGRIND_DUMP_STATS_AT(name) (void)(name)
#endif

#include <stdint.h>
#include <stdio.h>

static inline void instructions_from_here(void)
{
	CALLGRIND_ZERO_STATS;
}

// For `paid` tokens, since instructions_from_here.
static inline void instructions_until_here(const char *what, int64_t paid)
{
	char text[120];

	snprintf(text, sizeof(text), "paid %lld for %.60s", (long long)paid, what);
	CALLGRIND_DUMP_STATS_AT(text);
}
