// SPDX-License-Identifier: MIT
// Two versions of one draft are spoken: -2 tells of values by METADATA lines, -3 by the
// numerics that answer a question, too.
#include "server/hub/rooms/metadata.h"

#include "common/die.h"
#include "server/hub/rooms/display.h"
#include "server/hub/rooms/monitor.h"
#include "server/hub/journal/post.h"
#include "server/hub/rooms/listener.h"
#include "server/hub/rooms/member.h"
#include "server/hub/rooms/walk.h"
#include "server/hub/wire/telling.h"
#include "server/letters/limits.h"

#include <assert.h>
#include <stdlib.h>

// Rooms with more members are synchronised when a client asks.

struct map *metadata_of(struct metadata_target t)
{
	return t.room != NULL ? &t.room->metadata : &t.account->metadata;
}

const char *metadata_name(struct metadata_target t)
{
	return t.room != NULL ? t.room->name : t.account->name;
}

bool metadata_key_is_valid(struct span key)
{
	if (key.len == 0 || key.len > METADATA_KEY_MAX)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		char c = key.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
		      c == '.' || c == '/' || c == '-'))
			return false;
	}
	return true;
}

const struct metadata *metadata_find(const struct map *m, struct span key)
{
	return map_find(m, key);
}

static void metadata_free(struct metadata *d)
{
	if (d == NULL)
		return;
	free(d->key);
	free(d->value);
	free(d);
}

void metadata_put(struct map *m, struct span key, struct span value)
{
	struct metadata *old = map_remove(m, key), *d;

	if (value.at != NULL) {
		d = xcalloc(1, sizeof(*d));
		d->key = span_dup(key);
		d->value = span_dup(value);
		map_put(m, span_of(d->key), d);
	}
	metadata_free(old);
}

void metadata_clear(struct map *m)
{
	struct metadata *d;
	size_t cursor = 0;

	while ((d = map_next(m, &cursor)) != NULL) {
		map_remove(m, span_of(d->key));
		metadata_free(d);
	}
	map_clear(m);
}

void metadata_load(struct hub *h, const struct entry_metadata *row)
{
	struct metadata_target t = {.account = account_by_id(h, row->account),
				    .room = room_by_id(h, row->room)};

	if (t.account != NULL || t.room != NULL)
		metadata_put(metadata_of(t), row->key, row->value);
	if (t.account != NULL)
		display_changed(t.account);
}

static void metadata_post(struct metadata_target t, struct span key, struct span value)
{
	stream_id room = t.room != NULL ? t.room->stream.id : 0;
	account_id account = t.room != NULL ? 0 : t.account->id;
	struct hub *h = t.room != NULL ? t.room->hub : t.account->hub;

	if (value.at == NULL)
		post(h, &(struct entry){.kind = ENTRY_METADATA_GONE,
					.metadata_gone = {room, account, key}});
	else
		post(h, &(struct entry){.kind = ENTRY_METADATA,
					.metadata = {room, account, key, value}});
}

bool metadata_is_spoken(const struct session *s)
{
	return session_has(s, CAP_METADATA_2) || session_has(s, CAP_METADATA_3);
}

static void say_line(struct session *s, const char *target, const char *key, const char *value,
		     struct span batch)
{
	struct line l;

	line_start(&l, s->hub, NULL, "METADATA");
	line_str(&l, target);
	line_str(&l, key);
	line_str(&l, "*");
	line_text(&l, value == NULL ? SPAN("") : span_of(value));
	l.batch = batch;
	session_say(s, &l);
	line_clear(&l);
}

void metadata_reply(struct session *s, const char *target, const char *key, const char *value,
		    struct span batch)
{
	struct line l;

	reply_start(&l, s, value == NULL ? RPL_KEYNOTSET : RPL_KEYVALUE);
	line_str(&l, target);
	line_str(&l, key);
	if (value != NULL)
		line_str(&l, "*");
	line_text(&l, span_of(value == NULL ? numeric_text(RPL_KEYNOTSET) : value));
	l.batch = batch;
	reply_end(&l, s);
}

void metadata_say(struct session *s, const char *target, const char *key, const char *value,
		  struct span batch)
{
	if (session_has(s, CAP_METADATA_3))
		metadata_reply(s, target, key, value, batch);
	else
		say_line(s, target, key, value, batch);
}

static bool is_subscribed(const struct session *s, struct span key)
{
	return metadata_is_spoken(s) && map_find(&s->metadata_subs, key) != NULL;
}

struct change {
	struct metadata_target target;
	struct span key;
	const char *value;
	const struct session *by;
};

static void tell(struct session *s, void *arg)
{
	const struct change *t = arg;

	if (s->peers_round == s->hub->peers_round)
		return;
	s->peers_round = s->hub->peers_round;
	if (s != t->by && is_subscribed(s, t->key))
		metadata_say(s, metadata_name(t->target), t->key.at, t->value, SPAN(""));
}

static void tell_room(const struct room *r, struct change *t)
{
	for (size_t i = 0; i < r->n_listeners; i++)
		tell(r->listeners[i].session, t);
}

