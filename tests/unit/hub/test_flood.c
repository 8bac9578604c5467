// SPDX-License-Identifier: MIT
#include "tests/support/hub_fixture.h"

#include "server/hub/state/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct fixture *limited(struct fixture *f, int64_t rate, int64_t burst)
{
	struct hub_config config = fixture_config();

	config.lines_per_second = config.asks_per_second = rate;
	config.lines_burst = config.asks_burst = burst;
	fixture_renew(f, &config);
	return f;
}

// How many answers to TIME came.
static size_t answers(struct peer *p)
{
	size_t n = 0;

	for (const char *line; (line = peer_next(p));)
		n += strstr(line, " 391 ") != NULL;
	return n;
}

// Proves P2.
static void a_paste_runs_late_in_order_and_whole(void **state)
{
	struct fixture *f = limited(*state, 5, 10);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_send(alice, "JOIN #den");
	peer_send(bob, "JOIN #den");
	fixture_pass(f, 60 * 1000);
	fixture_skip(f);
	for (int i = 0; i < 30; i++)
		peer_put(alice, "PRIVMSG #den :line %d", i);
	fixture_pass(f, 1);
	for (int i = 0; i < 10; i++) {
		char pattern[64];

		snprintf(pattern, sizeof(pattern), "alice PRIVMSG #den :line %d", i);
		expect(bob, pattern);
	}
	expect_none(bob);
	fixture_pass(f, 10 * 1000);
	for (int i = 10; i < 30; i++) {
		char pattern[64];

		snprintf(pattern, sizeof(pattern), "alice PRIVMSG #den :line %d", i);
		expect(bob, pattern);
	}
	assert_false(peer_is_closed(alice));
}

// Proves P2.
static void the_rate_is_kept_after_the_burst(void **state)
{
	struct fixture *f = limited(*state, 5, 5);
	struct peer *p = fixture_login(f, "alice", "");

	fixture_pass(f, 60 * 1000);
	peer_skip(p);
	for (int i = 0; i < 25; i++)
		peer_put(p, "TIME %d", i);
	fixture_pass(f, 1);
	assert_int_equal(answers(p), 5);
	fixture_pass(f, 1000);
	assert_in_range(answers(p), 4, 6);
	fixture_pass(f, 3000);
	assert_int_equal(answers(p) > 0, 1);
}

static void one_who_pastes_delays_nobody_else(void **state)
{
	struct fixture *f = limited(*state, 2, 4);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	fixture_pass(f, 60 * 1000);
	fixture_skip(f);
	for (int i = 0; i < 30; i++)
		peer_put(alice, "TIME %d", i);
	peer_put(bob, "TIME");
	fixture_pass(f, 1);
	expect(bob, "server 391 ...");
}

static void who_has_just_connected_may_ask_for_much_at_once(void **state)
{
	struct fixture *f = limited(*state, 5, 10);
	struct peer *alice = fixture_login(f, "alice", "");

	for (int i = 0; i < 80; i++)
		peer_put(alice, "TIME %d", i);
	fixture_pass(f, 1);
	size_t new_comer = answers(alice);

	fixture_pass(f, 120 * 1000);
	peer_skip(alice);
	for (int i = 0; i < 80; i++)
		peer_put(alice, "TIME %d", i);
	fixture_pass(f, 1);
	size_t later = answers(alice);

	assert_int_equal(later, 10);
	assert_int_equal(new_comer, 80);
}

static void zero_lifts_the_limit(void **state)
{
	struct fixture *f = limited(*state, 0, 1);
	struct peer *p = fixture_login(f, "alice", "");

	peer_skip(p);
	for (int i = 0; i < 32; i++)
		peer_put(p, "TIME %d", i);
	fixture_settle(f);
	assert_int_equal(answers(p), 32);
}

static void more_than_the_credit_allows_ends_the_connection(void **state)
{
	struct fixture *f = limited(*state, 1, 20);
	struct peer *p = fixture_login(f, "alice", "");

	fixture_pass(f, 60 * 1000);
	peer_skip(p);
	for (int i = 0; i < 100; i++)
		peer_put(p, "TIME %d", i);
	fixture_pass(f, 1);
	expect_later(p, "ERROR :*Excess flood*");
	assert_true(peer_is_closed(p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_paste_runs_late_in_order_and_whole),
		HUB_TEST(the_rate_is_kept_after_the_burst),
		HUB_TEST(one_who_pastes_delays_nobody_else),
		HUB_TEST(who_has_just_connected_may_ask_for_much_at_once),
		HUB_TEST(zero_lifts_the_limit),
		HUB_TEST(more_than_the_credit_allows_ends_the_connection),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
