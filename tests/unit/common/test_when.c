// SPDX-License-Identifier: MIT
#include "common/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

// A Wednesday.
static const struct civil now = {2026, 11, 25, 15, 30, 3};

static enum when_side side;

static void expect(const char *text, const char *wanted)
{
	struct civil c;
	char got[64] = "none";
	if (when_parse(span_of(text), &now, side, &c))
		snprintf(got, sizeof(got), "%d-%d-%d %d:%02d", c.year, c.month, c.day, c.hour,
			 c.minute);
	if (strcmp(got, wanted) != 0)
		fail_msg("\"%s\" is %s and not %s", text, got, wanted);
}

static void days_and_times_are_read_as_people_mean_them(void **state)
{
	(void)state;
	expect("14:00", "2026-11-25 14:00");
	expect("9:05", "2026-11-25 9:05");
	expect("15:31", "2026-11-24 15:31"); // still to come today
	expect("today", "2026-11-25 0:00");
	expect("Yesterday", "2026-11-24 0:00");
	expect("yesterday 14:00", "2026-11-24 14:00");
	expect(" 14:00  yesterday ", "2026-11-24 14:00");
	expect("monday", "2026-11-23 0:00");
	expect("Tue 8:00", "2026-11-24 8:00");
	expect("wednesday", "2026-11-18 0:00");
	expect("thursday", "2026-11-19 0:00");
	expect("2026-11-03", "2026-11-3 0:00");
	expect("2024-02-29 23:59", "2024-2-29 23:59");
}

static void what_is_to_come_is_looked_for_ahead(void **state)
{
	(void)state;
	side = WHEN_FUTURE;
	expect("14:00", "2026-11-26 14:00");
	expect("15:31", "2026-11-25 15:31");
	expect("15:30", "2026-11-26 15:30");
	expect("tomorrow", "2026-11-26 0:00");
	expect("tomorrow 9:00", "2026-11-26 9:00");
	expect("monday", "2026-11-30 0:00");
	expect("wednesday", "2026-11-32 0:00"); // counted on
	expect("thursday", "2026-11-26 0:00");
	expect("2026-12-24 18:00", "2026-12-24 18:00");
	side = WHEN_PAST;
}

static void what_is_no_time_is_none(void **state)
{
	static const char *const texts[] = {"",
					    " ",
					    "24:00",
					    "12:60",
					    "12:5",
					    "12:000",
					    "12",
					    "2026-13-01",
					    "2026-02-29",
					    "2026-00-10",
					    "26-11-03",
					    "2026-11",
					    "mond",
					    "m",
					    "morrow",
					    "bob",
					    "14:00 bob",
					    "monday tuesday",
					    "12:00 13:00",
					    "2026-11-03x",
					    "2026-11-",
					    "2026-11-00",
					    "2026/11-03",
					    "2026-11/03",
					    "2026-11-x",
					    "2026--03",
					    "2026-0-03",
					    "-",
					    ":",
					    ":30",
					    "12:",
					    "12.30",
					    "2026-11-31",
					    "2026-1103",
					    "202611-03",
					    "1230",
					    "12-30",
					    "2026-04-31",
					    "2100-02-29",
					    "2026-12-32",
					    "12:30x",
					    "x12:30",
					    "12:30:00",
					    "12:60",
					    "2026-12"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		expect(texts[i], "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_times_are_read_as_people_mean_them),
		cmocka_unit_test(what_is_to_come_is_looked_for_ahead),
		cmocka_unit_test(what_is_no_time_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
