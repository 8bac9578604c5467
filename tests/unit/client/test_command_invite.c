// SPDX-License-Identifier: MIT
// /invite-link, and what the server says to it.
#include "tests/unit/client/command_fixture.h"

static void invites_for_strangers_become_lines(void **state)
{
	struct fixture *f = *state;
	expect(f, "/invite-link", "INVITELINK ADD #den 1\n");
	expect(f, "/invite-link 5", "INVITELINK ADD #den 5\n");
	expect(f, "/invite-link 2h 5 #ops", "INVITELINK ADD #ops 5 1970-01-01T02:00:02.000Z\n");
	expect(f, "/invite-link list", "INVITELINK LIST\n");
	expect(f, "/invite-link revoke 71", "INVITELINK DEL 71\n");
	expect(f, "/invite-link bob", "");
	assert_true(note_says(f, "not bob"));
	expect(f, "/invite-link revoke", "");
	model_show(f->m, f->m->server);
	expect(f, "/invite-link", "INVITELINK ADD * 1\n");
}

static void what_the_server_says_of_invites_is_said_in_words(void **state)
{
	struct fixture *f = *state;
	say(f->m, ":srv INVITELINK LIST *");
	assert_true(note_says(f, "you have no open invite"));
	say(f->m, ":srv INVITELINK LIST 71 #den 2 3 2026-11-29T12:05:31.204Z");
	assert_true(note_says(f, "invite 71: 2 of 3 may still come and enter #den, until "
				 "2026-11-29"));
	say(f->m, ":srv INVITELINK LIST *");
	assert_false(note_says(f, "you have no"));
	say(f->m, ":srv INVITELINK DEL 71");
	assert_true(note_says(f, "invite 71 lets nobody in"));
	say(f->m, ":srv INVITELINK ADD 72 * 1 1 2026-11-29T12:05:31.204Z :snug://h/,invite=x");
	assert_true(note_says(f, "snug://h/,invite=x"));
	say(f->m, ":srv INVITELINK ADD 72");
	assert_true(note_says(f, "snug://h/,invite=x"));
	// Where browsers are served, the link for those is handed out: all take it.
	say(f->m,
	    ":srv INVITELINK ADD 73 #den 2 2 2026-11-29T12:05:31.204Z snug://h/den,invite=y "
	    ":https://h/#den,invite=y");
	assert_true(span_eq(last_note(f), SPAN("https://h/#den,invite=y")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(invites_for_strangers_become_lines),
		TEST(what_the_server_says_of_invites_is_said_in_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
