// SPDX-License-Identifier: MIT
// Tokens by a page that is opened elsewhere: each answer an issuer may give, in made-up time.
#include "tests/unit/client/grant_fixture.h"

#define SHOWN "code FXFL-SPJL " ISSUER "/go " ISSUER "/go?c=FXFL-SPJL\n"

static void assert_seen(struct scene *s, const char *words)
{
	assert_string_equal(buf_str(&s->seen), words);
}

static bool was_asked(struct scene *s, const char *text)
{
	return strstr(buf_str(&s->asked), text) != NULL;
}

// Not a millisecond before, something is asked.
static void assert_asks_after(struct scene *s, int64_t ms)
{
	unsigned before = s->n_asked;

	loose_world_pass(&s->world, ms - 1);
	assert_int_equal(s->n_asked, before);
	loose_world_pass(&s->world, 1);
	assert_int_equal(s->n_asked, before + 1);
}

static void the_whole_way_gives_tokens(void **state)
{
	struct scene *s = *state;
	begin(s);
	answer(s, 200, DISCOVERY);
	answer(s, 200, CODE("s3cret", ",\"expires_in\":600"));
	assert_seen(s, SHOWN);
	assert_asks_after(s, 5000);
	answer(s, 400, PENDING);
	assert_asks_after(s, 5000);
	answer(s, 200, TOKENS);
	assert_seen(s, SHOWN "granted acc3ss r3fresh\n");
	assert_string_equal(
		buf_str(&s->asked),
		"GET " ISSUER "/.well-known/openid-configuration\n"
		"POST " ISSUER "/device client_id=snug&scope=openid%20profile&"
		"resource=https%3A%2F%2Fchat.example.org\n"
		"POST " ISSUER "/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
		"device_code&device_code=s3cret&client_id=snug&"
		"resource=https%3A%2F%2Fchat.example.org\n"
		"POST " ISSUER "/token grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
		"device_code&device_code=s3cret&client_id=snug&"
		"resource=https%3A%2F%2Fchat.example.org\n");
}

static void an_issuer_is_asked_as_often_as_it_wants(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ",\"interval\":1"));
	assert_asks_after(s, 1000);
	answer(s, 400, "{\"error\":\"slow_down\"}");
	assert_asks_after(s, 6000);
	// For good.
	answer(s, 400, PENDING);
	assert_asks_after(s, 6000);
	answer(s, 400, "{\"error\":\"slow_down\"}");
	assert_asks_after(s, 11000);
}

static void a_no_is_a_no(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ""));
	assert_asks_after(s, 5000);
	answer(s, 400, "{\"error\":\"access_denied\"}");
	assert_seen(s, SHOWN "denied\n");
}

static void a_code_that_is_over_ends_it(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ""));
	assert_asks_after(s, 5000);
	answer(s, 400, "{\"error\":\"expired_token\"}");
	assert_seen(s, SHOWN "over\n");
}

static void no_code_lives_longer_than_five_minutes(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ",\"expires_in\":86400,\"interval\":200"));
	assert_asks_after(s, 200000);
	answer(s, 400, PENDING);
	loose_world_pass(&s->world, 99999);
	assert_seen(s, SHOWN);
	loose_world_pass(&s->world, 1);
	assert_seen(s, SHOWN "over\n");
}

static void nor_than_its_issuer_says(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ",\"expires_in\":7"));
	assert_asks_after(s, 5000);
	answer(s, 400, PENDING);
	loose_world_pass(&s->world, 2000);
	assert_seen(s, SHOWN "over\n");
}

static void a_lost_answer_begins_anew_with_another_code(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("first", ""));
	assert_asks_after(s, 5000);
	lose(s, true);
	buf_reset(&s->asked);
	answer(s, 200, CODE("second", ""));
	assert_seen(s, SHOWN "again FXFL-SPJL " ISSUER "/go " ISSUER "/go?c=FXFL-SPJL\n");
	assert_asks_after(s, 5000);
	assert_true(was_asked(s, "device_code=second&"));
	assert_false(was_asked(s, "device_code=first&"));
	answer(s, 200, TOKENS);
	assert_non_null(strstr(buf_str(&s->seen), "granted acc3ss"));
}

