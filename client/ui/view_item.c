// SPDX-License-Identifier: MIT
// One unit of the log as rows: a message with its marks above it, or a folded run of
// comings and goings.
#include "client/model/extra.h"
#include "client/model/hush.h"
#include "client/model/own.h"
#include "client/text/filter.h"
#include "client/text/host.h"
#include "common/url.h"
#include "client/ui/view_private.h"
#include "client/text/wrap.h"
#include "common/die.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FOLD_MAX 500          // lines in one folded run
#define REPLY_SEARCH_MAX 2000 // lines back that a quoted message is looked for
#define SAME_NICK_MIN 10      // in so many minutes of the clock a name stands once
#define STATE_COLS 10         // "  sending" at the right edge

size_t count_own(const struct target *t)
{
	size_t count = 0;
	list_for_each(item, &t->own)
		count++;
	return count;
}

size_t item_end(const struct screen_view *v)
{
	const struct target *t = v->model->current;
	return t->log.count + count_own(t);
}

const struct own *own_at(const struct target *t, size_t n)
{
	list_for_each(item, &t->own) {
		if (n-- == 0)
			return container_of(item, struct own, in_target);
	}
	return NULL;
}

static struct log_line *line_at(const struct screen_view *v, size_t i)
{
	return scrollback_at(&v->model->current->log, i);
}

// The line above line i that is drawn, or NULL.
static const struct log_line *drawn_before(const struct screen_view *v, size_t i)
{
	const struct answers *th = view_thread(v);
	if (th)
		return answers_before(th, i, &i) ? line_at(v, i) : NULL;
	while (i > 0 && line_at(v, i - 1)->kind == LINE_EDIT)
		i--;
	return i > 0 ? line_at(v, i - 1) : NULL;
}

static void local(int64_t at_ms, struct tm *tm)
{
	time_t seconds = (time_t)(at_ms / 1000);
	localtime_r(&seconds, tm);
}

bool is_same_day(int64_t a_ms, int64_t b_ms)
{
	struct tm a, b;
	local(a_ms, &a);
	local(b_ms, &b);
	return a.tm_yday == b.tm_yday && a.tm_year == b.tm_year;
}

void view_clock(int64_t at_ms, char out[static 8])
{
	struct tm tm;
	local(at_ms, &tm);
	strftime(out, 8, "%H:%M", &tm);
}

void view_day(int64_t at_ms, char out[static 32])
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct tm tm;
	local(at_ms, &tm);
	snprintf(out, 32, "%s %d %s %d", days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		 tm.tm_year + 1900);
}

static bool is_foldable(const struct log_line *l)
{
	return l->kind == LINE_JOIN || l->kind == LINE_PART || l->kind == LINE_QUIT ||
	       l->kind == LINE_NICK || line_is_hushed(l);
}

static bool is_news(const struct log_line *l)
{
	return line_is_speech(l) && !(l->flags & (LINE_SELF | LINE_LOCAL)) &&
	       !line_is_hushed(l);
}

// "new since" stands above the first message of others behind the mark.
static bool starts_new(const struct screen_view *v, size_t i)
{
	int64_t new_at = v->model->current->new_at;
	const struct log_line *l = line_at(v, i);
	if (!new_at || l->at_ms <= new_at || !is_news(l) || view_thread(v))
		return false;
	for (; i > 0 && line_at(v, i - 1)->at_ms > new_at; i--) {
		if (is_news(line_at(v, i - 1)))
			return false;
	}
	return true;
}

// Something may be missing between line `i` and the one that is drawn before it.
static bool hole_at(const struct screen_view *v, size_t i, const struct log_line *before)
{
	if (!view_thread(v))
		return line_at(v, i)->flags & LINE_GAP;
	size_t from = scrollback_index(&v->model->current->log, before);
	return thread_hole_to(v, from, i) != NULL;
}

static bool has_mark_above(const struct screen_view *v, size_t i)
{
	const struct log_line *l = line_at(v, i), *before = drawn_before(v, i);
	if (!before || hole_at(v, i, before) || starts_new(v, i))
		return true;
	return !is_same_day(before->at_ms, l->at_ms);
}

bool item_before(const struct screen_view *v, size_t end, struct item *item)
{
	const struct target *t = v->model->current;
	const struct answers *th = view_thread(v);
	if (!end)
		return false;
	if (th)
		return thread_item_before(v, th, end, item);
	*item = (struct item){.first = end - 1, .last = end - 1};
	if (end > t->log.count) {
		item->own = own_at(t, end - 1 - t->log.count);
		return item->own != NULL;
	}
	if (v->unfolds || !is_foldable(line_at(v, end - 1)))
		return true;
	while (item->first > 0 && end - item->first < FOLD_MAX &&
	       is_foldable(line_at(v, item->first - 1)) && !has_mark_above(v, item->first))
		item->first--;
	return true;
}

void block_clear(struct block *b)
{
	buf_clear(&b->text);
	free(b->rows);
	*b = (struct block){0};
}

