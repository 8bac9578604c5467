// SPDX-License-Identifier: MIT
// A picture as cells: what a program that nobody believes wrote, taken apart.
//
// It may say colours (SGR), letters of ASCII, blocks (U+2580 to U+259F) and the ends of rows.
// Anything else, or more of it than was asked for, and all of it is refused: no byte of it
// reaches a terminal but through cells. Pure; owner: whoever parsed it.
#pragma once

#include "client/ui/grid.h"

struct mosaic_cell {
	char text[3];
	uint8_t len;     // 0: blank
	uint32_t fg, bg; // as of a grid_cell
};

struct mosaic {
	int cols, rows; // as far as there is anything
	int n_cols;     // of a row of cells
	struct mosaic_cell *cells;
};

// At most `cols` by `rows`, as it was asked for. NULL, or in words what is wrong: *m is empty
// then.
MUST_USE const char *mosaic_parse(struct mosaic *m, struct span bytes, int cols, int rows);
// A zeroed one is fine.
void mosaic_clear(struct mosaic *m);
// Draws its row there, as far as there is room.
void mosaic_draw_row(const struct mosaic *m, int row, struct grid *g, int y, int x, int max);
