// SPDX-License-Identifier: MIT
#include "client/net/backoff.h"

#define ANNOUNCED_MAX_S 604800 // inside: a longer absence is no pause

int64_t backoff_next(struct backoff *b, uint32_t random)
{
	int64_t wait = BACKOFF_FIRST_MS;

	for (unsigned i = 0; i < b->tries && wait < BACKOFF_MAX_MS; i++)
		wait = wait * 17 / 10;
	b->tries++;
	wait = wait * (80 + random % 41) / 100;
	return wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS;
}

int64_t backoff_wait(struct backoff *b, int64_t now_ms, uint32_t random)
{
	int64_t left = b->back_at_ms - now_ms;

	if (left <= 0)
		return backoff_next(b, random);
	return BACKOFF_FIRST_MS + (int64_t)(((uint64_t)left * random) >> 32);
}

// NOTE * GOING_DOWN <seconds> <seconds from then, or *>, NOTE * STAYS_UP.
void backoff_heard(struct backoff *b, const struct msg *m, int64_t now_ms)
{
	uint64_t down = 0, back = 0;

	if (!span_eq_fold(m->command, SPAN("NOTE")) || !span_eq(msg_param(m, 0), SPAN("*")))
		return;
	if (span_eq(msg_param(m, 1), SPAN("STAYS_UP")))
		b->back_at_ms = 0;
	if (!span_eq(msg_param(m, 1), SPAN("GOING_DOWN")))
		return;
	b->back_at_ms = 0;
	if (span_to_u64(msg_param(m, 2), &down) && span_to_u64(msg_param(m, 3), &back) &&
	    down < ANNOUNCED_MAX_S && back < ANNOUNCED_MAX_S)
		b->back_at_ms = now_ms + (int64_t)(down + back) * 1000;
}

void backoff_reset(struct backoff *b)
{
	*b = (struct backoff){0};
}
