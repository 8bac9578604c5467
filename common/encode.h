// SPDX-License-Identifier: MIT
// Bytes and numbers as text: base64 (RFC 4648), its URL form, hex, message ids.
//
// Pure; any thread. Decoders take whole spans and refuse anything outside the alphabet.
#pragma once

#include "common/buf.h"

#include <stdint.h>

#define ID_TEXT_LEN 13

void encode_b64(struct buf *out, const void *bytes, size_t len);
// Unpadded.
void encode_b64url(struct buf *out, const void *bytes, size_t len);
void encode_hex(struct buf *out, const void *bytes, size_t len);
// Appends the bytes to out. False when the text is malformed (out is unchanged).
MUST_USE bool decode_b64(struct buf *out, struct span text);
MUST_USE bool decode_b64url(struct buf *out, struct span text);
MUST_USE bool decode_hex(struct buf *out, struct span text);
// A message id as 13 lower-case characters of base 32, in the order of the numbers.
void encode_id(uint64_t id, char out[static ID_TEXT_LEN + 1]);
MUST_USE bool decode_id(struct span text, uint64_t *id);
