// SPDX-License-Identifier: MIT
// Tokens for codes and refresh tokens, opaque tokens, and whether it is still so.
#include "tests/unit/issuer/issuer_world.h"

#define INTROSPECTION AT("introspection_endpoint", "/look")

static void confidential(struct world *w)
{
	world_begin(w);
	w->settings.secret = "s%c";
	w->more = INTROSPECTION;
	world_start(w);
	tell_places(w);
	tell_keys(w);
}

static void tell_tokens(struct world *w, struct post *p, const char *more, const char *claims)
{
	struct buf token = {0}, json = {0};

	make_token(w, &token, ACCESS, claims);
	buf_printf(&json, "{\"token_type\":\"Bearer\",\"access_token\":\"%s\"%s}",
		   buf_str(&token), more);
	tell(p, 200, buf_str(&json));
	buf_clear(&token);
	buf_clear(&json);
}

#define OPAQUE "{\"token_type\":\"Bearer\",\"access_token\":\"opaque1\"%s}"

static void ask_code(struct world *w)
{
	struct identity_question *q = question(IDENTITY_CODE, "c&d");

	buf_add_str(&q->verifier, "v1");
	q->redirect = span_dup(SPAN("https://chat.test/"));
	issuer_ask(w->issuer, q);
}

static void a_code_is_changed_for_tokens(void **state)
{
	struct world w;
	struct post *p;
	(void)state;

	world_ready(&w);
	ask_code(&w);
	p = next_post(&w, "/token");
	assert_int_equal(p->method, ERRAND_POST);
	assert_string_equal(p->body,
			    "grant_type=authorization_code&code=c%26d&redirect_uri=https%3A%2F"
			    "%2Fchat.test%2F&code_verifier=v1&resource=https%3A%2F%2Fchat.test&"
			    "client_id=snug");
	assert_string_equal(p->authorization, "");
	tell_tokens(&w, p, ",\"refresh_token\":\"r1\"", NAMED);
	remembers(answered(&w, 1, IDENTITY_IS, ANY), "rsnug\nr1");
	world_end(&w);
}

static void a_client_with_a_secret_shows_it(void **state)
{
	struct world w;
	struct post *p;
	(void)state;

	confidential(&w);
	w.settings.resource = NULL;
	issuer_set(w.issuer, &w.settings);
	ask_code(&w);
	p = next_post(&w, "/token");
	assert_null(strstr(p->body, "client_id"));
	assert_null(strstr(p->body, "resource"));
	assert_string_equal(p->authorization, "Basic c251ZzpzJTI1Yw=="); // snug:s%25c
	world_end(&w);
}

// The secret is the server's: what a public client was given is changed in the name of that.
static void a_client_beside_that_of_the_server_has_no_secret(void **state)
{
	struct world w;
	struct post *p;
	(void)state;

	confidential(&w);
	w.settings.told = "app";
	issuer_set(w.issuer, &w.settings);
	ask_code(&w);
	p = next_post(&w, "/token");
	assert_non_null(strstr(p->body, "&client_id=app"));
	assert_string_equal(p->authorization, "");
	ask_again(&w, "rother\none");
	p = next_post(&w, "/token");
	assert_non_null(strstr(p->body, "&client_id=other"));
	assert_string_equal(p->authorization, "");
	ask_again(&w, "rsnug\none");
	p = next_post(&w, "/token");
	assert_null(strstr(p->body, "client_id"));
	assert_string_equal(p->authorization, "Basic c251ZzpzJTI1Yw==");
	world_end(&w);
}

static void a_code_that_is_none_is_no_and_the_rest_is_later(void **state)
{
	static const struct {
		unsigned status;
		const char *body;
		enum identity_result result;
	} rows[] = {
		{400, "{\"error\":\"invalid_grant\"}", IDENTITY_NO},
		{400, "{\"error\":\"invalid_request\"}", IDENTITY_LATER},
		{401, "{\"error\":\"invalid_client\"}", IDENTITY_LATER},
		{500, "", IDENTITY_LATER},
		{302, "", IDENTITY_LATER},
		{200, "{}", IDENTITY_LATER},
		{200, "{\"access_token\":\"x\",\"token_type\":\"mac\"}", IDENTITY_LATER},
	};
	struct world w;
	(void)state;

	world_ready(&w);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ask_code(&w);
		tell(next_post(&w, "/token"), rows[i].status, rows[i].body);
		remembers(answered(&w, i + 1, rows[i].result, ANY), "");
	}
	world_end(&w);
}

