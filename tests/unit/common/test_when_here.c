// SPDX-License-Identifier: MIT
#include "common/when_here.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void a_day_is_one_of_this_calendar(UNUSED void **state)
{
	int64_t at_ms = 7, noon_ms;

	setenv("TZ", "UTC-2", 1); // two hours before UTC
	tzset();
	assert_true(when_here(SPAN("2020-02-29 14:30"), WHEN_PAST, &at_ms));
	assert_true(clock_parse(SPAN("2020-02-29T12:30:00Z"), &noon_ms));
	assert_int_equal(at_ms, noon_ms);
	assert_true(when_here(SPAN("today"), WHEN_PAST, &at_ms));
	assert_true(at_ms <= clock_wall_ms() && at_ms > clock_wall_ms() - 25 * 3600000);
	assert_true(when_here(SPAN("tomorrow"), WHEN_FUTURE, &at_ms));
	assert_true(at_ms > clock_wall_ms() && at_ms <= clock_wall_ms() + 25 * 3600000);
	at_ms = 7;
	assert_false(when_here(SPAN("2020-02-30"), WHEN_PAST, &at_ms));
	assert_int_equal(at_ms, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_one_of_this_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
