// SPDX-License-Identifier: MIT
#include "tests/unit/hub/sasl_peer.h"

#include "common/encode.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void the_right_password_logs_in_and_names_the_client_by_its_account(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "alice");
	plain_of(p, "", "ALICE", FIXTURE_PASSWORD);
	expect(p, "server 900 * alice!* alice :You are now logged in as alice");
	expect(p, YES);
	enter(p);
	expect_later(p, "server 001 alice :*");
}

// Proves A5, B16.
static void wrong_unknown_disabled_and_empty_all_look_alike(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "alice");
	fixture_account(f, "dora")->disabled = true;
	plain_of(p, "", "alice", "a wrong password");
	expect(p, NO);
	plain_of(p, "", "nobody", FIXTURE_PASSWORD);
	expect(p, NO);
	plain_of(p, "", "dora", FIXTURE_PASSWORD);
	expect(p, NO);
	plain_of(p, "", "", FIXTURE_PASSWORD);
	expect(p, NO);
	plain_of(p, "", "alice", "");
	expect(p, NO);
	expect_none(p);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

// Proves B20.
static void one_cannot_act_for_another(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "alice");
	(void)fixture_account(f, "bob");
	plain_of(p, "bob", "alice", FIXTURE_PASSWORD);
	expect(p, NO);
	plain_of(p, "alice", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

// Proves B17.
static void a_nul_too_many_or_too_few_fails(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "alice");
	plain(p, "\0alice\0sesa\0me", 14);
	expect(p, NO);
	plain(p, "alice\0sesame", 12);
	expect(p, NO);
	plain(p, "alice", 5);
	expect(p, NO);
	plain(p, "\0\0", 2);
	expect(p, NO);
	plain(p, "\0alice\0\xff\xfe", 9);
	expect(p, NO);
}

static void garbage_instead_of_base64_fails_and_may_be_followed_by_a_retry(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "alice");
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE !!!");
	expect(p, NO);
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

// Proves B17.
static void responses_of_exactly_one_and_two_parts_end_by_a_plus(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);
	char name[600];

	// 300 and 600 bytes are 400 and 800 of base64.
	memset(name, 'x', sizeof(name));
	name[300 - 2 - 5] = '\0';
	plain_of(p, "", "alice", name);
	expect(p, NO);
	memset(name, 'x', sizeof(name));
	name[600 - 2 - 5] = '\0';
	plain_of(p, "", "alice", name);
	expect(p, NO);
	expect_none(p);
}

// Proves A10.
static void a_part_over_400_bytes_is_905_and_endless_parts_end(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);
	char part[401];

	memset(part, 'A', sizeof(part));
	part[400] = '\0';
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE %sA", part);
	expect(p, "server 905 * :*");
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	for (int i = 0; i < 28; i++)
		peer_send(p, "AUTHENTICATE %s", part);
	expect(p, NO);
}

static void an_asterisk_and_an_early_end_of_registration_abort(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE *");
	expect(p, "server 906 * :*");
	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "AUTHENTICATE +");
	enter(p);
	expect(p, "server 906 * :*");
	expect(p, "server FAIL * ACCOUNT_REQUIRED :*");
	assert_false(peer_is_closed(p));
}

// Proves A11.
static void an_unknown_mechanism_names_the_known_ones(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	peer_send(p, "AUTHENTICATE SCRAM-SHA-256");
	expect(p, "server 908 * PLAIN,EXTERNAL :*");
	expect(p, NO);
}

static void after_login_there_is_nothing_to_authenticate(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "sasl");

	peer_send(p, "AUTHENTICATE PLAIN");
	expect(p, "server 907 alice :*");
}

// Proves A13.
static void a_token_stands_in_the_passwords_place_until_it_is_revoked(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f), *late;
	struct admin_answer *a;
	char *token;

	(void)fixture_account(f, "alice");
	(void)fixture_account(f, "bob");
	a = fixture_verb(f, "user token add alice --label bot", NULL);
	assert_int_equal(a->code, ADMIN_DONE);
	token = span_dup(a->plain);
	admin_answer_free(a);
	assert_true(token_is(span_of(token)));
	plain_of(p, "", "bob", token);
	expect(p, NO);
	plain_of(p, "", "alice", token);
	expect_later(p, YES);
	enter(p);
	expect_later(p, "server 001 alice :*");
	assert_string_equal(peer_session(p)->device, "bot");

	admin_answer_free(fixture_verb(f, "user token revoke alice bot", NULL));
	expect_later(p, "ERROR :*revoked*");
	assert_true(peer_is_closed(p));
	late = opened(f);
	plain_of(late, "", "alice", token);
	expect(late, NO);
	free(token);
}

