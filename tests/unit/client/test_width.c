// SPDX-License-Identifier: MIT
#include "client/text/width.h"

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
		{"a", 1},
		{"é", 1},
		{"e\xcc\x81", 1},
		{"世", 2},
		{"👩‍👩‍👧‍👦", 2},
		{"👍🏽", 2},
		{"🏳️‍🌈", 2},
		{"🇩🇪", 2},
		{"❤️", 2},
		{"⚠️", 2},
		{"1️⃣", 2},
		{"🫨", 2},
		{"\xf0\x9f\xab\xa9", 2},
		{"각", 2},
		{"─", 1},
		{"…", 1},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int width;
		struct span text = span_of(table[i].text);
		assert_int_equal(width_next(NULL, text, &width), text.len);
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
		at += width_next(NULL, span_after(text, at), &width);
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
	struct span cut = width_cut(NULL, span_of("a世b"), 2, &width);
	assert_int_equal(cut.len, 1);
	assert_int_equal(width, 1);
	assert_int_equal(width_of(NULL, span_of("a世b")), 4);
}

static void a_cluster_without_end_is_split(void **state)
{
	(void)state;
	char text[4 + 64 * 3] = "\xf0\x9f\x91\xa9";
	for (int i = 0; i < 64; i++)
		memcpy(text + 4 + i * 3, "\xe2\x80\x8d", 3);
	int width;
	assert_true(width_next(NULL, span_from(text, sizeof(text)), &width) <= CLUSTER_MAX);
}

static void expect_width(const struct widths *by, const char *text, int expected)
{
	int width;
	struct span s = span_of(text);
	assert_int_equal(width_next(by, s, &width), s.len);
	if (width != expected)
		fail_msg("%s is %d wide, not %d", text, width, expected);
}

// As tmux 3.3a and as a terminal that knows no clusters draw them.
static void a_terminal_may_have_other_widths(void **state)
{
	static const struct widths tmux = {.sums_tones = true, .ignores_vs16 = true, .flag = 2};
	static const struct widths old = {
		.sums_joined = true, .sums_tones = true, .ignores_vs16 = true, .flag = 4};
	(void)state;
	expect_width(&tmux, "👩‍👩‍👧‍👦", 2);
	expect_width(&tmux, "👍🏽", 4);
	expect_width(&tmux, "❤️", 1);
	expect_width(&tmux, "1️⃣", 1);
	expect_width(&tmux, "🇩🇪", 2);
	expect_width(&old, "👩‍👩‍👧‍👦", 8);
	expect_width(&old, "🇩🇪", 4);
	expect_width(&old, "e\xcc\x81", 1);
	expect_width(&old, "世", 2);
	assert_int_equal(width_of(&old, span_of("a👍🏽b")), 6);
}

// As tmux 3.3a draws them (tests/e2e/test_scripts.py asks it).
static void the_scripts_of_the_table_have_their_width(void **state)
{
	static const struct widths tmux = {
		.sums_tones = true, .ignores_vs16 = true, .flag = 2, .joins_letters = true};
	static const struct {
		const char *text;
		int width;
	} table[] = {
		{"คำ น้ำใจ ที่นี่", 10},      {"ນ້ຳ ພາສາລາວ", 10},        {"नाम हिन्दी क्षि स्त्री", 18},
		{"বাংলা ভাষা কো", 13},   {"தமிழ் மொழி கௌ", 12},      {"മലയാളം ഭാഷ കോ", 13},
		{"සිංහල කො ශ්\u200dරී", 9}, {"བོད་སྐད་ ཀཱི", 8},           {"မြန်မာစာ ကြောင့်", 13},
		{"ភាសាខ្មែរ កាំ", 11},     {"ꦧꦱꦗꦮ ꦏꦺꦴ", 8},           {"𑄌𑄋𑄴𑄟𑄳𑄦 𑄇𑄬", 7},
		{"العربية مُحَمَّد", 12},    {"\u1112\u1161\u11ab", 2}, {"\u0600\u0661", 2},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int width = width_of(&tmux, span_of(table[i].text));
		if (width != table[i].width)
			fail_msg("%s is %d wide, not %d", table[i].text, width, table[i].width);
	}
	static const struct widths joins = {.joins_marks = true};
	assert_int_equal(width_of(&joins, span_of("नाम")), 2);
	assert_int_equal(width_of(&joins, span_of("คำ")), 2);
	assert_int_equal(width_of(NULL, span_of("ශ්\u200dරී")), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cluster_of_the_table_has_its_width),
		cmocka_unit_test(clusters_are_walked_both_ways),
		cmocka_unit_test(cutting_never_splits_a_cluster),
		cmocka_unit_test(a_cluster_without_end_is_split),
		cmocka_unit_test(a_terminal_may_have_other_widths),
		cmocka_unit_test(the_scripts_of_the_table_have_their_width),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
