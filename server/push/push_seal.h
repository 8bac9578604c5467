// SPDX-License-Identifier: MIT
// A push message, encrypted for the one device that it is for (RFC 8291, of RFC 8188 one
// record of aes128gcm): the push service that carries it can read nothing of it.
//
// Pure, but for the random numbers that are drawn; any thread.
#pragma once

#include "common/buf.h"
#include "server/letters/push.h"

#include <openssl/evp.h>

#define PUSH_SALT_LEN 16 // inside
#define PUSH_RECORD 4096 // inside: bytes of a body that every push service takes
#define PUSH_HEADER_LEN (PUSH_SALT_LEN + 4 + 1 + PUSH_POINT_LEN) // inside
#define PUSH_TAG_LEN 16                                          // inside
// Of a text with the byte that ends it.
#define PUSH_TEXT_MAX (PUSH_RECORD - PUSH_HEADER_LEN - PUSH_TAG_LEN - 1) // inside: the rest

// Whom it is for: the keys of its subscription.
struct push_to {
	const uint8_t *point; // PUSH_POINT_LEN, P-256, uncompressed
	const uint8_t *auth;  // PUSH_AUTH_LEN
};

// Adds the body. Its length tells of the text no more than between which multiples of 256 it
// lies. False, and nothing is added: the point is none of the curve, or the text too long.
MUST_USE bool push_seal(struct buf *out, const struct push_to *to, struct span text);
// The same by this salt and key of the sender, which may never be used twice; the text is
// made at least `least` bytes long.
MUST_USE bool push_seal_by(struct buf *out, const struct push_to *to, struct span text,
			   size_t least, const uint8_t salt[static PUSH_SALT_LEN],
			   EVP_PKEY *own);
// A point on P-256, which one may agree on a key with.
MUST_USE bool push_point_is_valid(const uint8_t point[static PUSH_POINT_LEN]);
// The public half of a key of P-256, uncompressed.
MUST_USE bool push_point_of(EVP_PKEY *key, uint8_t point[static PUSH_POINT_LEN]);
