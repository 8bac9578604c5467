// SPDX-License-Identifier: MIT
// The list of targets and the members: what stands in each row, in which style, and in which
// order.
#include "client/model/invitations.h"
#include "client/model/target.h"
#include "client/ui/drafts.h"
#include "tests/unit/client/scene.h"

static int set_up(void **state)
{
	static struct scene s;
	scene_init(&s, 110, 24);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	scene_clear(*state);
	return 0;
}

static void resize(struct scene *s, int cols, int rows)
{
	grid_clear(&s->grid);
	grid_init(&s->grid, cols, rows);
}

static struct target *target(struct scene *s, const char *name)
{
	return target_need(s->m, span_of(name));
}

// The rows of the list begin so, from the inbox on; "-": a rule.
static void expect_targets(struct scene *s, const char *const *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out = {0}, wanted = {0};
		bool is_rule = rows[i][0] == '-';
		buf_add_str(&wanted, is_rule ? "  ──────────────── │" : rows[i]);
		scene_row(s, 1 + (int)i, &out);
		if (!span_starts(buf_span(&out), buf_span(&wanted)))
			fail_msg("row %zu is \"%s\", not \"%s\"", i, buf_str(&out),
				 buf_str(&wanted));
		buf_clear(&out);
		buf_clear(&wanted);
	}
}

static void a_rule_stands_between_the_kinds_and_below_the_pinned(void **state)
{
	static const char *const usual[] = {"  Inbox            │", "-",
					    "  server           │", "-",
					    "1 #dev             │", "▸ #lounge          │",
					    "3 #ops             │", "-",
					    "4 bob              │", "                   │"};
	static const char *const pinned[] = {"  Inbox            │",
					     "-",
					     "  server           │",
					     "-",
					     "1 #ops             │",
					     "2 bob              │",
					     "-",
					     "3 #dev             │",
					     "▸ #lounge          │",
					     "                   │"};
	struct scene *s = *state;
	target(s, "bob");
	expect_targets(s, usual, ARRAY_LEN(usual));
	target_pin(s->m, target(s, "bob"), true);
	target_pin(s->m, target(s, "#ops"), true);
	expect_targets(s, pinned, ARRAY_LEN(pinned));
}

static void a_target_says_what_waits_in_it(void **state)
{
	static const struct {
		const char *name;
		unsigned unread, mentions;
		bool lacks, muted;
		const char *row;
		enum style style;
	} rows[] = {
		{"#dev", 0, 0, false, false, "1 #dev             │", STYLE_TEXT},
		{"#dev", 0, 0, true, false, "1 #dev             │", STYLE_TEXT},
		{"#dev", 7, 0, false, false, "1 #dev           7 │", STYLE_UNREAD},
		{"#dev", 7, 0, true, false, "1 #dev          7+ │", STYLE_UNREAD},
		{"#dev", 999, 99, false, false, "1 #dev     @99 999 │", STYLE_UNREAD},
		{"#dev", 1000, 100, false, false, "1 #dev   @99+ 999+ │", STYLE_UNREAD},
		{"#dev", 7, 3, true, false, "1 #dev      @3+ 7+ │", STYLE_UNREAD},
		{"#dev", 7, 3, false, true, "1 #dev        mute │", STYLE_DIM},
		{"#dev", 0, 0, false, true, "1 #dev        mute │", STYLE_DIM},
		{"#lounge", 2, 1, false, false, "▸ #lounge     @1 2 │", STYLE_CURRENT},
		{"#lounge", 2, 1, false, true, "▸ #lounge     mute │", STYLE_CURRENT},
		{"bob", 2, 2, false, false, "4 bob            2 │", STYLE_UNREAD},
	};
	struct scene *s = *state;
	scene_at(s, "12:05:51", "d1", ":bob!b@h PRIVMSG #dev :one");
	scene_at(s, "12:05:51", "d2", ":bob!b@h PRIVMSG #lounge :one");
	scene_at(s, "12:05:51", "d3", ":bob!b@h PRIVMSG ann :one");
	target(s, "#dev")->unread = target(s, "bob")->unread = 0;
	target(s, "bob")->mentions = 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct target *t = target(s, rows[i].name);
		int y = rows[i].name[0] == 'b' ? 9 : rows[i].name[1] == 'd' ? 5 : 6;
		t->unread = rows[i].unread;
		t->mentions = rows[i].mentions;
		t->muted = rows[i].muted;
		t->history = rows[i].lacks ? HISTORY_MORE : HISTORY_ALL;
		t->has_marker = rows[i].lacks;
		t->read_at = 1;
		scene_expect_row(s, y, rows[i].row);
		assert_int_equal(scene_style(s, y, rows[i].name), rows[i].style);
		t->unread = t->mentions = 0;
		t->muted = false;
	}
}

