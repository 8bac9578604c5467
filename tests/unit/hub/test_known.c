// SPDX-License-Identifier: MIT
// Where an account is known, and what is held against those who guess there.
#include "tests/unit/hub/login_queue.h"

#include "server/hub/people/credential.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void a_token_makes_an_address_known(void **state)
{
	struct fixture *f = held(state, 0);
	char token[TOKEN_TEXT_MAX + 1];
	struct peer *p, *running, *ann;

	(void)token_new(fixture_account(f, "alice"), SPAN("bot"), 0, token);
	p = opened_at(f, "192.0.2.9");
	plain_of(p, "", "alice", token);
	expect_later(p, YES);
	running = asks(f, HERE, "eve");
	ann = asks(f, HERE, "ann");
	p = asks(f, "192.0.2.9", "alice");
	is_served(f, running);
	is_served(f, p);
	is_served(f, ann);
}

// Proves A6.
static void a_device_key_makes_an_address_known(void **state)
{
	struct fixture *f = held(state, 0);
	struct inbox_opened facts = {
		.host = SPAN("192.0.2.9"), .source = 1, .has_pin = true, .pin = {7}};
	struct peer *p, *running, *ann;

	(void)credential_new(fixture_account(f, "alice"), CREDENTIAL_CERT, facts.pin,
			     SPAN("laptop"), 0);
	p = fixture_open_as(f, &facts);
	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	peer_send(p, "AUTHENTICATE EXTERNAL");
	peer_send(p, "AUTHENTICATE +");
	expect_later(p, YES);
	running = asks(f, HERE, "eve");
	ann = asks(f, HERE, "ann");
	p = asks(f, "192.0.2.9", "alice");
	is_served(f, running);
	is_served(f, p);
	is_served(f, ann);
}

static void what_an_account_knows_outlives_a_restart_and_is_bounded(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *running, *ann, *old, *late;
	char host[32];

	for (int i = 0; i <= KNOWN_SOURCES_MAX; i++) {
		snprintf(host, sizeof(host), "198.51.100.%d", i);
		meets(f, host, "alice");
	}
	meets(f, "192.0.2.9", "zoe");
	fixture_restart(f, false);
	running = asks(f, HERE, "eve");
	ann = asks(f, HERE, "ann");
	old = asks(f, "198.51.100.0", "alice"); // the seventeenth took its place
	late = asks(f, "198.51.100.1", "alice");
	is_served(f, running);
	is_served(f, late);
	is_served(f, ann);
	is_served(f, old);
}

// Each wrong one is known to be wrong before the next is hashed.
static void guesses_that_wait_are_not_all_hashed(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *guesses[30];

	(void)fixture_account(f, "alice");
	for (int i = 0; i < 30; i++) {
		guesses[i] = opened_at(f, HERE);
		plain_of(guesses[i], "", "alice", "a wrong password");
	}
	fixture_hold_hashes(f, false);
	assert_int_equal(fixture_hashed(f), 5);
	for (int i = 5; i < 30; i++)
		expect(guesses[i], LATER);
}

// Proves A7.
static void many_addresses_of_one_network_guess_together(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *p;
	char host[40], name[16];

	fixture_hold_hashes(f, false);
	for (int i = 0; i < 80; i++) {
		snprintf(host, sizeof(host), "2001:db8:1:%x::1", i);
		snprintf(name, sizeof(name), "name%d", i);
		p = opened_at(f, host);
		plain_of(p, "", name, "a wrong password");
		expect(p, NO);
	}
	p = opened_at(f, "2001:db8:1:ffff::1");
	plain_of(p, "", "other", "a wrong password");
	expect(p, LATER);
	p = asks(f, "2001:db8:2::1", "ann");
	expect(p, "server 900 * * * :*");
	expect(p, YES);
}

// An office: those who belong there are not held up by who guesses there, and the more
// belong there, the more may mistype.
// Proves B15.
static void guesses_beside_who_is_known_do_not_hold_him_up(void **state)
{
	struct fixture *f = held(state, 0);
	struct peer *p;
	char name[16];

	meets(f, HERE, "alice");
	fixture_hold_hashes(f, false);
	for (int i = 0; i < 21; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		p = opened_at(f, HERE);
		plain_of(p, "", name, "a wrong password");
		expect(p, NO);
	}
	p = opened_at(f, HERE);
	plain_of(p, "", "other", "a wrong password");
	expect(p, LATER);
	p = asks(f, HERE, "alice");
	expect(p, "server 900 * * * :*");
	expect(p, YES);
}

static void asking_which_names_are_taken_is_bounded(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	(void)fixture_account(f, "alice");
	p = opened_at(f, HERE);
	for (int i = 0; i < 3; i++) {
		peer_send(p, "REGISTER alice * :" FIXTURE_PASSWORD);
		expect(p, "server FAIL REGISTER ACCOUNT_EXISTS alice :*");
	}
	peer_send(p, "REGISTER alice * :" FIXTURE_PASSWORD);
	expect(p, "server FAIL REGISTER TEMPORARILY_UNAVAILABLE alice :*");
	peer_send(p, "REGISTER nobody * :" FIXTURE_PASSWORD);
	expect(p, "server FAIL REGISTER TEMPORARILY_UNAVAILABLE nobody :*");
	fixture_pass(f, 60000);
	peer_send(p, "REGISTER nobody * :" FIXTURE_PASSWORD);
	expect(p, "server REGISTER SUCCESS nobody :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_token_makes_an_address_known),
		HUB_TEST(a_device_key_makes_an_address_known),
		HUB_TEST(what_an_account_knows_outlives_a_restart_and_is_bounded),
		HUB_TEST(guesses_that_wait_are_not_all_hashed),
		HUB_TEST(many_addresses_of_one_network_guess_together),
		HUB_TEST(guesses_beside_who_is_known_do_not_hold_him_up),
		HUB_TEST(asking_which_names_are_taken_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
