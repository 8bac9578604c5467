// SPDX-License-Identifier: MIT
#include "common/longest.h"

#include <stddef.h>

#define MINUTE_US INT64_C(60000000)

void longest_note(struct longest *l, int64_t now_us, int64_t took_us)
{
	int64_t number = now_us / MINUTE_US;
	struct longest_minute *minute = &l->minutes[number & 1];

	if (minute->number != number)
		*minute = (struct longest_minute){.number = number};
	if (took_us > minute->us)
		minute->us = took_us;
	if (took_us > l->ever_us)
		l->ever_us = took_us;
}

int64_t longest_lately(const struct longest *l, int64_t now_us)
{
	int64_t longest_us = 0;

	for (size_t i = 0; i < ARRAY_LEN(l->minutes); i++) {
		const struct longest_minute *minute = &l->minutes[i];

		if (minute->number >= now_us / MINUTE_US - 1 && minute->us > longest_us)
			longest_us = minute->us;
	}
	return longest_us;
}
