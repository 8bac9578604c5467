// SPDX-License-Identifier: MIT
// One row of the log onto the grid.
#include "client/text/filter.h"
#include "common/url.h"
#include "client/ui/view_private.h"

#include <assert.h>

static const struct log_line *line_of(const struct screen_view *v, const struct block *b)
{
	return b->item.own ? NULL : scrollback_at(&v->model->current->log, b->item.last);
}

static void draw_rule(const struct screen_view *v, struct grid *g, int y, enum style style,
		      struct span text, bool is_centred)
{
	const struct layout *l = &v->layout;
	int width = width_of(g->widths, text), from = l->main_col, cols = l->main_cols;
	int at = is_centred ? (cols - width) / 2 : 3;
	if (at < 2)
		at = 2;
	grid_fill(g, y, from, cols, style == STYLE_DIM ? STYLE_BORDER : style,
		  sign(v, SIGN_HORIZONTAL));
	grid_str(g, y, from + at - 1, 1, style, " ");
	int used = grid_put(g, y, from + at, cols - at - 1, style, text);
	grid_str(g, y, from + at + used, 1, style, " ");
}

static void draw_time(const struct screen_view *v, struct grid *g, int64_t at_ms, int y)
{
	char clock[8];
	if (v->bare == BARE_TEXT)
		return;
	view_clock(at_ms, clock);
	grid_str(g, y, v->layout.main_col + 1, 5, STYLE_TIME, clock);
}

static void draw_right(struct grid *g, int y, int col, int cols, enum style style,
		       struct span text)
{
	int width;
	text = width_cut(g->widths, text, cols, &width);
	grid_put(g, y, col + cols - width, width, style, text);
}

static void draw_nick(const struct screen_view *v, struct grid *g, int y,
		      const struct person *p, enum line_kind kind, bool is_mention)
{
	const struct layout *l = &v->layout;
	struct buf name = {0};
	if (kind == LINE_ACTION)
		buf_add_str(&name, "* ");
	if (kind == LINE_NOTICE)
		buf_add_char(&name, '-');
	view_add_name_in(v, &name, p, l->nick_cols - (name.len || kind == LINE_NOTICE ? 2 : 0));
	if (kind == LINE_NOTICE)
		buf_add_char(&name, '-');
	enum style style = p == v->model->me ? STYLE_SELF : style_of_nick(span_of(p->key));
	draw_right(g, y, l->main_col + 7, l->nick_cols, is_mention ? STYLE_MENTION : style,
		   buf_span(&name));
	buf_clear(&name);
}

static void draw_sign(const struct screen_view *v, struct grid *g, int y, enum line_kind kind)
{
	const struct layout *l = &v->layout;
	bool is_error = kind == LINE_ERROR;
	if (l->nick_cols)
		grid_str(g, y, l->main_col + 7 + l->nick_cols - 1, 1,
			 is_error ? STYLE_ERROR : STYLE_EVENT,
			 is_error ? "!" : sign(v, SIGN_DOT));
}

// The part of a link that stands in this row is drawn as one and leads to all of it.
static void draw_links(struct grid *g, const struct block *b, const struct view_row *r, int y,
		       int col)
{
	struct span all = buf_span(&b->text), url;
	size_t from = b->rows[0].at, row_end = r->at + r->len;
	while (url_next(all, &from, &url)) {
		size_t start = (size_t)(url.at - all.at), end = start + url.len;
		size_t a = start > r->at ? start : r->at, z = end < row_end ? end : row_end;
		if (start >= row_end)
			break;
		if (a >= z)
			continue;
		int x = col + width_of(g->widths, span_from(all.at + r->at, a - r->at));
		int width = width_of(g->widths, span_from(all.at + a, z - a));
		grid_paint(g, y, x, width, STYLE_LINK);
		grid_link(g, y, x, width, url);
	}
}

static void draw_inline_nick(const struct screen_view *v, struct grid *g, const struct block *b,
			     int y, const struct person *p)
{
	if (v->layout.nick_cols || !b->shows_nick || v->bare == BARE_TEXT || !p)
		return;
	enum style style = p == v->model->me ? STYLE_SELF : style_of_nick(span_of(p->key));
	struct buf name = {0};
	view_add_name(v, &name, p);
	grid_paint(g, y, v->layout.main_col + v->layout.text_col,
		   width_of(g->widths, buf_span(&name)), style);
	buf_clear(&name);
}

static const char *state_words(enum own_state state)
{
	switch (state) {
	case OWN_KEEPING:
		return "keeping";
	case OWN_QUEUED:
		return "queued";
	case OWN_SENDING:
		return "sending";
	case OWN_HELD:
		return "held";
	case OWN_LOST:
		return "lost";
	case OWN_REFUSED:
		return "not sent";
	}
	return "";
}

