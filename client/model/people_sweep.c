// SPDX-License-Identifier: MIT
// People whom nothing points at any more are let go, so that names that a server makes up
// without end do not fill the memory.
//
// Runs between two lines of the server, when nobody holds a person: marks who is in a room,
// in a line, typing, reacting or found, and frees the others. The next sweep comes when there
// are twice as many as stayed, so that a line's share of it stays small. Where more are needed
// than the model may hold, the logs give way.
#include "client/model/model_private.h"
#include "client/model/extra.h"
#include "client/model/model.h"
#include "client/model/shown.h"
#include "common/die.h"

#include <stdlib.h>

#define KEPT_ANYWAY 4096

static void mark(const struct model *m, const struct person *p)
{
	struct person *own = p ? map_find(&m->people, span_of(p->key)) : NULL;
	if (own)
		own->is_needed = true;
}

static void mark_line(const struct model *m, const struct log_line *l)
{
	mark(m, l->from);
	for (size_t i = 0; l->extra && i < l->extra->n_reactions; i++) {
		const struct reaction *r = &l->extra->reactions[i];
		for (size_t j = 0; j < r->n_who; j++)
			mark(m, r->who[j]);
	}
}

static void mark_target(const struct model *m, const struct target *t)
{
	for (size_t i = 0; i < t->n_members; i++)
		t->members[i].person->is_needed = true;
	for (size_t i = 0; i < t->log.count; i++)
		mark_line(m, scrollback_at(&t->log, i));
	for (size_t i = 0; i < TYPING_MAX; i++)
		mark(m, t->typing[i].who);
}

void person_free(struct person *p)
{
	free(p->name);
	free(p->key);
	free(p->account);
	free(p->display);
	free(p->away);
	free(p);
}

static void free_unmarked(struct model *m)
{
	struct person **gone = xreallocarray(NULL, m->people.n_items, sizeof(struct person *)),
		      *p;
	size_t n_gone = 0, cursor = 0;
	while ((p = map_next(&m->people, &cursor))) {
		if (!p->is_needed)
			gone[n_gone++] = p;
		p->is_needed = false;
	}
	for (size_t i = 0; i < n_gone; i++) {
		map_remove(&m->people, span_of(gone[i]->key));
		shown_leave(m, gone[i]);
		person_free(gone[i]);
	}
	free(gone);
}

static void free_unneeded(struct model *m)
{
	m->me->is_needed = true;
	for (size_t i = 0; i < m->n_targets; i++)
		mark_target(m, m->targets[i]);
	for (size_t i = 0; i < m->n_found; i++)
		mark(m, m->found[i].from);
	free_unmarked(m);
}

static bool halve_logs(struct model *m)
{
	bool is_any = false;
	for (size_t i = 0; i < m->n_targets; i++) {
		is_any = is_any || m->targets[i]->log.count;
		log_halve(m, m->targets[i]);
	}
	return is_any;
}

void people_sweep(struct model *m)
{
	size_t count = m->people.n_items, bound = m->bounds.people;
	if (count <= bound && (count < KEPT_ANYWAY || count < m->people_limit))
		return;
	free_unneeded(m);
	bool has_logs = m->people.n_items > bound;
	while (has_logs && m->people.n_items > bound / 4 * 3) {
		has_logs = halve_logs(m);
		free_unneeded(m);
	}
	m->people_limit = 2 * m->people.n_items;
}
