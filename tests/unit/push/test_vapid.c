// SPDX-License-Identifier: MIT
#include "server/push/vapid.h"

#include "common/encode.h"
#include "server/push/push_seal.h"

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW_MS 1764500000123
#define ENDPOINT SPAN("https://push.example.org:8443/a/b?c=d")
#define CONTACT SPAN("mailto:root@chat.example.org")

static struct vapid_keys *make(struct buf *pem)
{
	struct vapid_keys *keys;

	vapid_make(pem);
	keys = vapid_keys_new(buf_span(pem));
	assert_non_null(keys);
	return keys;
}

static json_t *claims_of(struct span token)
{
	struct buf text = {0};
	json_t *claims;

	(void)span_cut(&token, '.');
	assert_true(decode_b64url(&text, span_cut(&token, '.')));
	claims = json_loadb(text.at, text.len, 0, NULL);
	assert_non_null(claims);
	buf_clear(&text);
	return claims;
}

// Verified by the key in the file, from r and s as they are sent.
static bool is_signed(struct span token, struct span pem)
{
	BIO *from = BIO_new_mem_buf(pem.at, (int)pem.len);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(from, NULL, NULL, NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	ECDSA_SIG *pair = ECDSA_SIG_new();
	const char *dot = memrchr(token.at, '.', token.len);
	size_t len = (size_t)(dot - token.at);
	struct buf raw = {0};
	uint8_t *der = NULL;
	bool is_right;
	int der_len;

	assert_true(decode_b64url(&raw, span_after(token, len + 1)));
	assert_int_equal(raw.len, 64);
	ECDSA_SIG_set0(pair, BN_bin2bn((uint8_t *)raw.at, 32, NULL),
		       BN_bin2bn((uint8_t *)raw.at + 32, 32, NULL));
	der_len = i2d_ECDSA_SIG(pair, &der);
	EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key);
	is_right = EVP_DigestVerify(context, der, (size_t)der_len, (const uint8_t *)token.at,
				    len) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	BIO_free(from);
	buf_clear(&raw);
	return is_right;
}

// "vapid t=TOKEN, k=POINT", both.
static struct span split(struct span value, struct span *point)
{
	assert_true(span_starts(value, SPAN("vapid t=")));
	*point = span_after(value, 8);
	value = span_cut(point, ',');
	assert_true(span_starts(*point, SPAN(" k=")));
	*point = span_after(*point, 3);
	return value;
}

static void a_token_says_for_whom_it_is_until_when_and_whom_to_write_to(void **state)
{
	struct buf pem = {0}, value = {0}, text = {0};
	struct vapid_keys *keys = make(&pem);
	struct span token, point;
	json_t *claims;
	int64_t ends;

	(void)state;
	assert_true(vapid_sign(keys, vapid_point(keys), ENDPOINT, CONTACT, NOW_MS, &value));
	token = split(buf_span(&value), &point);
	encode_b64url(&text, vapid_point(keys), PUSH_POINT_LEN);
	assert_true(span_eq(point, buf_span(&text)));
	claims = claims_of(token);
	assert_string_equal(json_string_value(json_object_get(claims, "aud")),
			    "https://push.example.org:8443");
	assert_string_equal(json_string_value(json_object_get(claims, "sub")),
			    "mailto:root@chat.example.org");
	ends = json_integer_value(json_object_get(claims, "exp")) - NOW_MS / 1000;
	assert_true(ends > 0 && ends <= 24 * 3600);
	assert_true(is_signed(token, buf_span(&pem)));
	json_decref(claims);
	buf_clear(&text);
	buf_clear(&value);
	buf_clear(&pem);
	vapid_keys_free(keys);
}

static void the_origin_is_written_as_a_browser_does(void **state)
{
	static const struct {
		const char *endpoint, *origin;
	} rows[] = {
		{"https://Push.Example.org/A", "https://push.example.org"},
		{"https://push.example.org:443/A", "https://push.example.org"},
		{"https://push.example.org:4430/A", "https://push.example.org:4430"},
		{"https://push.example.org?A", "https://push.example.org"},
		{"https://[2001:db8::443]/A", "https://[2001:db8::443]"},
	};
	struct buf pem = {0}, value = {0};
	struct vapid_keys *keys = make(&pem);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span point;
		json_t *claims;

		assert_true(vapid_sign(keys, vapid_point(keys), span_of(rows[i].endpoint),
				       CONTACT, NOW_MS, &value));
		claims = claims_of(split(buf_span(&value), &point));
		assert_string_equal(json_string_value(json_object_get(claims, "aud")),
				    rows[i].origin);
		json_decref(claims);
		buf_reset(&value);
	}
	buf_clear(&value);
	buf_clear(&pem);
	vapid_keys_free(keys);
}

static void a_new_key_is_for_new_subscriptions_and_the_old_one_stays(void **state)
{
	struct buf pem = {0}, first = {0}, value = {0};
	struct vapid_keys *old = make(&pem), *both;
	uint8_t nobodys[PUSH_POINT_LEN] = {4};

	(void)state;
	buf_add_span(&first, buf_span(&pem));
	vapid_make(&pem);
	both = vapid_keys_new(buf_span(&pem));
	assert_non_null(both);
	assert_memory_not_equal(vapid_point(both), vapid_point(old), PUSH_POINT_LEN);
	for (int i = 0; i < 2; i++) {
		const uint8_t *by = vapid_point(i ? both : old);
		struct span point;

		assert_true(vapid_sign(both, by, ENDPOINT, CONTACT, NOW_MS, &value));
		assert_int_equal(is_signed(split(buf_span(&value), &point), buf_span(&first)),
				 !i);
		buf_reset(&value);
	}
	assert_false(vapid_sign(both, nobodys, ENDPOINT, CONTACT, NOW_MS, &value));
	assert_int_equal(value.len, 0);
	buf_clear(&first);
	buf_clear(&value);
	buf_clear(&pem);
	vapid_keys_free(old);
	vapid_keys_free(both);
}

static void add_other(struct buf *pem, EVP_PKEY *key)
{
	BIO *to = BIO_new(BIO_s_mem());
	char *text;
	long len;

	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(to, key, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(to, &text);
	buf_add(pem, text, (size_t)len);
	BIO_free(to);
	EVP_PKEY_free(key);
}

static void a_file_of_other_keys_is_refused(void **state)
{
	struct buf pem = {0};

	(void)state;
	assert_null(vapid_keys_new(SPAN("")));
	assert_null(vapid_keys_new(SPAN("no key\n")));
	add_other(&pem, EVP_EC_gen("P-384"));
	assert_null(vapid_keys_new(buf_span(&pem)));
	buf_reset(&pem);
	add_other(&pem, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
	assert_null(vapid_keys_new(buf_span(&pem)));
	buf_reset(&pem);
	for (int i = 0; i <= VAPID_KEYS_MAX; i++)
		vapid_make(&pem);
	assert_null(vapid_keys_new(buf_span(&pem)));
	buf_clear(&pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_says_for_whom_it_is_until_when_and_whom_to_write_to),
		cmocka_unit_test(the_origin_is_written_as_a_browser_does),
		cmocka_unit_test(a_new_key_is_for_new_subscriptions_and_the_old_one_stays),
		cmocka_unit_test(a_file_of_other_keys_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
