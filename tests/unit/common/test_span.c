// SPDX-License-Identifier: MIT
#include "common/span.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define ASSERT_SPAN(s, literal) assert_true(span_eq((s), SPAN(literal)))

static void spans_are_equal_byte_for_byte(void **state UNUSED)
{
	assert_true(span_eq(SPAN("a\0b"), span_from("a\0b", 3)));
	assert_false(span_eq(SPAN("a\0b"), SPAN("a\0c")));
	assert_false(span_eq(SPAN("a"), SPAN("ab")));
	assert_true(span_eq(span_of(NULL), SPAN("")));
}

static void folding_is_of_ascii_letters_only(void **state UNUSED)
{
	assert_true(span_eq_fold(SPAN("Nick-9"), SPAN("nICK-9")));
	assert_false(span_eq_fold(SPAN("[]"), SPAN("{}")));
	assert_false(span_eq_fold(SPAN("@"), SPAN("`")));
	assert_false(span_eq_fold(SPAN("\xc3\x89"), SPAN("\xc3\xa9")));
}

static void prefixes_are_found(void **state UNUSED)
{
	assert_true(span_starts(SPAN("draft/x"), SPAN("draft/")));
	assert_true(span_starts(SPAN("x"), SPAN("")));
	assert_false(span_starts(SPAN("dr"), SPAN("draft/")));
	assert_false(span_starts(SPAN("Draft/"), SPAN("draft/")));
	assert_true(span_starts_fold(SPAN("Draft/"), SPAN("draft/")));
}

static void cutting_takes_part_after_part(void **state UNUSED)
{
	struct span rest = SPAN("a,,b");

	ASSERT_SPAN(span_cut(&rest, ','), "a");
	ASSERT_SPAN(span_cut(&rest, ','), "");
	ASSERT_SPAN(rest, "b");
	ASSERT_SPAN(span_cut(&rest, ','), "b");
	ASSERT_SPAN(rest, "");
	ASSERT_SPAN(span_cut(&rest, ','), "");
	rest = (struct span){0};
	ASSERT_SPAN(span_cut(&rest, ','), "");
}

static void finding_trimming_and_the_rest(void **state UNUSED)
{
	assert_int_equal(span_find(SPAN("abc"), 'c'), 2);
	assert_int_equal(span_find(SPAN("abc"), 'd'), 3);
	ASSERT_SPAN(span_trim(SPAN(" \t a b\r\n ")), "a b");
	ASSERT_SPAN(span_trim(SPAN(" \n ")), "");
	ASSERT_SPAN(span_after(SPAN("abc"), 1), "bc");
	ASSERT_SPAN(span_after(SPAN("abc"), 9), "");
}

static void numbers_are_digits_that_fit(void **state UNUSED)
{
	uint64_t n;

	assert_true(span_to_u64(SPAN("18446744073709551615"), &n));
	assert_true(n == UINT64_MAX);
	assert_true(span_to_u64(SPAN("007"), &n));
	assert_int_equal(n, 7);
	assert_false(span_to_u64(SPAN("18446744073709551616"), &n));
	assert_false(span_to_u64(SPAN("99999999999999999999999"), &n));
	assert_false(span_to_u64(SPAN(""), &n));
	assert_false(span_to_u64(SPAN("-1"), &n));
	assert_false(span_to_u64(SPAN("1 "), &n));
}

static void a_copy_ends_in_nul(void **state UNUSED)
{
	char *copy = span_dup(span_from("abcdef", 3));

	assert_string_equal(copy, "abc");
	free(copy);
	copy = span_dup((struct span){0});
	assert_string_equal(copy, "");
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_equal_byte_for_byte),
		cmocka_unit_test(folding_is_of_ascii_letters_only),
		cmocka_unit_test(prefixes_are_found),
		cmocka_unit_test(cutting_takes_part_after_part),
		cmocka_unit_test(finding_trimming_and_the_rest),
		cmocka_unit_test(numbers_are_digits_that_fit),
		cmocka_unit_test(a_copy_ends_in_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
