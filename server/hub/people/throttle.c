// SPDX-License-Identifier: MIT
// One table, four kinds of keys: 's' source, 'a' account, 'g' account and a source that it
// knows, 'p' account as it is asked about elsewhere: `tries` are those of its day, which ends
// at `until_ms`, and `failures` those of them that were wrong. Rows stand in the order of their
// last use; how many of kind 'g' an account and a source have is counted beside.
#include "server/hub/people/throttle.h"
#include "server/hub/people/throttle_private.h"

#include "common/cidr.h"
#include "common/die.h"
#include "common/names.h"
#include "server/hub/people/freed.h"
#include "server/letters/limits.h"

#include <sodium.h>
#include <stdlib.h>

#define MINUTE_MS (60LL * 1000)
#define FORGET_MS (60LL * MINUTE_MS)
#define STOP_FAILURES 100 // in a row: no more from sources the account does not know
#define OPEN_WINDOW_MS (10 * MINUTE_MS)
#define OPEN_TIMES 2 // of connections_per_source may be new in that window

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

	if (t && h->now.mono_ms - t->used_ms > FORGET_MS && kind != 'g' && kind != 'p' &&
	    t->failures < STOP_FAILURES)
		t->failures = t->until_ms = 0;
	return t;
}

static struct span name_of(const struct throttle *t)
{
	return span_from(t->key + 1, t->key_len - 1 - sizeof(uint64_t));
}

static uint64_t number_of(struct span name)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t hash[crypto_shorthash_BYTES];
	uint64_t number;

	crypto_shorthash(hash, (const uint8_t *)name.at, name.len, key);
	memcpy(&number, hash, sizeof(number));
	return number;
}

static void count_known(struct hub *h, const struct throttle *t, int change)
{
	uint64_t source;

	if (t->key[0] != 'g')
		return;
	memcpy(&source, t->key + t->key_len - sizeof(source), sizeof(source));
	idmap_count(&h->known_at, source, change);
	idmap_count(&h->known_of, number_of(name_of(t)), change);
}

static void drop(struct hub *h, struct throttle *t)
{
	count_known(h, t, -1);
	map_remove(&h->throttles, span_from(t->key, t->key_len));
	list_remove(&t->in_order);
	free(t);
}

struct throttle *throttle_add(struct hub *h, const char *key, size_t len)
{
	struct throttle *t = xcalloc(1, sizeof(*t));

	if (h->throttles.n_items >= THROTTLES_MAX)
		drop(h, container_of(h->throttle_order.next, struct throttle, in_order));
	memcpy(t->key, key, len);
	t->key_len = len;
	map_put(&h->throttles, span_from(t->key, t->key_len), t);
	count_known(h, t, 1);
	return t;
}

static struct throttle *use(struct hub *h, char kind, uint64_t source, struct span name)
{
	struct throttle *t = find(h, kind, source, name);

	if (t) {
		list_remove(&t->in_order);
	} else {
		struct key k = make_key(kind, source, name);

		t = throttle_add(h, k.at, k.len);
	}
	t->used_ms = h->now.mono_ms;
	list_add(&h->throttle_order, &t->in_order);
	return t;
}

static uint64_t keyed(const struct hub *h, const uint8_t *bytes, size_t len)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];
	uint64_t number;

	crypto_generichash(hash, sizeof(hash), bytes, len, h->token_key, sizeof(h->token_key));
	memcpy(&number, hash, sizeof(number));
	return number;
}

struct origin throttle_origin(const struct hub *h, struct span host, uint64_t otherwise)
{
	struct origin o = {otherwise, otherwise};
	struct cidr c;

	if (!cidr_parse(host, &c) || c.bits != 128)
		return o;
	if (cidr_is_ipv4(&c)) {
		o.source = o.wide = keyed(h, c.bytes, sizeof(c.bytes));
		return o;
	}
	memset(c.bytes + 8, 0, 8);
	o.source = keyed(h, c.bytes, sizeof(c.bytes));
	o.wide = keyed(h, c.bytes, 6);
	return o;
}

uint64_t throttle_place(const struct hub *h, const struct origin *from, struct span name)
{
	struct key k = make_key('g', from->source, name);

	return keyed(h, (const uint8_t *)k.at, k.len);
}

