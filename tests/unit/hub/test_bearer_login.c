// SPDX-License-Identifier: MIT
// OAUTHBEARER on the wire: what is asked, what is told, what is counted.
#include "tests/unit/hub/bearer_peer.h"
#include "tests/unit/hub/totp_peer.h"

static void who_is_new_gets_an_account_of_the_proposed_name(void **state)
{
	struct fixture *f = *state;
	struct peer *p = is_in(f, is(ISSUER, "a1", "ann"), "ann");
	struct account *ann = account_find(f->hub, SPAN("ann"));

	assert_non_null(ann);
	assert_string_equal(ann->password, "");
	assert_ptr_equal(bound(f, ISSUER, "a1")->account, ann);
	assert_false(bound(f, ISSUER, "a1")->own);
	peer_close(p);
	// It is the binding that counts from now on, also behind a restart, and no name.
	fixture_restart(f, false);
	peer_close(is_in(f, is(ISSUER, "a1", "somebody else"), "ann"));
	assert_non_null(strstr(buf_str(fixture_signins(f)), "login "));
}

// As Entra calls people.
static void what_is_no_name_proposes_one(void **state)
{
	static const char *const rows[][2] = {
		{"ann@corp.example", "ann"},
		{"BEN@CORP.EXAMPLE", "ben"},
		{"Carl Miller", "carl-miller"},
		{"dora.miller@corp.example", "dora-miller"},
		{"J\u00f6rg.Wei\u00df@corp.example", "joerg-weiss"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		peer_close(is_in(f, is(ISSUER, rows[i][1], rows[i][0]), rows[i][1]));
		assert_ptr_equal(bound(f, ISSUER, rows[i][1])->account,
				 account_find(f->hub, span_of(rows[i][1])));
	}
}

static void what_is_proposed_never_leads_to_an_account_that_there_is(void **state)
{
	static const char *const called[] = {"ann@other.example", "ANN@corp.example", "Ann ",
					     "\u00e1nn", ".ann"};
	struct fixture *f = *state;
	struct account *ann;

	peer_close(is_in(f, is(ISSUER, "a1", "ann@corp.example"), "ann"));
	ann = account_find(f->hub, SPAN("ann"));
	for (size_t i = 0; i < ARRAY_LEN(called); i++) {
		is_refused(f, is(ISSUER, "a2", called[i]),
			   "No account is bound to this identity, and the name ann is another "
			   "account's*",
			   "name");
		assert_int_equal(bindings_count(ann), 1);
		assert_null(bound(f, ISSUER, "a2"));
	}
	// Alike, freed, a service's, and nothing.
	is_refused(f, is(ISSUER, "a3", "NickServ@corp.example"),
		   "No account is bound to this identity, and what it is called is no name*",
		   "name");
	is_refused(f, is(ISSUER, "a3", "\u0418\u0432\u0430\u043d"),
		   "No account is bound to this identity, and what it is called is no name*",
		   "name");
	(void)fixture_account(f, "modern");
	is_refused(f, is(ISSUER, "a3", "modem@corp.example"),
		   "No account is bound to this identity, and the name modem is another*",
		   "name");
}

// Whom the client wants to be is the name that came of it.
static void who_wants_to_be_somebody_is_asked_for_that_name(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	bearer_says(p, "ann@corp", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann@corp.example"));
	expect_later(p, YES);
	p = opened(f);
	bearer_says(p, "ben", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a2", "carl@corp.example"));
	end_failure(p);
	expect_later(p, NO);
	assert_null(account_find(f->hub, SPAN("carl")));
}

static void what_the_client_says_is_asked(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);
	const struct identity_question *q;

	bearer_says(p, "ann", "auth=bEaReR to.k-en\x01host=chat.test\x01refresh=again\x01");
	q = fixture_identity(f);
	assert_int_equal(q->act, IDENTITY_BEARER);
	assert_true(says_it(&q->secret, "to.k-en"));
	assert_true(says_it(&q->refresh, "again"));
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, YES);
	p = opened(f);
	bearer_says(p, "",
		    "auth=Bearer \x01"
		    "code=c0de\x01verifier=v3r\x01redirect=https://chat.test/\x01");
	q = fixture_identity(f);
	assert_int_equal(q->act, IDENTITY_CODE);
	assert_true(says_it(&q->secret, "c0de"));
	assert_true(says_it(&q->verifier, "v3r"));
	assert_string_equal(q->redirect, "https://chat.test/");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, YES);
}

static void the_mechanism_is_offered_where_an_issuer_is_configured(void **state)
{
	struct fixture *f = *state;
	struct peer *p = fixture_open(f);

	peer_send(p, "CAP LS 302");
	expect_later(p, "server CAP * LS * :*sasl=PLAIN,EXTERNAL,OAUTHBEARER *");
	fixture_renew(f, NULL);
	p = opened(f);
	peer_send(p, "AUTHENTICATE OAUTHBEARER");
	expect(p, "server 908 * PLAIN,EXTERNAL :*");
	expect(p, NO);
}

