// SPDX-License-Identifier: MIT
// An unsorted list and the earliest time in it: the list is walked only when something
// is due, and few things are.
#include "server/hub/state/timer.h"

#include "server/hub/state/state.h"

void timer_set(struct hub *h, struct timer *t, int64_t at_ms,
	       void (*fn)(struct hub *h, struct timer *t))
{
	if (!t->is_set)
		list_add(&h->timers, &t->in_hub);
	t->is_set = true;
	t->at_ms = at_ms;
	t->fn = fn;
	if (at_ms < h->next_timer_ms)
		h->next_timer_ms = at_ms;
}

void timer_stop(struct timer *t)
{
	if (!t->is_set)
		return;
	list_remove(&t->in_hub);
	t->is_set = false;
}

// Moves what is due to a list of its own, so that what is set meanwhile waits a turn.
static void take_due(struct hub *h, struct list *due)
{
	h->next_timer_ms = INT64_MAX;
	list_for_each_safe(item, after, &h->timers) {
		struct timer *t = container_of(item, struct timer, in_hub);

		if (t->at_ms <= h->now.mono_ms) {
			list_remove(item);
			list_add(due, item);
		} else if (t->at_ms < h->next_timer_ms) {
			h->next_timer_ms = t->at_ms;
		}
	}
}

void timers_run(struct hub *h)
{
	struct list due;

	if (h->now.mono_ms < h->next_timer_ms)
		return;
	list_init(&due);
	take_due(h, &due);
	while (!list_is_empty(&due)) {
		struct timer *t = container_of(due.next, struct timer, in_hub);

		timer_stop(t);
		t->fn(h, t);
	}
}
