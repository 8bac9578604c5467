// SPDX-License-Identifier: MIT
#include "client/model/shown.h"

#include "client/model/people.h"
#include "client/model/target.h"
#include "common/alike.h"
#include "common/die.h"
#include "common/names.h"

#include <stdlib.h>

bool shown_any(const struct model *m)
{
	return m->written.n_items > 0;
}

// Each person counts once for what its two names look like.
static void count(struct model *m, const struct person *p, int change)
{
	struct looks name = looks_of(span_of(p->name)), shown = name;

	if (p->display)
		shown = looks_of(span_of(p->display));
	idmap_count(&m->written, name.written, change);
	idmap_count(&m->small, name.small, change);
	if (shown.written != name.written)
		idmap_count(&m->written, shown.written, change);
	if (shown.small != name.small)
		idmap_count(&m->small, shown.small, change);
}

static void start_counting(struct model *m)
{
	size_t cursor = 0;
	const struct person *p;

	while ((p = map_next(&m->people, &cursor)))
		count(m, p, 1);
}

void shown_enter(struct model *m, const struct person *p)
{
	if (shown_any(m))
		count(m, p, 1);
}

void shown_leave(struct model *m, const struct person *p)
{
	if (shown_any(m))
		count(m, p, -1);
}

void person_set_display(struct model *m, struct person *p, struct span name)
{
	bool is_known = p->display && span_eq(name, span_of(p->display));

	if (is_known || (!p->display && !name_is_display(name)))
		return;
	shown_leave(m, p);
	free(p->display);
	p->display = name_is_display(name) ? span_dup(name) : NULL;
	if (shown_any(m))
		shown_enter(m, p);
	else
		start_counting(m);
	m->version++;
}

void shown_recount(struct model *m)
{
	if (!shown_any(m))
		return;
	idmap_clear(&m->written);
	idmap_clear(&m->small);
	start_counting(m);
	m->version++;
}

void shown_forget(struct model *m)
{
	size_t cursor = 0;
	struct person *p;

	if (!shown_any(m))
		return;
	while ((p = map_next(&m->people, &cursor))) {
		free(p->display);
		p->display = NULL;
	}
	idmap_clear(&m->written);
	idmap_clear(&m->small);
	m->version++;
}

// Signs that would let a name end, and something else begin, where it does not.
static bool has_borders(struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (strchr("():,<>", name.at[i]))
			return true;
	}
	return false;
}

bool shown_is_doubtful(const struct model *m, const struct person *p)
{
	if (!p->display)
		return false;
	struct looks looks = looks_of(span_of(p->display));
	return idmap_counted(&m->written, looks.written) > 1 ||
	       idmap_counted(&m->small, looks.small) > 1 || has_borders(span_of(p->display));
}

void shown_add_both(struct buf *out, const struct person *p)
{
	if (p->display)
		buf_printf(out, "%s (%s)", p->display, p->name);
	else
		buf_add_str(out, p->name);
}

void shown_add(struct buf *out, const struct model *m, const struct person *p)
{
	if (!p->display || m->by_account)
		buf_add_str(out, p->name);
	else if (shown_is_doubtful(m, p))
		shown_add_both(out, p);
	else
		buf_add_str(out, p->display);
}

static void add_named(struct buf *out, const struct model *m, struct span name)
{
	const struct person *p = person_find(m, name);

	if (p)
		shown_add(out, m, p);
	else
		buf_add_span(out, name);
}

void shown_add_target(struct buf *out, const struct model *m, const struct target *t)
{
	struct span rest = span_of(t->people);

	if (t->kind == TARGET_PERSON) {
		add_named(out, m, span_of(t->name));
		return;
	}
	if (!rest.len)
		buf_add_str(out, t->name);
	while (rest.len) {
		add_named(out, m, span_trim(span_cut(&rest, ',')));
		buf_add_str(out, rest.len ? ", " : "");
	}
}
