// SPDX-License-Identifier: MIT
// One table, three kinds of keys: 's' source, 'a' account, 'g' account and a source that
// logged in to it. Rows stand in the order of their last use.
#include "server/hub/throttle.h"

#include "common/die.h"
#include "common/names.h"

#include <stdlib.h>

#define MINUTE_MS (60LL * 1000)
#define FORGET_MS (60LL * MINUTE_MS)
#define FREE_FAILURES 5 // before the first wait
#define WAIT_MAX_MS MINUTE_MS

struct throttle {
	struct list in_order;
	int64_t used_ms;
	int64_t window_ms; // start of the minute that `tries` counts
	int64_t tries;
	int64_t failures; // in a row
	int64_t until_ms; // no attempt before
	size_t key_len;
	char key[1 + ACCOUNT_NAME_MAX + 1 + sizeof(uint64_t)];
};

struct key {
	char at[1 + ACCOUNT_NAME_MAX + 1 + sizeof(uint64_t)];
	size_t len;
};

static struct key make_key(char kind, uint64_t source, struct span name)
{
	struct key k = {.len = 1};

	k.at[0] = kind;
	if (kind != 's') {
		struct span cut = {name.at,
				   name.len < ACCOUNT_NAME_MAX ? name.len : ACCOUNT_NAME_MAX};

		name_fold(cut, k.at + 1);
		k.len += cut.len + 1;
	}
	if (kind != 'a') {
		memcpy(k.at + k.len, &source, sizeof(source));
		k.len += sizeof(source);
	}
	return k;
}

static struct throttle *find(struct hub *h, char kind, uint64_t source, struct span name)
{
	struct key k = make_key(kind, source, name);
	struct throttle *t = map_find(&h->throttles, span_from(k.at, k.len));

	if (t && h->now.mono_ms - t->used_ms > FORGET_MS && kind != 'g')
		t->failures = t->until_ms = 0;
	return t;
}

static void drop(struct hub *h, struct throttle *t)
{
	map_remove(&h->throttles, span_from(t->key, t->key_len));
	list_remove(&t->in_order);
	free(t);
}

static struct throttle *use(struct hub *h, char kind, uint64_t source, struct span name)
{
	struct throttle *t = find(h, kind, source, name);

	if (t) {
		list_remove(&t->in_order);
	} else {
		struct key k = make_key(kind, source, name);

		if (h->throttles.n_items >= THROTTLES_MAX)
			drop(h,
			     container_of(h->throttle_order.next, struct throttle, in_order));
		t = xcalloc(1, sizeof(*t));
		memcpy(t->key, k.at, k.len);
		t->key_len = k.len;
		map_put(&h->throttles, span_from(t->key, t->key_len), t);
	}
	t->used_ms = h->now.mono_ms;
	list_add(&h->throttle_order, &t->in_order);
	return t;
}

static bool take_try(struct hub *h, uint64_t source)
{
	struct throttle *t = use(h, 's', source, (struct span){0});

	if (h->now.mono_ms - t->window_ms >= MINUTE_MS || !t->tries) {
		t->window_ms = h->now.mono_ms;
		t->tries = 0;
	}
	if (t->tries >= h->config.logins_per_source)
		return false;
	t->tries++;
	return true;
}

// The counter that an attempt from this source for this name goes by.
static struct throttle *account_row(struct hub *h, uint64_t source, struct span name, bool make)
{
	struct throttle *t = find(h, 'g', source, name);

	if (t)
		return t;
	return make ? use(h, 'a', source, name) : find(h, 'a', source, name);
}

bool throttle_may_try(struct hub *h, uint64_t source, struct span name)
{
	const struct throttle *t;

	if (!h->config.logins_per_source)
		return true;
	t = account_row(h, source, name, false);
	if (t && t->until_ms > h->now.mono_ms)
		return false;
	return take_try(h, source);
}

void throttle_failed(struct hub *h, uint64_t source, struct span name)
{
	struct throttle *t;
	int64_t wait = 1000;

	if (!h->config.logins_per_source)
		return;
	t = account_row(h, source, name, true);
	if (++t->failures < FREE_FAILURES)
		return;
	for (int64_t i = FREE_FAILURES; i < t->failures && wait < WAIT_MAX_MS; i++)
		wait *= 2;
	t->until_ms = h->now.mono_ms + (wait < WAIT_MAX_MS ? wait : WAIT_MAX_MS);
}

void throttle_worked(struct hub *h, uint64_t source, struct span name)
{
	struct throttle *t;

	if (!h->config.logins_per_source)
		return;
	t = use(h, 'g', source, name);
	t->failures = t->until_ms = 0;
}

static uintptr_t n_unknown(const struct hub *h, uint64_t source)
{
	return (uintptr_t)idmap_find(&h->unknown_sources, source);
}

bool throttle_may_open(struct hub *h, uint64_t source)
{
	return !h->config.connections_per_source ||
	       (int64_t)n_unknown(h, source) <= h->config.connections_per_source;
}

void throttle_opened(struct hub *h, uint64_t source)
{
	// The count itself is the value.
	idmap_put(&h->unknown_sources, source, (void *)(n_unknown(h, source) + 1));
}

void throttle_ended(struct hub *h, uint64_t source)
{
	uintptr_t n = n_unknown(h, source);

	if (n > 1)
		idmap_put(&h->unknown_sources, source, (void *)(n - 1));
	else
		idmap_remove(&h->unknown_sources, source);
}

void throttles_free(struct hub *h)
{
	list_for_each_safe(item, after, &h->throttle_order)
		free(container_of(item, struct throttle, in_order));
	map_clear(&h->throttles);
	idmap_clear(&h->unknown_sources);
}
