// SPDX-License-Identifier: MIT
// People make, list and take away their own app tokens (device_token.h).
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/unit/hub/devices_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define WANTED "server FAIL CERT STEP_UP_REQUIRED :*"
#define SAYS_NOTE "server NOTE CERT DEVICE_ADDED * :*made an app token of yours*"
#define SAYS_NOTICE "server NOTICE ann :*made an app token of yours*"

static size_t n_devices(const struct fixture *f)
{
	return credentials_count(account_find(f->hub, SPAN("ann")));
}

static struct peer *by_token(struct fixture *f, const char *token)
{
	struct peer *p = fixture_open(f);
	char how[128];

	snprintf(how, sizeof(how), "PASS :ann:%s", token);
	log_in(p, "ann", how);
	return p;
}

// p, which has proved just now, makes one; $token and $n are its text and number.
static void make(struct peer *p, const char *words)
{
	peer_send(p, "CERT TOKEN ADD %s", words);
	expect_later(p, "server CERT TOKEN ADD $n $token *");
	peer_skip(p);
}

static void a_person_makes_a_token_that_lets_in(void **state)
{
	struct fixture *f = *state;
	struct peer *other = device(f, 1, "desk"), *p = by_password(f, 2), *in;

	peer_send(p, "CERT TOKEN ADD page DEVICE");
	expect_later(p, "server CERT TOKEN ADD $n $token :page");
	expect_later(other, SAYS_NOTE);
	expect_later(other, SAYS_NOTICE);
	in = by_token(f, fixture_var(f, "token"));
	peer_send(in, "CERT TOKEN LIST");
	expect(in, "server CERT TOKEN LIST $n DEVICE * * * :page");
	expect(in, "server CERT TOKEN LIST *");
	peer_send(in, "CERT OTHERS");
	expect(in, "server CERT OTHERS 1 0");
	fixture_restart(f, true);
	in = by_token(f, fixture_var(f, "token"));
	peer_send(in, "CERT TOKEN LIST");
	expect(in, "server CERT TOKEN LIST $n DEVICE * * * :page");
}

static void a_label_is_as_that_of_a_certificate(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	(void)device(f, 1, "desk");
	p = by_password(f, 2);
	make(p, "desk");
	peer_send(p, "CERT TOKEN LIST");
	expect(p, "server CERT TOKEN LIST $n PROGRAM * * * :desk-2");
	peer_skip(p);
	peer_send(p, "CERT TOKEN ADD desk");
	expect_later(p, "server CERT TOKEN ADD * * :desk-3");
	expect(p, "server NOTE CERT LABEL_TAKEN desk :*");
	peer_send(p, "CERT TOKEN ADD");
	expect_later(p, "server CERT TOKEN ADD * * :token");
	peer_skip(p);
	peer_send(p, "CERT TOKEN ADD :a\xe2\x80\xae"
		     "b");
	expect(p, "server FAIL CERT INVALID_LABEL :*");
	peer_send(p, "CERT TOKEN ADD page NONSENSE");
	expect(p, "server FAIL CERT INVALID_SUBCOMMAND NONSENSE :*");
	peer_send(p, "CERT TOKEN");
	expect(p, "server FAIL CERT INVALID_SUBCOMMAND TOKEN :*");
	peer_send(p, "CERT TOKEN GENERATE");
	expect(p, "server FAIL CERT INVALID_SUBCOMMAND TOKEN :*");
	assert_int_equal(n_devices(f), 4);
}

static void certificates_and_tokens_share_their_number(void **state)
{
	struct fixture *f = *state;
	struct peer *p = by_password(f, 1);

	for (int i = 0; i < CREDENTIALS_PER_ACCOUNT; i++) {
		peer_send(p, "CERT TOKEN ADD");
		expect_later(p, "server CERT TOKEN ADD * * *");
		fixture_pass(f, 1000);
		peer_skip(p);
	}
	peer_send(p, "CERT PROVE " PASSWORD_B64);
	expect(p, "server CERT PROVE * 600");
	peer_send(p, "CERT TOKEN ADD");
	expect(p, "server FAIL CERT TOO_MANY_CERTS :*");
	peer_send(p, "PRIVMSG NickServ :TOKEN ADD");
	expect(p, "NickServ NOTICE ann :There are too many*");
}

