// SPDX-License-Identifier: MIT
// The status row, whole: what stands in it, in which style, and what goes before what.
#include "client/model/invitations.h"
#include "client/model/target.h"
#include "tests/unit/client/scene.h"

#define AGO(seconds) (SCENE_NOW - (seconds)*1000)
#define IN(seconds) (SCENE_NOW + (seconds)*1000)

static int set_up(void **state)
{
	static struct scene s;
	struct link_status online = {.state = LINK_ONLINE, .lag_ms = 12};
	scene_init(&s, 90, 24);
	model_set_link(s.m, &online);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	scene_clear(*state);
	return 0;
}

// What the row begins with: behind it is nothing, but for what stands at the right.
static void expect_status(struct scene *s, const char *text)
{
	struct buf out = {0};
	scene_row(s, -2, &out);
	struct span got = span_after(buf_span(&out), 1);
	if (!span_starts(got, span_of(text)) ||
	    (got.len > strlen(text) && !span_starts(span_after(got, strlen(text)), SPAN("  "))))
		fail_msg("the row is \"%s\", not \"%s\"", buf_str(&out), text);
	buf_clear(&out);
}

static struct {
	struct link_status link;
	char reason[16];
	int64_t down_at, back_at;
	size_t missed;
	const char *text;
} links[] = {
	{{.state = LINK_CONNECTING, .lag_ms = -1}, .text = "◌ connecting…"},
	{{.state = LINK_CONNECTING, .next_at_ms = IN(4) - 999, .tries = 1},
	 .text = "◌ connecting…, next try in 4 s (Enter = now)"},
	{{.state = LINK_CONNECTING, .next_at_ms = AGO(4), .tries = 1},
	 "no route",
	 .text = "◌ connecting…, next try in 0 s (Enter = now) · no route"},
	{{.state = LINK_CONNECTING, .next_at_ms = IN(61), .tries = 2},
	 .text = "◌ connecting…, try 2 in 61 s (Enter = now)"},
	{{.state = LINK_LOGIN, .next_at_ms = IN(4)}, "no route", .text = "◌ logging in…"},
	{{.state = LINK_ONLINE, .next_at_ms = IN(4), .lag_ms = -1},
	 "no route",
	 .text = "● online"},
	{{.state = LINK_ONLINE, .lag_ms = 0}, .text = "● online 0 ms"},
	{{.state = LINK_ONLINE, .since_ms = AGO(14), .lag_ms = 7}, .text = "● online 7 ms"},
	{{.state = LINK_ONLINE, .since_ms = AGO(14)},
	 .missed = 1,
	 .text = "● online, 1 missed line loaded"},
	{{.state = LINK_ONLINE, .since_ms = AGO(14), .lag_ms = -1},
	 .missed = 57,
	 .text = "● online, 57 missed lines loaded"},
	{{.state = LINK_ONLINE, .since_ms = AGO(15), .lag_ms = 7},
	 .missed = 57,
	 .text = "● online 7 ms"},
	{{.state = LINK_ONLINE, .lag_ms = 7},
	 .down_at = IN(60),
	 .text = "● online 7 ms · server goes down at 12:07"},
	{{.state = LINK_ONLINE, .lag_ms = 7},
	 .down_at = IN(60),
	 .back_at = IN(120),
	 .text = "● online 7 ms · server goes down at 12:07, back at 12:08"},
	{{.state = LINK_ONLINE, .lag_ms = 7},
	 .down_at = AGO(0),
	 .back_at = IN(120),
	 .text = "● online 7 ms"},
	{{.state = LINK_LAGGING, .since_ms = AGO(3)},
	 "x",
	 .text = "● waiting 3 s for the server"},
	{{.state = LINK_STORING, .since_ms = AGO(3)},
	 "x",
	 .text = "● server waits for its store, 3 s"},
	{{.state = LINK_OFFLINE, .since_ms = AGO(60)}, .text = "○ offline since 12:05"},
	{{.state = LINK_OFFLINE, .since_ms = AGO(60), .next_at_ms = IN(5), .tries = 1},
	 "no way",
	 .back_at = IN(60),
	 .text = "○ offline since 12:05, back at 12:07, next try in 5 s "
		 "(Enter = now) · no way"},
	{{.state = LINK_OFFLINE, .since_ms = AGO(60)},
	 .back_at = AGO(0),
	 .text = "○ offline since 12:05"},
	{{.state = LINK_REFUSED, .since_ms = AGO(60)}, "Go away.", .text = "○ Go away."},
};

static void a_link_says_how_it_is_and_what_comes_next(void **state)
{
	struct scene *s = *state;
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		links[i].link.text = links[i].reason;
		model_set_link(s->m, &links[i].link);
		s->m->down_at_ms = links[i].down_at;
		s->m->back_at_ms = links[i].back_at;
		s->m->current->n_missed = links[i].missed;
		expect_status(s, links[i].text);
	}
}

