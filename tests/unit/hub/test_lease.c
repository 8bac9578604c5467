// SPDX-License-Identifier: MIT
// Leases: whatever lets in as an account that is bound does so only while its issuer said yes
// lately; and the issuer is asked again without the person.
#include "tests/unit/hub/bearer_peer.h"
#include "tests/unit/hub/totp_peer.h"

#include "server/hub/people/lease.h"

#define RECHECK (12 * HOUR)

static struct identity_answer *with_memory(struct identity_answer *a, const char *memory)
{
	buf_add_str(&a->memory, memory);
	return a;
}

static void bind_ann(struct fixture *f, const char *memory)
{
	const struct bound_to to = {IDENTITY_OIDC, SPAN(ISSUER), SPAN("a1"), SPAN("")};

	(void)fixture_account(f, "ann");
	binding_yes(binding_new(account_find(f->hub, SPAN("ann")), &to, true), span_of(memory));
}

static struct peer *by_pass(struct fixture *f, const char *secret)
{
	struct peer *p = fixture_open(f);

	peer_send(p, "PASS :ann:%s", secret);
	peer_send(p, "NICK ann");
	peer_send(p, "USER u 0 * :u");
	return p;
}

static struct peer *by_plain(struct fixture *f, const char *secret)
{
	struct peer *p = opened(f);

	plain_of(p, "", "ann", secret);
	return p;
}

static char *add_token(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);
	char *text = span_dup(span_trim(a->plain));

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	return text;
}

static struct peer *by_cert(struct fixture *f)
{
	struct peer *p = shows(f, 5);

	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	peer_send(p, "AUTHENTICATE EXTERNAL");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE +");
	return p;
}

static void enrol_cert(struct fixture *f)
{
	uint8_t hash[32];

	memset(hash, 5, sizeof(hash));
	credential_new(account_find(f->hub, SPAN("ann")), CREDENTIAL_CERT, hash, SPAN("lap"),
		       0);
}

#define OVER "server FAIL AUTHENTICATE SIGN_IN_AGAIN :Your sign-in is older than 12 hours*"

// Proves O8.
static void keys_tokens_and_passwords_let_in_for_its_time_alone(void **state)
{
	struct fixture *f = *state;
	char *token;
	struct peer *p;

	bind_ann(f, "");
	enrol_cert(f);
	token = add_token(f, "user token add ann bot");
	fixture_pass(f, RECHECK - MINUTE);
	expect_later(by_plain(f, FIXTURE_PASSWORD), YES);
	expect_later(by_plain(f, token), YES);
	expect_later(by_cert(f), YES);
	expect_later(by_pass(f, FIXTURE_PASSWORD), "server 001 ann :*");
	fixture_pass(f, 2 * MINUTE);
	p = by_plain(f, FIXTURE_PASSWORD);
	expect(p, OVER);
	expect(p, "server 904 * :Your sign-in is older than 12 hours*snug login chat.test");
	expect_later(by_plain(f, token), OVER);
	expect_later(by_cert(f), OVER);
	p = by_pass(f, FIXTURE_PASSWORD);
	expect_later(p, "server FAIL PASS SIGN_IN_AGAIN :*");
	expect(p, "server 464 * :Your sign-in is older than 12 hours*");
	assert_true(peer_is_closed(p));
	expect_later(by_pass(f, token), "server FAIL PASS SIGN_IN_AGAIN :*");
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann password lease "));
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann token lease "));
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann certificate lease "));
	// A wrong password is told nothing of it; and the issuer lets in anew.
	expect_later(by_plain(f, "wrong"), NO);
	peer_close(is_in(f, is(ISSUER, "a1", NULL), "ann"));
	expect_later(by_plain(f, FIXTURE_PASSWORD), YES);
	free(token);
}

static void an_account_that_is_not_bound_has_none(void **state)
{
	struct fixture *f = *state;

	(void)fixture_account(f, "ann");
	fixture_pass(f, 40 * 24 * HOUR);
	expect_later(by_plain(f, FIXTURE_PASSWORD), YES);
}

