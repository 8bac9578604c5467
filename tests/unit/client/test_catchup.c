// SPDX-License-Identifier: MIT
// Catching up with a server that really has a history: messages 1..n of #a, one a second.
#include "tests/unit/client/catchup_fixture.h"

static void the_newest_page_comes_after_the_login(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 35;
	wire_connect(&f->wire);
	settle(f);
	// The server gives ten at a time (005 CHATHISTORY=10).
	assert_int_equal(f->longest, 10);
	assert_holds(f, 26, 35);
	assert_int_equal(room(f)->history, HISTORY_MORE);
}

static void a_short_history_is_known_to_be_whole(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 4;
	wire_connect(&f->wire);
	settle(f);
	assert_holds(f, 1, 4);
	assert_int_equal(room(f)->history, HISTORY_ALL);
}

static void scrolling_up_loads_page_by_page(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 25;
	wire_connect(&f->wire);
	settle(f);
	catchup_history(f->wire.core.catchup, room(f), NULL);
	settle(f);
	assert_holds(f, 6, 25);
	catchup_history(f->wire.core.catchup, room(f), NULL);
	settle(f);
	assert_holds(f, 1, 25);
	assert_int_equal(room(f)->history, HISTORY_ALL);
}

static void what_was_missed_is_filled_without_a_gap(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_stored = 23;
	wire_break(&f->wire);
	settle(f);
	assert_holds(f, 11, 23);
	assert_null(target_gap(room(f)));
	assert_int_equal(room(f)->n_missed, 3);
}

static void a_long_absence_is_filled_from_the_newest_backwards(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_stored = 75;
	f->n_asked = 0;
	wire_break(&f->wire);
	settle(f);
	assert_holds(f, 11, 75);
	assert_null(target_gap(room(f)));
	assert_int_equal(f->n_asked, 6);
}

static void comes_live(struct fixture *f, int n)
{
	struct buf live = {0};

	f->n_stored = n;
	add_message(f, &live, n, "");
	live.len -= 2;
	scripted_say(&f->wire.server, buf_str(&live));
	buf_clear(&live);
	settle(f);
}

static void nothing_new_asks_once_and_leaves_no_gap(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_asked = 0;
	wire_break(&f->wire);
	settle(f);
	assert_holds(f, 11, 20);
	assert_int_equal(f->n_asked, 1);
	assert_false(room(f)->gap_open);
	comes_live(f, 21);
	assert_holds(f, 11, 21);
	assert_int_equal(f->n_asked, 1);
	assert_null(target_gap(room(f)));
}

static void a_huge_absence_leaves_a_gap_that_can_be_loaded(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 20;
	wire_connect(&f->wire);
	settle(f);
	f->n_stored = 320;
	wire_break(&f->wire);
	settle(f);
	struct log_line *gap = target_gap(room(f));
	assert_non_null(gap);
	size_t before = count_messages(room(f));
	for (int i = 0; i < 40 && (gap = target_gap(room(f))); i++) {
		catchup_history(f->wire.core.catchup, room(f), gap);
		settle(f);
	}
	assert_null(gap);
	assert_true(count_messages(room(f)) > before);
	assert_holds(f, 11, 320);
}

static void a_hole_in_the_numbers_is_asked_for(void **state)
{
	struct fixture *f = *state;
	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	f->n_asked = 0;
	// 6 and 7 are swallowed somewhere.
	comes_live(f, 8);
	assert_int_equal(f->n_asked, 1);
	assert_holds(f, 1, 8);
	assert_null(target_gap(room(f)));
}

// Held were 1 to 5; the copy has 1 to 3, and numbers go on from there.
static void behind_an_older_copy_all_that_is_said_is_shown(void **state)
{
	struct fixture *f = *state;
	const struct log_line *last;

	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	// First there is nothing new in it.
	f->n_kept = f->n_stored = 3;
	wire_break(&f->wire);
	settle(f);
	comes_live(f, 4);
	assert_int_equal(count_messages(room(f)), 6);
	assert_null(target_gap(room(f)));
	comes_live(f, 5);
	last = target_newest(room(f));
	assert_true(span_eq(line_says(last), SPAN("text 605")));
	assert_int_equal(count_messages(room(f)), 7);
	assert_null(target_gap(room(f)));
	// From here on it is a history like any other.
	f->n_stored = 7;
	wire_break(&f->wire);
	settle(f);
	assert_int_equal(count_messages(room(f)), 9);
	assert_null(target_gap(room(f)));
}