static void a_reason_is_cut_where_the_row_ends(void **state)
{
	struct scene *s = *state;
	struct link_status link = {.state = LINK_OFFLINE,
				   .since_ms = SCENE_NOW,
				   .text = (char[]){"a reason that is longer than the whole "
						    "row of so few cells is"}};
	model_set_link(s->m, &link);
	grid_clear(&s->grid);
	grid_init(&s->grid, 50, 24);
	scene_expect_whole_row(s, -2, " ○ offline since 12:06 · #lounge · a reason that …");
	grid_clear(&s->grid);
	grid_init(&s->grid, 34, 24);
	scene_expect_whole_row(s, -2, " ○ offline since 12:06 · #lounge ·");
}

static void expect_styles(struct scene *s, const char *const *parts, const enum style *styles,
			  size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(scene_style(s, -2, parts[i]), styles[i]);
}

static void what_is_wrong_stands_out(void **state)
{
	struct scene *s = *state;
	const char *const online[] = {"●", "online", "1 unsent", "up 3%", "dora", "F1"},
			  *const offline[] = {"○", "offline", ", back", ", try", "no"};
	const enum style online_is[] = {STYLE_GOOD,   STYLE_STATUS, STYLE_WARN,
					STYLE_STATUS, STYLE_DIM,    STYLE_DIM},
			 offline_is[] = {STYLE_ERROR, STYLE_ERROR, STYLE_WARN, STYLE_WARN,
					 STYLE_WARN};
	struct link_status link = {.state = LINK_OFFLINE,
				   .since_ms = AGO(60),
				   .next_at_ms = IN(5),
				   .tries = 2,
				   .text = (char[]){"no route"}};
	own_add(s->m, s->m->current, 1, LINE_MESSAGE, SPAN("x"), SPAN(""), SCENE_NOW,
		OWN_QUEUED);
	model_set_progress(s->m, SPAN("up 3%\x1b"));
	scene_say(s, "@+typing=active :dora!d@h TAGMSG #lounge");
	expect_status(s, "● online 12 ms · 1 unsent · up 3% · dora is typing…");
	expect_styles(s, online, online_is, ARRAY_LEN(online));
	model_set_progress(s->m, SPAN(""));
	model_set_link(s->m, &link);
	s->m->back_at_ms = IN(60);
	expect_styles(s, offline, offline_is, ARRAY_LEN(offline));
}

static void who_types_is_named(void **state)
{
	static const char *const texts[] = {"bob is typing…", "bob and cem are typing…",
					    "bob, cem and dora are typing…",
					    "bob, cem, dora and eve are typing…"};
	static const char *const names[] = {"bob", "cem", "dora", "eve"};
	struct scene *s = *state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char line[80], text[100];
		snprintf(line, sizeof(line), "@+typing=active :%s!d@h TAGMSG #lounge",
			 names[i]);
		scene_say(s, line);
		snprintf(text, sizeof(text), "● online 12 ms · %s", texts[i]);
		expect_status(s, text);
	}
	s->m->current->typing[0].until_ms = SCENE_NOW;
	expect_status(s, "● online 12 ms · cem, dora and eve are typing…");
	s->m->current->typing[3].who = NULL;
	expect_status(s, "● online 12 ms · cem and dora are typing…");
	s->view.now_ms += 1000000;
	expect_status(s, "● online 12 ms");
}

static void expect_right(struct scene *s, const char *text, enum style style)
{
	struct buf out = {0};
	scene_row(s, -2, &out);
	struct span got = buf_span(&out);
	if (got.len < strlen(text) ||
	    !span_eq(span_after(got, got.len - strlen(text)), span_of(text)))
		fail_msg("the row does not end in \"%s\": \"%s\"", text, buf_str(&out));
	buf_clear(&out);
	assert_int_equal(scene_style(s, -2, text + strspn(text, " ")), style);
}

static void the_right_says_what_calls(void **state)
{
	struct scene *s = *state;
	expect_right(s, "   F1 help", STYLE_DIM);
	scene_at(s, "12:05:51", "d0", ":bob!b@h PRIVMSG #lounge :ann, here");
	expect_right(s, "   F1 help", STYLE_DIM);
	scene_at(s, "12:05:52", "d1", ":bob!b@h PRIVMSG #dev :build is green");
	expect_right(s, "   M-a next  F1", STYLE_DIM);
	invitation_add(s->m, SPAN("#x"), SPAN("bob"), SCENE_NOW);
	expect_right(s, "   invited: M-i  F1", STYLE_DIM);
	scene_at(s, "12:05:53", "d2", ":bob!b@h PRIVMSG #ops :ann, disk is full");
	expect_right(s, "   @1  M-a next  F1", STYLE_MENTION);
	target_find(s->m, SPAN("#ops"))->muted = true;
	expect_right(s, "   invited: M-i  F1", STYLE_DIM);
}

