// SPDX-License-Identifier: MIT
#include "client/sync/unsent.h"

#include "common/buf.h"
#include "common/die.h"
#include "common/encode.h"

#include <stdio.h>
#include <stdlib.h>

struct unsent {
	const struct outside *outside;
	struct list entries, stored;
	size_t n_stored, stored_bytes;
	struct unsent_store store;
	struct unsent_events events;
	uint64_t last_local_id;
	int64_t (*server_ms)(void *arg); // NULL: nobody knows
	void *clock;
};

void client_id_make(const struct outside *o, int64_t server_ms,
		    char out[static CLIENT_ID_SPACE])
{
	char head[TIMED_ID_HEAD + 1] = "";
	uint8_t bytes[16];
	struct buf text = {0};

	if (server_ms)
		timed_id_head(server_ms, head);
	o->dice(o->arg, bytes, sizeof(bytes));
	encode_b64url(&text, bytes, sizeof(bytes));
	snprintf(out, CLIENT_ID_SPACE, "%s%s", head, buf_str(&text));
	buf_clear(&text);
}

void unsent_set_clock(struct unsent *u, int64_t (*server_ms)(void *arg), void *arg)
{
	u->server_ms = server_ms;
	u->clock = arg;
}

struct unsent *unsent_new(const struct outside *o)
{
	struct unsent *u = xcalloc(1, sizeof(*u));

	u->outside = o;
	list_init(&u->entries);
	list_init(&u->stored);
	return u;
}

static void entry_free(struct unsent_entry *e)
{
	list_remove(&e->in_unsent);
	free(e->target);
	free(e->text);
	free(e->reply_to);
	free(e->messages);
	free(e->history);
	free(e);
}

void unsent_free(struct unsent *u)
{
	if (!u)
		return;
	list_for_each_safe(item, after, &u->entries)
		entry_free(unsent_entry_at(item));
	list_for_each_safe(item, after, &u->stored)
		entry_free(unsent_entry_at(item));
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

struct list *unsent_stored_entries(struct unsent *u)
{
	return &u->stored;
}

static struct unsent_entry *find_local(struct list *entries, uint64_t local_id)
{
	list_for_each(item, entries) {
		if (unsent_entry_at(item)->local_id == local_id)
			return unsent_entry_at(item);
	}
	return NULL;
}

struct unsent_entry *unsent_find(struct unsent *u, uint64_t local_id)
{
	struct unsent_entry *e = find_local(&u->entries, local_id);

	return e ? e : find_local(&u->stored, local_id);
}

static struct unsent_entry *find_id(struct list *entries, const char *id)
{
	list_for_each(item, entries) {
		if (strcmp(unsent_entry_at(item)->id, id) == 0)
			return unsent_entry_at(item);
	}
	return NULL;
}

struct unsent_entry *unsent_find_id(struct unsent *u, const char *id)
{
	struct unsent_entry *e = find_id(&u->entries, id);

	return e ? e : find_id(&u->stored, id);
}

// What the server has stored.

static bool is_stored(const struct unsent_entry *e)
{
	return e->messages && !e->is_lost;
}

static size_t bytes_of(const struct unsent_entry *e)
{
	return strlen(e->text) + strlen(e->messages);
}

static void leave_stored(struct unsent *u, struct unsent_entry *e)
{
	list_remove(&e->in_unsent);
	u->n_stored--;
	u->stored_bytes -= bytes_of(e);
}

// The oldest go where there are too many, and in their own time; the store leaves them out when
// it writes anew.
static void let_oldest_go(struct unsent *u)
{
	int64_t from_ms = u->outside->wall_ms(u->outside->arg) - STORED_MS;

	list_for_each_safe(item, after, &u->stored) {
		struct unsent_entry *e = unsent_entry_at(item);
		if (u->n_stored <= STORED_MAX && u->stored_bytes <= STORED_BYTES_MAX &&
		    e->at_ms >= from_ms)
			return;
		leave_stored(u, e);
		entry_free(e);
	}
}

static void enter_stored(struct unsent *u, struct unsent_entry *e)
{
	list_remove(&e->in_unsent);
	list_add(&u->stored, &e->in_unsent);
	u->n_stored++;
	u->stored_bytes += bytes_of(e);
	let_oldest_go(u);
}

static void replace(char **text, const char *with)
{
	char *fresh = xstrdup(with);

	free(*text);
	*text = fresh;
}

void unsent_stored(struct unsent *u, struct unsent_entry *e, const char *messages,
		   const char *history, uint64_t seq)
{
	if (is_stored(e))
		leave_stored(u, e);
	replace(&e->messages, messages);
	replace(&e->history, history);
	e->seq = seq;
	e->is_lost = false;
	u->store.stored(u->store.arg, e);
	enter_stored(u, e);
}

void unsent_lost(struct unsent *u, struct unsent_entry *e)
{
	leave_stored(u, e);
	list_add(&u->entries, &e->in_unsent);
	e->is_lost = true;
	u->store.stored(u->store.arg, e);
}

void unsent_found(struct unsent *u, struct unsent_entry *e, const char *history)
{
	replace(&e->history, history);
	u->store.stored(u->store.arg, e);
}

void unsent_follow(struct unsent *u, struct span was, struct span now)
{
	list_for_each(item, &u->entries) {
		struct unsent_entry *e = unsent_entry_at(item);
		if (!was.len || !span_eq(span_of(e->reply_to), was))
			continue;
		free(e->reply_to);
		e->reply_to = span_dup(now);
		u->store.stored(u->store.arg, e);
	}
}

struct span unsent_message(const struct unsent_entry *e)
{
	struct span ids = span_of(e->messages);

	return span_cut(&ids, ' ');
}

void unsent_forget(struct unsent *u, struct span message)
{
	list_for_each(item, &u->stored) {
		struct unsent_entry *e = unsent_entry_at(item);
		if (!span_eq(unsent_message(e), message))
			continue;
		leave_stored(u, e);
		u->store.done(u->store.arg, e);
		entry_free(e);
		return;
	}
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
	e->is_lost = held->is_lost;
	e->seq = held->seq;
	if (held->messages) {
		e->messages = xstrdup(held->messages);
		e->history = xstrdup(held->history);
	}
	if (is_stored(e))
		enter_stored(u, e);
	return true;
}

struct unsent_entry *unsent_add(struct unsent *u, struct span target, struct span text,
				struct span reply_to, int kind, int64_t at_ms)
{
	struct unsent_entry *e = new_entry(u);

	client_id_make(u->outside, u->server_ms ? u->server_ms(u->clock) : 0, e->id);
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
