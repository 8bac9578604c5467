// SPDX-License-Identifier: MIT
#include "tests/unit/client/edit_fixture.h"

#include "client/ui/drafts.h"
#include "client/ui/history.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void type(struct edit *e, const char *text)
{
	for (; *text; text++)
		edit_insert(e, span_from(text, 1));
}

static void letters_go_in_at_the_cursor(void **state)
{
	struct edit *e = *state;
	type(e, "hllo");
	edit_move(e, EDIT_LINE_START);
	edit_move(e, EDIT_RIGHT);
	type(e, "e");
	expect(e, "he|llo");
	assert_true(edit_move(e, EDIT_END));
	assert_false(edit_move(e, EDIT_RIGHT));
}

static void controls_and_broken_bytes_do_not_go_in(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("a\x1b[31m\x00\x7f\xff\xc2\x9b"
			    "b\tc\nd"));
	expect(e, "a[31mb\tc\nd|");
}

static void moves_go_by_cluster_and_word(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("one two-three 👩‍👩‍👧‍👦x"));
	edit_move(e, EDIT_LEFT);
	edit_move(e, EDIT_LEFT);
	expect(e, "one two-three |👩‍👩‍👧‍👦x");
	edit_move(e, EDIT_WORD_LEFT);
	expect(e, "one two-|three 👩‍👩‍👧‍👦x");
	edit_move(e, EDIT_WORD_LEFT);
	edit_move(e, EDIT_WORD_LEFT);
	edit_move(e, EDIT_WORD_LEFT);
	expect(e, "|one two-three 👩‍👩‍👧‍👦x");
	edit_move(e, EDIT_WORD_RIGHT);
	expect(e, "one| two-three 👩‍👩‍👧‍👦x");
}

static void up_and_down_keep_the_column(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("abcdef\nab\nabcdef"));
	assert_true(edit_move(e, EDIT_UP));
	expect(e, "abcdef\nab|\nabcdef");
	assert_true(edit_move(e, EDIT_UP));
	expect(e, "abcdef|\nab\nabcdef");
	assert_false(edit_move(e, EDIT_UP));
	edit_move(e, EDIT_LINE_START);
	edit_move(e, EDIT_DOWN);
	expect(e, "abcdef\n|ab\nabcdef");
}

static void kills_in_a_row_join_and_yank_turns_the_ring(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("one two three"));
	edit_kill(e, EDIT_BLANK_LEFT);
	edit_kill(e, EDIT_BLANK_LEFT);
	expect(e, "one |");
	edit_yank(e);
	expect(e, "one two three|");
	edit_move(e, EDIT_LINE_START);
	edit_kill(e, EDIT_WORD_RIGHT);
	edit_yank(e);
	expect(e, "one| two three");
	edit_yank_pop(e);
	expect(e, "two three| two three");
	edit_yank_pop(e);
	expect(e, "one| two three");
}

static void killing_at_the_line_end_joins_lines(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("a\nb"));
	edit_move(e, EDIT_UP);
	edit_move(e, EDIT_LINE_END);
	edit_kill(e, EDIT_LINE_END);
	expect(e, "a|b");
}

static void undo_goes_word_by_word_and_redo_comes_back(void **state)
{
	struct edit *e = *state;
	type(e, "one two");
	edit_undo(e);
	expect(e, "one |");
	edit_undo(e);
	expect(e, "|");
	assert_false(edit_undo(e));
	edit_redo(e);
	edit_redo(e);
	expect(e, "one two|");
	edit_kill(e, EDIT_START);
	edit_undo(e);
	expect(e, "one two|");
}

static void transposing_swaps_clusters(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("aé"));
	edit_transpose(e);
	expect(e, "éa|");
}

static void a_word_before_the_cursor_is_replaced(void **state)
{
	struct edit *e = *state;
	edit_insert(e, SPAN("hi bo there"));
	edit_seek(e, 5);
	edit_replace_back(e, 2, SPAN("bob: "));
	expect(e, "hi bob: | there");
}