// Mentions stay longer than the rest, and all go before the link has no room.
static void the_right_goes_where_there_is_no_room(void **state)
{
	static const struct {
		int cols;
		bool calls;
		const char *text;
	} rows[] = {
		{56, false, " ● online 12 ms · #lounge                       F1 help"},
		{55, false, " ● online 12 ms · #lounge"},
		{55, true, " ● online 12 ms · #lounge             @1  M-a next  F1"},
		{41, true, " ● online 12 ms · #loun @1  M-a next  F1"},
		{40, true, " ● online 12 ms · #lounge"},
		{24, true, " ● online 12 ms · #loung"},
		{8, true, " ● onlin"},
	};
	struct scene *s = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].calls)
			scene_at(s, "12:05:53", "d2", ":bob!b@h PRIVMSG #ops :ann, disk");
		grid_clear(&s->grid);
		grid_init(&s->grid, rows[i].cols, 24);
		scene_expect_whole_row(s, -2, rows[i].text);
	}
}

static void the_server_is_not_named_twice(void **state)
{
	struct scene *s = *state;
	grid_clear(&s->grid);
	grid_init(&s->grid, 79, 24);
	expect_status(s, "● online 12 ms · #lounge");
	model_show(s->m, s->m->server);
	expect_status(s, "● online 12 ms");
}

static void bare_messages_have_a_row_for_words_alone(void **state)
{
	struct scene *s = *state;
	s->view.bare = BARE_NAMED;
	scene_expect_whole_row(s, -2, "");
	s->view.said = strdup("a \x1bword");
	expect_status(s, "a word");
	assert_int_equal(scene_style(s, -2, "a word"), STYLE_STATUS);
	free(s->view.said);
	s->view.said = NULL;
	model_ask(s->m, 5, SPAN("so?"), "y");
	expect_status(s, "so? [y]");
	assert_int_equal(scene_style(s, -2, "so?"), STYLE_WARN);
}

static void a_secret_is_asked_before_a_question_and_that_before_a_remark(void **state)
{
	struct scene *s = *state;
	s->view.said = strdup("a word");
	model_ask(s->m, 5, SPAN("so?"), "yn");
	expect_status(s, "so? [y/n]");
	secret_entry_open(&s->view.secret);
	secret_entry_add(&s->view.secret, SPAN("pä€"));
	s->view.secret.question_id = QUESTION_STEP_UP;
	expect_status(s, "your password or a code, to prove that it is you: ***");
	s->view.secret.question_id = QUESTION_CODE;
	expect_status(s, "the code of your app, or a recovery code: ***");
	assert_int_equal(scene_style(s, -2, "***"), STYLE_WARN);
	for (int i = 0; i < 100; i++)
		secret_entry_add(&s->view.secret, SPAN("p"));
	expect_status(
		s, "the code of your app, or a recovery code: ******************************");
	secret_entry_close(&s->view.secret);
	expect_status(s, "so? [y/n]");
	model_ask_done(s->m, 5);
	expect_status(s, "a word");
}

// What has more rows than there are for messages begins at the first of these, and is cut.
static void long_words_take_rows_of_the_messages(void **state)
{
	static const char *const whole[] = {"one two", "three", "four five"};
	struct scene *s = *state;
	grid_clear(&s->grid);
	grid_init(&s->grid, 11, 24);
	s->view.said = strdup("one two three four five");
	for (int i = 0; i < 3; i++) {
		struct buf row = {0};
		buf_printf(&row, " %s", whole[i]);
		scene_expect_whole_row(s, 20 + i, buf_str(&row));
		buf_clear(&row);
	}
	grid_clear(&s->grid);
	grid_init(&s->grid, 8, 6);
	scene_expect_whole_row(s, 2, "");
	scene_expect_whole_row(s, 3, " one");
	scene_expect_whole_row(s, 4, " two");
	scene_expect_row(s, 5, "ann");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_link_says_how_it_is_and_what_comes_next),
		TEST(a_reason_is_cut_where_the_row_ends),
		TEST(what_is_wrong_stands_out),
		TEST(who_types_is_named),
		TEST(the_right_says_what_calls),
		TEST(the_right_goes_where_there_is_no_room),
		TEST(the_server_is_not_named_twice),
		TEST(bare_messages_have_a_row_for_words_alone),
		TEST(a_secret_is_asked_before_a_question_and_that_before_a_remark),
		TEST(long_words_take_rows_of_the_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
