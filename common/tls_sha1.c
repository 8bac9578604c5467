// SPDX-License-Identifier: MIT
#include "common/tls_sha1.h"

#include <assert.h>
#include <openssl/evp.h>

void tls_sha1(struct span bytes, uint8_t sum[static TLS_SHA1_LEN])
{
	unsigned len = 0;

	if (EVP_Digest(bytes.at, bytes.len, sum, &len, EVP_sha1(), NULL) != 1)
		len = 0;
	assert(len == TLS_SHA1_LEN);
}
