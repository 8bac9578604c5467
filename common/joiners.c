// SPDX-License-Identifier: MIT
#include "common/joiners.h"

#include <stdlib.h>

enum {
	LEFT = 1,     // joins what follows it
	RIGHT = 2,    // joins what is before it
	PASSED = 4,   // letters join over it
	LETTER = 8,   // of a script with a virama
	VIRAMA = 16,  // ccc 9
	MARK = 32,    // Mn
	ORDERED = 64, // Mn, ccc not 0
	VOWEL = 128,  // a dependent one
};

struct range {
	uint32_t first, last;
	unsigned flags;
};

static const struct range ranges[] = {
#define JOINER(first, last, flags) {first, last, flags},
#include "common/joiners.def"
};

static int compare(const void *key, const void *item)
{
	const uint32_t *code = key;
	const struct range *r = item;

	return *code < r->first ? -1 : *code > r->last;
}

static unsigned flags_of(uint32_t code)
{
	const struct range *r =
		bsearch(&code, ranges, ARRAY_LEN(ranges), sizeof(ranges[0]), compare);

	return r ? r->flags : 0;
}

// The flags of the first, from there on or back from before it, that has none of `passed`.
static unsigned first_after(const uint32_t *codes, size_t n, size_t at, unsigned passed)
{
	while (at < n && (flags_of(codes[at]) & passed))
		at++;
	return at < n ? flags_of(codes[at]) : 0;
}

static unsigned first_before(const uint32_t *codes, size_t *at, unsigned passed)
{
	while (*at > 0 && (flags_of(codes[*at - 1]) & passed) &&
	       !(flags_of(codes[*at - 1]) & VIRAMA))
		--*at;
	return *at > 0 ? flags_of(codes[*at - 1]) : 0;
}

static bool is_between_joining(const uint32_t *codes, size_t n, size_t at)
{
	return (first_after(codes, n, at + 1, PASSED) & RIGHT) &&
	       (first_before(codes, &at, PASSED) & LEFT);
}

// A letter, marks, a virama, ordered marks.
static bool is_behind_virama(const uint32_t *codes, size_t at)
{
	if (!(first_before(codes, &at, ORDERED) & VIRAMA))
		return false;
	at--;
	while (at > 0 && (flags_of(codes[at - 1]) & (MARK | VIRAMA)))
		at--;
	return at > 0 && (flags_of(codes[at - 1]) & LETTER);
}

bool joiner_may_stand(const uint32_t *codes, size_t n, size_t at)
{
	if (codes[at] == ZERO_WIDTH_NON_JOINER && is_between_joining(codes, n, at))
		return true;
	if (!is_behind_virama(codes, at))
		return false;
	if (codes[at] == ZERO_WIDTH_NON_JOINER)
		return first_after(codes, n, at + 1, ORDERED) & LETTER;
	return at + 1 == n || !(flags_of(codes[at + 1]) & VOWEL);
}
