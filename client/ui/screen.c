// SPDX-License-Identifier: MIT
#include "client/ui/screen.h"
#include "common/utf8.h"

struct pen {
	struct buf *out;
	const struct theme *theme;
	const struct grid *grid;
	bool has_links;
	int row, col;    // where the terminal's cursor is; -1: unknown
	int style;       // -1: unknown
	uint32_t fg, bg; // of a picture's cell, beside the style
	int link;
};

void screen_init(struct screen *s, int cols, int rows)
{
	*s = (struct screen){.is_unknown = true};
	grid_init(&s->shown, cols, rows);
	grid_init(&s->next, cols, rows);
}

void screen_clear(struct screen *s)
{
	grid_clear(&s->shown);
	grid_clear(&s->next);
}

void screen_resize(struct screen *s, int cols, int rows)
{
	if (cols == s->next.cols && rows == s->next.rows)
		return;
	screen_clear(s);
	grid_init(&s->shown, cols, rows);
	grid_init(&s->next, cols, rows);
	s->is_unknown = true;
}

void screen_forget(struct screen *s)
{
	s->is_unknown = true;
}

// Box drawing, blocks, arrows and plain CJK have one width everywhere.
static bool is_sure(uint32_t code)
{
	return code < 0x2000 || (code >= 0x2010 && code <= 0x2027) ||
	       (code >= 0x2500 && code <= 0x259f) || (code >= 0x3041 && code <= 0x30ff) ||
	       (code >= 0x4e00 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7a3);
}

static bool is_unsure(const struct grid_cell *c)
{
	if (c->len < 2)
		return c->isolate != 0;
	size_t at = 0;
	uint32_t first = utf8_next(span_from(c->text, c->len), &at);
	return c->len > 4 || c->isolate || !is_sure(first) || (at < c->len && first >= 0x300) ||
	       width_is_mark(first);
}

// How far a terminal may draw past the cells that we counted for a cluster: what is
// joined may stand side by side.
static int spill_of(const struct grid_cell *c)
{
	return is_unsure(c) ? 2 + c->len / 4 : 0;
}

static bool is_equal(const struct screen *s, const struct grid_cell *a,
		     const struct grid_cell *b)
{
	if (a->len != b->len || a->width != b->width || a->style != b->style ||
	    a->isolate != b->isolate || a->fg != b->fg || a->bg != b->bg ||
	    memcmp(a->text, b->text, a->len) != 0)
		return false;
	if (!a->link && !b->link)
		return true;
	return a->link && b->link &&
	       span_eq(s->shown.links[a->link - 1], s->next.links[b->link - 1]);
}

static void move(struct pen *p, int row, int col)
{
	if (p->row == row && p->col == col)
		return;
	buf_printf(p->out, "\x1b[%d;%dH", row + 1, col + 1);
	p->row = row;
	p->col = col;
}

// `layer`: 38 of a letter, 48 of what is behind it.
static void add_ink(struct buf *out, int layer, uint32_t ink)
{
	unsigned r = ink >> 16 & 255, g = ink >> 8 & 255, b = ink & 255;
	if (ink & INK_RGB)
		buf_printf(out, ";%d;2;%u;%u;%u", layer, r, g, b);
	else if (ink >= (INK_PALETTE | 16))
		buf_printf(out, ";%d;5;%u", layer, b);
	else if (ink)
		buf_printf(out, ";%u", (b < 8 ? b + 30 : b + 82) + (layer == 48 ? 10 : 0));
}

static void set_look(struct pen *p, int style, uint32_t fg, uint32_t bg)
{
	if (p->style == style && p->fg == fg && p->bg == bg)
		return;
	const char *sgr = p->theme->sgr[style];
	buf_printf(p->out, "\x1b[0%s%s", sgr[0] ? ";" : "", sgr);
	add_ink(p->out, 38, fg);
	add_ink(p->out, 48, bg);
	buf_add_char(p->out, 'm');
	p->style = style;
	p->fg = fg;
	p->bg = bg;
}

static void set_style(struct pen *p, int style)
{
	set_look(p, style, 0, 0);
}

static void set_link(struct pen *p, int link)
{
	if (p->link == link || !p->has_links)
		return;
	if (link) {
		struct span url = p->grid->links[link - 1];
		buf_printf(p->out, "\x1b]8;id=%d;" SPAN_FMT "\x1b\\", link, SPAN_ARG(url));
	} else {
		buf_add_str(p->out, "\x1b]8;;\x1b\\");
	}
	p->link = link;
}

