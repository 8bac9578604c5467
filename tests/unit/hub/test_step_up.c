// SPDX-License-Identifier: MIT
// What changes the keys of an account wants a proof (step_up.h), and the ways to give it.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/unit/hub/devices_peer.h"

#include "common/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PROVED "server CERT PROVE * 600"
#define WANTED "server FAIL CERT STEP_UP_REQUIRED :*"

static size_t n_devices(const struct fixture *f)
{
	return credentials_count(account_find(f->hub, SPAN("ann")));
}

// A session by a key that ann does not know, which proved itself when it came.
static void a_new_key_wants_the_password_of_the_last_ten_minutes(void **state)
{
	struct fixture *f = *state;
	struct peer *p = by_password(f, 1);

	fixture_pass(f, 10 * MINUTE_MS);
	peer_send(p, "CERT ADD laptop");
	expect(p, WANTED);
	peer_send(p, "PRIVMSG NickServ :CERT ADD laptop");
	expect(p, "NickServ NOTICE ann :Prove first that it is you*");
	peer_send(p, "CAP REQ soju.im/client-cert");
	peer_skip(p);
	peer_send(p, "CLIENTCERT CREATE laptop");
	expect(p, "server FAIL CLIENTCERT STEP_UP_REQUIRED CREATE :*");
	assert_int_equal(n_devices(f), 0);
	peer_send(p, "CERT PROVE " PASSWORD_B64);
	expect(p, PROVED);
	fixture_pass(f, 9 * MINUTE_MS);
	peer_send(p, "CERT ADD laptop");
	expect(p, "server CERT ADD * * :laptop");
	fixture_pass(f, 2 * MINUTE_MS);
	peer_send(p, "CERT ADD laptop");
	expect(p, "server CERT ADD * * :laptop");
	peer_send(p, "CERT OFFER");
	expect(p, "server CERT OFFER * 120");
}

static void registering_and_nickserv_prove_it_too(void **state)
{
	struct fixture *f = *state;
	struct peer *p = shows(f, 1);

	peer_send(p, "NICK cem");
	peer_send(p, "REGISTER * * :" FIXTURE_PASSWORD);
	peer_send(p, "USER u 0 * :u");
	expect_later(p, "server 001 cem :*");
	peer_skip(p);
	peer_send(p, "CERT ADD laptop");
	expect(p, "server CERT ADD * * :laptop");
	fixture_pass(f, 11 * MINUTE_MS);
	admin_answer_free(fixture_verb(f, "user passwd cem --keep-devices", "sesame-sesame"));
	p = shows(f, 2);
	log_in(p, "cem", "PASS :cem:sesame-sesame");
	fixture_pass(f, 11 * MINUTE_MS);
	peer_send(p, "PRIVMSG NickServ :PROVE sesame-sesame");
	expect(p, "NickServ NOTICE cem :Proved: *");
	peer_send(p, "PRIVMSG NickServ :CERT ADD phone");
	expect(p, "NickServ NOTICE cem :Certificate * (phone) may log in*");
}

static void a_wrong_proof_is_none(void **state)
{
	struct fixture *f = *state;
	struct peer *p = device(f, 1, "desk");
	struct admin_answer *a;

	peer_send(p, "CERT PROVE bm90IHRoZSBwYXNzd29yZA==");
	expect(p, "server FAIL CERT WRONG_PASSWORD :*");
	peer_send(p, "CERT PROVE ?");
	expect(p, "server FAIL CERT WRONG_PASSWORD :*");
	peer_send(p, "PRIVMSG NickServ :PROVE not-the-password");
	expect(p, "NickServ NOTICE ann :The password is wrong");
	a = fixture_verb(f, "user token add ann", NULL);
	fixture_skip(f);
	peer_send(p, "PRIVMSG NickServ :PROVE " SPAN_FMT, SPAN_ARG(a->plain));
	expect(p, "NickServ NOTICE ann :An app token proves nothing here");
	admin_answer_free(a);
	(void)device(f, 2, "phone");
	peer_send(p, "CERT DEL phone");
	expect(p, WANTED);
	assert_int_equal(n_devices(f), 3);
}

// Proves A18.
static void another_device_goes_after_a_proof_and_ones_own_without(void **state)
{
	struct fixture *f = *state;
	struct peer *one = device(f, 1, "desk"), *two = device(f, 2, "phone");

	peer_send(one, "CERT DEL phone");
	expect(one, WANTED);
	peer_send(one, "PRIVMSG NickServ :CERT DEL phone");
	expect(one, "NickServ NOTICE ann :Prove first that it is you*");
	assert_false(peer_is_closed(two));
	peer_send(one, "CERT PROVE " PASSWORD_B64);
	expect(one, PROVED);
	peer_send(one, "CERT DEL phone");
	expect(one, "server CERT DEL * * :phone");
	assert_true(peer_is_closed(two));
	fixture_pass(f, 11 * MINUTE_MS);
	peer_send(one, "CERT DEL desk CONFIRM");
	expect(one, "server CERT DEL * * :desk");
}

