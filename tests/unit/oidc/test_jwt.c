// SPDX-License-Identifier: MIT
// Every way to pass for an issuer that was tried on others' readers of tokens.
#include "server/oidc/jwt.h"

#include "common/encode.h"
#include "tests/support/minted.h"

#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLAIMS "{\"sub\":\"248289761001\",\"scope\":\"openid\"}"
#define AT "\"typ\":\"at+jwt\""

struct issuer {
	EVP_PKEY *rsa, *p256, *edwards, *strange;
	struct buf set;
	struct jwks *keys;
	struct jwt_rules rules;
};

static int set_up(void **state)
{
	struct issuer *i = calloc(1, sizeof(*i));

	assert_non_null(i);
	i->rsa = minted_key("RSA", 2048);
	i->p256 = minted_key("P-256", 0);
	i->edwards = minted_key("ED25519", 0);
	i->strange = minted_key("P-256", 0);
	buf_add_str(&i->set, "{\"keys\":[");
	minted_jwk(&i->set, i->rsa, "\"kid\":\"r\"");
	buf_add_char(&i->set, ',');
	minted_jwk(&i->set, i->p256, "\"kid\":\"e\"");
	buf_add_char(&i->set, ',');
	minted_jwk(&i->set, i->edwards, "\"kid\":\"d\"");
	buf_add_str(&i->set, "]}");
	i->keys = jwks_read(buf_span(&i->set));
	assert_non_null(i->keys);
	i->rules = (struct jwt_rules){i->keys, {true, true, true}};
	*state = i;
	return 0;
}

static int tear_down(void **state)
{
	struct issuer *i = *state;

	EVP_PKEY_free(i->rsa);
	EVP_PKEY_free(i->p256);
	EVP_PKEY_free(i->edwards);
	EVP_PKEY_free(i->strange);
	jwks_free(i->keys);
	buf_clear(&i->set);
	free(i);
	return 0;
}

static enum identity_why open_text(struct issuer *i, struct span token, enum jwt_type type)
{
	json_t *claims = NULL;
	enum identity_why why = jwt_open(token, type, &i->rules, &claims);

	assert_int_equal(claims != NULL, why == IDENTITY_WHY_NONE);
	json_decref(claims);
	return why;
}

static enum identity_why open_signed(struct issuer *i, EVP_PKEY *key, const char *header,
				     const char *claims, enum jwt_type type)
{
	struct buf token = {0};
	enum identity_why why;

	minted_token(&token, key, header, span_of(claims));
	why = open_text(i, buf_span(&token), type);
	buf_clear(&token);
	return why;
}

static void a_token_of_each_algorithm_is_taken(void **state)
{
	struct issuer *i = *state;
	const struct {
		EVP_PKEY *key;
		const char *header;
	} rows[] = {
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":\"r\"}"},
		{i->p256, "{\"alg\":\"ES256\"," AT ",\"kid\":\"e\"}"},
		{i->edwards, "{\"alg\":\"EdDSA\"," AT ",\"kid\":\"d\"}"},
		// Each is the only one of its algorithm.
		{i->rsa, "{\"alg\":\"RS256\"," AT "}"},
		{i->p256, "{\"alg\":\"ES256\",\"typ\":\"application/AT+JWT\"}"},
		// Where a token says that its key is, nobody looks.
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"jku\":\"https://evil.example/keys\","
			 "\"x5u\":\"https://evil.example/x\",\"x5c\":[\"AAAA\"]}"},
	};

	for (size_t n = 0; n < ARRAY_LEN(rows); n++)
		assert_int_equal(
			open_signed(i, rows[n].key, rows[n].header, CLAIMS, JWT_ACCESS),
			IDENTITY_WHY_NONE);
}

static void the_claims_are_those_that_were_signed(void **state)
{
	struct issuer *i = *state;
	struct buf token = {0};
	json_t *claims;

	minted_token(&token, i->edwards, "{\"alg\":\"EdDSA\"," AT "}", SPAN(CLAIMS));
	assert_int_equal(jwt_open(buf_span(&token), JWT_ACCESS, &i->rules, &claims),
			 IDENTITY_WHY_NONE);
	assert_string_equal(json_string_value(json_object_get(claims, "sub")), "248289761001");
	json_decref(claims);
	buf_clear(&token);
}

