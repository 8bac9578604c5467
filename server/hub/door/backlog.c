// SPDX-License-Identifier: MIT
#include "server/hub/door/backlog.h"

#include "common/die.h"

#include <stdlib.h>

static char *keep_span(struct span *s, char *at)
{
	if (!s->len)
		return at;
	memcpy(at, s->at, s->len);
	s->at = at;
	return at + s->len;
}

struct kept *backlog_add(struct session *s, const struct msg *m)
{
	size_t size = m->tags.len + m->source.len + m->command.len;
	struct kept *k;
	char *at;

	for (size_t i = 0; i < m->n_params; i++)
		size += m->params[i].len;
	k = xmalloc(sizeof(*k) + size);
	k->msg = *m;
	at = keep_span(&k->msg.tags, k->bytes);
	at = keep_span(&k->msg.source, at);
	at = keep_span(&k->msg.command, at);
	for (size_t i = 0; i < m->n_params; i++)
		at = keep_span(&k->msg.params[i], at);
	k->is_bad = k->stores = k->is_first = false;
	list_add(&s->backlog, &k->in_session);
	s->n_backlog++;
	return k;
}

struct kept *backlog_add_first(struct session *s, const struct msg *m)
{
	struct list *before = s->backlog.next;
	struct kept *k;

	while (before != &s->backlog && container_of(before, struct kept, in_session)->is_first)
		before = before->next;
	k = backlog_add(s, m);
	k->is_first = true;
	list_remove(&k->in_session);
	list_add(before, &k->in_session);
	return k;
}

struct kept *backlog_first(const struct session *s)
{
	return container_of(s->backlog.next, struct kept, in_session);
}

void backlog_remove(struct session *s, struct kept *k)
{
	list_remove(&k->in_session);
	s->n_backlog--;
}

void backlog_drop(struct session *s)
{
	list_for_each_safe(item, after, &s->backlog) {
		list_remove(item);
		free(container_of(item, struct kept, in_session));
	}
	s->n_backlog = 0;
}
