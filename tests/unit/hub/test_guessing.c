// SPDX-License-Identifier: MIT
// Who guesses at passwords waits, and nobody else does.
#include "tests/unit/hub/sasl_peer.h"

#include "server/hub/people/account.h"
#include "server/hub/people/throttle.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

// Proves A6.
static void a_source_with_too_many_attempts_waits_a_minute(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	(void)fixture_account(f, "alice");
	p = opened(f);
	for (int i = 0; i < 3; i++) {
		plain_of(p, "", "alice", "a wrong password");
		expect(p, NO);
	}
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, NO);
	fixture_pass(f, 60 * 1000);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

// Proves A6.
static void guessing_at_one_name_slows_down_but_not_for_a_source_it_knows(void **state)
{
	struct hub_config config = fixture_config();
	struct inbox_opened foe = {.host = SPAN("192.0.2.1"), .source = 1},
			    friend = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct peer *p, *good;

	config.logins_per_source = 1000;
	fixture_renew(f, &config);
	(void)fixture_account(f, "alice");
	good = fixture_open_as(f, &friend);
	plain_of(good, "", "alice", FIXTURE_PASSWORD);
	expect_later(good, YES);
	p = fixture_open_as(f, &foe);
	for (int i = 0; i < 5; i++) {
		plain_of(p, "", "alice", "a wrong password");
		expect(p, NO);
	}
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, NO);
	good = fixture_open_as(f, &friend);
	plain_of(good, "", "alice", FIXTURE_PASSWORD);
	expect_later(good, YES);
	fixture_pass(f, 1000);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

// A wrong password from the source; true when it was looked at.
static bool is_looked_at(struct fixture *f, const struct inbox_opened *from)
{
	struct peer *p = fixture_open_as(f, from);
	bool looked;

	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	plain_of(p, "", "alice", "a wrong password");
	looked = strstr(peer_next(p), "TEMPORARILY_UNAVAILABLE") == NULL;
	peer_close(p);
	return looked;
}

// Proves A6.
static void a_guesser_waits_on_after_a_restart(void **state)
{
	struct hub_config config = fixture_config();
	struct inbox_opened foe = {.host = SPAN("2001:db8::1"), .source = 1},
			    friend = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct peer *good;

	config.logins_per_source = 1000;
	fixture_renew(f, &config);
	(void)fixture_account(f, "alice");
	good = fixture_open_as(f, &friend);
	plain_of(good, "", "alice", FIXTURE_PASSWORD);
	expect_later(good, YES);
	for (int i = 0; i < 4; i++)
		assert_true(is_looked_at(f, &foe));
	// Nine in a row: the wait is 16 s by then.
	for (int i = 0; i < 5; i++) {
		assert_true(is_looked_at(f, &foe));
		assert_false(is_looked_at(f, &foe));
		fixture_pass(f, i < 4 ? 10000 : 11000);
	}
	fixture_restart(f, true);
	foe.source = 77;
	foe.host = SPAN("2001:db8::2");
	assert_false(is_looked_at(f, &foe));
	friend.source = 78;
	assert_true(is_looked_at(f, &friend));
	fixture_pass(f, 60000);
	assert_true(is_looked_at(f, &foe));
}

// NIST 800-63B: no more than 100 wrong ones in a row. Whoever was in before still gets in.
// Proves A6.
static void a_hundred_failures_in_a_row_end_the_guessing(void **state)
{
	struct hub_config config = fixture_config();
	struct inbox_opened foe = {.host = SPAN("192.0.2.1"), .source = 1},
			    friend = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct peer *good;

	config.logins_per_source = 1000;
	fixture_renew(f, &config);
	(void)fixture_account(f, "alice");
	good = fixture_open_as(f, &friend);
	plain_of(good, "", "alice", FIXTURE_PASSWORD);
	expect_later(good, YES);
	for (int i = 0; i < 100; i++) {
		assert_true(is_looked_at(f, &foe));
		fixture_pass(f, 60000);
	}
	assert_false(is_looked_at(f, &foe));
	fixture_pass(f, 7200 * 1000);
	assert_false(is_looked_at(f, &foe));
	fixture_restart(f, true);
	assert_false(is_looked_at(f, &foe));
	assert_true(is_looked_at(f, &friend));
	// Its owner got in: the row has an end.
	good = fixture_open_as(f, &friend);
	plain_of(good, "", "alice", FIXTURE_PASSWORD);
	expect_later(good, YES);
	assert_true(is_looked_at(f, &foe));
}

// Proves A7.
static void the_table_of_attempts_has_an_end(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	struct origin from = throttle_origin(f->hub, SPAN("192.0.2.1"), 0);

	for (int i = 0; i < THROTTLES_MAX + 100; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%d", i);
		throttle_failed(f->hub, &from, span_of(name));
		assert_in_range(f->hub->throttles.n_items, 1, THROTTLES_MAX);
	}
	assert_int_equal(f->hub->throttles.n_items, THROTTLES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_source_with_too_many_attempts_waits_a_minute),
		HUB_TEST(guessing_at_one_name_slows_down_but_not_for_a_source_it_knows),
		HUB_TEST(a_guesser_waits_on_after_a_restart),
		HUB_TEST(a_hundred_failures_in_a_row_end_the_guessing),
		HUB_TEST(the_table_of_attempts_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
