// SPDX-License-Identifier: MIT
// Whole screens as text: what a person sees, at three sizes.
#include "tests/unit/client/scene.h"
#include "client/model/own.h"
#include "client/model/target.h"

static const char wide[] =
	"┌ Example ─────────┬ #lounge · Release Friday, bring cake ─────────────────────────┐@bob\n"
	"  Inbox         @3 │                                                               │+cem\n"
	"  ──────────────── │                                                               │ ann\n"
	"  server           │                                                               │ dora          ✎\n"
	"  ──────────────── │                                                               │ eve           ☾\n"
	"1 #dev           1 │                                                               │ yan\n"
	"▸ #lounge     @1 2 │                                                               │\n"
	"3 #ops        @1 1 │                                                               │\n"
	"  ──────────────── │                                                               │\n"
	"4 dora           1 │                                                               │\n"
	"                   │                                                               │\n"
	"                   │                                                               │\n"
	"                   │─────────────────────── Sun 22 Nov 2026 ───────────────────────│\n"
	"                   │ 11:58       bob  are we still on for three?                   │\n"
	"                   │ 12:01      dora  yes, slides at https://wiki.example/slides   │\n"
	"                   │                  (3 MB pdf)                                   │\n"
	"                   │                  ┊ 👍 2  🎉 1                                 │\n"
	"                   │                  ┌ dora: yes, slides at https://wiki.example… │\n"
	"                   │ 12:02       cem  I'll print them                              │\n"
	"                   │                  in colour 👩‍👩‍👧‍👦 ❤️                              │\n"
	"                   │── new since 12:02 ────────────────────────────────────────────│\n"
	"                   │@12:05       bob  ann: can you open the door?                  │\n"
	"                   │               ·  2 joined, 1 left (F6 unfolds)                │\n"
	"                   │          * dora  waves                                        │\n"
	"                   │ 12:06       ann  sure, two minutes                     queued │\n"
	"───────────────────┴───────────────────────────────────────────────────────────────┴────────────────\n"
	" ● online 12 ms · 1 unsent · dora is typing…                                       @2  M-a next  F1\n"
	" ann › hello\n";

static const char middle[] =
	"┌ Example ─────────┬ #lounge · Release Friday, bring cake ──────────────────────\n"
	"  Inbox         @3 │\n"
	"  ──────────────── │\n"
	"  server           │\n"
	"  ──────────────── │\n"
	"1 #dev           1 │\n"
	"▸ #lounge     @1 2 │\n"
	"3 #ops        @1 1 │\n"
	"  ──────────────── │───────────────────── Sun 22 Nov 2026 ──────────────────────\n"
	"4 dora           1 │ 11:58       bob  are we still on for three?\n"
	"                   │ 12:01      dora  yes, slides at\n"
	"                   │                  https://wiki.example/slides (3 MB pdf)\n"
	"                   │                  ┊ 👍 2  🎉 1\n"
	"                   │                  ┌ dora: yes, slides at https://wiki.exam…\n"
	"                   │ 12:02       cem  I'll print them\n"
	"                   │                  in colour 👩‍👩‍👧‍👦 ❤️\n"
	"                   │── new since 12:02 ─────────────────────────────────────────\n"
	"                   │@12:05       bob  ann: can you open the door?\n"
	"                   │               ·  2 joined, 1 left (F6 unfolds)\n"
	"                   │          * dora  waves\n"
	"                   │ 12:06       ann  sure, two minutes                  queued\n"
	"───────────────────┴────────────────────────────────────────────────────────────\n"
	" ● online 12 ms · 1 unsent · dora is typing…                   @2  M-a next  F1\n"
	" ann › hello\n";

static const char narrow[] = " #lounge - Release Friday~ - ^ 2 older -\n"
			     "       + dora: yes, slides at https://~\n"
			     " 12:02 cem: I'll print them\n"
			     "       cem: in colour 👩‍👩‍👧‍👦 ❤️\n"
			     "-- new since 12:02 ---------------------\n"
			     "@12:05 bob: ann: can you open the door?\n"
			     "       - 2 joined, 1 left (F6 unfolds)\n"
			     "       * dora waves\n"
			     " 12:06 ann: sure, two minutes    queued\n"
			     "----------------------------------------\n"
			     " * online 12 ms - #lounge - 1 unsent - d\n"
			     " ann > hello\n";

