// SPDX-License-Identifier: MIT
// The messages of the current target, drawn from the bottom up, and scrolling.
//
// Only what is in sight is laid out: the cost of a frame does not depend on how much was
// loaded. The place is held by a line (anchor) and the count of its rows below the edge,
// so that lines added above or below it move nothing.
#include "client/ui/view_private.h"

#include <limits.h>

// The number behind the newest item in sight.
static size_t find_end(const struct screen_view *v)
{
	const struct scrollback *log = &v->model->current->log;
	if (!v->anchor)
		return item_end(v);
	size_t i = scrollback_index(log, v->anchor);
	return i == log->count ? item_end(v) : i + 1;
}

static struct log_line *line_of(const struct screen_view *v, struct item item)
{
	return item.own ? NULL : scrollback_at(&v->model->current->log, item.last);
}

// What is higher than the window was in sight when its end is.
static void note_sight(struct screen_view *v, struct item item, int y, int n_rows)
{
	const struct layout *l = &v->layout;
	bool is_whole = y >= l->main_row || n_rows >= l->main_rows;
	// Between the messages of a thread others may be unread.
	if (item.own || !is_whole || view_thread(v) || y + n_rows > l->main_row + l->main_rows)
		return;
	v->sight_first = item.first;
	if (!v->sight_end)
		v->sight_end = item.last + 1;
}

// The row of the block that is the first of text on the page, or SIZE_MAX.
static size_t first_text(const struct screen_view *v, const struct block *b, int y)
{
	for (size_t i = 0; i < b->n_rows; i++) {
		if (b->rows[i].kind == ROW_TEXT && y + (int)i >= v->layout.main_row)
			return i;
	}
	return SIZE_MAX;
}

// Whose the page begins with is in sight, though the name stands above its edge.
static void name_first(const struct screen_view *v, struct grid *g, struct block *b,
		       struct item item, int y)
{
	block_build(v, b, item);
	b->named_row = first_text(v, b, y);
	int row = y + (int)b->named_row;
	if (b->named_row != SIZE_MAX && row < v->layout.main_row + v->layout.main_rows)
		block_draw_row(v, g, b, b->named_row, row);
}

void view_draw_log(struct screen_view *v, struct grid *g)
{
	struct block b = {0};
	struct item item, first = {0};
	int first_y = INT_MAX;
	const struct layout *l = &v->layout;
	size_t end = find_end(v);
	int y = l->main_row + l->main_rows + (v->anchor ? v->anchor_rows : 0);
	v->top_line = v->bottom_line = NULL;
	v->sight_first = v->sight_end = 0;
	while (y > l->main_row && item_before(v, end, &item)) {
		block_build(v, &b, item);
		y -= (int)b.n_rows;
		note_sight(v, item, y, (int)b.n_rows);
		if (first_text(v, &b, y) != SIZE_MAX) {
			first = item;
			first_y = y;
		}
		for (size_t i = 0; i < b.n_rows; i++) {
			int row = y + (int)i;
			if (row >= l->main_row && row < l->main_row + l->main_rows)
				block_draw_row(v, g, &b, i, row);
		}
		if (!v->bottom_line)
			v->bottom_line = line_of(v, item);
		if (!item.own)
			v->top_line = scrollback_at(&v->model->current->log, item.first);
		end = item.first;
	}
	v->sees_all = end == 0 && y >= l->main_row;
	if (first_y != INT_MAX)
		name_first(v, g, &b, first, first_y);
	block_clear(&b);
}

bool view_is_at_end(const struct screen_view *v)
{
	return v->anchor == NULL;
}

void view_to_end(struct screen_view *v)
{
	v->anchor = NULL;
	v->anchor_rows = 0;
}

void view_forget(struct screen_view *v, const struct log_line *l)
{
	for (size_t i = 0; i < ARRAY_LEN(v->unfolded); i++) {
		if (v->unfolded[i] == l)
			v->unfolded[i] = NULL;
	}
	if (v->anchor == l)
		view_to_end(v);
	if (v->selected == l)
		v->selected = NULL;
	if (v->marked == l)
		v->marked = NULL;
	if (v->top_line == l)
		v->top_line = NULL;
	if (v->bottom_line == l)
		v->bottom_line = NULL;
}

// Rows from item number `end` up to the first line, counted up to `enough`.
static int rows_above(const struct screen_view *v, size_t end, int enough)
{
	struct block b = {0};
	struct item item;
	int rows = 0;
	while (rows < enough && item_before(v, end, &item)) {
		block_build(v, &b, item);
		rows += (int)b.n_rows;
		end = item.first;
	}
	block_clear(&b);
	return rows;
}

// Anchors the view so that `below` rows of everything under the edge of item number
// `end` are out of sight.
static void anchor_at(struct screen_view *v, size_t end, int below)
{
	struct block b = {0};
	struct item item;
	while (item_before(v, end, &item)) {
		block_build(v, &b, item);
		if (below < (int)b.n_rows && !item.own)
			break;
		below -= (int)b.n_rows;
		end = item.first;
	}
	block_clear(&b);
	if (!end)
		return;
	v->anchor = line_of(v, item);
	v->anchor_rows = below < 0 ? 0 : below;
}

static bool scroll_up(struct screen_view *v, int rows)
{
	size_t end = find_end(v);
	int below = v->anchor ? v->anchor_rows : 0;
	int need = v->layout.main_rows + below + rows;
	int have = rows_above(v, end, need);
	if (have < need)
		rows -= need - have;
	if (rows <= 0)
		return false;
	anchor_at(v, end, below + rows);
	return true;
}

// The item behind number `end`: folded runs are found by looking back from further on.
static bool item_after(const struct screen_view *v, size_t end, struct item *item)
{
	size_t last = item_end(v);
	if (end >= last)
		return false;
	size_t next = end + 1;
	struct item probe;
	// A thread may have nothing in this place.
	if (view_thread(v)) {
		while (next <= last && (!item_before(v, next, item) || item->first < end))
			next++;
		return next <= last;
	}
	while (next < last && item_before(v, next + 1, &probe) && probe.first <= end)
		next++;
	return item_before(v, next, item);
}

static bool scroll_down(struct screen_view *v, int rows)
{
	if (!v->anchor)
		return false;
	struct block b = {0};
	struct item item;
	size_t end = find_end(v);
	int below = v->anchor_rows - rows;
	while (below < 0 && item_after(v, end, &item)) {
		block_build(v, &b, item);
		below += (int)b.n_rows;
		end = item.last + 1;
	}
	block_clear(&b);
	if (end >= item_end(v) && below <= 0) {
		view_to_end(v);
		return true;
	}
	if (end > v->model->current->log.count) {
		view_to_end(v);
		return true;
	}
	v->anchor = scrollback_at(&v->model->current->log, end - 1);
	v->anchor_rows = below < 0 ? 0 : below;
	return true;
}

bool view_scroll(struct screen_view *v, int rows)
{
	return rows > 0 ? scroll_up(v, rows) : scroll_down(v, -rows);
}

void view_jump(struct screen_view *v, struct log_line *l)
{
	size_t i = scrollback_index(&v->model->current->log, l);
	if (i == v->model->current->log.count)
		return;
	v->marked = l;
	// Half a screen of rows below it, if there are so many.
	v->anchor = l;
	v->anchor_rows = 0;
	scroll_down(v, v->layout.main_rows / 2);
}