static void it_wants_a_proof(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = device(f, 1, "desk");

	peer_send(desk, "CERT TOKEN ADD page");
	expect(desk, WANTED);
	peer_send(desk, "PRIVMSG NickServ :TOKEN ADD page");
	expect(desk, "NickServ NOTICE ann :Prove first that it is you*");
	assert_int_equal(n_devices(f), 1);
	peer_send(desk, "CERT PROVE " PASSWORD_B64);
	expect(desk, "server CERT PROVE * 600");
	make(desk, "page");
	fixture_pass(f, 11 * MINUTE_MS);
	peer_send(desk, "CERT TOKEN DEL page");
	expect(desk, WANTED);
	assert_int_equal(n_devices(f), 2);
}

static void taking_it_away_ends_who_came_by_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = by_password(f, 1), *in, *own;

	make(p, "page");
	in = by_token(f, fixture_var(f, "token"));
	own = by_token(f, fixture_var(f, "token"));
	peer_send(own, "CERT TOKEN DEL page");
	expect(own, "server FAIL CERT CONFIRM_NEEDED $n :*");
	peer_send(p, "CERT TOKEN DEL nothing");
	expect(p, "server FAIL CERT NO_SUCH_TOKEN nothing :*");
	peer_send(p, "CERT TOKEN DEL %s", fixture_var(f, "n"));
	expect(p, "server CERT TOKEN DEL $n :page");
	assert_true(peer_is_closed(in));
	assert_true(peer_is_closed(own));
	assert_int_equal(n_devices(f), 0);
	peer_send(p, "CERT TOKEN ADD page");
	expect_later(p, "server CERT TOKEN ADD $m $other :page");
	own = by_token(f, fixture_var(f, "other"));
	peer_send(own, "CERT TOKEN DEL page CONFIRM");
	expect(own, "server CERT TOKEN DEL $m :page");
}

static void nickserv_does_it_by_hand(void **state)
{
	struct fixture *f = *state;
	struct peer *p = by_password(f, 1);

	peer_send(p, "PRIVMSG NickServ :TOKEN ADD page DEVICE");
	expect_later(p, "NickServ NOTICE ann :Token * called page, stands in the*: snug_*");
	peer_skip(p);
	peer_send(p, "PRIVMSG NickServ :TOKEN LIST");
	expect(p, "NickServ NOTICE ann :*  page  of a device, last used: never");
	expect(p, "NickServ NOTICE ann :app tokens: 1");
	peer_send(p, "PRIVMSG NickServ :TOKEN ADD page NONSENSE");
	expect(p, "NickServ NOTICE ann :Usage: TOKEN ADD*");
	peer_send(p, "PRIVMSG NickServ :TOKEN ADD a\xe2\x80\xae");
	expect(p, "NickServ NOTICE ann :The label has something*");
	peer_send(p, "PRIVMSG NickServ :TOKEN DEL nothing");
	expect(p, "NickServ NOTICE ann :You have no app token*");
	peer_send(p, "PRIVMSG NickServ :TOKEN DEL page");
	expect(p, "NickServ NOTICE ann :Revoked: token * (page), added*");
	assert_int_equal(n_devices(f), 0);
}