static void no_token_asks_what_is_needed_and_is_no_failure(void **state)
{
	static const char *const asks[] = {"auth=Bearer \x01", "auth=Bearer\x01", "auth=\x01",
					   "host=chat.test\x01"};
	struct fixture *f = *state;
	struct buf json = {0};
	const char *line;

	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		struct peer *p = opened(f);

		bearer_says(p, "", asks[i]);
		assert_null(fixture_identity(f));
		line = peer_next(p);
		assert_non_null(line);
		json.len = 0;
		assert_true(decode_b64(&json, span_of(line + strlen("AUTHENTICATE "))));
		assert_non_null(strstr(buf_str(&json), "\"status\":\"invalid_token\""));
		assert_non_null(strstr(buf_str(&json), "\"client_id\":\"snug\""));
		assert_non_null(strstr(buf_str(&json), ISSUER "/.well-known/openid-conf"));
		peer_send(p, "AUTHENTICATE AQ==");
		expect(p, NO);
		peer_close(p);
	}
	buf_clear(&json);
	assert_string_equal(buf_str(fixture_signins(f)), "");
	assert_int_equal(f->hub->figures.logins[LOGIN_OIDC][LOGIN_WRONG], 0);
}

// Proves O2.
static void every_reason_looks_alike_on_the_wire(void **state)
{
	static const enum identity_why whys[] = {
		IDENTITY_WHY_AUDIENCE,  IDENTITY_WHY_ISSUER,   IDENTITY_WHY_EXPIRED,
		IDENTITY_WHY_SIGNATURE, IDENTITY_WHY_INACTIVE, IDENTITY_WHY_TYPE,
		IDENTITY_WHY_ALGORITHM, IDENTITY_WHY_TENANT,   IDENTITY_WHY_CLAIMS};
	struct fixture *f = *state;
	char *first = NULL;

	for (size_t i = 0; i < ARRAY_LEN(whys); i++) {
		struct peer *p = signs_in(f, says(IDENTITY_NO, whys[i]));
		const char *challenge = peer_next(p);
		char wanted[64];

		if (!first)
			first = xstrdup(challenge);
		assert_string_equal(challenge, first);
		peer_send(p, "AUTHENTICATE AQ==");
		expect(p, NO);
		snprintf(wanted, sizeof(wanted), "login_failed * ? oidc %s",
			 identity_why_word(whys[i]));
		assert_non_null(strstr(buf_str(fixture_signins(f)), strrchr(wanted, '?')));
		peer_close(p);
	}
	free(first);
	assert_int_equal(f->hub->figures.logins[LOGIN_OIDC][LOGIN_WRONG], ARRAY_LEN(whys));
}

static void whatever_answers_the_challenge_ends_it(void **state)
{
	static const char *const answers[] = {"AQ==", "+", "AA==", "bm8=", "no-base64!"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		struct peer *p = signs_in(f, says(IDENTITY_NO, IDENTITY_WHY_EXPIRED));

		expect(p, "AUTHENTICATE eyJ*");
		peer_send(p, "AUTHENTICATE %s", answers[i]);
		expect(p, NO);
		expect_none(p);
		peer_close(p);
	}
}

static void a_star_instead_aborts(void **state)
{
	struct peer *p = signs_in(*state, says(IDENTITY_NO, IDENTITY_WHY_EXPIRED));

	expect(p, "AUTHENTICATE eyJ*");
	peer_send(p, "AUTHENTICATE *");
	expect(p, "server 906 * :*");
}

static void nobody_can_say_is_told_apart(void **state)
{
	struct fixture *f = *state;
	struct peer *p = signs_in(f, says(IDENTITY_LATER, IDENTITY_WHY_DOWN));

	end_failure(p);
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*cannot be asked*");
	expect(p, "server 904 * :*cannot be asked*");
	assert_int_equal(f->hub->figures.logins[LOGIN_OIDC][LOGIN_LATER], 1);
	assert_non_null(strstr(buf_str(fixture_signins(f)), " oidc down "));
}

static void what_cannot_be_understood_is_a_failure(void **state)
{
	static const char *const pairs[] = {"auth=Basic dDpw\x01", "auth=Bearer a b\x01",
					    "auth=Bearer a\x01"
					    "auth=Bearer b\x01",
					    "code=c\x01", "auth\x01"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct peer *p = opened(f);

		bearer_says(p, "", pairs[i]);
		assert_null(fixture_identity(f));
		end_failure(p);
		expect(p, NO);
		peer_close(p);
	}
	assert_int_equal(f->hub->figures.logins[LOGIN_OIDC][LOGIN_WRONG], ARRAY_LEN(pairs));
}

