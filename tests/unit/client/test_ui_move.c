// SPDX-License-Identifier: MIT
// Ways around what was said, and what the terminal answers to questions about itself.
#include "tests/unit/client/ui_fixture.h"

#include "client/model/hush.h"
#include "client/model/model_private.h"
#include "client/model/target.h"

static struct target *place(struct fixture *f, const char *name)
{
	return target_need(f->m, span_of(name));
}

static void put(struct fixture *f, const char *room, int second, const char *id,
		const char *text)
{
	char line[200];

	snprintf(line, sizeof(line),
		 "@time=2026-11-22T12:07:%02d.000Z;msgid=%s :bob!b@h PRIVMSG %s :%s", second,
		 id, room, text);
	say(f, line);
}

// What the screen says to it in passing; NULL: nothing.
static void expect_said(struct fixture *f, const char *part)
{
	const char *said = f->ui->view.said;

	if (part ? !said || !strstr(said, part) : said != NULL)
		fail_msg("\"%s\" was said, not \"%s\"", said ? said : "nothing",
			 part ? part : "nothing");
	free(f->ui->view.said);
	f->ui->view.said = NULL;
}

static void expect_marked(struct fixture *f, const char *id)
{
	assert_non_null(f->ui->view.marked);
	assert_true(span_eq(line_id(f->ui->view.marked), span_of(id)));
	expect_said(f, NULL);
}

static void what_is_new_is_gone_to_mentions_first(void **state)
{
	struct fixture *f = *state;

	f->m->previous = NULL;
	act_last_target(f->ui);
	assert_string_equal(f->m->current->name, "#den");
	put(f, "#den", 1, "d", "ann: here");
	act_next_unread(f->ui);
	expect_said(f, "nothing new anywhere");
	say(f, ":ann!a@h JOIN #ant");
	say(f, ":ann!a@h JOIN #bee");
	say(f, ":ann!a@h JOIN #cat");
	put(f, "#ant", 2, "a", "hi");
	put(f, "#bee", 3, "b", "hi");
	put(f, "#cat", 4, "c", "ann?");
	place(f, "#cat")->muted = true;
	act_next_unread(f->ui);
	assert_string_equal(f->m->current->name, "#ant");
	model_show(f->m, place(f, "#den"));
	place(f, "#cat")->muted = false;
	act_next_unread(f->ui);
	assert_string_equal(f->m->current->name, "#cat");
	act_last_target(f->ui);
	assert_string_equal(f->m->current->name, "#den");
	act_target_1(f->ui);
	assert_string_equal(f->m->current->name, "#ant");
	act_target_4(f->ui);
	assert_string_equal(f->m->current->name, "#den");
	expect_said(f, NULL);
	act_target_5(f->ui);
	expect_said(f, "there is no target 5");
	act_next_target(f->ui);
	assert_ptr_equal(f->m->current, f->m->server);
	act_previous_target(f->ui);
	assert_string_equal(f->m->current->name, "#den");
	buf_reset(&f->asked);
}

static void mentions_are_gone_through(void **state)
{
	struct fixture *f = *state;

	act_previous_mention(f->ui);
	expect_said(f, "no mention above");
	act_next_mention(f->ui);
	expect_said(f, "no mention below");
	put(f, "#den", 1, "a", "hi");
	put(f, "#den", 2, "b", "ann: one");
	put(f, "#den", 3, "c", "hi");
	put(f, "#den", 4, "d", "ann: two");
	put(f, "#den", 5, "e", "hi");
	settle(f);
	act_previous_mention(f->ui);
	expect_marked(f, "d");
	act_previous_mention(f->ui);
	expect_marked(f, "b");
	act_previous_mention(f->ui);
	expect_said(f, "no mention above");
	act_next_mention(f->ui);
	expect_marked(f, "d");
	act_next_mention(f->ui);
	expect_said(f, "no mention below");
	// Whoever is ignored calls nobody.
	hush_add(f->m, SPAN("ignore"), SPAN("bob"), INT64_MAX);
	act_previous_mention(f->ui);
	expect_said(f, "no mention above");
	buf_reset(&f->asked);
}

