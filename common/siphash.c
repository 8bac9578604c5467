// SPDX-License-Identifier: MIT
#include "common/siphash.h"

#include "common/die.h"

#include <sodium.h>

_Static_assert(2 * sizeof(uint64_t) == crypto_shorthash_KEYBYTES, "SipHash key");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "SipHash");

void siphash_make_key(uint64_t key[static 2])
{
	if (sodium_init() < 0)
		die(1, "libsodium cannot start: no source of randomness");
	randombytes_buf(key, crypto_shorthash_KEYBYTES);
}

uint64_t siphash(const uint64_t key[static 2], struct span s)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)(s.len ? s.at : ""),
			 s.len, (const unsigned char *)key);
	return hash;
}
