// SPDX-License-Identifier: MIT
// Pictures: between the messages, and one over the whole screen.
#include "client/model/picture.h"
#include "client/text/filter.h"
#include "client/ui/view_private.h"

static void add_words(const struct screen_view *v, struct block *b, const char *before,
		      const char *words)
{
	size_t at = b->text.len;

	buf_add_str(&b->text, before);
	filter_add_line(&b->text, span_of(words));
	block_add_wrapped_as(v, b, ROW_UNSEEN, at, block_text_cols(v, false) - 3, false, false);
}

void view_add_picture(const struct screen_view *v, struct block *b, const struct log_line *l)
{
	const struct album_picture *p;

	if (!v->album || !v->album->is_on || v->bare == BARE_TEXT ||
	    (l->flags & LINE_REDACTED) || !l->id_len || !picture_is_in(l))
		return;
	p = album_see(v->album, line_id(l), block_text_cols(v, false));
	if (!p)
		return;
	b->picture = &p->mosaic;
	b->picture_row = b->n_rows;
	for (int i = 0; i < p->mosaic.rows; i++)
		block_add_row(b, ROW_PICTURE, b->text.len);
	if (p->state == ALBUM_FAILED)
		add_words(v, b, "not shown: ", p->why);
	else if (!p->mosaic.rows)
		add_words(v, b, "", "the picture is on its way");
}

void view_draw_picture_row(const struct screen_view *v, struct grid *g, const struct block *b,
			   size_t row, int y)
{
	const struct layout *l = &v->layout;

	mosaic_draw_row(b->picture, (int)(row - b->picture_row), g, y,
			l->main_col + l->text_col, l->main_cols - l->text_col);
}

static void put_line(const struct screen_view *v, struct grid *g, int row, enum style style,
		     const char *words)
{
	struct buf clean = {0};

	filter_add_line(&clean, span_of(words));
	view_put_cut(v, g, row, 1, g->cols - 2, style, buf_span(&clean));
	buf_clear(&clean);
}

static void draw_centred(const struct mosaic *m, struct grid *g)
{
	int x = (g->cols - m->cols) / 2, y = (g->rows - 1 - m->rows) / 2;

	for (int i = 0; i < m->rows; i++)
		mosaic_draw_row(m, i, g, (y > 0 ? y : 0) + i, x > 0 ? x : 0, g->cols);
}

void view_draw_viewer(const struct screen_view *v, struct grid *g)
{
	const struct viewer *p = &v->viewer;
	struct buf line = {0};

	if (p->state == VIEWER_WAITS)
		put_line(v, g, 0, STYLE_DIM, "the picture is on its way");
	if (p->state == VIEWER_FAILED) {
		buf_printf(&line, "not shown: %s", p->why);
		put_line(v, g, 0, STYLE_ERROR, buf_str(&line));
		buf_reset(&line);
	}
	if (p->state == VIEWER_SHOWS && p->wish.form == PICTURE_BLOCKS)
		draw_centred(&p->mosaic, g);
	buf_printf(&line, "%s  (any key goes back)", p->title);
	put_line(v, g, g->rows - 1, STYLE_DIM, buf_str(&line));
	buf_clear(&line);
}
