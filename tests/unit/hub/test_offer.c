// SPDX-License-Identifier: MIT
// A device lets in another computer by a link (offer.h).
#include "server/hub/door/offer.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/unit/hub/devices_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define REFUSED "server FAIL CERT CLAIM_REFUSED :*"
#define UNKNOWN "server FAIL CERT NO_SUCH_OFFER :*"

// Opens an offer, whose secret is $secret from now on.
static struct peer *offers(struct fixture *f)
{
	struct peer *old = device(f, 1, "desk");

	peer_send(old, "CERT OFFER");
	expect(old, "server CERT OFFER $secret 120");
	expect_none(old);
	return old;
}

static void claim(struct fixture *f, struct peer *p)
{
	peer_send(p, "CERT CLAIM %s laptop", fixture_var(f, "secret"));
}

static struct peer *claims(struct fixture *f, int n)
{
	struct peer *p = shows(f, n);

	claim(f, p);
	expect(p, "server NOTE CERT WAIT :*");
	expect_none(p);
	return p;
}

// Proves A17.
static void a_yes_lets_the_other_computer_in(void **state)
{
	struct fixture *f = *state;
	struct peer *third = device(f, 3, "phone"), *old = offers(f), *fresh = claims(f, 2);

	assert_true(peer_is_held(fresh));
	expect(old, "server CERT CLAIM $n 192.0.2.7 :laptop");
	fixture_disk_holds(f);
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "n"));
	expect_none(fresh);
	fixture_disk_works(f);
	fixture_settle(f);
	expect(fresh, "server CERT CLAIM ann :laptop");
	assert_false(peer_is_held(fresh));
	expect_later(old, "server CERT ALLOW $n");
	expect(third, "server NOTE CERT DEVICE_ADDED * :desk (192.0.2.7) let in*");
	expect(third,
	       "server NOTICE ann :desk (192.0.2.7) let in a new device of yours, laptop "
	       "(192.0.2.7).*CERT DEL laptop*");
	log_in(fresh, "ann", "AUTHENTICATE EXTERNAL");
	fixture_restart(f, true);
	(void)by_key(f, 2);
}

// A page in a browser, which can show no certificate, brings the secret.
static struct peer *browser_claims(struct fixture *f, const char *secret)
{
	struct peer *page = fixture_open(f);

	peer_send(page, "CERT CLAIM %s TOKEN :Firefox Linux", fixture_var(f, secret));
	expect(page, "server NOTE CERT WAIT :*");
	expect_none(page);
	return page;
}

// Proves A17.
static void a_yes_gives_a_browser_a_token_that_is_a_devices(void **state)
{
	struct fixture *f = *state;
	struct peer *third = device(f, 3, "phone"), *old = offers(f);
	struct peer *page = browser_claims(f, "secret"), *in;
	char how[128];

	expect(old, "server CERT CLAIM $n * TOKEN :Firefox Linux");
	fixture_disk_holds(f);
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "n"));
	expect_none(page);
	fixture_disk_works(f);
	fixture_settle(f);
	expect(page, "server CERT CLAIM ann $token :Firefox Linux");
	assert_false(peer_is_held(page));
	expect(third, "server NOTE CERT DEVICE_ADDED * :desk (192.0.2.7) let in*");
	expect(third, "server NOTICE ann :*let in a new device of yours, Firefox Linux "
		      "(*).*CERT TOKEN DEL Firefox Linux*");
	fixture_restart(f, true);
	snprintf(how, sizeof(how), "PASS :ann:%s", fixture_var(f, "token"));
	in = fixture_open(f);
	log_in(in, "ann", how);
	peer_send(in, "CERT TOKEN LIST");
	expect(in, "server CERT TOKEN LIST * DEVICE * * * :Firefox Linux");
}

static void a_browser_that_is_not_let_in_gets_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *page = browser_claims(f, "secret"),
		    *other = fixture_open(f);

	expect(old, "server CERT CLAIM $n * TOKEN :Firefox Linux");
	peer_send(other, "CERT CLAIM %s TOKEN :late", fixture_var(f, "secret"));
	expect(other, UNKNOWN);
	peer_send(old, "CERT DENY %s", fixture_var(f, "n"));
	expect(page, REFUSED);
	expect(old, "server CERT DENY $n");
	peer_send(old, "CERT OFFER");
	expect(old, "server CERT OFFER $again 120");
	page = browser_claims(f, "again");
	expect(old, "server CERT CLAIM $m * TOKEN *");
	fixture_pass(f, 2 * MINUTE_MS);
	expect(page, REFUSED);
	expect(old, "server CERT OVER $m");
	assert_int_equal(credentials_count(account_find(f->hub, SPAN("ann"))), 1);
	peer_send(old, "CERT OFFER");
	expect(old, "server CERT OFFER $third 120");
	peer_send(page, "CERT CLAIM %s TOKEN :a\xe2\x80\xae", fixture_var(f, "third"));
	expect(page, "server FAIL CERT INVALID_LABEL :*");
	peer_send(page, "CERT CLAIM %s TOKEN", fixture_var(f, "third"));
	expect(page, "server FAIL CERT NO_CERTIFICATE :*");
}

