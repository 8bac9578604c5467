// SPDX-License-Identifier: MIT
// A message shows the newest of its edits, in whatever order the two come.
#include "client/model/extra.h"
#include "client/model/handle.h"
#include "client/model/own.h"
#include "client/model/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define T0 "time=2026-11-22T12:00:00.000Z"
#define T1 "time=2026-11-22T12:00:01.000Z"
#define T2 "time=2026-11-22T12:00:02.000Z"

static void say(struct model *m, const char *line)
{
	struct msg msg;
	assert_int_equal(msg_parse(&msg, span_of(line)), MSG_OK);
	handle_line(m, &msg, 1000000);
}

static int set_up(void **state)
{
	struct model *m = model_new(SPAN("ann"));
	say(m, ":srv 001 ann :Welcome");
	say(m, ":ann!a@h JOIN #den");
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static struct target *den(struct model *m)
{
	return target_find(m, SPAN("#den"));
}

static void expect_text(struct model *m, const char *id, const char *text)
{
	const struct log_line *l = scrollback_find(&den(m)->log, span_of(id));
	assert_non_null(l);
	if (!span_eq(line_says(l), span_of(text)))
		fail_msg("%s says " SPAN_FMT ", not %s", id, SPAN_ARG(line_says(l)), text);
}

static bool is_edited(struct model *m, const char *id)
{
	return scrollback_find(&den(m)->log, span_of(id))->flags & LINE_EDITED;
}

static void an_edit_replaces_the_text_and_counts_as_nothing(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a;snug.chat/seq=1 :bob!b@h PRIVMSG #den :cakee");
	say(m,
	    "@" T1 ";msgid=b;snug.chat/seq=2;+draft/edit=a :bob!b@h PRIVMSG #den :ann: cake");
	expect_text(m, "a", "ann: cake");
	assert_true(is_edited(m, "a"));
	assert_int_equal(den(m)->unread, 1);
	assert_int_equal(den(m)->mentions, 0);
	// It stands in the log all the same, or its number would be missing.
	assert_int_equal(target_newest(den(m))->seq, 2);
}

static void the_newest_edit_wins_whatever_comes_first(void **state)
{
	struct model *m = *state;
	say(m, "@" T2 ";msgid=c;+draft/edit=a :bob!b@h PRIVMSG #den :third");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :bob!b@h PRIVMSG #den :second");
	say(m, ":srv BATCH +p chathistory #den");
	say(m, "@batch=p;" T0 ";msgid=a :bob!b@h PRIVMSG #den :first");
	say(m, ":srv BATCH -p");
	expect_text(m, "a", "third");
}

static void nobody_edits_what_another_wrote(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a :bob!b@h PRIVMSG #den :mine");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :eve!e@h PRIVMSG #den :not mine");
	say(m, "@" T1 ";msgid=c;+draft/edit=b :eve!e@h PRIVMSG #den :an edit of an edit");
	expect_text(m, "a", "mine");
	assert_false(is_edited(m, "a"));
}

static void an_account_edits_under_another_nick(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a;account=bob :bob!b@h PRIVMSG #den :first");
	say(m, "@" T1 ";msgid=b;account=bob;+draft/edit=a :bobby!b@h PRIVMSG #den :second");
	expect_text(m, "a", "second");
}

static void removing_the_message_removes_what_edits_made_of_it(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a :bob!b@h PRIVMSG #den :first");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :bob!b@h PRIVMSG #den :second");
	say(m, ":bob!b@h REDACT #den a");
	expect_text(m, "a", "");
	// A late edit of it brings no text back.
	say(m, "@" T2 ";msgid=c;+draft/edit=a :bob!b@h PRIVMSG #den :third");
	expect_text(m, "a", "");
}

static void removing_an_edit_shows_what_was_there_before_it(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a :bob!b@h PRIVMSG #den :first");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :bob!b@h PRIVMSG #den :second");
	say(m, "@" T2 ";msgid=c;+draft/edit=a :bob!b@h PRIVMSG #den :third");
	say(m, ":bob!b@h REDACT #den c");
	expect_text(m, "a", "second");
	say(m, ":bob!b@h REDACT #den b");
	expect_text(m, "a", "first");
	assert_false(is_edited(m, "a"));
}

static void an_edited_action_stays_one(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a :bob!b@h PRIVMSG #den :\1ACTION wawes\1");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :bob!b@h PRIVMSG #den :\1ACTION waves\1");
	expect_text(m, "a", "waves");
	assert_int_equal(scrollback_find(&den(m)->log, SPAN("a"))->kind, LINE_ACTION);
}

static void many_lines_replace_one(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a :bob!b@h PRIVMSG #den :one");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :bob!b@h BATCH +m draft/multiline #den");
	say(m, "@batch=m :bob!b@h PRIVMSG #den :one");
	say(m, "@batch=m :bob!b@h PRIVMSG #den :two");
	say(m, ":bob!b@h BATCH -m");
	expect_text(m, "a", "one\ntwo");
}

static void what_was_let_go_is_not_pointed_at(void **state)
{
	struct model *m = *state;
	m->line_max = 2;
	say(m, "@" T0 ";msgid=a :bob!b@h PRIVMSG #den :first");
	say(m, "@" T1 ";msgid=b;+draft/edit=a :bob!b@h PRIVMSG #den :second");
	say(m, "@" T2 ";msgid=c :bob!b@h PRIVMSG #den :other");
	say(m, "@" T2 ";msgid=d :bob!b@h PRIVMSG #den :another");
	assert_int_equal(den(m)->n_edits, 0);
	say(m, ":srv BATCH +p chathistory #den");
	say(m, "@batch=p;" T0 ";msgid=a :bob!b@h PRIVMSG #den :first");
	say(m, ":srv BATCH -p");
	expect_text(m, "a", "first");
}

static void an_edit_of_ours_shows_as_soon_as_it_is_stored(void **state)
{
	struct model *m = *state;
	say(m, "@" T0 ";msgid=a :ann!a@h PRIVMSG #den :cakee");
	own_add(m, den(m), 1, LINE_EDIT, SPAN("cake"), SPAN("a"), 0, OWN_QUEUED);
	expect_text(m, "a", "cakee");
	own_stored(m, 1, SPAN("b"), 1795348801000, 2);
	expect_text(m, "a", "cake");
	assert_int_equal(own_count(m), 0);
}

static void an_edit_is_found_as_the_message_that_shows_it(void **state)
{
	struct model *m = *state;
	say(m, ":srv BATCH +s soju.im/search");
	say(m, "@batch=s;msgid=b;+draft/edit=a;" T1 " :bob!b@h PRIVMSG #den :cake");
	say(m, ":srv BATCH -s");
	assert_string_equal(m->found[0].id, "a");
	assert_string_equal(m->found[0].text, "cake");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(an_edit_replaces_the_text_and_counts_as_nothing),
		T(the_newest_edit_wins_whatever_comes_first),
		T(nobody_edits_what_another_wrote),
		T(an_account_edits_under_another_nick),
		T(removing_the_message_removes_what_edits_made_of_it),
		T(removing_an_edit_shows_what_was_there_before_it),
		T(an_edited_action_stays_one),
		T(many_lines_replace_one),
		T(what_was_let_go_is_not_pointed_at),
		T(an_edit_of_ours_shows_as_soon_as_it_is_stored),
		T(an_edit_is_found_as_the_message_that_shows_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