static void what_was_never_sent_is_asked_again(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("first", ""));
	assert_asks_after(s, 5000);
	lose(s, false);
	assert_seen(s, SHOWN);
	// With the same code, since nobody heard it; less often.
	assert_asks_after(s, 10000);
	answer(s, 200, TOKENS);
	assert_seen(s, SHOWN "granted acc3ss r3fresh\n");
}

static void an_answer_that_cannot_be_read_may_have_been_the_tokens(void **state)
{
	static const struct {
		unsigned status;
		const char *body;
	} rows[] = {
		{200, "<html>"},
		{200, "{}"},
		{200,
		 "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"Bearer\"}"},
		{200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}"},
		{200, PENDING},
		{502, "Bad Gateway"},
		{302, ""},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct scene *s = *state;
		get_code(s, CODE("first", ""));
		assert_asks_after(s, 5000);
		answer(s, rows[i].status, rows[i].body);
		buf_reset(&s->asked);
		answer(s, 200, CODE("second", ""));
		assert_asks_after(s, 5000);
		assert_false(was_asked(s, "first"));
		close_scene(state);
		open_scene(state);
	}
}

static void three_that_got_lost_are_enough(void **state)
{
	struct scene *s = *state;
	begin(s);
	answer(s, 200, DISCOVERY);
	for (int i = 0; i < DEVICE_GRANT_CODES_MAX; i++) {
		answer(s, 200, CODE("s3cret", ""));
		assert_asks_after(s, 5000);
		lose(s, true);
	}
	assert_non_null(strstr(buf_str(&s->seen),
			       "failed " ISSUER
			       " does not get its answers here: the connection was cut\n"));
	assert_null(s->grant);
}

static void other_refusals_are_told(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ""));
	assert_asks_after(s, 5000);
	answer(s, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"x\"}");
	assert_seen(s, SHOWN "failed " ISSUER " gives no token: invalid_grant\n");
}

static void no_code_is_told(void **state)
{
	struct scene *s = *state;
	begin(s);
	answer(s, 200, DISCOVERY);
	answer(s, 401, "{\"error\":\"invalid_client\"}");
	assert_seen(s, "failed " ISSUER " gives this program no code: invalid_client\n");
}

static void no_answer_at_all_is_told(void **state)
{
	struct scene *s = *state;
	begin(s);
	lose(s, false);
	assert_seen(s, "failed " ISSUER " cannot be asked: the connection was cut\n");
	buf_reset(&s->seen);
	begin(s);
	answer(s, 404, "no");
	assert_seen(s, "failed " ISSUER " cannot be asked: it answers 404\n");
	buf_reset(&s->seen);
	begin(s);
	answer(s, 200, DISCOVERY);
	lose(s, true);
	assert_seen(s,
		    "failed " ISSUER " gives this program no code: the connection was cut\n");
}

static void an_issuer_has_to_say_who_it_is(void **state)
{
	static const char *const bad[] = {
		"{\"issuer\":\"https://other.example.org\",\"token_endpoint\":\"" ISSUER
		"/token\",\"jwks_uri\":\"" ISSUER "/jwks\"}",
		"{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"http://login.example.org/t\","
		"\"jwks_uri\":\"" ISSUER "/jwks\"}",
		"[]",
	};
	struct scene *s = *state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&s->seen);
		begin(s);
		answer(s, 200, bad[i]);
		assert_non_null(
			strstr(buf_str(&s->seen), "failed " ISSUER " is not to be used: "));
		assert_null(s->told);
	}
}

static void where_its_endpoints_are_is_its_own_business(void **state)
{
	struct scene *s = *state;
	begin(s);
	answer(s, 200,
	       "{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"https://a.example.org/t\","
	       "\"jwks_uri\":\"https://b.example.org/j\",\"userinfo_endpoint\":"
	       "\"https://c.example.org/u\",\"device_authorization_endpoint\":"
	       "\"https://d.example.org/d\"}");
	assert_true(was_asked(s, "POST https://d.example.org/d "));
}

