// SPDX-License-Identifier: MIT
#include "common/tls_sha1.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

void tls_sha1(struct span bytes, uint8_t sum[static TLS_SHA1_LEN])
{
	SHA1((const uint8_t *)bytes.at, bytes.len, sum);
}

void tls_hmac_sha1(struct span key, struct span bytes, uint8_t sum[static TLS_SHA1_LEN])
{
	const uint8_t *done = HMAC(EVP_sha1(), key.at, (int)key.len, (const uint8_t *)bytes.at,
				   bytes.len, sum, NULL);

	assert(done);
}