static void too_much_is_not_taken(void **state)
{
	struct edit *e = *state;
	struct buf big = {0};
	memset(buf_space(&big, EDIT_MAX + 1), 'x', EDIT_MAX + 1);
	big.len = EDIT_MAX + 1;
	edit_insert(e, buf_span(&big));
	assert_int_equal(e->text.len, 0);
	big.len = EDIT_MAX;
	edit_insert(e, buf_span(&big));
	edit_insert(e, SPAN("y"));
	assert_int_equal(e->text.len, EDIT_MAX);
	buf_clear(&big);
}

static void set(struct edit *e, const char *with_cursor)
{
	const char *bar = strchr(with_cursor, '|');
	struct buf text = {0};

	buf_add(&text, with_cursor, (size_t)(bar - with_cursor));
	buf_add_str(&text, bar + 1);
	edit_set(e, buf_span(&text));
	edit_seek(e, (size_t)(bar - with_cursor));
	buf_clear(&text);
}

static void each_move_ends_in_its_place(void **state)
{
	static const struct {
		const char *from;
		enum edit_move move;
		const char *to;
	} rows[] = {
		{"ab|", EDIT_LEFT, "a|b"},
		{"|ab", EDIT_LEFT, "|ab"},
		{"a1_B9 \xc3\xb6|", EDIT_WORD_LEFT, "a1_B9 |\xc3\xb6"},
		{"a1_B9| ", EDIT_WORD_LEFT, "a1_|B9 "},
		{"a1_|B9 ", EDIT_WORD_LEFT, "|a1_B9 "},
		{"  |", EDIT_WORD_LEFT, "|  "},
		{"| a@z`{", EDIT_WORD_RIGHT, " a|@z`{"},
		{" a|@z`{", EDIT_WORD_RIGHT, " a@z|`{"},
		{" a@z|`{", EDIT_WORD_RIGHT, " a@z`{|"},
		{"|/09:", EDIT_WORD_RIGHT, "/09|:"},
		{"one\ntwo  |", EDIT_BLANK_LEFT, "one\n|two  "},
		{"one\n|two", EDIT_BLANK_LEFT, "|one\ntwo"},
		{"one-two|", EDIT_BLANK_LEFT, "|one-two"},
		{"a\nbc|d\ne", EDIT_LINE_START, "a\n|bcd\ne"},
		{"a\nbc|d\ne", EDIT_LINE_END, "a\nbcd|\ne"},
		{"a\nbc|d\ne", EDIT_START, "|a\nbcd\ne"},
		{"a\nbc|d\ne", EDIT_END, "a\nbcd\ne|"},
		{"a\nbc|d\ne", EDIT_UP, "a|\nbcd\ne"},
		{"a\nbc|d\ne", EDIT_DOWN, "a\nbcd\ne|"},
		{"ab|c\nd", EDIT_UP, "ab|c\nd"},
		{"abc\nd|e", EDIT_DOWN, "abc\nd|e"},
		{"|", EDIT_RIGHT, "|"},
	};
	struct edit *e = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		set(e, rows[i].from);
		bool moved = edit_move(e, rows[i].move);
		expect(e, rows[i].to);
		assert_int_equal(moved, strcmp(rows[i].from, rows[i].to) != 0);
		// What is deleted is what lies between.
		set(e, rows[i].from);
		size_t before = e->text.len, at = e->cursor;
		edit_delete(e, rows[i].move);
		const char *to = strchr(rows[i].to, '|');
		size_t went = (size_t)(to - rows[i].to);
		assert_int_equal(before - e->text.len, went > at ? went - at : at - went);
	}
}

