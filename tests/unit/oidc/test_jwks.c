// SPDX-License-Identifier: MIT
#include "server/oidc/jwks.h"

#include "common/json_read.h"
#include "tests/support/minted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

// A set of keys "a", "b", ... ; `more` of each.
static struct jwks *set_of(EVP_PKEY **keys, const char *const *more, size_t n)
{
	struct buf text = {0};
	struct jwks *set;

	buf_add_str(&text, "{\"keys\":[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_char(&text, ',');
		minted_jwk(&text, keys[i], more[i]);
	}
	buf_add_str(&text, "]}");
	set = jwks_read(buf_span(&text));
	buf_clear(&text);
	return set;
}

static bool is_taken(EVP_PKEY *key, const char *more)
{
	struct jwks *set = set_of(&key, &more, 1);
	bool is = set != NULL;

	jwks_free(set);
	return is;
}

static void what_a_key_says_of_itself_decides_whether_it_verifies(void **state)
{
	static const struct {
		const char *more;
		bool is_taken;
	} rows[] = {
		{"", true},
		{"\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"a\"", true},
		{"\"key_ops\":[\"verify\"]", true},
		{"\"use\":\"enc\"", false},
		{"\"use\":7", false},
		{"\"alg\":\"PS256\"", false},
		{"\"alg\":\"HS256\"", false},
		{"\"alg\":\"none\"", false},
		{"\"alg\":null", false},
		{"\"key_ops\":[\"encrypt\"]", false},
		{"\"key_ops\":[]", false},
		{"\"d\":\"AQ\"", false},
		{"\"kid\":7", false},
		{"\"kid\":\"\"", false},
	};
	EVP_PKEY *key = minted_key("RSA", 2048);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (is_taken(key, rows[i].more) != rows[i].is_taken)
			fail_msg("%s: %d", rows[i].more, !rows[i].is_taken);
	}
	EVP_PKEY_free(key);
}

static void a_key_that_is_short_or_of_another_curve_is_passed_over(void **state)
{
	static const struct {
		const char *type;
		unsigned bits;
		bool is_taken;
	} rows[] = {
		{"RSA", 1024, false}, {"RSA", 2040, false}, {"RSA", 2048, true},
		{"RSA", 3072, true},  {"P-256", 0, true},   {"P-384", 0, false},
		{"ED25519", 0, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		EVP_PKEY *key = minted_key(rows[i].type, rows[i].bits);

		if (is_taken(key, "") != rows[i].is_taken)
			fail_msg("%s %u: %d", rows[i].type, rows[i].bits, !rows[i].is_taken);
		EVP_PKEY_free(key);
	}
}

#define X43 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static void what_is_no_key_is_passed_over(void **state)
{
	static const char *const rows[] = {
		"7",
		"null",
		"{}",
		"{\"kty\":\"oct\",\"k\":\"AAAA\"}",
		"{\"kty\":\"rsa\"}",
		"{\"kty\":\"RSA\",\"n\":\"AQ\"}",
		"{\"kty\":\"RSA\",\"n\":7,\"e\":\"AQAB\"}",
		// Not on the curve; a coordinate too short; no curve.
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X43 "\",\"y\":\"" X43 "\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}",
		"{\"kty\":\"EC\",\"x\":\"" X43 "\",\"y\":\"" X43 "\"}",
		"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" X43 "\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}",
		// Padding, and the other alphabet.
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X43 "=\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"++++" X43 "\"}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct jose_key key = {0};
		json_t *jwk = json_loads(rows[i], JSON_DECODE_ANY, NULL);

		assert_non_null(jwk);
		if (jose_key_read(jwk, &key))
			fail_msg("%s", rows[i]);
		assert_null(key.key);
		json_decref(jwk);
	}
}

// A modulus of 2048 bits that ends in `last`.
static bool is_rsa(const char *exponent, char last)
{
	struct jose_key key = {0};
	struct buf text = {0};
	json_t *jwk;
	bool is;

	buf_printf(&text, "{\"kty\":\"RSA\",\"e\":\"%s\",\"n\":\"", exponent);
	for (int i = 0; i < 341; i++)
		buf_add_char(&text, '_');
	buf_add_char(&text, last);
	buf_add_str(&text, "\"}");
	jwk = json_read_object(buf_span(&text));
	assert_non_null(jwk);
	is = jose_key_read(jwk, &key);
	jose_key_clear(&key);
	json_decref(jwk);
	buf_clear(&text);
	return is;
}

static void numbers_that_cannot_be_those_of_a_key_are_refused(void **state)
{
	(void)state;
	assert_true(is_rsa("AQAB", 'w'));
	assert_true(is_rsa("Aw", 'w'));
	// Even; 1, which signs everything; 2; 2^32 + 1; nothing.
	assert_false(is_rsa("AQAB", 'g'));
	assert_false(is_rsa("AQ", 'w'));
	assert_false(is_rsa("Ag", 'w'));
	assert_false(is_rsa("AQAAAAE", 'w'));
	assert_false(is_rsa("", 'w'));
}

static void what_is_no_set_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"{}",
		"{\"keys\":{}}",
		"{\"keys\":[]}",
		"{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
		"{\"keys\":[],\"keys\":[]}",
	};
	struct buf text = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_null(jwks_read(span_of(rows[i])));
	assert_null(jwks_read((struct span){0}));
	buf_printf(&text, "{\"keys\":[]%*s}", JWKS_TEXT_MAX, "");
	assert_null(jwks_read(buf_span(&text)));
	buf_clear(&text);
}