static void a_refresh_token_is_changed_for_the_next(void **state)
{
	struct world w;
	struct post *p;
	(void)state;

	world_ready(&w);
	ask_again(&w, "rsnug\none");
	p = next_post(&w, "/token");
	assert_string_equal(p->body, "grant_type=refresh_token&refresh_token=one&resource="
				     "https%3A%2F%2Fchat.test&client_id=snug");
	tell_tokens(&w, p, ",\"refresh_token\":\"two\"", "");
	remembers(answered(&w, 1, IDENTITY_IS, ANY), "rsnug\ntwo");
	// Where none comes, the old one goes on.
	ask_again(&w, "rsnug\ntwo");
	tell_tokens(&w, next_post(&w, "/token"), "", "");
	remembers(answered(&w, 2, IDENTITY_IS, ANY), "rsnug\ntwo");
	ask_again(&w, "rsnug\ntwo");
	tell(next_post(&w, "/token"), 400, "{\"error\":\"invalid_grant\"}");
	remembers(answered(&w, 3, IDENTITY_NO, IDENTITY_WHY_INACTIVE), "");
	nothing_posted(&w);
	world_end(&w);
}

static void somebody_else_is_a_no(void **state)
{
	struct world w;
	struct identity_question *q;
	(void)state;

	world_ready(&w);
	q = question(IDENTITY_AGAIN, "rsnug\none");
	q->subject = span_dup(SPAN("s2"));
	issuer_ask(w.issuer, q);
	tell_tokens(&w, next_post(&w, "/token"), "", "");
	answered(&w, 1, IDENTITY_NO, IDENTITY_WHY_CLAIMS);
	// And what is no memory of this is asked nobody.
	ask_again(&w, "xone");
	answered(&w, 2, IDENTITY_LATER, IDENTITY_WHY_MALFORMED);
	ask_again(&w, "r");
	answered(&w, 3, IDENTITY_LATER, IDENTITY_WHY_MALFORMED);
	nothing_posted(&w);
	world_end(&w);
}

// The old one is dead by then: what came in its place is not lost with the rest.
static void a_refresh_token_survives_what_fails_behind_it(void **state)
{
	struct world w;
	(void)state;

	world_begin(&w);
	w.settings.claims.admin_group = "ops";
	world_start(&w);
	tell_places(&w);
	tell_keys(&w);
	ask_again(&w, "rsnug\none");
	tell_tokens(&w, next_post(&w, "/token"), ",\"refresh_token\":\"two\"", "");
	tell_failed(next_post(&w, "/me"), ERRAND_TIMEOUT);
	remembers(answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN), "rsnug\ntwo");
	// A token that cannot be read puts nobody out.
	ask_again(&w, "rsnug\ntwo");
	tell_tokens(&w, next_post(&w, "/token"), ",\"refresh_token\":\"three\"",
		    ",\"nbf\":2000000000");
	remembers(answered(&w, 2, IDENTITY_LATER, IDENTITY_WHY_EARLY), "rsnug\nthree");
	ask_again(&w, "rsnug\nthree");
	tell_failed(next_post(&w, "/token"), ERRAND_LOST);
	remembers(answered(&w, 3, IDENTITY_LATER, IDENTITY_WHY_DOWN), "");
	world_end(&w);
}

static void an_exchange_under_way_is_waited_for(void **state)
{
	struct world w;
	struct post *p;
	(void)state;

	world_ready(&w);
	ask_again(&w, "rsnug\none");
	p = next_post(&w, "/token");
	pass(&w, 15000);
	assert_int_equal(w.n_answers, 0);
	tell_tokens(&w, p, ",\"refresh_token\":\"two\"", "");
	remembers(answered(&w, 1, IDENTITY_LATER, IDENTITY_WHY_DOWN), "rsnug\ntwo");
	world_end(&w);
}