// A page's token is a device, which is believed after seven days; a program's never is.
static void a_devices_token_may_do_more_after_seven_days(void **state)
{
	struct fixture *f = *state;
	struct peer *p = by_password(f, 1), *page, *phone;

	make(p, "page DEVICE");
	peer_close(p);
	page = by_token(f, fixture_var(f, "token"));
	phone = device(f, 2, "phone");
	peer_skip(page);
	peer_send(page, "CERT OFFER");
	expect(page, WANTED);
	peer_send(phone, "CERT PROVE");
	expect(phone, "server FAIL CERT NO_OTHER_DEVICE :*");
	fixture_pass(f, 7 * DAY_MS);
	peer_send(phone, "CERT PROVE");
	expect(phone, "server NOTE CERT WAIT :*");
	expect(page, "server CERT PROVE $q * *");
	peer_send(page, "CERT ALLOW %s", fixture_var(f, "q"));
	expect(page, "server CERT ALLOW $q");
	expect(phone, "server CERT PROVE * 600");
	peer_send(page, "CERT OFFER");
	expect(page, "server CERT OFFER * 120");
}

static void a_programs_token_never_does(void **state)
{
	struct fixture *f = *state;
	struct peer *p = by_password(f, 1), *bot;

	make(p, "bot");
	peer_close(p);
	bot = by_token(f, fixture_var(f, "token"));
	fixture_pass(f, 8 * DAY_MS);
	peer_send(bot, "CERT OFFER");
	expect(bot, WANTED);
	peer_send(bot, "CERT TOKEN ADD other");
	expect(bot, WANTED);
	peer_send(bot, "CERT PROVE");
	expect(bot, "server FAIL CERT PROVE_REFUSED :*");
	assert_int_equal(n_devices(f), 1);
}

static void a_young_page_takes_away_younger_ones_only(void **state)
{
	struct fixture *f = *state;
	struct peer *p, *page;

	(void)device(f, 1, "desk");
	p = by_password(f, 2);
	make(p, "page DEVICE");
	peer_close(p);
	page = by_token(f, fixture_var(f, "token"));
	(void)device(f, 3, "phone");
	peer_send(page, "CERT PROVE " PASSWORD_B64);
	expect_later(page, "server CERT PROVE * 600");
	peer_send(page, "CERT DEL desk");
	expect(page, "server FAIL CERT DEVICE_TOO_YOUNG :*");
	peer_send(page, "CERT DEL phone");
	expect(page, "server CERT DEL * * :phone");
}

// A trusted device signs out all others at once, by one command.
static void all_others_are_out_in_one_turn(void **state)
{
	struct fixture *f = *state;
	struct peer *desk = device(f, 1, "desk"), *phone, *bare = by_password(f, 9), *page;

	make(bare, "page DEVICE");
	page = by_token(f, fixture_var(f, "token"));
	phone = device(f, 2, "phone");
	peer_skip(desk);
	peer_send(desk, "CERT REVOKE OTHERS");
	expect(desk, WANTED);
	fixture_pass(f, 7 * DAY_MS);
	peer_send(desk, "CERT PROVE " PASSWORD_B64);
	expect(desk, "server CERT PROVE * 600");
	peer_send(desk, "CERT REVOKE OTHERS");
	expect(desk, "server CERT REVOKE OTHERS 2");
	assert_true(peer_is_closed(phone));
	assert_true(peer_is_closed(page));
	assert_true(peer_is_closed(bare));
	assert_false(peer_is_closed(desk));
	assert_int_equal(n_devices(f), 1);
	peer_send(desk, "CERT REVOKE");
	expect(desk, "server FAIL CERT INVALID_SUBCOMMAND REVOKE :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_person_makes_a_token_that_lets_in),
		HUB_TEST(a_label_is_as_that_of_a_certificate),
		HUB_TEST(certificates_and_tokens_share_their_number),
		HUB_TEST(it_wants_a_proof),
		HUB_TEST(taking_it_away_ends_who_came_by_it),
		HUB_TEST(nickserv_does_it_by_hand),
		HUB_TEST(a_devices_token_may_do_more_after_seven_days),
		HUB_TEST(a_programs_token_never_does),
		HUB_TEST(a_young_page_takes_away_younger_ones_only),
		HUB_TEST(all_others_are_out_in_one_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
