// SPDX-License-Identifier: MIT
#include "server/oidc/jose_key.h"

#include <openssl/ecdsa.h>
#include <openssl/err.h>

#define HALF 32 // bytes of r and of s

static bool is_signed(EVP_PKEY *key, const EVP_MD *digest, struct span text,
		      struct span signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_fine = context && EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1 &&
		       EVP_DigestVerify(context, (const uint8_t *)signature.at, signature.len,
					(const uint8_t *)text.at, text.len) == 1;

	EVP_MD_CTX_free(context);
	return is_fine;
}

// OpenSSL wants ASN.1 around r and s. One that comes with it already is refused by its length.
static bool is_signed_p256(EVP_PKEY *key, struct span text, struct span signature)
{
	const uint8_t *bytes = (const uint8_t *)signature.at;
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = NULL, *s = NULL;
	uint8_t *der = NULL;
	bool is_fine = false;
	int len;

	if (pair && signature.len == 2 * HALF) {
		r = BN_bin2bn(bytes, HALF, NULL);
		s = BN_bin2bn(bytes + HALF, HALF, NULL);
	}
	if (r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
		len = i2d_ECDSA_SIG(pair, &der);
		is_fine = len > 0 &&
			  is_signed(key, EVP_sha256(), text, span_from(der, (size_t)len));
	} else {
		BN_free(r);
		BN_free(s);
	}
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	return is_fine;
}

static bool verify(const struct jose_key *key, struct span text, struct span signature)
{
	switch (key->algorithm) {
	case JOSE_RS256:
		return is_signed(key->key, EVP_sha256(), text, signature);
	case JOSE_ES256:
		return is_signed_p256(key->key, text, signature);
	case JOSE_EDDSA:
		return is_signed(key->key, NULL, text, signature);
	case JOSE_ALGORITHMS:
		break;
	}
	return false;
}

bool jose_verify(const struct jose_key *key, struct span text, struct span signature)
{
	bool is_fine = verify(key, text, signature);

	ERR_clear_error();
	return is_fine;
}
