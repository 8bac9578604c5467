// SPDX-License-Identifier: MIT
// The timers of a loop: a binary heap by due time, then by the order of setting.
//
// Inside of common/loop.c only; others use loop.h. Timers belong to their makers, the
// heap borrows them while they are set.
#pragma once

#include "common/loop.h"

#include <stddef.h>

struct timers {
	struct loop_timer **heap;
	size_t count, cap;
	size_t made;     // that exist, set or not
	uint64_t serial; // of the latest set
};

struct loop_timer {
	struct timers *all;
	loop_fn *fn;
	void *arg;
	int64_t at_ms;
	uint64_t serial;
	size_t place; // in the heap, from 1; 0: not set
};

// Sets, or sets anew.
void timers_put(struct loop_timer *t, int64_t at_ms);
// Harmless when it is not set.
void timers_remove(struct loop_timer *t);
// The one due first, or NULL.
MUST_USE struct loop_timer *timers_first(const struct timers *all);
// Asserts that none exists any more.
void timers_clear(struct timers *all);