static bool is_this_minute(const struct hub *h, const struct throttle *t)
{
	return t->tries && h->now.mono_ms - t->window_ms < MINUTE_MS;
}

static int64_t tries_of(struct hub *h, uint64_t source)
{
	const struct throttle *t = find(h, 's', source, (struct span){0});

	return t && is_this_minute(h, t) ? t->tries : 0;
}

static void count_try(struct hub *h, uint64_t source)
{
	struct throttle *t = use(h, 's', source, (struct span){0});

	if (!is_this_minute(h, t)) {
		t->window_ms = h->now.mono_ms;
		t->tries = 0;
	}
	t->tries++;
}

// Where many belong, many mistype.
bool throttle_may_ask(struct hub *h, const struct origin *from)
{
	int64_t most = h->config.logins_per_source;

	if (!most)
		return true;
	if (from->wide != from->source && tries_of(h, from->wide) >= most * WIDE_TIMES)
		return false;
	return tries_of(h, from->source) <
	       most + (int64_t)idmap_counted(&h->known_at, from->source);
}

void throttle_tried(struct hub *h, const struct origin *from)
{
	if (!h->config.logins_per_source)
		return;
	count_try(h, from->source);
	if (from->wide != from->source)
		count_try(h, from->wide);
}

// The counter that an attempt from this source for this name goes by.
static struct throttle *account_row(struct hub *h, uint64_t source, struct span name, bool make)
{
	struct throttle *t = find(h, 'g', source, name);

	if (t)
		return t;
	return make ? use(h, 'a', source, name) : find(h, 'a', source, name);
}

bool throttle_may_try(struct hub *h, const struct origin *from, struct span name)
{
	const struct throttle *t;

	if (!h->config.logins_per_source)
		return true;
	t = account_row(h, from->source, name, false);
	if (t && t->until_ms > h->now.mono_ms)
		return false;
	// One who belongs there is not held up by who guesses beside him.
	if (t && t->key[0] == 'g')
		return true;
	return (!t || t->failures < STOP_FAILURES) && throttle_may_ask(h, from);
}

void throttle_failed(struct hub *h, const struct origin *from, struct span name)
{
	struct throttle *t;
	int64_t wait = 1000;

	if (!h->config.logins_per_source)
		return;
	throttle_tried(h, from);
	t = account_row(h, from->source, name, true);
	if (++t->failures < FREE_FAILURES)
		return;
	for (int64_t i = FREE_FAILURES; i < t->failures && wait < LOGIN_WAIT_MAX_MS; i++)
		wait *= 2;
	t->until_ms = h->now.mono_ms + (wait < LOGIN_WAIT_MAX_MS ? wait : LOGIN_WAIT_MAX_MS);
	throttles_save_soon(h);
}

void throttle_erase(struct hub *h, account_id id)
{
	list_for_each_safe(item, after, &h->throttle_order) {
		struct throttle *t = container_of(item, struct throttle, in_order);
		// What is behind the kind ends with a NUL.
		const struct span name = span_of(t->key + 1);

		if (t->key[0] != 's' && name_was_of(h, name) == id)
			drop(h, t);
	}
	throttles_save_soon(h);
	throttles_save(h);
}

bool throttle_knows(struct hub *h, const struct origin *from, struct span name)
{
	return find(h, 'g', from->source, name) != NULL;
}

bool throttle_is_strange(struct hub *h, const struct origin *from, struct span name)
{
	struct key k = make_key('g', from->source, name);
	struct span folded = {k.at + 1, k.len - 1 - sizeof(uint64_t)};

	return idmap_counted(&h->known_of, number_of(folded)) > 0 &&
	       !throttle_knows(h, from, name);
}

bool throttle_has_locked(struct hub *h, const struct origin *from, struct span name)
{
	const struct throttle *t = account_row(h, from->source, name, false);

	return t && t->key[0] == 'a' && t->failures == STOP_FAILURES;
}

// Of the sources that the account knows, the one that was used last the longest ago.
static void drop_oldest_known(struct hub *h, struct span name)
{
	list_for_each(item, &h->throttle_order) {
		struct throttle *t = container_of(item, struct throttle, in_order);

		if (t->key[0] == 'g' && span_eq(name_of(t), name)) {
			drop(h, t);
			return;
		}
	}
}

