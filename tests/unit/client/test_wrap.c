// SPDX-License-Identifier: MIT
#include "client/text/wrap.h"
#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(const char *text, int cols, const char *rows)
{
	struct wrap w;
	struct span row;
	struct buf out = {0};
	wrap_init(&w, NULL, span_of(text), cols);
	while (wrap_next(&w, &row)) {
		buf_add_span(&out, row);
		buf_add_char(&out, '|');
	}
	assert_string_equal(buf_str(&out), rows);
	buf_clear(&out);
}

static void rows_break_at_blanks(void **state)
{
	(void)state;
	expect("the quick brown fox", 10, "the quick|brown fox|");
	expect("the quick", 9, "the quick|");
	expect("abcdefghi jk", 9, "abcdefghi|jk|");
	expect("", 5, "|");
	expect("a", 1, "a|");
}

static void long_words_break_inside(void **state)
{
	(void)state;
	expect("abcdefgh", 3, "abc|def|gh|");
	expect("ab cdefgh", 4, "ab|cdef|gh|");
}

static void line_feeds_end_rows(void **state)
{
	(void)state;
	expect("a\nb", 10, "a|b|");
	expect("a\n", 10, "a||");
	expect("\n\n", 10, "|||");
}

static void wide_clusters_are_whole(void **state)
{
	(void)state;
	expect("世界世", 5, "世界|世|");
	expect("世界", 1, "世|界|");
	expect("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3,
	       "👩‍👩‍👧‍👦|👩‍👩‍👧‍👦|");
}

static void blanks_at_the_start_stay(void **state)
{
	(void)state;
	expect("  int x;", 20, "  int x;|");
	assert_int_equal(wrap_count(NULL, span_of("a b c d"), 1), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_break_at_blanks),
		cmocka_unit_test(long_words_break_inside),
		cmocka_unit_test(line_feeds_end_rows),
		cmocka_unit_test(wide_clusters_are_whole),
		cmocka_unit_test(blanks_at_the_start_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
