// SPDX-License-Identifier: MIT
// The line's edges: what does nothing there, what has no room, and what a run of kills, letters
// and yanks is.
#include "tests/unit/client/edit_fixture.h"

static void put(struct edit *e, const char *text, size_t cursor)
{
	edit_set(e, span_of(text));
	edit_seek(e, cursor);
}

static void an_act_at_an_edge_does_nothing(void **state)
{
	static const enum edit_move moves[] = {
		EDIT_LEFT,       EDIT_RIGHT,      EDIT_WORD_LEFT, EDIT_WORD_RIGHT,
		EDIT_BLANK_LEFT, EDIT_LINE_START, EDIT_LINE_END,  EDIT_START,
		EDIT_END,        EDIT_UP,         EDIT_DOWN};
	struct edit *e = *state;
	for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
		assert_false(edit_move(e, moves[i]));
		edit_delete(e, moves[i]);
		edit_kill(e, moves[i]);
		edit_transpose(e);
		edit_yank(e);
		edit_yank_pop(e);
		expect(e, "|");
	}
}

static void words_end_at_what_is_no_letter(void **state)
{
	static const struct {
		const char *text;
		size_t from;
		enum edit_move move;
		const char *after;
	} rows[] = {
		{"a1-Z9 /é", 0, EDIT_WORD_RIGHT, "a1|-Z9 /é"},
		{"a1-Z9 /é", 2, EDIT_WORD_RIGHT, "a1-Z9| /é"},
		{"a1-Z9 /é", 5, EDIT_WORD_RIGHT, "a1-Z9 /é|"},
		{"a1-  ", 2, EDIT_WORD_RIGHT, "a1-  |"},
		{"a1-Z9 /é", 9, EDIT_WORD_LEFT, "a1-Z9 /|é"},
		{"a1-Z9 /é", 7, EDIT_WORD_LEFT, "a1-|Z9 /é"},
		{" -a", 2, EDIT_WORD_LEFT, "| -a"},
		{"@[`{:", 5, EDIT_WORD_LEFT, "|@[`{:"},
		{"@[`{:x", 6, EDIT_WORD_LEFT, "@[`{:|x"},
		{"a b  ", 5, EDIT_BLANK_LEFT, "a |b  "},
		{"a/b\nc", 5, EDIT_BLANK_LEFT, "a/b\n|c"},
		{"a/b\n", 4, EDIT_BLANK_LEFT, "|a/b\n"},
		{"  ", 2, EDIT_BLANK_LEFT, "|  "},
		{"a\nbc", 3, EDIT_LINE_START, "a\n|bc"},
		{"ab\nc", 1, EDIT_LINE_END, "ab|\nc"},
		{"ab\ncd", 4, EDIT_UP, "a|b\ncd"},
		{"ab\n\ncd", 1, EDIT_DOWN, "ab\n|\ncd"},
		{"ab\ncd", 1, EDIT_UP, "a|b\ncd"},
		{"ab\ncd", 4, EDIT_DOWN, "ab\nc|d"},
	};
	struct edit *e = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(e, rows[i].text, rows[i].from);
		edit_move(e, rows[i].move);
		expect(e, rows[i].after);
	}
	// The column that one came from is kept over a short line, until one moves.
	put(e, "abc\n\nabc", 3);
	edit_move(e, EDIT_DOWN);
	edit_move(e, EDIT_DOWN);
	expect(e, "abc\n\nabc|");
	put(e, "abc\n\nabc", 3);
	edit_move(e, EDIT_DOWN);
	edit_move(e, EDIT_LINE_END);
	edit_move(e, EDIT_DOWN);
	expect(e, "abc\n\n|abc");
}

static void letters_change_places(void **state)
{
	static const struct {
		const char *text;
		size_t from;
		const char *after;
	} rows[] = {
		{"ab", 2, "ba|"}, {"abc", 1, "ba|c"}, {"ab", 0, "|ab"},
		{"a", 1, "a|"},   {"a", 0, "|a"},     {"éb", 3, "bé|"},
	};
	struct edit *e = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		put(e, rows[i].text, rows[i].from);
		edit_transpose(e);
		expect(e, rows[i].after);
	}
}

