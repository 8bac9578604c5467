// SPDX-License-Identifier: MIT
// A text of many lines as the lines of a batch, within what the server takes.
#include "client/sync/multiline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void limits_are_read(void **state)
{
	static const struct {
		const char *value;
		size_t bytes, lines;
	} rows[] = {
		{"max-bytes=4096,max-lines=24", 4096, 24},
		{"max-lines=24,max-bytes=4096,other=7", 4096, 24},
		{"max-bytes=4096", 4096, 100},
		{"max-lines=24", 0, 24},
		{"", 0, 0},
		{"max-bytes=x,max-lines=24", 0, 24},
		{"max-bytes=1048576,max-lines=1048577", 1048576, 100},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct multiline_limits l;
		multiline_limits_parse(&l, span_of(rows[i].value));
		if (l.bytes != rows[i].bytes || l.lines != rows[i].lines)
			fail_msg("%s: %zu %zu", rows[i].value, l.bytes, l.lines);
	}
	assert_false(multiline_is_needed(SPAN("four"), 4));
	assert_true(multiline_is_needed(SPAN("fives"), 4));
	assert_true(multiline_is_needed(SPAN("a\n"), 4));
}

#define LINE(text) "@batch=r PRIVMSG #a :" text "\n"
#define MORE(text) "@batch=r;draft/multiline-concat PRIVMSG #a :" text "\n"

static void lines_are_taken_as_far_as_they_fit(void **state)
{
	static const struct {
		const char *text;
		size_t bytes, lines, line_max;
		const char *batch, *rest;
	} rows[] = {
		{"one\ntwo", 100, 9, 9, LINE("one") LINE("two"), ""},
		{"one\n\ntwo", 100, 9, 9, LINE("one") LINE("") LINE("two"), ""},
		{"one\ntwo\n", 100, 9, 9, LINE("one") LINE("two"), ""},
		{"onetwoth", 100, 9, 3, LINE("one") MORE("two") MORE("th"), ""},
		{"onetwo\nx", 100, 9, 3, LINE("one") MORE("two") LINE("x"), ""},
		{"one\ntwo\nthree", 100, 2, 9, LINE("one") LINE("two"), "three"},
		{"one\ntwo\nthree", 8, 9, 9, LINE("one") LINE("two"), "three"},
		{"one\ntwo\nthree", 7, 9, 9, LINE("one"), "two\nthree"},
		// One line goes, whatever there is room for.
		{"one\ntwo", 2, 9, 9, LINE("one"), "two"},
		{"\xc3\xa4\xc3\xa4", 100, 9, 3, LINE("\xc3\xa4") MORE("\xc3\xa4"), ""},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct multiline_limits l = {.bytes = rows[i].bytes, .lines = rows[i].lines};
		struct buf lines = {0};
		struct span rest = span_of(rows[i].text);
		multiline_add(&lines, &rest, &l, "r", LINE_MESSAGE, SPAN("#a"),
			      rows[i].line_max);
		assert_string_equal(buf_str(&lines), rows[i].batch);
		assert_true(span_eq(rest, span_of(rows[i].rest)));
		buf_clear(&lines);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_read),
		cmocka_unit_test(lines_are_taken_as_far_as_they_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