static void a_token_that_is_excepted_lets_in_and_stays(void **state)
{
	struct fixture *f = *state;
	struct peer *bot, *person;
	char *token;

	bind_ann(f, "");
	token = add_token(f, "user token add ann bot --lease none");
	person = fixture_login(f, "ann", "");
	bot = by_pass(f, token);
	expect_later(bot, "server 001 ann :*");
	fixture_restart(f, false);
	bot = by_pass(f, token);
	expect_later(bot, "server 001 ann :*");
	person = fixture_login(f, "ann", "");
	fixture_pass(f, RECHECK + MINUTE);
	assert_true(peer_is_closed(person));
	assert_false(peer_is_closed(bot));
	expect_later(by_plain(f, token), YES);
	expect_later(by_plain(f, FIXTURE_PASSWORD), OVER);
	free(token);
}

// Proves O9.
static void who_is_in_is_out_when_it_ends(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, is(ISSUER, "a1", "ann"), "ann");

	fixture_pass(f, RECHECK - 2 * MINUTE);
	assert_false(peer_is_closed(p));
	fixture_pass(f, 2 * MINUTE);
	assert_true(peer_is_closed(p));
	expect_later(p, "ERROR :*Your sign-in is older than 12 hours*");
	assert_non_null(
		strstr(buf_str(fixture_signins(f)), "signed_out server ann oidc lease"));
}

static void the_issuer_is_asked_in_the_second_half_and_its_yes_goes_on(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, with_memory(is(ISSUER, "a1", "ann"), "first"), "ann");

	for (int i = 0; i < 6; i++) {
		fixture_pass(f, RECHECK / 2 - MINUTE);
		assert_null(fixture_identity(f));
		fixture_pass(f, RECHECK / 8 + 2 * MINUTE);
		assert_non_null(fixture_identity(f));
		assert_int_equal(fixture_identity(f)->act, IDENTITY_AGAIN);
		assert_string_equal(fixture_identity(f)->subject, "a1");
		assert_true(says_it(&fixture_identity(f)->secret, i % 2 ? "second" : "first"));
		fixture_identified(
			f, with_memory(is(ISSUER, "a1", "ann"), i % 2 ? "first" : "second"));
		assert_null(fixture_identity(f));
	}
	assert_false(peer_is_closed(p));
	// What is stored is what it was told last.
	fixture_restart(f, false);
	p = is_in(f, is(ISSUER, "a1", "ann"), "ann");
	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	assert_true(says_it(&fixture_identity(f)->secret, "first"));
}

// Proves O10.
static void a_no_ends_all_at_once(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, with_memory(is(ISSUER, "a1", "ann"), "m"), "ann"), *key;

	enrol_cert(f);
	key = by_cert(f);
	expect_later(key, YES);
	enter(key);
	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	fixture_identified(f, says(IDENTITY_NO, IDENTITY_WHY_INACTIVE));
	assert_true(peer_is_closed(p));
	assert_true(peer_is_closed(key));
	assert_non_null(
		strstr(buf_str(fixture_signins(f)), "signed_out server ann oidc inactive"));
	expect_later(by_cert(f), OVER);
	assert_null(fixture_identity(f)); // nothing is left to ask with
	fixture_restart(f, false);
	expect_later(by_cert(f), OVER);
}

static void where_nobody_can_say_it_is_tried_again_until_the_end(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, with_memory(is(ISSUER, "a1", "ann"), "m"), "ann");
	size_t n = 0;

	for (int64_t ms = 0; ms < RECHECK - 2 * MINUTE; ms += MINUTE) {
		fixture_pass(f, MINUTE);
		assert_false(peer_is_closed(p));
		if (fixture_identity(f))
			fixture_identified(f, says(IDENTITY_LATER, IDENTITY_WHY_DOWN)), n++;
	}
	assert_in_range(n, 8, 13);
	fixture_pass(f, 3 * MINUTE);
	assert_true(peer_is_closed(p));
}

static void another_subject_is_a_no(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, with_memory(is(ISSUER, "a1", "ann"), "m"), "ann");

	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	fixture_identified(f, is(ISSUER, "b1", "ann"));
	assert_true(peer_is_closed(p));
	assert_null(bound(f, ISSUER, "b1"));
}

