// SPDX-License-Identifier: MIT
// How many cells a piece of text takes: by grapheme cluster (utf8proc), not by code point.
//
// A cluster is as wide as what it begins with and the spacing marks behind that (कि is two
// cells, as is คำ); U+FE0F makes it 2, so do two regional indicators, and what Unicode has
// not assigned yet in the emoji blocks. Terminals disagree about some of them: screen.h
// draws so that this does not matter.
// What the terminal at hand was found to do stands in struct widths; NULL: as above.
// Pure; any thread. Text has passed the filter.
#pragma once

#include "common/span.h"

#define CLUSTER_MAX 28 // bytes; longer ones are split

// Where a terminal does not draw by clusters.
struct widths {
	bool sums_joined;   // what U+200D joins stands side by side
	bool sums_tones;    // so does a skin tone
	bool ignores_vs16;  // U+FE0F changes nothing
	uint8_t flag;       // cells of two regional indicators; 0: two
	bool joins_marks;   // spacing marks have no cell of their own
	bool joins_vowels;  // nor have U+0E33 and U+0EB3
	bool joins_letters; // U+200D takes whatever follows into the cell
};

// Length in bytes of the first cluster of s (0 when s is empty); *width is 0, 1 or 2, and
// more where marks have cells of their own or the terminal sums: at most a cell for each byte.
MUST_USE size_t width_next(const struct widths *by, struct span s, int *width);
// A character that is drawn onto or behind the one before it.
MUST_USE bool width_is_mark(uint32_t code);
// Length in bytes of the last cluster before byte `end`.
MUST_USE size_t width_back(struct span s, size_t end);
MUST_USE int width_of(const struct widths *by, struct span s);
// The longest prefix of at most `max` cells; *width is what it takes.
MUST_USE struct span width_cut(const struct widths *by, struct span s, int max, int *width);
