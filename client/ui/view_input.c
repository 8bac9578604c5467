// SPDX-License-Identifier: MIT
// The input: prompt, text in up to eight rows, cursor.
#include "client/text/filter.h"
#include "client/ui/view_private.h"

#define ROWS_MAX 4096 // rows of a draft that are laid out

struct input_row {
	size_t at, end;
};

struct input_walk {
	const struct widths *widths;
	struct span text;
	int cols;
	size_t at;
	bool is_done;
};

// A tab is one cell here: what is typed keeps it, what is shown has no room for it.
static size_t step(const struct widths *by, struct span text, int *width)
{
	*width = 1;
	return text.at[0] == '\t' ? 1 : width_next(by, text, width);
}

// Rows are filled to the edge: in what is being typed a blank at the edge matters.
static bool next_row(struct input_walk *w, struct input_row *row)
{
	if (w->is_done)
		return false;
	int used = 0, width;
	row->at = w->at;
	size_t at = w->at;
	while (at < w->text.len && w->text.at[at] != '\n') {
		size_t len = step(w->widths, span_after(w->text, at), &width);
		if (used + width > w->cols)
			break;
		used += width;
		at += len;
	}
	row->end = at;
	bool is_full = at < w->text.len && w->text.at[at] != '\n';
	w->is_done = at == w->text.len && used < w->cols;
	w->at = is_full || at == w->text.len ? at : at + 1;
	return true;
}

static void add_prompt(const struct screen_view *v, struct buf *out)
{
	if (v->prompt)
		buf_add_str(out, v->prompt);
	else
		filter_add_line(out, span_of(v->model->me->name));
	buf_add_char(out, ' ');
	buf_add_str(out, sign(v, SIGN_PROMPT));
	buf_add_char(out, ' ');
}

static int prompt_cols(const struct screen_view *v, int cols)
{
	struct buf prompt = {0};
	add_prompt(v, &prompt);
	int width = width_of(&v->widths, buf_span(&prompt)) + 1;
	buf_clear(&prompt);
	return width > cols / 2 ? cols / 2 : width;
}

static struct input_walk start(const struct screen_view *v, int cols)
{
	int room = cols - prompt_cols(v, cols) - 1;
	return (struct input_walk){
		.widths = &v->widths, .text = edit_text(v->edit), .cols = room < 1 ? 1 : room};
}

int input_rows_needed(const struct screen_view *v, int cols)
{
	struct input_walk w = start(v, cols);
	struct input_row row;
	int count = 0;
	while (count < ROWS_MAX && next_row(&w, &row))
		count++;
	return count ? count : 1;
}

static int cursor_row(const struct screen_view *v, int cols)
{
	struct input_walk w = start(v, cols);
	struct input_row row;
	int at = 0, found = 0;
	while (at < ROWS_MAX && next_row(&w, &row)) {
		if (v->edit->cursor >= row.at)
			found = at;
		at++;
	}
	return found;
}

// LF never stands in a row; other controls cannot be in the text.
static void draw_row(const struct screen_view *v, struct grid *g, const struct input_row *row,
		     int y, int col)
{
	struct span text = edit_text(v->edit);
	struct span part = span_from(text.at ? text.at + row->at : "", row->end - row->at);
	while (part.len) {
		struct span words = span_cut(&part, '\t');
		col += grid_put(g, y, col, g->cols - col, STYLE_TEXT, words) + 1;
	}
}

static void place_cursor(const struct screen_view *v, struct grid *g,
			 const struct input_row *row, int y, int col)
{
	size_t cursor = v->edit->cursor;
	struct span text = edit_text(v->edit);
	g->cursor_row = y;
	g->cursor_col = col;
	for (size_t at = row->at; at < cursor && at < text.len;) {
		int width;
		at += step(&v->widths, span_after(text, at), &width);
		g->cursor_col += width;
	}
	if (g->cursor_col >= g->cols)
		g->cursor_col = g->cols - 1;
}

void view_draw_input(const struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;
	struct buf prompt = {0};
	int col = prompt_cols(v, g->cols);
	add_prompt(v, &prompt);
	grid_put(g, l->input_row, 1, col - 1, STYLE_PROMPT, buf_span(&prompt));
	buf_clear(&prompt);
	int with_cursor = cursor_row(v, g->cols);
	int top = with_cursor >= l->input_rows ? with_cursor - l->input_rows + 1 : 0;
	struct input_walk w = start(v, g->cols);
	struct input_row row;
	for (int i = 0; i < top + l->input_rows && next_row(&w, &row); i++) {
		if (i < top)
			continue;
		draw_row(v, g, &row, l->input_row + i - top, col);
		if (i == with_cursor)
			place_cursor(v, g, &row, l->input_row + i - top, col);
	}
}
