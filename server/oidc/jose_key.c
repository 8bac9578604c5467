// SPDX-License-Identifier: MIT
#include "server/oidc/jose_key.h"

#include "common/buf.h"
#include "common/encode.h"
#include "common/json_read.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <stdlib.h>

#define HALF 32    // bytes of a coordinate of P-256
#define EDWARDS 32 // of a public key of Ed25519
#define EXPONENT 4 // of RSA's public one: nobody has more

static const char *const names[JOSE_ALGORITHMS] = {"RS256", "ES256", "EdDSA"};

bool jose_algorithm_find(struct span name, enum jose_algorithm *found)
{
	for (int i = 0; i < JOSE_ALGORITHMS; i++) {
		if (span_eq(name, span_of(names[i]))) {
			*found = (enum jose_algorithm)i;
			return true;
		}
	}
	return false;
}

static bool is_text(const json_t *object, const char *name, const char *wanted)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) && strcmp(json_string_value(value), wanted) == 0;
}

// Adds the bytes of a member, 1 to max of them.
static bool add_member(struct buf *out, const json_t *jwk, const char *name, size_t max)
{
	const json_t *value = json_object_get(jwk, name);
	size_t before = out->len;
	struct span text = span_from(json_string_value(value), json_string_length(value));

	return text.len / 4 * 3 <= max && decode_b64url(out, text) && out->len > before &&
	       out->len - before <= max;
}

static EVP_PKEY *made(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *rsa_of(BIGNUM *modulus, BIGNUM *exponent)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key;

	if (build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent))
		params = OSSL_PARAM_BLD_to_param(build);
	key = made("RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	return key;
}

static BIGNUM *number_of(const struct buf *bytes)
{
	return BN_bin2bn((const uint8_t *)bytes->at, (int)bytes->len, NULL);
}

// OpenSSL's own check looks whether the modulus is prime, which takes 95 ms for a long one:
// somebody would be kept waiting by sixty of them, and a poor key harms its issuer alone.
static bool is_sound(const BIGNUM *modulus, const BIGNUM *exponent)
{
	return BN_num_bits(modulus) >= JOSE_RSA_BITS_MIN && BN_is_odd(modulus) &&
	       BN_is_odd(exponent) && !BN_is_one(exponent);
}

static EVP_PKEY *read_rsa(const json_t *jwk)
{
	struct buf n = {0}, e = {0};
	BIGNUM *modulus = NULL, *exponent = NULL;
	EVP_PKEY *key = NULL;

	if (add_member(&n, jwk, "n", JOSE_RSA_BITS_MAX / 8) &&
	    add_member(&e, jwk, "e", EXPONENT)) {
		modulus = number_of(&n);
		exponent = number_of(&e);
	}
	if (modulus && exponent && is_sound(modulus, exponent))
		key = rsa_of(modulus, exponent);
	BN_free(modulus);
	BN_free(exponent);
	buf_clear(&n);
	buf_clear(&e);
	return key;
}

static EVP_PKEY *p256_of(struct buf *point)
{
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point->at,
						  point->len),
		OSSL_PARAM_construct_end(),
	};

	return made("EC", params);
}

static EVP_PKEY *read_p256(const json_t *jwk)
{
	struct buf point = {0};
	EVP_PKEY *key = NULL;

	buf_add_char(&point, POINT_CONVERSION_UNCOMPRESSED);
	// The length of a coordinate is the curve's, whatever its value (RFC 7518, 6.2.1.2).
	if (add_member(&point, jwk, "x", HALF) && point.len == 1 + HALF &&
	    add_member(&point, jwk, "y", HALF) && point.len == 1 + 2 * HALF)
		key = p256_of(&point);
	buf_clear(&point);
	return key;
}

static EVP_PKEY *read_edwards(const json_t *jwk)
{
	struct buf x = {0};
	EVP_PKEY *key = NULL;

	if (add_member(&x, jwk, "x", EDWARDS) && x.len == EDWARDS)
		key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const uint8_t *)x.at,
						  x.len);
	buf_clear(&x);
	return key;
}

static const struct kind {
	const char *kty, *crv;
	EVP_PKEY *(*read)(const json_t *jwk);
} kinds[JOSE_ALGORITHMS] = {
	[JOSE_RS256] = {"RSA", NULL, read_rsa},
	[JOSE_ES256] = {"EC", "P-256", read_p256},
	[JOSE_EDDSA] = {"OKP", "Ed25519", read_edwards},
};

// A key for something else, or one whose private half is public, is none of ours.
static bool is_for_verifying(const json_t *jwk, enum jose_algorithm algorithm)
{
	const json_t *use = json_object_get(jwk, "use"), *alg = json_object_get(jwk, "alg");
	const json_t *may = json_object_get(jwk, "key_ops"), *deed;
	bool is_named = !may;
	size_t i;

	json_array_foreach(may, i, deed)
		is_named |=
			json_is_string(deed) && strcmp(json_string_value(deed), "verify") == 0;
	return is_named && (!use || is_text(jwk, "use", "sig")) &&
	       (!alg || is_text(jwk, "alg", names[algorithm])) && !json_object_get(jwk, "d");
}

static EVP_PKEY *read_as(const json_t *jwk, enum jose_algorithm algorithm)
{
	const struct kind *kind = &kinds[algorithm];

	if (!is_text(jwk, "kty", kind->kty) || (kind->crv && !is_text(jwk, "crv", kind->crv)) ||
	    !is_for_verifying(jwk, algorithm))
		return NULL;
	return kind->read(jwk);
}

bool jose_key_read(const json_t *jwk, struct jose_key *key)
{
	char *kid = json_read_text(jwk, "kid", JOSE_KID_MAX);
	EVP_PKEY *made_key = NULL;
	int i = JOSE_ALGORITHMS;

	// A name that cannot be compared is not the same as none.
	if (kid || !json_object_get(jwk, "kid")) {
		for (i = 0; i < JOSE_ALGORITHMS; i++) {
			made_key = read_as(jwk, (enum jose_algorithm)i);
			if (made_key)
				break;
		}
	}
	// What OpenSSL left behind would be told of the next connection.
	ERR_clear_error();
	if (!made_key) {
		free(kid);
		return false;
	}
	*key = (struct jose_key){(enum jose_algorithm)i, made_key, kid};
	return true;
}

void jose_key_clear(struct jose_key *key)
{
	EVP_PKEY_free(key->key);
	free(key->kid);
	*key = (struct jose_key){0};
}
