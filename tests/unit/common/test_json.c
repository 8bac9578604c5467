// SPDX-License-Identifier: MIT
#include "common/json.h"
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LAST_CODE 0x10ffffu
#define CHUNK 4096u

static void expect_ascii(struct span line)
{
	assert_true(line.len > 0);
	assert_int_equal(line.at[line.len - 1], '\n');
	for (size_t i = 0; i + 1 < line.len; i++)
		if (line.at[i] < 0x20 || line.at[i] > 0x7e)
			fail_msg("byte %02x in the line", (unsigned)(unsigned char)line.at[i]);
}

static void expect_back(struct span text)
{
	json_t *value = json_text(text), *back;
	struct buf line = {0};

	json_add_line(&line, value);
	expect_ascii(buf_span(&line));
	back = json_loadb(line.at, line.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	assert_non_null(back);
	assert_true(
		span_eq(text, span_from(json_string_value(back), json_string_length(back))));
	json_decref(back);
	json_decref(value);
	buf_clear(&line);
}

static void every_code_point_is_written_in_ascii_and_comes_back(void **state UNUSED)
{
	struct buf text = {0};
	char bytes[4];

	for (uint32_t code = 0; code <= LAST_CODE; code++) {
		if (code < 0xd800 || code > 0xdfff)
			buf_add(&text, bytes, utf8_encode(code, bytes));
		if (code % CHUNK != CHUNK - 1)
			continue;
		expect_back(buf_span(&text));
		buf_reset(&text);
	}
	buf_clear(&text);
}

static void expect_line(struct span text, const char *wanted)
{
	json_t *value = json_text(text);
	struct buf line = {0};

	json_add_line(&line, value);
	assert_string_equal(buf_str(&line), wanted);
	json_decref(value);
	buf_clear(&line);
}

static void what_drives_a_terminal_is_escaped(void **state UNUSED)
{
	expect_line(SPAN("a\x7f"), "\"a\\u007F\"\n");
	expect_line(SPAN("\x7f\x7f"), "\"\\u007F\\u007F\"\n");
	expect_line(SPAN("\xc2\x9b"), "\"\\u009B\"\n");
	expect_line(SPAN("\xe2\x80\xae"), "\"\\u202E\"\n");
	expect_line(SPAN("\xf0\x9f\x98\x80"), "\"\\uD83D\\uDE00\"\n");
	expect_line(SPAN("\x1b\"\\"), "\"\\u001B\\\"\\\\\"\n");
}

static void what_is_no_utf8_is_replaced_and_nothing_is_empty(void **state UNUSED)
{
	expect_line(SPAN("a\xff\xc2"), "\"a\\uFFFD\\uFFFD\"\n");
	expect_line((struct span){0}, "\"\"\n");
}

static void names_of_members_are_escaped_too(void **state UNUSED)
{
	json_t *value = json_pack("{s:[s, i]}", "k\x7f\xc2\x9d", "\x7f", 7);
	struct buf line = {0}, lines = {0};

	json_add_line(&line, NULL);
	assert_int_equal(line.len, 0);
	json_add_line(&line, value);
	assert_string_equal(buf_str(&line), "{\"k\\u007F\\u009D\":[\"\\u007F\",7]}\n");
	json_add_lines(&lines, value);
	assert_string_equal(buf_str(&lines), "{\n  \"k\\u007F\\u009D\": [\n    \"\\u007F\",\n"
					     "    7\n  ]\n}\n");
	json_decref(value);
	buf_clear(&line);
	buf_clear(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_is_written_in_ascii_and_comes_back),
		cmocka_unit_test(what_drives_a_terminal_is_escaped),
		cmocka_unit_test(what_is_no_utf8_is_replaced_and_nothing_is_empty),
		cmocka_unit_test(names_of_members_are_escaped_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
