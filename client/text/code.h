// SPDX-License-Identifier: MIT
// What of a message is code: between fences of ```, and the indented lines of a message of
// several lines. It keeps its tabs and is not wrapped at words.
//
// Pure; any thread.
#pragma once

#include "client/text/width.h"
#include "common/buf.h"

#define CODE_TAB 8 // cells

struct code_walk {
	struct span rest;
	bool has_lines, is_inside, is_done;
};

struct code_line {
	struct span text; // without its LF, as it came
	bool is_code;
};

void code_walk_init(struct code_walk *w, struct span text);
// The next line. An empty text has one.
MUST_USE bool code_next(struct code_walk *w, struct code_line *line);
MUST_USE size_t code_count_lines(struct span text);
// Appends the line, filtered (client/text/filter.h), with blanks up to the next multiple of
// CODE_TAB for each tab.
void code_add(struct buf *out, const struct widths *by, struct span line);
