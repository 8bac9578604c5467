// SPDX-License-Identifier: MIT
// One table, three kinds of keys: 's' source, 'a' account, 'g' account and a source that
// logged in to it. Rows stand in the order of their last use.
//
// What must survive a restart stands in the setting "throttles", written a while after it
// changed: the sources that accounts know, and the names that are being guessed at.
#include "server/hub/people/throttle.h"

#include "common/cidr.h"
#include "common/die.h"
#include "common/names.h"
#include "server/hub/journal/post.h"
#include "server/letters/limits.h"

#include <sodium.h>
#include <stdlib.h>

#define MINUTE_MS (60LL * 1000)
#define FORGET_MS (60LL * MINUTE_MS)
#define FREE_FAILURES 5   // before the first wait
#define STOP_FAILURES 100 // in a row: no more from sources the account does not know
#define OPEN_WINDOW_MS (10 * MINUTE_MS)
#define OPEN_TIMES 2 // of connections_per_source may be new in that window
#define SAVE_AFTER_MS 10000
#define SAVED_VERSION 1

struct throttle {
	struct list in_order;
	int64_t used_ms;
	int64_t window_ms; // start of the minute that `tries` counts
	int64_t tries;
	int64_t opened_ms; // start of the window that `opened` counts
	int64_t opened;    // connections that did not log in, or not yet
	int64_t failures;  // in a row
	int64_t until_ms;  // no attempt before
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

	if (t && h->now.mono_ms - t->used_ms > FORGET_MS && kind != 'g' &&
	    t->failures < STOP_FAILURES)
		t->failures = t->until_ms = 0;
	return t;
}

static void drop(struct hub *h, struct throttle *t)
{
	map_remove(&h->throttles, span_from(t->key, t->key_len));
	list_remove(&t->in_order);
	free(t);
}

static struct throttle *add(struct hub *h, const char *key, size_t len)
{
	struct throttle *t = xcalloc(1, sizeof(*t));

	if (h->throttles.n_items >= THROTTLES_MAX)
		drop(h, container_of(h->throttle_order.next, struct throttle, in_order));
	memcpy(t->key, key, len);
	t->key_len = len;
	map_put(&h->throttles, span_from(t->key, t->key_len), t);
	return t;
}

static struct throttle *use(struct hub *h, char kind, uint64_t source, struct span name)
{
	struct throttle *t = find(h, kind, source, name);

	if (t) {
		list_remove(&t->in_order);
	} else {
		struct key k = make_key(kind, source, name);

		t = add(h, k.at, k.len);
	}
	t->used_ms = h->now.mono_ms;
	list_add(&h->throttle_order, &t->in_order);
	return t;
}

static void put_number(struct buf *out, uint64_t n)
{
	for (int i = 0; i < 8; i++)
		buf_add_char(out, (char)(n >> (8 * i)));
}

static int64_t take_number(struct span *rest)
{
	uint64_t n = 0;

	for (size_t i = 0; i < 8; i++)
		n |= (uint64_t)(unsigned char)rest->at[i] << (8 * i);
	*rest = span_after(*rest, 8);
	return (int64_t)n;
}

// Times are wall times on disk, so that they mean something to the next process.
static void save_row(const struct hub *h, const struct throttle *t, struct buf *out)
{
	int64_t wall = h->now.wall_ms - h->now.mono_ms;

	buf_add_char(out, (char)t->key_len);
	buf_add(out, t->key, t->key_len);
	put_number(out, (uint64_t)t->failures);
	put_number(out, (uint64_t)(t->until_ms ? t->until_ms + wall : 0));
	put_number(out, (uint64_t)(t->used_ms + wall));
}

// The newest rows of a kind, the newest first.
static void save_kind(struct hub *h, char kind, int64_t failures, struct buf *out)
{
	size_t n = 0;

	for (struct list *item = h->throttle_order.prev;
	     item != &h->throttle_order && n < THROTTLES_SAVED_MAX; item = item->prev) {
		const struct throttle *t = container_of(item, struct throttle, in_order);

		if (t->key[0] != kind || t->failures < failures)
			continue;
		save_row(h, t, out);
		n++;
	}
}

void throttles_save(struct hub *h)
{
	struct entry e = {.kind = ENTRY_SETTING};
	struct buf rows = {0};

	if (!h->on_throttles.is_set || !can_post(h))
		return;
	timer_stop(&h->on_throttles);
	buf_add_char(&rows, SAVED_VERSION);
	save_kind(h, 'g', 0, &rows);
	save_kind(h, 'a', FREE_FAILURES, &rows);
	e.setting = (struct entry_setting){SPAN("throttles"), buf_span(&rows)};
	post(h, &e);
	buf_clear(&rows);
}

