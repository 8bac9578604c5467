// SPDX-License-Identifier: MIT
// How many cells a piece of text takes: by grapheme cluster (utf8proc), not by code point.
//
// A cluster is as wide as its widest member; U+FE0F makes it 2, so do two regional
// indicators, and what Unicode has not assigned yet in the emoji blocks. Terminals
// disagree about some of them: screen.h draws so that this does not matter.
// Pure; any thread. Text has passed the filter.
#pragma once

#include "common/span.h"

#define CLUSTER_MAX 28 // bytes; longer ones are split

// Length in bytes of the first cluster of s (0 when s is empty); *width is 0, 1 or 2.
MUST_USE size_t width_next(struct span s, int *width);
// Length in bytes of the last cluster before byte `end`.
MUST_USE size_t width_back(struct span s, size_t end);
MUST_USE int width_of(struct span s);
// The longest prefix of at most `max` cells; *width is what it takes.
MUST_USE struct span width_cut(struct span s, int max, int *width);
