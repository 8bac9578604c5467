// SPDX-License-Identifier: MIT
#include "common/when_here.h"

#include "common/clock.h"

#include <time.h>

bool when_here(struct span text, enum when_side side, int64_t *at_ms)
{
	time_t seconds = (time_t)(clock_wall_ms() / 1000);
	struct civil now, c;
	struct tm tm;

	localtime_r(&seconds, &tm);
	now = (struct civil){.year = tm.tm_year + 1900,
			     .month = tm.tm_mon + 1,
			     .day = tm.tm_mday,
			     .hour = tm.tm_hour,
			     .minute = tm.tm_min,
			     .weekday = tm.tm_wday};
	if (!when_parse(text, &now, side, &c))
		return false;
	tm = (struct tm){.tm_year = c.year - 1900,
			 .tm_mon = c.month - 1,
			 .tm_mday = c.day,
			 .tm_hour = c.hour,
			 .tm_min = c.minute,
			 .tm_isdst = -1};
	*at_ms = (int64_t)mktime(&tm) * 1000;
	return true;
}