static void the_first_unread_is_gone_to(void **state)
{
	struct fixture *f = *state;
	struct target *t = place(f, "#den");

	act_to_unread(f->ui);
	expect_said(f, "nothing unread here");
	put(f, "#den", 1, "a", "hi");
	put(f, "#den", 2, "b", "hi");
	t->unread = 0;
	scrollback_find(&t->log, SPAN("a"))->flags |= LINE_SEEN;
	target_recount(f->m, t);
	act_to_unread(f->ui);
	expect_marked(f, "b");
	// With nothing unread any more, what came since.
	scrollback_find(&t->log, SPAN("b"))->flags |= LINE_SEEN;
	target_recount(f->m, t);
	t->new_at = scrollback_find(&t->log, SPAN("a"))->at_ms;
	act_to_unread(f->ui);
	expect_marked(f, "b");
	t->new_at = scrollback_find(&t->log, SPAN("b"))->at_ms;
	act_to_unread(f->ui);
	expect_said(f, "nothing unread here");
	buf_reset(&f->asked);
}

static void older_messages_are_asked_for_where_there_are_any(void **state)
{
	static const struct {
		enum history_state history;
		uint64_t floor;
		const char *asked, *said;
	} rows[] = {
		{HISTORY_UNKNOWN, 0, "history of #den before all\n", NULL},
		{HISTORY_MORE, 0, "history of #den before all\n", NULL},
		{HISTORY_LOADING, 0, "", NULL},
		{HISTORY_NONE, 0, "", NULL},
		{HISTORY_ALL, 0, "", "this is where #den begins"},
		{HISTORY_ALL, 1, "", "this is where #den begins"},
		{HISTORY_ALL, 2, "", "what was said in #den before is not shown to you"},
		{HISTORY_NONE, 2, "", NULL},
	};
	struct fixture *f = *state;
	struct target *t = place(f, "#den");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		t->history = rows[i].history;
		t->floor = rows[i].floor;
		buf_reset(&f->asked);
		act_to_oldest(f->ui);
		expect_asked(f, rows[i].asked);
		expect_said(f, rows[i].said);
		act_page_up(f->ui);
		expect_asked(f, rows[i].asked);
		expect_said(f, rows[i].said);
		if (i == 3) {
			put(f, "#den", 1, "a", "hi");
			settle(f);
		}
	}
	act_to_oldest(f->ui);
	assert_null(f->ui->view.marked);
	buf_reset(&f->asked);
}

static void a_hole_in_sight_is_filled_first(void **state)
{
	struct fixture *f = *state;
	struct target *t = place(f, "#den");

	put(f, "#den", 1, "a", "hi");
	put(f, "#den", 2, "b", "hi");
	target_join(f->m, t, scrollback_find(&t->log, SPAN("b")), false);
	settle(f);
	buf_reset(&f->asked);
	t->history = HISTORY_MORE;
	act_page_up(f->ui);
	expect_asked(f, "history of #den before a gap\n");
	t->history = HISTORY_LOADING;
	act_page_up(f->ui);
	expect_asked(f, "");
	t->history = HISTORY_MORE;
	target_join(f->m, t, scrollback_find(&t->log, SPAN("b")), true);
	act_page_up(f->ui);
	expect_asked(f, "history of #den before all\n");
}

static void kept(void *arg, struct span key, struct span words)
{
	buf_printf(&((struct fixture *)arg)->asked, "kept " SPAN_FMT " '" SPAN_FMT "'\n",
		   SPAN_ARG(key), SPAN_ARG(words));
}

static void what_is_hidden_is_kept(void **state)
{
	struct fixture *f = *state;

	buf_reset(&f->asked);
	act_targets(f->ui); // nobody keeps it
	assert_true(f->ui->view.hides_targets);
	f->intents.keep = kept;
	act_targets(f->ui);
	expect_asked(f, "kept .targets ''\n");
	act_targets(f->ui);
	expect_asked(f, "kept .targets 'hidden'\n");
	act_bare(f->ui);
	expect_said(f, "text alone");
	act_bare(f->ui);
	expect_said(f, NULL);
	act_bare(f->ui);
	expect_said(f, NULL);
	assert_int_equal(f->ui->view.bare, 0);
	act_accounts(f->ui);
	expect_said(f, "people by account");
	act_accounts(f->ui);
	expect_said(f, "people by display name");
	model_show(f->m, f->m->server);
	act_members(f->ui);
	expect_said(f, "only a room has members");
}

