// SPDX-License-Identifier: MIT
#include "client/sync/unsent.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/encode.h"

#include <stdlib.h>

struct unsent {
	const struct outside *outside;
	struct list entries;
	struct unsent_store store;
	struct unsent_events events;
	uint64_t last_local_id;
};

void client_id_make(const struct outside *o, char out[static CLIENT_ID_LEN + 1])
{
	uint8_t bytes[16];
	struct buf text = {0};

	o->dice(o->arg, bytes, sizeof(bytes));
	encode_b64url(&text, bytes, sizeof(bytes));
	memcpy(out, text.at, CLIENT_ID_LEN);
	out[CLIENT_ID_LEN] = '\0';
	buf_clear(&text);
}

struct unsent *unsent_new(const struct outside *o)
{
	struct unsent *u = xcalloc(1, sizeof(*u));

	u->outside = o;
	list_init(&u->entries);
	return u;
}

static struct unsent_entry *entry_at(struct list *item)
{
	return container_of(item, struct unsent_entry, in_unsent);
}

static void entry_free(struct unsent_entry *e)
{
	list_remove(&e->in_unsent);
	free(e->target);
	free(e->text);
	free(e->reply_to);
	free(e);
}

void unsent_free(struct unsent *u)
{
	if (!u)
		return;
	list_for_each_safe(item, after, &u->entries)
		entry_free(entry_at(item));
	free(u);
}

void unsent_set_store(struct unsent *u, const struct unsent_store *store)
{
	u->store = *store;
}

void unsent_set_events(struct unsent *u, const struct unsent_events *events)
{
	u->events = events ? *events : (struct unsent_events){0};
}

bool unsent_has_store(const struct unsent *u)
{
	return u->store.keep != NULL;
}

struct list *unsent_entries(struct unsent *u)
{
	return &u->entries;
}

struct unsent_entry *unsent_find(struct unsent *u, uint64_t local_id)
{
	list_for_each(item, &u->entries) {
		if (entry_at(item)->local_id == local_id)
			return entry_at(item);
	}
	return NULL;
}

struct unsent_entry *unsent_find_id(struct unsent *u, const char *id)
{
	list_for_each(item, &u->entries) {
		if (strcmp(entry_at(item)->id, id) == 0)
			return entry_at(item);
	}
	return NULL;
}

static struct unsent_entry *new_entry(struct unsent *u)
{
	struct unsent_entry *e = xcalloc(1, sizeof(*e));

	e->local_id = ++u->last_local_id;
	list_add(&u->entries, &e->in_unsent);
	return e;
}

bool unsent_load(struct unsent *u, const struct unsent_entry *held)
{
	if (unsent_find_id(u, held->id))
		return false;
	struct unsent_entry *e = new_entry(u);
	memcpy(e->id, held->id, sizeof(e->id));
	e->at_ms = held->at_ms;
	e->kind = held->kind;
	e->target = xstrdup(held->target);
	e->text = xstrdup(held->text);
	e->reply_to = xstrdup(held->reply_to);
	e->was_sent = held->was_sent;
	e->is_kept = true;
	return true;
}

struct unsent_entry *unsent_add(struct unsent *u, struct span target, struct span text,
				struct span reply_to, int kind, int64_t at_ms)
{
	struct unsent_entry *e = new_entry(u);

	client_id_make(u->outside, e->id);
	e->at_ms = at_ms;
	e->kind = kind;
	e->target = span_dup(target);
	e->text = span_dup(text);
	e->reply_to = span_dup(reply_to);
	u->store.keep(u->store.arg, e);
	return e;
}

void unsent_kept(struct unsent *u, uint64_t local_id, const char *why)
{
	struct unsent_entry *e = unsent_find(u, local_id);

	if (!e || e->is_kept)
		return;
	if (why) {
		if (u->events.on_failed)
			u->events.on_failed(u->events.arg, e, why);
		entry_free(e);
		return;
	}
	e->is_kept = true;
	if (u->events.on_kept)
		u->events.on_kept(u->events.arg, e);
}

void unsent_sent(struct unsent *u, struct unsent_entry *e)
{
	if (!e->was_sent)
		u->store.sent(u->store.arg, e);
	e->was_sent = true;
}

// The store may write anew what is left: the entry is none of it any more.
void unsent_done(struct unsent *u, struct unsent_entry *e)
{
	list_remove(&e->in_unsent);
	u->store.done(u->store.arg, e);
	entry_free(e);
}
