// SPDX-License-Identifier: MIT
// Which keys a client may show. It is asked before its signature is looked at: what a
// signature costs us is the peer's choice (an exponent as long as its modulus costs seven
// handshakes), unless the kinds are few.
#include "common/tls_private.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096
#define EXPONENT_BITS_MAX 32
#define NAME_MAX_LEN 64

static bool is_short_rsa(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);
	BIGNUM *exponent = NULL;
	bool is_short;

	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX ||
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1)
		return false;
	is_short = BN_num_bits(exponent) <= EXPONENT_BITS_MAX;
	BN_free(exponent);
	return is_short;
}

// By its name: parameters of one's own are no curve of ours, whatever they say. What a key does
// not tell stays empty, as no name is.
static bool is_known_curve(EVP_PKEY *key)
{
	char name[NAME_MAX_LEN] = "", encoding[NAME_MAX_LEN] = "";

	EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof(name),
				       NULL);
	EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, encoding,
				       sizeof(encoding), NULL);
	return strcmp(encoding, OSSL_PKEY_EC_ENCODING_GROUP) == 0 &&
	       (strcmp(name, "prime256v1") == 0 || strcmp(name, "secp384r1") == 0);
}

bool tls_key_is_cheap(const X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	if (!key)
		return false;
	if (EVP_PKEY_is_a(key, "RSA"))
		return is_short_rsa(key);
	if (EVP_PKEY_is_a(key, "EC"))
		return is_known_curve(key);
	return EVP_PKEY_is_a(key, "ED25519");
}
