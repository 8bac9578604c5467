// SPDX-License-Identifier: MIT
#include "server/push/push_seal.h"

#include "common/encode.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// RFC 8291, section 5 and appendix A.
static const char vector_text[] = "When I grow up, I want to be a watermelon";
static const char vector_point[] =
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char vector_auth[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char vector_salt[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char vector_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char vector_public[] =
	"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
static const char vector_body[] =
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
	"WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
	"gSxsj_Qulcy4a-fN";

static void decode(const char *text, uint8_t *out, size_t len)
{
	struct buf bytes = {0};

	assert_true(decode_b64url(&bytes, span_of(text)));
	assert_int_equal(bytes.len, len);
	memcpy(out, bytes.at, len);
	buf_clear(&bytes);
}

static EVP_PKEY *key_of(const char *private, const char *public)
{
	uint8_t number[32], point[PUSH_POINT_LEN];
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;
	BIGNUM *n;

	decode(private, number, sizeof(number));
	decode(public, point, sizeof(point));
	n = BN_bin2bn(number, sizeof(number), NULL);
	OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
	OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, n);
	params = OSSL_PARAM_BLD_to_param(build);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	EVP_PKEY_CTX_free(context);
	return key;
}

struct keys {
	uint8_t point[PUSH_POINT_LEN], auth[PUSH_AUTH_LEN];
	struct push_to to;
};

static void take_keys(struct keys *k)
{
	decode(vector_point, k->point, sizeof(k->point));
	decode(vector_auth, k->auth, sizeof(k->auth));
	k->to = (struct push_to){k->point, k->auth};
}

static void the_example_of_the_rfc_is_sealed_as_it_is_there(void **state)
{
	EVP_PKEY *own = key_of(vector_private, vector_public);
	struct buf body = {0}, text = {0};
	uint8_t salt[PUSH_SALT_LEN];
	struct keys k;

	(void)state;
	take_keys(&k);
	decode(vector_salt, salt, sizeof(salt));
	assert_true(push_seal_by(&body, &k.to, span_of(vector_text), 0, salt, own));
	encode_b64url(&text, body.at, body.len);
	assert_string_equal(buf_str(&text), vector_body);
	buf_clear(&text);
	buf_clear(&body);
	EVP_PKEY_free(own);
}

static void no_two_bodies_are_the_same(void **state)
{
	struct buf one = {0}, other = {0};
	struct keys k;

	(void)state;
	take_keys(&k);
	assert_true(push_seal(&one, &k.to, SPAN("hello")));
	assert_true(push_seal(&other, &k.to, SPAN("hello")));
	assert_int_equal(one.len, other.len);
	// Neither salt, nor point, nor what is behind them.
	assert_memory_not_equal(one.at, other.at, PUSH_SALT_LEN);
	assert_memory_not_equal(one.at + 22, other.at + 22, PUSH_POINT_LEN - 1);
	assert_memory_not_equal(one.at + PUSH_HEADER_LEN, other.at + PUSH_HEADER_LEN, 16);
	buf_clear(&one);
	buf_clear(&other);
}

static void a_body_fits_into_one_record_or_is_none(void **state)
{
	static const struct {
		size_t text, body; // 0: refused
	} rows[] = {
		{0, PUSH_HEADER_LEN + 1 + PUSH_TAG_LEN},
		{1, PUSH_HEADER_LEN + 256 + 1 + PUSH_TAG_LEN},
		{256, PUSH_HEADER_LEN + 256 + 1 + PUSH_TAG_LEN},
		{257, PUSH_HEADER_LEN + 512 + 1 + PUSH_TAG_LEN},
		{PUSH_TEXT_MAX, 4096},
		{PUSH_TEXT_MAX + 1, 0},
	};
	static char text[PUSH_TEXT_MAX + 1];
	struct buf body = {0};
	struct keys k;

	(void)state;
	take_keys(&k);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool is_sealed = push_seal(&body, &k.to, span_from(text, rows[i].text));

		assert_int_equal(is_sealed, rows[i].body > 0);
		assert_int_equal(body.len, rows[i].body);
		buf_reset(&body);
	}
	buf_clear(&body);
}

static void what_is_no_point_is_refused(void **state)
{
	struct buf body = {0};
	struct keys k;

	(void)state;
	take_keys(&k);
	assert_true(push_point_is_valid(k.point));
	k.point[64] ^= 1; // off the curve
	assert_false(push_point_is_valid(k.point));
	assert_false(push_seal(&body, &k.to, SPAN("hello")));
	assert_int_equal(body.len, 0);
	memset(k.point, 0, sizeof(k.point));
	assert_false(push_point_is_valid(k.point));
	k.point[0] = 4;
	assert_false(push_point_is_valid(k.point));
	k.point[0] = 2;
	assert_false(push_point_is_valid(k.point));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_rfc_is_sealed_as_it_is_there),
		cmocka_unit_test(no_two_bodies_are_the_same),
		cmocka_unit_test(a_body_fits_into_one_record_or_is_none),
		cmocka_unit_test(what_is_no_point_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