static void counts_call_in_their_own_styles(void **state)
{
	struct scene *s = *state;
	target(s, "#dev")->unread = 7;
	target(s, "#dev")->mentions = 3;
	target(s, "#ops")->muted = true;
	assert_int_equal(scene_style(s, 5, "@3"), STYLE_MENTION);
	assert_int_equal(scene_style(s, 5, "7"), STYLE_UNREAD);
	assert_int_equal(scene_style(s, 7, "mute"), STYLE_DIM);
	assert_int_equal(scene_style(s, 5, "1 #dev"), STYLE_DIM);
	assert_int_equal(scene_style(s, 6, "▸"), STYLE_TITLE);
	scene_say(s, ":ann!a@h PART #ops");
	target(s, "#ops")->muted = false;
	assert_int_equal(scene_style(s, 7, "#ops"), STYLE_DIM);
	target(s, "#ops")->unread = 1;
	assert_int_equal(scene_style(s, 7, "#ops"), STYLE_DIM);
}

static void the_inbox_counts_all_that_calls(void **state)
{
	struct scene *s = *state;
	scene_expect_row(s, 1, "  Inbox            │");
	assert_int_equal(scene_style(s, 1, "Inbox"), STYLE_TEXT);
	target(s, "#lounge")->mentions = 1;
	target(s, "#dev")->mentions = 2;
	target(s, "#ops")->mentions = 4;
	target(s, "#ops")->muted = true;
	scene_expect_row(s, 1, "  Inbox         @3 │");
	invitation_add(s->m, SPAN("#x"), SPAN("bob"), SCENE_NOW);
	scene_expect_row(s, 1, "  Inbox         @4 │");
	assert_int_equal(scene_style(s, 1, "Inbox"), STYLE_UNREAD);
	assert_int_equal(scene_style(s, 1, "@4"), STYLE_MENTION);
	target(s, "#dev")->history = HISTORY_MORE;
	target(s, "#dev")->has_marker = true;
	target(s, "#dev")->read_at = 1;
	scene_at(s, "12:05:51", "d1", ":bob!b@h PRIVMSG #dev :x");
	scene_expect_row(s, 1, "  Inbox        @4+ │");
}

static void join_many(struct scene *s, int n)
{
	for (int i = 0; i < n; i++) {
		char line[40];
		snprintf(line, sizeof(line), ":ann!a@h JOIN #r%02d", i);
		scene_say(s, line);
	}
}

// The eleventh has no key of its own.
static void ten_have_a_number_and_the_current_one_a_sign(void **state)
{
	struct scene *s = *state;
	join_many(s, 9);
	scene_expect_row(s, 5, "1 #dev ");
	scene_expect_row(s, 6, "▸ #lounge ");
	scene_expect_row(s, 13, "9 #r05 ");
	scene_expect_row(s, 14, "0 #r06 ");
	scene_expect_row(s, 15, "  #r07 ");
	model_show(s->m, target(s, "#r06"));
	scene_expect_row(s, 6, "2 #lounge ");
	scene_expect_row(s, 14, "▸ #r06 ");
	model_show(s->m, target(s, "#r07"));
	assert_int_equal(scene_style(s, 14, "0 #r06"), STYLE_DIM);
}

static void the_current_one_stays_in_sight(void **state)
{
	struct scene *s = *state;
	join_many(s, 30);
	model_show(s->m, target(s, "#dev"));
	scene_expect_row(s, 2, "────");
	scene_expect_row(s, 3, "server");
	model_show(s->m, target(s, "#r29"));
	scene_expect_row(s, 1, "Inbox");
	scene_expect_row(s, 20, "▸ #r29 ");
	scene_expect_row(s, 2, "#r11 ");
	model_show(s->m, target(s, "#r12"));
	scene_expect_row(s, 2, "────");
	scene_expect_row(s, 20, "▸ #r12 ");
	model_show(s->m, target(s, "#r13"));
	scene_expect_row(s, 2, "server");
	scene_expect_row(s, 20, "▸ #r13 ");
}

static void drafts_and_locks_stand_at_the_right(void **state)
{
	struct scene *s = *state;
	struct kept_list drafts = {0};
	kept_set(&drafts, SPAN("#dev"), SPAN("words"));
	kept_set(&drafts, SPAN("#lounge"), SPAN("words"));
	scene_expect_row(s, 5, "1 #dev             │");
	s->view.drafts = &drafts;
	scene_expect_row(s, 5, "1 #dev           ✎ │");
	scene_expect_row(s, 6, "▸ #lounge          │");
	scene_expect_row(s, 7, "3 #ops             │");
	assert_int_equal(scene_style(s, 5, "✎"), STYLE_UNREAD);
	scene_say(s, ":srv 324 ann #dev +is");
	target(s, "#dev")->unread = 3;
	scene_expect_row(s, 5, "1 #dev         ◘✎3 │");
	assert_int_equal(scene_style(s, 5, "◘"), STYLE_DIM);
	s->view.drafts = NULL;
	kept_clear(&drafts);
}

