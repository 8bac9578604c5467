// SPDX-License-Identifier: MIT
#include "tests/support/minted.h"

#include "common/encode.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#define HALF 32

EVP_PKEY *minted_key(const char *type, unsigned bits)
{
	EVP_PKEY *key;

	if (strcmp(type, "RSA") == 0)
		key = EVP_RSA_gen(bits);
	else if (strcmp(type, "ED25519") == 0)
		key = EVP_PKEY_Q_keygen(NULL, NULL, type);
	else
		key = EVP_EC_gen(type);
	assert(key);
	return key;
}

static void add_bytes(struct buf *out, const char *name, const uint8_t *bytes, size_t len)
{
	buf_printf(out, "\"%s\":\"", name);
	encode_b64url(out, bytes, len);
	buf_add_char(out, '"');
}

static void add_number(struct buf *out, EVP_PKEY *key, const char *param, const char *name,
		       int len)
{
	BIGNUM *n = NULL;
	uint8_t bytes[1024];

	assert(EVP_PKEY_get_bn_param(key, param, &n) == 1);
	len = len ? len : BN_num_bytes(n);
	assert(BN_bn2binpad(n, bytes, len) == len);
	add_bytes(out, name, bytes, (size_t)len);
	BN_free(n);
}

void minted_jwk(struct buf *out, EVP_PKEY *key, const char *more)
{
	uint8_t raw[HALF];
	size_t len = sizeof(raw);

	buf_printf(out, "{%s%s", more, *more ? "," : "");
	if (EVP_PKEY_is_a(key, "RSA")) {
		buf_add_str(out, "\"kty\":\"RSA\",");
		add_number(out, key, OSSL_PKEY_PARAM_RSA_N, "n", 0);
		buf_add_char(out, ',');
		add_number(out, key, OSSL_PKEY_PARAM_RSA_E, "e", 0);
	} else if (EVP_PKEY_is_a(key, "EC")) {
		int bytes = (EVP_PKEY_get_bits(key) + 7) / 8;

		buf_printf(out, "\"kty\":\"EC\",\"crv\":\"P-%d\",", bytes * 8);
		add_number(out, key, OSSL_PKEY_PARAM_EC_PUB_X, "x", bytes);
		buf_add_char(out, ',');
		add_number(out, key, OSSL_PKEY_PARAM_EC_PUB_Y, "y", bytes);
	} else {
		assert(EVP_PKEY_get_raw_public_key(key, raw, &len) == 1);
		buf_add_str(out, "\"kty\":\"OKP\",\"crv\":\"Ed25519\",");
		add_bytes(out, "x", raw, len);
	}
	buf_add_char(out, '}');
}

static void add_pair(struct buf *out, const uint8_t *der, size_t len)
{
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)len);
	uint8_t raw[2 * HALF];

	assert(pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, HALF) == HALF);
	assert(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + HALF, HALF) == HALF);
	ECDSA_SIG_free(pair);
	buf_add(out, raw, sizeof(raw));
}

void minted_signature(struct buf *out, EVP_PKEY *key, struct span text)
{
	bool is_edwards = EVP_PKEY_is_a(key, "ED25519");
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t bytes[1024];
	size_t len = sizeof(bytes);

	assert(EVP_DigestSignInit(context, NULL, is_edwards ? NULL : EVP_sha256(), NULL, key) ==
	       1);
	assert(EVP_DigestSign(context, bytes, &len, (const uint8_t *)text.at, text.len) == 1);
	EVP_MD_CTX_free(context);
	if (EVP_PKEY_is_a(key, "EC"))
		add_pair(out, bytes, len);
	else
		buf_add(out, bytes, len);
}

void minted_token(struct buf *out, EVP_PKEY *key, const char *header, struct span claims)
{
	size_t start = out->len;
	struct buf signature = {0};

	encode_b64url(out, header, strlen(header));
	buf_add_char(out, '.');
	encode_b64url(out, claims.at, claims.len);
	minted_signature(&signature, key, span_after(buf_span(out), start));
	buf_add_char(out, '.');
	encode_b64url(out, signature.at, signature.len);
	buf_clear(&signature);
}
