// SPDX-License-Identifier: MIT
#include "common/timed_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void what_was_written_is_read(void **state UNUSED)
{
	static const int64_t times[][2] = {{1764504000123, 1764504000123},
					   {0, 1000000000000},
					   {-7, 1000000000000},
					   {INT64_MAX, 9999999999999}};
	char id[TIMED_ID_HEAD + 2] = "";
	int64_t at_ms;

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		timed_id_head(times[i][0], id);
		assert_int_equal(strlen(id), TIMED_ID_HEAD);
		id[TIMED_ID_HEAD] = 'x';
		assert_true(timed_id_parse(span_of(id), &at_ms));
		assert_int_equal(at_ms, times[i][1]);
	}
}

static void any_other_id_carries_none(void **state UNUSED)
{
	static const char *const ids[] = {
		"",
		"t",
		"t1764504000123.",
		"t1764504000123",
		"T1764504000123.x",
		"t1764504000123-x",
		"t176450400012.xy",
		"t17645040001234.x",
		"t176450400012a.x",
		"t-764504000123.x",
		"xt1764504000123.x",
		"5d4f",
		"3q2-7_Zk0yE1aQbXw9LmUg",
		"tttttttttttttttttttttt",
	};
	int64_t at_ms;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		assert_false(timed_id_parse(span_of(ids[i]), &at_ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(any_other_id_carries_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
