// SPDX-License-Identifier: MIT
// What of a target is unread: what others said behind the read marker and what was on no
// screen. The marker is one moment, so it follows the lines that were on a screen only as far
// as nothing between was on none.
#include "client/model/model_private.h"
#include "client/model/hush.h"
#include "client/model/target.h"

// Without a marker yet, what was said before we came was for others.
static int64_t counts_from(const struct target *t)
{
	return t->read_at ? t->read_at : t->came_at;
}

bool target_counts(const struct target *t, const struct log_line *l)
{
	unsigned passed = LINE_SELF | LINE_LOCAL | LINE_REDACTED | LINE_SEEN;
	if (!line_is_speech(l) || (l->flags & passed) || line_is_hushed(l))
		return false;
	// Without a marker nobody knows what of the past was read: it does not count.
	if ((l->flags & LINE_HISTORY) && !t->has_marker)
		return false;
	return l->at_ms > counts_from(t) && t->kind != TARGET_SERVER;
}

static void count_line(struct target *t, const struct log_line *l)
{
	if (!target_counts(t, l))
		return;
	t->unread++;
	if (l->flags & LINE_MENTION)
		t->mentions++;
}

void target_count(struct model *m, struct target *t, const struct log_line *l)
{
	bool is_coming = l->kind == LINE_JOIN && (l->flags & LINE_SELF) != 0;
	if (is_coming && l->at_ms > t->came_at) {
		t->came_at = l->at_ms;
		target_recount(m, t);
	} else {
		count_line(t, l);
	}
}

void target_recount(struct model *m, struct target *t)
{
	t->unread = t->mentions = 0;
	for (size_t i = scrollback_after(&t->log, t->read_at + 1); i < t->log.count; i++)
		count_line(t, scrollback_at(&t->log, i));
	m->version++;
}

void target_set_read(struct model *m, struct target *t, int64_t at_ms)
{
	t->has_marker = true;
	if (at_ms <= t->read_at)
		return;
	t->read_at = at_ms;
	if (!t->new_at)
		t->new_at = at_ms;
	target_recount(m, t);
}

void target_see(struct model *m, struct target *t, size_t first, size_t last)
{
	for (size_t i = first; i <= last && i < t->log.count; i++) {
		struct log_line *l = scrollback_at(&t->log, i);
		if (!target_counts(t, l))
			continue;
		t->unread--;
		if (l->flags & LINE_MENTION)
			t->mentions--;
		l->flags |= LINE_SEEN;
		m->version++;
	}
}

size_t target_first_unread(const struct target *t)
{
	size_t i = t->unread ? scrollback_after(&t->log, t->read_at + 1) : t->log.count;
	while (i < t->log.count && !target_counts(t, scrollback_at(&t->log, i)))
		i++;
	return i;
}

// What a hole hides was on no screen, where it can be filled.
static bool is_behind_hole(const struct target *t, size_t i)
{
	bool has_hole = (scrollback_at(&t->log, i)->flags & LINE_GAP) != 0;
	return i > 0 && has_hole && t->history != HISTORY_NONE;
}

int64_t target_seen_to(const struct target *t)
{
	int64_t to = t->read_at;

	if (target_lacks_unread(t))
		return to;
	for (size_t i = scrollback_after(&t->log, to + 1); i < t->log.count; i++) {
		const struct log_line *l = scrollback_at(&t->log, i);
		if (target_counts(t, l) || is_behind_hole(t, i))
			return to < l->at_ms ? to : l->at_ms - 1;
		if (l->id_len)
			to = l->at_ms;
	}
	return to;
}

bool target_lacks_unread(const struct target *t)
{
	const struct log_line *oldest = target_oldest(t);
	bool has_more = t->history == HISTORY_MORE || t->history == HISTORY_LOADING;
	// Rooms have a past before us, and a person said all of it to us.
	bool has_from = t->has_marker && (t->read_at || t->kind == TARGET_PERSON);
	return has_more && has_from && oldest && oldest->at_ms > t->read_at;
}
