// SPDX-License-Identifier: MIT
// How long things took, counted by bounds: what a Prometheus histogram is made of.
//
// A fixed array, no lock and no memory: one thread adds, any thread looks. A look is of no one
// moment, so what was added last may be in the counts and not yet in the sum.
// Owner: whoever has the struct. A zeroed one is empty.
#pragma once

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BOUNDS 14

struct histogram {
	_Atomic uint64_t counts[HISTOGRAM_BOUNDS + 1]; // the last: above all bounds
	_Atomic uint64_t sum_us;
};

// What was found at a look.
struct histogram_seen {
	uint64_t counts[HISTOGRAM_BOUNDS + 1];
	uint64_t sum_us;
};

// The upper bounds of all but the last count, rising.
extern const int64_t histogram_bounds_us[HISTOGRAM_BOUNDS];

// Less than nothing counts as nothing. Only the one thread that adds.
void histogram_add(struct histogram *h, int64_t us);
// Adds what is there to *seen. Any thread.
void histogram_look(const struct histogram *h, struct histogram_seen *seen);
// One more of something that one thread counts and any thread looks at.
void counter_add(_Atomic uint64_t *counter);
