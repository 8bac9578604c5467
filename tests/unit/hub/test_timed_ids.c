// SPDX-License-Identifier: MIT
// An id that carries its time is looked for in the store only when it could be there.
#include "server/letters/limits.h"
#include "tests/support/hub_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define ALL "batch draft/multiline echo-message message-tags snug.chat/exactly-once"

static struct peer *in_den(struct fixture *f, const char *name)
{
	struct peer *p = fixture_login(f, name, ALL);

	peer_join(p, "#den");
	return p;
}

// "t1767225600000.x": of so many ms ago.
static const char *id_of(const struct fixture *f, int64_t ago_ms, const char *rest)
{
	static char id[64];

	snprintf(id, sizeof(id), "t%lld.%s", (long long)(f->now.wall_ms - ago_ms), rest);
	return id;
}

static void say(struct peer *p, const char *id, const char *text)
{
	peer_send(p, "@snug.chat/id=%s PRIVMSG #den :%s", id, text);
}

static void a_fresh_one_asks_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob");
	int64_t asked = fixture_asked(f);

	for (int i = 0; i < 100; i++) {
		say(alice, id_of(f, 0, "a"), "hello");
		expect(alice, "alice PRIVMSG #den :hello");
		expect(bob, "alice PRIVMSG #den :hello");
	}
	peer_send(alice, "@snug.chat/id=%s TOPIC #den :news", id_of(f, 0, "t"));
	expect(bob, "alice TOPIC #den :news");
	assert_int_equal(fixture_asked(f), asked);
	say(alice, "without-a-time", "hello");
	expect(bob, "alice PRIVMSG #den :hello");
	assert_int_equal(fixture_asked(f), asked + 1);
}

// Two in one batch of the writer would be refused by its index.
static void one_that_comes_twice_at_once_is_said_once(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob"),
		    *again = fixture_login(f, "alice", ALL);
	const char *id = id_of(f, 0, "a");

	fixture_disk_holds(f);
	peer_put(alice, "@snug.chat/id=%s PRIVMSG #den :hello", id);
	peer_put(again, "@snug.chat/id=%s PRIVMSG #den :hello", id);
	peer_put(alice, "@snug.chat/id=%s PRIVMSG #den :hello", id);
	fixture_settle(f);
	fixture_disk_works(f);
	expect(bob, "alice PRIVMSG #den :hello");
	expect_none(bob);
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect_none(alice);
	expect(again, "@msgid=$id alice PRIVMSG #den :hello");
	expect(again, "@msgid=$id alice PRIVMSG #den :hello");
}

static void one_of_an_earlier_run_is_looked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob;
	char id[64], ahead[64];
	int64_t asked;

	snprintf(id, sizeof(id), "%s", id_of(f, 0, "a"));
	snprintf(ahead, sizeof(ahead), "%s", id_of(f, -TIMED_ID_AHEAD_MS, "a"));
	say(alice, id, "hello");
	expect(alice, "@msgid=$one alice PRIVMSG #den :hello");
	say(alice, ahead, "ahead");
	expect(alice, "@msgid=$two alice PRIVMSG #den :ahead");
	// Its clock is a day behind from now on.
	f->now.wall_ms -= 24 * 3600 * 1000;
	fixture_restart(f, true);
	alice = in_den(f, "alice");
	bob = in_den(f, "bob");
	say(alice, id, "hello");
	expect(alice, "@msgid=$one alice PRIVMSG #den :hello");
	say(alice, ahead, "ahead");
	expect(alice, "@msgid=$two alice PRIVMSG #den :ahead");
	expect_none(bob);
	fixture_pass(f, 24 * 3600 * 1000 + 2 * TIMED_ID_AHEAD_MS);
	say(alice, ahead, "ahead");
	expect(alice, "@msgid=$two alice PRIVMSG #den :ahead");
	asked = fixture_asked(f);
	say(alice, id_of(f, 0, "b"), "new");
	expect(bob, "alice PRIVMSG #den :new");
	assert_int_equal(fixture_asked(f), asked);
}

static void one_that_was_let_go_is_looked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice"), *bob = in_den(f, "bob");
	char first[64], rest[16];
	int64_t asked;

	snprintf(first, sizeof(first), "%s", id_of(f, 0, "first"));
	say(alice, first, "hello");
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	for (int i = 0; i <= KEEPSAKES_MAX; i++) {
		snprintf(rest, sizeof(rest), "%d", i);
		say(bob, id_of(f, 0, rest), "more");
		peer_skip(alice);
		peer_skip(bob);
	}
	asked = fixture_asked(f);
	say(alice, first, "hello");
	expect(alice, "@msgid=$id alice PRIVMSG #den :hello");
	expect_none(bob);
	assert_int_equal(fixture_asked(f), asked + 1);
	// What bob let go costs nobody else a question.
	say(alice, id_of(f, 1, "new"), "new");
	expect(bob, "alice PRIVMSG #den :new");
	assert_int_equal(fixture_asked(f), asked + 1);
}

static void one_that_is_far_ahead_is_refused(void **state)
{
	struct fixture *f = *state;
	struct peer *alice = in_den(f, "alice");
	const char *id = id_of(f, -TIMED_ID_AHEAD_MS - 60000, "a");

	say(alice, id, "hello");
	expect(alice, "$S FAIL PRIVMSG INVALID_ID t*.a :The time of this id is far ahead*");
	peer_send(alice, "@snug.chat/id=%s BATCH +m draft/multiline #den", id);
	expect(alice, "$S FAIL BATCH MULTILINE_INVALID *");
	fixture_pass(f, 120000);
	say(alice, id, "hello");
	expect_later(alice, "alice PRIVMSG #den :hello");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_fresh_one_asks_nothing),
		HUB_TEST(one_that_comes_twice_at_once_is_said_once),
		HUB_TEST(one_of_an_earlier_run_is_looked_for),
		HUB_TEST(one_that_was_let_go_is_looked_for),
		HUB_TEST(one_that_is_far_ahead_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