static void kills_in_a_row_are_one(void **state)
{
	struct edit *e = *state;
	put(e, "one two\nthree", 4);
	edit_kill(e, EDIT_LINE_END);
	expect(e, "one |\nthree");
	edit_kill(e, EDIT_LINE_END); // of its end
	expect(e, "one |three");
	edit_kill(e, EDIT_WORD_LEFT);
	expect(e, "|three");
	edit_kill(e, EDIT_START); // nothing: the run is over
	edit_kill(e, EDIT_END);
	edit_yank(e);
	expect(e, "three|");
	edit_yank_pop(e);
	expect(e, "one two\n|");
	edit_yank_pop(e); // round
	expect(e, "three|");
	edit_move(e, EDIT_LEFT);
	edit_yank_pop(e); // only behind a yank
	expect(e, "thre|e");
	put(e, "x\ny", 0);
	edit_kill(e, EDIT_RIGHT);
	edit_kill(e, EDIT_RIGHT);
	expect(e, "|y");
}

static void what_has_no_room_is_not_taken(void **state)
{
	struct edit *e = *state;
	struct buf big = {0};
	for (int i = 0; i < EDIT_MAX - 1; i++)
		buf_add_char(&big, 'x');
	edit_insert(e, buf_span(&big));
	assert_int_equal(edit_text(e).len, EDIT_MAX - 1);
	edit_insert(e, SPAN("é"));
	assert_int_equal(edit_text(e).len, EDIT_MAX - 1);
	edit_insert(e, SPAN("y"));
	assert_int_equal(edit_text(e).len, EDIT_MAX);
	edit_replace_back(e, 1, SPAN("zz"));
	assert_int_equal(edit_text(e).at[EDIT_MAX - 1], 'y');
	edit_replace_back(e, 1, SPAN("z"));
	assert_int_equal(edit_text(e).at[EDIT_MAX - 1], 'z');
	edit_kill(e, EDIT_LEFT);
	edit_yank(e);
	assert_int_equal(edit_text(e).len, EDIT_MAX);
	edit_yank(e);
	assert_int_equal(edit_text(e).len, EDIT_MAX);
	buf_add_str(&big, "\xc3\xa9");
	edit_set(e, buf_span(&big));
	assert_int_equal(edit_text(e).len, EDIT_MAX - 1); // no half of a letter
	edit_set(e, SPAN("ab"));
	edit_replace_back(e, 3, SPAN("x"));
	expect(e, "ab|");
	edit_replace_back(e, 2, SPAN("x"));
	expect(e, "x|");
	buf_clear(&big);
}

static void steps_are_words_and_what_was_taken(void **state)
{
	struct edit *e = *state;
	for (const char *c = "ab cd"; *c; c++)
		edit_insert(e, span_from(c, 1));
	edit_undo(e);
	expect(e, "ab |");
	edit_undo(e);
	expect(e, "|");
	edit_undo(e);
	expect(e, "|");
	edit_redo(e);
	edit_redo(e);
	expect(e, "ab cd|");
	edit_seek(e, 0);
	edit_insert(e, SPAN("x"));
	edit_insert(e, SPAN("\n"));
	edit_insert(e, SPAN("y"));
	edit_undo(e);
	expect(e, "x\n|ab cd");
	edit_undo(e);
	edit_undo(e);
	expect(e, "|ab cd");
	edit_delete(e, EDIT_WORD_RIGHT);
	edit_undo(e);
	expect(e, "|ab cd");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_act_at_an_edge_does_nothing), TEST(words_end_at_what_is_no_letter),
		TEST(letters_change_places),          TEST(kills_in_a_row_are_one),
		TEST(what_has_no_room_is_not_taken),  TEST(steps_are_words_and_what_was_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
