// SPDX-License-Identifier: MIT
#include "client/ui/mosaic.h"

#include "common/die.h"

#include <stdlib.h>

#define PARAMETERS_MAX 16

struct mosaic_reader {
	struct span rest;
	struct mosaic *m;
	int max_rows, row, col;
	uint32_t fg, bg;
};

// Colours.

struct parameters {
	unsigned list[PARAMETERS_MAX];
	size_t n;
};

// "38;2;255;0;9": numbers up to 255, none of which is left out but the only one.
static bool read_parameters(struct span text, struct parameters *p)
{
	p->n = 0;
	if (!text.len)
		p->list[p->n++] = 0;
	while (text.len) {
		uint64_t value;
		bool is_last = span_find(text, ';') == text.len;
		struct span part = span_cut(&text, ';');
		if (part.len > 3 || !span_to_u64(part, &value) || value > 255 ||
		    p->n == PARAMETERS_MAX || (!text.len && !is_last))
			return false;
		p->list[p->n++] = (unsigned)value;
	}
	return true;
}

// "5;N" or "2;R;G;B" at *at, which goes behind it.
static bool read_ink(const struct parameters *p, size_t *at, uint32_t *ink)
{
	const unsigned *list = p->list + *at;
	size_t left = p->n - *at;

	if (left >= 2 && list[0] == 5) {
		*ink = INK_PALETTE | list[1];
		*at += 2;
		return true;
	}
	if (left >= 4 && list[0] == 2) {
		*ink = INK_RGB | list[1] << 16 | list[2] << 8 | list[3];
		*at += 4;
		return true;
	}
	return false;
}

// One of the first sixteen, from 30, 40, 90 or 100 on; or none, by 39 and 49.
static bool read_basic(unsigned number, uint32_t *fg, uint32_t *bg)
{
	unsigned color = number % 10, tens = number - color;

	if (number == 39)
		*fg = 0;
	else if (number == 49)
		*bg = 0;
	else if (color > 7)
		return false;
	else if (tens == 30 || tens == 90)
		*fg = INK_PALETTE | (color + (tens == 90 ? 8 : 0));
	else if (tens == 40 || tens == 100)
		*bg = INK_PALETTE | (color + (tens == 100 ? 8 : 0));
	else
		return false;
	return true;
}

static bool take_colors(struct mosaic_reader *r, const struct parameters *p)
{
	bool is_known = true;

	for (size_t i = 0; i < p->n && is_known;) {
		unsigned number = p->list[i++];
		if (number == 0)
			r->fg = r->bg = 0;
		else if (number == 38)
			is_known = read_ink(p, &i, &r->fg);
		else if (number == 48)
			is_known = read_ink(p, &i, &r->bg);
		else
			is_known = read_basic(number, &r->fg, &r->bg);
	}
	return is_known;
}

// "\x1b[...m", whose beginning is there.
static const char *take_escape(struct mosaic_reader *r)
{
	struct span body = span_after(r->rest, 2);
	size_t len = span_find(body, 'm');
	struct parameters p;

	if (!span_starts(r->rest, SPAN("\x1b[")) || len == body.len ||
	    !read_parameters(span_from(body.at, len), &p) || !take_colors(r, &p))
		return "what draws it asks the terminal for other things than colours";
	r->rest = span_after(body, len + 1);
	return NULL;
}

// Cells.

// Of ASCII, or U+2580 to U+259F; 0: it is neither.
static size_t letter_len(struct span s)
{
	unsigned char first = (unsigned char)s.at[0];

	if (first >= 0x20 && first < 0x7f)
		return 1;
	if (s.len >= 3 && span_starts(s, SPAN("\xe2\x96")) &&
	    ((unsigned char)s.at[2] & 0xe0) == 0x80)
		return 3;
	return 0;
}

static void put_cell(struct mosaic_reader *r, struct span letter)
{
	struct mosaic *m = r->m;
	struct mosaic_cell *c = &m->cells[r->row * m->n_cols + r->col++];

	*c = (struct mosaic_cell){.fg = r->fg, .bg = r->bg};
	if (letter.at[0] != ' ') {
		memcpy(c->text, letter.at, letter.len);
		c->len = (uint8_t)letter.len;
	}
	if (r->col > m->cols)
		m->cols = r->col;
	m->rows = r->row + 1;
}

static const char *take_letter(struct mosaic_reader *r)
{
	size_t len = letter_len(r->rest);

	if (!len)
		return "what draws it says what is no picture";
	if (r->row >= r->max_rows || r->col >= r->m->n_cols)
		return "what draws it draws more than was asked for";
	put_cell(r, span_from(r->rest.at, len));
	r->rest = span_after(r->rest, len);
	return NULL;
}

static const char *take(struct mosaic_reader *r)
{
	if (r->rest.at[0] == '\x1b')
		return take_escape(r);
	if (r->rest.at[0] != '\n')
		return take_letter(r);
	r->rest = span_after(r->rest, 1);
	r->row++;
	r->col = 0;
	return NULL;
}

const char *mosaic_parse(struct mosaic *m, struct span bytes, int cols, int rows)
{
	const char *why = NULL;
	struct mosaic_reader r = {.rest = bytes, .m = m, .max_rows = rows};

	*m = (struct mosaic){.n_cols = cols};
	m->cells = xcalloc((size_t)cols * (size_t)rows, sizeof(*m->cells));
	while (r.rest.len && !why)
		why = take(&r);
	if (!why && !m->rows)
		why = "what draws it draws nothing";
	if (why)
		mosaic_clear(m);
	return why;
}

void mosaic_clear(struct mosaic *m)
{
	free(m->cells);
	*m = (struct mosaic){0};
}

void mosaic_draw_row(const struct mosaic *m, int row, struct grid *g, int y, int x, int max)
{
	for (int i = 0; i < m->cols && i < max; i++) {
		const struct mosaic_cell *c = &m->cells[row * m->n_cols + i];
		struct span text = c->len ? span_from(c->text, c->len) : SPAN(" ");
		if (grid_put(g, y, x + i, 1, STYLE_TEXT, text))
			grid_ink(g, y, x + i, c->fg, c->bg);
	}
}