static void expect(int cols, int rows, bool ascii, const char *screen)
{
	struct scene s;
	scene_init(&s, cols, rows);
	scene_talk(&s);
	s.view.ascii = ascii;
	edit_insert(&s.edit, SPAN("hello"));
	char *text = scene_text(&s);
	assert_string_equal(text, screen);
	free(text);
	scene_clear(&s);
}

static void an_edit_is_drawn_in_the_place_of_its_message(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, 60, 14);
	scene_at(&s, "12:00:00", "m1", ":bob!b@h PRIVMSG #lounge :cakee");
	scene_at(&s, "12:01:00", "m2", ":cem!c@h PRIVMSG #lounge :where?");
	scene_say(&s, "@time=2026-11-23T12:02:00.000Z;msgid=m3;+draft/edit=m1 :bob!b@h "
		      "PRIVMSG #lounge :cake");
	scene_say(&s, "@time=2026-11-23T12:03:00.000Z;msgid=m4 :cem!c@h PRIVMSG #lounge :ah");
	char *text = scene_text(&s);
	assert_non_null(strstr(text, "bob  cake (edited)\n"));
	assert_null(strstr(text, "12:02"));
	assert_non_null(strstr(text, " Mon 23 Nov 2026 "));
	free(text);
	scene_clear(&s);
}

static void a_hundred_columns_show_targets_and_members(void **state)
{
	(void)state;
	expect(100, 28, false, wide);
}

static void eighty_columns_show_targets(void **state)
{
	(void)state;
	expect(80, 24, false, middle);
}

static void forty_columns_in_ascii_show_messages(void **state)
{
	(void)state;
	expect(40, 12, true, narrow);
}

static void expect_rows(struct scene *s, int row, const char *const *parts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		scene_expect_row(s, row + (int)i, parts[i]);
}

static void a_question_is_shown_whole(void **state)
{
	struct scene s;
	static const char *const question[] = {"send 2 lines from 2026-11-22 09:14? y:",
					       "yes, n: keep unsent, e: edit, d: drop",
					       "[y/n/e/d]"};
	static const char *const said[] = {"this is a remark of more words than",
					   "there are cells in the row"};
	(void)state;
	scene_init(&s, 40, 12);
	scene_talk(&s);
	model_ask(s.m, 1,
		  SPAN("send 2 lines from 2026-11-22 09:14? y: yes, n: keep unsent, e: edit, "
		       "d: drop"),
		  "yned");
	expect_rows(&s, 8, question, ARRAY_LEN(question));
	model_ask_done(s.m, 1);
	s.view.said = strdup("this is a remark of more words than there are cells in the row");
	expect_rows(&s, 9, said, ARRAY_LEN(said));
	scene_clear(&s);
}

static void what_has_no_room_in_a_list_says_so(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 40, 12);
	scene_talk(&s);
	menu_open(&s.view.menu, MENU_HELP,
		  SPAN("a title of a list that is longer than the screen is wide"));
	menu_add(&s.view.menu, SPAN("M-u"),
		 SPAN("what it does, in more words than there is room for"), 0);
	menu_add(&s.view.menu, SPAN("M-Enter, S-Enter, C-j, and a whole lot more of keys"),
		 SPAN("new"), 0);
	menu_add(&s.view.menu, SPAN("thirty-seven letters and signs in all"), SPAN("gone"), 0);
	scene_expect_row(&s, 5, " a title of a list that is longer th…");
	scene_expect_row(&s, 6, "▸ M-u  what it does, in more words tha…");
	scene_expect_row(&s, 7, "  M-Enter, S-Enter, C-j, and a whole l…");
	scene_expect_row(&s, 8, "  thirty-seven letters and signs in all…");
	scene_clear(&s);
}

