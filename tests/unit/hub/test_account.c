// SPDX-License-Identifier: MIT
// The ways in that are no SASL: PASS, REGISTER; and what becomes of an account.
#include "tests/support/hub_fixture.h"

#include "server/hub/people/account.h"
#include "server/hub/people/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void enter(struct peer *p, const char *nick, const char *user)
{
	peer_send(p, "NICK %s", nick);
	peer_send(p, "USER %s 0 * :Real Name", user);
}

static void pass_with_name_and_password_logs_in(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "PASS :alice@phone:%s", FIXTURE_PASSWORD);
	enter(p, "somebody", "user");
	expect(p, "server 900 * alice!* alice :*");
	expect(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "phone");
	fixture_free(f);
}

static void pass_with_a_password_alone_is_for_the_account_that_nick_names(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "PASS :%s", FIXTURE_PASSWORD);
	enter(p, "alice", "user@tablet");
	expect_later(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "tablet");
	fixture_free(f);
}

static void a_wrong_pass_ends_the_connection(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "PASS alice:nonsense");
	enter(p, "alice", "user");
	expect(p, "server 464 * :*");
	expect(p, "ERROR :*Wrong name or password*");
	assert_true(peer_is_closed(p));
	fixture_free(f);
}

static void without_a_login_one_is_told_how_to(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	enter(p, "alice", "user");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*SASL*");
	expect_later(p, "server NOTICE * :*irssi*");
	expect_later(p, "ERROR :*");
	assert_true(peer_is_closed(p));
	fixture_free(f);
}

static void nothing_but_the_login_works_before_it(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	peer_send(p, "JOIN #den");
	expect(p, "server 451 * :*");
	peer_send(p, "PRIVMSG alice :hi");
	expect(p, "server 451 * :*");
	peer_send(p, "PING x");
	expect(p, "server PONG * :x");
	fixture_free(f);
}

static void a_nick_changes_its_casing_and_nothing_else(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *alice = fixture_login(f, "alice", ""), *bob = fixture_login(f, "bob", "");

	peer_send(alice, "JOIN #den");
	peer_send(bob, "JOIN #den");
	fixture_skip(f);
	peer_send(alice, "NICK ALICE");
	expect(alice, "alice NICK ALICE");
	expect(bob, "alice NICK ALICE");
	peer_send(alice, "NICK ALICE");
	expect_none(alice);
	peer_send(bob, "NICK alice");
	expect(bob, "server 433 bob alice :*");
	peer_send(bob, "NICK carol");
	expect(bob, "server 432 bob :*account*");
	expect_none(alice);
	fixture_restart(f, false);
	assert_string_equal(account_find(f->hub, SPAN("alice"))->name, "ALICE");
	fixture_free(f);
}

static void odd_nicks_and_empty_users_are_refused(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	peer_send(p, "NICK :");
	expect(p, "server 431 * :*");
	peer_send(p, "NICK");
	expect(p, "server 431 * :*");
	peer_send(p, "NICK a!b");
	expect(p, "server 432 * a!b :*");
	peer_send(p, "NICK :two words");
	expect(p, "server 432 * two :*");
	peer_send(p, "USER name * * :");
	expect(p, "server 461 * USER :*");
	fixture_free(f);
}

static void whoever_registers_is_logged_in(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f), *again;

	peer_send(p, "CAP LS 302");
	peer_skip(p);
	peer_send(p, "NICK alice");
	peer_send(p, "REGISTER * * :a quite long passphrase");
	expect(p, "server REGISTER SUCCESS alice :*");
	expect(p, "server 900 * alice!* alice :*");
	peer_send(p, "USER u 0 * :A");
	peer_send(p, "CAP END");
	expect(p, "server 001 alice :*");
	fixture_restart(f, false);
	again = fixture_open(f);
	peer_send(again, "PASS :alice:a quite long passphrase");
	enter(again, "x", "u");
	expect_later(again, "server 001 alice :*");
	fixture_free(f);
}

