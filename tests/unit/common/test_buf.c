// SPDX-License-Identifier: MIT
#include "common/buf.h"

#include <stdlib.h>

#include <setjmp.h>
#include <cmocka.h>

static void all_kinds_are_appended(void **state UNUSED)
{
	struct buf b = {0};

	buf_add_str(&b, "a");
	buf_add_char(&b, '=');
	buf_add_u64(&b, 0);
	buf_add_u64(&b, UINT64_MAX);
	buf_add_i64(&b, INT64_MIN);
	buf_add_span(&b, SPAN("|"));
	buf_add(&b, NULL, 0);
	buf_printf(&b, "%d%s", 7, "x");
	assert_string_equal(buf_str(&b), "a=018446744073709551615-9223372036854775808|7x");
	buf_clear(&b);
}

static void it_grows_past_any_printed_text(void **state UNUSED)
{
	struct buf b = {0};
	char text[1000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 100; i++)
		buf_printf(&b, "%s", text);
	assert_int_equal(b.len, 99900);
	for (size_t i = 0; i < b.len; i++)
		assert_int_equal(b.at[i], 'x');
	buf_clear(&b);
	assert_int_equal(b.cap, 0);
}

static void the_front_is_dropped(void **state UNUSED)
{
	struct buf b = {0};

	buf_add_str(&b, "abcdef");
	buf_drop(&b, 0);
	buf_drop(&b, 2);
	assert_string_equal(buf_str(&b), "cdef");
	buf_drop(&b, 4);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void a_reset_keeps_the_memory(void **state UNUSED)
{
	struct buf b = {0};

	buf_add_str(&b, "abc");
	buf_reset(&b);
	assert_int_equal(b.len, 0);
	assert_non_null(b.at);
	buf_clear(&b);
	buf_clear(NULL);
}

static void what_is_taken_belongs_to_the_taker(void **state UNUSED)
{
	struct buf b = {0};
	char *text;

	text = buf_take(&b);
	assert_string_equal(text, "");
	free(text);
	buf_add_str(&b, "abc");
	text = buf_take(&b);
	assert_string_equal(text, "abc");
	assert_null(b.at);
	free(text);
}

static void space_is_written_by_the_caller(void **state UNUSED)
{
	struct buf b = {0};

	memcpy(buf_space(&b, 5000), "12345", 5);
	b.len += 5;
	assert_true(span_eq(buf_span(&b), SPAN("12345")));
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_kinds_are_appended),
		cmocka_unit_test(it_grows_past_any_printed_text),
		cmocka_unit_test(the_front_is_dropped),
		cmocka_unit_test(a_reset_keeps_the_memory),
		cmocka_unit_test(what_is_taken_belongs_to_the_taker),
		cmocka_unit_test(space_is_written_by_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
