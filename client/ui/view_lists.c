// SPDX-License-Identifier: MIT
// The list of targets at the left, the members at the right.
#include "client/model/hush.h"
#include "client/model/modes.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "client/ui/view_private.h"

#include <stdio.h>

static int left_of(const struct screen_view *v)
{
	return v->layout.left_cols + v->layout.over_left;
}

static int right_of(const struct screen_view *v)
{
	return v->layout.right_cols + v->layout.over_right;
}

// Nothing of what lies under a list is seen beside it.
static void draw_ground(const struct screen_view *v, struct grid *g, int col, int cols,
			int border)
{
	const struct layout *l = &v->layout;
	for (int row = 0; row < l->main_row + l->main_rows; row++) {
		grid_fill(g, row, col, cols, STYLE_TEXT, " ");
		grid_str(g, row, border, 1, STYLE_BORDER, sign(v, SIGN_VERTICAL));
	}
}

// Between these stands a rule.
static int group_of(const struct target *t)
{
	return t->pinned ? -1 : (int)t->kind;
}

// Rows of the list below the inbox: a rule between the kinds.
static size_t list_rows(const struct screen_view *v, const struct target **rows, size_t max)
{
	const struct model *m = v->model;
	size_t n = 0;
	for (size_t i = 0; i < m->n_targets && n + 1 < max; i++) {
		if (i == 0 || group_of(m->targets[i]) != group_of(m->targets[i - 1]))
			rows[n++] = NULL;
		rows[n++] = m->targets[i];
	}
	return n;
}

struct mentions mentions_of(const struct model *m, const struct target *but)
{
	struct mentions all = {0};
	for (size_t i = 0; i < m->n_targets; i++) {
		const struct target *t = m->targets[i];
		if (t == but || target_is_muted(t))
			continue;
		all.count += t->mentions;
		all.more = target_lacks_unread(t) ? "+" : all.more;
		all.n_unread += t->unread != 0;
	}
	all.more = all.more ? all.more : "";
	return all;
}

static int draw_count(struct grid *g, int y, int edge, enum style style, const char *text)
{
	int width = (int)strlen(text);
	grid_str(g, y, edge - width, width, style, text);
	return edge - width;
}

static int draw_counts(const struct target *t, struct grid *g, int y, int edge)
{
	char text[16];
	if (target_is_muted(t))
		return draw_count(g, y, edge, STYLE_DIM, "mute");
	if (t->unread) {
		unsigned shown = t->unread > 999 ? 999 : t->unread;
		bool is_more = shown < t->unread || target_lacks_unread(t);
		snprintf(text, sizeof(text), "%u%s", shown, is_more ? "+" : "");
		edge = draw_count(g, y, edge, STYLE_UNREAD, text);
	}
	// Everything said to us alone is for us: there the count says it.
	if (t->mentions && t->kind == TARGET_ROOM) {
		unsigned shown = t->mentions > 99 ? 99 : t->mentions;
		bool is_more = shown < t->mentions || target_lacks_unread(t);
		snprintf(text, sizeof(text), "@%u%s ", shown, is_more ? "+" : "");
		edge = draw_count(g, y, edge, STYLE_MENTION, text);
	}
	return edge;
}

// A conversation of several is known by its first names; that with one person by the whole.
static void add_title(const struct screen_view *v, struct buf *out, const struct target *t,
		      int cols)
{
	const struct person *p = NULL;
	if (t->kind == TARGET_PERSON)
		p = person_find(v->model, span_of(t->name));
	if (t->kind == TARGET_SERVER)
		buf_add_str(out, "server");
	else if (p)
		view_add_name_in(v, out, p, cols);
	else
		view_add_target(v, out, t);
}

// Which one is shown; of the others the first ten have the number of M-1 to M-0.
static void draw_place(const struct screen_view *v, struct grid *g, int y,
		       const struct target *t)
{
	const struct model *m = v->model;

	if (t == m->current)
		grid_str(g, y, 0, 1, STYLE_TITLE, sign(v, SIGN_CURRENT));
	for (size_t i = 1; t != m->current && i < m->n_targets && i <= 10; i++) {
		char number[2] = {(char)('0' + i % 10), '\0'};

		if (m->targets[i] == t)
			grid_str(g, y, 0, 1, STYLE_DIM, number);
	}
}

// What was typed there waits; where one is it is seen.
static bool has_draft(const struct screen_view *v, const struct target *t)
{
	return v->drafts && t != v->model->current && kept_find(v->drafts, span_of(t->key));
}

static void draw_target(const struct screen_view *v, struct grid *g, int y,
			const struct target *t)
{
	bool is_current = t == v->model->current;
	bool is_gone = t->kind == TARGET_ROOM && !t->joined;
	enum style style = is_current                      ? STYLE_CURRENT
			   : is_gone || target_is_muted(t) ? STYLE_DIM
			   : t->unread                     ? STYLE_UNREAD
							   : STYLE_TEXT;
	int edge = draw_counts(t, g, y, left_of(v) - 2);
	draw_place(v, g, y, t);
	if (has_draft(v, t))
		grid_str(g, y, --edge, 1, STYLE_UNREAD, sign(v, SIGN_DRAFT));
	if (target_is_private(t))
		grid_str(g, y, --edge, 1, STYLE_DIM, sign(v, SIGN_LOCK));
	struct buf title = {0};
	add_title(v, &title, t, edge - 3);
	view_put_cut(v, g, y, 2, edge - 3, style, buf_span(&title));
	buf_clear(&title);
}

