// SPDX-License-Identifier: MIT
#include "common/timed_id.h"

#include <stdio.h>

#define LEAST_MS 1000000000000 // 2001
#define MOST_MS 9999999999999  // 2286

bool timed_id_parse(struct span id, int64_t *at_ms)
{
	int64_t ms = 0;

	if (id.len <= TIMED_ID_HEAD || id.at[0] != 't' || id.at[TIMED_ID_HEAD - 1] != '.')
		return false;
	for (size_t i = 1; i < TIMED_ID_HEAD - 1; i++) {
		if (id.at[i] < '0' || id.at[i] > '9')
			return false;
		ms = ms * 10 + (id.at[i] - '0');
	}
	*at_ms = ms;
	return true;
}

void timed_id_head(int64_t at_ms, char out[static TIMED_ID_HEAD + 1])
{
	int64_t ms = at_ms < LEAST_MS ? LEAST_MS : at_ms > MOST_MS ? MOST_MS : at_ms;

	snprintf(out, TIMED_ID_HEAD + 1, "t%lld.", (long long)ms);
}
