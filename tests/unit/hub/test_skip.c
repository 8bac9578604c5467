// SPDX-License-Identifier: MIT
// What is left out of a catch-up: when it is asked for, of what, and who is told.
#include "server/hub/history/history.h"
#include "server/hub/people/account.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MODERN "message-tags server-time echo-message batch draft/chathistory"
#define LIMIT 5

static int set_up(void **state)
{
	struct hub_config config = fixture_config();

	config.replay_limit = LIMIT;
	*state = fixture_new(&config);
	return 0;
}

static int heard(struct peer *p, const char *text)
{
	const char *line;
	int n = 0;

	while ((line = peer_next(p)) != NULL)
		n += strstr(line, text) != NULL;
	return n;
}

// bob's TV was there, and goes; alice says so much in #den and to him.
static struct peer *missed(struct fixture *f, int in_room, int to_him)
{
	struct peer *alice = fixture_login(f, "alice", MODERN), *bob;

	peer_join(alice, "#den");
	peer_send(alice, "PRIVMSG #den :of before");
	bob = fixture_login(f, "bob@tv", "");
	peer_join(bob, "#den");
	peer_close(bob);
	for (int i = 0; i < in_room; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	for (int i = 0; i < to_him; i++)
		peer_send(alice, "PRIVMSG bob :d%d", i);
	return alice;
}

// Memory has all of it.
static void where_little_was_missed_nothing_is_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;
	int64_t asked;

	(void)missed(f, LIMIT - 2, LIMIT - 1);
	asked = fixture_asked(f);
	bob = fixture_login_loud(f, "bob@tv", "");
	assert_int_equal(heard(bob, "older messages"), 0);
	assert_int_equal(fixture_asked(f), asked);
}

static void from_memory_as_much_is_left_out(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;
	int64_t asked;

	(void)missed(f, 2 * LIMIT, 0);
	asked = fixture_asked(f);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE #den :5 older messages of #den are not shown*");
	expect(bob, "alice PRIVMSG #den :[*] n5");
	expect_later(bob, "alice PRIVMSG #den :[*] n9");
	expect(bob, "server PING *");
	assert_int_equal(fixture_asked(f), asked + 1);
}

static void a_conversation_alone_may_be_too_long(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)missed(f, 0, LIMIT + 2);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE bob :2 older messages of alice are not shown. *PLAY*");
	expect(bob, "alice PRIVMSG bob :[*] d2");
}

// What is left out is not even read: no page without a line.
static void pages_begin_behind_what_is_left_out(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)missed(f, 450, 0);
	fixture_restart(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE #den :445 older messages of #den *");
	expect(bob, "alice PRIVMSG #den :[*] n445");
}

// Nobody knows how the other was called: there is no word to give.
static void who_has_no_name_is_not_named(void **state)
{
	struct fixture *f = *state;
	struct dialog *d;
	struct peer *bob;
	const char *line;

	(void)missed(f, 0, LIMIT + 2);
	admin_answer_free(fixture_verb(f, "user delete alice --confirm alice", NULL));
	d = dialog_named(account_find(f->hub, SPAN("bob")), SPAN("alice"));
	assert_non_null(d);
	free(d->gone);
	d->gone = NULL;
	bob = fixture_login_loud(f, "bob@tv", "");
	while ((line = peer_next(bob)) && !strstr(line, "older messages"))
		;
	assert_non_null(line);
	assert_string_equal(strstr(line, ":2 "), ":2 older messages of * are not shown");
}

static void who_left_meanwhile_is_told_nothing(void **state)
{
	struct fixture *f = *state;

	for (int is_deleted = 0; is_deleted < 2; is_deleted++) {
		struct hub_config config = f->config;
		struct peer *bob, *other;

		fixture_renew(f, &config);
		(void)missed(f, 2 * LIMIT, 0);
		fixture_hold_answers(f, true);
		bob = fixture_login_loud(f, "bob@tv", "");
		other = fixture_login(f, "bob", MODERN);
		if (is_deleted)
			admin_answer_free(
				fixture_verb(f, "room delete den --confirm #den", NULL));
		else
			peer_send(other, "PART #den");
		fixture_hold_answers(f, false);
		assert_int_equal(heard(bob, "older messages"), 0);
		peer_send(bob, "PING :there");
		assert_int_equal(heard(bob, "PONG"), 1);
	}
}

static void what_could_not_be_counted_is_left_for_the_next_login(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)missed(f, 2 * LIMIT, 0);
	fixture_readers_fail(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	assert_int_equal(heard(bob, "] n"), 0);
	fixture_readers_fail(f, false);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE #den :5 older messages of #den *");
}

#define T(fn) HUB_TEST_WITH(fn, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(where_little_was_missed_nothing_is_asked),
		T(from_memory_as_much_is_left_out),
		T(a_conversation_alone_may_be_too_long),
		T(pages_begin_behind_what_is_left_out),
		T(who_has_no_name_is_not_named),
		T(who_left_meanwhile_is_told_nothing),
		T(what_could_not_be_counted_is_left_for_the_next_login),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
