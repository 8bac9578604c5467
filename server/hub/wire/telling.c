// SPDX-License-Identifier: MIT
// Invariant: session.is_long is set exactly while tellings wait between turns; it then counts
// once in session.waiting.
#include "server/hub/wire/telling.h"

#include "common/die.h"
#include "server/hub/state/state.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define IDS_AT_ONCE 16 // inside: looking up one is less than looking at a thing

void *telling_new(size_t size, bool (*next)(struct telling *t), void (*end)(struct telling *t))
{
	struct telling *t = xcalloc(1, size);

	t->next = next;
	t->free = end;
	return t;
}

bool session_tells(const struct session *s)
{
	return !list_is_empty(&s->tellings);
}

static void drop(struct telling *t)
{
	list_remove(&t->in_session);
	t->free(t);
}

static void put_off(struct telling *t)
{
	if (t->pause)
		t->pause(t);
}

bool telling_page(struct session *s)
{
	size_t made = s->made, looked = s->looked;

	while (session_tells(s) && s->made - made < TELLING_PAGE &&
	       s->looked - looked < LOOKED_PER_TOKEN) {
		struct telling *t = container_of(s->tellings.next, struct telling, in_session);

		if (!t->next(t))
			drop(t);
	}
	if (session_tells(s))
		put_off(container_of(s->tellings.next, struct telling, in_session));
	return !session_tells(s);
}

void telling_start(struct session *s, struct telling *t)
{
	bool is_first = !session_tells(s);

	t->s = s;
	list_add(&s->tellings, &t->in_session);
	if (is_first && s->made < TELLING_AT_ONCE && telling_page(s))
		return;
	if (s->is_long)
		return;
	s->is_long = true;
	s->waiting++;
	list_add(&s->hub->tellers, &s->in_tellers);
}

struct later {
	struct telling t;
	enum numeric numeric;
	char *param;
};

static bool say_later(struct telling *t)
{
	const struct later *l = container_of(t, struct later, t);

	reply1(t->s, l->numeric, span_of(l->param));
	return false;
}

static void later_free(struct telling *t)
{
	struct later *l = container_of(t, struct later, t);

	free(l->param);
	free(l);
}

void telling_reply1(struct session *s, enum numeric n, struct span a)
{
	struct later *l;

	if (!session_tells(s)) {
		reply1(s, n, a);
		return;
	}
	l = telling_new(sizeof(*l), say_later, later_free);
	l->numeric = n;
	l->param = span_dup(a);
	telling_start(s, &l->t);
}

void telling_looked(struct session *s, size_t things)
{
	s->looked += things;
}

bool telling_by_id(struct telling *t, const struct idmap *table, int64_t *at, void **item)
{
	int64_t last = t->s->hub->last_id;

	*item = NULL;
	for (int n = 0; n < IDS_AT_ONCE && *at < last && !*item; n++)
		*item = idmap_find(table, (uint64_t)++ * at);
	telling_looked(t->s, 1);
	return *item || *at < last;
}

void tellings_drop(struct session *s)
{
	while (session_tells(s))
		drop(container_of(s->tellings.next, struct telling, in_session));
	list_remove(&s->in_tellers);
	s->waiting -= s->is_long;
	s->is_long = false;
}
