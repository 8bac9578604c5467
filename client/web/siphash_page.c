// SPDX-License-Identifier: MIT
// SipHash-2-4 (Aumasson and Bernstein), for common/siphash.h where there is no libsodium.
#include "common/siphash.h"

#include "client/web/web_private.h"

void siphash_make_key(uint64_t key[static 2])
{
	page_dice(key, 2 * sizeof(*key));
}

static uint64_t rotated(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[static 4], int count)
{
	while (count--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotated(v[1], 13) ^ v[0];
		v[3] = rotated(v[3], 16) ^ v[2];
		v[0] = rotated(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = rotated(v[3], 21) ^ v[0];
		v[1] = rotated(v[1], 17) ^ v[2];
		v[2] = rotated(v[2], 32);
	}
}

static void take(uint64_t v[static 4], uint64_t word)
{
	v[3] ^= word;
	rounds(v, 2);
	v[0] ^= word;
}

uint64_t siphash(const uint64_t key[static 2], struct span s)
{
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
			 key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
	uint64_t word, last = (uint64_t)s.len << 56;
	size_t at = 0;

	for (; at + 8 <= s.len; at += 8) {
		memcpy(&word, s.at + at, 8);
		take(v, word);
	}
	for (unsigned bits = 0; at < s.len; at++, bits += 8)
		last |= (uint64_t)(unsigned char)s.at[at] << bits;
	take(v, last);
	v[2] ^= 0xff;
	rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
