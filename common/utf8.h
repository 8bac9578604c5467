// SPDX-License-Identifier: MIT
// UTF-8 as of RFC 3629: no surrogates, no overlong forms, nothing past U+10FFFF.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

MUST_USE bool utf8_is_valid(struct span s);
// Decodes the code point at *at and moves *at behind it; s must be valid and *at < len.
MUST_USE uint32_t utf8_next(struct span s, size_t *at);
// The longest prefix of at most `max` bytes that does not split a code point.
MUST_USE struct span utf8_cut(struct span s, size_t max);
// Appends the encoding of a valid code point to out, gives its length 1..4.
size_t utf8_encode(uint32_t code, char out[static 4]);
// Control characters (C0 but TAB, DEL, C1), bidi overrides and isolates, zero-width
// and other invisible characters: what names may never hold.
MUST_USE bool utf8_is_unprintable(uint32_t code);