static void the_terminals_answers_switch_on_what_it_can(void **state)
{
	struct fixture *f = *state;
	struct ui *u = f->ui;
	static const char *const nothing[] = {"[?2026;0$y",    "[?2026;4$y", "[?2026$y",
					      "[?2027;0$y",    "2026;2$y",   "[?9999;2$y",
					      "[?62;22c",      "]11;rgb:x",  "P>|xterm(1)",
					      "_Gi=31;ENOENT", "62;4c",      "1u"};

	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		ui_take_report(u, span_of(nothing[i]));
	assert_false(u->screen.has_sync || u->term.has_clusters || u->term.has_kitty ||
		     u->has_sixels || u->has_kitty_pixels);
	enum notify_kind none = u->notify_kind;
	ui_take_report(u, SPAN("[?2026;3$y"));
	assert_true(u->screen.has_sync);
	ui_take_report(u, SPAN("[?2027;1$y"));
	assert_true(u->term.has_clusters);
	ui_take_report(u, SPAN("[?1u"));
	assert_true(u->term.has_kitty);
	ui_take_report(u, SPAN("[?62;4;22c"));
	assert_true(u->has_sixels);
	u->has_sixels = false;
	ui_take_report(u, SPAN("[?62;4c"));
	assert_true(u->has_sixels);
	ui_take_report(u, SPAN("_Gi=31;OK\x1b\\"));
	assert_true(u->has_kitty_pixels);
	static const struct {
		const char *name;
		enum notify_kind kind;
	} names[] = {{"P>|kitty(0.32)", NOTIFY_99},
		     {"P>|iTerm2 3.5", NOTIFY_9},
		     {"P>|WezTerm 2024", NOTIFY_9}};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		u->notify_kind = none;
		ui_take_report(u, span_of(names[i].name));
		assert_int_equal(u->notify_kind, names[i].kind);
	}
}

// Where the cursor stood behind each sample; what is missing or too much counts for nothing.
static void samples_say_how_wide_letters_are(void **state)
{
	struct fixture *f = *state;
	struct ui *u = f->ui;

	u->n_sampled = 0;
	ui_take_report(u, SPAN("[2;xR"));
	ui_take_report(u, SPAN("[2;0R"));
	assert_int_equal(u->n_sampled, 0);
	ui_take_report(u, SPAN("[2;3R"));
	assert_int_equal(u->n_sampled, 1);
	assert_int_equal(u->sampled[0], 2);
	u->view.isolates = true;
	ui_take_report(u, SPAN("[?62c"));
	assert_int_equal(u->n_sampled, 0);
	assert_true(u->view.isolates);
	for (int i = 0; i <= SAMPLE_COUNT; i++)
		ui_take_report(u, SPAN("[2;3R"));
	assert_int_equal(u->n_sampled, SAMPLE_COUNT);
	ui_take_report(u, SPAN("[?62c"));
	assert_false(u->view.isolates);
	assert_int_equal(u->view.widths.flag, 2);
	assert_false(u->view.widths.sums_joined || u->view.widths.ignores_vs16);
	// As clusters are counted by a mode that was switched on, it is sampled again.
	for (int i = 0; i < SAMPLE_COUNT; i++)
		ui_take_report(u, SPAN("[2;2R"));
	ui_take_report(u, SPAN("[?2027;2$y"));
	ui_take_report(u, SPAN("[?62c"));
	assert_true(u->has_sampled_clusters);
	assert_true(u->view.widths.joins_marks && u->view.widths.joins_vowels);
	assert_int_equal(u->view.widths.flag, 0);
	for (int i = 0; i < SAMPLE_COUNT; i++)
		ui_take_report(u, SPAN("[2;2R"));
	ui_take_report(u, SPAN("[?62c"));
	assert_int_equal(u->view.widths.flag, 1);
	assert_true(u->view.widths.ignores_vs16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_new_is_gone_to_mentions_first),
		TEST(mentions_are_gone_through),
		TEST(the_first_unread_is_gone_to),
		TEST(older_messages_are_asked_for_where_there_are_any),
		TEST(a_hole_in_sight_is_filled_first),
		TEST(what_is_hidden_is_kept),
		TEST(the_terminals_answers_switch_on_what_it_can),
		TEST(samples_say_how_wide_letters_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