static void draw_speech(const struct screen_view *v, struct grid *g, const struct block *b,
			const struct view_row *r, int y)
{
	const struct layout *l = &v->layout;
	const struct log_line *line = line_of(v, b);
	const struct own *o = b->item.own;
	const struct person *p = o ? v->model->me : line->from;
	enum line_kind kind = o ? o->kind : (enum line_kind)line->kind;
	bool is_mention =
		line && (line->flags & LINE_MENTION) && v->model->current->kind == TARGET_ROOM;
	bool is_dim = o ? o->state != OWN_REFUSED : (line->flags & LINE_REDACTED) != 0;
	int col = l->main_col + l->text_col;
	grid_put(g, y, col, l->main_cols - l->text_col, is_dim ? STYLE_DIM : STYLE_TEXT,
		 span_from(b->text.at + r->at, r->len));
	draw_links(g, b, r, y, col);
	bool is_named = (size_t)(r - b->rows) == b->named_row;
	if (!r->is_first && !is_named)
		return;
	if (is_mention && v->bare != BARE_TEXT)
		grid_str(g, y, l->main_col, 1, STYLE_MENTION, "@");
	if (b->shows_time || is_named)
		draw_time(v, g, o ? o->at_ms : line->at_ms, y);
	if ((b->shows_nick || is_named) && l->nick_cols && p)
		draw_nick(v, g, y, p, kind, is_mention);
	if (r->is_first)
		draw_inline_nick(v, g, b, y, p);
	if (o)
		draw_right(g, y, l->main_col + l->main_cols - 10, 9,
			   o->state == OWN_REFUSED ? STYLE_ERROR : STYLE_DIM,
			   span_of(state_words(o->state)));
}

static void draw_event(const struct screen_view *v, struct grid *g, const struct block *b,
		       const struct view_row *r, int y)
{
	const struct layout *l = &v->layout;
	const struct log_line *line = line_of(v, b);
	assert(line); // own messages are never events
	enum style style = line->kind == LINE_ERROR  ? STYLE_ERROR
			   : line->kind == LINE_INFO ? STYLE_TEXT
						     : STYLE_EVENT;
	int col = l->main_col + l->text_col;
	grid_put(g, y, col, l->main_cols - l->text_col, style,
		 span_from(b->text.at + r->at, r->len));
	draw_links(g, b, r, y, col);
	if (!r->is_first)
		return;
	if (b->shows_time)
		draw_time(v, g, line->at_ms, y);
	draw_sign(v, g, y, (enum line_kind)line->kind);
}

// Something that belongs to the message: a bar at its left.
static void draw_attached(const struct screen_view *v, struct grid *g, const struct block *b,
			  const struct view_row *r, int y, const char *mark, enum style style)
{
	const struct layout *l = &v->layout;
	int col = l->main_col + l->text_col, cols = l->main_cols - l->text_col - 1;
	int width;
	struct span text = span_from(b->text.at + r->at, r->len);
	struct span fits = width_cut(g->widths, text, cols - 3, &width);
	grid_str(g, y, col, 1, STYLE_BORDER, mark);
	grid_put(g, y, col + 2, cols, style, fits);
	if (fits.len < text.len)
		grid_str(g, y, col + 2 + width, 1, style, sign(v, SIGN_MORE));
}

static void mark_selected(const struct screen_view *v, struct grid *g, const struct block *b,
			  int y)
{
	const struct log_line *line = line_of(v, b);
	if (!line || (line != v->selected && line != v->marked))
		return;
	const struct layout *l = &v->layout;
	grid_str(g, y, l->main_col, 1, STYLE_SELECTED, sign(v, SIGN_CURRENT));
	if (line == v->selected)
		grid_paint(g, y, l->main_col, l->main_cols, STYLE_SELECTED);
}

void block_draw_row(const struct screen_view *v, struct grid *g, const struct block *b,
		    size_t row, int y)
{
	const struct view_row *r = &b->rows[row];
	struct span text = span_from(b->text.at + r->at, r->len);
	switch (r->kind) {
	case ROW_DAY:
		draw_rule(v, g, y, STYLE_DIM, text, true);
		return;
	case ROW_NEW:
		draw_rule(v, g, y, STYLE_NEW, text, false);
		return;
	case ROW_GAP:
		draw_rule(v, g, y, STYLE_WARN, text, true);
		return;
	case ROW_REPLY:
		draw_attached(v, g, b, r, y, sign(v, SIGN_TOP_LEFT), STYLE_DIM);
		return;
	case ROW_PICTURE:
		view_draw_picture_row(v, g, b, row, y);
		break;
	case ROW_UNSEEN:
		draw_attached(v, g, b, r, y, sign(v, SIGN_BAR), STYLE_DIM);
		return;
	case ROW_REACTIONS:
		draw_attached(v, g, b, r, y, sign(v, SIGN_BAR), STYLE_REACTION);
		return;
	case ROW_STATE:
		draw_attached(v, g, b, r, y, r->is_first ? sign(v, SIGN_BOTTOM_LEFT) : " ",
			      STYLE_ERROR);
		return;
	case ROW_MORE:
		grid_put(g, y, v->layout.main_col + v->layout.text_col,
			 v->layout.main_cols - v->layout.text_col, STYLE_DIM, text);
		break;
	case ROW_TEXT:
		draw_speech(v, g, b, r, y);
		break;
	case ROW_EVENT:
		draw_event(v, g, b, r, y);
		break;
	}
	mark_selected(v, g, b, y);
}
