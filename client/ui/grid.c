// SPDX-License-Identifier: MIT
#include "client/ui/grid.h"
#include "client/text/bidi.h"
#include "common/die.h"

#include <stdlib.h>

void grid_init(struct grid *g, int cols, int rows)
{
	*g = (struct grid){.cols = cols, .rows = rows, .cursor_row = -1, .cursor_col = -1};
	g->cells = xcalloc((size_t)cols * (size_t)rows, sizeof(*g->cells));
	grid_blank(g);
}

static void drop_links(struct grid *g)
{
	for (size_t i = 0; i < g->n_links; i++) {
		void *text = (void *)(uintptr_t)g->links[i].at;
		free(text);
	}
	g->n_links = 0;
}

void grid_clear(struct grid *g)
{
	drop_links(g);
	free(g->cells);
	*g = (struct grid){0};
}

void grid_blank(struct grid *g)
{
	size_t count = (size_t)g->cols * (size_t)g->rows;
	memset(g->cells, 0, count * sizeof(*g->cells));
	for (size_t i = 0; i < count; i++)
		g->cells[i].width = 1;
	g->cursor_row = g->cursor_col = -1;
	drop_links(g);
}

struct grid_cell *grid_cell(const struct grid *g, int row, int col)
{
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

static bool is_inside(const struct grid *g, int row, int col)
{
	return row >= 0 && row < g->rows && col >= 0 && col < g->cols;
}

static void blank_cell(struct grid_cell *c)
{
	uint8_t style = c->style;
	*c = (struct grid_cell){.width = 1, .style = style};
}

// No part of a wide cluster stays alone.
static void split_wide(struct grid *g, int row, int col)
{
	int head = col;
	while (head > 0 && grid_cell(g, row, head)->width == 0)
		head--;
	int width = grid_cell(g, row, head)->width;
	for (int i = head; width > 1 && i < head + width && i < g->cols; i++)
		blank_cell(grid_cell(g, row, i));
}

static void set_cell(struct grid *g, int row, int col, enum style style, struct span cluster,
		     int width)
{
	for (int i = 0; i < width; i++)
		split_wide(g, row, col + i);
	struct grid_cell *c = grid_cell(g, row, col);
	for (int i = 1; i < width; i++)
		c[i] = (struct grid_cell){.style = (uint8_t)style};
	*c = (struct grid_cell){.width = (uint8_t)width, .style = (uint8_t)style};
	if (!span_eq(cluster, SPAN(" "))) {
		memcpy(c->text, cluster.at, cluster.len);
		c->len = (uint8_t)cluster.len;
	}
}

static void isolate(struct grid *g, int row, int col, int last)
{
	grid_cell(g, row, col)->isolate |= ISOLATE_STARTS;
	grid_cell(g, row, last)->isolate |= ISOLATE_ENDS;
}

int grid_put(struct grid *g, int row, int col, int max, enum style style, struct span text)
{
	int used = 0, last = col;
	bool is_rtl = g->isolates && bidi_has_rtl(text);
	while (text.len && used < max && is_inside(g, row, col + used)) {
		int width;
		size_t len = width_next(g->widths, text, &width);
		struct span cluster = span_from(text.at, len);
		text = span_after(text, len);
		if (width == 0)
			continue;
		if (used + width > max || col + used + width > g->cols)
			break;
		last = col + used;
		set_cell(g, row, last, style, cluster, width);
		used += width;
	}
	if (is_rtl && used)
		isolate(g, row, col, last);
	return used;
}

int grid_str(struct grid *g, int row, int col, int max, enum style style, const char *text)
{
	return grid_put(g, row, col, max, style, span_of(text));
}

void grid_fill(struct grid *g, int row, int col, int count, enum style style,
	       const char *cluster)
{
	for (int i = 0; i < count; i++)
		grid_put(g, row, col + i, 1, style, span_of(cluster));
}

void grid_paint(struct grid *g, int row, int col, int count, enum style style)
{
	for (int i = col; i < col + count; i++) {
		if (is_inside(g, row, i))
			grid_cell(g, row, i)->style = (uint8_t)style;
	}
}

void grid_ink(const struct grid *g, int row, int col, uint32_t fg, uint32_t bg)
{
	if (!is_inside(g, row, col))
		return;
	grid_cell(g, row, col)->fg = fg;
	grid_cell(g, row, col)->bg = bg;
}

static size_t need_link(struct grid *g, struct span url)
{
	for (size_t i = 0; i < g->n_links; i++) {
		if (span_eq(g->links[i], url))
			return i + 1;
	}
	if (g->n_links == GRID_LINKS_MAX)
		return 0;
	g->links[g->n_links] = span_from(span_dup(url), url.len);
	return ++g->n_links;
}

void grid_link(struct grid *g, int row, int col, int count, struct span url)
{
	size_t link = need_link(g, url);
	for (int i = col; i < col + count; i++) {
		if (is_inside(g, row, i))
			grid_cell(g, row, i)->link = (uint8_t)link;
	}
}

void grid_text(const struct grid *g, int row, struct buf *out)
{
	size_t end = out->len;
	for (int col = 0; col < g->cols; col++) {
		const struct grid_cell *c = grid_cell(g, row, col);
		if (c->len)
			buf_add(out, c->text, c->len);
		else if (c->width)
			buf_add_char(out, ' ');
		if (c->len)
			end = out->len;
	}
	out->len = end;
}