// Proves J1.
static void a_header_is_not_believed(void **state)
{
	struct issuer *i = *state;
	const struct {
		EVP_PKEY *key;
		const char *header;
		enum identity_why why;
	} rows[] = {
		{i->rsa, "{\"alg\":\"none\"," AT "}", IDENTITY_WHY_ALGORITHM},
		{i->rsa, "{\"alg\":\"None\"," AT "}", IDENTITY_WHY_ALGORITHM},
		{i->rsa, "{\"alg\":\"HS256\"," AT "}", IDENTITY_WHY_ALGORITHM},
		{i->rsa, "{\"alg\":\"PS256\"," AT "}", IDENTITY_WHY_ALGORITHM},
		{i->rsa, "{\"alg\":\"rs256\"," AT "}", IDENTITY_WHY_ALGORITHM},
		{i->rsa, "{\"alg\":7," AT "}", IDENTITY_WHY_ALGORITHM},
		{i->rsa, "{" AT "}", IDENTITY_WHY_ALGORITHM},
		// The key that is named is of another algorithm than the header says.
		{i->p256, "{\"alg\":\"ES256\"," AT ",\"kid\":\"r\"}", IDENTITY_WHY_KEY},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":\"e\"}", IDENTITY_WHY_KEY},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":\"new\"}", IDENTITY_WHY_KEY},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":\"../../dev/null\"}",
		 IDENTITY_WHY_KEY},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":\"\"}", IDENTITY_WHY_KEY},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":7}", IDENTITY_WHY_MALFORMED},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"kid\":\"r\\u0000\"}",
		 IDENTITY_WHY_MALFORMED},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"crit\":[\"exp\"],\"exp\":1}",
		 IDENTITY_WHY_TYPE},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"crit\":[]}", IDENTITY_WHY_TYPE},
		{i->rsa, "{\"alg\":\"RS256\"," AT ",\"b64\":false,\"crit\":[\"b64\"]}",
		 IDENTITY_WHY_TYPE},
		{i->rsa, "{\"alg\":\"none\",\"alg\":\"RS256\"," AT "}", IDENTITY_WHY_MALFORMED},
		{i->rsa, "{\"alg\":\"RS256\"," AT "} ", IDENTITY_WHY_NONE},
		{i->rsa, "{\"alg\":\"RS256\"," AT "}{}", IDENTITY_WHY_MALFORMED},
		{i->rsa, "[]", IDENTITY_WHY_MALFORMED},
		{i->rsa, "\"RS256\"", IDENTITY_WHY_MALFORMED},
		// Another's key under the name of ours.
		{i->strange, "{\"alg\":\"ES256\"," AT ",\"kid\":\"e\"}",
		 IDENTITY_WHY_SIGNATURE},
		{i->edwards, "{\"alg\":\"RS256\"," AT "}", IDENTITY_WHY_SIGNATURE},
		{i->rsa, "{\"alg\":\"ES256\"," AT "}", IDENTITY_WHY_SIGNATURE},
	};

	for (size_t n = 0; n < ARRAY_LEN(rows); n++) {
		enum identity_why why =
			open_signed(i, rows[n].key, rows[n].header, CLAIMS, JWT_ACCESS);

		if (why != rows[n].why)
			fail_msg("%s: %d, not %d", rows[n].header, why, rows[n].why);
	}
}

static void a_key_that_the_token_brings_is_not_used(void **state)
{
	struct issuer *i = *state;
	struct buf header = {0};

	buf_add_str(&header, "{\"alg\":\"ES256\"," AT ",\"jwk\":");
	minted_jwk(&header, i->strange, "\"kid\":\"x\"");
	buf_add_str(&header, "}");
	assert_int_equal(open_signed(i, i->strange, buf_str(&header), CLAIMS, JWT_ACCESS),
			 IDENTITY_WHY_SIGNATURE);
	buf_clear(&header);
}

