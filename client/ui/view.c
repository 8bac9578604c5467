// SPDX-License-Identifier: MIT
// The frame around everything: layout, borders, header.
#include "client/ui/view.h"
#include "client/model/modes.h"
#include "client/model/shown.h"
#include "client/model/target.h"
#include "client/text/filter.h"
#include "client/ui/view_private.h"

#include <stdio.h>
#include <stdlib.h>

#define LEFT_COLS 20
#define RIGHT_COLS 17
#define LEFT_FROM 80   // columns of the screen that the list of targets needs
#define RIGHT_FROM 100 // and the list of members
#define INPUT_ROWS_MAX 8
#define WELCOME_FROM 12 // rows of the screen that the words for a newcomer need

void view_init(struct screen_view *v, struct model *m, const struct edit *edit)
{
	*v = (struct screen_view){.model = m, .edit = edit, .isolates = true};
}

void view_clear(struct screen_view *v)
{
	menu_close(&v->menu);
	handout_clear(&v->handout);
	viewer_close(&v->viewer);
	secret_entry_close(&v->secret);
	free(v->said);
	buf_clear(&v->scratch);
}

static void layout_log(struct layout *l, enum bare bare, bool has_display)
{
	int cols = l->main_cols;
	// A terminal copies whole rows: nothing may stand beside the text.
	if (bare == BARE_TEXT)
		return;
	// Where people have display names they are seen: a cut one would be another's.
	l->nick_cols = cols >= 70   ? (has_display ? 20 : 12)
		       : cols >= 56 ? (has_display ? 16 : 9)
				    : 0;
	l->text_col = 7 + (l->nick_cols ? l->nick_cols + 2 : 0);
	if (!l->nick_cols)
		l->text_col = 7;
}

bool view_has_targets(int cols)
{
	return cols >= LEFT_FROM;
}

bool view_has_members(int cols)
{
	return cols >= RIGHT_FROM;
}

static void layout_lists(struct screen_view *v, int cols)
{
	struct layout *l = &v->layout;
	bool is_room = v->model->current->kind == TARGET_ROOM;
	if (v->bare)
		return;
	if (view_has_targets(cols))
		l->left_cols = v->hides_targets ? 0 : LEFT_COLS;
	else if (v->lays_targets)
		l->over_left = LEFT_COLS < cols ? LEFT_COLS : cols;
	if (!is_room)
		return;
	if (view_has_members(cols))
		l->right_cols = v->hides_members ? 0 : RIGHT_COLS;
	else if (v->lays_members)
		l->over_right = RIGHT_COLS < cols ? RIGHT_COLS : cols;
}

void view_layout(struct screen_view *v, const struct grid *g)
{
	struct layout *l = &v->layout;
	*l = (struct layout){0};
	layout_lists(v, g->cols);
	l->input_rows = input_rows_needed(v, g->cols);
	int most = g->rows > 8 ? g->rows - 5 : 1;
	if (most > INPUT_ROWS_MAX)
		most = INPUT_ROWS_MAX;
	if (l->input_rows > most)
		l->input_rows = most;
	l->input_row = g->rows - l->input_rows;
	l->status_row = l->input_row - 1;
	l->main_col = l->left_cols;
	l->main_cols = g->cols - l->left_cols - l->right_cols;
	l->main_row = 1;
	if (v->is_newcomer && g->rows >= WELCOME_FROM)
		l->welcome_rows = WELCOME_ROWS;
	l->main_rows = l->status_row - l->welcome_rows - 2;
	layout_log(l, v->bare, shown_any(v->model) && !v->model->by_account);
}

static void draw_vertical(const struct screen_view *v, struct grid *g, int col)
{
	const struct layout *l = &v->layout;
	for (int row = l->main_row; row < l->main_row + l->main_rows; row++)
		grid_str(g, row, col, 1, STYLE_BORDER, sign(v, SIGN_VERTICAL));
}

static void draw_borders(const struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;
	int bottom = l->status_row - l->welcome_rows - 1;
	grid_fill(g, 0, 0, g->cols - (l->right_cols ? l->right_cols - 1 : 0), STYLE_BORDER,
		  sign(v, SIGN_HORIZONTAL));
	grid_fill(g, bottom, 0, g->cols, STYLE_BORDER, sign(v, SIGN_HORIZONTAL));
	if (l->left_cols) {
		grid_str(g, 0, l->left_cols - 1, 1, STYLE_BORDER, sign(v, SIGN_TEE_DOWN));
		draw_vertical(v, g, l->left_cols - 1);
		grid_str(g, bottom, l->left_cols - 1, 1, STYLE_BORDER, sign(v, SIGN_TEE_UP));
	}
	if (l->right_cols) {
		int col = g->cols - l->right_cols;
		grid_str(g, 0, col, 1, STYLE_BORDER, sign(v, SIGN_TOP_RIGHT));
		draw_vertical(v, g, col);
		grid_str(g, bottom, col, 1, STYLE_BORDER, sign(v, SIGN_TEE_UP));
	}
}

static struct span filtered(struct screen_view *v, const char *text)
{
	buf_reset(&v->scratch);
	filter_add_line(&v->scratch, span_of(text));
	return buf_span(&v->scratch);
}

// Unread above the edge, where the way to them is to be known.
static bool is_unread_above(const struct target *t, size_t above)
{
	return t->unread && (target_first_unread(t) < above || target_lacks_unread(t));
}

