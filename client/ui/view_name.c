// SPDX-License-Identifier: MIT
// Names of people and of targets, as they are drawn, and what has no room.
#include "client/model/shown.h"
#include "client/text/filter.h"
#include "client/ui/view_private.h"

static void take_filtered(struct buf *out, struct buf *raw)
{
	filter_add_line(out, buf_span(raw));
	buf_clear(raw);
}

void view_add_name(const struct screen_view *v, struct buf *out, const struct person *p)
{
	struct buf raw = {0};

	shown_add(&raw, v->model, p);
	take_filtered(out, &raw);
}

void view_add_target(const struct screen_view *v, struct buf *out, const struct target *t)
{
	struct buf raw = {0};

	shown_add_target(&raw, v->model, t);
	take_filtered(out, &raw);
}

void view_add_name_in(const struct screen_view *v, struct buf *out, const struct person *p,
		      int cols)
{
	size_t from = out->len;

	view_add_name(v, out, p);
	if (width_of(&v->widths, span_after(buf_span(out), from)) <= cols)
		return;
	out->len = from;
	filter_add_line(out, span_of(p->name));
}

int view_put_cut(const struct screen_view *v, struct grid *g, int y, int col, int cols,
		 enum style style, struct span text)
{
	int width;
	struct span fits = width_cut(&v->widths, text, cols, &width);

	if (fits.len == text.len)
		return grid_put(g, y, col, cols, style, text);
	fits = width_cut(&v->widths, text, cols - 1, &width);
	int used = grid_put(g, y, col, cols, style, fits);
	return used + grid_str(g, y, col + used, cols - used, style, sign(v, SIGN_MORE));
}