// The public key is no secret: whoever takes it for one believes everybody.
static void a_public_key_as_a_secret_signs_nothing(void **state)
{
	struct issuer *i = *state;
	EVP_PKEY *const keys[] = {i->rsa, i->p256};

	for (size_t n = 0; n < ARRAY_LEN(keys); n++) {
		static const char *const algorithms[] = {"HS256", "RS256", "ES256"};
		BIO *pem = BIO_new(BIO_s_mem());
		char *secret;
		long len;

		assert_int_equal(PEM_write_bio_PUBKEY(pem, keys[n]), 1);
		len = BIO_get_mem_data(pem, &secret);
		for (size_t a = 0; a < ARRAY_LEN(algorithms); a++) {
			struct buf token = {0}, header = {0};
			uint8_t mac[32];

			buf_printf(&header, "{\"alg\":\"%s\"," AT "}", algorithms[a]);
			encode_b64url(&token, header.at, header.len);
			buf_add_char(&token, '.');
			encode_b64url(&token, CLAIMS, strlen(CLAIMS));
			assert_non_null(HMAC(EVP_sha256(), secret, (int)len,
					     (const uint8_t *)token.at, token.len, mac, NULL));
			buf_add_char(&token, '.');
			encode_b64url(&token, mac, sizeof(mac));
			assert_int_equal(open_text(i, buf_span(&token), JWT_ACCESS),
					 a ? IDENTITY_WHY_SIGNATURE : IDENTITY_WHY_ALGORITHM);
			buf_clear(&token);
			buf_clear(&header);
		}
		BIO_free(pem);
	}
}

static void a_signature_has_one_form(void **state)
{
	struct issuer *i = *state;
	struct buf text = {0}, der = {0}, zero = {0};
	struct span head;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t bytes[128];
	size_t len = sizeof(bytes);
	const char *header = "{\"alg\":\"ES256\"," AT "}";

	encode_b64url(&text, header, strlen(header));
	buf_add_char(&text, '.');
	encode_b64url(&text, CLAIMS, strlen(CLAIMS));
	head = buf_span(&text);
	EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, i->p256);
	assert_int_equal(
		EVP_DigestSign(context, bytes, &len, (const uint8_t *)head.at, head.len), 1);
	buf_add_span(&der, head);
	buf_add_char(&der, '.');
	encode_b64url(&der, bytes, len);
	assert_int_equal(open_text(i, buf_span(&der), JWT_ACCESS), IDENTITY_WHY_SIGNATURE);
	buf_add_span(&zero, head);
	buf_add_char(&zero, '.');
	encode_b64url(&zero, (uint8_t[64]){0}, 64);
	assert_int_equal(open_text(i, buf_span(&zero), JWT_ACCESS), IDENTITY_WHY_SIGNATURE);
	EVP_MD_CTX_free(context);
	buf_clear(&text);
	buf_clear(&der);
	buf_clear(&zero);
}

static void a_changed_byte_anywhere_is_noticed(void **state)
{
	struct issuer *i = *state;
	struct buf token = {0};

	minted_token(&token, i->edwards, "{\"alg\":\"EdDSA\"," AT "}", SPAN(CLAIMS));
	for (size_t n = 0; n < token.len; n++) {
		char was = token.at[n];

		token.at[n] = was == 'A' ? 'B' : 'A';
		assert_int_not_equal(open_text(i, buf_span(&token), JWT_ACCESS),
				     IDENTITY_WHY_NONE);
		token.at[n] = was;
	}
	for (size_t n = 0; n < token.len; n++)
		assert_int_not_equal(open_text(i, span_from(token.at, n), JWT_ACCESS),
				     IDENTITY_WHY_NONE);
	buf_clear(&token);
}