static void expect_somewhere(struct scene *s, const char *part)
{
	char *text = scene_text(s);
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in\n%s", part, text);
	free(text);
}

static void expect_nowhere(struct scene *s, const char *part)
{
	char *text = scene_text(s);
	if (strstr(text, part))
		fail_msg("\"%s\" is in\n%s", part, text);
	free(text);
}

static int set_up(void **state)
{
	static struct scene s;
	scene_init(&s, 80, 24);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	scene_clear(*state);
	return 0;
}

static void fill(struct scene *s, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		char clock[16], id[16], text[128];
		snprintf(clock, sizeof(clock), "%02d:%02d:%02d", i / 3600, i / 60 % 60, i % 60);
		snprintf(id, sizeof(id), "f%d", i);
		snprintf(text, sizeof(text), ":bob!b@h PRIVMSG #lounge :line %d", i);
		scene_at(s, clock, id, text);
	}
}

static void scrolling_up_and_down_comes_back_to_the_same_screen(void **state)
{
	struct scene *s = *state;
	fill(s, 0, 300);
	char *end = scene_text(s);
	for (int rows = 1; rows < 40; rows += 7) {
		assert_true(view_scroll(&s->view, rows));
		char *up = scene_text(s);
		assert_true(strcmp(up, end) != 0);
		free(up);
		assert_true(view_scroll(&s->view, -rows));
		char *down = scene_text(s);
		assert_string_equal(down, end);
		assert_true(view_is_at_end(&s->view));
		free(down);
	}
	free(end);
}

static void scrolling_ends_at_the_first_line(void **state)
{
	struct scene *s = *state;
	fill(s, 0, 100);
	char *text = scene_text(s);
	free(text);
	while (view_scroll(&s->view, 7)) {
		text = scene_text(s);
		free(text);
	}
	scene_expect_row(s, 2, "line 0");
	scene_expect_row(s, 21, "newer, M-> goes there");
	assert_true(s->view.sees_all);
}

static void new_lines_do_not_move_what_is_being_read(void **state)
{
	struct scene *s = *state;
	s->view.hides_targets = true; // its counts do change
	fill(s, 100, 100);
	free(scene_text(s));
	view_scroll(&s->view, 30);
	struct buf before = {0}, after = {0};
	view_draw(&s->view, &s->grid);
	for (int row = 1; row < 20; row++)
		grid_text(&s->grid, row, &before);
	fill(s, 200, 50);
	fill(s, 0, 50);
	view_draw(&s->view, &s->grid);
	for (int row = 1; row < 20; row++)
		grid_text(&s->grid, row, &after);
	assert_string_equal(buf_str(&before), buf_str(&after));
	buf_clear(&before);
	buf_clear(&after);
}

static void a_conversation_is_headed_by_its_people(void **state)
{
	struct scene *s = *state;
	scene_say(s, "@snug.chat/people=bob,cem,ann :ann!a@h JOIN #talk-k3fw9q2b");
	model_show(s->m, target_find(s->m, SPAN("#talk-k3fw9q2b")));
	scene_expect_row(s, 0, "bob, cem");
}

static void a_jump_brings_the_line_into_sight(void **state)
{
	struct scene *s = *state;
	fill(s, 0, 300);
	free(scene_text(s));
	view_jump(&s->view, scrollback_at(&s->m->current->log, 50));
	expect_somewhere(s, "line 50");
	expect_somewhere(s, "older");
}

static void a_message_taller_than_the_screen_is_scrolled_through(void **state)
{
	struct scene *s = *state;
	struct buf big = {0};
	buf_add_str(&big,
		    "@msgid=big;time=2026-11-22T12:00:00.000Z :bob!b@h PRIVMSG #lounge :");
	for (int i = 0; i < 700; i++)
		buf_printf(&big, "word%d ", i);
	scene_say(s, buf_str(&big));
	buf_clear(&big);
	expect_somewhere(s, "word699");
	expect_nowhere(s, "word1 ");
	while (view_scroll(&s->view, 10))
		free(scene_text(s));
	expect_somewhere(s, "word1 ");
	expect_somewhere(s, "bob");
}

