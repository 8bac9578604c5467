// SPDX-License-Identifier: MIT
// Dates by Howard Hinnant's days-from-civil arithmetic: no time zone files, no locks.
#include "common/clock.h"

#define DAY_MS INT64_C(86400000)
#define SPAN_MAX (365 * INT64_C(1000) * DAY_MS)
#define TIME_MAX (INT64_C(253402300800000) - 1) // 9999-12-31T23:59:59.999Z

// Days from 1970-01-01; years start in March, so that the leap day ends them.
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static char *put_digits(char *at, int64_t n, int count, char after)
{
	for (int i = count - 1; i >= 0; i--, n /= 10)
		at[i] = (char)('0' + n % 10);
	at[count] = after;
	return at + count + 1;
}

static char *put_date(char *at, int64_t days)
{
	int64_t shifted = days + 719468, era = shifted / 146097, of_era = shifted % 146097;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t from_march = (5 * of_year + 2) / 153;
	int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;

	at = put_digits(at, year_of_era + era * 400 + (month <= 2), 4, '-');
	at = put_digits(at, month, 2, '-');
	return put_digits(at, of_year - (153 * from_march + 2) / 5 + 1, 2, 'T');
}

void clock_text(int64_t wall_ms, char out[static CLOCK_TEXT_LEN + 1])
{
	int64_t ms = wall_ms < 0 ? 0 : wall_ms > TIME_MAX ? TIME_MAX : wall_ms;
	int64_t of_day = ms % DAY_MS;
	char *at = put_date(out, ms / DAY_MS);

	at = put_digits(at, of_day / 3600000, 2, ':');
	at = put_digits(at, of_day / 60000 % 60, 2, ':');
	at = put_digits(at, of_day / 1000 % 60, 2, '.');
	at = put_digits(at, of_day % 1000, 3, 'Z');
	*at = '\0';
}

// Takes exactly `count` digits and then `after` off *rest.
static bool take_digits(struct span *rest, size_t count, char after, int *value)
{
	uint64_t n;

	if (rest->len <= count || rest->at[count] != after)
		return false;
	if (!span_to_u64(span_from(rest->at, count), &n))
		return false;
	*value = (int)n;
	*rest = span_after(*rest, count + 1);
	return true;
}

// ".204Z" or ".2Z" or ".204999Z": digits past the third are dropped.
static bool take_fraction(struct span rest, int *ms)
{
	*ms = 0;
	if (rest.len < 2 || rest.at[rest.len - 1] != 'Z')
		return false;
	for (size_t i = 0; i < rest.len - 1; i++) {
		if (rest.at[i] < '0' || rest.at[i] > '9')
			return false;
	}
	for (size_t i = 0; i < 3; i++)
		*ms = *ms * 10 + (i < rest.len - 1 ? rest.at[i] - '0' : 0);
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool clock_parse(struct span text, int64_t *wall_ms)
{
	int year, month, day, hour, minute, second, ms = 0;
	bool is_time;

	is_time = take_digits(&text, 4, '-', &year) && take_digits(&text, 2, '-', &month) &&
		  take_digits(&text, 2, 'T', &day) && take_digits(&text, 2, ':', &hour) &&
		  take_digits(&text, 2, ':', &minute);
	if (!is_time)
		return false;
	if (take_digits(&text, 2, '.', &second)) {
		if (!take_fraction(text, &ms))
			return false;
	} else if (!take_digits(&text, 2, 'Z', &second) || text.len) {
		return false;
	}
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return false;
	// A leap second is written :60 and is the first second of the next minute.
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*wall_ms = days_of(year, month, day) * DAY_MS + hour * INT64_C(3600000) +
		   minute * INT64_C(60000) + second * INT64_C(1000) + ms;
	return true;
}

static int64_t unit_ms(char unit)
{
	switch (unit) {
	case 's':
		return 1000;
	case 'm':
		return 60000;
	case 'h':
		return 3600000;
	case 'd':
		return DAY_MS;
	case 'w':
		return 7 * DAY_MS;
	default:
		return 0;
	}
}

bool clock_parse_span(struct span text, int64_t *ms)
{
	uint64_t n;
	int64_t unit;

	if (span_eq(text, SPAN("0"))) {
		*ms = 0;
		return true;
	}
	if (text.len < 2 || !span_to_u64(span_from(text.at, text.len - 1), &n))
		return false;
	unit = unit_ms(text.at[text.len - 1]);
	if (!unit || n > (uint64_t)(SPAN_MAX / unit))
		return false;
	*ms = (int64_t)n * unit;
	return true;
}

void clock_add_span(struct buf *out, int64_t ms)
{
	static const char units[] = "wdhm";
	int64_t seconds = (ms + 999) / 1000;

	for (const char *unit = units; *unit && seconds; unit++) {
		int64_t each = unit_ms(*unit) / 1000;

		if (seconds % each)
			continue;
		buf_add_i64(out, seconds / each);
		buf_add_char(out, *unit);
		return;
	}
	buf_add_i64(out, seconds);
	buf_add_char(out, 's');
}
