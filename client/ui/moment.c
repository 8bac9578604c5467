// SPDX-License-Identifier: MIT
#include "client/ui/moment.h"
#include "client/model/when.h"
#include "common/clock.h"

#include <time.h>

#define ID_MIN 8 // inside: shorter words that nobody knows are mistyped, not message ids

bool moment_parse(struct span where, int64_t *at_ms)
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
	if (!when_parse(where, &now, &c))
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

const char *moment_why_not(enum sought how)
{
	switch (how) {
	case SOUGHT_OFFLINE:
		return "that is not loaded, and there is no connection";
	case SOUGHT_NO_HISTORY:
		return "that is not loaded, and this server keeps no history";
	case SOUGHT_NOWHERE:
	case SOUGHT_HERE:
		break;
	}
	return "there is no such message, or it is not shown to you";
}

bool moment_is_id(struct span where)
{
	return where.len >= ID_MIN && span_find(where, ' ') == where.len;
}
