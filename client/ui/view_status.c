// SPDX-License-Identifier: MIT
// The status row: the link's state in words, who is typing, what is not sent, questions.
#include "client/text/filter.h"
#include "client/text/wrap.h"
#include "client/ui/view_private.h"
#include "client/model/own.h"

#include <stdio.h>

#define MISSED_SHOWN_MS 15000 // "57 missed lines loaded" after coming back

struct status {
	const struct screen_view *v;
	struct grid *g;
	int col, edge;
};

static void put(struct status *s, enum style style, const char *text)
{
	if (s->col < s->edge)
		s->col += grid_str(s->g, s->v->layout.status_row, s->col, s->edge - s->col,
				   style, text);
}

static void put_filtered(struct status *s, enum style style, const char *text)
{
	struct buf clean = {0};
	filter_add_line(&clean, span_of(text));
	put(s, style, buf_str(&clean));
	buf_clear(&clean);
}

static void divide(struct status *s)
{
	put(s, STYLE_DIM, " ");
	put(s, STYLE_DIM, sign(s->v, SIGN_DOT));
	put(s, STYLE_DIM, " ");
}

static int64_t seconds_until(const struct screen_view *v, int64_t at_ms)
{
	int64_t ms = at_ms - v->now_ms;
	return ms > 0 ? (ms + 999) / 1000 : 0;
}

static void put_retry(struct status *s, const struct link_status *link)
{
	char text[64];
	if (!link->next_at_ms)
		return;
	int seconds = (int)seconds_until(s->v, link->next_at_ms);
	if (link->tries > 1)
		snprintf(text, sizeof(text), ", try %u in %d s (Enter = now)", link->tries,
			 seconds);
	else
		snprintf(text, sizeof(text), ", next try in %d s (Enter = now)", seconds);
	put(s, STYLE_WARN, text);
}

// What the server said of its going, as long as it is to come.
static void put_going(struct status *s)
{
	const struct model *m = s->v->model;
	char clock[8], text[64];
	if (m->down_at_ms <= s->v->now_ms)
		return;
	divide(s);
	view_clock(m->down_at_ms, clock);
	snprintf(text, sizeof(text), "server goes down at %s", clock);
	put(s, STYLE_WARN, text);
	if (m->back_at_ms) {
		view_clock(m->back_at_ms, clock);
		snprintf(text, sizeof(text), ", back at %s", clock);
		put(s, STYLE_WARN, text);
	}
}

static void put_back_at(struct status *s)
{
	char clock[8], text[32];
	if (s->v->model->back_at_ms <= s->v->now_ms)
		return;
	view_clock(s->v->model->back_at_ms, clock);
	snprintf(text, sizeof(text), ", back at %s", clock);
	put(s, STYLE_WARN, text);
}

static void put_online(struct status *s, const struct link_status *link)
{
	char text[64];
	put(s, STYLE_GOOD, sign(s->v, SIGN_ONLINE));
	size_t missed = s->v->model->current->n_missed;
	if (missed && s->v->now_ms - link->since_ms < MISSED_SHOWN_MS)
		snprintf(text, sizeof(text), " online, %zu missed line%s loaded", missed,
			 missed == 1 ? "" : "s");
	else if (link->lag_ms >= 0)
		snprintf(text, sizeof(text), " online %d ms", link->lag_ms);
	else
		snprintf(text, sizeof(text), " online");
	put(s, STYLE_STATUS, text);
	put_going(s);
}

static void put_offline(struct status *s, const struct link_status *link)
{
	char clock[8], text[48];
	view_clock(link->since_ms, clock);
	put(s, STYLE_ERROR, sign(s->v, SIGN_OFFLINE));
	snprintf(text, sizeof(text), " offline since %s", clock);
	put(s, STYLE_ERROR, text);
	put_back_at(s);
	put_retry(s, link);
}

// What there is to say about it, as far as there is room.
static void put_reason(struct status *s)
{
	const struct link_status *link = &s->v->model->link;
	bool is_down = link->state == LINK_OFFLINE || link->state == LINK_CONNECTING;
	if (!is_down || !link->text[0])
		return;
	struct buf text = {0};
	filter_add_line(&text, span_of(link->text));
	divide(s);
	if (s->col < s->edge)
		s->col += view_put_cut(s->v, s->g, s->v->layout.status_row, s->col,
				       s->edge - s->col, STYLE_WARN, buf_span(&text));
	buf_clear(&text);
}

static void put_link(struct status *s)
{
	const struct link_status *link = &s->v->model->link;
	char text[64];
	switch (link->state) {
	case LINK_CONNECTING:
		put(s, STYLE_WARN, sign(s->v, SIGN_BUSY));
		put(s, STYLE_STATUS, " connecting");
		put(s, STYLE_STATUS, sign(s->v, SIGN_MORE));
		put_retry(s, link);
		break;
	case LINK_LOGIN:
		put(s, STYLE_WARN, sign(s->v, SIGN_BUSY));
		put(s, STYLE_STATUS, " logging in");
		put(s, STYLE_STATUS, sign(s->v, SIGN_MORE));
		break;
	case LINK_ONLINE:
		put_online(s, link);
		break;
	case LINK_LAGGING:
		put(s, STYLE_WARN, sign(s->v, SIGN_ONLINE));
		snprintf(text, sizeof(text), " waiting %d s for the server",
			 (int)((s->v->now_ms - link->since_ms) / 1000));
		put(s, STYLE_WARN, text);
		break;
	case LINK_STORING:
		put(s, STYLE_WARN, sign(s->v, SIGN_ONLINE));
		snprintf(text, sizeof(text), " server waits for its store, %d s",
			 (int)((s->v->now_ms - link->since_ms) / 1000));
		put(s, STYLE_WARN, text);
		break;
	case LINK_OFFLINE:
		put_offline(s, link);
		break;
	case LINK_REFUSED:
		put(s, STYLE_ERROR, sign(s->v, SIGN_OFFLINE));
		put(s, STYLE_ERROR, " ");
		put_filtered(s, STYLE_ERROR, link->text);
		break;
	}
}

