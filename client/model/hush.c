// SPDX-License-Identifier: MIT
#include "client/model/hush.h"

#include "client/model/model_private.h"
#include "client/model/people.h"
#include "client/model/target.h"
#include "client/model/quiet.h"
#include "common/clock.h"
#include "common/die.h"
#include "common/grow.h"

#include <stdlib.h>

#define ROWS_MAX 1000 // a server that makes things up ends there

static struct hush_row *find(const struct model *m, struct span kind, struct span subject)
{
	for (size_t i = 0; i < m->n_hushes; i++) {
		struct hush_row *row = &m->hushes[i];
		if (span_eq(span_of(row->kind), kind) &&
		    span_eq_fold(span_of(row->subject), subject))
			return row;
	}
	return NULL;
}

const struct hush_row *hush_find(const struct model *m, const char *kind, struct span subject)
{
	return find(m, span_of(kind), subject);
}

static bool is_in_hours(struct span hours, int minute)
{
	struct quiet quiet;
	struct buf unused = {0};
	bool holds = quiet_parse(hours, &quiet, &unused) && quiet_holds(&quiet, minute);

	buf_clear(&unused);
	return holds;
}

bool hush_holds_now(const struct model *m, int64_t now_ms, int minute)
{
	for (size_t i = 0; i < m->n_hushes; i++) {
		const struct hush_row *row = &m->hushes[i];
		if (strcmp(row->kind, "dnd") == 0 && now_ms < row->until_ms)
			return true;
		if (strcmp(row->kind, "hours") == 0 &&
		    is_in_hours(span_of(row->subject), minute))
			return true;
	}
	return false;
}

void hush_list(const struct model *m, const char *kind, struct buf *out)
{
	for (size_t i = 0; i < m->n_hushes; i++) {
		const struct hush_row *row = &m->hushes[i];
		if (strcmp(row->kind, kind) == 0)
			buf_printf(out, "%s%s", out->len ? ", " : "", row->subject);
	}
}

static void recount(struct model *m)
{
	for (size_t i = 0; i < m->n_targets; i++)
		target_recount(m, m->targets[i]);
}

// What the row is about becomes so, or, with 0, no longer is.
static void carry_out(struct model *m, const struct hush_row *row, int64_t until_ms)
{
	struct span subject = span_of(row->subject);

	if (strcmp(row->kind, "ignore") == 0) {
		struct person *p = person_find(m, subject);
		if (p)
			p->ignored_until = until_ms;
		recount(m);
	} else if (strcmp(row->kind, "mute") == 0) {
		struct target *t = target_find(m, subject);
		if (t)
			t->is_hushed = until_ms != 0;
	}
	m->version++;
}

static void drop(struct model *m, struct hush_row *row)
{
	carry_out(m, row, 0);
	free(row->kind);
	free(row->subject);
	*row = m->hushes[--m->n_hushes];
}

// Hours stand alone: those that come take the place of those that were.
static struct hush_row *place_for(struct model *m, struct span kind, struct span subject)
{
	struct hush_row *row = find(m, kind, subject);

	for (size_t i = 0; !row && span_eq(kind, SPAN("hours")) && i < m->n_hushes; i++) {
		if (span_eq(span_of(m->hushes[i].kind), kind))
			row = &m->hushes[i];
	}
	if (row || m->n_hushes == ROWS_MAX)
		return row;
	m->hushes = grow(m->hushes, m->n_hushes, &m->cap_hushes, sizeof(*m->hushes));
	row = &m->hushes[m->n_hushes++];
	*row = (struct hush_row){.kind = span_dup(kind)};
	return row;
}

void hush_add(struct model *m, struct span kind, struct span subject, int64_t until_ms)
{
	struct hush_row *row = place_for(m, kind, subject);

	if (!row)
		return;
	free(row->subject);
	row->subject = span_dup(subject);
	row->until_ms = until_ms;
	row->is_told = true;
	carry_out(m, row, until_ms);
}

void hush_del(struct model *m, struct span kind, struct span subject)
{
	struct hush_row *row = find(m, kind, subject);

	if (row)
		drop(m, row);
}

void hush_listed(struct model *m)
{
	for (size_t i = m->n_hushes; i > 0; i--) {
		if (!m->hushes[i - 1].is_told)
			drop(m, &m->hushes[i - 1]);
	}
	for (size_t i = 0; i < m->n_hushes; i++)
		m->hushes[i].is_told = false;
}

void hush_meet_target(const struct model *m, struct target *t)
{
	t->is_hushed = find(m, SPAN("mute"), span_of(t->name)) != NULL;
}

void hush_meet_person(const struct model *m, struct person *p)
{
	const struct hush_row *row = find(m, SPAN("ignore"), span_of(p->name));

	p->ignored_until = row ? row->until_ms : 0;
}

void hush_renamed(struct model *m, struct person *p, struct person *now_called, int64_t now_ms)
{
	struct hush_row *row = find(m, SPAN("ignore"), span_of(p->name));

	if (!row || p == now_called)
		return;
	free(row->subject);
	row->subject = xstrdup(now_called->name);
	now_called->ignored_until = row->until_ms;
	p->ignored_until = now_ms;
}

void hush_pass(struct model *m, int64_t now_ms)
{
	for (size_t i = m->n_hushes; i > 0; i--) {
		struct hush_row *row = &m->hushes[i - 1];
		bool was_ignored = strcmp(row->kind, "ignore") == 0;
		int64_t until_ms = row->until_ms;
		if (now_ms < until_ms)
			continue;
		struct person *p = was_ignored ? person_find(m, span_of(row->subject)) : NULL;
		drop(m, row);
		if (p)
			p->ignored_until = until_ms; // what was said meanwhile stays folded
	}
}

void hush_clear(struct model *m)
{
	for (size_t i = 0; i < m->n_hushes; i++) {
		free(m->hushes[i].kind);
		free(m->hushes[i].subject);
	}
	free(m->hushes);
}
