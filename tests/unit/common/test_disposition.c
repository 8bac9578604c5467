// SPDX-License-Identifier: MIT
// Names of files in fields of HTTP, both ways.
#include "common/disposition.h"

#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_name_is_found(void **state UNUSED)
{
	static const struct {
		const char *value, *name;
	} rows[] = {
		{"attachment; filename=\"a b.txt\"", "a b.txt"},
		{"inline; filename=\"x.png\"; filename*=UTF-8''%C3%A4%20b.png",
		 "\xc3\xa4 b.png"},
		{"attachment; filename*=utf-8'en'a%2fb; filename=c", "a/b"},
		{"attachment; FILENAME=\"a;b.txt\"", "a;b.txt"},
		{"attachment; filename=\"a\\\"b\"", "a\"b"},
		{"attachment; filename = \"a\" ; x=y", "a"},
		{"attachment; filename*=UTF-8''100%", "100%"},
		{"attachment; filename*=UTF-8''%4", "%4"},
		{"attachment; filename*=latin1''x", ""},
		{"attachment; filename*=latin1''x; filename=y", "y"},
		{"attachment; filename=\"open", "open"},
		{"attachment; filename=\"\\", "\\"},
		{"attachment", ""},
		{"", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = {0};

		disposition_read(span_of(rows[i].value), false, &out);
		assert_string_equal(buf_str(&out), rows[i].name);
		buf_clear(&out);
	}
}

static void a_plus_is_one_or_a_blank(void **state UNUSED)
{
	struct span value = SPAN("attachment; filename*=UTF-8''a+b%2Bc");
	struct buf out = {0};

	disposition_read(value, false, &out);
	assert_string_equal(buf_str(&out), "a+b+c");
	buf_reset(&out);
	disposition_read(value, true, &out);
	assert_string_equal(buf_str(&out), "a b+c");
	buf_clear(&out);
}

static void a_name_comes_back_as_it_went(void **state UNUSED)
{
	static const char *const names[] = {"a", "a b+c;d\".txt", "\xc3\xa4%41\\", "''", "=;="};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct buf field = {0}, out = {0};

		disposition_add(&field, i % 2, span_of(names[i]));
		disposition_read(buf_span(&field), i % 2, &out);
		assert_string_equal(buf_str(&out), names[i]);
		buf_clear(&field);
		buf_clear(&out);
	}
}

static void what_is_no_text_has_the_plain_form_alone(void **state UNUSED)
{
	struct buf field = {0};

	disposition_add(&field, false, SPAN("a\xff\n"));
	assert_string_equal(buf_str(&field), "attachment; filename=\"a__\"");
	buf_clear(&field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_name_is_found),
		cmocka_unit_test(a_plus_is_one_or_a_blank),
		cmocka_unit_test(a_name_comes_back_as_it_went),
		cmocka_unit_test(what_is_no_text_has_the_plain_form_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
