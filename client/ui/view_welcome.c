// SPDX-License-Identifier: MIT
// Three things that a newcomer has to know, above the status row, until the first message or
// Esc.
#include "client/ui/view_private.h"

static const char *const lines[WELCOME_ROWS] = {
	"Type and press Enter: all here read it.",
	"F1: keys and commands. M- is Alt.",
	"M-g: go elsewhere. Esc: hide this.",
};

void view_draw_welcome(const struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;

	for (int i = 0; i < WELCOME_ROWS && l->welcome_rows; i++) {
		int y = l->status_row - WELCOME_ROWS + i;

		grid_fill(g, y, 0, g->cols, STYLE_POPUP, " ");
		grid_str(g, y, 1, g->cols - 1, STYLE_POPUP, lines[i]);
	}
}
