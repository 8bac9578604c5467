// SPDX-License-Identifier: MIT
// Accounts whose person has no password here: what proves that it is them (step_up.h).
#include "server/hub/door/step_up.h"
#include "tests/unit/hub/pam_peer.h"

#define RIGHT "b2YgdGhlIGRpcmVjdG9yeQ==" // SECRET
#define SIGN_IN "CERT PROVE SIGN-IN"

static int set_up_all(void **state)
{
	struct hub_config config = with_pam();

	config.oidc = with_issuer().oidc;
	config.pam_cache_ms = HOUR;
	*state = fixture_new(&config);
	return 0;
}

#define PROVE_TEST(fn) HUB_TEST_WITH(fn, set_up_all)

static void later_than_the_login(struct fixture *f, struct peer *p)
{
	fixture_pass(f, 11 * MINUTE);
	peer_skip(p);
	assert_false(step_up_is_proved(peer_session(p)));
}

// Made by PAM; her login is older than it is a proof.
static struct peer *ann_of_pam(struct fixture *f)
{
	struct peer *p = says_plain(f, "ann", SECRET);

	fixture_identified(f, stack_knows("ann"));
	enter(p);
	expect_later(p, "server 001 ann *");
	peer_send(p, "CAP REQ :standard-replies");
	later_than_the_login(f, p);
	return p;
}

static struct peer *ann_of_issuer(struct fixture *f)
{
	struct peer *p = is_in(f, is(ISSUER, "a1", "ann"), "ann");

	peer_send(p, "CAP REQ :standard-replies");
	later_than_the_login(f, p);
	return p;
}

static void the_stack_judges_the_password_of_a_proof(void **state)
{
	struct fixture *f = *state;
	struct peer *p = ann_of_pam(f);

	peer_send(p, "CERT TOKEN ADD new");
	expect(p, "server FAIL CERT STEP_UP_REQUIRED :*your password as base64*");
	peer_send(p, "CERT PROVE " RIGHT);
	is_asked_about(f, "ann");
	fixture_identified(f, stack_knows("ann"));
	expect(p, "server CERT PROVE * 600");
	peer_send(p, "CERT TOKEN ADD new");
	expect_later(p, "server CERT TOKEN ADD * * :new");
	later_than_the_login(f, p);
	peer_send(p, "PRIVMSG NickServ :PROVE directory");
	assert_true(says_it(&fixture_identity(f)->secret, "directory"));
	fixture_identified(f, stack_knows("ann"));
	expect_later(p, "NickServ NOTICE ann :Proved*");
}

// Proves A18.
static void what_the_stack_does_not_say_yes_to_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *p = ann_of_pam(f);

	for (int i = 0; i < 3; i++) {
		peer_send(p, "CERT PROVE " RIGHT);
		fixture_identified(f, stack_says(IDENTITY_NO, IDENTITY_WHY_WRONG));
		expect_later(p, "server FAIL CERT WRONG_PASSWORD :*");
	}
	// No more of them a day are asked about, by a login neither.
	peer_send(p, "CERT PROVE " RIGHT);
	end_hold(f);
	expect_later(p, "server FAIL CERT WRONG_PASSWORD :*");
	assert_false(step_up_is_proved(peer_session(p)));
}

// Proves A18.
static void a_yes_that_was_kept_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *p = ann_of_pam(f);

	assert_non_null(container_of(account_find(f->hub, SPAN("ann"))->bindings.next,
				     struct account_binding, in_account)
				->kept);
	peer_send(p, "CERT PROVE " RIGHT);
	fixture_identified(f, stack_says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect_later(p, "server FAIL CERT TEMPORARILY_UNAVAILABLE :*");
	assert_false(step_up_is_proved(peer_session(p)));
}

static void a_sign_in_of_now_proves_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = ann_of_issuer(f);

	peer_send(p, "ACCOUNT BIND");
	expect(p, "server FAIL ACCOUNT STEP_UP_REQUIRED SIGN-IN :*CERT PROVE SIGN-IN*");
	peer_send(p, SIGN_IN);
	expect(p, "server NOTE CERT SIGN_IN_NOW 300 :*");
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect(p, "server CERT PROVE * 600");
	expect(p, "server 903 ann :*");
	assert_int_equal(bindings_count(account_find(f->hub, SPAN("ann"))), 1);
	peer_send(p, "ACCOUNT BIND");
	expect(p, "server NOTE ACCOUNT BIND_NOW 300 :*");
}

// Proves A18.
static void a_sign_in_as_somebody_else_proves_nothing(void **state)
{
	static const struct {
		const char *issuer, *subject, *wants;
	} rows[] = {
		{ISSUER, "b1", ""}, // bob's
		{ISSUER, "c1", ""}, // nobody's: and none is made, or bound
		{OTHER_ISSUER, "a1", ""},
		{ISSUER, "a1", "bob"},
	};
	struct fixture *f = *state;
	struct peer *p = ann_of_issuer(f);

	peer_close(is_in(f, is(ISSUER, "b1", "bob"), "bob"));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_send(p, SIGN_IN);
		expect_later(p, "server NOTE CERT SIGN_IN_NOW 300 :*");
		bearer_says(p, rows[i].wants, "auth=Bearer token\x01");
		fixture_identified(f, is(rows[i].issuer, rows[i].subject, "ann"));
		end_failure(p);
		expect_later(p, NO);
		assert_false(step_up_is_proved(peer_session(p)));
		// Once for each time that it was asked for.
		peer_send(p, "AUTHENTICATE OAUTHBEARER");
		expect(p, "server 907 * :*");
	}
	assert_int_equal(bindings_count(account_find(f->hub, SPAN("ann"))), 1);
	assert_null(bound(f, ISSUER, "c1"));
}

static void it_takes_five_minutes_and_somebody_to_ask(void **state)
{
	struct fixture *f = *state;
	struct peer *p = ann_of_issuer(f), *own;

	peer_send(p, SIGN_IN);
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	end_failure(p);
	expect_later(p, NO);
	bearer_says(p, "", "auth=Bearer token\x01"); // that was none
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, "server CERT PROVE * 600");
	later_than_the_login(f, p);
	peer_send(p, SIGN_IN);
	fixture_pass(f, 5 * MINUTE + 1);
	peer_skip(p);
	peer_send(p, "AUTHENTICATE OAUTHBEARER");
	expect(p, "server 907 * :*");
	(void)fixture_account(f, "own");
	own = fixture_login(f, "own", "standard-replies");
	peer_send(own, SIGN_IN);
	expect(own, "server FAIL CERT NOT_BOUND :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROVE_TEST(the_stack_judges_the_password_of_a_proof),
		PROVE_TEST(what_the_stack_does_not_say_yes_to_proves_nothing),
		PROVE_TEST(a_yes_that_was_kept_proves_nothing),
		PROVE_TEST(a_sign_in_of_now_proves_it),
		PROVE_TEST(a_sign_in_as_somebody_else_proves_nothing),
		PROVE_TEST(it_takes_five_minutes_and_somebody_to_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
