// SPDX-License-Identifier: MIT
#include "client/sync/wish.h"

#include "client/model/numbers.h"
#include "client/model/target.h"

#define WINDOW_LINES 50 // that were said: joins and parts fill no window

void wish_command(const struct catchup_wish *w, struct buf *out)
{
	switch (w->kind) {
	case WISH_LATEST:
		buf_printf(out, "CHATHISTORY LATEST %s * %zu", w->target, w->limit);
		break;
	case WISH_SINCE:
		buf_printf(out, "CHATHISTORY LATEST %s %s %zu", w->target, w->since, w->limit);
		break;
	case WISH_BEFORE:
		buf_printf(out, "CHATHISTORY BEFORE %s %s %zu", w->target, w->before, w->limit);
		break;
	case WISH_BETWEEN:
		buf_printf(out, "CHATHISTORY BETWEEN %s %s %s %zu", w->target, w->before,
			   w->since, w->limit);
		break;
	}
}

struct log_line *wish_line(struct target *t, const char *ref)
{
	if (strncmp(ref, "msgid=", 6) != 0)
		return NULL;
	return scrollback_find(&t->log, span_of(ref + 6));
}

void wish_join_hole(const struct catchup_wish *w, struct model *m, struct target *t)
{
	struct log_line *since = wish_line(t, w->since);
	size_t from = since ? scrollback_index(&t->log, since) + 1 : 0;
	struct log_line *before = w->before[0] ? wish_line(t, w->before) : NULL;
	size_t to = before ? scrollback_index(&t->log, before) : t->log.count;

	for (size_t i = from; i <= to && i < t->log.count; i++) {
		struct log_line *l = scrollback_at(&t->log, i);
		if (l->flags & LINE_GAP)
			target_join(m, t, l, true);
	}
	if (!before)
		t->gap_open = false; // up to now: what comes next misses nothing either
}

void wish_join_end(const struct catchup_wish *w, struct model *m, struct target *t)
{
	struct log_line *before = w->before[0] ? wish_line(t, w->before) : NULL;

	if (before && w->n_messages && !w->is_refused)
		target_join(m, t, before, true);
}

void wish_adopt(const struct catchup_wish *w, struct model *m, struct target *t)
{
	const struct log_line *since = wish_line(t, w->since);
	const struct log_line *before = wish_line(t, w->before);

	if (before || since)
		numbers_adopt(m, t, before ? before : since);
}

bool wish_has_window(const struct catchup_wish *w, const struct target *t)
{
	size_t said = 0, wanted = w->limit < WINDOW_LINES ? w->limit : WINDOW_LINES;

	for (size_t i = t->log.count; i > 0 && said < wanted; i--)
		said += line_is_speech(scrollback_at(&t->log, i - 1));
	return said == wanted;
}

int64_t wish_newest_at(const struct model *m)
{
	int64_t newest = 0;

	for (size_t i = 0; i < m->n_targets; i++) {
		const struct log_line *l = target_newest(m->targets[i]);
		if (l && l->at_ms > newest)
			newest = l->at_ms;
	}
	return newest;
}