static void draw_inbox(const struct screen_view *v, struct grid *g, int y)
{
	struct mentions all = mentions_of(v->model, NULL);
	size_t count = all.count + v->model->n_invitations;
	grid_str(g, y, 2, 12, count ? STYLE_UNREAD : STYLE_TEXT, "Inbox");
	if (!count)
		return;
	char text[24];
	snprintf(text, sizeof(text), "@%zu%s", count, all.more);
	draw_count(g, y, left_of(v) - 2, STYLE_MENTION, text);
}

#define LIST_MAX 1024

void view_draw_targets(const struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;
	if (!left_of(v))
		return;
	if (l->over_left)
		draw_ground(v, g, 0, l->over_left, l->over_left - 1);
	draw_inbox(v, g, l->main_row);
	const struct target *rows[LIST_MAX];
	size_t n = list_rows(v, rows, LIST_MAX), current = 0;
	for (size_t i = 0; i < n; i++) {
		if (rows[i] == v->model->current)
			current = i;
	}
	size_t room = (size_t)l->main_rows - 1;
	size_t top = current >= room ? current - room + 1 : 0;
	for (size_t i = 0; i < room && top + i < n; i++) {
		int y = l->main_row + 1 + (int)i;
		if (rows[top + i])
			draw_target(v, g, y, rows[top + i]);
		else
			grid_fill(g, y, 2, left_of(v) - 4, STYLE_BORDER,
				  sign(v, SIGN_HORIZONTAL));
	}
}

static bool is_typing(const struct screen_view *v, const struct person *p)
{
	const struct target *t = v->model->current;
	for (size_t i = 0; i < TYPING_MAX; i++) {
		if (t->typing[i].who == p && t->typing[i].until_ms > v->now_ms)
			return true;
	}
	return false;
}

static void draw_member(const struct screen_view *v, struct grid *g, int y,
			const struct room_member *who)
{
	int col = g->cols - right_of(v) + 1;
	char prefix[2] = {who->prefixes[0] ? who->prefixes[0] : ' ', '\0'};
	grid_str(g, y, col, 1, STYLE_DIM, prefix);
	enum style style = who->is_absent      ? STYLE_DIM
			   : who->person->away ? STYLE_AWAY
					       : style_of_nick(span_of(who->person->key));
	struct buf name = {0};
	view_add_name_in(v, &name, who->person, right_of(v) - 4);
	view_put_cut(v, g, y, col + 1, right_of(v) - 4, style, buf_span(&name));
	buf_clear(&name);
	if (who->is_absent)
		grid_str(g, y, g->cols - 1, 1, STYLE_DIM, sign(v, SIGN_ABSENT));
	else if (is_typing(v, who->person))
		grid_str(g, y, g->cols - 1, 1, STYLE_DIM, sign(v, SIGN_TYPING));
	else if (who->person->away)
		grid_str(g, y, g->cols - 1, 1, STYLE_AWAY, sign(v, SIGN_AWAY));
}

// Higher ranks first; inside a rank the order of names.
static void draw_rank(const struct screen_view *v, struct grid *g, char rank, int *y, int end)
{
	const struct target *t = v->model->current;
	for (size_t i = 0; i < t->n_members && *y < end; i++) {
		if (t->members[i].prefixes[0] == rank && !t->members[i].is_absent)
			draw_member(v, g, (*y)++, &t->members[i]);
	}
}

// Below all who are here, whatever their rank is.
static void draw_absent(const struct screen_view *v, struct grid *g, int *y, int end)
{
	const struct target *t = v->model->current;
	for (size_t i = 0; i < t->n_members && *y < end; i++) {
		if (t->members[i].is_absent)
			draw_member(v, g, (*y)++, &t->members[i]);
	}
}

void view_draw_members(const struct screen_view *v, struct grid *g)
{
	const struct layout *l = &v->layout;
	if (!right_of(v))
		return;
	if (l->over_right)
		draw_ground(v, g, g->cols - l->over_right, l->over_right,
			    g->cols - l->over_right);
	int y = 0, end = l->main_row + l->main_rows;
	for (const char *rank = v->model->facts.prefix_signs; *rank; rank++)
		draw_rank(v, g, *rank, &y, end);
	draw_rank(v, g, '\0', &y, end);
	draw_absent(v, g, &y, end);
	size_t shown = (size_t)end, all = v->model->current->n_members;
	if (all <= shown)
		return;
	char text[32];
	snprintf(text, sizeof(text), "%zu more, /names", all - shown + 1);
	int col = g->cols - right_of(v) + 1;
	grid_fill(g, end - 1, col, right_of(v) - 1, STYLE_DIM, " ");
	grid_str(g, end - 1, col + 1, right_of(v) - 2, STYLE_DIM, text);
}
