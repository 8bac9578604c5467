// SPDX-License-Identifier: MIT
// Which names look like each other (Unicode UTS #39): "paypal" with Cyrillic letters in it,
// "aIice" with a capital I, "modern" and "modem".
//
// What a name looks like is kept as two numbers: as it is written, and in small letters, since
// names that differ in case are one. Two names look alike where one of them is the same. Marks
// that are not seen (joiners, variation selectors) count for nothing. Whose names are compared
// is for who asks to say. Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

struct looks {
	uint64_t written, small;
};

// Of valid UTF-8, up to 512 bytes of it.
MUST_USE struct looks looks_of(struct span name);
MUST_USE bool looks_alike(struct looks a, struct looks b);
