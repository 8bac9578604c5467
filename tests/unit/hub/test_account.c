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

static void pass_with_name_and_password_logs_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "PASS :alice@phone:%s", FIXTURE_PASSWORD);
	enter(p, "somebody", "user");
	expect(p, "server 900 * alice!* alice :*");
	expect(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "phone");
}

static void pass_with_a_password_alone_is_for_the_account_that_nick_names(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "PASS :%s", FIXTURE_PASSWORD);
	enter(p, "alice", "user@tablet");
	expect_later(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "tablet");
}

static void a_wrong_pass_ends_the_connection(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "PASS alice:nonsense");
	enter(p, "alice", "user");
	expect(p, "server 464 * :*");
	expect(p, "ERROR :*Wrong name or password*");
	assert_true(peer_is_closed(p));
}

static void without_a_login_one_is_told_how_to(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	enter(p, "alice", "user");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*SASL*");
	expect(p, "server 464 * :irssi: *");
	expect(p, "server 464 * :WeeChat: *");
	expect(p, "ERROR :*");
	assert_true(peer_is_closed(p));
}

static void who_knows_standard_replies_is_told_by_them(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP REQ :standard-replies");
	peer_skip(p);
	enter(p, "alice", "user");
	peer_send(p, "CAP END");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*SASL*");
	expect(p, "server NOTE * ACCOUNT_REQUIRED :irssi: *");
	expect(p, "server NOTE * ACCOUNT_REQUIRED :WeeChat: *");
	expect(p, "ERROR :*");
}

// Clients open a window for it, or take it for the end of the login.
static void nobody_gets_a_notice_before_the_login(void **state)
{
	static const char *const commands[] = {
#define COMMAND(name, fn, min_params, states, purse, cost, cap) name,
#include "server/hub/commands/command.def"
#undef COMMAND
	};
	static const char *const behind[] = {"", " *", " alice:wrong", " PLAIN", " a b c d"};
	struct fixture *f = *state;

	(void)fixture_account(f, "alice");
	for (size_t i = 0; i < ARRAY_LEN(commands) * ARRAY_LEN(behind) * 2; i++) {
		struct peer *p = fixture_open(f);

		if (i % 2)
			peer_send(p, "CAP REQ :sasl batch draft/metadata-3 standard-replies");
		peer_send(p, "%s%s", commands[i / 2 / ARRAY_LEN(behind)],
			  behind[i / 2 % ARRAY_LEN(behind)]);
		if (!peer_is_closed(p))
			enter(p, "alice", "user");
		if (!peer_is_closed(p))
			peer_send(p, "CAP END");
		for (const char *line; (line = peer_next(p));)
			if (strstr(line, " NOTICE "))
				fail_msg("%s: %s", commands[i / 2 / ARRAY_LEN(behind)], line);
		if (!peer_is_closed(p))
			peer_close(p);
	}
}

static void nothing_but_the_login_works_before_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "JOIN #den");
	expect(p, "server 451 * :*");
	peer_send(p, "PRIVMSG alice :hi");
	expect(p, "server 451 * :*");
	peer_send(p, "PING x");
	expect(p, "server PONG * :x");
}

static void a_nick_changes_its_casing_and_nothing_else(void **state)
{
	struct fixture *f = *state;
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
}

static void odd_nicks_and_empty_users_are_refused(void **state)
{
	struct fixture *f = *state;
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
}

static void whoever_registers_is_logged_in(void **state)
{
	struct fixture *f = *state;
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
}

static void a_name_is_given_once(void **state)
{
	struct fixture *f = *state;
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
}