static void a_slash_at_the_end_of_its_name_is_its_own(void **state)
{
	struct scene *s = *state;
	begin(s);
	answer(s, 200,
	       "{\"issuer\":\"" ISSUER "/\",\"token_endpoint\":\"" ISSUER
	       "/token\",\"jwks_uri\":\"" ISSUER
	       "/jwks\",\"device_authorization_endpoint\":\"" ISSUER "/device\"}");
	assert_true(was_asked(s, "POST " ISSUER "/device "));
}

static void an_issuer_without_codes_is_told(void **state)
{
	struct scene *s = *state;
	begin(s);
	answer(s, 200,
	       "{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" ISSUER
	       "/token\",\"jwks_uri\":\"" ISSUER "/jwks\"}");
	assert_seen(s, "failed " ISSUER " lets nobody sign in by a code\n");
}

static void a_code_that_must_not_be_shown_is_none(void **state)
{
	static const char *const bad[] = {
		"{\"user_code\":\"A\",\"verification_uri\":\"https://a/b\"}",
		"{\"device_code\":\"a\",\"verification_uri\":\"https://a/b\"}",
		"{\"device_code\":\"a\",\"user_code\":\"A\"}",
		"{\"device_code\":\"a\",\"user_code\":\"A\",\"verification_uri\":\"http://a/b\"}",
		"{\"device_code\":\"a\",\"user_code\":\"\\u001b[2J\","
		"\"verification_uri\":\"https://a/b\"}",
		"{\"device_code\":\"a\",\"user_code\":\"A\",\"verification_uri\":\"https://a/\\n\"}",
		"{\"device_code\":\"a\",\"user_code\":\"A\",\"user_code\":\"B\","
		"\"verification_uri\":\"https://a/b\"}",
	};
	struct scene *s = *state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&s->seen);
		get_code(s, bad[i]);
		assert_seen(s, "failed " ISSUER " gives a code that cannot be used\n");
	}
}

static void an_address_with_the_code_is_not_needed(void **state)
{
	struct scene *s = *state;
	get_code(s, "{\"device_code\":\"a\",\"user_code\":\"A B\",\"expires_in\":-1,"
		    "\"interval\":0,\"verification_uri\":\"https://a/b\","
		    "\"verification_uri_complete\":\"javascript:alert(1)\"}");
	assert_seen(s, "code A B https://a/b -\n");
	assert_asks_after(s, 5000);
}

static void who_leaves_asks_no_more(void **state)
{
	struct scene *s = *state;
	get_code(s, CODE("s3cret", ""));
	device_grant_free(s->grant);
	s->grant = NULL;
	loose_world_pass(&s->world, 600000);
	assert_int_equal(s->n_asked, 2);
	assert_seen(s, SHOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_whole_way_gives_tokens),
		TEST(an_issuer_is_asked_as_often_as_it_wants),
		TEST(a_no_is_a_no),
		TEST(a_code_that_is_over_ends_it),
		TEST(no_code_lives_longer_than_five_minutes),
		TEST(nor_than_its_issuer_says),
		TEST(a_lost_answer_begins_anew_with_another_code),
		TEST(what_was_never_sent_is_asked_again),
		TEST(an_answer_that_cannot_be_read_may_have_been_the_tokens),
		TEST(three_that_got_lost_are_enough),
		TEST(other_refusals_are_told),
		TEST(no_code_is_told),
		TEST(no_answer_at_all_is_told),
		TEST(an_issuer_has_to_say_who_it_is),
		TEST(where_its_endpoints_are_is_its_own_business),
		TEST(a_slash_at_the_end_of_its_name_is_its_own),
		TEST(an_issuer_without_codes_is_told),
		TEST(a_code_that_must_not_be_shown_is_none),
		TEST(an_address_with_the_code_is_not_needed),
		TEST(who_leaves_asks_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