static void the_form_is_three_parts_of_base64url(void **state)
{
	struct issuer *i = *state;
	struct buf good = {0}, bad = {0};
	size_t first;

	minted_token(&good, i->p256, "{\"alg\":\"ES256\"," AT "}", SPAN(CLAIMS));
	first = span_find(buf_span(&good), '.');
	assert_int_equal(open_text(i, buf_span(&good), JWT_ACCESS), IDENTITY_WHY_NONE);
	for (int way = 0; way < 6; way++) {
		static const char *const behind[] = {".", ".AAAA", "=", "\n", " ", "A"};

		buf_reset(&bad);
		buf_add_span(&bad, buf_span(&good));
		buf_add_str(&bad, behind[way]);
		assert_int_not_equal(open_text(i, buf_span(&bad), JWT_ACCESS),
				     IDENTITY_WHY_NONE);
	}
	buf_reset(&bad);
	buf_add(&bad, good.at, first);
	buf_add_str(&bad, "=");
	buf_add_span(&bad, span_after(buf_span(&good), first));
	assert_int_equal(open_text(i, buf_span(&bad), JWT_ACCESS), IDENTITY_WHY_MALFORMED);
	assert_int_equal(open_text(i, SPAN(""), JWT_ACCESS), IDENTITY_WHY_MALFORMED);
	assert_int_equal(open_text(i, SPAN(".."), JWT_ACCESS), IDENTITY_WHY_MALFORMED);
	assert_int_equal(open_text(i, SPAN("a.b"), JWT_ACCESS), IDENTITY_WHY_MALFORMED);
	assert_int_equal(open_text(i, SPAN("a.b.c.d.e"), JWT_ACCESS), IDENTITY_WHY_MALFORMED);
	buf_clear(&good);
	buf_clear(&bad);
}

// Proves J3.
static void the_kind_of_a_token_is_demanded(void **state)
{
	static const struct {
		const char *typ;
		bool is_taken[3]; // as JWT_ACCESS, JWT_PLAIN, JWT_LOGOUT
	} rows[] = {
		{",\"typ\":\"at+jwt\"", {true, false, false}},
		{",\"typ\":\"AT+JWT\"", {true, false, false}},
		{",\"typ\":\"application/at+jwt\"", {true, false, false}},
		{",\"typ\":\"JWT\"", {false, true, false}},
		{"", {false, true, false}},
		{",\"typ\":\"logout+jwt\"", {false, false, true}},
		{",\"typ\":\"secevent+jwt\"", {false, false, false}},
		{",\"typ\":\"dpop+jwt\"", {false, false, false}},
		{",\"typ\":[\"at+jwt\"]", {false, false, false}},
		{",\"typ\":\"\"", {false, false, false}},
	};
	struct issuer *i = *state;

	for (size_t n = 0; n < ARRAY_LEN(rows); n++) {
		struct buf header = {0};

		buf_printf(&header, "{\"alg\":\"EdDSA\"%s}", rows[n].typ);
		for (int type = JWT_ACCESS; type <= JWT_LOGOUT; type++)
			assert_int_equal(open_signed(i, i->edwards, buf_str(&header), CLAIMS,
						     (enum jwt_type)type),
					 rows[n].is_taken[type] ? IDENTITY_WHY_NONE
								: IDENTITY_WHY_TYPE);
		buf_clear(&header);
	}
}

static void without_a_kind_an_id_token_is_known_by_its_claims(void **state)
{
	static const struct {
		const char *claims;
		enum identity_why why;
	} rows[] = {
		{"{\"scp\":\"chat\"}", IDENTITY_WHY_NONE},
		{"{\"scope\":\"openid\",\"typ\":\"Bearer\"}", IDENTITY_WHY_NONE},
		{"{\"sub\":\"a\"}", IDENTITY_WHY_TYPE},
		{"{\"scp\":\"chat\",\"nonce\":\"a\"}", IDENTITY_WHY_TYPE},
		{"{\"scp\":\"chat\",\"at_hash\":\"a\"}", IDENTITY_WHY_TYPE},
		{"{\"scp\":\"chat\",\"c_hash\":\"a\"}", IDENTITY_WHY_TYPE},
		{"{\"scope\":\"openid\",\"typ\":\"ID\"}", IDENTITY_WHY_TYPE},
		{"{\"scope\":\"openid\",\"typ\":\"Refresh\"}", IDENTITY_WHY_TYPE},
		{"{\"scope\":\"openid\",\"typ\":7}", IDENTITY_WHY_TYPE},
	};
	struct issuer *i = *state;

	for (size_t n = 0; n < ARRAY_LEN(rows); n++)
		assert_int_equal(open_signed(i, i->edwards, "{\"alg\":\"EdDSA\"}",
					     rows[n].claims, JWT_PLAIN),
				 rows[n].why);
}