static void no_token_is_made_beyond_the_accounts_number(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *page = browser_claims(f, "secret");
	struct account *a = account_find(f->hub, SPAN("ann"));
	char text[TOKEN_TEXT_MAX + 1];

	while (credentials_count(a) < CREDENTIALS_PER_ACCOUNT)
		(void)token_new(a, SPAN("one"), 0, text);
	expect(old, "server CERT CLAIM $n * TOKEN *");
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "n"));
	expect_later(old, "server FAIL CERT TOO_MANY_CERTS :*");
	expect(page, REFUSED);
}

static void who_is_not_here_is_told_at_the_next_login(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *fresh = claims(f, 2), *later;

	peer_skip(old);
	peer_send(old, "CERT ALLOW 1");
	expect_later(fresh, "server CERT CLAIM ann :laptop");
	fixture_restart(f, true);
	later = fixture_login_loud(f, "ann", "");
	expect_later(later, "server NOTICE ann :desk (192.0.2.7) let in a new device*");
}

static void unknown_used_and_late_secrets_end_alike(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *other = shows(f, 9);

	(void)claims(f, 2);
	claim(f, other);
	expect(other, UNKNOWN);
	peer_send(other, "CERT CLAIM");
	expect(other, UNKNOWN);
	peer_send(other, "CERT CLAIM abcdefghijklmnopqrstuvwxyz1");
	expect(other, UNKNOWN);
	peer_send(old, "CERT OFFER");
	expect_later(old, "server CERT OFFER $late 120");
	fixture_pass(f, 2 * MINUTE_MS);
	peer_send(other, "CERT CLAIM %s laptop", fixture_var(f, "late"));
	expect(other, UNKNOWN);
}

static void a_no_and_no_answer_let_nobody_in(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *fresh = claims(f, 2);

	expect(old, "server CERT CLAIM $n 192.0.2.7 :laptop");
	peer_send(old, "CERT DENY %s", fixture_var(f, "n"));
	expect(old, "server CERT DENY $n");
	expect(fresh, REFUSED);
	assert_false(peer_is_held(fresh));
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(old, "server FAIL CERT NO_SUCH_QUESTION $n :*");
	peer_send(old, "CERT OFFER");
	expect(old, "server CERT OFFER $again 120");
	peer_send(fresh, "CERT CLAIM %s", fixture_var(f, "again"));
	expect(fresh, "server NOTE CERT WAIT :*");
	expect(old, "server CERT CLAIM $m 192.0.2.7 :device");
	fixture_pass(f, 2 * MINUTE_MS);
	expect(old, "server CERT OVER $m");
	expect(fresh, REFUSED);
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "m"));
	expect(old, "server FAIL CERT NO_SUCH_QUESTION $m :*");
	assert_int_equal(credentials_count(account_find(f->hub, SPAN("ann"))), 1);
}

static void whoever_goes_ends_it(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *fresh = claims(f, 2);

	expect(old, "server CERT CLAIM $n * *");
	peer_close(fresh);
	expect(old, "server CERT OVER $n");
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(old, "server FAIL CERT NO_SUCH_QUESTION $n :*");
	peer_send(old, "CERT OFFER");
	expect(old, "server CERT OFFER $two 120");
	fresh = shows(f, 2);
	peer_send(fresh, "CERT CLAIM %s", fixture_var(f, "two"));
	peer_skip(fresh);
	admin_answer_free(fixture_verb(f, "user disable ann", NULL));
	assert_true(peer_is_closed(old));
	expect(fresh, REFUSED);
	assert_true(list_is_empty(&f->hub->offers));
}

