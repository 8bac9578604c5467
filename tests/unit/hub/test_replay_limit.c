// SPDX-License-Identifier: MIT
// A client that cannot ask missed more than it is shown.
#include "tests/support/hub_fixture.h"

#include "common/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
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

// `said`, and its number behind it.
static void hears(struct peer *p, const char *said, int number)
{
	struct buf pattern = {0};

	buf_printf(&pattern, "%s%d", said, number);
	expect(p, buf_str(&pattern));
	buf_clear(&pattern);
}

// alice says n things in #den that bob's TV misses, and some to him; memory knows none of them
// when `forgotten`.
static struct peer *miss(struct fixture *f, int in_room, int to_him, bool forgotten)
{
	struct peer *alice = fixture_login(f, "alice", MODERN);
	struct peer *bob = fixture_login(f, "bob@tv", "");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	for (int i = 1; i <= in_room; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	for (int i = 1; i <= to_him; i++)
		peer_send(alice, "PRIVMSG bob :d%d", i);
	if (forgotten) {
		fixture_restart(f, true);
		alice = fixture_login(f, "alice", MODERN);
	}
	return alice;
}

static void the_newest_of_each_room_are_shown_and_the_rest_counted(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;
	const char *line;

	for (int forgotten = 0; forgotten < 2; forgotten++) {
		if (forgotten)
			fixture_renew(f, &f->config);
		(void)miss(f, LIMIT + 3, LIMIT + 1, forgotten);
		bob = fixture_login_loud(f, "bob@tv", "");
		expect_later(bob, "server 366 bob #den ...");
		line = peer_next(bob);
		assert_non_null(line);
		assert_true(span_starts(
			span_of(line),
			SPAN(":chat.test NOTICE #den :3 older messages of #den are not shown. "
			     "The newest 500 of them: /msg *playback PLAY #den 0 1767225600.")));
		expect(bob, "server NOTICE bob :1 older messages of alice are not shown. *");
		for (int i = 4; i <= LIMIT + 3; i++)
			hears(bob, "alice PRIVMSG #den :[2026-01-01 00:00] n", i);
		for (int i = 2; i <= LIMIT + 1; i++)
			hears(bob, "alice PRIVMSG bob :[2026-01-01 00:00] d", i);
		expect(bob, "server PING $ping");
		peer_send(bob, "PONG :$ping");
		expect_none(bob);
		// Those that were left out, all of them and nothing else, by the words of the line.
		peer_send(bob, "PRIVMSG *playback :%s", strstr(line, "PLAY"));
		for (int i = 1; i <= 3; i++)
			hears(bob, "alice PRIVMSG #den :[2026-01-01 00:00] n", i);
		expect_none(bob);
	}
}

static void as_many_as_the_limit_are_shown_without_a_word(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)miss(f, LIMIT, 0, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server 366 bob #den ...");
	for (int i = 1; i <= LIMIT; i++)
		hears(bob, "alice PRIVMSG #den :*n", i);
	expect(bob, "server PING *");
}

static void what_was_left_out_does_not_come_at_the_next_login(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = miss(f, LIMIT + 3, 0, true);
	struct peer *bob = fixture_login_loud(f, "bob@tv", "");

	expect_later(bob, "server PING $ping");
	peer_send(bob, "PONG :$ping");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :since then");
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server 366 bob #den ...");
	expect(bob, "alice PRIVMSG #den :*since then");
	expect(bob, "server PING *");
	expect_none(bob);
}

static void other_devices_and_clients_that_can_ask_lose_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *phone = fixture_login(f, "bob@phone", "");
	struct peer *bob, *modern;

	peer_close(phone);
	(void)miss(f, LIMIT + 3, 0, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server PING $ping");
	peer_send(bob, "PONG :$ping");
	phone = fixture_login_loud(f, "bob@phone", "");
	expect_later(phone, "server NOTICE #den :3 older messages *");
	expect(phone, "alice PRIVMSG #den :*n4");
	modern = fixture_login(f, "bob", MODERN);
	peer_send(modern, "CHATHISTORY LATEST #den * 50");
	expect(modern, "server BATCH +* chathistory #den");
	for (int i = 1; i <= LIMIT + 3; i++)
		hears(modern, "alice PRIVMSG #den n", i);
	expect(modern, "server BATCH -*");
}

static void verb(struct fixture *f, const char *words, enum admin_code code)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, code);
	admin_answer_free(a);
}

static void an_account_may_have_a_limit_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	(void)miss(f, LIMIT + 3, 0, true);
	verb(f, "user set bob --replay 2", ADMIN_DONE);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE #den :6 older messages of #den *");
	expect(bob, "alice PRIVMSG #den :*n7");
	fixture_restart(f, true);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE #den :6 older messages of #den *");
	verb(f, "user set bob --replay all", ADMIN_DONE);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server 366 bob #den ...");
	expect(bob, "alice PRIVMSG #den :*n1");
	verb(f, "user set bob --replay server", ADMIN_DONE);
	bob = fixture_login_loud(f, "bob@tv", "");
	expect_later(bob, "server NOTICE #den :3 older messages of #den *");
}

static void a_limit_that_can_be_none_is_refused(void **state)
{
	struct fixture *f = *state;

	fixture_account(f, "bob");
	verb(f, "user set bob", ADMIN_USAGE);
	verb(f, "user set bob --replay 0", ADMIN_USAGE);
	verb(f, "user set bob --replay -1", ADMIN_USAGE);
	verb(f, "user set bob --replay 1000001", ADMIN_USAGE);
	verb(f, "user set bob --replay many", ADMIN_USAGE);
	verb(f, "user set nobody --replay 7", ADMIN_NOT_FOUND);
}

static void a_reaction_comes_where_it_stands(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = fixture_login(f, "alice", MODERN);
	struct peer *bob = fixture_login(f, "bob@tv", "message-tags");

	peer_join(alice, "#den");
	peer_join(bob, "#den");
	peer_close(bob);
	peer_send(alice, "PRIVMSG #den :n1");
	peer_send(alice, "@+draft/react=:) TAGMSG #den");
	for (int i = 2; i <= LIMIT + 1; i++)
		peer_send(alice, "PRIVMSG #den :n%d", i);
	peer_send(alice, "@+draft/react=:( TAGMSG #den");
	bob = fixture_login_loud(f, "bob@tv", "message-tags");
	expect_later(bob, "server NOTICE #den :1 older messages *");
	// It came behind the last that is left out.
	expect(bob, "@+draft/react=:) alice TAGMSG #den");
	for (int i = 2; i <= LIMIT + 1; i++)
		hears(bob, "alice PRIVMSG #den :*n", i);
	expect(bob, "@+draft/react=:( alice TAGMSG #den");
	expect(bob, "server PING *");
}

#define T(fn) HUB_TEST_WITH(fn, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_newest_of_each_room_are_shown_and_the_rest_counted),
		T(as_many_as_the_limit_are_shown_without_a_word),
		T(what_was_left_out_does_not_come_at_the_next_login),
		T(other_devices_and_clients_that_can_ask_lose_nothing),
		T(an_account_may_have_a_limit_of_its_own),
		T(a_limit_that_can_be_none_is_refused),
		T(a_reaction_comes_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