static void an_opaque_token_is_looked_at(void **state)
{
	struct world w;
	struct post *p;
	(void)state;

	confidential(&w);
	issuer_ask(w.issuer, question(IDENTITY_BEARER, "opaque"));
	p = next_post(&w, "/look");
	assert_string_equal(p->body, "token=opaque&token_type_hint=access_token");
	tell(p, 200,
	     "{\"active\":true,\"token_type\":\"Bearer\",\"iss\":\"" ISSUER
	     "\",\"sub\":\"s1\",\"client_id\":"
	     "\"snug\",\"aud\":\"" AUDIENCE "\",\"exp\":1800000300}");
	// It has no name: userinfo may have.
	tell(next_post(&w, "/me"), 200, "{\"sub\":\"s1\",\"preferred_username\":\"ann\"}");
	assert_string_equal(answered(&w, 1, IDENTITY_IS, ANY)->proposed, "ann");
	remembers(w.answers[0], "topaque");
	ask_again(&w, "topaque");
	tell(next_post(&w, "/look"), 200, "{\"active\":false}");
	answered(&w, 2, IDENTITY_NO, IDENTITY_WHY_INACTIVE);
	ask_again(&w, "topaque");
	tell(next_post(&w, "/look"), 401, "{\"error\":\"invalid_client\"}");
	answered(&w, 3, IDENTITY_LATER, IDENTITY_WHY_DOWN);
	issuer_ask(w.issuer, question(IDENTITY_BEARER, "opaque"));
	tell(next_post(&w, "/look"), 200,
	     "{\"active\":true,\"token_type\":\"Bearer\",\"client_id\":\"x\"}");
	answered(&w, 4, IDENTITY_NO, IDENTITY_WHY_CLIENT);
	world_end(&w);
}

// One of another application that this person uses would do at userinfo, too.
static void an_opaque_token_of_nobody_knows_whom_is_no(void **state)
{
	struct world w;
	struct identity_question *q;
	char json[200];
	(void)state;

	world_ready(&w);
	issuer_ask(w.issuer, question(IDENTITY_BEARER, "opaque"));
	answered(&w, 1, IDENTITY_NO, IDENTITY_WHY_TYPE);
	nothing_posted(&w);
	// A refresh token is changed for nobody but the client that got it.
	q = question(IDENTITY_BEARER, "opaque");
	buf_add_str(&q->refresh, "one");
	issuer_ask(w.issuer, q);
	snprintf(json, sizeof(json), OPAQUE, ",\"refresh_token\":\"two\"");
	tell(next_post(&w, "/token"), 200, json);
	struct post *p = next_post(&w, "/me");
	assert_string_equal(p->authorization, "Bearer opaque1");
	tell(p, 200, "{\"sub\":\"s9\",\"preferred_username\":\"ann\"}");
	assert_string_equal(answered(&w, 2, IDENTITY_IS, ANY)->subject, "s9");
	remembers(w.answers[1], "rsnug\ntwo");
	world_end(&w);
}

static void an_opaque_token_for_a_code_is_asked_about(void **state)
{
	struct world w;
	char json[200];
	(void)state;

	world_ready(&w);
	snprintf(json, sizeof(json), OPAQUE, "");
	ask_code(&w);
	tell(next_post(&w, "/token"), 200, json);
	tell(next_post(&w, "/me"), 401, "");
	answered(&w, 1, IDENTITY_NO, IDENTITY_WHY_INACTIVE);
	ask_code(&w);
	tell(next_post(&w, "/token"), 200, json);
	tell(next_post(&w, "/me"), 200, "{\"preferred_username\":\"ann\"}");
	answered(&w, 2, IDENTITY_NO, IDENTITY_WHY_CLAIMS);
	ask_code(&w);
	tell(next_post(&w, "/token"), 200, json);
	tell(next_post(&w, "/me"), 200, "{\"sub\":\"s1\"}");
	answered(&w, 3, IDENTITY_IS, ANY);
	nothing_posted(&w);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_changed_for_tokens),
		cmocka_unit_test(a_client_with_a_secret_shows_it),
		cmocka_unit_test(a_client_beside_that_of_the_server_has_no_secret),
		cmocka_unit_test(a_code_that_is_none_is_no_and_the_rest_is_later),
		cmocka_unit_test(a_refresh_token_is_changed_for_the_next),
		cmocka_unit_test(somebody_else_is_a_no),
		cmocka_unit_test(a_refresh_token_survives_what_fails_behind_it),
		cmocka_unit_test(an_exchange_under_way_is_waited_for),
		cmocka_unit_test(an_opaque_token_is_looked_at),
		cmocka_unit_test(an_opaque_token_of_nobody_knows_whom_is_no),
		cmocka_unit_test(an_opaque_token_for_a_code_is_asked_about),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