void throttle_met(struct hub *h, const struct origin *from, struct span name)
{
	struct key k = make_key('g', from->source, name);
	struct span folded = {k.at + 1, k.len - 1 - sizeof(uint64_t)};

	if (!find(h, 'g', from->source, name)) {
		if (idmap_counted(&h->known_of, number_of(folded)) >= KNOWN_SOURCES_MAX)
			drop_oldest_known(h, folded);
		throttles_save_soon(h);
	}
	(void)use(h, 'g', from->source, name);
}

void throttle_worked(struct hub *h, const struct origin *from, struct span name)
{
	struct throttle *t;

	throttle_met(h, from, name);
	t = find(h, 'g', from->source, name);
	if (t->failures)
		throttles_save_soon(h);
	t->failures = t->until_ms = 0;
	throttle_forgive(h, name);
}

void throttle_forgive(struct hub *h, struct span name)
{
	struct throttle *t = find(h, 'a', 0, name);

	if (!t || !t->failures)
		return;
	t->failures = t->until_ms = 0;
	throttles_save_soon(h);
}

static bool is_this_day(const struct hub *h, const struct throttle *t)
{
	return t->until_ms > h->now.mono_ms;
}

bool throttle_may_pass_on(struct hub *h, struct span name, int64_t most)
{
	const struct throttle *t = find(h, 'p', 0, name);

	return !t || !is_this_day(h, t) || t->tries < most;
}

void throttle_passed_on(struct hub *h, struct span name)
{
	struct throttle *t = use(h, 'p', 0, name);

	if (!is_this_day(h, t)) {
		t->until_ms = h->now.mono_ms + THROTTLE_DAY_MS;
		t->tries = t->failures = 0;
	}
	t->tries++;
}

void throttle_passed_well(struct hub *h, struct span name)
{
	struct throttle *t = find(h, 'p', 0, name);

	if (t && t->tries > 0)
		t->tries--;
}

void throttle_passed_badly(struct hub *h, struct span name)
{
	struct throttle *t = find(h, 'p', 0, name);

	if (!t)
		return;
	t->failures++;
	throttles_save_soon(h);
	throttles_save(h);
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

static bool may_open(struct hub *h, uint64_t source, int64_t most)
{
	return (int64_t)idmap_counted(&h->unknown_sources, source) <= most &&
	       opened_row(h, source)->opened <= most * OPEN_TIMES;
}

// The connection itself is counted already.
bool throttle_may_open(struct hub *h, const struct origin *from)
{
	int64_t most = h->config.connections_per_source;

	if (!most)
		return true;
	if (from->wide != from->source && !may_open(h, from->wide, most * WIDE_TIMES))
		return false;
	return may_open(h, from->source,
			most + (int64_t)idmap_counted(&h->known_at, from->source));
}

static void let_in(struct hub *h, uint64_t source)
{
	struct throttle *t = opened_row(h, source);

	if (t->opened)
		t->opened--;
}

void throttle_let_in(struct hub *h, const struct origin *from)
{
	if (!h->config.connections_per_source)
		return;
	let_in(h, from->source);
	if (from->wide != from->source)
		let_in(h, from->wide);
}

void throttle_opened(struct hub *h, const struct origin *from)
{
	bool is_wide = from->wide != from->source;

	if (h->config.connections_per_source)
		opened_row(h, from->source)->opened++;
	if (h->config.connections_per_source && is_wide)
		opened_row(h, from->wide)->opened++;
	idmap_count(&h->unknown_sources, from->source, 1);
	if (is_wide)
		idmap_count(&h->unknown_sources, from->wide, 1);
}

void throttle_ended(struct hub *h, const struct origin *from)
{
	idmap_count(&h->unknown_sources, from->source, -1);
	if (from->wide != from->source)
		idmap_count(&h->unknown_sources, from->wide, -1);
}

void throttles_free(struct hub *h)
{
	timer_stop(&h->on_throttles);
	list_for_each_safe(item, after, &h->throttle_order)
		free(container_of(item, struct throttle, in_order));
	map_clear(&h->throttles);
	idmap_clear(&h->unknown_sources);
	idmap_clear(&h->known_at);
	idmap_clear(&h->known_of);
}
