// SPDX-License-Identifier: MIT
// A new password without the old one (forgotten.h).
#include "common/die.h"
#include "server/hub/people/account.h"
#include "tests/unit/hub/devices_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NEW "seven wet otters"
#define NEW_B64 "c2V2ZW4gd2V0IG90dGVycw=="
#define HOUR_MS (60 * MINUTE_MS)

// A device of ann that is seven days old.
static struct peer *settled(struct fixture *f, int n, const char *label)
{
	struct peer *p = device(f, n, label);

	fixture_pass(f, 7 * DAY_MS);
	return p;
}

static struct peer *tries(struct fixture *f, const char *password)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS :ann:%s", password);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	return p;
}

static void asks(struct peer *p)
{
	peer_send(p, "PASSWD * " NEW_B64);
	expect_later(p, "server PASSWD PENDING 2026-*");
}

// Proves A19.
static void it_is_in_force_a_day_later(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = settled(f, 1, "desk"), *phone = device(f, 2, "phone"),
		    *plain = fixture_login(f, "ann", "");

	asks(desk);
	expect_none(desk);
	expect(phone,
	       "server NOTE PASSWD PENDING :A new password was asked for*PASSWD CANCEL*: "
	       "desk (192.0.2.7)");
	expect(plain, "server NOTICE ann :A new password was asked for*");
	fixture_pass(f, 23 * HOUR_MS);
	expect_later(tries(f, NEW), "server 464 * :*");
	fixture_pass(f, HOUR_MS);
	expect_later(tries(f, NEW), "server 001 ann :*");
}

static void who_is_shut_out_gets_none(void **state)
{
	struct fixture *f = *state;
	struct account *zoe = fixture_account(f, "zoe"), *ann;

	asks(settled(f, 1, "desk"));
	ann = account_find(f->hub, SPAN("ann"));
	zoe->next_ms = ann->next_ms;
	zoe->next_password = xstrdup(ann->next_password);
	admin_answer_free(fixture_verb(f, "user disable ann", NULL));
	fixture_pass(f, 25 * HOUR_MS);
	assert_int_equal(zoe->next_ms, 0);
	assert_int_not_equal(ann->next_ms, 0);
}

static void what_was_not_hashed_is_not_asked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = settled(f, 1, "desk");

	fixture_hold_hashes(f, true);
	peer_send(desk, "PASSWD * " NEW_B64);
	fixture_hash_as(f, HASH_BUSY, NULL);
	expect_later(desk, "server FAIL PASSWD TEMPORARILY_UNAVAILABLE :*");
	assert_int_equal(account_find(f->hub, SPAN("ann"))->next_ms, 0);
}

static void what_cannot_be_stored_is_not_asked_for(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = settled(f, 1, "desk");
	int64_t hashed = fixture_hashed(f);

	fixture_disk_is(f, DISK_FULL);
	peer_send(desk, "PASSWD * " NEW_B64);
	expect_later(desk, "server FAIL PASSWD * :*");
	assert_int_equal(fixture_hashed(f), hashed);
	fixture_disk_is(f, DISK_FINE);
	fixture_hold_hashes(f, true);
	peer_send(desk, "PASSWD * " NEW_B64);
	fixture_disk_is(f, DISK_FULL);
	fixture_hash(f);
	expect_later(desk, "server FAIL PASSWD TEMPORARILY_UNAVAILABLE :*");
	assert_int_equal(account_find(f->hub, SPAN("ann"))->next_ms, 0);
	fixture_disk_is(f, DISK_FINE);
}

static void it_survives_a_restart_and_ends_what_was(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = settled(f, 1, "desk"), *p;

	asks(desk);
	fixture_restart(f, true);
	desk = shows(f, 1);
	peer_send(desk, "CAP REQ :sasl snug.chat/devices");
	peer_send(desk, "NICK ann");
	peer_send(desk, "USER u 0 * :u");
	peer_send(desk, "AUTHENTICATE EXTERNAL");
	peer_send(desk, "AUTHENTICATE +");
	peer_send(desk, "CAP END");
	expect_later(desk, "server NOTE PASSWD PENDING :*");
	fixture_pass(f, 9 * DAY_MS);
	assert_true(peer_is_closed(desk));
	expect_later(tries(f, FIXTURE_PASSWORD), "server 464 * :*");
	p = tries(f, NEW);
	expect_later(p, "server 001 ann :*");
	expect_later(p, "server NOTICE ann :The new password*is in force");
	(void)by_key(f, 1);
	assert_int_equal(account_find(f->hub, SPAN("ann"))->next_ms, 0);
}

