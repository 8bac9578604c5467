// SPDX-License-Identifier: MIT
#include "client/ui/width.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>


static void every_cluster_of_the_table_has_its_width(void **state)
{
	static const struct {
		const char *text;
		int width;
	} table[] = {
		{"a", 1},	   {"é", 1},	     {"e\xcc\x81", 1}, {"世", 2},
		{"👩‍👩‍👧‍👦", 2}, {"👍🏽", 2}, {"🏳️‍🌈", 2},	{"🇩🇪", 2},
		{"❤️", 2},    {"⚠️", 2}, {"1️⃣", 2}, {"🫨", 2},
		{"\xf0\x9f\xab\xa9", 2}, {"각", 2}, {"─", 1}, {"…", 1},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int width;
		struct span text = span_of(table[i].text);
		assert_int_equal(width_next(text, &width), text.len);
		assert_int_equal(width, table[i].width);
		assert_int_equal(width_back(text, text.len), text.len);
	}
}

static void clusters_are_walked_both_ways(void **state)
{
	(void)state;
	struct span text = span_of("ab👩‍👩‍👧‍👦c🇩🇪🇫🇷é");
	size_t at = 0, starts[16], n = 0;
	while (at < text.len) {
		int width;
		starts[n++] = at;
		at += width_next(span_after(text, at), &width);
	}
	assert_int_equal(n, 7);
	for (; n > 0; n--) {
		at -= width_back(text, at);
		assert_int_equal(at, starts[n - 1]);
	}
}

static void cutting_never_splits_a_cluster(void **state)
{
	(void)state;
	int width;
	struct span cut = width_cut(span_of("a世b"), 2, &width);
	assert_int_equal(cut.len, 1);
	assert_int_equal(width, 1);
	assert_int_equal(width_of(span_of("a世b")), 4);
}

static void a_cluster_without_end_is_split(void **state)
{
	(void)state;
	char text[4 + 64 * 3] = "\xf0\x9f\x91\xa9";
	for (int i = 0; i < 64; i++)
		memcpy(text + 4 + i * 3, "\xe2\x80\x8d", 3);
	int width;
	assert_true(width_next(span_from(text, sizeof(text)), &width) <= CLUSTER_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cluster_of_the_table_has_its_width),
		cmocka_unit_test(clusters_are_walked_both_ways),
		cmocka_unit_test(cutting_never_splits_a_cluster),
		cmocka_unit_test(a_cluster_without_end_is_split),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
