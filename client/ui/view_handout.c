// SPDX-License-Identifier: MIT
// A link that is handed on, over the whole screen: words and the link at the left, its code at
// the right as far as there is room.
#include "client/text/filter.h"
#include "client/text/wrap.h"
#include "client/ui/view_private.h"

#include <sodium.h>

#define WORDS_LEAST 24 // columns beside the code

struct page {
	const struct screen_view *v;
	struct grid *g;
	int row, cols;
};

static void put_rows(struct page *p, enum style style, struct span text)
{
	struct wrap w;
	struct span row;

	wrap_init(&w, &p->v->widths, text, p->cols);
	while (wrap_next(&w, &row) && p->row < p->g->rows)
		grid_put(p->g, p->row++, 1, p->cols, style, row);
	p->row++;
}

static void put_words(struct page *p, enum style style, const char *text)
{
	struct buf clean = {0};

	filter_add_line(&clean, span_of(text));
	put_rows(p, style, buf_span(&clean));
	if (clean.len)
		sodium_memzero(clean.at, clean.len);
	buf_clear(&clean);
}

static const char *why_no_code(const struct handout *h, bool ascii)
{
	if (!h->code.size)
		return "the link is too long for a QR code";
	return ascii ? "a QR code needs a terminal with UTF-8"
		     : "a larger window shows its QR code";
}

void view_draw_handout(const struct screen_view *v, struct grid *g)
{
	const struct handout *h = &v->handout;
	struct page p = {.v = v, .g = g, .cols = g->cols - 2};
	int beside = g->cols - qr_cols(&h->code) - 3;
	bool has_code = h->code.size && !v->ascii && beside >= WORDS_LEAST &&
			qr_rows(&h->code) <= g->rows;

	if (has_code)
		p.cols = beside;
	put_words(&p, STYLE_TITLE, h->words);
	put_words(&p, STYLE_TEXT, h->link);
	put_words(&p, STYLE_DIM, "y copies it, Esc leaves; it is not shown again");
	if (!has_code)
		put_words(&p, STYLE_DIM, why_no_code(h, v->ascii));
	if (v->said)
		put_words(&p, STYLE_WARN, v->said);
	if (has_code)
		qr_draw(&h->code, g, 0, g->cols - qr_cols(&h->code));
}
