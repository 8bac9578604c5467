// SPDX-License-Identifier: MIT
// What changes while somebody logs in or a password is hashed; and the small rules of the door.
#include "tests/unit/hub/sasl_peer.h"

#include "server/hub/door/login.h"
#include "server/hub/people/account.h"
#include "server/hub/people/credential.h"
#include "server/hub/people/invite.h"
#include "server/hub/people/throttle_private.h"
#include "server/hub/people/verify.h"
#include "server/letters/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define OLD "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5"       // FIXTURE_PASSWORD
#define FRESH "dGFuZ28gdmlvbGluIG94aWRlIHNldmVu" // of FRESH_TEXT
#define FRESH_TEXT "tango violin oxide seven"

static void verb(struct fixture *f, const char *words)
{
	struct admin_answer *a = fixture_verb(f, words, NULL);

	assert_int_equal(a->code, ADMIN_DONE);
	admin_answer_free(a);
}

static void say_hello(struct peer *p, const char *pass)
{
	peer_put(p, "PASS :%s", pass);
	peer_put(p, "NICK alice");
	peer_put(p, "USER alice 0 * :Real");
	peer_send(p, "PING here");
}

static bool hears(struct peer *p, const char *text)
{
	const char *line;

	while ((line = peer_next(p))) {
		if (strstr(line, text))
			return true;
	}
	return false;
}

// Passwords that are being hashed.

static void whoever_goes_while_a_login_is_hashed_is_not_let_in(void **state)
{
	static const char *const gone[] = {"user disable alice",
					   "user delete alice --confirm alice"};

	for (size_t i = 0; i < ARRAY_LEN(gone); i++) {
		struct fixture *f = *state;
		struct peer *p = fixture_open(f);

		(void)fixture_account(f, "alice");
		fixture_hold_hashes(f, true);
		say_hello(p, "alice:" FIXTURE_PASSWORD);
		verb(f, gone[i]);
		fixture_hash(f);
		expect_later(p, "server 464 * :*");
		assert_true(peer_is_closed(p));
		fixture_hold_hashes(f, false);
		fixture_renew(f, NULL);
	}
}

static void whoever_is_disabled_after_the_proof_stays_outside(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	struct account *a = fixture_account(f, "alice");
	plain_of(p, "", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
	a->disabled = true;
	enter(p);
	expect_later(p, "ERROR :*The account is disabled*");
	assert_true(peer_is_closed(p));
}

static void a_change_is_made_only_for_whom_it_was_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "standard-replies"), *q;

	fixture_hold_hashes(f, true);
	peer_send(p, "PASSWD " OLD " " FRESH);
	fixture_hash(f);
	peer_close(p);
	fixture_hash(f);
	fixture_hold_hashes(f, false);
	q = fixture_login(f, "alice", "standard-replies");
	assert_false(peer_is_closed(q));
	// Before the old one was looked at, too.
	fixture_hold_hashes(f, true);
	peer_send(q, "PASSWD " OLD " " FRESH);
	peer_close(q);
	fixture_hash(f);
	fixture_hold_hashes(f, false);
	q = fixture_login(f, "alice", "standard-replies");
	assert_false(peer_is_closed(q));
	peer_send(q, "PASSWD " OLD " " FRESH);
	expect_later(q, "server PASSWD *");
}

static void a_disk_that_fails_meanwhile_keeps_the_old_one(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "standard-replies");

	fixture_hold_hashes(f, true);
	peer_send(p, "PASSWD " OLD " " FRESH);
	fixture_hash(f);
	fixture_disk_is(f, DISK_FULL);
	fixture_hash(f);
	expect(p, "server FAIL PASSWD TEMPORARILY_UNAVAILABLE :*");
	fixture_disk_is(f, DISK_FINE);
	fixture_hold_hashes(f, false);
	peer_send(p, "PASSWD " OLD " " FRESH);
	expect_later(p, "server PASSWD *");
}

