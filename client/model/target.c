// SPDX-License-Identifier: MIT
// Targets: finding, showing, adding lines.
#include "client/model/model_private.h"
#include "client/model/extra.h"
#include "client/model/hush.h"
#include "client/model/mention.h"
#include "client/model/model.h"
#include "client/model/target.h"
#include "common/die.h"
#include "common/names.h"
#include "common/utf8.h"

#include <assert.h>
#include <stdlib.h>

#define KEY_MAX 512

static struct span fold_key(struct span name, char out[static KEY_MAX + 1])
{
	name = utf8_cut(name, KEY_MAX);
	name_fold(name, out);
	return (struct span){out, name.len};
}

struct target *target_find(struct model *m, struct span name)
{
	if (!name.len)
		return m->server;
	char key[KEY_MAX + 1];
	struct target *t = map_find(&m->target_by_key, fold_key(name, key));
	// Keyboards and copied texts have other forms of a letter than the server's names.
	char spelled[ROOM_NAME_MAX + 1];
	size_t len = t ? 0 : name_key(name, spelled);
	return len ? map_find(&m->target_by_key, span_from(spelled, len)) : t;
}

static enum target_kind kind_of(const struct model *m, struct span name)
{
	if (!name.len)
		return TARGET_SERVER;
	return strchr(m->facts.chan_types, name.at[0]) ? TARGET_ROOM : TARGET_PERSON;
}

// The server, what is pinned, rooms by name, then people by name.
static bool sorts_before(const struct target *a, const struct target *b)
{
	if (a->pinned != b->pinned && a->kind != TARGET_SERVER && b->kind != TARGET_SERVER)
		return a->pinned;
	if (a->kind != b->kind)
		return a->kind < b->kind;
	return strcmp(a->key, b->key) < 0;
}

static void insert_target(struct model *m, struct target *t)
{
	if (m->n_targets == m->cap_targets) {
		m->cap_targets = m->cap_targets ? m->cap_targets * 2 : 16;
		m->targets = xreallocarray(m->targets, m->cap_targets, sizeof(*m->targets));
	}
	size_t i = m->n_targets++;
	for (; i > 0 && sorts_before(t, m->targets[i - 1]); i--)
		m->targets[i] = m->targets[i - 1];
	m->targets[i] = t;
}

static void take_out(struct model *m, const struct target *t)
{
	size_t i = target_index(m, t);
	m->n_targets--;
	memmove(&m->targets[i], &m->targets[i + 1], (m->n_targets - i) * sizeof(*m->targets));
}

void target_pin(struct model *m, struct target *t, bool pinned)
{
	if (t->kind == TARGET_SERVER || t->pinned == pinned)
		return;
	take_out(m, t);
	t->pinned = pinned;
	insert_target(m, t);
	m->version++;
}

void target_rename(struct model *m, struct target *t, struct span name)
{
	take_out(m, t);
	map_remove(&m->target_by_key, span_of(t->key));
	char folded[KEY_MAX + 1];
	struct span key = fold_key(name, folded);
	set_text(&t->name, span_from(name.at, key.len));
	set_text(&t->key, key);
	map_put(&m->target_by_key, span_of(t->key), t);
	insert_target(m, t);
	m->version++;
}

struct target *target_need(struct model *m, struct span name)
{
	struct target *t = target_find(m, name);
	if (t)
		return t;
	if (m->n_targets >= m->bounds.targets)
		return m->server;
	char folded[KEY_MAX + 1];
	struct span key = fold_key(name, folded);
	t = xcalloc(1, sizeof(*t));
	t->id = ++m->next_target_id;
	t->kind = kind_of(m, name);
	t->name = span_dup((struct span){name.at, key.len});
	t->key = span_dup(key);
	t->topic = xstrdup("");
	t->people = xstrdup("");
	t->modes = xstrdup("");
	list_init(&t->own);
	if (t->kind == TARGET_SERVER)
		t->history = HISTORY_NONE;
	if (key.len)
		map_put(&m->target_by_key, span_of(t->key), t);
	insert_target(m, t);
	hush_meet_target(m, t);
	tell_target(m, t);
	return t;
}

