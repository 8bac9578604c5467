// SPDX-License-Identifier: MIT
#include "server/hub/rooms/saved.h"

#include "common/die.h"
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"

#include <stdlib.h>

struct saved *saved_first(const struct hub *h, message_id message)
{
	return idmap_find(&h->saved, message);
}

struct saved *saved_of(const struct account *a, message_id message)
{
	struct saved *v = saved_first(a->hub, message);

	while (v && v->account != a)
		v = v->next;
	return v;
}

static void unchain(struct saved *v)
{
	struct hub *h = v->account->hub;
	struct saved *first = saved_first(h, v->message), **at = &first;

	while (*at != v)
		at = &(*at)->next;
	*at = v->next;
	if (first)
		idmap_put(&h->saved, v->message, first);
	else
		idmap_remove(&h->saved, v->message);
}

static void saved_free(struct saved *v)
{
	unchain(v);
	list_remove(&v->in_account);
	v->account->n_saved--;
	free(v);
}

// The place of a message among those of the account: before the first that is newer.
static struct list *place_of(struct account *a, message_id message)
{
	struct list *at = &a->saved;

	while (at->prev != &a->saved &&
	       container_of(at->prev, struct saved, in_account)->message > message)
		at = at->prev;
	return at;
}

static struct saved *put(struct account *a, const struct entry_saved *row)
{
	struct saved *v = xcalloc(1, sizeof(*v));

	v->account = a;
	v->message = row->message;
	v->stream = row->stream;
	v->time_ms = row->time_ms;
	v->next = saved_first(a->hub, v->message);
	idmap_put(&a->hub->saved, v->message, v);
	list_add(place_of(a, v->message), &v->in_account);
	a->n_saved++;
	return v;
}

struct saved *saved_put(struct account *a, const struct entry_message *m)
{
	struct entry e = {.kind = ENTRY_SAVED, .saved = {a->id, m->id, m->stream, m->time_ms}};
	struct saved *v = saved_of(a, m->id);

	if (v)
		return v;
	saved_tidy(a);
	if (a->n_saved >= SAVED_MAX)
		return NULL;
	v = put(a, &e.saved);
	post(a->hub, &e);
	return v;
}

void saved_remove(struct saved *v)
{
	struct account *a = v->account;

	post(a->hub,
	     &(struct entry){.kind = ENTRY_SAVED_GONE, .saved_gone = {a->id, v->message}});
	saved_free(v);
}

void saved_tidy(struct account *a)
{
	list_for_each_safe(item, after, &a->saved) {
		struct saved *v = container_of(item, struct saved, in_account);
		const struct stream *stream = history_stream(a->hub, v->stream);

		if (!stream || v->message <= stream->expired)
			saved_free(v);
	}
}

void saved_load(struct hub *h, const struct entry_saved *row)
{
	struct account *a = account_by_id(h, row->account);

	if (a && !saved_of(a, row->message))
		(void)put(a, row);
}

void saved_free_all(struct account *a)
{
	list_for_each_safe(item, after, &a->saved)
		saved_free(container_of(item, struct saved, in_account));
}