static void a_name_is_given_once(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f), *q = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "REGISTER ALICE * :a quite long passphrase");
	expect(p, "server FAIL REGISTER ACCOUNT_EXISTS ALICE :*");
	// Both ask before either password is hashed.
	peer_put(p, "REGISTER bob * :a quite long passphrase");
	peer_put(q, "REGISTER Bob * :another long passphrase");
	fixture_settle(f);
	expect(p, "server REGISTER SUCCESS bob :*");
	expect(q, "server FAIL REGISTER ACCOUNT_EXISTS Bob :*");
	fixture_free(f);
}

static void a_registration_needs_a_good_name_and_password(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	peer_send(p, "REGISTER * * :a quite long passphrase");
	expect(p, "server FAIL REGISTER NEED_NICK * :*");
	peer_send(p, "REGISTER 1st * :a quite long passphrase");
	expect(p, "server FAIL REGISTER BAD_ACCOUNT_NAME 1st :*");
	peer_send(p, "REGISTER alice * short");
	expect(p, "server FAIL REGISTER WEAK_PASSWORD alice :*");
	peer_send(p, "REGISTER alice * PasswordPassword");
	expect(p, "server FAIL REGISTER UNACCEPTABLE_PASSWORD alice :*");
	peer_send(p, "REGISTER alice *");
	expect(p, "server 461 * REGISTER :*");
	fixture_free(f);
}

static void a_password_is_judged_by_length_and_by_what_everybody_takes(void **state UNUSED)
{
	assert_null(password_fault(SPAN("shivarampassphrase"), SPAN("bar")));
	assert_non_null(password_fault(SPAN("elevenchars"), SPAN("bar")));
	assert_non_null(password_fault(SPAN("aaaaaaaaaaaaaaaa"), SPAN("bar")));
	assert_non_null(password_fault(SPAN("Administrator"), SPAN("bar")));
	assert_non_null(password_fault(SPAN("my-own-long-name"), SPAN("My-Own-Long-Name")));
	assert_non_null(password_fault(SPAN("long enough \xff"), SPAN("bar")));
}

static void where_registration_is_closed_nobody_registers(void **state UNUSED)
{
	struct hub_config config = fixture_config();
	struct fixture *f;
	struct peer *p;

	config.registration = REGISTRATION_CLOSED;
	f = fixture_new(&config);
	p = fixture_open(f);
	peer_send(p, "REGISTER alice * :a quite long passphrase");
	expect(p, "server FAIL REGISTER COMPLETE_CONNECTION_REQUIRED alice :*");
	assert_null(account_find(f->hub, SPAN("alice")));
	fixture_free(f);
}

static void an_email_is_asked_for_where_the_administrator_wants_one(void **state UNUSED)
{
	struct hub_config config = fixture_config();
	struct fixture *f;
	struct peer *p;

	config.email_required = true;
	f = fixture_new(&config);
	p = fixture_open(f);
	peer_send(p, "REGISTER alice * :a quite long passphrase");
	expect(p, "server FAIL REGISTER INVALID_EMAIL alice :*");
	peer_send(p, "REGISTER alice alice@example.org :a quite long passphrase");
	expect(p, "server REGISTER SUCCESS alice :*");
	fixture_free(f);
}

static void a_quit_is_seen_by_the_room_only_when_the_last_device_leaves(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *one = fixture_login(f, "alice", ""), *two = fixture_login(f, "alice", ""),
		    *bob = fixture_login(f, "bob", "");

	peer_send(one, "JOIN #den");
	peer_send(bob, "JOIN #den");
	fixture_skip(f);
	peer_send(one, "QUIT :out");
	expect(one, "ERROR :*Quit: out*");
	assert_true(peer_is_closed(one));
	expect_none(bob);
	peer_close(two);
	fixture_settle(f);
	expect(bob, "alice QUIT :*");
	fixture_free(f);
}

static void lines_behind_a_login_wait_for_it(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_put(p, "PASS :alice:%s", FIXTURE_PASSWORD);
	peer_put(p, "NICK alice");
	peer_put(p, "USER u 0 * :A");
	peer_put(p, "JOIN #den");
	peer_put(p, "PING last");
	fixture_settle(f);
	expect_later(p, "server 001 alice :*");
	expect_later(p, "alice JOIN #den");
	expect_later(p, "server PONG * :last");
	fixture_free(f);
}