// Proves J4.
static void claims_with_a_member_twice_or_none_at_all_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"7",
		"{\"sub\":\"ann\",\"sub\":\"eve\"}",
		"{\"a\":{\"b\":1,\"b\":2}}",
		"{\"sub\":\"ann\\u0000eve\"}",
		"{\"sub\":\"\xff\"}",
		"{\"exp\":1e999}",
		"{} {}",
	};
	struct issuer *i = *state;

	for (size_t n = 0; n < ARRAY_LEN(rows); n++)
		assert_int_equal(open_signed(i, i->edwards, "{\"alg\":\"EdDSA\"," AT "}",
					     rows[n], JWT_ACCESS),
				 IDENTITY_WHY_MALFORMED);
}

// Proves J5.
static void a_token_of_a_megabyte_is_not_looked_at(void **state)
{
	struct issuer *i = *state;
	struct buf claims = {0}, token = {0};

	buf_printf(&claims, "{\"sub\":\"%01000000d\"}", 7);
	minted_token(&token, i->edwards, "{\"alg\":\"EdDSA\"," AT "}", buf_span(&claims));
	assert_int_equal(open_text(i, buf_span(&token), JWT_ACCESS), IDENTITY_WHY_MALFORMED);
	assert_true(jwt_is_like_one(buf_span(&token)));
	buf_clear(&claims);
	buf_clear(&token);
}

static void an_algorithm_that_is_not_allowed_is_refused(void **state)
{
	struct issuer *i = *state;

	i->rules.algorithms[JOSE_EDDSA] = false;
	assert_int_equal(
		open_signed(i, i->edwards, "{\"alg\":\"EdDSA\"," AT "}", CLAIMS, JWT_ACCESS),
		IDENTITY_WHY_ALGORITHM);
	assert_int_equal(
		open_signed(i, i->p256, "{\"alg\":\"ES256\"," AT "}", CLAIMS, JWT_ACCESS),
		IDENTITY_WHY_NONE);
}

static void without_keys_none_fits(void **state)
{
	struct issuer *i = *state;

	i->rules.keys = NULL;
	assert_int_equal(
		open_signed(i, i->edwards, "{\"alg\":\"EdDSA\"," AT "}", CLAIMS, JWT_ACCESS),
		IDENTITY_WHY_KEY);
}

static void an_opaque_token_is_told_from_a_signed_one(void **state)
{
	(void)state;
	assert_true(jwt_is_like_one(SPAN("e30.e30.")));
	assert_false(jwt_is_like_one(SPAN("")));
	assert_false(jwt_is_like_one(SPAN("2YotnFZFEjr1zCsicMWpAA")));
	assert_false(jwt_is_like_one(SPAN("ya29.a0Af_x.y")));
	assert_false(jwt_is_like_one(SPAN("e30.e30")));
	assert_false(jwt_is_like_one(SPAN("e30.e30.e30.e30.e30")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_token_of_each_algorithm_is_taken, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_claims_are_those_that_were_signed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_header_is_not_believed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_key_that_the_token_brings_is_not_used, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_public_key_as_a_secret_signs_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_signature_has_one_form, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_changed_byte_anywhere_is_noticed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_form_is_three_parts_of_base64url, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_kind_of_a_token_is_demanded, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			without_a_kind_an_id_token_is_known_by_its_claims, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			claims_with_a_member_twice_or_none_at_all_are_refused, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_token_of_a_megabyte_is_not_looked_at, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_algorithm_that_is_not_allowed_is_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_keys_none_fits, set_up, tear_down),
		cmocka_unit_test(an_opaque_token_is_told_from_a_signed_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
