// SPDX-License-Identifier: MIT
// What is taken in a menu, by Enter: each leads where its rows say, and an empty one nowhere.
#include "tests/unit/client/ui_fixture.h"

#define AT(seconds, id) "@time=2026-11-22T12:00:" seconds ".000Z;msgid=" id " "

static void say_in_both(struct fixture *f)
{
	say(f, ":ann!a@h JOIN #ops");
	say(f, AT("01", "a") ":bob!b@h PRIVMSG #den :one needle");
	say(f, AT("02", "b") ":bob!b@h PRIVMSG #ops :ann: two needles");
	say(f, AT("03", "c") ":bob!b@h PRIVMSG #den :three");
	settle(f);
	buf_reset(&f->asked);
}

static void expect_at(struct fixture *f, const char *target, const char *marked)
{
	assert_string_equal(f->m->current->name, target);
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
	if (marked)
		assert_true(span_eq(line_id(f->ui->view.marked), span_of(marked)));
	else
		assert_null(f->ui->view.marked);
}

static void a_found_message_is_gone_to(void **state)
{
	struct fixture *f = *state;
	say_in_both(f);
	type(f, "\x13in:#ops needles");
	expect_row(f, -4, "\u25b8 bob: ann: two needles");
	type(f, "\r");
	expect_at(f, "#ops", "b");
	type(f, "\x13in:#den one\r");
	expect_at(f, "#den", "a");
	type(f, "\x13no such words\r");
	expect_at(f, "#den", NULL);
}

static void what_calls_is_gone_to_from_the_inbox(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1bi");
	type(f, "d"); // an empty one declines nothing
	type(f, "\x1bi\r");
	expect_at(f, "#den", NULL);
	assert_false(strstr(buf_str(&f->asked), "typed"));
	say_in_both(f);
	type(f, "\x1bi\r");
	expect_at(f, "#ops", "b");
}

static void what_was_typed_before_is_found_newest_first(void **state)
{
	struct fixture *f = *state;
	type(f, "first thing\r");
	type(f, "second thing\r");
	type(f, "\x12");
	expect_row(f, -5, "\u25b8 second thing");
	expect_row(f, -4, "  first thing");
	type(f, "\x12"); // further back is down
	expect_row(f, -4, "\u25b8 first thing");
	type(f, "\r");
	expect_row(f, -1, "ann \u203a first thing");
	type(f, "\x15");
	type(f, "\x12sec");
	expect_row(f, -4, "\u25b8 second thing");
	type(f, "\r");
	expect_row(f, -1, "ann \u203a second thing");
	type(f, "\x15");
	type(f, "\x12none such\r");
	expect_row(f, -1, "ann \u203a");
	assert_false(row_holds(f, -1, "second"));
}

static void a_reaction_is_one_of_the_list_or_as_typed(void **state)
{
	struct fixture *f = *state;
	say_in_both(f);
	type(f, "\x1b");
	type(f, "+tada\r");
	expect_asked(f, "message to #den: 🎉 (reacts to c)\n");
	type(f, "\x1b");
	type(f, "+zzz");
	expect_row(f, -4, "zzz");
	expect_row(f, -4, "as typed");
	type(f, "\r");
	expect_asked(f, "message to #den: zzz (reacts to c)\n");
	type(f, "\x1b");
	type(f, "+");
	assert_true(f->ui->view.menu.count > 20);
	// The message may go meanwhile.
	f->ui->view.selected = NULL;
	type(f, "\r");
	expect_asked(f, "");
	say(f, "@time=2026-11-22T12:00:09.000Z :bob!b@h PRIVMSG #den :without an id");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	ui_react(f->ui, SPAN("x"));
	expect_asked(f, "");
}

static void a_link_is_copied(void **state)
{
	struct fixture *f = *state;
	f->ui->screen.has_links = false;
	say(f, AT("04", "l") ":bob!b@h PRIVMSG #den :https://a.example and https://b.example");
	settle(f);
	type(f, "\x1b");
	type(f, "o");
	expect_row(f, -5, "\u25b8 https://a.example");
	type(f, "\x0e\r");
	expect_row(f, -2, "not copied: this terminal has no clipboard: https://b.example");
	// What is taken in another list copies nothing.
	type(f, "\x1bOPinvite\r");
	assert_false(row_holds(f, -2, "copied"));
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
}

static void go_to_ranks_what_calls_before_what_is_new(void **state)
{
	struct fixture *f = *state;
	say(f, ":ann!a@h JOIN #tea1");
	say(f, ":ann!a@h JOIN #tea2");
	say(f, ":ann!a@h JOIN #tea3");
	say(f, AT("01", "a") ":bob!b@h PRIVMSG #tea2 :x");
	say(f, AT("02", "b") ":bob!b@h PRIVMSG #tea3 :ann: y");
	say(f, AT("03", "c") ":bob!b@h PRIVMSG #tea3 :z");
	settle(f);
	type(f, "\x1bgtea");
	expect_row(f, 18, "\u25b8 #tea3");
	expect_row(f, 18, "2 new");
	expect_row(f, 19, "  #tea2");
	expect_row(f, 19, "1 new");
	expect_row(f, 20, "  #tea1");
	assert_false(row_holds(f, 20, "new"));
	type(f, "\x1b");
}

static void go_to_reaches_people_and_commands(void **state)
{
	struct fixture *f = *state;
	type(f, "\x1bgbert");
	expect_row(f, 20, "\u25b8 bert  ");
	expect_row(f, 20, "new conversation");
	type(f, "\r");
	expect_at(f, "bert", NULL);
	type(f, "\x1bgbert");
	assert_false(row_holds(f, 20, "new conversation")); // it is there
	type(f, "\x1b");
	type(f, "\x1bg/invite-l\r");
	expect_row(f, -1, "ann \u203a /invite-link");
	assert_int_equal(edit_text(&f->ui->edit).len, strlen("/invite-link "));
	type(f, "\x15");
	type(f, "\x1bgzzzz\r");
	expect_at(f, "bert", NULL);
	type(f, "\x1bgann");
	assert_false(row_holds(f, 20, "ann  new")); // oneself
	type(f, "\x1b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNMARKED(a_found_message_is_gone_to),
		UNMARKED(what_calls_is_gone_to_from_the_inbox),
		UNMARKED(what_was_typed_before_is_found_newest_first),
		UNMARKED(a_reaction_is_one_of_the_list_or_as_typed),
		UNMARKED(a_link_is_copied),
		UNMARKED(go_to_ranks_what_calls_before_what_is_new),
		UNMARKED(go_to_reaches_people_and_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
