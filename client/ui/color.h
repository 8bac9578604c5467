// SPDX-License-Identifier: MIT
// Colours: the palette of 256, how well two can be told apart, what a terminal can show.
//
// Pure; any thread.
#pragma once

#include "common/span.h"

#include <stdint.h>

struct rgb {
	uint8_t r, g, b;
};

enum color_depth { DEPTH_16, DEPTH_256, DEPTH_TRUE };

// What TERM and COLORTERM (each may be NULL) say about the terminal.
MUST_USE enum color_depth color_depth(const char *term, const char *colorterm);
// Colour 0 to 255 as xterm has it.
MUST_USE struct rgb color_of_palette(int number);
// The number that comes closest: of 16 to 255, or of the first 16 for DEPTH_16.
MUST_USE int color_nearest(struct rgb color, enum color_depth depth);
// WCAG 2: from 1 to 21; from 4.5 on a text can be read. Too low by 1 % at most.
MUST_USE double color_contrast(struct rgb a, struct rgb b);
MUST_USE bool color_is_light(struct rgb color);
// "#87afd7" or, as terminals answer, "rgb:8787/afaf/d7d7". False when it is neither.
MUST_USE bool color_parse(struct span text, struct rgb *color);