static void the_newest_offer_of_an_account_is_the_one(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(f), *two = by_key(f, 1), *fresh = shows(f, 2);

	peer_send(two, "CERT OFFER");
	expect(two, "server CERT OFFER $newer 120");
	claim(f, fresh);
	expect(fresh, UNKNOWN);
	peer_send(fresh, "CERT CLAIM %s", fixture_var(f, "newer"));
	expect(fresh, "server NOTE CERT WAIT :*");
	expect_none(old);
	expect(two, "server CERT CLAIM $n * *");
	peer_send(old, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(old, "server FAIL CERT NO_SUCH_QUESTION $n :*");
	peer_send(old, "CERT OFFER");
	expect(two, "server CERT OVER $n");
	expect(fresh, REFUSED);
}

static void not_everybody_offers_or_claims(void **state)
{
	struct fixture *f = *state;
	struct peer *plain = fixture_login(f, "ann", ""), *bare = fixture_open(f), *bot, *fresh;
	struct admin_answer *token;

	peer_send(plain, "CERT OFFER");
	expect(plain, "server FAIL CERT CAPABILITY_NEEDED snug.chat/devices :*");
	(void)offers(f);
	peer_send(plain, "CERT CLAIM %s", fixture_var(f, "secret"));
	expect_later(plain, "server 462 ann :*");
	claim(f, bare);
	expect(bare, "server FAIL CERT NO_CERTIFICATE :*");
	peer_send(bare, "CERT LIST");
	expect(bare, "server 451 * :*");
	fresh = shows(f, 1);
	claim(f, fresh);
	expect(fresh, "server FAIL CERT CERT_IN_USE :*");
	fresh = shows(f, 2);
	peer_send(fresh, "CERT CLAIM %s :a\xe2\x80\xae", fixture_var(f, "secret"));
	expect(fresh, "server FAIL CERT INVALID_LABEL :*");
	token = fixture_verb(f, "user token add ann", NULL);
	bot = shows(f, 1);
	peer_send(bot, "CAP REQ snug.chat/devices");
	peer_send(bot, "PASS :" SPAN_FMT, SPAN_ARG(token->plain));
	admin_answer_free(token);
	peer_send(bot, "NICK ann");
	peer_send(bot, "USER u 0 * :u");
	peer_send(bot, "CAP END");
	peer_skip(bot);
	peer_send(bot, "CERT OFFER");
	expect(bot, "server FAIL CERT STEP_UP_REQUIRED :*");
}

static void guessing_is_throttled(void **state)
{
	struct fixture *f = *state;
	struct peer *p = shows(f, 2);

	for (int i = 0; i < 3; i++) {
		peer_send(p, "CERT CLAIM abcdefghijklmnopqrstuvwxyz%d", i);
		expect(p, UNKNOWN);
	}
	peer_send(p, "CERT CLAIM abcdefghijklmnopqrstuvwxyz4");
	expect(p, "server FAIL CERT TEMPORARILY_UNAVAILABLE :*");
}

static int three_tries(void **state)
{
	struct hub_config config = fixture_config();

	config.logins_per_source = 3;
	*state = fixture_new(&config);
	return 0;
}

// Its number is that of the question; nobody answers before somebody asked.
static void an_offer_that_nobody_claimed_cannot_be_answered(void **state)
{
	struct fixture *f = *state;
	char secret[SECRET_TEXT_LEN + 1];
	struct session *ann = peer_session(fixture_login(f, "ann", "")),
		       *bob = peer_session(fixture_login(f, "bob", ""));

	assert_true(offer_make(ann, secret));
	assert_true(offer_make(bob, secret));
	assert_false(offer_answer(ann, 0, true));
	assert_false(offer_answer(ann, 0, false));
	assert_non_null(ann->offer); // another account's offer ends nobody's
	assert_non_null(bob->offer);
	offer_drop(ann);
	offer_drop(ann);
	offer_drop(bob);
	assert_null(ann->offer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_yes_lets_the_other_computer_in),
		HUB_TEST(a_yes_gives_a_browser_a_token_that_is_a_devices),
		HUB_TEST(a_browser_that_is_not_let_in_gets_nothing),
		HUB_TEST(no_token_is_made_beyond_the_accounts_number),
		HUB_TEST(who_is_not_here_is_told_at_the_next_login),
		HUB_TEST(unknown_used_and_late_secrets_end_alike),
		HUB_TEST(a_no_and_no_answer_let_nobody_in),
		HUB_TEST(whoever_goes_ends_it),
		HUB_TEST(the_newest_offer_of_an_account_is_the_one),
		HUB_TEST(not_everybody_offers_or_claims),
		HUB_TEST_WITH(guessing_is_throttled, three_tries),
		HUB_TEST(an_offer_that_nobody_claimed_cannot_be_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
