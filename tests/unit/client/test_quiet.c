// SPDX-License-Identifier: MIT
#include "client/model/quiet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool holds(const char *text, int hour, int minute)
{
	struct quiet q;
	struct buf why = {0};
	assert_true(quiet_parse(span_of(text), &q, &why));
	assert_int_equal(why.len, 0);
	return quiet_holds(&q, hour * 60 + minute);
}

static void a_night_goes_over_midnight(void **state)
{
	(void)state;
	assert_true(holds("22:00-07:00", 22, 0));
	assert_true(holds("22:00-07:00", 3, 30));
	assert_false(holds("22:00-07:00", 7, 0));
	assert_false(holds("22:00-07:00", 12, 0));
	assert_true(holds("9:30 - 10:00", 9, 59));
	assert_false(holds("9:30-10:00", 10, 0));
	assert_false(holds("", 0, 0));
	assert_false(holds("8:00-8:00", 8, 0));
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {"22",          "22:00",      "22:00-",
					  "-7:00",       "24:00-7:00", "22:60-7:00",
					  "22:0-7:00",   "x:00-7:00",  "22:00-7:00-8:00",
					  "007:00-8:00", "7:00-8:xx"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct quiet q;
		struct buf why = {0};
		if (quiet_parse(span_of(bad[i]), &q, &why))
			fail_msg("%s was taken", bad[i]);
		assert_string_equal(buf_str(&why),
				    "must be two times of the day such as 22:00-07:00");
		buf_clear(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_goes_over_midnight),
		cmocka_unit_test(what_is_no_time_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