static void any_device_says_no(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = settled(f, 1, "desk"), *phone = device(f, 2, "phone");

	peer_send(phone, "PASSWD CANCEL");
	expect(phone, "server FAIL PASSWD NO_SUCH_CHANGE :*");
	asks(desk);
	peer_skip(phone);
	peer_send(phone, "PASSWD CANCEL");
	expect(phone, "server NOTICE ann :The new password*was refused by phone (192.0.2.7)");
	expect_later(phone, "server PASSWD CANCEL");
	expect(desk, "server NOTICE ann :The new password*was refused by phone*");
	fixture_pass(f, 2 * DAY_MS);
	expect_later(tries(f, FIXTURE_PASSWORD), "server 001 ann :*");
	asks(desk);
	peer_skip(phone);
	peer_send(phone, "PRIVMSG NickServ :PASSWD CANCEL");
	expect_later(phone, "NickServ NOTICE ann :The new password is refused");
	peer_send(phone, "PRIVMSG NickServ :PASSWD CANCEL");
	expect_later(phone, "NickServ NOTICE ann :No new password waits*");
}

static void not_every_device_may_ask(void **state)
{
	struct fixture *f = *state;
	struct peer *young = device(f, 1, "desk"), *bot = fixture_open(f);
	struct admin_answer *token = fixture_verb(f, "user token add ann", NULL);

	fixture_skip(f);
	peer_send(bot, "PASS :" SPAN_FMT, SPAN_ARG(token->plain));
	admin_answer_free(token);
	peer_send(bot, "NICK ann");
	peer_send(bot, "USER u 0 * :u");
	peer_skip(bot);
	peer_send(bot, "PASSWD * " NEW_B64);
	expect(bot, "server FAIL PASSWD STEP_UP_REQUIRED :*");
	peer_send(young, "PASSWD * " NEW_B64);
	expect(young, "server FAIL PASSWD STEP_UP_REQUIRED :*");
	fixture_pass(f, 7 * DAY_MS);
	peer_send(young, "PASSWD * c2hvcnQ=");
	expect(young, "server FAIL PASSWD WEAK_PASSWORD :*");
	peer_send(young, "PASSWD * " NEW_B64 " REVOKE");
	expect(young, "server FAIL PASSWD INVALID_PARAMS :*");
	peer_send(young, "PASSWD * !");
	expect(young, "server FAIL PASSWD INVALID_PARAMS :*");
	peer_send(young, "PASSWD *");
	expect(young, "server 461 ann PASSWD :*");
	assert_int_equal(account_find(f->hub, SPAN("ann"))->next_ms, 0);
}

static void a_yes_of_another_device_puts_it_in_force_at_once(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = device(f, 1, "desk"), *phone = device(f, 2, "phone");

	peer_send(phone, "CERT PROVE");
	expect(phone, "server NOTE CERT WAIT :*");
	expect(desk, "server CERT PROVE $n * *");
	peer_send(desk, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(phone, "server CERT PROVE * 600");
	peer_send(phone, "PASSWD * " NEW_B64 " KEEP");
	expect(phone, "server PASSWD *");
	expect_later(tries(f, NEW), "server 001 ann :*");
}

// Of the one row, in the column of that name.
static int64_t number_of(const struct admin_answer *a, const char *column)
{
	size_t i = 0;

	while (!span_eq(a->columns[i], span_of(column)))
		assert_true(++i < a->n_columns);
	return a->cells[i].number;
}

static void another_password_ends_it(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = settled(f, 1, "desk");
	struct admin_answer *a;

	asks(desk);
	a = fixture_verb(f, "user show ann", NULL);
	assert_true(number_of(a, "new_password") == account_find(f->hub, SPAN("ann"))->next_ms);
	assert_true(number_of(a, "new_password") > 0);
	admin_answer_free(a);
	admin_answer_free(
		fixture_verb(f, "user passwd ann --keep-devices", "nine dry badgers"));
	assert_int_equal(account_find(f->hub, SPAN("ann"))->next_ms, 0);
	fixture_pass(f, 2 * DAY_MS);
	expect_later(tries(f, "nine dry badgers"), "server 001 ann :*");
	desk = by_key(f, 1);
	asks(desk);
	peer_send(desk, "PASSWD bmluZSBkcnkgYmFkZ2Vycw== Y29ycmVjdCBob3JzZSBiYXR0ZXJ5");
	expect_later(desk, "server PASSWD *");
	fixture_pass(f, 2 * DAY_MS);
	expect_later(tries(f, FIXTURE_PASSWORD), "server 001 ann :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(it_is_in_force_a_day_later),
		HUB_TEST(who_is_shut_out_gets_none),
		HUB_TEST(what_was_not_hashed_is_not_asked_for),
		HUB_TEST(what_cannot_be_stored_is_not_asked_for),
		HUB_TEST(it_survives_a_restart_and_ends_what_was),
		HUB_TEST(any_device_says_no),
		HUB_TEST(not_every_device_may_ask),
		HUB_TEST(a_yes_of_another_device_puts_it_in_force_at_once),
		HUB_TEST(another_password_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