// Proves O11.
static void who_comes_when_it_is_over_waits_for_one_question(void **state)
{
	struct fixture *f = *state;
	struct peer *first, *second, *pass;

	bind_ann(f, "m");
	enrol_cert(f);
	fixture_pass(f, 2 * RECHECK);
	assert_null(fixture_identity(f)); // nobody is here
	first = by_cert(f);
	second = by_plain(f, FIXTURE_PASSWORD);
	pass = by_pass(f, FIXTURE_PASSWORD);
	expect_none(first);
	assert_true(peer_is_held(first));
	assert_non_null(fixture_identity(f));
	fixture_identified(f, is(ISSUER, "a1", NULL));
	assert_null(fixture_identity(f)); // it was one
	expect(first, "server 900 * ann!* ann :*");
	expect(first, YES);
	expect_later(second, YES);
	expect_later(pass, "server 001 ann :*");
}

static void who_waits_hears_a_no_and_that_nobody_could_say(void **state)
{
	struct fixture *f = *state;
	struct peer *p, *gone;

	bind_ann(f, "m");
	enrol_cert(f);
	fixture_pass(f, 2 * RECHECK);
	p = by_cert(f);
	gone = by_cert(f);
	peer_close(gone);
	fixture_identified(f, says(IDENTITY_LATER, IDENTITY_WHY_DOWN));
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	expect(p, "server 904 * :*cannot be asked*");
	p = by_cert(f);
	fixture_identified(f, says(IDENTITY_NO, IDENTITY_WHY_INACTIVE));
	expect(p, OVER);
	p = by_cert(f);
	expect(p, OVER);
	// The account goes while somebody waits.
	peer_close(is_in(f, with_memory(is(ISSUER, "a1", NULL), "m"), "ann"));
	fixture_pass(f, 2 * RECHECK);
	p = by_cert(f);
	admin_answer_free(fixture_verb(f, "user delete ann --confirm ann", NULL));
	fixture_identified(f, is(ISSUER, "a1", NULL));
	expect_later(p, "server FAIL AUTHENTICATE SIGN_IN_AGAIN :*");
}

// Proves O12.
static void an_old_answer_undoes_no_new_sign_in(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, with_memory(is(ISSUER, "a1", "ann"), "old"), "ann"), *fresh;

	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	assert_non_null(fixture_identity(f));
	// Meanwhile she signs in anew.
	fresh = opened(f);
	bearer_says(fresh, "", "auth=Bearer token\x01");
	fixture_identified(f, says(IDENTITY_NO, IDENTITY_WHY_INACTIVE)); // of the old one
	assert_true(peer_is_closed(p));
	fixture_identified(f, with_memory(is(ISSUER, "a1", "ann"), "new"));
	expect_later(fresh, YES);
	enter(fresh);
	fixture_pass(f, RECHECK * 5 / 8 + MINUTE);
	assert_true(says_it(&fixture_identity(f)->secret, "new"));
	p = opened(f);
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_swap_identities(f);
	fixture_identified(f, with_memory(is(ISSUER, "a1", "ann"), "newest"));
	expect_later(p, YES);
	fixture_identified(f, says(IDENTITY_NO, IDENTITY_WHY_INACTIVE));
	assert_false(peer_is_closed(fresh));
}

// Proves O13.
static void a_logout_at_the_issuer_ends_all_sessions(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, is(ISSUER, "a1", "ann"), "ann"),
		    *bob = is_in(f, is(ISSUER, "b1", "bob"), "bob");
	struct identity_answer *a = is(ISSUER, "a1", NULL);

	a->result = IDENTITY_NO;
	a->why = IDENTITY_WHY_LOGGED_OUT;
	fixture_told(f, a);
	assert_true(peer_is_closed(p));
	assert_false(peer_is_closed(bob));
	expect_later(p, "ERROR :*You were signed out*");
	assert_non_null(
		strstr(buf_str(fixture_signins(f)), "signed_out server ann oidc logged-out"));
	// Of nobody, of another tenant, and once more: nothing.
	a = is(OTHER_ISSUER, "b1", NULL);
	a->result = IDENTITY_NO;
	fixture_told(f, a);
	a = is(ISSUER, "b1", NULL);
	a->result = IDENTITY_NO;
	a->tenant = xstrdup("t");
	fixture_told(f, a);
	fixture_told(f, says(IDENTITY_NO, IDENTITY_WHY_LOGGED_OUT));
	fixture_told(f, is(ISSUER, "b1", NULL));
	assert_false(peer_is_closed(bob));
	peer_close(is_in(f, is(ISSUER, "a1", NULL), "ann"));
}

