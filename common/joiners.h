// SPDX-License-Identifier: MIT
// Where U+200C and U+200D may stand in a name: where they change how it is read, and nowhere
// else, since they are not seen (Unicode UAX #31, 2.3, A1, A2 and B): U+200C between letters
// that would join (Persian), either of them behind a virama (Devanagari, Malayalam, ...).
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER 0x200d

// codes[at] is one of the two.
MUST_USE bool joiner_may_stand(const uint32_t *codes, size_t n, size_t at);