// Proves J5.
static void a_set_of_more_keys_than_anybody_has_is_refused(void **state)
{
	EVP_PKEY *key = minted_key("ED25519", 0);
	EVP_PKEY *keys[JWKS_KEYS_MAX + 1];
	const char *more[JWKS_KEYS_MAX + 1];
	struct jwks *set;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		keys[i] = key;
		more[i] = "\"kid\":\"a\"";
	}
	assert_null(set_of(keys, more, JWKS_KEYS_MAX + 1));
	set = set_of(keys, more, JWKS_KEYS_MAX);
	assert_non_null(set);
	jwks_free(set);
	EVP_PKEY_free(key);
}

static void a_key_is_found_by_its_name_and_algorithm_when_it_is_the_only_one(void **state)
{
	EVP_PKEY *one = minted_key("P-256", 0), *two = minted_key("P-256", 0);
	EVP_PKEY *other = minted_key("ED25519", 0);
	EVP_PKEY *keys[] = {one, two, other, one, two};
	static const char *const more[] = {"\"kid\":\"a\"", "\"kid\":\"b\"", "\"kid\":\"a\"",
					   "\"kid\":\"c\"", "\"kid\":\"c\""};
	struct jwks *set = set_of(keys, more, ARRAY_LEN(keys));
	const struct span none = {0};

	(void)state;
	assert_non_null(set);
	assert_string_equal(jwks_find(set, SPAN("b"), JOSE_ES256)->kid, "b");
	assert_int_equal(jwks_find(set, SPAN("a"), JOSE_ES256)->algorithm, JOSE_ES256);
	assert_int_equal(jwks_find(set, SPAN("a"), JOSE_EDDSA)->algorithm, JOSE_EDDSA);
	assert_null(jwks_find(set, SPAN("a"), JOSE_RS256));
	assert_null(jwks_find(set, SPAN("c"), JOSE_ES256));
	assert_null(jwks_find(set, SPAN("../../etc/passwd"), JOSE_ES256));
	assert_null(jwks_find(set, SPAN(""), JOSE_ES256));
	// Without a name: the only one that there is.
	assert_null(jwks_find(set, none, JOSE_ES256));
	assert_non_null(jwks_find(set, none, JOSE_EDDSA));
	jwks_free(set);
	EVP_PKEY_free(one);
	EVP_PKEY_free(two);
	EVP_PKEY_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_key_says_of_itself_decides_whether_it_verifies),
		cmocka_unit_test(a_key_that_is_short_or_of_another_curve_is_passed_over),
		cmocka_unit_test(what_is_no_key_is_passed_over),
		cmocka_unit_test(numbers_that_cannot_be_those_of_a_key_are_refused),
		cmocka_unit_test(what_is_no_set_is_refused),
		cmocka_unit_test(a_set_of_more_keys_than_anybody_has_is_refused),
		cmocka_unit_test(
			a_key_is_found_by_its_name_and_algorithm_when_it_is_the_only_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
