// SPDX-License-Identifier: MIT
#include "common/histogram.h"

#include "common/attr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct histogram_seen look(const struct histogram *h)
{
	struct histogram_seen seen = {0};

	histogram_look(h, &seen);
	return seen;
}

static void the_bounds_rise(void **state UNUSED)
{
	for (size_t i = 1; i < HISTOGRAM_BOUNDS; i++)
		assert_true(histogram_bounds_us[i] > histogram_bounds_us[i - 1]);
}

static void each_is_counted_by_the_first_bound_that_it_is_within(void **state UNUSED)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++) {
		struct histogram h = {0};
		int64_t above = i ? histogram_bounds_us[i - 1] + 1 : 0;
		struct histogram_seen seen;

		histogram_add(&h, above);
		if (i < HISTOGRAM_BOUNDS)
			histogram_add(&h, histogram_bounds_us[i]);
		seen = look(&h);
		for (size_t k = 0; k <= HISTOGRAM_BOUNDS; k++)
			assert_int_equal(seen.counts[k], k != i                 ? 0
							 : i < HISTOGRAM_BOUNDS ? 2
										: 1);
	}
}

static void the_sum_is_of_all_and_less_than_nothing_is_nothing(void **state UNUSED)
{
	struct histogram h = {0};

	histogram_add(&h, 7);
	histogram_add(&h, 60000000);
	histogram_add(&h, -5);
	assert_int_equal(look(&h).sum_us, 60000007);
	assert_int_equal(look(&h).counts[0], 2);
}

static void a_look_adds_to_what_was_seen_of_others(void **state UNUSED)
{
	struct histogram a = {0}, b = {0};
	struct histogram_seen seen = {0};

	histogram_add(&a, 1);
	histogram_add(&b, 2);
	histogram_look(&a, &seen);
	histogram_look(&b, &seen);
	assert_int_equal(seen.counts[0], 2);
	assert_int_equal(seen.sum_us, 3);
}

static void a_counter_counts(void **state UNUSED)
{
	_Atomic uint64_t n = 0;

	counter_add(&n);
	counter_add(&n);
	assert_int_equal(n, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bounds_rise),
		cmocka_unit_test(each_is_counted_by_the_first_bound_that_it_is_within),
		cmocka_unit_test(the_sum_is_of_all_and_less_than_nothing_is_nothing),
		cmocka_unit_test(a_look_adds_to_what_was_seen_of_others),
		cmocka_unit_test(a_counter_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
