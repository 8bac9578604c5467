// SPDX-License-Identifier: MIT
// 1. What is held is asked for from nobody.
// 2. A page from anywhere touches neither what is older nor what is newer here, unless its edge
//    was here before, or the numbers follow.
#include "client/sync/seek.h"

#include "client/model/numbers.h"
#include "client/model/target.h"
#include "common/clock.h"
#include "common/die.h"

#include <stdlib.h>

#define AROUND 60 // messages around the place

struct seek {
	struct model *model;
	struct uplink *session;
	struct calls *calls;
	struct catchup *catchup;
	uint64_t call; // 0: nothing is asked for
	char *target;
	char *id; // "" : a time
	int64_t at_ms;
};

static void forget(struct seek *s)
{
	free(s->target);
	free(s->id);
	s->target = s->id = NULL;
	s->call = 0;
}

// What was said first at or behind the time. *is_sure: nothing may be missing before it.
static struct log_line *line_at(const struct target *t, int64_t at_ms, bool *is_sure)
{
	size_t i = scrollback_after(&t->log, at_ms);
	*is_sure = i > 0 || t->history == HISTORY_ALL;
	for (; i < t->log.count; i++) {
		struct log_line *l = scrollback_at(&t->log, i);
		*is_sure = *is_sure && !(l->flags & LINE_GAP);
		if (l->id_len && line_is_speech(l))
			return l;
	}
	*is_sure = *is_sure && !t->gap_open;
	return target_newest(t);
}

static struct log_line *find(const struct seek *s, struct target *t, bool *is_sure)
{
	*is_sure = true;
	if (s->id[0])
		return scrollback_find(&t->log, span_of(s->id));
	return line_at(t, s->at_ms, is_sure);
}

static void on_end(void *arg, enum call_end end)
{
	struct seek *s = arg;
	struct target *t = target_find(s->model, span_of(s->target));
	bool is_sure;
	struct log_line *l = t ? find(s, t, &is_sure) : NULL;
	enum sought how = l ? SOUGHT_HERE : end == CALL_LOST ? SOUGHT_OFFLINE : SOUGHT_NOWHERE;

	forget(s);
	if (t)
		model_sought(s->model, t, l, how);
}

static void ask(struct seek *s)
{
	struct buf line = {0};
	struct call_fns fns = {.arg = s, .on_end = on_end};
	size_t most = catchup_page_max(s->catchup);
	char when[CLOCK_TEXT_LEN + 1];

	clock_text(s->at_ms, when);
	buf_printf(&line, "CHATHISTORY AROUND %s %s%s %zu", s->target,
		   s->id[0] ? "msgid=" : "timestamp=", s->id[0] ? s->id : when,
		   most < AROUND ? most : AROUND);
	s->call = calls_send(s->calls, SPAN(""), buf_span(&line), &fns);
	buf_clear(&line);
}

static void start(struct seek *s, struct target *t, struct span id, int64_t at_ms)
{
	bool is_sure;

	if (s->call)
		calls_cancel(s->calls, s->call);
	forget(s);
	s->target = xstrdup(t->name);
	s->id = span_dup(id);
	s->at_ms = at_ms;
	struct log_line *l = find(s, t, &is_sure);
	if (l && is_sure)
		model_sought(s->model, t, l, SOUGHT_HERE);
	else if (!uplink_is_online(s->session))
		model_sought(s->model, t, NULL, SOUGHT_OFFLINE);
	else if (!uplink_has_cap(s->session, "draft/chathistory") || t->kind == TARGET_SERVER)
		model_sought(s->model, t, NULL, SOUGHT_NO_HISTORY);
	else
		ask(s);
}

void seek_message(struct seek *s, struct target *t, struct span id)
{
	start(s, t, id, 0);
}

void seek_time(struct seek *s, struct target *t, int64_t at_ms)
{
	start(s, t, SPAN(""), at_ms);
}

static bool follows(const struct model *m, const struct log_line *a, const struct log_line *b)
{
	return number_counts(m, a) && number_counts(m, b) && a->seq + 1 == b->seq;
}

static void mark_start(const struct seek *s, const struct history_page *page)
{
	const struct scrollback *log = &page->target->log;
	size_t i = scrollback_index(log, page->oldest);

	if (page->oldest_is_new && i > 0 &&
	    !follows(s->model, scrollback_at(log, i - 1), page->oldest))
		target_join(s->model, page->target, page->oldest, false);
}

static void mark_end(const struct seek *s, const struct history_page *page)
{
	const struct scrollback *log = &page->target->log;
	size_t next = scrollback_index(log, page->newest) + 1;

	if (!page->newest_is_new)
		return;
	if (next < log->count) {
		struct log_line *l = scrollback_at(log, next);
		if (!follows(s->model, page->newest, l))
			target_join(s->model, page->target, l, false);
		return;
	}
	// Nothing newer is here, which does not say that there is nothing.
	page->target->gap_open = true;
	catchup_newest(s->catchup, page->target);
}

// Other pages may come meanwhile: where the server labels its answers, ours is known.
static bool is_ours(const struct seek *s, const struct history_page *page)
{
	return s->call && page->oldest &&
	       span_eq_fold(span_of(page->target->name), span_of(s->target)) &&
	       (!page->label.len || calls_is_label(s->call, page->label));
}

static void on_page(void *arg, const struct history_page *page)
{
	const struct seek *s = arg;

	if (!is_ours(s, page))
		return;
	mark_start(s, page);
	mark_end(s, page);
}

struct seek *seek_new(struct model *m, struct uplink *session, struct calls *calls,
		      struct catchup *c)
{
	struct seek *s = xcalloc(1, sizeof(*s));
	struct model_watch watch = {.arg = s, .on_page = on_page};

	*s = (struct seek){.model = m, .session = session, .calls = calls, .catchup = c};
	model_watch(m, &watch);
	return s;
}

void seek_free(struct seek *s)
{
	if (!s)
		return;
	if (s->call)
		calls_cancel(s->calls, s->call);
	model_unwatch(s->model, s);
	forget(s);
	free(s);
}
