// SPDX-License-Identifier: MIT
// Base64 of common/encode.h where there is no libsodium.
#include "common/encode.h"

static void add_base64(struct buf *out, const uint8_t *at, size_t len, const char *alphabet,
		       bool pads)
{
	for (size_t i = 0; i < len; i += 3) {
		uint32_t word = (uint32_t)at[i] << 16;
		size_t n = len - i < 3 ? len - i : 3;

		if (n > 1)
			word |= (uint32_t)at[i + 1] << 8;
		if (n > 2)
			word |= at[i + 2];
		for (size_t k = 0; k <= n; k++)
			buf_add_char(out, alphabet[word >> (18 - 6 * k) & 63]);
		for (size_t k = n; pads && k < 3; k++)
			buf_add_char(out, '=');
	}
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

void encode_b64(struct buf *out, const void *bytes, size_t len)
{
	add_base64(out, bytes, len, LETTERS "+/", true);
}

void encode_b64url(struct buf *out, const void *bytes, size_t len)
{
	add_base64(out, bytes, len, LETTERS "-_", false);
}
