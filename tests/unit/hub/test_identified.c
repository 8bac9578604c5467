// SPDX-License-Identifier: MIT
// What an issuer's word comes to, where something is in its way: another name that was asked for, a
// disk that takes nothing, a second factor.
#include "server/hub/door/identified.h"
#include "server/hub/people/factor.h"
#include "tests/unit/hub/bearer_peer.h"
#include "tests/unit/hub/totp_peer.h"

static struct account *ann(struct fixture *f)
{
	return account_find(f->hub, SPAN("ann"));
}

// ann is in by her issuer, and may bind another identity, or prove that it is her.
static struct peer *is_here(struct fixture *f)
{
	struct peer *p = is_in(f, is(ISSUER, "a1", "ann"), "ann");

	peer_send(p, "CAP REQ :standard-replies");
	peer_skip(p);
	return p;
}

static void says_bind(struct fixture *f, struct peer *p, const char *as, const char *subject)
{
	peer_send(p, "ACCOUNT BIND");
	expect_later(p, "server NOTE ACCOUNT BIND_NOW 300 :*");
	bearer_says(p, as, "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, subject, NULL));
}

static void is_no(struct peer *p)
{
	end_failure(p);
	expect_later(p, NO);
}

static void a_stranger_is_made_under_no_other_name(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	bearer_says(p, "bob", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	is_no(p);
	assert_null(ann(f));
	p = opened(f);
	bearer_says(p, "ann", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, YES);
}

static void each_sign_in_is_a_yes(void **state)
{
	struct fixture *f = *state;
	struct account_binding *b;

	peer_close(is_in(f, is(ISSUER, "a1", "ann"), "ann"));
	b = bound(f, ISSUER, "a1");
	fixture_pass(f, HOUR);
	peer_close(is_in(f, is(ISSUER, "a1", "ann"), "ann"));
	assert_true(b->yes_ms > b->created_ms);
}

static void what_is_bound_is_bound_once(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_here(f);
	char subject[20];

	says_bind(f, p, "", "a1");
	expect_later(p, YES);
	assert_int_equal(bindings_count(ann(f)), 1);
	for (int i = 2; i <= BINDINGS_MAX; i++) {
		snprintf(subject, sizeof(subject), "a%d", i);
		says_bind(f, p, "", subject);
		expect_later(p, YES);
	}
	assert_int_equal(bindings_count(ann(f)), BINDINGS_MAX);
	// One that it has may be said again, and no other one.
	identified_await(peer_session(p), true);
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", NULL));
	expect_later(p, YES);
	identified_await(peer_session(p), true);
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a9", NULL));
	is_no(p);
	assert_int_equal(bindings_count(ann(f)), BINDINGS_MAX);
}

static void what_is_asked_for_by_another_name_is_not_bound(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_here(f);
	int64_t wrong = f->hub->figures.logins[LOGIN_OIDC][LOGIN_WRONG];

	says_bind(f, p, "bob", "a2");
	is_no(p);
	assert_null(bound(f, ISSUER, "a2"));
	// And was no login.
	assert_int_equal(f->hub->figures.logins[LOGIN_OIDC][LOGIN_WRONG], wrong);
	says_bind(f, p, "ANN", "a2");
	expect_later(p, YES);
}

static void a_disk_that_takes_nothing_binds_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_here(f);

	peer_send(p, "ACCOUNT BIND");
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_disk_is(f, DISK_LOW);
	fixture_identified(f, is(ISSUER, "a2", NULL));
	is_no(p);
	assert_null(bound(f, ISSUER, "a2"));
}

static void proves(struct fixture *f, struct peer *p)
{
	peer_send(p, "CERT PROVE SIGN-IN");
	expect_later(p, "server NOTE CERT SIGN_IN_NOW 300 :*");
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", NULL));
	expect_later(p, "server CERT PROVE * 600");
}

static void a_proof_is_a_yes_where_that_can_be_stored(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_here(f);
	struct account_binding *b = bound(f, ISSUER, "a1");
	int64_t yes_ms = b->yes_ms;
	entry_no head;

	fixture_pass(f, MINUTE);
	fixture_disk_is(f, DISK_FULL);
	head = f->hub->head;
	proves(f, p);
	assert_int_equal(f->hub->head, head);
	assert_int_equal(b->yes_ms, yes_ms);
	fixture_disk_is(f, DISK_FINE);
	proves(f, p);
	assert_true(b->yes_ms > yes_ms);
}

// In words for a program, where it knows them.
static void whoever_cannot_be_asked_for_a_code_is_told_what_does(void **state)
{
	static const uint8_t secret[TOTP_SECRET_LEN] = {1};
	struct fixture *f = *state;
	struct peer *p;

	peer_close(is_in(f, is(ISSUER, "a1", "ann"), "ann"));
	factor_enable(factor_new(ann(f), secret, SPAN("app"), 0));
	p = opened(f);
	peer_send(p, "CAP REQ :standard-replies");
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, "server FAIL AUTHENTICATE USE_APP_TOKEN :*");
	p = signs_in(f, is(ISSUER, "a1", "ann"));
	expect(p, "AUTHENTICATE eyJ*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(a_stranger_is_made_under_no_other_name),
		ISSUER_TEST(each_sign_in_is_a_yes),
		ISSUER_TEST(what_is_bound_is_bound_once),
		ISSUER_TEST(what_is_asked_for_by_another_name_is_not_bound),
		ISSUER_TEST(a_disk_that_takes_nothing_binds_nothing),
		ISSUER_TEST(a_proof_is_a_yes_where_that_can_be_stored),
		ISSUER_TEST(whoever_cannot_be_asked_for_a_code_is_told_what_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