static void a_connection_that_breaks_during_the_hashing_leaves_nothing(void **state UNUSED)
{
	struct fixture *f = fixture_new(NULL);
	struct peer *p = fixture_open(f);
	struct hub_figures figures;

	(void)fixture_account(f, "alice");
	peer_put(p, "PASS :alice:%s", FIXTURE_PASSWORD);
	peer_put(p, "NICK alice");
	peer_put(p, "USER u 0 * :A");
	peer_close(p);
	fixture_settle(f);
	hub_figures(f->hub, &figures);
	assert_int_equal(figures.sessions, 0);
	assert_int_equal(figures.unknown, 0);
	fixture_free(f);
}

static void too_many_that_are_not_logged_in_are_turned_away(void **state UNUSED)
{
	struct hub_config config = fixture_config();
	struct inbox_opened here = {.host = SPAN("192.0.2.1"), .source = 1},
			    there = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f;
	struct peer *p;

	config.connections_per_source = 2;
	f = fixture_new(&config);
	(void)fixture_open_as(f, &here);
	p = fixture_open_as(f, &here);
	fixture_settle(f);
	expect_none(p);
	p = fixture_open_as(f, &here);
	fixture_settle(f);
	expect(p, "ERROR :*Too many connections*");
	p = fixture_open_as(f, &there);
	fixture_settle(f);
	expect_none(p);
	fixture_free(f);
}

// SECURITY P5: 32 new ones in ten minutes, but those that log in do not count.
static void too_many_that_come_and_go_are_turned_away(void **state UNUSED)
{
	struct hub_config config = fixture_config();
	struct inbox_opened here = {.host = SPAN("192.0.2.1"), .source = 1},
			    there = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f;
	struct peer *p;

	config.connections_per_source = 3;
	f = fixture_new(&config);
	for (int i = 0; i < 20; i++)
		peer_close(fixture_login(f, "alice", ""));
	for (int i = 0; i < 6; i++) {
		p = fixture_open_as(f, &here);
		fixture_settle(f);
		expect_none(p);
		peer_close(p);
		fixture_settle(f);
	}
	p = fixture_open_as(f, &here);
	fixture_settle(f);
	expect(p, "ERROR :*Too many connections*");
	p = fixture_open_as(f, &there);
	fixture_settle(f);
	expect_none(p);
	fixture_pass(f, 600 * 1000);
	p = fixture_open_as(f, &here);
	fixture_settle(f);
	expect_none(p);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pass_with_name_and_password_logs_in),
		cmocka_unit_test(pass_with_a_password_alone_is_for_the_account_that_nick_names),
		cmocka_unit_test(a_wrong_pass_ends_the_connection),
		cmocka_unit_test(without_a_login_one_is_told_how_to),
		cmocka_unit_test(nothing_but_the_login_works_before_it),
		cmocka_unit_test(a_nick_changes_its_casing_and_nothing_else),
		cmocka_unit_test(odd_nicks_and_empty_users_are_refused),
		cmocka_unit_test(whoever_registers_is_logged_in),
		cmocka_unit_test(a_name_is_given_once),
		cmocka_unit_test(a_registration_needs_a_good_name_and_password),
		cmocka_unit_test(a_password_is_judged_by_length_and_by_what_everybody_takes),
		cmocka_unit_test(where_registration_is_closed_nobody_registers),
		cmocka_unit_test(an_email_is_asked_for_where_the_administrator_wants_one),
		cmocka_unit_test(a_quit_is_seen_by_the_room_only_when_the_last_device_leaves),
		cmocka_unit_test(lines_behind_a_login_wait_for_it),
		cmocka_unit_test(a_connection_that_breaks_during_the_hashing_leaves_nothing),
		cmocka_unit_test(too_many_that_are_not_logged_in_are_turned_away),
		cmocka_unit_test(too_many_that_come_and_go_are_turned_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
