// SPDX-License-Identifier: MIT
#include "common/when.h"

static bool digits(struct span *rest, size_t least, size_t most, int *out)
{
	size_t n = 0;
	*out = 0;
	while (n < rest->len && n < most && rest->at[n] >= '0' && rest->at[n] <= '9')
		*out = *out * 10 + (rest->at[n++] - '0');
	*rest = span_after(*rest, n);
	return n >= least;
}

static bool sign(struct span *rest, char c)
{
	bool is_there = rest->len && rest->at[0] == c;
	*rest = span_after(*rest, is_there);
	return is_there;
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && is_leap);
}

static bool take_date(struct span word, struct civil *out)
{
	struct civil c = *out;
	if (!digits(&word, 4, 4, &c.year) || !sign(&word, '-') ||
	    !digits(&word, 1, 2, &c.month) || !sign(&word, '-') ||
	    !digits(&word, 1, 2, &c.day) || word.len)
		return false;
	if (c.month < 1 || c.month > 12 || c.day < 1 || c.day > days_of(c.year, c.month))
		return false;
	*out = c;
	return true;
}

static bool take_clock(struct span word, struct civil *out)
{
	int hour, minute;
	if (!digits(&word, 1, 2, &hour) || !sign(&word, ':') || !digits(&word, 2, 2, &minute) ||
	    word.len || hour > 23 || minute > 59)
		return false;
	out->hour = hour;
	out->minute = minute;
	return true;
}

// "monday", "mon".
static bool take_weekday(struct span word, const struct civil *now, enum when_side side,
			 struct civil *out)
{
	static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
					    "thursday", "friday", "saturday"};
	for (int i = 0; i < 7; i++) {
		struct span name = span_of(names[i]);
		if (!span_eq_fold(word, name) && !span_eq_fold(word, span_from(name.at, 3)))
			continue;
		if (side == WHEN_PAST)
			out->day -= (now->weekday - i + 6) % 7 + 1;
		else
			out->day += (i - now->weekday + 6) % 7 + 1;
		return true;
	}
	return false;
}

static bool take_day(struct span word, const struct civil *now, enum when_side side,
		     struct civil *out)
{
	if (span_eq_fold(word, SPAN("today")))
		return true;
	if (span_eq_fold(word, SPAN("yesterday"))) {
		out->day--;
		return true;
	}
	if (span_eq_fold(word, SPAN("tomorrow"))) {
		out->day++;
		return true;
	}
	return take_weekday(word, now, side, out) || take_date(word, out);
}

bool when_parse(struct span text, const struct civil *now, enum when_side side,
		struct civil *out)
{
	bool has_day = false, has_clock = false;
	*out = *now;
	out->hour = out->minute = 0;
	text = span_trim(text);
	while (text.len) {
		struct span word = span_cut(&text, ' ');
		text = span_trim(text);
		if (!has_clock && take_clock(word, out))
			has_clock = true;
		else if (!has_day && take_day(word, now, side, out))
			has_day = true;
		else
			return false;
	}
	bool is_to_come = out->hour * 60 + out->minute > now->hour * 60 + now->minute;
	if (has_clock && !has_day && is_to_come != (side == WHEN_FUTURE))
		out->day += side == WHEN_FUTURE ? 1 : -1;
	return has_day || has_clock;
}