static void a_gap_says_how_much_is_not_loaded(void **state)
{
	struct scene *s = *state;
	scene_at(s, "08:00:00", "a", ":bob!b@h PRIVMSG #lounge :one");
	scene_at(s, "11:12:00", "b", ":bob!b@h PRIVMSG #lounge :two");
	target_join(s->m, s->m->current, scrollback_at(&s->m->current->log, 1), false);
	expect_somewhere(s, "3 h 12 min not loaded");
}

static void every_state_of_the_link_has_its_words(void **state)
{
	struct scene *s = *state;
	const struct {
		struct link_status status;
		const char *words;
	} table[] = {
		{{.state = LINK_CONNECTING, .tries = 2, .next_at_ms = SCENE_NOW + 4000},
		 "connecting…, try 2 in 4 s (Enter = now)"},
		{{.state = LINK_ONLINE, .lag_ms = 12}, "● online 12 ms"},
		{{.state = LINK_LAGGING, .since_ms = SCENE_NOW - 5000},
		 "waiting 5 s for the server"},
		{{.state = LINK_STORING, .since_ms = SCENE_NOW - 5000},
		 "server waits for its store, 5 s"},
		{{.state = LINK_OFFLINE, .since_ms = SCENE_NOW, .text = (char[]){"no route"}},
		 "○ offline since 12:06 · no route"},
		{{.state = LINK_REFUSED, .text = (char[]){"The account is disabled."}},
		 "○ The account is disabled."},
	};
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		model_set_link(s->m, &table[i].status);
		scene_expect_row(s, -2, table[i].words);
	}
}

static void a_server_that_goes_down_says_when(void **state)
{
	struct scene *s = *state;
	struct link_status online = {.state = LINK_ONLINE, .lag_ms = 12},
			   offline = {.state = LINK_OFFLINE, .since_ms = SCENE_NOW};
	model_set_link(s->m, &online);
	scene_say(s, ":srv NOTE * GOING_DOWN 300 600 :The server goes down in 5 minutes");
	scene_expect_row(s, -2, "● online 12 ms · server goes down at 12:11, back at 12:21");
	expect_somewhere(s, "The server goes down in 5 minutes");
	model_set_link(s->m, &offline);
	scene_expect_row(s, -2, "○ offline since 12:06, back at 12:21");
	model_set_link(s->m, &online);
	scene_say(s, ":srv NOTE * GOING_DOWN 300 * :The server goes down in 5 minutes");
	scene_expect_row(s, -2, "· server goes down at 12:11");
	scene_say(s, ":srv NOTE * STAYS_UP :The server does not go down after all");
	scene_expect_row(s, -2, "● online 12 ms ");
	expect_nowhere(s, "server goes down at");
	scene_say(s, ":srv NOTE * GOING_DOWN 300 600 :The server goes down in 5 minutes");
	scene_say(s, ":srv 001 ann :Welcome");
	expect_nowhere(s, "server goes down at");
}

static void a_refused_message_says_why_in_words(void **state)
{
	struct scene *s = *state;
	own_add(s->m, s->m->current, 5, LINE_MESSAGE, SPAN("hi"), SPAN(""), SCENE_NOW,
		OWN_SENDING);
	expect_somewhere(s, "sending");
	own_set_state(s->m, 5, OWN_REFUSED, SPAN("you cannot speak here"));
	expect_somewhere(s, "└ not sent: you cannot speak here\n");
	scene_expect_row(s, -2, "1 unsent");
}

static void a_question_stands_in_the_status_row(void **state)
{
	struct scene *s = *state;
	model_ask(s->m, 3, SPAN("send 2 lines from 09:14?"), "yne");
	scene_expect_row(s, -2, "send 2 lines from 09:14? [y/n/e]");
	model_ask_done(s->m, 3);
	scene_expect_row(s, -2, "connecting");
}

