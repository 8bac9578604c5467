// SPDX-License-Identifier: MIT
// What became of an account, or of the machine, while a secret was looked at; and tokens and
// certificates that are good, but not for this.
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "tests/unit/hub/sasl_peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LATER "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*"

// Somebody whose right password waits to be hashed.
static struct peer *waiting(struct fixture *f)
{
	struct peer *p = opened(f);

	fixture_hold_hashes(f, true);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	peer_skip(p);
	return p;
}

// Proves A4.
static void lack_of_memory_is_no_wrong_password(void **state)
{
	struct fixture *f = *state;
	struct account *alice = fixture_account(f, "alice");
	struct peer *p;

	// As many as would have a guesser wait.
	for (int i = 0; i < 20; i++) {
		p = waiting(f);
		fixture_hash_as(f, HASH_NO_MEMORY, NULL);
		expect(p, LATER);
		peer_close(p);
	}
	p = waiting(f);
	fixture_hash(f);
	expect_later(p, YES);
	assert_non_null(alice);
}

// Proves A15, B20.
static void what_changed_while_it_was_hashed_counts(void **state)
{
	struct fixture *f = *state;
	struct account *alice = fixture_account(f, "alice");
	struct peer *p = waiting(f);

	account_set_password(alice, SPAN("$another$"));
	fixture_hash_as(f, HASH_OK, NULL);
	expect(p, NO);
	peer_close(p);

	p = waiting(f);
	alice->disabled = true;
	fixture_hash_as(f, HASH_OK, NULL);
	expect(p, NO);
	alice->disabled = false;
	peer_close(p);

	p = waiting(f);
	admin_answer_free(fixture_verb(f, "user delete alice --confirm alice", NULL));
	assert_null(account_find(f->hub, SPAN("alice")));
	fixture_hash_as(f, HASH_OK, NULL);
	expect(p, NO);
}

// Proves A1.
static void a_password_that_was_hashed_for_less_is_stored_anew(void **state)
{
	struct fixture *f = *state;
	struct account *alice = fixture_account(f, "alice");
	struct peer *p = waiting(f);

	fixture_hash_as(f, HASH_OK, "$dearer$");
	expect_later(p, YES);
	assert_string_equal(alice->password, "$dearer$");
}

static char *token_of(struct fixture *f)
{
	struct admin_answer *a = fixture_verb(f, "user token add alice --label bot", NULL);
	char *token = span_dup(a->plain);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
	return token;
}

static void a_token_may_name_the_device_itself(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);
	char *token;

	(void)fixture_account(f, "alice");
	token = token_of(f);
	plain_of(p, "", "alice@phone", token);
	expect_later(p, YES);
	enter(p);
	expect_later(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "phone");
	free(token);
}

// Proves A13.
static void a_token_lets_nobody_in_who_is_shut_out(void **state)
{
	struct fixture *f = *state;
	struct account *alice = fixture_account(f, "alice");
	struct peer *p = opened(f);
	char *token = token_of(f);

	alice->disabled = true;
	plain_of(p, "", "alice", token);
	expect(p, NO);
	free(token);
}

// Proves B19.
static void guesses_at_tokens_are_slowed_as_those_at_passwords(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	struct peer *p;
	char *token, *secret;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	(void)fixture_account(f, "alice");
	token = token_of(f);
	secret = strrchr(token, '_') + 1;
	memset(secret, 'A', strlen(secret));
	assert_true(token_is(span_of(token)));
	p = opened(f);
	for (int i = 0; i < 3; i++) {
		plain_of(p, "", "alice", token);
		expect(p, NO);
	}
	plain_of(p, "", "alice", token);
	expect(p, LATER);
	free(token);
}

static void a_secret_without_end_or_none_is_wrong_at_once(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);
	char secret[PASSWORD_MAX + 2];

	(void)fixture_account(f, "alice");
	memset(secret, 'x', sizeof(secret));
	secret[PASSWORD_MAX + 1] = '\0';
	plain_of(p, "", "alice", secret);
	expect(p, NO);
	assert_int_equal(fixture_hashed(f), 0);
	secret[PASSWORD_MAX] = '\0';
	plain_of(p, "", "alice", secret);
	expect(p, NO);
	assert_int_equal(fixture_hashed(f), 1);
}

static void ask_external(struct peer *p, const char *text, const char *answer)
{
	peer_send(p, "AUTHENTICATE EXTERNAL");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE %s", text);
	expect_later(p, answer);
}

static void a_certificate_may_be_shown_with_its_name_and_a_device(void **state)
{
	struct fixture *f = *state;
	struct inbox_opened facts = {.host = SPAN("192.0.2.7"), .source = 7, .has_pin = true};
	struct account *alice = fixture_account(f, "alice");
	struct peer *p;

	memset(facts.pin, 3, sizeof(facts.pin));
	(void)credential_new(alice, CREDENTIAL_CERT, facts.pin, SPAN("laptop"), 0);
	p = fixture_open_as(f, &facts);
	ask_external(p, "YWxpY2VAcGhvbmU=", YES); // alice@phone
	enter(p);
	expect_later(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "phone");
}

// The two kinds have hashes of their own; were they ever alike, a key is still no token.
static void a_token_is_no_certificate(void **state)
{
	struct fixture *f = *state;
	struct inbox_opened facts = {.host = SPAN("192.0.2.7"), .source = 7, .has_pin = true};
	struct account *alice = fixture_account(f, "alice");

	memset(facts.pin, 3, sizeof(facts.pin));
	(void)credential_new(alice, CREDENTIAL_TOKEN, facts.pin, SPAN("bot"), 0);
	ask_external(fixture_open_as(f, &facts), "+", NO);
}

// It is hashed anew another time.
static void a_disk_that_takes_nothing_keeps_the_old_hash(void **state)
{
	struct fixture *f = *state;
	struct account *alice = fixture_account(f, "alice");
	struct peer *p = waiting(f);

	fixture_disk_is(f, DISK_LOW);
	fixture_hash_as(f, HASH_OK, "$dearer$");
	expect_later(p, YES);
	assert_string_not_equal(alice->password, "$dearer$");
	fixture_disk_is(f, DISK_FINE);
	p = waiting(f);
	fixture_hash_as(f, HASH_OK, "$dearer$");
	expect_later(p, YES);
	assert_string_equal(alice->password, "$dearer$");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(lack_of_memory_is_no_wrong_password),
		HUB_TEST(what_changed_while_it_was_hashed_counts),
		HUB_TEST(a_password_that_was_hashed_for_less_is_stored_anew),
		HUB_TEST(a_token_may_name_the_device_itself),
		HUB_TEST(a_token_lets_nobody_in_who_is_shut_out),
		HUB_TEST(guesses_at_tokens_are_slowed_as_those_at_passwords),
		HUB_TEST(a_secret_without_end_or_none_is_wrong_at_once),
		HUB_TEST(a_certificate_may_be_shown_with_its_name_and_a_device),
		HUB_TEST(a_token_is_no_certificate),
		HUB_TEST(a_disk_that_takes_nothing_keeps_the_old_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
