// SPDX-License-Identifier: MIT
// By nettle: a SHA3-512 may hold a zero byte, where crypt(3) would see the password's end.
#include "server/hash/bcrypt.h"

#include <nettle/blowfish.h>
#include <nettle/sha3.h>
#include <sodium.h>
#include <string.h>

#define KEY_MAX 72 // inside: bcrypt takes no more

// nettle takes the byte behind the key for the zero that bcrypt ends it with.
static bool is_right(struct span bcrypt, const void *password, size_t len)
{
	uint8_t key[KEY_MAX + 1] = {0};
	bool right;

	len = len < KEY_MAX ? len : KEY_MAX;
	if (len) // memcpy takes no NULL, not even of nothing
		memcpy(key, password, len);
	right = blowfish_bcrypt_verify(len, key, bcrypt.len, (const uint8_t *)bcrypt.at) == 1;
	sodium_memzero(key, sizeof(key));
	return right;
}

static bool is_right_of_sha3(struct span bcrypt, struct span password)
{
	uint8_t digest[SHA3_512_DIGEST_SIZE];
	struct sha3_512_ctx sha3;
	bool right;

	sha3_512_init(&sha3);
	sha3_512_update(&sha3, password.len, (const uint8_t *)password.at);
	sha3_512_digest(&sha3, sizeof(digest), digest);
	right = is_right(bcrypt, digest, sizeof(digest));
	sodium_memzero(&sha3, sizeof(sha3));
	sodium_memzero(digest, sizeof(digest));
	return right;
}

bool bcrypt_is_right(const struct verifier *v, struct span password)
{
	return v->is_of_sha3 ? is_right_of_sha3(v->bcrypt, password)
			     : is_right(v->bcrypt, password.at, password.len);
}