static void whoever_has_no_password_cannot_change_it(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "standard-replies");

	account_set_password(fixture_account(f, "alice"), SPAN(""));
	peer_send(p, "PASSWD " OLD " " FRESH);
	expect(p, "server FAIL PASSWD WRONG_PASSWORD :Only who knows the password*");
}

static void on_verdict(struct session *s, const struct verdict *v)
{
	(void)s;
	assert_int_equal(v->kind, VERDICT_NO);
}

static void what_is_longer_than_any_password_is_not_hashed(void **state)
{
	static char text[PASSWORD_MAX + 1];
	struct fixture *f = *state;
	struct peer *p = fixture_login(f, "alice", "");
	int64_t before = fixture_hashed(f);

	memset(text, 'x', sizeof(text));
	verify_secret(peer_session(p), SPAN("alice"), SPAN(""), span_from(text, sizeof(text)),
		      on_verdict);
	verify_secret(peer_session(p), SPAN("alice"), SPAN(""), SPAN(""), on_verdict);
	fixture_settle(f);
	assert_int_equal(fixture_hashed(f), before);
	verify_secret(peer_session(p), SPAN("alice"), SPAN(""), span_from(text, PASSWORD_MAX),
		      on_verdict);
	fixture_settle(f);
	assert_int_equal(fixture_hashed(f), before + 1);
}