static void a_young_device_takes_away_younger_ones_only(void **state)
{
	struct fixture *f = *state;
	struct peer *one = device(f, 1, "desk"), *two, *bare;

	two = device(f, 2, "phone");
	peer_send(two, "CERT PROVE " PASSWORD_B64);
	expect(two, PROVED);
	peer_send(two, "CERT DEL desk");
	expect(two, "server FAIL CERT DEVICE_TOO_YOUNG :*");
	peer_send(two, "PRIVMSG NickServ :CERT DEL desk");
	expect(two, "NickServ NOTICE ann :A device takes away older ones only after seven*");
	assert_false(peer_is_closed(one));
	bare = device(f, 3, "tablet");
	peer_send(two, "CERT DEL tablet");
	expect(two, "server CERT DEL * * :tablet");
	assert_true(peer_is_closed(bare));
	fixture_pass(f, 7 * DAY_MS);
	peer_send(two, "CERT PROVE " PASSWORD_B64);
	expect(two, PROVED);
	peer_send(two, "CERT DEL desk");
	expect(two, "server CERT DEL * * :desk");
}

static void an_older_device_vouches(void **state)
{
	struct fixture *f = *state;
	struct peer *one = device(f, 1, "desk"), *two = device(f, 2, "phone"),
		    *three = device(f, 3, "tablet"), *plain = fixture_login(f, "ann", "");

	peer_send(one, "CERT PROVE");
	expect(one, "server FAIL CERT NO_OTHER_DEVICE :*");
	peer_send(two, "CERT PROVE");
	expect(two, "server NOTE CERT WAIT :*");
	expect(one, "server CERT PROVE $n 192.0.2.7 :phone");
	expect_none(three);
	expect_none(plain);
	peer_send(three, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(three, "server FAIL CERT NO_SUCH_QUESTION $n :*");
	peer_send(two, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(two, "server FAIL CERT NO_SUCH_QUESTION $n :*");
	peer_send(two, "CERT PROVE");
	expect(two, "server NOTE CERT WAIT :*");
	expect_none(one);
	peer_send(one, "CERT ALLOW %s", fixture_var(f, "n"));
	expect(one, "server CERT ALLOW $n");
	expect(two, PROVED);
	peer_send(two, "CERT DEL tablet");
	expect(two, "server CERT DEL * * :tablet");
}

static void a_no_ends_the_asking(void **state)
{
	struct fixture *f = *state;
	struct peer *one = device(f, 1, "desk"), *also = by_key(f, 1),
		    *two = device(f, 2, "phone");

	peer_send(two, "CERT PROVE");
	expect(two, "server NOTE CERT WAIT :*");
	expect(one, "server CERT PROVE $n * *");
	expect(also, "server CERT PROVE $n * *");
	peer_send(one, "CERT DENY %s", fixture_var(f, "n"));
	expect(one, "server CERT DENY $n");
	expect(also, "server CERT OVER $n");
	expect(two, "server FAIL CERT PROVE_REFUSED :*");
	peer_send(two, "CERT DEL desk");
	expect(two, WANTED);
	two = by_key(f, 2);
	peer_send(two, "CERT PROVE");
	expect(two, "server FAIL CERT PROVE_REFUSED :*");
	expect_none(one);
	fixture_pass(f, 10 * MINUTE_MS);
	peer_send(two, "CERT PROVE");
	expect(two, "server NOTE CERT WAIT :*");
	peer_skip(one);
	fixture_pass(f, 2 * MINUTE_MS);
	expect(one, "server CERT OVER *");
	expect(two, "server FAIL CERT PROVE_REFUSED :*");
	peer_send(two, "CERT PROVE");
	expect_later(one, "server CERT PROVE $m * *");
	peer_close(two);
	expect(one, "server CERT OVER $m");
}

static void an_app_token_asks_nobody(void **state)
{
	struct fixture *f = *state;
	struct peer *one = device(f, 1, "desk"), *bot = fixture_open(f);
	struct admin_answer *a = fixture_verb(f, "user token add ann", NULL);

	fixture_skip(f);
	peer_send(bot, "PASS :" SPAN_FMT, SPAN_ARG(a->plain));
	admin_answer_free(a);
	peer_send(bot, "NICK ann");
	peer_send(bot, "USER u 0 * :u");
	expect_later(bot, "server 001 ann :*");
	peer_skip(bot);
	peer_send(bot, "CERT PROVE");
	expect(bot, "server FAIL CERT PROVE_REFUSED :*");
	peer_send(bot, "CERT DEL desk");
	expect(bot, WANTED);
	expect_none(one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(a_new_key_wants_the_password_of_the_last_ten_minutes),
		HUB_TEST(registering_and_nickserv_prove_it_too),
		HUB_TEST(a_wrong_proof_is_none),
		HUB_TEST(another_device_goes_after_a_proof_and_ones_own_without),
		HUB_TEST(a_young_device_takes_away_younger_ones_only),
		HUB_TEST(an_older_device_vouches),
		HUB_TEST(a_no_ends_the_asking),
		HUB_TEST(an_app_token_asks_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
