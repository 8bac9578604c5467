// SPDX-License-Identifier: MIT
// The details of a chosen message: who reacted, and what it said before.
#include "client/model/target.h"
#include "tests/unit/client/ui_fixture.h"

static void say_message(struct fixture *f)
{
	setenv("TZ", "UTC", 1);
	tzset();
	say(f, ":srv CAP ann ACK :draft/metadata-2");
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a1 :bob!b@h PRIVMSG #den :frist words");
	settle(f);
}

static void open_details(struct fixture *f)
{
	type(f, "\x1b");
	type(f, "i");
}

static bool shows(struct fixture *f, const char *part)
{
	bool is_there = false;
	for (int row = 0; row < f->vt.rows && !is_there; row++)
		is_there = row_holds(f, row, part);
	return is_there;
}

static void who_reacted_is_shown_by_name_and_kept_up_to_date(void **state)
{
	struct fixture *f = *state;
	say_message(f);
	say(f, "@+draft/reply=a1;+draft/react=👍 :bob!b@h TAGMSG #den");
	say(f, "@+draft/reply=a1;+draft/react=👍 :bert!b@h TAGMSG #den");
	say(f, "@+draft/reply=a1;+draft/react=🎉 :ann!a@h TAGMSG #den");
	say(f, ":srv METADATA bert display-name * :Bert Ernst");
	open_details(f);
	assert_true(shows(f, "from      bob"));
	assert_true(shows(f, "said      Sun 22 Nov 2026 12:00"));
	assert_true(shows(f, "id        a1"));
	assert_true(shows(f, "👍 2      bob, Bert Ernst"));
	assert_true(shows(f, "🎉 1      ann"));
	say(f, "@+draft/reply=a1;+draft/unreact=🎉 :ann!a@h TAGMSG #den");
	settle(f);
	assert_false(shows(f, "🎉"));
	// Still chosen behind it.
	type(f, "\x1b");
	assert_non_null(f->ui->view.selected);
}

static void each_wording_of_an_edited_message_is_shown(void **state)
{
	struct fixture *f = *state;
	say_message(f);
	say(f, "@time=2026-11-22T12:02:00.000Z;msgid=e2;+draft/edit=a1 :bob!b@h PRIVMSG #den "
	       ":first words!");
	say(f, "@time=2026-11-22T12:01:00.000Z;msgid=e1;+draft/edit=a1 :bob!b@h PRIVMSG #den "
	       ":first words");
	say(f, "@time=2026-11-22T12:03:00.000Z;msgid=e3;+draft/edit=a1 :bert!b@h PRIVMSG #den "
	       ":forged");
	open_details(f);
	expect_row(f, 18, "12:00     frist words");
	expect_row(f, 19, "12:01     first words");
	expect_row(f, 20, "12:02     first words!");
	assert_false(shows(f, "forged"));
	// What was removed is not shown by a list either.
	type(f, "\x1b");
	say(f, ":bob!b@h REDACT #den a1");
	type(f, "i");
	assert_false(shows(f, "frist"));
}

static void what_may_hold_an_edit_is_asked_for(void **state)
{
	struct fixture *f = *state;
	say_message(f);
	say(f, "@time=2026-11-22T13:00:00.000Z;msgid=b1 :bob!b@h PRIVMSG #den :later");
	struct target *t = f->m->current;
	target_join(f->m, t, scrollback_find(&t->log, SPAN("b1")), false);
	settle(f);
	buf_reset(&f->asked);
	type(f, "\x1b");
	type(f, "k");
	type(f, "i");
	expect_asked(f, "history of #den before a gap\n");
	assert_true(shows(f, "not all that was said since is loaded"));
	target_join(f->m, t, scrollback_find(&t->log, SPAN("b1")), true);
	settle(f);
	assert_false(shows(f, "not all that was said"));
}

static void enter_copies_the_id_alone(void **state)
{
	struct fixture *f = *state;
	say_message(f);
	open_details(f);
	type(f, "\r");
	assert_false(shows(f, "its id"));
	type(f, "i");
	type(f, "\x1b[B\x1b[B\r");
	expect_row(f, -2, "its id: ");
}

// The list closes with its message, and does nothing then.
static void a_message_that_goes_takes_its_details_along(void **state)
{
	struct fixture *f = *state;
	say_message(f);
	open_details(f);
	target_take_out(f->m, f->m->current, SPAN("a1"));
	settle(f);
	assert_int_equal(f->ui->view.menu.kind, MENU_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_reacted_is_shown_by_name_and_kept_up_to_date),
		TEST(each_wording_of_an_edited_message_is_shown),
		TEST(what_may_hold_an_edit_is_asked_for),
		TEST(enter_copies_the_id_alone),
		TEST(a_message_that_goes_takes_its_details_along),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
