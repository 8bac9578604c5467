// SPDX-License-Identifier: MIT
#include "client/text/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// "+" for a line of code, "-" for another one.
static void expect(const char *text, const char *kinds)
{
	struct code_walk w;
	struct code_line line;
	struct buf got = {0}, back = {0};
	code_walk_init(&w, span_of(text));
	while (code_next(&w, &line)) {
		buf_add_char(&got, line.is_code ? '+' : '-');
		buf_printf(&back, "%s" SPAN_FMT, back.len || got.len > 1 ? "\n" : "",
			   SPAN_ARG(line.text));
	}
	assert_string_equal(buf_str(&got), kinds);
	assert_string_equal(buf_str(&back), text);
	assert_int_equal(code_count_lines(span_of(text)), got.len);
	buf_clear(&got);
	buf_clear(&back);
}

static void fences_and_indented_lines_are_code(void **state)
{
	(void)state;
	expect("", "-");
	expect("hello", "-");
	expect("  hello", "-"); // one line is no listing
	expect("```c\nint x;\n```\nso", "+++-");
	expect("see:\n```\nnever closed", "-++");
	expect("``` all on one line ```\nso", "+-");
	expect("see:\n\tif (x)\n  y\nso\n", "-++--");
	expect("a\n\nb", "---");
	expect("\n", "--");
}

static void expect_added(const char *line, const char *wanted)
{
	struct buf got = {0};
	code_add(&got, NULL, span_of(line));
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void tabs_reach_to_the_next_multiple(void **state)
{
	(void)state;
	expect_added("", "");
	expect_added("\tx", "        x");
	expect_added("ab\tx", "ab      x");
	expect_added("12345678\tx", "12345678        x");
	expect_added("\t\tx\t", "                x       ");
	expect_added("日本\tx", "日本    x");
	// What has no width, or is taken out, counts for nothing.
	expect_added("\x1b[31mab\tx", "ab      x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fences_and_indented_lines_are_code),
		cmocka_unit_test(tabs_reach_to_the_next_multiple),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