static void tell_peers(struct account *a, struct change *t)
{
	list_for_each(item, &a->sessions)
		tell(container_of(item, struct session, in_account), t);
	for (size_t i = 0; i < a->n_members; i++) {
		const struct member *m = a->members[i];

		for (size_t k = 0; k < m->room->n_listeners; k++)
			if (listener_is_shown(&m->room->listeners[k], m))
				tell(m->room->listeners[k].session, t);
	}
	monitor_each(a, tell, t);
}

void metadata_set(struct metadata_target t, struct span key, struct span value,
		  struct session *by)
{
	struct change change = {.target = t, .by = by};
	struct hub *h = t.room != NULL ? t.room->hub : t.account->hub;
	const struct metadata *d;
	char *kept = span_dup(key);

	metadata_put(metadata_of(t), key, value);
	if (t.room == NULL)
		display_changed(t.account);
	metadata_post(t, span_of(kept), value);
	d = metadata_find(metadata_of(t), span_of(kept));
	change.key = span_of(kept);
	change.value = d == NULL ? NULL : d->value;
	h->peers_round++;
	if (t.room != NULL)
		tell_room(t.room, &change);
	else
		tell_peers(t.account, &change);
	free(kept);
}

void metadata_sync(struct session *s, struct metadata_target t, struct span batch)
{
	const struct metadata *d;
	size_t cursor = 0;

	while ((d = map_next(metadata_of(t), &cursor)) != NULL)
		if (is_subscribed(s, span_of(d->key)))
			metadata_say(s, metadata_name(t), d->key, d->value, batch);
}

static void tell_welcome(struct session *s)
{
	struct account *a = s->account;
	struct span target = span_of(a->name);
	char ref[BATCH_REF_LEN + 1];
	const struct metadata *d;
	size_t cursor = 0;

	batch_open(s, "metadata", &target, 1, (struct span){0}, ref);
	while ((d = map_next(&a->metadata, &cursor)) != NULL)
		metadata_say(s, a->name, d->key, d->value, span_of(ref));
	batch_close(s, ref);
}

static void adopt(struct session *s)
{
	struct metadata_target t = {.account = s->account};
	const struct metadata *d;
	size_t cursor = 0;

	while ((d = map_next(&s->early_metadata, &cursor)) != NULL) {
		bool is_new = metadata_find(&s->account->metadata, span_of(d->key)) == NULL;

		const char *why = display_fault(s->account, span_of(d->key), span_of(d->value));

		if (is_new && s->account->metadata.n_items >= METADATA_KEYS_MAX)
			continue;
		if (why) {
			fail(s, "METADATA",
			     session_has(s, CAP_METADATA_3) ? "INVALID_VALUE" : "VALUE_INVALID",
			     span_of(d->key), why);
			continue;
		}
		metadata_set(t, span_of(d->key), span_of(d->value), s);
	}
	metadata_clear(&s->early_metadata);
}

void metadata_welcome(struct session *s)
{
	if (!metadata_is_spoken(s))
		return;
	adopt(s);
	tell_welcome(s);
}

static void say_later(struct session *s, const struct room *r)
{
	struct line l;

	reply_start(&l, s, RPL_METADATASYNCLATER);
	line_str(&l, r->name);
	reply_end(&l, s);
}

// What is set for a room and for those in it, while it is told.
struct sync {
	struct telling t;
	struct walk walk;
	stream_id room; // to be told of; 0: it was
	char batch[BATCH_REF_LEN + 1];
};

static bool sync_next(struct telling *t)
{
	struct sync *y = container_of(t, struct sync, t);
	struct room *r = y->room ? room_by_id(t->s->hub, y->room) : NULL;
	const struct member *m;

	y->room = 0;
	if (r != NULL) {
		metadata_sync(t->s, (struct metadata_target){.room = r}, span_of(y->batch));
		return true;
	}
	m = walk_next(&y->walk);
	if (m == NULL) {
		batch_close(t->s, y->batch);
		return false;
	}
	telling_looked(t->s, 1 + m->account->metadata.n_items);
	metadata_sync(t->s, (struct metadata_target){.account = m->account}, span_of(y->batch));
	return true;
}

static void sync_free(struct telling *t)
{
	struct sync *y = container_of(t, struct sync, t);

	walk_end(&y->walk);
	free(y);
}

void metadata_sync_room(struct session *s, struct room *r, struct span batch)
{
	struct sync *y = telling_new(sizeof(*y), sync_next, sync_free);

	assert(batch.len < sizeof(y->batch));
	memcpy(y->batch, batch.at, batch.len);
	y->room = r->stream.id;
	walk_start(&y->walk, r);
	telling_start(s, &y->t);
}

void metadata_joined(struct session *s, struct room *r)
{
	if (!metadata_is_spoken(s) || s->metadata_subs.n_items == 0)
		return;
	if (r->n_members > METADATA_SYNC_MAX)
		say_later(s, r);
	else
		metadata_sync_room(s, r, SPAN(""));
}

void metadata_member_joined(const struct member *m, cap_set need, cap_set lack)
{
	const struct room *r = m->room;

	for (size_t i = 0; i < r->n_listeners; i++) {
		const struct listener *l = &r->listeners[i];

		if (l->account != m->account && cap_fits(l->caps, need, lack))
			metadata_sync(l->session,
				      (struct metadata_target){.account = m->account},
				      SPAN(""));
	}
}

void metadata_forget(struct session *s)
{
	metadata_clear(&s->early_metadata);
	metadata_clear(&s->metadata_subs);
}
