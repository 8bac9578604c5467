// SPDX-License-Identifier: MIT
// OAUTHBEARER as the client says it, and what it makes of a refusal.
#include "client/sign_in/bearer_login.h"

#include "common/encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ISSUER "https://login.example.org"
#define WELL_KNOWN "/.well-known/openid-configuration"

static struct buf said; // payloads, decoded, LF behind each

static void on_line(void *arg, struct span line, bool secret)
{
	struct span rest = line;

	assert_null(arg);
	assert_true(span_eq(span_cut(&rest, ' '), SPAN("AUTHENTICATE")));
	assert_int_equal(secret, !span_eq(rest, SPAN("OAUTHBEARER")));
	if (span_eq(rest, SPAN("OAUTHBEARER")))
		buf_add_span(&said, rest);
	else
		assert_true(decode_b64(&said, rest));
	buf_add_char(&said, '\n');
}

static void hears(struct bearer_login *b, const char *words)
{
	b->way.hear(b->way.arg, span_of(words), on_line, NULL);
}

static void hears_json(struct bearer_login *b, const char *json)
{
	struct buf coded = {0};

	encode_b64(&coded, json, strlen(json));
	assert_true(coded.len < SASL_CHUNK);
	hears(b, buf_str(&coded));
	buf_clear(&coded);
}

static void assert_said(const char *text)
{
	assert_string_equal(buf_str(&said), text);
	buf_reset(&said);
}

static int forget(void **state)
{
	(void)state;
	buf_clear(&said);
	return 0;
}

static void who_asks_says_no_token(void **state)
{
	struct bearer_login b = {0};
	struct sign_in_place place;
	(void)state;
	bearer_login_ask(&b);
	assert_string_equal(b.way.name, "OAUTHBEARER");
	hears(&b, "+");
	assert_said("n,,\1auth=Bearer \1\1\n");
	hears_json(
		&b,
		"{\"status\":\"invalid_token\",\"scope\":\"openid\",\"openid-configuration\":"
		"\"" ISSUER ":8443" WELL_KNOWN "\",\"client_id\":\"snug\"}");
	assert_said("\1\n");
	assert_true(sign_in_place_read(&b, &place));
	assert_string_equal(place.issuer, ISSUER ":8443");
	assert_string_equal(place.host, "login.example.org:8443");
	assert_string_equal(place.said.client_id, "snug");
	assert_null(place.said.resource);
	sign_in_place_clear(&place);
	bearer_login_clear(&b);
}

static void tokens_are_said_together(void **state)
{
	char access[] = "acc3ss", refresh[] = "r3fresh";
	struct token_answer tokens = {.access = access, .refresh = refresh};
	struct bearer_login b = {0};
	(void)state;
	bearer_login_with(&b, "", &tokens);
	bearer_login_begin(&b, on_line, NULL);
	hears(&b, "+");
	assert_said("OAUTHBEARER\nn,,\1auth=Bearer acc3ss\1refresh=r3fresh\1\1\n");
	tokens.refresh = NULL;
	bearer_login_with(&b, "ann", &tokens);
	bearer_login_begin(&b, on_line, NULL);
	hears(&b, "+");
	assert_said("OAUTHBEARER\nn,a=ann,\1auth=Bearer acc3ss\1\1\n");
	bearer_login_clear(&b);
}

static void it_can_be_said_again(void **state)
{
	struct bearer_login b = {0};
	(void)state;
	bearer_login_ask(&b);
	for (int i = 0; i < 2; i++) {
		bearer_login_begin(&b, on_line, NULL);
		hears(&b, "+");
		hears_json(&b, "{\"status\":\"x\"}");
		assert_said("OAUTHBEARER\nn,,\1auth=Bearer \1\1\n\1\n");
	}
	bearer_login_clear(&b);
}

static void an_issuer_that_cannot_be_asked_is_none(void **state)
{
	static const char *const bad[] = {
		"no json",
		"{\"status\":\"invalid_token\"}",
		"{\"status\":\"invalid_token\",\"client_id\":\"snug\"}",
		"{\"status\":\"x\",\"openid-configuration\":\"" ISSUER WELL_KNOWN "\"}",
		"{\"status\":\"x\",\"client_id\":\"snug\",\"openid-configuration\":"
		"\"http://login.example.org" WELL_KNOWN "\"}",
		"{\"status\":\"x\",\"client_id\":\"snug\",\"openid-configuration\":"
		"\"" ISSUER "/\"}",
		"{\"status\":\"x\",\"client_id\":\"snug\",\"openid-configuration\":"
		"\"https://ann@login.example.org" WELL_KNOWN "\"}",
	};
	struct sign_in_place place;
	struct bearer_login b = {0};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		bearer_login_ask(&b);
		hears(&b, "+");
		hears_json(&b, bad[i]);
		assert_false(sign_in_place_read(&b, &place));
	}
	bearer_login_ask(&b);
	hears(&b, "+");
	hears(&b, "%%%");
	assert_false(sign_in_place_read(&b, &place));
	bearer_login_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(who_asks_says_no_token, forget),
		cmocka_unit_test_teardown(tokens_are_said_together, forget),
		cmocka_unit_test_teardown(it_can_be_said_again, forget),
		cmocka_unit_test_teardown(an_issuer_that_cannot_be_asked_is_none, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