static void put_name(struct status *s, const struct person *p)
{
	struct buf name = {0};
	view_add_name(s->v, &name, p);
	put(s, STYLE_DIM, buf_str(&name));
	buf_clear(&name);
}

static void put_typing(struct status *s)
{
	const struct target *t = s->v->model->current;
	const struct person *who[TYPING_MAX];
	size_t n = 0;
	for (size_t i = 0; i < TYPING_MAX; i++) {
		if (t->typing[i].who && t->typing[i].until_ms > s->v->now_ms)
			who[n++] = t->typing[i].who;
	}
	if (!n)
		return;
	divide(s);
	for (size_t i = 0; i < n; i++) {
		if (i)
			put(s, STYLE_DIM, i + 1 == n ? " and " : ", ");
		put_name(s, who[i]);
	}
	put(s, STYLE_DIM, n == 1 ? " is typing" : " are typing");
	put(s, STYLE_DIM, sign(s->v, SIGN_MORE));
}

static void put_unsent(struct status *s)
{
	size_t count = own_count(s->v->model);
	if (!count)
		return;
	char text[32];
	snprintf(text, sizeof(text), "%zu unsent", count);
	divide(s);
	put(s, STYLE_WARN, text);
}

// Files on their way.
static void put_progress(struct status *s)
{
	if (!s->v->model->progress)
		return;
	divide(s);
	put_filtered(s, STYLE_STATUS, s->v->model->progress);
}

static void draw_right(struct status *s)
{
	struct mentions all = mentions_of(s->v->model, s->v->model->current);
	size_t mentions = all.count;
	char text[64];
	if (mentions)
		snprintf(text, sizeof(text), "@%zu%s  M-a next  F1 ", mentions, all.more);
	else if (s->v->model->n_invitations)
		snprintf(text, sizeof(text), "invited: M-i  F1 ");
	else if (all.n_unread)
		snprintf(text, sizeof(text), "M-a next  F1 ");
	else
		snprintf(text, sizeof(text), "F1 help ");
	int width = (int)strlen(text);
	if (s->edge < 56 && !mentions)
		return;
	if (s->edge - width < 24)
		return;
	grid_str(s->g, s->v->layout.status_row, s->edge - width, width,
		 mentions ? STYLE_MENTION : STYLE_DIM, text);
	s->edge -= width + 1;
}

// Words that have to be read whole: where the row is too short, rows above it are taken.
static void draw_words(const struct screen_view *v, struct grid *g, enum style style,
		       struct span words)
{
	struct wrap w;
	struct span row;
	int cols = g->cols - 2, room = v->layout.main_rows;
	int n = (int)wrap_count(&v->widths, words, cols), y = v->layout.status_row - n + 1;
	if (n > room)
		y += n - room;
	wrap_init(&w, &v->widths, words, cols);
	for (; wrap_next(&w, &row) && y <= v->layout.status_row; y++) {
		grid_fill(g, y, 0, g->cols, style, " ");
		grid_put(g, y, 1, cols, style, row);
	}
}

static void draw_said(const struct screen_view *v, struct grid *g)
{
	struct buf words = {0};
	filter_add_line(&words, span_of(v->said));
	draw_words(v, g, STYLE_STATUS, buf_span(&words));
	buf_clear(&words);
}

static void draw_question(const struct screen_view *v, struct grid *g)
{
	const struct question *q = &v->model->question;
	struct buf words = {0};
	filter_add_line(&words, span_of(q->text));
	buf_add_str(&words, " [");
	for (const char *c = q->choices; *c; c++)
		buf_printf(&words, "%c%s", *c, c[1] ? "/" : "]");
	draw_words(v, g, STYLE_WARN, buf_span(&words));
	buf_clear(&words);
}

// A sign for each character, as far as they tell anything.
static void draw_secret(const struct screen_view *v, struct grid *g)
{
	struct span text = secret_entry_text(&v->secret);
	struct buf words = {0};
	buf_add_str(&words, question_wants_code(v->secret.question_id)
				    ? "the code of your app, or a recovery code: "
				    : "your password or a code, to prove that it is you: ");
	for (size_t i = 0; i < text.len && words.len < 72; i++) {
		if (((unsigned char)text.at[i] & 0xc0) != 0x80)
			buf_add_char(&words, '*');
	}
	buf_add_str(&words, "  [Enter, Esc]");
	draw_words(v, g, STYLE_WARN, buf_span(&words));
	buf_clear(&words);
}

static void put_title(struct status *s)
{
	struct buf title = {0};
	view_add_target(s->v, &title, s->v->model->current);
	put(s, STYLE_STATUS, buf_str(&title));
	buf_clear(&title);
}

void view_draw_status(const struct screen_view *v, struct grid *g)
{
	struct status s = {.v = v, .g = g, .col = 1, .edge = g->cols};
	if (v->secret.at) {
		draw_secret(v, g);
		return;
	}
	if (v->bare && !v->model->question.id && !v->said)
		return;
	if (v->model->question.id) {
		draw_question(v, g);
		return;
	}
	if (v->said) {
		draw_said(v, g);
		return;
	}
	draw_right(&s);
	put_link(&s);
	if (!v->layout.left_cols && v->model->current->kind != TARGET_SERVER) {
		divide(&s);
		put_title(&s);
	}
	put_unsent(&s);
	put_progress(&s);
	put_typing(&s);
	put_reason(&s);
}
