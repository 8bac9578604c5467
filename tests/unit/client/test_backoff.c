// SPDX-License-Identifier: MIT
#include "client/net/backoff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_first_wait_is_about_half_a_second(void **state)
{
	(void)state;
	for (uint32_t random = 0; random < 1000; random++) {
		struct backoff b = {0};
		int64_t wait = backoff_next(&b, random);
		assert_in_range(wait, 400, 600);
	}
}

static void waits_grow_and_end_at_half_a_minute(void **state)
{
	(void)state;
	struct backoff b = {0};
	int64_t last = 0;
	for (int i = 0; i < 9; i++) {
		int64_t wait = backoff_next(&b, 20);
		assert_true(wait > last);
		last = wait;
	}
	for (int i = 0; i < 100000; i++)
		assert_in_range(backoff_next(&b, 40), 24000, BACKOFF_MAX_MS);
}

static void waits_are_spread(void **state)
{
	(void)state;
	struct backoff low = {0}, high = {0};
	int64_t a = backoff_next(&low, 0), b = backoff_next(&high, 40);
	assert_int_equal(a, 400);
	assert_int_equal(b, 600);
}

static void after_a_success_the_first_wait_is_short_again(void **state)
{
	(void)state;
	struct backoff b = {0};
	for (int i = 0; i < 20; i++)
		assert_true(backoff_next(&b, 0) > 0);
	backoff_reset(&b);
	assert_in_range(backoff_next(&b, 7), 400, 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_wait_is_about_half_a_second),
		cmocka_unit_test(waits_grow_and_end_at_half_a_minute),
		cmocka_unit_test(waits_are_spread),
		cmocka_unit_test(after_a_success_the_first_wait_is_short_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