static void a_proof_has_three_parts(void **state)
{
	static const char two[] = "alice\0" FIXTURE_PASSWORD,
			  four[] = "\0alice\0" FIXTURE_PASSWORD "\0more",
			  empty[] = "\0\0" FIXTURE_PASSWORD;
	struct fixture *f = *state;
	struct peer *p = opened(f);

	(void)fixture_account(f, "alice");
	int64_t before = fixture_hashed(f);
	plain(p, two, sizeof(two) - 1);
	expect(p, NO);
	plain(p, four, sizeof(four) - 1);
	expect(p, NO);
	plain(p, empty, sizeof(empty) - 1);
	expect(p, NO);
	assert_int_equal(fixture_hashed(f), before); // none of it costs a hash
	plain_of(p, "alice", "alice", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

// Tokens.

static char *new_token(struct fixture *f)
{
	struct admin_answer *a = fixture_verb(f, "user token add alice bot", NULL);
	char *token = span_dup(a->plain);

	assert_true(token_is(a->plain));
	admin_answer_free(a);
	return token;
}

static void a_token_names_the_device_unless_that_is_said(void **state)
{
	struct fixture *f = *state;
	(void)fixture_account(f, "alice");
	char *token = new_token(f);
	struct peer *p = opened(f), *q = opened(f);

	plain_of(p, "", "alice", token);
	expect_later(p, YES);
	assert_string_equal(peer_session(p)->device, "bot");
	plain_of(q, "", "alice@lap", token);
	expect_later(q, YES);
	assert_string_equal(peer_session(q)->device, "lap");
	free(token);
}

static void a_token_lets_in_although_nothing_can_be_stored(void **state)
{
	struct fixture *f = *state;
	(void)fixture_account(f, "alice");
	char *token = new_token(f);
	struct peer *p = opened(f);

	fixture_disk_is(f, DISK_FULL);
	plain_of(p, "", "alice", token);
	expect_later(p, YES);
	free(token);
}

static void wrong_tokens_are_counted_as_wrong_passwords_are(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;
	unsigned n = 0;
	bool is_later = false;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	for (; n < 200 && !is_later; n++) {
		struct peer *p = fixture_open(f);
		peer_send(p, "CAP REQ :sasl standard-replies");
		peer_skip(p);
		plain_of(p, "", "alice", "snug_nosuchtoken");
		is_later = hears(p, "TEMPORARILY_UNAVAILABLE");
		peer_close(p);
	}
	assert_in_range(n, 2, 199);
}

// Rules.

static void a_network_of_two_words_is_one_value(void **state)
{
	struct hub_config config = fixture_config();
	struct fixture *f = *state;

	config.network = SPAN("My Net");
	fixture_renew(f, &config);
	struct peer *p = fixture_login_loud(f, "alice", "");
	assert_true(hears(p, " NETWORK=My\\x20Net "));
}

static void only_addresses_are_told_apart_by_their_parts(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	static const char *const none[] = {"?", "", "10.0.0.0/8", "::/64"};

	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		struct origin o = throttle_origin(h, span_of(none[i]), 7);
		assert_true(o.source == 7 && o.wide == 7);
	}
	struct origin a = throttle_origin(h, SPAN("192.0.2.7"), 7),
		      b = throttle_origin(h, SPAN("192.0.2.8"), 7),
		      c = throttle_origin(h, SPAN("2001:db8:1:2::3"), 7),
		      d = throttle_origin(h, SPAN("2001:db8:1:2::4"), 7),
		      e = throttle_origin(h, SPAN("2001:db8:1:3::4"), 7),
		      g = throttle_origin(h, SPAN("2001:db8:2:3::4"), 7);
	assert_true(a.source == a.wide && a.source != 7 && a.source != b.source);
	assert_true(c.source == d.source && c.source != c.wide);
	assert_true(c.source != e.source && c.wide == e.wide && e.wide != g.wide);
}

static void an_account_forgets_its_own_oldest_source(void **state)
{
	struct fixture *f = *state;
	struct hub *h = f->hub;
	struct origin first = {1000, 1000};

	throttle_met(h, &first, SPAN("bob"));
	for (uint64_t i = 0; i <= KNOWN_SOURCES_MAX; i++) {
		struct origin o = {i + 1, i + 1};
		throttle_met(h, &o, SPAN("alice"));
	}
	assert_true(throttle_knows(h, &first, SPAN("bob")));
	assert_false(throttle_knows(h, &(struct origin){1, 1}, SPAN("alice")));
	assert_true(throttle_knows(h, &(struct origin){2, 2}, SPAN("alice")));
	assert_true(throttle_knows(
		h, &(struct origin){KNOWN_SOURCES_MAX + 1, KNOWN_SOURCES_MAX + 1},
		SPAN("alice")));
}

static void an_invite_is_not_given_back_twice(void **state)
{
	struct fixture *f = *state;
	struct entry e = {.kind = ENTRY_INVITE};

	e.invite.id = 77;
	e.invite.uses_left = e.invite.uses_max = 2;
	invite_load(f->hub, &e.invite);
	struct invite *i = invite_by_id(f->hub, 77);
	invite_use(f->hub, i);
	assert_int_equal(i->uses_left, 1);
	invite_refund(f->hub, 77);
	invite_refund(f->hub, 77);
	invite_refund(f->hub, 78);
	assert_int_equal(i->uses_left, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HUB_TEST(whoever_goes_while_a_login_is_hashed_is_not_let_in),
		HUB_TEST(whoever_is_disabled_after_the_proof_stays_outside),
		HUB_TEST(a_change_is_made_only_for_whom_it_was_asked),
		HUB_TEST(a_disk_that_fails_meanwhile_keeps_the_old_one),
		HUB_TEST(whoever_has_no_password_cannot_change_it),
		HUB_TEST(what_is_longer_than_any_password_is_not_hashed),
		HUB_TEST(a_proof_has_three_parts),
		HUB_TEST(a_token_names_the_device_unless_that_is_said),
		HUB_TEST(a_token_lets_in_although_nothing_can_be_stored),
		HUB_TEST(wrong_tokens_are_counted_as_wrong_passwords_are),
		HUB_TEST(a_network_of_two_words_is_one_value),
		HUB_TEST(only_addresses_are_told_apart_by_their_parts),
		HUB_TEST(an_account_forgets_its_own_oldest_source),
		HUB_TEST(an_invite_is_not_given_back_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
