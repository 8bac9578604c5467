// SPDX-License-Identifier: MIT
// One spelling for what is spelled alike (Unicode UAX #15): NFC for names, NFKD for what they
// look like.
//
// Of libutf8proc, whose tables are of one version of Unicode for both programs. Pure; any
// thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

// The NFC of valid UTF-8, in at most `max` bytes and a NUL; its length, or SIZE_MAX where it
// is longer or no UTF-8.
MUST_USE size_t nfc(struct span text, char *out, size_t max);
// The same on the heap; what has none in 512 bytes is left as it is.
MUST_USE char *nfc_dup(struct span text);
// The code points of its NFKD, in small letters too if asked, at most `max` of them; how many,
// or SIZE_MAX.
MUST_USE size_t nfkd(struct span text, bool in_small, int32_t *out, size_t max);
