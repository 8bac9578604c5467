// SPDX-License-Identifier: MIT
// The open menu, over the lower part of the messages.
#include "client/ui/view_private.h"

static int rows_of(const struct screen_view *v)
{
	const struct menu *m = &v->menu;
	int most = v->layout.main_rows - 1;
	if (m->kind == MENU_COMPLETE && most > 8)
		most = 8;
	int want = (int)(m->count < 1000 ? m->count : 1000);
	if (!want)
		want = 1;
	return want < most ? want : most;
}

static void draw_item(const struct screen_view *v, struct grid *g, int y, int cols, size_t i)
{
	const struct menu_item *item = &v->menu.items[i];
	enum style style = i == v->menu.chosen ? STYLE_CHOSEN : STYLE_POPUP;
	int col = v->layout.main_col;
	grid_fill(g, y, col, cols, style, " ");
	// The chosen one has a sign too: colours may be off.
	if (i == v->menu.chosen)
		grid_str(g, y, col, 1, style, sign(v, SIGN_CURRENT));
	int width = width_of(&v->widths, span_of(item->text));
	int detail = width_of(&v->widths, span_of(item->detail));
	int used = view_put_cut(v, g, y, col + 2, cols - 3, style, span_of(item->text));
	if (!detail || width > cols - 3)
		return;
	int room = cols - used - 5;
	if (room < 2) {
		grid_str(g, y, col + cols - 1, 1, style, sign(v, SIGN_MORE));
		return;
	}
	view_put_cut(v, g, y, detail < room ? col + cols - detail - 1 : col + used + 4, room,
		     style, span_of(item->detail));
}

// The first one drawn, so that the chosen one is in sight.
static size_t find_top(const struct menu *m, size_t rows)
{
	return m->chosen >= rows ? m->chosen - rows + 1 : 0;
}

void view_draw_menu(const struct screen_view *v, struct grid *g)
{
	const struct menu *m = &v->menu;
	if (m->kind == MENU_NONE || v->layout.main_rows < 3)
		return;
	const struct layout *l = &v->layout;
	int rows = rows_of(v), cols = l->main_cols;
	int first = l->main_row + l->main_rows - rows;
	size_t top = find_top(m, (size_t)rows);
	grid_fill(g, first - 1, l->main_col, cols, STYLE_POPUP, sign(v, SIGN_HORIZONTAL));
	grid_str(g, first - 1, l->main_col + 1, 1, STYLE_POPUP, " ");
	int used = view_put_cut(v, g, first - 1, l->main_col + 2, cols - 4, STYLE_POPUP,
				span_of(m->title));
	grid_str(g, first - 1, l->main_col + 2 + used, 1, STYLE_POPUP, " ");
	if (!m->count) {
		grid_fill(g, first, l->main_col, cols, STYLE_POPUP, " ");
		grid_str(g, first, l->main_col + 2, cols - 3, STYLE_POPUP, "nothing found");
	}
	for (int i = 0; i < rows && top + (size_t)i < m->count; i++)
		draw_item(v, g, first + i, cols, top + (size_t)i);
}
