// SPDX-License-Identifier: MIT
#include "common/discovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define ISSUER "https://id.example.org/realms/a"
#define SAID "\"issuer\":\"" ISSUER "\""
#define TOKEN "\"token_endpoint\":\"https://id.example.org/token\""
#define KEYS "\"jwks_uri\":\"https://id.example.org/keys\""

static void an_address_is_https_with_a_host_and_no_more(void **state)
{
	static const struct {
		const char *url, *host; // NULL: it is not fit
	} rows[] = {
		{"https://id.example.org/a?b=c", "id.example.org"},
		{"https://id.example.org", "id.example.org"},
		{"https://id.example.org?a", "id.example.org"},
		{"https://id.example.org:443/", "id.example.org"},
		{"https://id.example.org:8443/", "id.example.org:8443"},
		{"https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"},
		{"https://[2001:db8::1]/", "[2001:db8::1]"},
		{"", NULL},
		{"https://", NULL},
		{"https:///a", NULL},
		{"http://id.example.org/", NULL},
		{"HTTPS://id.example.org/", NULL},
		{"file:///etc/passwd", NULL},
		{"https://user@id.example.org/", NULL},
		{"https://id.example.org@evil.example/", NULL},
		{"https://id.example.org#@evil.example/", NULL},
		{"https://id.example.org\\@evil.example/", NULL},
		{"https://id.example.org/#a", NULL},
		{"https://id.example.org/a b", NULL},
		{"https://id.example.org/\x1b[m", NULL},
		{"https://id.example.org/\xc3\xa4", NULL},
		{"https://\xc3\xa4.example.org/", NULL},
		{"https://id%2eexample.org/", NULL},
		{"https://id.example.org:/", NULL},
		{"https://id.example.org:0/", NULL},
		{"https://id.example.org:65536/", NULL},
		{"https://id.example.org:+1/", NULL},
		{"https://[::1/", NULL},
		{"https://[]/", NULL},
		{"https://[::1]x/", NULL},
		{"https://id.example.org:443:443/", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span url = span_of(rows[i].url);

		if (endpoint_is_fit(url) != (rows[i].host != NULL))
			fail_msg("%s", rows[i].url);
		if (rows[i].host)
			assert_true(span_eq(endpoint_host(url), span_of(rows[i].host)));
	}
}

static void an_address_has_a_longest(void **state)
{
	struct buf url = {0};

	(void)state;
	buf_add_str(&url, "https://id.example.org/");
	while (url.len < DISCOVERY_URL_MAX)
		buf_add_char(&url, 'a');
	assert_true(endpoint_is_fit(buf_span(&url)));
	buf_add_char(&url, 'a');
	assert_false(endpoint_is_fit(buf_span(&url)));
	buf_clear(&url);
}

static void where_an_issuer_says_what_it_is(void **state)
{
	static const char *const issuers[] = {ISSUER, ISSUER "/"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(issuers); i++) {
		struct buf text = {0};

		discovery_address(&text, issuers[i]);
		assert_string_equal(buf_str(&text), ISSUER "/.well-known/openid-configuration");
		buf_clear(&text);
	}
}

// Wherever it is, where that is allowed.
static void anywhere_is_anywhere(void **state)
{
	static const char *const others[] = {"a.example", "b.example", NULL};
	const struct span json =
		SPAN("{" SAID "," KEYS ",\"token_endpoint\":\"https://x.example/t\"}");
	struct discovery d;
	char *why;

	(void)state;
	assert_true(discovery_read(json, ISSUER, discovery_anywhere, &d, &why));
	assert_string_equal(d.token, "https://x.example/t");
	discovery_clear(&d);
	assert_false(discovery_read(json, ISSUER, others, &d, &why));
	assert_string_equal(why,
			    "its token_endpoint is at x.example, which hosts does not name");
	free(why);
}

static void what_it_has_is_found(void **state)
{
	static const char *const hosts[] = {"keys.example.net", "api.example.net:8443", NULL};
	struct discovery d;
	char *why;

	(void)state;
	assert_true(discovery_read(
		SPAN("{" SAID "," TOKEN ",\"jwks_uri\":\"https://keys.example.net/k\","
		     "\"userinfo_endpoint\":\"https://API.example.net:8443/u\","
		     "\"device_authorization_endpoint\":\"https://id.example.org:443/d\","
		     "\"claims_supported\":[\"sub\"]}"),
		ISSUER, hosts, &d, &why));
	assert_null(why);
	assert_string_equal(d.token, "https://id.example.org/token");
	assert_string_equal(d.keys, "https://keys.example.net/k");
	assert_string_equal(d.userinfo, "https://API.example.net:8443/u");
	assert_string_equal(d.device, "https://id.example.org:443/d");
	assert_null(d.introspection);
	assert_null(d.authorization);
	discovery_clear(&d);
}

// Proves J6.
static void an_issuer_that_is_another_is_refused_with_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"", "what it says of itself is no JSON object, or has a member twice"},
		{"[]", "what it says of itself is no JSON object, or has a member twice"},
		{"{" SAID "," SAID "," TOKEN "," KEYS "}",
		 "what it says of itself is no JSON object, or has a member twice"},
		{"{" TOKEN "," KEYS "}", "it does not say who it is"},
		{"{\"issuer\":\"\\u001b[31m\"," TOKEN "," KEYS "}",
		 "it does not say who it is"},
		{"{\"issuer\":\"https://evil.example\"," TOKEN "," KEYS "}",
		 "it calls itself https://evil.example"},
		{"{\"issuer\":\"" ISSUER "/\"," TOKEN "," KEYS "}",
		 "it calls itself " ISSUER "/"},
		{"{" SAID "," KEYS "}", "it names no token_endpoint"},
		{"{" SAID "," TOKEN "}", "it names no jwks_uri"},
		{"{" SAID "," KEYS ",\"token_endpoint\":\"http://id.example.org/\"}",
		 "its token_endpoint is no address of https"},
		{"{\"issuer\":\"" ISSUER "\",\"token_endpoint\":7}",
		 "its token_endpoint is no address of https"},
		{"{" SAID "," KEYS ",\"token_endpoint\":7}",
		 "its token_endpoint is no address of https"},
		{"{" SAID "," TOKEN "," KEYS
		 ",\"userinfo_endpoint\":\"https://id.example.com/\"}",
		 "its userinfo_endpoint is at id.example.com, which hosts does not name"},
		{"{" SAID "," TOKEN ",\"jwks_uri\":\"https://id.example.org:8443/\"}",
		 "its jwks_uri is at id.example.org:8443, which hosts does not name"},
		{"{" SAID "," TOKEN ",\"jwks_uri\":\"https://id.example.org.evil.example/\"}",
		 "its jwks_uri is at id.example.org.evil.example, which hosts does not name"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct discovery d;
		char *why;

		assert_false(discovery_read(span_of(rows[i].text), ISSUER, NULL, &d, &why));
		assert_string_equal(why, rows[i].why);
		assert_null(d.token);
		free(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_https_with_a_host_and_no_more),
		cmocka_unit_test(an_address_has_a_longest),
		cmocka_unit_test(where_an_issuer_says_what_it_is),
		cmocka_unit_test(anywhere_is_anywhere),
		cmocka_unit_test(what_it_has_is_found),
		cmocka_unit_test(an_issuer_that_is_another_is_refused_with_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
