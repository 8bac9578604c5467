// SPDX-License-Identifier: MIT
#include "client/net/backoff.h"

int64_t backoff_next(struct backoff *b, uint32_t random)
{
	int64_t wait = BACKOFF_FIRST_MS;

	for (unsigned i = 0; i < b->tries && wait < BACKOFF_MAX_MS; i++)
		wait = wait * 17 / 10;
	b->tries++;
	wait = wait * (80 + random % 41) / 100;
	return wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS;
}

void backoff_reset(struct backoff *b)
{
	b->tries = 0;
}