// Held were 1 to 5, the copy has 1 to 3. What comes next is the new 6, and the new 4 and 5 were
// not heard; then the connection breaks before anything was asked.
static void numbers_of_another_history_close_no_hole(void **state)
{
	struct fixture *f = *state;

	f->history = "h1";
	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	f->n_kept = 3;
	f->history = "h2";
	f->is_mute = true;
	wire_break(&f->wire);
	wire_settle(&f->wire);
	struct buf live = {0};
	add_message(f, &live, 6, "");
	live.len -= 2;
	scripted_say(&f->wire.server, buf_str(&live));
	buf_clear(&live);
	wire_settle(&f->wire);
	f->n_stored = 6;
	f->is_mute = false;
	wire_break(&f->wire);
	settle(f);
	struct log_line *gap = target_gap(room(f));
	assert_non_null(gap);
	catchup_history(f->wire.core.catchup, room(f), gap);
	settle(f);
	// 1 to 5 of old, 604 to 606 of now.
	assert_int_equal(count_messages(room(f)), 8);
	assert_null(target_gap(room(f)));
}

// The last message held is in the copy, so its number counts again: a hole is seen.
static void numbers_of_what_the_copy_has_count_again(void **state)
{
	struct fixture *f = *state;

	f->history = "h1";
	f->n_stored = 5;
	wire_connect(&f->wire);
	settle(f);
	f->history = "h2";
	wire_break(&f->wire);
	settle(f);
	f->n_asked = 0;
	comes_live(f, 8);
	assert_int_equal(f->n_asked, 1);
	assert_holds(f, 1, 8);
	assert_null(target_gap(room(f)));
}

// 6 to 9 were said while we were out of the room, which hides them from us.
static void what_is_hidden_is_no_hole(void **state)
{
	static const char *const tellers[] = {
		"@snug.chat/history=since-joined;snug.chat/floor=10 :ann!a@h JOIN #a",
		":h BATCH +q chathistory #a\r\n:h BATCH -q\r\n"
		"@snug.chat/hidden=1-9 :h BATCH +r chathistory #a\r\n:h BATCH -r"};

	for (size_t i = 0; i < ARRAY_LEN(tellers); i++) {
		struct fixture *f = *state;
		struct log_line *last;

		f->n_stored = 5;
		wire_connect(&f->wire);
		settle(f);
		scripted_say(&f->wire.server, tellers[i]);
		settle(f);
		f->n_asked = 0;
		comes_live(f, 10);
		assert_int_equal(f->n_asked, 0);
		assert_null(target_gap(room(f)));
		last = scrollback_at(&room(f)->log, room(f)->log.count - 1);
		assert_int_equal(last->seq, 10);
		// What comes after that may still be missing.
		comes_live(f, 13);
		assert_int_equal(f->n_asked, 1);
		tear_down(state);
		set_up(state);
	}
}

// Each name that a room had was wanted once: what waits is bounded by what there is.
static void what_is_wanted_of_lost_names_goes(void **state)
{
	struct fixture *f = *state;

	f->is_mute = true;
	wire_connect(&f->wire);
	wire_settle(&f->wire);
	scripted_say(&f->wire.server, ":ann!a@h JOIN #n0");
	for (int i = 0; i < 40; i++) {
		struct buf line = {0};

		buf_printf(&line, ":h RENAME #n%d #n%d :\r\n:ann!a@h JOIN #n%d", i, i + 1,
			   i + 1);
		scripted_say(&f->wire.server, buf_str(&line));
		buf_clear(&line);
		wire_settle(&f->wire);
	}
	assert_non_null(target_find(f->wire.core.model, SPAN("#n40")));
	assert_in_range(catchup_n_open(f->wire.core.catchup), 2,
			f->wire.core.model->n_targets + CATCHUP_OPEN_MAX);
}

static void conversations_with_news_open_by_themselves(void **state)
{
	struct fixture *f = *state;
	wire_connect(&f->wire);
	settle(f);
	const struct target *cem = target_find(f->wire.core.model, SPAN("cem"));
	assert_non_null(cem);
	assert_int_equal(count_messages(cem), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_newest_page_comes_after_the_login),
		TEST(a_short_history_is_known_to_be_whole),
		TEST(scrolling_up_loads_page_by_page),
		TEST(what_was_missed_is_filled_without_a_gap),
		TEST(a_long_absence_is_filled_from_the_newest_backwards),
		TEST(nothing_new_asks_once_and_leaves_no_gap),
		TEST(a_huge_absence_leaves_a_gap_that_can_be_loaded),
		TEST(a_hole_in_the_numbers_is_asked_for),
		TEST(behind_an_older_copy_all_that_is_said_is_shown),
		TEST(numbers_of_another_history_close_no_hole),
		TEST(numbers_of_what_the_copy_has_count_again),
		TEST(what_is_hidden_is_no_hole),
		TEST(what_is_wanted_of_lost_names_goes),
		TEST(conversations_with_news_open_by_themselves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