static void kills_join_on_their_side(void **state)
{
	struct edit *e = *state;

	edit_yank(e);
	edit_yank_pop(e);
	expect(e, "|");
	set(e, "one |two three");
	edit_kill(e, EDIT_WORD_RIGHT);
	edit_kill(e, EDIT_WORD_RIGHT);
	expect(e, "one |");
	// Where there is nothing, nothing is killed, and the run of kills ends.
	edit_kill(e, EDIT_LINE_END);
	edit_yank(e);
	expect(e, "one two three|");
	edit_kill(e, EDIT_BLANK_LEFT);
	expect(e, "one two |");
	edit_move(e, EDIT_START);
	edit_yank_pop(e);
	expect(e, "|one two ");
	edit_yank(e);
	edit_yank_pop(e);
	expect(e, "two three|one two ");
	set(e, "|a\n");
	edit_kill(e, EDIT_LINE_END);
	edit_kill(e, EDIT_LINE_END);
	expect(e, "|");
	edit_yank(e);
	expect(e, "a\n|");
}

static void the_ring_turns_over_what_it_holds(void **state)
{
	struct edit *e = *state;
	char word[8];

	for (int i = 0; i < EDIT_RING + 3; i++) {
		snprintf(word, sizeof(word), "w%d", i);
		edit_reset(e);
		edit_insert(e, span_of(word));
		edit_kill(e, EDIT_START);
	}
	edit_yank(e);
	for (int i = 0; i < EDIT_RING; i++)
		edit_yank_pop(e);
	snprintf(word, sizeof(word), "w%d|", EDIT_RING + 2);
	expect(e, word);
}

static void only_neighbours_are_transposed(void **state)
{
	static const char *const rows[][2] = {{"|", "|"},     {"|ab", "|ab"}, {"a|", "a|"},
					      {"a|b", "ba|"}, {"ab|", "ba|"}, {"ab|c", "acb|"}};
	struct edit *e = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		set(e, rows[i][0]);
		edit_transpose(e);
		expect(e, rows[i][1]);
	}
}

static void a_step_is_what_was_typed_in_one_go(void **state)
{
	struct edit *e = *state;

	type(e, "ab");
	edit_move(e, EDIT_START);
	type(e, "c");
	expect(e, "c|ab");
	assert_true(edit_undo(e));
	expect(e, "|ab");
	// What is done anew has no other future.
	type(e, "d");
	assert_false(edit_redo(e));
	type(e, "\n");
	type(e, "e");
	edit_undo(e);
	expect(e, "d\n|ab");
	edit_undo(e);
	expect(e, "d|ab");
	// Nothing is no step.
	edit_insert(e, SPAN("\x01"));
	edit_insert(e, SPAN(""));
	edit_delete(e, EDIT_LINE_START);
	edit_delete(e, EDIT_LINE_START);
	edit_undo(e);
	expect(e, "d|ab");
	edit_reset(e);
	assert_false(edit_undo(e));
	for (int i = 0; i < 250; i++)
		edit_set(e, i % 2 ? SPAN("x") : SPAN("y"));
	int n = 0;
	while (edit_undo(e))
		n++;
	assert_int_equal(n, 200);
}

static void what_does_not_fit_is_left_out(void **state)
{
	struct edit *e = *state;
	struct buf big = {0};

	memset(buf_space(&big, EDIT_MAX + 1), 'x', EDIT_MAX + 1);
	big.len = EDIT_MAX + 1;
	edit_set(e, buf_span(&big));
	assert_int_equal(e->text.len, EDIT_MAX);
	edit_set(e, SPAN("a\xc2\xa0\xc2\x9f\x1f\xc3"));
	expect(e, "a\xc2\xa0|");
	edit_set(e, SPAN("ab"));
	edit_replace_back(e, 3, SPAN("c"));
	expect(e, "ab|");
	edit_replace_back(e, 2, SPAN("c"));
	expect(e, "c|");
	big.len = EDIT_MAX;
	edit_replace_back(e, 0, buf_span(&big));
	expect(e, "c|");
	edit_replace_back(e, 1, buf_span(&big));
	assert_int_equal(e->text.len, EDIT_MAX);
	edit_kill(e, EDIT_LEFT);
	edit_insert(e, SPAN("y"));
	edit_yank(e);
	assert_int_equal(e->text.len, EDIT_MAX);
	buf_clear(&big);
}

