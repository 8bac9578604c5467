// SPDX-License-Identifier: MIT
// What must survive a restart stands in the setting "throttles", written a while after it
// changed: the sources that accounts know, the names that are being guessed at, and how many
// wrong passwords of a name were passed on today.
#include "server/hub/people/throttle_private.h"

#include "server/hub/journal/post.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define SAVE_AFTER_MS 10000
#define SAVED_VERSION 1

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
	save_kind(h, 'p', 1, &rows);
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
	if (rest->at[1] == 'g' && len <= 1 + sizeof(uint64_t))
		return false;
	if (map_find(&h->throttles, span_from(rest->at + 1, len)))
		return false;
	t = throttle_add(h, rest->at + 1, len);
	*rest = span_after(*rest, 1 + len);
	t->failures = take_number(rest);
	t->until_ms = take_number(rest);
	t->used_ms = take_number(rest);
	if (t->key[0] == 'p')
		t->tries = t->failures;
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

		int64_t most_ms = t->key[0] == 'p' ? THROTTLE_DAY_MS : LOGIN_WAIT_MAX_MS;

		// Whatever the clock did meanwhile, nobody waits longer than the longest wait.
		t->used_ms = at_most(t->used_ms - wall, h->now.mono_ms);
		if (t->until_ms)
			t->until_ms = at_most(t->until_ms - wall, h->now.mono_ms + most_ms);
	}
}

static void on_save(struct hub *h, struct timer *t)
{
	timer_set(h, t, h->now.mono_ms + SAVE_AFTER_MS, on_save); // if the disk takes nothing
	throttles_save(h);
}

void throttles_save_soon(struct hub *h)
{
	if (!h->on_throttles.is_set)
		timer_set(h, &h->on_throttles, h->now.mono_ms + SAVE_AFTER_MS, on_save);
}