static void who_is_asked_for_must_be_the_account(void **state)
{
	struct fixture *f = *state;
	struct peer *p;

	peer_close(is_in(f, is(ISSUER, "a1", "ann"), "ann"));
	(void)fixture_account(f, "bob");
	p = opened(f);
	bearer_says(p, "bob", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	end_failure(p);
	expect(p, NO);
	p = opened(f);
	bearer_says(p, "ANN@phone", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, YES);
	assert_string_equal(peer_session(p)->device, "phone");
}

// Proves O3.
static void bad_tokens_count_for_the_source_and_lock_nobody_out(void **state)
{
	struct hub_config config = with_issuer();
	struct fixture *f = *state;
	struct peer *p;

	config.logins_per_source = 3;
	fixture_renew(f, &config);
	(void)fixture_account(f, "ann");
	for (size_t i = 0; i < 3; i++) {
		p = opened(f);
		bearer_says(p, "ann", "auth=Bearer token\x01");
		fixture_identified(f, says(IDENTITY_NO, IDENTITY_WHY_SIGNATURE));
		end_failure(p);
		expect(p, NO);
		peer_close(p);
	}
	p = opened(f);
	bearer_says(p, "ann", "auth=Bearer token\x01");
	assert_null(fixture_identity(f)); // nobody is asked any more
	end_failure(p);
	expect(p, "server FAIL AUTHENTICATE TEMPORARILY_UNAVAILABLE :*");
	peer_close(p);
	// From elsewhere its owner comes in as ever.
	p = fixture_open_as(f,
			    &(struct inbox_opened){.host = SPAN("192.0.2.77"), .source = 77});
	peer_send(p, "CAP REQ sasl");
	peer_skip(p);
	plain_of(p, "", "ann", FIXTURE_PASSWORD);
	expect_later(p, YES);
}

static void a_session_that_went_meanwhile_hears_nothing(void **state)
{
	struct fixture *f = *state;
	struct peer *p = opened(f);

	bearer_says(p, "", "auth=Bearer token\x01");
	assert_true(peer_is_held(p));
	peer_close(p);
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	assert_null(account_find(f->hub, SPAN("ann")));
}

// Its yes is noted where that can be stored.
static void who_signs_in_on_a_full_disk_is_in_without_a_note(void **state)
{
	struct fixture *f = *state;
	const struct account_binding *b;
	int64_t noted;

	peer_close(is_in(f, is(ISSUER, "a1", "ann"), "ann"));
	b = binding_find(f->hub,
			 &(struct bound_to){IDENTITY_OIDC, SPAN(ISSUER), SPAN("a1"), SPAN("")});
	assert_non_null(b);
	noted = b->yes_ms;
	fixture_pass(f, HOUR);
	fixture_disk_is(f, DISK_FULL);
	(void)is_in(f, is(ISSUER, "a1", "ann"), "ann");
	assert_int_equal(b->yes_ms, noted);
}

// Proves O4.
static void a_second_factor_of_the_account_is_still_wanted(void **state)
{
	struct fixture *f = *state;
	struct app app;
	struct peer *p;

	peer_close(enrolled(f, &app));
	binding_new(account_find(f->hub, SPAN("ann")),
		    &(struct bound_to){IDENTITY_OIDC, SPAN(ISSUER), SPAN("a1"), SPAN("")},
		    true);
	p = opened(f);
	peer_send(p, "CAP REQ draft/account-2fa");
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	expect_later(p, REQUIRED);
	peer_send(p, "AUTHENTICATE TOTP");
	expect(p, "AUTHENTICATE +");
	send_b64(p, app_next(&app), TOTP_DIGITS);
	expect(p, IN);
	expect(p, YES);
	assert_int_equal(peer_session(p)->way, LOGIN_OIDC);
	// Who cannot be asked for a code is not in.
	p = opened(f);
	bearer_says(p, "", "auth=Bearer token\x01");
	fixture_identified(f, is(ISSUER, "a1", "ann"));
	end_failure(p);
	expect_later(p, "server 904 * :*app token*");
	assert_non_null(strstr(buf_str(fixture_signins(f)), " ann oidc code "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ISSUER_TEST(who_is_new_gets_an_account_of_the_proposed_name),
		ISSUER_TEST(what_is_no_name_proposes_one),
		ISSUER_TEST(what_is_proposed_never_leads_to_an_account_that_there_is),
		ISSUER_TEST(who_wants_to_be_somebody_is_asked_for_that_name),
		ISSUER_TEST(what_the_client_says_is_asked),
		ISSUER_TEST(the_mechanism_is_offered_where_an_issuer_is_configured),
		ISSUER_TEST(no_token_asks_what_is_needed_and_is_no_failure),
		ISSUER_TEST(every_reason_looks_alike_on_the_wire),
		ISSUER_TEST(whatever_answers_the_challenge_ends_it),
		ISSUER_TEST(a_star_instead_aborts),
		ISSUER_TEST(nobody_can_say_is_told_apart),
		ISSUER_TEST(what_cannot_be_understood_is_a_failure),
		ISSUER_TEST(who_is_asked_for_must_be_the_account),
		ISSUER_TEST(bad_tokens_count_for_the_source_and_lock_nobody_out),
		ISSUER_TEST(a_session_that_went_meanwhile_hears_nothing),
		ISSUER_TEST(who_signs_in_on_a_full_disk_is_in_without_a_note),
		ISSUER_TEST(a_second_factor_of_the_account_is_still_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
