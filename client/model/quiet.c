// SPDX-License-Identifier: MIT
#include "client/model/quiet.h"
#include "common/spoken.h"

static bool parse_clock(struct span text, int *minute)
{
	uint64_t h, m;
	struct span hours = span_cut(&text, ':');
	if (hours.len > 2 || text.len != 2 || !span_to_u64(hours, &h) ||
	    !span_to_u64(text, &m) || h > 23 || m > 59)
		return false;
	*minute = (int)(h * 60 + m);
	return true;
}

bool quiet_parse(struct span text, struct quiet *q, struct buf *why)
{
	*q = (struct quiet){0};
	if (!text.len)
		return true;
	struct span from = span_trim(span_cut(&text, '-'));
	if (parse_clock(from, &q->from) && parse_clock(span_trim(text), &q->to))
		return true;
	buf_add_str(why, spoken("must be two times of the day such as 22:00-07:00"));
	return false;
}

bool quiet_holds(const struct quiet *q, int minute)
{
	if (q->from <= q->to)
		return minute >= q->from && minute < q->to;
	return minute >= q->from || minute < q->to;
}
