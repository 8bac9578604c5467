// SPDX-License-Identifier: MIT
// The order of lines, and which of two are one.
#include "client/model/scrollback.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static bool put(struct scrollback *s, struct line_new n)
{
	struct log_line *l = NULL;
	bool is_new = scrollback_add(s, &n, &l);

	assert_non_null(l);
	return is_new;
}

static void expect_texts(struct scrollback *s, const char *wanted)
{
	struct buf got = {0};

	for (size_t i = 0; i < s->count; i++) {
		buf_add_span(&got, line_says(scrollback_at(s, i)));
		assert_int_equal(scrollback_index(s, scrollback_at(s, i)), i);
	}
	assert_string_equal(buf_str(&got), wanted);
	buf_clear(&got);
}

static void clear(struct scrollback *s)
{
	scrollback_clear(s);
	assert_int_equal(s->bytes, 0);
}

#define NUMBERED(ms, id_, text_, seq_, history_)                                               \
	(struct line_new)                                                                      \
	{                                                                                      \
		.at_ms = (ms), .id = SPAN(id_), .text = SPAN(text_), .kind = LINE_MESSAGE,     \
		.seq = (seq_), .history = (history_)                                           \
	}
#define AT(ms, id, text) NUMBERED(ms, id, text, 0, 0)

static void a_line_without_id_is_known_by_all_else(void **state)
{
	static const char who[2];
	const struct person *bob = (const void *)&who[0], *cem = (const void *)&who[1];
	static const struct {
		unsigned flags;
		bool is_bob, is_message, is_hi, is_new;
	} rows[] = {
		{LINE_HISTORY, true, true, true, false},
		{0, true, true, true, true},
		{LINE_HISTORY, false, true, true, true},
		{LINE_HISTORY, true, false, true, true},
		{LINE_HISTORY, true, true, false, true},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scrollback s = {0};
		struct line_new n = AT(5, "", "hi");
		n.from = bob;
		assert_true(put(&s, n));
		n.flags = rows[i].flags;
		n.from = rows[i].is_bob ? bob : cem;
		n.kind = rows[i].is_message ? LINE_MESSAGE : LINE_NOTICE;
		n.text = rows[i].is_hi ? SPAN("hi") : SPAN("ho");
		assert_int_equal(put(&s, n), rows[i].is_new);
		// With an id it is another one.
		n.id = SPAN("x");
		assert_true(put(&s, n));
		assert_false(put(&s, n));
		clear(&s);
	}
}

static void lines_of_one_moment_are_in_the_servers_order(void **state)
{
	struct scrollback s = {0};
	(void)state;

	put(&s, NUMBERED(5, "c", "c", 3, 1));
	put(&s, NUMBERED(5, "a", "a", 1, 1));
	put(&s, NUMBERED(5, "b", "b", 2, 1));
	put(&s, NUMBERED(4, "0", "0", 9, 1));
	// Numbers of another history, and lines without, come as they come.
	put(&s, NUMBERED(5, "d", "d", 1, 2));
	put(&s, AT(5, "e", "e"));
	put(&s, AT(5, "0000000000002", "g"));
	put(&s, AT(5, "0000000000001", "f"));
	put(&s, AT(5, "00000000000001", "h"));
	expect_texts(&s, "0abcdefgh");
	put(&s, AT(6, "i", "i"));
	put(&s, AT(1, "-", "-"));
	expect_texts(&s, "-0abcdefghi");
	clear(&s);
}

static void an_id_is_found_at_another_time_where_numbers_do_not_fit(void **state)
{
	struct scrollback s = {0};
	(void)state;

	put(&s, NUMBERED(10, "a", "a", 1, 1));
	put(&s, NUMBERED(20, "b", "b", 2, 1));
	put(&s, AT(30, "x", "x"));
	put(&s, NUMBERED(40, "c", "c", 3, 1));
	assert_false(s.has_moved);
	// A new one that fits in.
	assert_true(put(&s, NUMBERED(50, "d", "d", 4, 1)));
	assert_false(s.has_moved);
	// Known, and later now: it moves.
	assert_false(put(&s, NUMBERED(60, "b", "b", 2, 1)));
	assert_true(s.has_moved);
	expect_texts(&s, "axcdb");
	// Earlier, between the others' numbers.
	assert_false(put(&s, NUMBERED(15, "b", "b", 2, 1)));
	expect_texts(&s, "abxcd");
	// What has no number is held a second time.
	assert_true(put(&s, AT(70, "x", "X")));
	expect_texts(&s, "abxcdX");
	clear(&s);
}

static void each_number_that_does_not_fit_is_looked_up(void **state)
{
	static const struct {
		int64_t at_ms;
		uint64_t seq;
		uint8_t history;
	} rows[] = {
		{25, 5, 1}, // behind 2, but before 3 it is too much
		{25, 2, 1}, // the same number
		{25, 1, 1}, // behind 2, too small
		{5, 9, 1},  // before the first
		{90, 3, 1}, // behind the last
		{25, 5, 2}, // of another history
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scrollback s = {0};
		put(&s, NUMBERED(10, "k", "k", 1, 1));
		put(&s, NUMBERED(20, "a", "a", 2, 1));
		put(&s, NUMBERED(30, "b", "b", 4, 1));
		assert_false(put(
			&s, NUMBERED(rows[i].at_ms, "k", "k", rows[i].seq, rows[i].history)));
		assert_int_equal(s.count, 3);
		assert_int_equal(scrollback_find(&s, SPAN("k"))->at_ms, rows[i].at_ms);
		clear(&s);
	}
}

static void a_line_that_is_not_here_has_no_place(void **state)
{
	struct scrollback s = {0}, other = {0};
	(void)state;

	put(&s, AT(5, "a", "a"));
	put(&s, AT(7, "b", "b"));
	put(&other, AT(5, "x", "x"));
	assert_int_equal(scrollback_index(&s, scrollback_at(&other, 0)), 2);
	assert_null(scrollback_find(&s, SPAN("")));
	assert_null(scrollback_find(&s, SPAN("x")));
	assert_int_equal(scrollback_after(&s, 5), 0);
	assert_int_equal(scrollback_after(&s, 6), 1);
	assert_int_equal(scrollback_after(&s, 8), 2);
	scrollback_remove(&s, 1);
	expect_texts(&s, "a");
	scrollback_remove(&s, 0);
	expect_texts(&s, "");
	clear(&s);
	clear(&other);
}

static void a_long_id_is_cut(void **state)
{
	struct scrollback s = {0};
	char id[300];
	(void)state;

	memset(id, 'i', sizeof(id));
	for (size_t len = 254; len <= 256; len++) {
		struct line_new n = {.at_ms = (int64_t)len, .id = span_from(id, len)};
		put(&s, n);
		assert_int_equal(scrollback_at(&s, s.count - 1)->id_len, len < 255 ? len : 255);
	}
	clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_without_id_is_known_by_all_else),
		cmocka_unit_test(lines_of_one_moment_are_in_the_servers_order),
		cmocka_unit_test(an_id_is_found_at_another_time_where_numbers_do_not_fit),
		cmocka_unit_test(each_number_that_does_not_fit_is_looked_up),
		cmocka_unit_test(a_line_that_is_not_here_has_no_place),
		cmocka_unit_test(a_long_id_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