static void a_registration_needs_a_good_name_and_password(void **state)
{
	struct fixture *f = *state;
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

static void where_registration_is_closed_nobody_registers(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;

	config.registration = REGISTRATION_CLOSED;
	fixture_renew(f, &config);
	p = fixture_open(f);
	peer_send(p, "REGISTER alice * :a quite long passphrase");
	expect(p, "server FAIL REGISTER DISALLOWED alice :*");
	assert_null(account_find(f->hub, SPAN("alice")));
}

static void registration_is_offered_while_it_is_open(void **state)
{
	struct hub_config config = fixture_config(), closed = config;
	struct fixture *f = *state;
	struct peer *p = fixture_open(f), *old = fixture_open(f);

	closed.registration = REGISTRATION_CLOSED;
	peer_send(old, "CAP REQ :draft/account-registration");
	peer_skip(old);
	peer_send(p, "CAP LS 302");
	expect_later(p, "server CAP * LS * :*draft/account-registration=*");
	peer_skip(p);
	peer_send(p, "CAP REQ :draft/account-registration");
	peer_skip(p);
	hub_configure(f->hub, &closed);
	fixture_settle(f);
	expect(p, "server CAP * DEL :draft/account-registration");
	expect_none(p);
	expect_none(old);
	peer_send(old, "CAP LIST");
	expect(old, "server CAP * LIST :");
	peer_send(p, "CAP REQ :draft/account-registration");
	expect(p, "server CAP * NAK :draft/account-registration");
	hub_configure(f->hub, &closed);
	hub_configure(f->hub, &config);
	fixture_settle(f);
	expect(p, "server CAP * NEW :draft/account-registration=*");
	expect_none(p);
}

static void an_email_is_asked_for_where_the_administrator_wants_one(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;

	config.email_required = true;
	fixture_renew(f, &config);
	p = fixture_open(f);
	peer_send(p, "REGISTER alice * :a quite long passphrase");
	expect(p, "server FAIL REGISTER INVALID_EMAIL alice :*");
	peer_send(p, "REGISTER alice alice@example.org :a quite long passphrase");
	expect(p, "server REGISTER SUCCESS alice :*");
	struct admin_answer *a = fixture_verb(f, "audit list --verb user", NULL);
	assert_true(span_eq(a->cells[3].text, SPAN("alice, alice@example.org")));
	admin_answer_free(a);
}

static void a_quit_is_seen_by_the_room_only_when_the_last_device_leaves(void **state)
{
	struct fixture *f = *state;
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
}

static void lines_behind_a_login_wait_for_it(void **state)
{
	struct fixture *f = *state;
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
}

static void a_connection_that_breaks_during_the_hashing_leaves_nothing(void **state)
{
	struct fixture *f = *state;
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
}

// Proves P5.
static void too_many_that_are_not_logged_in_are_turned_away(void **state)
{
	struct hub_config config = fixture_config();
	struct inbox_opened here = {.host = SPAN("192.0.2.1"), .source = 1},
			    there = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct peer *p;

	config.connections_per_source = 2;
	fixture_renew(f, &config);
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
}

// Twice as many new ones in ten minutes, but those that log in do not count, and an account
// that knows the address makes room for one more.
// Proves P5.
static void too_many_that_come_and_go_are_turned_away(void **state)
{
	struct hub_config config = fixture_config();
	struct inbox_opened here = {.host = SPAN("192.0.2.1"), .source = 1},
			    there = {.host = SPAN("192.0.2.2"), .source = 2};
	struct fixture *f = *state;
	struct peer *p;

	config.connections_per_source = 3;
	fixture_renew(f, &config);
	for (int i = 0; i < 20; i++)
		peer_close(fixture_login(f, "alice", ""));
	for (int i = 0; i < 2 * (3 + 1); i++) {
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
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(pass_with_name_and_password_logs_in),
		HUB_TEST(pass_with_a_password_alone_is_for_the_account_that_nick_names),
		HUB_TEST(a_wrong_pass_ends_the_connection),
		HUB_TEST(without_a_login_one_is_told_how_to),
		HUB_TEST(who_knows_standard_replies_is_told_by_them),
		HUB_TEST(nobody_gets_a_notice_before_the_login),
		HUB_TEST(nothing_but_the_login_works_before_it),
		HUB_TEST(a_nick_changes_its_casing_and_nothing_else),
		HUB_TEST(odd_nicks_and_empty_users_are_refused),
		HUB_TEST(whoever_registers_is_logged_in),
		HUB_TEST(a_name_is_given_once),
		HUB_TEST(a_registration_needs_a_good_name_and_password),
		cmocka_unit_test(a_password_is_judged_by_length_and_by_what_everybody_takes),
		HUB_TEST(where_registration_is_closed_nobody_registers),
		HUB_TEST(registration_is_offered_while_it_is_open),
		HUB_TEST(an_email_is_asked_for_where_the_administrator_wants_one),
		HUB_TEST(a_quit_is_seen_by_the_room_only_when_the_last_device_leaves),
		HUB_TEST(lines_behind_a_login_wait_for_it),
		HUB_TEST(a_connection_that_breaks_during_the_hashing_leaves_nothing),
		HUB_TEST(too_many_that_are_not_logged_in_are_turned_away),
		HUB_TEST(too_many_that_come_and_go_are_turned_away),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
