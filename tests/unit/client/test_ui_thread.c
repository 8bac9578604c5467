// SPDX-License-Identifier: MIT
// A thread on the screen: what is seen of it, writing in it, and the way back.
#include "client/model/own.h"
#include "client/model/target.h"
#include "tests/unit/client/ui_fixture.h"

static void talk(struct fixture *f)
{
	setenv("TZ", "UTC", 1);
	tzset();
	for (int i = 0; i < 50; i++) {
		char line[200];
		const char *tags = i == 3    ? ";msgid=root"
				   : i == 20 ? ";msgid=a20;+draft/reply=root"
				   : i == 40 ? ";msgid=a40;+draft/reply=a20"
					     : "";
		snprintf(line, sizeof(line),
			 "@time=2026-11-22T12:00:%02d.000Z%s :bob!b@h PRIVMSG #den :line %d", i,
			 tags, i);
		say(f, line);
	}
	settle(f);
	buf_reset(&f->asked);
}

static void open_thread(struct fixture *f, const char *id)
{
	type(f, "\x1b");
	f->ui->view.selected = scrollback_find(&f->m->current->log, span_of(id));
	type(f, "\r");
}

static bool shows(struct fixture *f, const char *part)
{
	bool is_there = false;
	for (int row = 0; row < f->vt.rows && !is_there; row++)
		is_there = row_holds(f, row, part);
	return is_there;
}

static void a_thread_shows_its_messages_alone_and_esc_leads_back(void **state)
{
	struct fixture *f = *state;
	talk(f);
	type(f, "\x1b[5~");
	expect_row(f, 20, "line 32");
	open_thread(f, "a20");
	expect_row(f, 0, "thread in #den, 2 answers");
	expect_row(f, 17, "line 3");
	expect_row(f, 18, "line 20");
	expect_row(f, 20, "line 40");
	assert_false(shows(f, "line 4 ") || shows(f, "line 39"));
	expect_row(f, -1, "thread ›");
	// A new answer comes in, another message does not.
	say(f, "@time=2026-11-22T12:01:00.000Z;msgid=n1 :bob!b@h PRIVMSG #den :elsewhere");
	say(f, "@time=2026-11-22T12:01:01.000Z;msgid=n2;+draft/reply=root :bert!b@h PRIVMSG "
	       "#den :here");
	settle(f);
	expect_row(f, 20, "here");
	assert_false(shows(f, "elsewhere"));
	type(f, "\x1b");
	expect_row(f, 0, "#den");
	expect_row(f, 20, "line 32");
	expect_row(f, -1, "ann ›");
	assert_null(f->ui->view.selected);
}

static void what_is_written_there_answers_its_first_message(void **state)
{
	struct fixture *f = *state;
	talk(f);
	type(f, "for the room");
	type(f, "\x1bOQ"); // F2
	f->ui->view.selected = scrollback_find(&f->m->current->log, SPAN("a40"));
	type(f, "\r");
	// The room's draft waits there.
	expect_row(f, -1, "thread ›");
	assert_false(shows(f, "for the room"));
	type(f, "an answer\r");
	expect_asked(f, "message to #den: an answer (answers root)\n");
	type(f, "//usr\r");
	expect_asked(f, "message to #den: /usr (answers root)\n");
	type(f, "/topic\r");
	expect_asked(f, "typed in #den: /topic\n");
	own_add(f->m, f->m->current, 1, LINE_MESSAGE, SPAN("on its way"), SPAN("root"), 0,
		OWN_QUEUED);
	own_add(f->m, f->m->current, 2, LINE_MESSAGE, SPAN("to the room"), SPAN(""), 0,
		OWN_QUEUED);
	settle(f);
	expect_row(f, 20, "on its way");
	assert_false(shows(f, "to the room"));
	type(f, "half an answer");
	type(f, "\x1b");
	expect_row(f, -1, "ann › for the room");
	type(f, "\x03");
	// And that of the thread in the thread.
	open_thread(f, "root");
	expect_row(f, -1, "thread › half an answer");
}

static void messages_are_chosen_in_a_thread(void **state)
{
	struct fixture *f = *state;
	talk(f);
	open_thread(f, "root");
	type(f, "\x1bOQ");
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("a40")));
	type(f, "k");
	type(f, "k");
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("root")));
	type(f, "k");
	type(f, "j");
	assert_true(span_eq(line_id(f->ui->view.selected), SPAN("a20")));
	type(f, "r");
	type(f, "to this one\r");
	expect_asked(f, "message to #den: to this one (answers a20)\n");
	expect_row(f, 0, "thread in");
}

static void what_is_missing_of_a_thread_is_asked_for(void **state)
{
	struct fixture *f = *state;
	talk(f);
	struct target *t = f->m->current;
	say(f,
	    "@time=2026-11-22T13:00:00.000Z;msgid=far;+draft/reply=old :bob!b@h PRIVMSG #den "
	    ":answers what is not here");
	open_thread(f, "far");
	expect_asked(f, "seek old 0 in #den\n");
	say(f, "@time=2026-11-22T11:00:00.000Z;msgid=old;+draft/reply=older :bob!b@h PRIVMSG "
	       "#den :old");
	target_join(f->m, t, scrollback_find(&t->log, SPAN("far")), false);
	model_sought(f->m, t, scrollback_find(&t->log, SPAN("old")), SOUGHT_HERE);
	// Which was itself an answer.
	expect_asked(f, "seek older 0 in #den\n");
	model_sought(f->m, t, NULL, SOUGHT_NOWHERE);
	settle(f);
	expect_row(f, -2, "the message that began this is not to be had");
	expect_row(f, 0, "thread in #den, 2 answers loaded; Enter loads more");
	assert_true(shows(f, "not loaded, Enter or PgUp loads it"));
	type(f, "\x1b[5~");
	expect_asked(f, "history of #den before a gap\n");
}

static void a_thread_ends_with_its_room_out_of_sight(void **state)
{
	struct fixture *f = *state;
	talk(f);
	say(f, ":ann!a@h JOIN #ops");
	open_thread(f, "root");
	type(f, "half");
	type(f, "\x0e");
	type(f, "\x10");
	expect_row(f, 0, "#den");
	expect_row(f, -1, "ann ›");
	expect_row(f, 20, "line 49");
}

// What lies between the messages of a thread was not seen.
static void a_thread_reads_nothing_beside_it(void **state)
{
	struct fixture *f = *state;
	talk(f);
	say(f, ":srv MARKREAD #den timestamp=2026-11-22T12:00:49.000Z");
	open_thread(f, "root");
	say(f, "@time=2026-11-22T12:01:00.000Z;msgid=n1 :bob!b@h PRIVMSG #den :elsewhere");
	say(f, "@time=2026-11-22T12:01:01.000Z;msgid=n2;+draft/reply=root :bert!b@h PRIVMSG "
	       "#den :here");
	settle(f);
	assert_int_equal(f->m->current->unread, 2);
	type(f, "\x1b");
	settle(f);
	assert_int_equal(f->m->current->unread, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_thread_shows_its_messages_alone_and_esc_leads_back),
		TEST(what_is_written_there_answers_its_first_message),
		TEST(messages_are_chosen_in_a_thread),
		TEST(what_is_missing_of_a_thread_is_asked_for),
		TEST(a_thread_ends_with_its_room_out_of_sight),
		TEST(a_thread_reads_nothing_beside_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
