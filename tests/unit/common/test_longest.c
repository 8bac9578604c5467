// SPDX-License-Identifier: MIT
#include "common/longest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SECOND INT64_C(1000000)

static void nothing_took_no_time(void **state UNUSED)
{
	struct longest l = {0};

	assert_int_equal(l.ever_us, 0);
	assert_int_equal(longest_lately(&l, 1000 * SECOND), 0);
}

static void the_longest_stays_for_ever_and_a_minute_or_two(void **state UNUSED)
{
	struct longest l = {0};

	longest_note(&l, 600 * SECOND, 700);
	longest_note(&l, 601 * SECOND, 900);
	longest_note(&l, 602 * SECOND, 800);
	assert_int_equal(longest_lately(&l, 659 * SECOND), 900);
	longest_note(&l, 661 * SECOND, 5);
	assert_int_equal(longest_lately(&l, 719 * SECOND), 900);
	longest_note(&l, 720 * SECOND, 4);
	assert_int_equal(longest_lately(&l, 720 * SECOND), 5);
	assert_int_equal(longest_lately(&l, 780 * SECOND), 4);
	assert_int_equal(l.ever_us, 900);
}

static void what_was_before_a_long_silence_is_not_lately(void **state UNUSED)
{
	struct longest l = {0};

	longest_note(&l, 600 * SECOND, 900);
	assert_int_equal(longest_lately(&l, 3600 * SECOND), 0);
	assert_int_equal(longest_lately(&l, 3660 * SECOND), 0);
	longest_note(&l, 3661 * SECOND, 3);
	assert_int_equal(longest_lately(&l, 3661 * SECOND), 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_took_no_time),
		cmocka_unit_test(the_longest_stays_for_ever_and_a_minute_or_two),
		cmocka_unit_test(what_was_before_a_long_silence_is_not_lately),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
