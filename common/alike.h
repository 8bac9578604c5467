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

#define ALIKE_LONGEST 6 // of the table, alike.py

struct looks {
	uint64_t written, small;
};

// alike_table.c: what the character looks like, at most ALIKE_LONGEST others, with a 0 behind
// them where they are fewer; NULL: like itself.
MUST_USE const int32_t *alike_of(int32_t code);
// Of valid UTF-8, up to 512 bytes of it.
MUST_USE struct looks looks_of(struct span name);
MUST_USE bool looks_alike(struct looks a, struct looks b);