void target_free(struct model *m, struct target *t)
{
	list_for_each_safe(item, after, &t->own)
		own_free(container_of(item, struct own, in_target));
	scrollback_clear(&t->log);
	free(t->edits);
	members_clear(m, t);
	free(t->name);
	free(t->key);
	free(t->topic);
	free(t->people);
	free(t->modes);
	free(t);
}

size_t target_index(const struct model *m, const struct target *t)
{
	size_t i = 0;
	while (i < m->n_targets && m->targets[i] != t)
		i++;
	return i;
}

void target_remove(struct model *m, struct target *t)
{
	size_t i = target_index(m, t);
	if (t == m->server || i == m->n_targets)
		return;
	if (m->previous == t)
		m->previous = NULL;
	if (m->current == t) {
		bool has_next = i + 1 < m->n_targets;
		m->current = m->targets[has_next ? i + 1 : i - 1];
		m->current->new_at = m->current->read_at;
	}
	tell_target_gone(m, t);
	map_remove(&m->target_by_key, span_of(t->key));
	m->n_targets--;
	memmove(&m->targets[i], &m->targets[i + 1], (m->n_targets - i) * sizeof(*m->targets));
	target_free(m, t);
}

void model_show(struct model *m, struct target *t)
{
	if (t == m->current)
		return;
	m->previous = m->current;
	m->current = t;
	t->shown_no = ++m->n_shown;
	t->new_at = t->read_at;
	m->version++;
}

void model_await(struct model *m, struct span name)
{
	free(m->awaited);
	m->awaited = NULL;
	struct target *t = name.len ? target_find(m, name) : NULL;
	if (t && (t->joined || t->kind != TARGET_ROOM)) {
		model_show(m, t);
		return;
	}
	if (name.len)
		m->awaited = span_dup(name);
}

void model_note(struct model *m, struct target *t, enum line_kind kind, int64_t now_ms,
		struct span text)
{
	struct line_new n = {.at_ms = now_ms, .kind = kind, .flags = LINE_LOCAL, .text = text};
	target_add_line(m, t ? t : m->current, &n, NULL);
}

void model_clear_notes(struct model *m, struct target *t)
{
	for (size_t i = t->log.count; i > 0; i--) {
		struct log_line *l = scrollback_at(&t->log, i - 1);
		if (!(l->flags & LINE_LOCAL))
			continue;
		tell_gone(m, t, l);
		scrollback_remove(&t->log, i - 1);
	}
}

void target_set_history(struct model *m, struct target *t, enum history_state state)
{
	if (t->history != state)
		m->version++;
	t->history = state;
}

void target_join(struct model *m, struct target *t, struct log_line *l, bool joined)
{
	(void)t;
	if (joined)
		l->flags &= (uint8_t)~LINE_GAP;
	else
		l->flags |= LINE_GAP;
	m->version++;
}

struct log_line *target_gap(const struct target *t)
{
	for (size_t i = t->log.count; i > 0; i--) {
		struct log_line *l = scrollback_at(&t->log, i - 1);
		if (l->flags & LINE_GAP)
			return l;
	}
	return NULL;
}

struct log_line *target_newest(const struct target *t)
{
	for (size_t i = t->log.count; i > 0; i--) {
		struct log_line *l = scrollback_at(&t->log, i - 1);
		if (l->id_len)
			return l;
	}
	return NULL;
}

struct log_line *target_oldest(const struct target *t)
{
	for (size_t i = 0; i < t->log.count; i++) {
		struct log_line *l = scrollback_at(&t->log, i);
		if (l->id_len)
			return l;
	}
	return NULL;
}

