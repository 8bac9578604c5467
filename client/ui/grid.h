// SPDX-License-Identifier: MIT
// Cells in memory: what a frame is drawn into, and what tests compare.
//
// A cluster of more cells leaves empty cells (width 0) behind it; overwriting a part of
// one blanks the rest. Rows and columns count from 0; what lies outside is cut.
// Owner: the screen or the test; one thread.
#pragma once

#include "client/ui/style.h"
#include "client/text/width.h"
#include "common/buf.h"

struct grid_cell {
	char text[CLUSTER_MAX];
	uint8_t len; // 0: blank, or covered by a cluster before
	uint8_t width;
	uint8_t style;
	uint8_t link;    // 0: none, else index into grid.links + 1
	uint8_t isolate; // enum isolate
	uint32_t fg, bg; // colours of its own beside the style, of a picture; 0: none
};

// A colour of a cell: a number of the palette, or red, green and blue.
#define INK_PALETTE 0x1000000u
#define INK_RGB 0x2000000u

// Around a text that runs from the right, so that it does not turn over its neighbours.
enum isolate { ISOLATE_STARTS = 1, ISOLATE_ENDS = 2 };

#define GRID_LINKS_MAX 64

struct grid {
	int cols, rows;
	struct grid_cell *cells;
	bool isolates;                     // texts that run from the right are marked as such
	const struct widths *widths;       // borrowed from who draws; NULL: by clusters
	struct span links[GRID_LINKS_MAX]; // owned
	size_t n_links;
	int cursor_row, cursor_col; // -1: hidden
};

void grid_init(struct grid *g, int cols, int rows);
void grid_clear(struct grid *g);
// All blank, no cursor, no links.
void grid_blank(struct grid *g);
MUST_USE struct grid_cell *grid_cell(const struct grid *g, int row, int col);
// Draws filtered text in at most `max` cells; gives the count of cells used.
int grid_put(struct grid *g, int row, int col, int max, enum style style, struct span text);
int grid_str(struct grid *g, int row, int col, int max, enum style style, const char *text);
void grid_fill(struct grid *g, int row, int col, int count, enum style style,
	       const char *cluster);
// Restyles cells that were drawn.
void grid_paint(struct grid *g, int row, int col, int count, enum style style);
// Colours of its own for a cell that was drawn.
void grid_ink(const struct grid *g, int row, int col, uint32_t fg, uint32_t bg);
void grid_link(struct grid *g, int row, int col, int count, struct span url);
// The row as text without blanks at its end.
void grid_text(const struct grid *g, int row, struct buf *out);