static void draw_cell(struct pen *p, int row, int col, const struct grid_cell *c)
{
	move(p, row, col);
	set_look(p, c->style, c->fg, c->bg);
	set_link(p, c->link);
	bool unsure = is_unsure(c);
	if (unsure)
		buf_printf(p->out, "\x1b[%dX", c->width);
	if (c->isolate & ISOLATE_STARTS)
		// NOLINTNEXTLINE(misc-misleading-bidirectional): ends in another cell
		buf_add_str(p->out, "\u2068");
	if (c->len)
		buf_add(p->out, c->text, c->len);
	else
		buf_add_char(p->out, ' ');
	if (c->isolate & ISOLATE_ENDS)
		buf_add_str(p->out, "\u2069");
	p->col += c->width;
	// In the last column the cursor waits at the edge or not, as the terminal likes.
	if (unsure || p->col >= p->grid->cols)
		p->row = -1;
}

// Blank to the end of the row: one EL instead of many blanks. Only where the theme
// paints no background.
static bool erase_tail(struct pen *p, int row, int col)
{
	const struct grid *g = p->grid;
	for (int i = col; i < g->cols; i++) {
		const struct grid_cell *c = grid_cell(g, row, i);
		if (c->len || c->link || c->width != 1 || c->style != STYLE_TEXT || c->bg)
			return false;
	}
	if (g->cols - col < 4)
		return false;
	move(p, row, col);
	set_style(p, STYLE_TEXT);
	set_link(p, 0);
	buf_add_str(p->out, "\x1b[K");
	return true;
}

// A mark that starts an isolate stands in the cell before it, on the terminal.
static bool holds_old_mark(const struct screen *s, int row, int col)
{
	if (col + 1 >= s->shown.cols)
		return false;
	const struct grid_cell *was = grid_cell(&s->shown, row, col + 1);
	return (was->isolate & ISOLATE_STARTS) &&
	       !is_equal(s, was, grid_cell(&s->next, row, col + 1));
}

static void draw_row(const struct screen *s, struct pen *p, int row)
{
	int redraw_to = -1; // cells before this column are drawn whether they differ or not
	for (int col = 0; col < s->next.cols; col++) {
		const struct grid_cell *now = grid_cell(&s->next, row, col);
		const struct grid_cell *was = grid_cell(&s->shown, row, col);
		if (is_equal(s, was, now) && col >= redraw_to && !holds_old_mark(s, row, col))
			continue;
		if (now->width == 0)
			continue;
		int spill = spill_of(now) > spill_of(was) ? spill_of(now) : spill_of(was);
		if (!spill && erase_tail(p, row, col))
			return;
		draw_cell(p, row, col, now);
		int reach = col + spill + (now->width > was->width ? now->width : was->width);
		// A wide one that became narrow leaves half a cell to draw.
		if ((spill || was->width != now->width) && reach > redraw_to)
			redraw_to = reach;
	}
}

static void place_cursor(struct pen *p, const struct grid *g)
{
	set_style(p, STYLE_TEXT);
	set_link(p, 0);
	if (g->cursor_row < 0)
		return;
	p->row = -1;
	move(p, g->cursor_row, g->cursor_col);
	buf_add_str(p->out, "\x1b[?25h");
}

static bool is_same_frame(const struct screen *s)
{
	if (s->is_unknown || s->shown.cursor_row != s->next.cursor_row ||
	    s->shown.cursor_col != s->next.cursor_col)
		return false;
	size_t count = (size_t)s->next.cols * (size_t)s->next.rows;
	for (size_t i = 0; i < count; i++) {
		if (!is_equal(s, &s->shown.cells[i], &s->next.cells[i]))
			return false;
	}
	return true;
}

void screen_flush(struct screen *s, const struct theme *theme, struct buf *out)
{
	if (is_same_frame(s))
		return;
	struct pen p = {.out = out,
			.theme = theme,
			.grid = &s->next,
			.has_links = s->has_links,
			.row = -1,
			.col = -1,
			.style = -1};
	buf_add_str(out, s->has_sync ? "\x1b[?2026h\x1b[?25l" : "\x1b[?25l");
	if (s->is_unknown) {
		buf_add_str(out, "\x1b[0m\x1b[2J");
		grid_blank(&s->shown);
	}
	for (int row = 0; row < s->next.rows; row++)
		draw_row(s, &p, row);
	place_cursor(&p, &s->next);
	if (s->has_sync)
		buf_add_str(out, "\x1b[?2026l");
	struct grid swap = s->shown;
	s->shown = s->next;
	s->next = swap;
	s->is_unknown = false;
}
