// SPDX-License-Identifier: MIT
// An offer whose end is not the usual one: who answers it, and what is there by then.
#include "server/hub/door/offer.h"
#include "server/hub/door/step_up.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/letters/limits.h"
#include "tests/unit/hub/devices_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct peer *offers(struct peer *p)
{
	peer_send(p, "CERT OFFER");
	expect(p, "server CERT OFFER $secret 120");
	return p;
}

static struct peer *claims(struct fixture *f, int n)
{
	struct peer *p = shows(f, n);

	peer_send(p, "CERT CLAIM %s laptop", fixture_var(f, "secret"));
	expect(p, "server NOTE CERT WAIT :*");
	return p;
}

static void one_that_nobody_claims_ends_without_a_word(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(device(f, 1, "desk"));

	fixture_pass(f, 2 * MINUTE_MS + 1);
	expect_none(old);
	assert_null(peer_session(old)->offer);
}

static void its_maker_alone_answers_and_by_its_number(void **state)
{
	struct fixture *f = *state;
	struct session *old = peer_session(offers(device(f, 1, "desk"))),
		       *fresh = peer_session(claims(f, 2));
	int64_t number = f->hub->last_question;

	assert_false(offer_answer(fresh, number, true));
	assert_false(offer_answer(old, number + 1, true));
	assert_non_null(old->offer);
	assert_true(offer_answer(old, number, true));
	assert_null(old->offer);
}

static void so_many_are_open_at_once(void **state)
{
	struct fixture *f = *state;
	struct session *s = peer_session(device(f, 1, "desk"));
	char secret[SECRET_TEXT_LEN + 1], name[16];

	for (int i = 0; i < OFFERS_MAX; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		assert_true(offer_make(peer_session(fixture_login(f, name, "")), secret));
	}
	assert_false(offer_make(s, secret));
	assert_null(s->offer);
}

static size_t n_credentials(struct fixture *f)
{
	return credentials_count(account_find(f->hub, SPAN("ann")));
}

static void allows(struct fixture *f, struct peer *p)
{
	peer_send(p, "CERT ALLOW %lld", (long long)f->hub->last_question);
}

static void who_is_let_in_meanwhile_is_not_let_in_twice(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(device(f, 1, "desk")), *fresh = claims(f, 2);

	(void)credential_new(account_find(f->hub, SPAN("ann")), CREDENTIAL_CERT,
			     peer_session(fresh)->cert->pin, SPAN("other"), 0);
	peer_skip(old);
	allows(f, old);
	expect_later(fresh, "server FAIL CERT CLAIM_REFUSED :*");
	expect(old, "server FAIL CERT TOO_MANY_CERTS :*");
	assert_int_equal(n_credentials(f), 2);
}

static void nobody_is_let_in_on_a_disk_that_takes_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *old = offers(device(f, 1, "desk"));

	(void)claims(f, 2);
	peer_skip(old);
	fixture_disk_is(f, DISK_LOW);
	allows(f, old);
	expect(old, "server FAIL CERT * :*");
	assert_int_equal(n_credentials(f), 1);
	fixture_disk_is(f, DISK_FINE);
	allows(f, old);
	expect_later(old, "server CERT ALLOW *");
	assert_int_equal(n_credentials(f), 2);
}

// Whoever made it by a proof has to have it still.
static void a_proof_that_is_over_lets_nobody_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "ann", "snug.chat/devices");
	struct session *s = peer_session(p);

	step_up_proved(s);
	offers(p);
	(void)claims(f, 2);
	peer_skip(p);
	s->proved_until_ms = 0;
	allows(f, p);
	expect(p, "server FAIL CERT STEP_UP_REQUIRED :*");
	assert_int_equal(n_credentials(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(one_that_nobody_claims_ends_without_a_word),
		HUB_TEST(its_maker_alone_answers_and_by_its_number),
		HUB_TEST(so_many_are_open_at_once),
		HUB_TEST(who_is_let_in_meanwhile_is_not_let_in_twice),
		HUB_TEST(nobody_is_let_in_on_a_disk_that_takes_nothing),
		HUB_TEST(a_proof_that_is_over_lets_nobody_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