static bool does_alert(const struct target *t, const struct log_line *l)
{
	if (target_is_muted(t) || t->alerts == ALERTS_NONE)
		return false;
	return t->alerts == ALERTS_ALL || (l->flags & LINE_MENTION);
}

static void alert_line(struct model *m, struct target *t, struct log_line *l)
{
	if (!does_alert(t, l) || !target_counts(t, l))
		return;
	if (l->at_ms <= t->alerted_at)
		return;
	t->alerted_at = l->at_ms;
	tell_alert(m, t, l);
}

static void let_go(struct model *m, struct target *t, size_t i)
{
	tell_gone(m, t, scrollback_at(&t->log, i));
	scrollback_remove(&t->log, i);
	if (t->history == HISTORY_ALL)
		t->history = HISTORY_MORE;
	// Behind a line that stays, there is a hole now.
	if (i > 0 && i < t->log.count)
		scrollback_at(&t->log, i)->flags |= LINE_GAP;
}

// The line that just came stays, however old the server says it is: whoever added it goes
// on with it. The past may be read back twice as far as the log is kept.
static void let_oldest_go(struct model *m, struct target *t, const struct log_line *fresh)
{
	size_t kept = (size_t)m->line_max * (fresh->flags & LINE_HISTORY ? 2 : 1);
	while (t->log.count > kept)
		let_go(m, t, scrollback_at(&t->log, 0) == fresh ? 1 : 0);
}

void target_take_out(struct model *m, struct target *t, struct span id)
{
	struct log_line *l = scrollback_find(&t->log, id);

	if (!l)
		return;
	size_t i = scrollback_index(&t->log, l);
	unsigned hole = l->flags & LINE_GAP;
	tell_gone(m, t, l);
	scrollback_remove(&t->log, i);
	if (i < t->log.count)
		scrollback_at(&t->log, i)->flags |= (uint8_t)hole;
}

void log_halve(struct model *m, struct target *t)
{
	size_t kept = t->log.count / 2;
	while (t->log.count > kept)
		let_go(m, t, 0);
}

struct log_line *target_add_line(struct model *m, struct target *t, const struct line_new *n,
				 bool *is_new)
{
	struct log_line *l = NULL;
	bool added = scrollback_add(&t->log, n, &l);
	if (is_new)
		*is_new = added;
	if (!added && n->seq) {
		l->seq = n->seq;
		l->history = n->history;
	}
	if (!added)
		return l;
	if (n->file)
		line_set_file(&t->log, l, n->file);
	if (n->kind == LINE_EDIT)
		edits_add(m, t, l, n->refers);
	else if (n->refers.len)
		line_set_reply(&t->log, l, n->refers);
	if (line_is_speech(l) && !(l->flags & (LINE_SELF | LINE_LOCAL | LINE_REDACTED)) &&
	    !n->calls_nobody && mention_is(m, t, line_says(l)))
		l->flags |= LINE_MENTION;
	if (t->gap_open && !(l->flags & (LINE_HISTORY | LINE_LOCAL))) {
		l->flags |= LINE_GAP;
		t->gap_open = false;
	}
	if (t->lost_at && (l->flags & LINE_HISTORY) && l->at_ms > t->lost_at &&
	    line_is_speech(l))
		t->n_missed++;
	target_count(m, t, l);
	tell_line(m, t, l);
	alert_line(m, t, l);
	let_oldest_go(m, t, l);
	return l;
}

void typing_set(struct target *t, const struct person *who, int64_t until_ms)
{
	struct typing *place = &t->typing[0];
	for (size_t i = 0; i < TYPING_MAX; i++) {
		struct typing *at = &t->typing[i];
		if (at->who == who) {
			place = at;
			break;
		}
		if (at->until_ms < place->until_ms)
			place = at;
	}
	*place = (struct typing){.who = until_ms ? who : NULL, .until_ms = until_ms};
}
