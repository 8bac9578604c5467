// SPDX-License-Identifier: MIT
// Cuts filtered text into rows of at most `cols` cells: at blanks, and inside a word
// only when it is longer than a row. LF ends a row. Pure; any thread.
#pragma once

#include "client/text/width.h"

struct wrap {
	const struct widths *widths; // borrowed, or NULL
	struct span text;
	size_t at;
	int cols;
	bool keeps_words; // set by wrap_init; else a row is filled to its last cell
	bool is_done;
};

// cols is at least 1 (a wide cluster in one column gets a row of its own).
void wrap_init(struct wrap *w, const struct widths *by, struct span text, int cols);
// The next row, without the blank that it broke at. An empty text has one empty row.
MUST_USE bool wrap_next(struct wrap *w, struct span *row);
MUST_USE size_t wrap_count(const struct widths *by, struct span text, int cols);
