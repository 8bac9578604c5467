// SPDX-License-Identifier: MIT
// What the screen may write to a terminal: valid text and the sequences of screen.c, and no
// other control byte. Aborts at anything else, for fuzzers.
#pragma once

#include "common/utf8.h"

#include <stdlib.h>

// Skips one of the sequences that screen.c writes; anything else is a breach.
static inline size_t harmless_sequence(struct span s)
{
	size_t i = 2;
	if (s.len < 3)
		abort();
	if (s.at[1] == '[') {
		while (i < s.len &&
		       ((s.at[i] >= '0' && s.at[i] <= '9') || s.at[i] == ';' || s.at[i] == '?'))
			i++;
		if (i == s.len || !strchr("HXmKJhl", s.at[i]))
			abort();
		return i + 1;
	}
	if (s.at[1] != ']')
		abort();
	while (i + 1 < s.len && (s.at[i] != '\x1b' || s.at[i + 1] != '\\')) {
		if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f)
			abort();
		i++;
	}
	return i + 2;
}

static inline void harmless_check(struct span s)
{
	if (!utf8_is_valid(s))
		abort();
	while (s.len) {
		unsigned char c = (unsigned char)s.at[0];
		if (c == 0x1b) {
			s = span_after(s, harmless_sequence(s));
			continue;
		}
		if (c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)s.at[1] < 0xa0))
			abort();
		s = span_after(s, 1);
	}
}
