// SPDX-License-Identifier: MIT
#include "server/hub/people/whowas.h"

#include "common/buf.h"
#include "common/die.h"

#include "common/clock.h"
#include "server/hub/people/freed.h"
#include "server/letters/limits.h"

#include <stdlib.h>

static void drop(struct hub *h, struct whowas *w)
{
	list_remove(&w->in_hub);
	h->n_whowas--;
	free(w->name);
	free(w->username);
	free(w->host);
	free(w->realname);
	free(w);
}

static struct list *whowas_list(struct hub *h)
{
	if (h->whowas.next == NULL)
		list_init(&h->whowas);
	return &h->whowas;
}

const struct whowas *whowas_before(struct hub *h, struct span name, uint64_t number)
{
	struct list *head = whowas_list(h);

	for (struct list *item = head->prev; item != head; item = item->prev) {
		const struct whowas *w = container_of(item, struct whowas, in_hub);

		if (w->number < number && span_eq_fold(span_of(w->name), name))
			return w;
	}
	return NULL;
}

void whowas_add(const struct account *a)
{
	struct hub *h = a->hub;
	struct whowas *w = xcalloc(1, sizeof(*w));
	struct buf host = {0};

	account_host(a, &host);
	w->name = xstrdup(a->name);
	w->username = span_dup(account_username(a));
	w->host = buf_take(&host);
	w->realname = xstrdup(a->realname);
	w->at_ms = h->now.wall_ms;
	w->number = ++h->last_whowas;
	list_add(whowas_list(h), &w->in_hub);
	if (++h->n_whowas > WHOWAS_MAX)
		drop(h, container_of(h->whowas.next, struct whowas, in_hub));
}

void whowas_forget(struct hub *h, account_id id)
{
	list_for_each_safe(item, after, whowas_list(h)) {
		struct whowas *w = container_of(item, struct whowas, in_hub);

		if (name_was_of(h, span_of(w->name)) == id)
			drop(h, w);
	}
}

void whowas_free(struct hub *h)
{
	while (!list_is_empty(whowas_list(h)))
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what drop frees has left the list
		drop(h, container_of(h->whowas.next, struct whowas, in_hub));
}