// Until throttles_start its times are wall times.
static bool load_row(struct hub *h, struct span *rest)
{
	size_t len = (unsigned char)rest->at[0];
	struct throttle *t;

	if (len < 2 || len > sizeof(t->key) || rest->len < 1 + len + 24)
		return false;
	if (map_find(&h->throttles, span_from(rest->at + 1, len)))
		return false;
	t = add(h, rest->at + 1, len);
	*rest = span_after(*rest, 1 + len);
	t->failures = take_number(rest);
	t->until_ms = take_number(rest);
	t->used_ms = take_number(rest);
	// They were written newest first.
	list_add(h->throttle_order.next, &t->in_order);
	return true;
}

void throttles_load(struct hub *h, struct span value)
{
	if (!value.len || value.at[0] != SAVED_VERSION)
		return;
	value = span_after(value, 1);
	while (value.len && load_row(h, &value))
		continue;
}

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void throttles_start(struct hub *h)
{
	int64_t wall = h->now.wall_ms - h->now.mono_ms;

	list_for_each(item, &h->throttle_order) {
		struct throttle *t = container_of(item, struct throttle, in_order);

		// Whatever the clock did meanwhile, nobody waits longer than the longest wait.
		t->used_ms = at_most(t->used_ms - wall, h->now.mono_ms);
		if (t->until_ms)
			t->until_ms =
				at_most(t->until_ms - wall, h->now.mono_ms + LOGIN_WAIT_MAX_MS);
	}
}

uint64_t throttle_source(const struct hub *h, struct span host, uint64_t otherwise)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	uint64_t source;
	struct cidr c;

	if (!cidr_parse(host, &c) || c.bits != 128)
		return otherwise;
	if (!cidr_has(&(struct cidr){.bytes = {[10] = 0xff, [11] = 0xff}, .bits = 96}, &c))
		memset(c.bytes + 8, 0, 8);
	crypto_generichash(hash, sizeof(hash), c.bytes, sizeof(c.bytes), h->token_key,
			   sizeof(h->token_key));
	memcpy(&source, hash, sizeof(source));
	return source;
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
	if (t && t->key[0] == 'a' && t->failures >= STOP_FAILURES)
		return false;
	return take_try(h, source);
}

static void on_save(struct hub *h, struct timer *t)
{
	timer_set(h, t, h->now.mono_ms + SAVE_AFTER_MS, on_save); // if the disk takes nothing
	throttles_save(h);
}

static void save_soon(struct hub *h)
{
	if (!h->on_throttles.is_set)
		timer_set(h, &h->on_throttles, h->now.mono_ms + SAVE_AFTER_MS, on_save);
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
	for (int64_t i = FREE_FAILURES; i < t->failures && wait < LOGIN_WAIT_MAX_MS; i++)
		wait *= 2;
	t->until_ms = h->now.mono_ms + (wait < LOGIN_WAIT_MAX_MS ? wait : LOGIN_WAIT_MAX_MS);
	save_soon(h);
}

void throttle_worked(struct hub *h, uint64_t source, struct span name)
{
	size_t known = h->throttles.n_items;
	struct throttle *t;

	if (!h->config.logins_per_source)
		return;
	t = use(h, 'g', source, name);
	if (t->failures || h->throttles.n_items > known)
		save_soon(h);
	t->failures = t->until_ms = 0;
	throttle_forgive(h, name);
}

void throttle_forgive(struct hub *h, struct span name)
{
	struct throttle *t = find(h, 'a', 0, name);

	if (!t || !t->failures)
		return;
	t->failures = t->until_ms = 0;
	save_soon(h);
}

static uintptr_t n_unknown(const struct hub *h, uint64_t source)
{
	return (uintptr_t)idmap_find(&h->unknown_sources, source);
}

static struct throttle *opened_row(struct hub *h, uint64_t source)
{
	struct throttle *t = use(h, 's', source, (struct span){0});

	if (h->now.mono_ms - t->opened_ms >= OPEN_WINDOW_MS || !t->opened_ms) {
		t->opened_ms = h->now.mono_ms;
		t->opened = 0;
	}
	return t;
}

// The connection itself is counted already.
bool throttle_may_open(struct hub *h, uint64_t source)
{
	int64_t most = h->config.connections_per_source;

	return !most || ((int64_t)n_unknown(h, source) <= most &&
			 opened_row(h, source)->opened <= most * OPEN_TIMES);
}

void throttle_let_in(struct hub *h, uint64_t source)
{
	struct throttle *t;

	if (!h->config.connections_per_source)
		return;
	t = opened_row(h, source);
	if (t->opened)
		t->opened--;
}

void throttle_opened(struct hub *h, uint64_t source)
{
	if (h->config.connections_per_source)
		opened_row(h, source)->opened++;
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
	timer_stop(&h->on_throttles);
	list_for_each_safe(item, after, &h->throttle_order)
		free(container_of(item, struct throttle, in_order));
	map_clear(&h->throttles);
	idmap_clear(&h->unknown_sources);
}