static void the_memory_is_sealed_and_another_key_opens_nothing(void **state)
{
	static const uint8_t other[HUB_SIGN_IN_KEY_LEN] = {9};
	struct fixture *f = *state;
	struct account_binding *b;

	peer_close(is_in(f, with_memory(is(ISSUER, "a1", "ann"), "refresh-secret"), "ann"));
	b = bound(f, ISSUER, "a1");
	assert_null(memmem(b->sealed.at, b->sealed.len, "refresh-secret", 14));
	assert_int_equal(hub_sealed_sign_ins(f->hub), 0);
	hub_set_sign_in_key(f->hub, other);
	assert_int_equal(hub_sealed_sign_ins(f->hub), 1);
	enrol_cert(f);
	fixture_pass(f, RECHECK + MINUTE);
	expect_later(by_cert(f), OVER);
	assert_null(fixture_identity(f));
}

static void a_yes_of_a_clock_that_was_ahead_is_none(void **state)
{
	struct fixture *f = *state;

	bind_ann(f, "");
	bound(f, ISSUER, "a1")->yes_ms = f->now.wall_ms + 30 * MINUTE;
	expect_later(by_plain(f, FIXTURE_PASSWORD), OVER);
}

static void another_issuer_in_the_settings_is_not_asked_for_the_old_ones(void **state)
{
	struct hub_config config = with_issuer();
	struct fixture *f = *state;

	bind_ann(f, "m");
	config.oidc.issuer = SPAN(OTHER_ISSUER);
	hub_configure(f->hub, &config);
	enrol_cert(f);
	fixture_pass(f, RECHECK + MINUTE);
	expect_later(by_cert(f), OVER);
	assert_null(fixture_identity(f));
}

static void rights_taken_by_a_password_go_with_the_lease(void **state)
{
	struct fixture *f = *state;
	struct peer *bob;

	bind_ann(f, "");
	account_find(f->hub, SPAN("ann"))->role = ROLE_ADMIN;
	bob = fixture_login(f, "bob", "");
	peer_send(bob, "OPER ann :" FIXTURE_PASSWORD);
	expect_later(bob, "server 381 bob :*");
	fixture_pass(f, RECHECK + MINUTE);
	assert_false(peer_session(bob)->oper);
	peer_skip(bob);
	peer_send(bob, "OPER ann :" FIXTURE_PASSWORD);
	expect(bob, "server 491 bob :*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(keys_tokens_and_passwords_let_in_for_its_time_alone),
		ISSUER_TEST(an_account_that_is_not_bound_has_none),
		ISSUER_TEST(a_token_that_is_excepted_lets_in_and_stays),
		ISSUER_TEST(who_is_in_is_out_when_it_ends),
		ISSUER_TEST(the_issuer_is_asked_in_the_second_half_and_its_yes_goes_on),
		ISSUER_TEST(a_no_ends_all_at_once),
		ISSUER_TEST(where_nobody_can_say_it_is_tried_again_until_the_end),
		ISSUER_TEST(another_subject_is_a_no),
		ISSUER_TEST(who_comes_when_it_is_over_waits_for_one_question),
		ISSUER_TEST(who_waits_hears_a_no_and_that_nobody_could_say),
		ISSUER_TEST(an_old_answer_undoes_no_new_sign_in),
		ISSUER_TEST(a_logout_at_the_issuer_ends_all_sessions),
		ISSUER_TEST(the_memory_is_sealed_and_another_key_opens_nothing),
		ISSUER_TEST(a_yes_of_a_clock_that_was_ahead_is_none),
		ISSUER_TEST(another_issuer_in_the_settings_is_not_asked_for_the_old_ones),
		ISSUER_TEST(rights_taken_by_a_password_go_with_the_lease),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
