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

static void an_announced_pause_is_filled_evenly(void **state)
{
	(void)state;
	int64_t pause = 600000, last = 0;
	for (uint64_t i = 0; i < 10; i++) {
		struct backoff b = {.back_at_ms = 1000 + pause};
		int64_t wait = backoff_wait(&b, 1000, (uint32_t)(i * UINT32_MAX / 9));
		assert_int_equal(b.tries, 0);
		assert_in_range(wait, BACKOFF_FIRST_MS + last, BACKOFF_FIRST_MS + pause);
		assert_true(i == 0 || wait - last > pause / 10);
		last = wait - BACKOFF_FIRST_MS;
	}
	// When it is over, tries are as ever.
	struct backoff over = {.back_at_ms = 1000 + pause};
	assert_in_range(backoff_wait(&over, 1000 + pause, 7), 400, 600);
	assert_int_equal(over.tries, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_wait_is_about_half_a_second),
		cmocka_unit_test(waits_grow_and_end_at_half_a_minute),
		cmocka_unit_test(waits_are_spread),
		cmocka_unit_test(an_announced_pause_is_filled_evenly),
		cmocka_unit_test(after_a_success_the_first_wait_is_short_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