struct view_row *block_add_row(struct block *b, enum row_kind kind, size_t at)
{
	if (b->n_rows == b->cap_rows) {
		b->cap_rows = b->cap_rows ? b->cap_rows * 2 : 8;
		b->rows = xreallocarray(b->rows, b->cap_rows, sizeof(*b->rows));
	}
	struct view_row *r = &b->rows[b->n_rows++];
	*r = (struct view_row){.kind = kind, .at = at, .len = b->text.len - at};
	return r;
}

void block_add_wrapped(const struct screen_view *v, struct block *b, enum row_kind kind,
		       size_t at, int cols)
{
	block_add_wrapped_as(v, b, kind, at, cols, true, false);
}

void block_add_wrapped_as(const struct screen_view *v, struct block *b, enum row_kind kind,
			  size_t at, int cols, bool is_first, bool is_code)
{
	struct wrap w;
	struct span part, all = span_after(buf_span(&b->text), at);
	wrap_init(&w, &v->widths, all, cols);
	w.keeps_words = !is_code;
	while (wrap_next(&w, &part)) {
		size_t from = part.len ? at + (size_t)(part.at - all.at) : at;
		struct view_row *r = block_add_row(b, kind, from);
		r->len = part.len;
		r->is_first = is_first;
		is_first = false;
		if (b->n_rows >= BLOCK_ROWS_MAX)
			break;
	}
}

static void add_day(struct block *b, int64_t at_ms)
{
	char day[32];
	size_t at = b->text.len;
	view_day(at_ms, day);
	buf_add_str(&b->text, day);
	block_add_row(b, ROW_DAY, at);
}

static void add_gap(struct block *b, int64_t ms)
{
	size_t at = b->text.len;
	int64_t minutes = ms / 60000;
	if (minutes >= 48 * 60)
		buf_printf(&b->text, "%d days", (int)(minutes / (24 * 60)));
	else if (minutes >= 60)
		buf_printf(&b->text, "%d h %d min", (int)(minutes / 60), (int)(minutes % 60));
	else if (minutes > 0)
		buf_printf(&b->text, "%d min", (int)minutes);
	else
		buf_add_str(&b->text, "something");
	buf_add_str(&b->text, " not loaded, Enter or PgUp loads it");
	block_add_row(b, ROW_GAP, at);
}

static void add_new(struct block *b, int64_t at_ms)
{
	char clock[8];
	size_t at = b->text.len;
	view_clock(at_ms, clock);
	buf_printf(&b->text, "new since %s", clock);
	block_add_row(b, ROW_NEW, at);
}

static void add_marks(const struct screen_view *v, struct block *b, size_t i)
{
	const struct log_line *l = line_at(v, i);
	const struct log_line *before = drawn_before(v, i);
	if (before && hole_at(v, i, before))
		add_gap(b, l->at_ms - before->at_ms);
	if (!before || !is_same_day(before->at_ms, l->at_ms))
		add_day(b, l->at_ms);
	if (starts_new(v, i))
		add_new(b, v->model->current->new_at);
}

static const struct log_line *find_quoted(const struct screen_view *v, size_t i, struct span id)
{
	for (size_t n = 0; n < REPLY_SEARCH_MAX && i > 0; n++, i--) {
		const struct log_line *l = line_at(v, i - 1);
		if (span_eq(line_id(l), id))
			return l;
	}
	return NULL;
}

static void add_reply(const struct screen_view *v, struct block *b, size_t i, struct span id)
{
	const struct answers *th = view_thread(v);
	// In its thread a message that answers the first one needs not say so.
	if (!id.len || (th && span_eq(id, span_of(th->root))))
		return;
	size_t at = b->text.len;
	const struct log_line *quoted = find_quoted(v, i, id);
	if (quoted) {
		if (quoted->from)
			view_add_name(v, &b->text, quoted->from);
		else
			buf_add_char(&b->text, '?');
		buf_add_str(&b->text, ": ");
		filter_add_line(&b->text, line_says(quoted));
	} else {
		buf_add_str(&b->text, "answers an older message");
	}
	block_add_row(b, ROW_REPLY, at);
}

int block_text_cols(const struct screen_view *v, bool is_own)
{
	const struct layout *l = &v->layout;
	int cols = l->main_cols - l->text_col - 1 - (is_own ? STATE_COLS : 0);
	return cols < 4 ? 4 : cols;
}

static void add_reactions(struct block *b, const struct log_line *l)
{
	if (!l->extra || !l->extra->n_reactions)
		return;
	size_t at = b->text.len;
	for (size_t i = 0; i < l->extra->n_reactions; i++) {
		if (i)
			buf_add_str(&b->text, "  ");
		filter_add_line(&b->text, span_of(l->extra->reactions[i].text));
		buf_printf(&b->text, " %zu", l->extra->reactions[i].n_who);
	}
	block_add_row(b, ROW_REACTIONS, at);
}

// By the clock, so that a long run has its name every so often.
static bool is_same_span(int64_t a_ms, int64_t b_ms)
{
	struct tm a, b;
	local(a_ms, &a);
	local(b_ms, &b);
	return a.tm_hour == b.tm_hour && a.tm_min / SAME_NICK_MIN == b.tm_min / SAME_NICK_MIN;
}