// Proves A13.
static void a_token_ends_with_its_time(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);
	struct admin_answer *a;

	(void)fixture_account(f, "alice");
	a = fixture_verb(f, "user token add alice --expires 1h", NULL);
	fixture_pass(f, 61LL * 60 * 1000);
	{
		char *token = span_dup(a->plain);

		plain_of(p, "", "alice", token);
		free(token);
	}
	expect(p, NO);
	admin_answer_free(a);
}

static struct inbox_opened with_pin(uint8_t first)
{
	struct inbox_opened opened = {.host = SPAN("192.0.2.7"), .source = 7, .has_pin = true};

	memset(opened.pin, first, sizeof(opened.pin));
	return opened;
}

static void a_certificate_enrolled_in_chat_logs_in_without_a_password(void **state)
{
	struct fixture *f = *state;
	struct inbox_opened facts = with_pin(9);
	struct peer *first = fixture_open_as(f, &facts), *again = fixture_open_as(f, &facts);

	(void)fixture_account(f, "alice");
	peer_send(again, "AUTHENTICATE EXTERNAL");
	expect(again, "AUTHENTICATE +");
	peer_send(again, "AUTHENTICATE +");
	expect(again, NO);

	peer_send(first, "PASS :alice:" FIXTURE_PASSWORD);
	enter(first);
	expect_later(first, "server 001 alice :*");
	peer_skip(first);
	peer_send(first, "CERT ADD laptop");
	expect(first, "server CERT ADD * CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk :laptop");

	peer_send(again, "AUTHENTICATE EXTERNAL");
	expect(again, "AUTHENTICATE +");
	peer_send(again, "AUTHENTICATE +");
	expect(again, "server 900 * alice!* alice :*");
	expect(again, YES);
	enter(again);
	expect_later(again, "server 001 alice :*");
	assert_string_equal(peer_session(again)->device, "laptop");

	peer_send(first, "CERT LIST");
	expect(first, "server CERT LIST * * * * :laptop");
	expect(first, "server CERT LIST *");
	peer_send(first, "CERT DEL laptop");
	expect(first,
	       "server FAIL CERT CONFIRM_NEEDED * :This very connection came by laptop: CERT DEL *");
	assert_false(peer_is_closed(again));
	peer_send(first, "CERT DEL laptop CONFIRM");
	expect(first, "server CERT DEL * * :laptop");
	// Whoever came in by it is out; who asked still hears the answer.
	expect_later(again, "ERROR :*revoked*");
	assert_true(peer_is_closed(again));
	assert_false(peer_is_closed(first));
	peer_send(first, "CERT DEL laptop");
	expect(first, "server FAIL CERT NO_SUCH_CERT laptop :*");
}

static void a_certificate_speaks_for_its_own_account_only(void **state)
{
	struct fixture *f = *state;
	struct inbox_opened facts = with_pin(3);
	struct peer *p = fixture_open_as(f, &facts);
	struct account *alice = fixture_account(f, "alice");

	(void)fixture_account(f, "bob");
	(void)credential_new(alice, CREDENTIAL_CERT, facts.pin, SPAN("x"), 0);
	peer_send(p, "AUTHENTICATE EXTERNAL");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE Ym9i"); // bob
	expect(p, NO);
	alice->disabled = true;
	peer_send(p, "AUTHENTICATE EXTERNAL");
	expect(p, "AUTHENTICATE +");
	peer_send(p, "AUTHENTICATE +");
	expect(p, NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(the_right_password_logs_in_and_names_the_client_by_its_account),
		HUB_TEST(wrong_unknown_disabled_and_empty_all_look_alike),
		HUB_TEST(one_cannot_act_for_another),
		HUB_TEST(a_nul_too_many_or_too_few_fails),
		HUB_TEST(garbage_instead_of_base64_fails_and_may_be_followed_by_a_retry),
		HUB_TEST(responses_of_exactly_one_and_two_parts_end_by_a_plus),
		HUB_TEST(a_part_over_400_bytes_is_905_and_endless_parts_end),
		HUB_TEST(an_asterisk_and_an_early_end_of_registration_abort),
		HUB_TEST(an_unknown_mechanism_names_the_known_ones),
		HUB_TEST(after_login_there_is_nothing_to_authenticate),
		HUB_TEST(a_token_stands_in_the_passwords_place_until_it_is_revoked),
		HUB_TEST(a_token_ends_with_its_time),
		HUB_TEST(a_certificate_enrolled_in_chat_logs_in_without_a_password),
		HUB_TEST(a_certificate_speaks_for_its_own_account_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
