// SPDX-License-Identifier: MIT
// How many connections of a source came to nothing of late.
#include "tests/unit/io/world.h"

#include "server/io/failures.h"

#define KEPT 8192 // of all sources

static void note(struct failures *f, uint64_t source, uint64_t wide, int n, int64_t now_ms)
{
	for (int i = 0; i < n; i++)
		failures_note(f, source, wide, now_ms);
}

static void so_many_of_a_source_are_many(void **state UNUSED)
{
	struct failures f = {0};

	assert_false(failures_are_many(&f, 1, 1, 0));
	note(&f, 1, 1, FAILURES_PER_SOURCE - 1, 0);
	assert_false(failures_are_many(&f, 1, 1, 0));
	note(&f, 2, 2, 1, 0);
	assert_false(failures_are_many(&f, 1, 1, 0));
	note(&f, 1, 1, 1, 0);
	assert_true(failures_are_many(&f, 1, 1, 0));
	assert_false(failures_are_many(&f, 2, 2, 0));
	failures_clear(&f);
	assert_false(failures_are_many(&f, 1, 1, 0));
	assert_null(f.kept);
}

// All of a wide one together may so many times more.
static void neighbours_count_for_the_wide_one(void **state UNUSED)
{
	struct failures f = {0};
	const int most = FAILURES_PER_SOURCE * WIDE_TIMES;

	for (int i = 0; i < most - 1; i++)
		note(&f, 100 + (uint64_t)i, 7, 1, 0);
	assert_false(failures_are_many(&f, 1, 7, 0));
	note(&f, 1, 7, 1, 0);
	assert_true(failures_are_many(&f, 1, 7, 0));
	assert_false(failures_are_many(&f, 1, 1, 0));
	failures_clear(&f);
}

static void what_is_old_is_forgotten(void **state UNUSED)
{
	struct failures f = {0};

	note(&f, 1, 2, FAILURES_PER_SOURCE, 1000);
	note(&f, 3, 2, 1, 2000);
	assert_true(failures_are_many(&f, 1, 2, 1000 + FAILURES_MS - 1));
	assert_false(failures_are_many(&f, 1, 2, 1000 + FAILURES_MS));
	assert_int_equal(f.count, 1);
	assert_int_equal(idmap_counted(&f.of_source, 2), 1);
	note(&f, 1, 2, 1, 2000 + FAILURES_MS);
	assert_int_equal(f.count, 1);
	failures_clear(&f);
}

static void of_too_many_the_oldest_are_forgotten(void **state UNUSED)
{
	struct failures f = {0};

	note(&f, 1, 1, FAILURES_PER_SOURCE, 0);
	for (int i = FAILURES_PER_SOURCE; i < KEPT; i++)
		note(&f, 10 + (uint64_t)i, 10 + (uint64_t)i, 1, 0);
	assert_int_equal(f.count, KEPT);
	assert_true(failures_are_many(&f, 1, 1, 0));
	note(&f, 5, 5, 1, 0);
	assert_int_equal(f.count, KEPT);
	assert_false(failures_are_many(&f, 1, 1, 0));
	assert_int_equal(idmap_counted(&f.of_source, 1), FAILURES_PER_SOURCE - 1);
	failures_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_of_a_source_are_many),
		cmocka_unit_test(neighbours_count_for_the_wide_one),
		cmocka_unit_test(what_is_old_is_forgotten),
		cmocka_unit_test(of_too_many_the_oldest_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
