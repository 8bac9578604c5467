// SPDX-License-Identifier: MIT
// Going to what a message answers, to a time, to what is searched for; and back.
#include "client/faces.h"
#include "client/model/target.h"
#include "tests/unit/client/ui_fixture.h"

// Up the chain of answers, and back the same way.
static void what_a_message_answers_is_gone_to_and_come_back_from(void **state)
{
	struct fixture *f = *state;
	struct target *t = f->m->current;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :question?");
	for (int i = 0; i < 60; i++) {
		char line[200];
		snprintf(line, sizeof(line),
			 "@time=2026-11-22T12:01:%02d.000Z;msgid=f%d :bob!b@h PRIVMSG #den :%d",
			 i, i, i);
		say(f, line);
	}
	say(f, "@time=2026-11-22T12:09:00.000Z;msgid=a2;+draft/reply=a1 :bert!b@h PRIVMSG #den "
	       ":answer");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	type(f, "g");
	expect_asked(f, "seek a1 0 in #den\n");
	model_sought(f->m, t, scrollback_find(&t->log, SPAN("a1")), SOUGHT_HERE);
	settle(f);
	assert_ptr_equal(f->ui->view.selected, scrollback_find(&t->log, SPAN("a1")));
	type(f, "g");
	expect_row(f, -2, "it answers no other message");
	type(f, "b");
	assert_ptr_equal(f->ui->view.selected, scrollback_find(&t->log, SPAN("a2")));
	expect_row(f, 20, "answer");
	type(f, "b");
	expect_row(f, -2, "there was no jump to come back from");
	// Not loaded, and not to be had.
	type(f, "g");
	model_sought(f->m, t, NULL, SOUGHT_OFFLINE);
	settle(f);
	expect_row(f, -2, "not loaded, and there is no connection");
	expect_row(f, 20, "answer");
}

// Another room is come back from, too; a target that went meanwhile is passed over.
static void the_way_back_leads_through_rooms(void **state)
{
	struct fixture *f = *state;
	struct target *den = f->m->current;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :here");
	say(f, ":ann!a@h JOIN #ops");
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=o1 :bob!b@h PRIVMSG #ops :there");
	settle(f);
	struct target *ops = target_find(f->m, SPAN("#ops"));
	model_sought(f->m, ops, scrollback_find(&ops->log, SPAN("o1")), SOUGHT_HERE);
	model_sought(f->m, den, scrollback_find(&den->log, SPAN("a1")), SOUGHT_HERE);
	settle(f);
	assert_ptr_equal(f->m->current, den);
	target_remove(f->m, ops);
	type(f, "\x0f");
	assert_ptr_equal(f->m->current, den);
	expect_row(f, 20, "here");
}

static void a_time_is_gone_to(void **state)
{
	struct fixture *f = *state;
	struct screen_acts acts;
	faces_screen_acts(f->ui, &acts);
	say(f, ":ann!a@h JOIN #ops");
	buf_reset(&f->asked);
	setenv("TZ", "UTC", 1);
	tzset();
	assert_true(acts.go(acts.arg, SPAN("2026-11-03 14:00")));
	expect_asked(f, "seek  1793714400000 in #den\n");
	assert_true(acts.go(acts.arg, SPAN("1k83mrnjbm7j8")));
	expect_asked(f, "seek 1k83mrnjbm7j8 0 in #den\n");
	assert_true(acts.go(acts.arg, SPAN("#ops")));
	assert_string_equal(f->m->current->name, "#ops");
	assert_false(acts.go(acts.arg, SPAN("bub")));
	assert_false(acts.go(acts.arg, SPAN("not a message id")));
	expect_asked(f, "");
}

static void a_search_is_narrowed_by_names(void **state)
{
	struct fixture *f = *state;
	say(f, ":srv CAP ann ACK :soju.im/search");
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :cake of bob");
	say(f, "@time=2026-11-22T12:00:01.000Z;msgid=a2 :bert!b@h PRIVMSG #den :cake of bert");
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x13"
		"cake from:bo\t");
	expect_row(f, -1, "search › cake from:bob");
	expect_row(f, 20, "bob: cake of bob");
	assert_false(row_holds(f, 19, "cake of bert"));
	type(f, "\x13");
	expect_asked(f, "raw SEARCH limit=100;text=cake;from=bob\n");
	type(f, "in:#dne\x13");
	expect_row(f, -2, "not searched: you have no room or conversation called #dne");
	expect_asked(f, "");
	type(f, "\x1b");
	type(f, "/search cake from:bo\t");
	expect_row(f, -1, "ann › /search cake from:bob");
	type(f, "\x03");
	ui_search(f->ui, SPAN("from:zoe cake"));
	settle(f);
	expect_row(f, -2, "nobody called zoe is known here");
	expect_asked(f, "raw SEARCH limit=100;text=cake;from=zoe\n");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	const struct CMUnitTest tests[] = {
		TEST(what_a_message_answers_is_gone_to_and_come_back_from),
		TEST(the_way_back_leads_through_rooms),
		TEST(a_time_is_gone_to),
		TEST(a_search_is_narrowed_by_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