static void long_input_takes_more_rows_and_keeps_the_cursor_in_sight(void **state)
{
	struct scene *s = *state;
	edit_insert(&s->edit, SPAN("one\ntwo\nthree"));
	scene_expect_row(s, -1, "three");
	scene_expect_row(s, -3, "ann › one");
	assert_int_equal(s->grid.cursor_row, 23);
	assert_int_equal(s->grid.cursor_col, 7 + 5);
	for (int i = 0; i < 30; i++)
		edit_insert(&s->edit, SPAN("\nmore"));
	scene_expect_row(s, -1, "more");
	assert_int_equal(s->view.layout.input_rows, 8);
	edit_move(&s->edit, EDIT_START);
	scene_expect_row(s, -8, "one");
}

static void hostile_names_and_texts_stay_in_their_place(void **state)
{
	struct scene *s = *state;
	scene_say(s, ":srv 332 ann #lounge :topic \x1b]0;x\x07 \x1b[2J");
	scene_at(s, "12:00:00", "h1", ":b\x1b[31mob!b@h PRIVMSG #lounge :a\x1b[2J\x1b[Hb\x9b");
	char *text = scene_text(s);
	assert_null(strchr(text, '\x1b'));
	assert_null(strchr(text, '\x07'));
	free(text);
}

static void any_size_is_drawn(void **state)
{
	(void)state;
	for (int cols = 1; cols < 130; cols += 3) {
		for (int rows = 1; rows < 40; rows += 2) {
			struct scene s;
			scene_init(&s, cols, rows);
			scene_talk(&s);
			free(scene_text(&s));
			view_scroll(&s.view, 5);
			menu_open(&s.view.menu, MENU_GOTO, SPAN("go to"));
			menu_add(&s.view.menu, SPAN("#lounge"), SPAN("detail"), 1);
			free(scene_text(&s));
			scene_clear(&s);
		}
	}
}

static void a_menu_lies_over_the_messages(void **state)
{
	struct scene *s = *state;
	menu_open(&s->view.menu, MENU_GOTO, SPAN("go to"));
	for (int i = 0; i < 40; i++)
		menu_add(&s->view.menu, SPAN("#room"), SPAN("3 new"), (uint64_t)i);
	menu_move(&s->view.menu, 39);
	expect_somewhere(s, "▸ #room");
	expect_somewhere(s, "3 new");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

static void a_link_that_deceives_says_where_it_leads(void **state)
{
	struct scene s;
	(void)state;
	scene_init(&s, 79, 12);
	scene_at(&s, "12:00:00", "m1",
		 ":bob!b@h PRIVMSG #lounge :see https://аpple.com/x, please");
	char *text = scene_text(&s);
	assert_non_null(
		strstr(text, "bob  see https://аpple.com/x (xn--pple-43d.com), please"));
	free(text);
	scene_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_shown_whole),
		cmocka_unit_test(what_has_no_room_in_a_list_says_so),
		cmocka_unit_test(an_edit_is_drawn_in_the_place_of_its_message),
		cmocka_unit_test(a_hundred_columns_show_targets_and_members),
		cmocka_unit_test(eighty_columns_show_targets),
		cmocka_unit_test(forty_columns_in_ascii_show_messages),
		TEST(scrolling_up_and_down_comes_back_to_the_same_screen),
		TEST(scrolling_ends_at_the_first_line),
		TEST(new_lines_do_not_move_what_is_being_read),
		TEST(a_conversation_is_headed_by_its_people),
		TEST(a_jump_brings_the_line_into_sight),
		TEST(a_message_taller_than_the_screen_is_scrolled_through),
		TEST(a_gap_says_how_much_is_not_loaded),
		TEST(every_state_of_the_link_has_its_words),
		TEST(a_refused_message_says_why_in_words),
		TEST(a_server_that_goes_down_says_when),
		TEST(a_question_stands_in_the_status_row),
		TEST(long_input_takes_more_rows_and_keeps_the_cursor_in_sight),
		TEST(hostile_names_and_texts_stay_in_their_place),
		cmocka_unit_test(any_size_is_drawn),
		cmocka_unit_test(a_link_that_deceives_says_where_it_leads),
		TEST(a_menu_lies_over_the_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
