// SPDX-License-Identifier: MIT
#include "server/store/lease/waiter.h"

#include <assert.h>

void waiter_init(struct waiter *w)
{
	*w = (struct waiter){.pause_ms = LEASE_PAUSE_MS};
}

int64_t waiter_due_ms(const struct waiter *w)
{
	return w->seen_ms + (w->was_lost ? LEASE_GRACE_MS : LEASE_TAKE_MS);
}

int waiter_rests_ms(const struct waiter *w, int64_t now_ms)
{
	int64_t at_ms = w->at_ms;

	if (w->has_seen && waiter_due_ms(w) < at_ms)
		at_ms = waiter_due_ms(w);
	return at_ms > now_ms ? (int)(at_ms - now_ms) : 0;
}

static enum waiter_does wanted(const struct waiter *w, int64_t now_ms)
{
	if (w->term)
		return WAITER_HAS;
	if (w->doing != WAITER_RESTS)
		return WAITER_RESTS;
	if (w->is_connected && w->has_seen && (!w->seen.is_held || now_ms >= waiter_due_ms(w)))
		return WAITER_TAKES;
	if (now_ms < w->at_ms)
		return WAITER_RESTS;
	return w->is_connected ? WAITER_LOOKS : WAITER_CONNECTS;
}

enum waiter_does waiter_next(struct waiter *w, int64_t now_ms)
{
	enum waiter_does next = wanted(w, now_ms);

	if (next != WAITER_RESTS && next != WAITER_HAS) {
		w->doing = next;
		w->doing_ms = now_ms;
	}
	return next;
}

static void lose(struct waiter *w, int64_t now_ms)
{
	w->was_lost = w->was_lost || w->is_connected;
	w->is_connected = w->has_seen = false;
	w->at_ms = now_ms + w->pause_ms;
	w->pause_ms =
		2 * w->pause_ms < LEASE_PAUSE_MAX_MS ? 2 * w->pause_ms : LEASE_PAUSE_MAX_MS;
}

// A sign is another term or beat. The first look at a connection is none, but the time begins
// anew: while the engine was away nobody could give one.
static void look(struct waiter *w, const struct lease_head *head, int64_t now_ms)
{
	bool is_same = head->term == w->seen.term && head->beat == w->seen.beat;

	if (!w->has_seen || !is_same)
		w->seen_ms = now_ms;
	if (w->has_seen && !is_same) {
		w->was_lost = false;
		w->has_sign = true;
	}
	w->seen = *head;
	w->has_seen = true;
	w->at_ms = now_ms + LEASE_LOOK_MS;
}

static void came_taken(struct waiter *w, enum lease_came came, const struct lease_head *head,
		       int64_t now_ms)
{
	if (head) {
		w->term = head->term;
		w->is_proven = came == CAME_WELL;
		return;
	}
	// Another was quicker, or the holder lives: it must be seen again.
	w->has_seen = false;
	w->at_ms = now_ms;
}

void waiter_came(struct waiter *w, enum lease_came came, const struct lease_head *head,
		 int64_t now_ms)
{
	enum waiter_does done = w->doing;
	bool is_fine = came == CAME_WELL || (came == CAME_UNSURE && done == WAITER_TAKES);

	assert(done != WAITER_RESTS);
	w->doing = WAITER_RESTS;
	if (!is_fine) {
		lose(w, now_ms);
	} else if (done == WAITER_LOOKS) {
		look(w, head, now_ms);
		w->pause_ms = LEASE_PAUSE_MS;
	} else if (done == WAITER_TAKES) {
		came_taken(w, came, head, now_ms);
	} else {
		w->is_connected = true;
		w->at_ms = now_ms;
	}
}
