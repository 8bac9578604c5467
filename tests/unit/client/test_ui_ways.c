// SPDX-License-Identifier: MIT
// Ways around on the screen: invitations in the inbox.
#include "tests/unit/client/ui_fixture.h"

static void an_invitation_waits_in_the_inbox(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z :bob!b@h INVITE ann #ops");
	settle(f);
	expect_row(f, 1, "@1");
	expect_row(f, -2, "invited: M-i");
	type(f, "\x1bi");
	expect_row(f, -4, "#ops: bob invites you");
	expect_row(f, -5, "d declines");
	type(f, "d");
	expect_asked(f, "typed in #den: /decline #ops\n");
	expect_row(f, -4, "#ops: bob invites you"); // until the server says so
	type(f, "\r");
	expect_asked(f, "typed in #den: /join #ops\n");
}

static void a_d_in_the_inbox_declines_no_message(void **state)
{
	struct fixture *f = *state;
	say(f, "@time=2026-11-22T12:00:00.000Z;msgid=a :bob!b@h PRIVMSG #den :ann: hello");
	settle(f);
	type(f, "\x1bi");
	expect_row(f, -4, "ann: hello");
	type(f, "d");
	expect_row(f, -4, "ann: hello");
	type(f, "\x1b");
	assert_false(row_holds(f, -4, "/decline"));
	assert_false(strstr(buf_str(&f->asked), "decline"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_invitation_waits_in_the_inbox),
		TEST(a_d_in_the_inbox_declines_no_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