static bool continues(const struct screen_view *v, size_t i)
{
	// In a narrow screen rows without a name would look like more of the last message.
	if (!v->layout.nick_cols || has_mark_above(v, i))
		return false;
	const struct log_line *l = line_at(v, i), *before = drawn_before(v, i);
	return before && l->from && l->from == before->from && l->kind == LINE_MESSAGE &&
	       before->kind == LINE_MESSAGE && is_same_span(before->at_ms, l->at_ms);
}

static bool is_same_minute(const struct screen_view *v, size_t i)
{
	const struct log_line *before = drawn_before(v, i);
	return before && !has_mark_above(v, i) &&
	       before->at_ms / 60000 == line_at(v, i)->at_ms / 60000;
}

static void add_speech(const struct screen_view *v, struct block *b, size_t i)
{
	const struct log_line *l = line_at(v, i);
	b->shows_nick = !continues(v, i);
	add_reply(v, b, i, line_reply_to(l));
	speech_add(v, b, l);
	view_add_picture(v, b, l);
	add_reactions(b, l);
}

// In a narrow screen the sign of the row is part of the text too.
static void start_event(const struct screen_view *v, struct block *b, enum line_kind kind)
{
	if (v->layout.nick_cols)
		return;
	buf_add_str(&b->text, kind == LINE_ERROR ? "!" : sign(v, SIGN_DOT));
	buf_add_char(&b->text, ' ');
}

static void add_event(const struct screen_view *v, struct block *b, const struct log_line *l)
{
	size_t at = b->text.len;
	start_event(v, b, (enum line_kind)l->kind);
	if (l->from) {
		view_add_name(v, &b->text, l->from);
		buf_add_char(&b->text, ' ');
	}
	filter_add(&b->text, line_says(l));
	block_add_wrapped(v, b, ROW_EVENT, at, block_text_cols(v, false));
}

static void add_count(struct buf *out, size_t count, const char *what, size_t from)
{
	if (count)
		buf_printf(out, "%s%zu %s", out->len > from ? ", " : "", count, what);
}

static void add_folded(const struct screen_view *v, struct block *b)
{
	size_t counts[LINE_EDIT + 1] = {0}, ignored = 0;
	for (size_t i = b->item.first; i <= b->item.last; i++) {
		const struct log_line *l = line_at(v, i);
		if (line_is_speech(l))
			ignored++;
		else
			counts[l->kind]++;
	}
	size_t at = b->text.len;
	start_event(v, b, LINE_JOIN);
	size_t from = b->text.len;
	add_count(&b->text, counts[LINE_JOIN], "joined", from);
	add_count(&b->text, counts[LINE_PART] + counts[LINE_QUIT], "left", from);
	add_count(&b->text, counts[LINE_NICK], "renamed", from);
	add_count(&b->text, ignored, "by people you ignore", from);
	buf_add_str(&b->text, " (F6 unfolds)");
	block_add_wrapped(v, b, ROW_EVENT, at, block_text_cols(v, false));
}

static void add_own(const struct screen_view *v, struct block *b, const struct own *o)
{
	b->shows_nick = true;
	b->shows_time = true;
	struct buf says = {0};
	if (own_answers(o).len)
		add_reply(v, b, v->model->current->log.count, own_answers(o));
	size_t at = b->text.len;
	speech_start(v, b, v->model->me, o->kind);
	own_says(o, &says);
	filter_add(&b->text, buf_span(&says));
	buf_clear(&says);
	block_add_wrapped(v, b, ROW_TEXT, at, block_text_cols(v, true));
	if (!own_is_left(o->state))
		return;
	at = b->text.len;
	buf_add_str(&b->text, o->state == OWN_HELD   ? "not sent, too old to go out unasked"
			      : o->state == OWN_LOST ? "the server had this, and lost it"
						     : "not sent");
	if (o->reason && o->reason[0]) {
		buf_add_str(&b->text, ": ");
		filter_add_line(&b->text, span_of(o->reason));
	}
	buf_add_str(&b->text, " (/retry, /drop)");
	block_add_wrapped(v, b, ROW_STATE, at, block_text_cols(v, false) - 3);
}

void block_build(const struct screen_view *v, struct block *b, struct item item)
{
	buf_reset(&b->text);
	buf_space(&b->text, 1); // never NULL: rows may be empty
	b->n_rows = 0;
	b->named_row = SIZE_MAX;
	b->item = item;
	b->shows_time = b->shows_nick = true;
	if (item.own) {
		add_own(v, b, item.own);
		return;
	}
	const struct log_line *l = line_at(v, item.last);
	if (l->kind == LINE_EDIT) {
		if (l->flags & LINE_GAP && item.last > 0)
			add_gap(b, l->at_ms - line_at(v, item.last - 1)->at_ms);
		return;
	}
	b->shows_time = !is_same_minute(v, item.first);
	add_marks(v, b, item.first);
	if (item.first != item.last || (line_is_hushed(l) && !v->unfolds))
		add_folded(v, b);
	else if (line_is_speech(l))
		add_speech(v, b, item.last);
	else
		add_event(v, b, l);
}