static void lists_lie_over_the_messages_where_they_have_no_room(void **state)
{
	struct scene *s = *state;
	scene_at(s, "12:05:51", "d1",
		 ":bob!b@h PRIVMSG #lounge :a long text over all of the row");
	resize(s, 60, 12);
	scene_expect_row(s, 8, "12:05       bob  a long text over all of the row");
	s->view.lays_targets = true;
	scene_expect_row(s, 1, "  Inbox            │");
	scene_expect_row(s, 8, "                   │long text over all of the row");
	assert_int_equal(scene_style(s, 1, "│"), STYLE_BORDER);
	s->view.lays_targets = false;
	s->view.lays_members = true;
	scene_expect_row(s, 0, "│@bob");
	scene_expect_row(s, 1, "│+cem");
	scene_expect_row(s, 8, "12:05       bob  a long text over all of t│");
	assert_int_equal(scene_style(s, 8, "│"), STYLE_BORDER);
	resize(s, 12, 12);
	s->view.lays_targets = true;
	scene_expect_whole_row(s, 1, "│+cem");
	model_show(s->m, s->m->server);
	scene_expect_row(s, 1, "  Inbox    │");
}

static void lists_are_hidden_by_their_keys(void **state)
{
	struct scene *s = *state;
	s->view.hides_members = true;
	scene_expect_row(s, 1, "Inbox");
	assert_int_equal(s->view.layout.right_cols, 0);
	s->view.hides_targets = true;
	s->view.hides_members = false;
	scene_expect_row(s, 1, "│+cem");
	assert_int_equal(s->view.layout.left_cols, 0);
	s->view.hides_targets = false;
	s->view.bare = BARE_TEXT;
	scene_expect_whole_row(s, 3, "");
	s->view.bare = BARE_OFF;
	model_show(s->m, s->m->server);
	scene_expect_row(s, 1, "Inbox");
	assert_int_equal(s->view.layout.right_cols, 0);
}

// What stands behind the last border of these rows.
static void expect_members(struct scene *s, const char *const *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out = {0};
		const char *last = NULL;
		scene_row(s, (int)i, &out);
		for (const char *at = buf_str(&out); (at = strstr(at, "\xe2\x94")); at += 3)
			last = at;
		assert_non_null(last);
		if (strcmp(last + 3, rows[i]) != 0)
			fail_msg("row %zu of the members is \"%s\", not \"%s\"", i, last + 3,
				 rows[i]);
		buf_clear(&out);
	}
}

static void members_stand_by_rank_and_the_absent_below(void **state)
{
	static const char *const present[] = {
		"@bob", "+cem", " ann", " dora", " eve           ☾", ""};
	static const char *const some[] = {"+cem           ✎", " ann",
					   " eve           ☾", "@bob           ○",
					   "+dora          ○", ""};
	struct scene *s = *state;
	struct target *t = s->m->current;
	expect_members(s, present, ARRAY_LEN(present));
	for (size_t i = 0; i < t->n_members; i++) {
		const char *name = t->members[i].person->name;
		t->members[i].is_absent = name[0] == 'b' || name[0] == 'd';
		if (name[0] == 'd')
			t->members[i].prefixes[0] = '+';
	}
	scene_say(s, "@+typing=active :eve!e@h TAGMSG #lounge");
	scene_say(s, "@+typing=active :cem!e@h TAGMSG #lounge");
	scene_say(s, "@+typing=active :bob!e@h TAGMSG #lounge");
	s->m->current->typing[0].until_ms = SCENE_NOW;
	expect_members(s, some, ARRAY_LEN(some));
	assert_int_equal(scene_style(s, 2, "eve"), STYLE_AWAY);
	assert_int_equal(scene_style(s, 2, "☾"), STYLE_AWAY);
	assert_int_equal(scene_style(s, 3, "bob"), STYLE_DIM);
	assert_int_equal(scene_style(s, 0, "cem"), style_of_nick(SPAN("cem")));
	assert_int_equal(scene_style(s, 0, "+cem"), STYLE_DIM);
	assert_int_equal(scene_style(s, 0, "✎"), STYLE_DIM);
}

// As many as there are rows, or one fewer and how many more there are.
static void members_that_have_no_row_are_counted(void **state)
{
	struct scene *s = *state;
	resize(s, 110, 9);
	scene_expect_row(s, 4, " eve");
	assert_int_equal(s->view.layout.main_row + s->view.layout.main_rows, 6);
	scene_say(s, ":zoe!z@h JOIN #lounge");
	scene_expect_row(s, 5, "│ zoe");
	scene_say(s, ":zac!z@h JOIN #lounge");
	scene_expect_row(s, 4, "│ eve");
	scene_expect_row(s, 5, "│ 2 more, /names");
	assert_int_equal(scene_style(s, 5, "2 more"), STYLE_DIM);
	scene_say(s, ":bob!b@h PART #lounge");
	scene_expect_row(s, 0, "+cem");
	scene_expect_row(s, 5, "│ zoe");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_rule_stands_between_the_kinds_and_below_the_pinned),
		TEST(a_target_says_what_waits_in_it),
		TEST(counts_call_in_their_own_styles),
		TEST(the_inbox_counts_all_that_calls),
		TEST(ten_have_a_number_and_the_current_one_a_sign),
		TEST(the_current_one_stays_in_sight),
		TEST(drafts_and_locks_stand_at_the_right),
		TEST(lists_lie_over_the_messages_where_they_have_no_room),
		TEST(lists_are_hidden_by_their_keys),
		TEST(members_stand_by_rank_and_the_absent_below),
		TEST(members_that_have_no_row_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