static void history_keeps_the_draft_and_the_file(void **state)
{
	(void)state;
	char dir[] = "/tmp/snug-history-XXXXXX", file[64];
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/history", dir);
	struct history h;
	history_open(&h, file);
	history_add(&h, SPAN("first"), SPAN("#den"));
	history_add(&h, SPAN("two\nlines"), SPAN("#den"));
	history_add(&h, SPAN("two\nlines"), SPAN("#den"));
	static const char *const secrets[] = {
		"/passwd hunter2",
		"/query NickServ identify hunter2",
		"/msg  NickServ identify hunter2",
		"/raw PRIVMSG nickserv :identify hunter2",
		"/quote NS IDENTIFY hunter2",
		"/notice NickServ hunter2",
		"/query NickServ hunter2",
		"identify hunter2",
		"/oper ann hunter2",
		"/quote OPER ann hunter2",
		"/raw pass hunter2",
	};
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		history_add(&h, span_of(secrets[i]), SPAN("#den"));
	// Where only a service listens.
	history_add(&h, SPAN("register hunter2 a@b"), SPAN("nickserv"));
	history_add(&h, SPAN("SET PASSWORD hunter2"), SPAN("NickServ"));
	history_add(&h, SPAN("hunter2"), SPAN("AuthServ"));
	assert_string_equal(history_step(&h, true, SPAN("draft")), "two\nlines");
	assert_string_equal(history_step(&h, true, SPAN("")), "first");
	assert_null(history_step(&h, true, SPAN("")));
	assert_string_equal(history_step(&h, false, SPAN("")), "two\nlines");
	assert_string_equal(history_step(&h, false, SPAN("")), "draft");
	history_clear(&h);
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	history_open(&h, file);
	assert_int_equal(h.count, 2);
	assert_string_equal(h.entries[1], "two\nlines");
	assert_int_equal(history_search(&h, h.count, SPAN("irs")), 0);
	assert_int_equal(history_search(&h, 0, SPAN("irs")), h.count);
	history_clear(&h);
	unlink(file);
	rmdir(dir);
}

static void drafts_come_back_from_their_file(void **state)
{
	(void)state;
	char dir[] = "/tmp/snug-drafts-XXXXXX", file[64];
	assert_non_null(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/drafts", dir);
	struct kept_list d;
	drafts_read(&d, file);
	kept_set(&d, SPAN("#den"), SPAN("one\ntwo\tthree"));
	kept_set(&d, SPAN("bob"), SPAN("half"));
	kept_set(&d, SPAN("bob"), SPAN("whole"));
	assert_true(drafts_write(&d, file));
	kept_clear(&d);
	struct stat st;
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	drafts_read(&d, file);
	assert_string_equal(kept_find(&d, SPAN("#den")), "one\ntwo\tthree");
	assert_string_equal(kept_find(&d, SPAN("bob")), "whole");
	kept_set(&d, SPAN("#den"), SPAN(""));
	kept_set(&d, SPAN("bob"), SPAN(""));
	assert_null(kept_find(&d, SPAN("bob")));
	assert_true(drafts_write(&d, file));
	assert_int_equal(stat(file, &st), -1);
	kept_clear(&d);
	rmdir(dir);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(letters_go_in_at_the_cursor),
		TEST(controls_and_broken_bytes_do_not_go_in),
		TEST(moves_go_by_cluster_and_word),
		TEST(up_and_down_keep_the_column),
		TEST(kills_in_a_row_join_and_yank_turns_the_ring),
		TEST(killing_at_the_line_end_joins_lines),
		TEST(undo_goes_word_by_word_and_redo_comes_back),
		TEST(transposing_swaps_clusters),
		TEST(a_word_before_the_cursor_is_replaced),
		TEST(too_much_is_not_taken),
		TEST(each_move_ends_in_its_place),
		TEST(kills_join_on_their_side),
		TEST(the_ring_turns_over_what_it_holds),
		TEST(only_neighbours_are_transposed),
		TEST(a_step_is_what_was_typed_in_one_go),
		TEST(what_does_not_fit_is_left_out),
		cmocka_unit_test(drafts_come_back_from_their_file),
		cmocka_unit_test(history_keeps_the_draft_and_the_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