// "▲ 214 older, M-u: 80 unread": lines above the edge, with "+" when the server has more.
static int draw_older(const struct screen_view *v, struct grid *g, int edge)
{
	const struct target *t = v->model->current;
	size_t above = v->top_line ? scrollback_index(&t->log, v->top_line) : 0;
	bool has_more = t->history == HISTORY_MORE || t->history == HISTORY_LOADING;
	if (above == 0 && !has_more)
		return edge;
	char text[80];
	if (t->history == HISTORY_LOADING)
		snprintf(text, sizeof(text), " %s loading ", sign(v, SIGN_OLDER));
	else if (is_unread_above(t, above))
		snprintf(text, sizeof(text), " %s %zu%s older, M-u: %u%s unread ",
			 sign(v, SIGN_OLDER), above, has_more ? "+" : "", t->unread,
			 target_lacks_unread(t) ? "+" : "");
	else
		snprintf(text, sizeof(text), " %s %zu%s older ", sign(v, SIGN_OLDER), above,
			 has_more ? "+" : "");
	int width = width_of(&v->widths, span_of(text));
	if (width + 12 > v->layout.main_cols)
		return edge;
	grid_str(g, 0, edge - width, width, STYLE_DIM, text);
	return edge - width;
}

static void draw_thread_title(struct screen_view *v, struct grid *g, const struct answers *th)
{
	const struct layout *l = &v->layout;
	int col = l->main_col + 1;
	buf_reset(&v->scratch);
	thread_title(v, th, &v->scratch);
	grid_str(g, 0, col - 1, 1, STYLE_TITLE, " ");
	int used = view_put_cut(v, g, 0, col, l->main_cols - 3, STYLE_TITLE,
				buf_span(&v->scratch));
	grid_str(g, 0, col + used, 1, STYLE_TITLE, " ");
}

static void draw_title(struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;
	const struct target *t = v->model->current;
	const struct answers *th = view_thread(v);
	if (th) {
		draw_thread_title(v, g, th);
		return;
	}
	int edge = draw_older(v, g, l->main_col + l->main_cols - 1);
	int col = l->main_col + 1, room = edge - col - 2;
	if (room < 4)
		return;
	grid_str(g, 0, col - 1, 1, STYLE_TITLE, " ");
	buf_reset(&v->scratch);
	view_add_target(v, &v->scratch, t);
	if (target_is_private(t))
		buf_printf(&v->scratch, " %s private", sign(v, SIGN_LOCK));
	int used = grid_put(g, 0, col, room, STYLE_TITLE, buf_span(&v->scratch));
	if (t->topic[0] && used + 6 < room) {
		used += grid_str(g, 0, col + used, 3, STYLE_DIM, " ");
		used += grid_str(g, 0, col + used, 1, STYLE_DIM, sign(v, SIGN_DOT));
		used += grid_str(g, 0, col + used, 1, STYLE_DIM, " ");
		int width, most = room - used;
		struct span topic = filtered(v, t->topic);
		struct span fits = width_cut(&v->widths, topic, most, &width);
		bool is_cut = fits.len < topic.len;
		if (is_cut)
			fits = width_cut(&v->widths, topic, most - 1, &width);
		used += grid_put(g, 0, col + used, most, STYLE_TOPIC, fits);
		if (is_cut)
			used += grid_str(g, 0, col + used, 1, STYLE_DIM, sign(v, SIGN_MORE));
	}
	grid_str(g, 0, col + used, 1, STYLE_TITLE, " ");
}

static void draw_network(struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;
	if (!l->left_cols)
		return;
	grid_str(g, 0, 0, 1, STYLE_BORDER, sign(v, SIGN_TOP_LEFT));
	grid_str(g, 0, 1, 1, STYLE_TITLE, " ");
	int used = grid_put(g, 0, 2, l->left_cols - 5, STYLE_TITLE,
			    filtered(v, v->model->server->name));
	grid_str(g, 0, 2 + used, 1, STYLE_TITLE, " ");
}

// Scrolled up: how much is below, and the way back.
static void draw_newer(const struct screen_view *v, struct grid *g)
{
	if (view_is_at_end(v) || !v->bottom_line)
		return;
	const struct scrollback *log = &v->model->current->log;
	size_t i = scrollback_index(log, v->bottom_line);
	const struct answers *th = view_thread(v);
	size_t below = i < log->count ? log->count - 1 - i : 0;
	for (size_t n = 0; th && n < th->n_lines; n++)
		below = th->lines[n] == i ? th->n_lines - 1 - n : below;
	char text[64];
	snprintf(text, sizeof(text), " %s %zu newer, M-> goes there ", sign(v, SIGN_NEWER),
		 below);
	int width = width_of(&v->widths, span_of(text));
	int col = v->layout.main_col + v->layout.main_cols - width - 1;
	grid_str(g, v->layout.status_row - v->layout.welcome_rows - 1, col < 0 ? 0 : col, width,
		 STYLE_NEW, text);
}

void view_draw(struct screen_view *v, struct grid *g)
{
	g->widths = &v->widths;
	g->isolates = v->isolates;
	grid_blank(g);
	view_layout(v, g);
	if (v->handout.link) {
		view_draw_handout(v, g);
		return;
	}
	if (v->viewer.state) {
		view_draw_viewer(v, g);
		return;
	}
	if (v->layout.main_rows < 1) {
		view_draw_input(v, g);
		return;
	}
	draw_borders(v, g);
	view_draw_log(v, g);
	draw_network(v, g);
	draw_title(v, g);
	view_draw_targets(v, g);
	view_draw_members(v, g);
	draw_newer(v, g);
	view_draw_welcome(v, g);
	view_draw_status(v, g);
	view_draw_input(v, g);
	view_draw_menu(v, g);
}
