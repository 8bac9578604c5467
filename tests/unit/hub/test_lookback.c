// SPDX-License-Identifier: MIT
// What was said before one came, shown to who cannot ask for it.
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MODERN "message-tags server-time batch draft/chathistory"

static int heard(struct peer *p, const char *text)
{
	const char *line;
	int n = 0;

	while ((line = peer_next(p)) != NULL)
		n += strstr(line, text) != NULL;
	return n;
}

// alice has said something in #den.
static struct peer *alice_in(struct fixture *f)
{
	struct peer *alice = fixture_login(f, "alice", MODERN);

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :before");
	return alice;
}

static void who_cannot_ask_is_shown_it(void **state)
{
	struct fixture *f = *state;
	struct peer *bob, *modern, *znc;

	(void)alice_in(f);
	bob = fixture_login(f, "bob", "");
	modern = fixture_login(f, "carol", MODERN);
	znc = fixture_login(f, "dora", "znc.in/playback");
	peer_send(bob, "JOIN #den");
	peer_send(modern, "JOIN #den");
	peer_send(znc, "JOIN #den");
	assert_int_equal(heard(bob, "] before"), 1);
	assert_int_equal(heard(modern, "before"), 0);
	assert_int_equal(heard(znc, "before"), 0);
}

static void where_nothing_was_said_nothing_is_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN), *bob;
	int64_t asked = fixture_asked(f);

	peer_join(alice, "#den");
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "JOIN #den");
	assert_int_equal(fixture_asked(f), asked);
}

static void what_could_not_be_read_is_not_shown_in_part(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)alice_in(f);
	bob = fixture_login(f, "bob", "");
	fixture_readers_fail(f, true);
	peer_send(bob, "JOIN #den");
	assert_int_equal(heard(bob, "before"), 0);
}

static void who_goes_meanwhile_is_shown_nothing(void **state)
{
	struct fixture *f = *state;

	for (int is_deleted = 0; is_deleted < 2; is_deleted++) {
		struct peer *bob;

		fixture_renew(f, NULL);
		(void)alice_in(f);
		bob = fixture_login(f, "bob", "");
		fixture_hold_answers(f, true);
		peer_send(bob, "JOIN #den");
		if (is_deleted)
			admin_answer_free(
				fixture_verb(f, "user delete bob --confirm bob", NULL));
		else
			peer_close(bob);
		fixture_hold_answers(f, false);
		assert_int_equal(heard(bob, "before"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(who_cannot_ask_is_shown_it),
		HUB_TEST(where_nothing_was_said_nothing_is_asked),
		HUB_TEST(what_could_not_be_read_is_not_shown_in_part),
		HUB_TEST(who_goes_meanwhile_is_shown_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
