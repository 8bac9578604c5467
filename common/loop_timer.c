// SPDX-License-Identifier: MIT
#include "common/loop_timer.h"

#include "common/die.h"

#include <assert.h>
#include <stdlib.h>

static bool is_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->serial < b->serial;
}

static struct loop_timer *at(const struct timers *all, size_t place)
{
	return all->heap[place - 1];
}

static void set(struct timers *all, size_t place, struct loop_timer *t)
{
	all->heap[place - 1] = t;
	t->place = place;
}

static void rise(struct timers *all, struct loop_timer *t)
{
	size_t place = t->place;

	for (; place > 1 && is_before(t, at(all, place / 2)); place /= 2)
		set(all, place, at(all, place / 2));
	set(all, place, t);
}

static void sink(struct timers *all, struct loop_timer *t)
{
	size_t place = t->place, child;

	while ((child = place * 2) <= all->count) {
		if (child < all->count && is_before(at(all, child + 1), at(all, child)))
			child++;
		if (!is_before(at(all, child), t))
			break;
		set(all, place, at(all, child));
		place = child;
	}
	set(all, place, t);
}

void timers_put(struct loop_timer *t, int64_t at_ms)
{
	struct timers *all = t->all;

	t->at_ms = at_ms;
	t->serial = ++all->serial;
	if (!t->place) {
		if (all->count == all->cap) {
			all->cap = all->cap ? all->cap * 2 : 8;
			all->heap = xreallocarray(all->heap, all->cap, sizeof(t));
		}
		set(all, ++all->count, t);
	}
	rise(all, t);
	sink(all, t);
}

void timers_remove(struct loop_timer *t)
{
	struct timers *all = t->all;
	struct loop_timer *last;
	size_t place = t->place;

	if (!place)
		return;
	t->place = 0;
	last = at(all, all->count--);
	if (last == t)
		return;
	set(all, place, last);
	rise(all, last);
	sink(all, last);
}

struct loop_timer *timers_first(const struct timers *all)
{
	return all->count ? all->heap[0] : NULL;
}

void timers_clear(struct timers *all)
{
	assert(all->made == 0 && "a timer is still there");
	free(all->heap);
	*all = (struct timers){0};
}
