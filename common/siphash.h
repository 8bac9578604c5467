// SPDX-License-Identifier: MIT
// A keyed hash: whoever does not know the key cannot aim at a slot (SipHash-2-4).
//
// Any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

// A key that nobody can guess.
void siphash_make_key(uint64_t key[static 2]);
MUST_USE uint64_t siphash(const uint64_t key[static 2], struct span s);
