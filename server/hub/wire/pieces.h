// SPDX-License-Identifier: MIT
// Pieces: a text cut into what fits into one line each. Pure.
#pragma once

#include "common/span.h"

// A part of a message that fits into one line.
struct piece {
	struct span text; // borrowed
	bool concat;      // belongs to the line before it
};

struct pieces {
	struct piece *at;
	size_t n, space;
};

void pieces_add(struct pieces *p, struct span text, bool concat);
// Cuts lines (joined by LF) into pieces of at most `max` bytes, at spaces if it can.
void pieces_split(struct pieces *p, struct span text, size_t max);
void pieces_clear(struct pieces *p);
