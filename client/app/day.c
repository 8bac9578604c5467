// SPDX-License-Identifier: MIT
#include "client/app/day.h"

#include "common/clock.h"

#include <time.h>

struct span day_here(struct span time, char out[static DAY_ROOM])
{
	int64_t at_ms;
	struct tm tm;

	if (!clock_parse(time, &at_ms))
		return span_from(time.at, time.len < DAY_ROOM ? time.len : DAY_ROOM - 1);
	time_t seconds = (time_t)(at_ms / 1000);
	localtime_r(&seconds, &tm);
	strftime(out, DAY_ROOM, "%Y-%m-%d", &tm);
	return span_of(out);
}
