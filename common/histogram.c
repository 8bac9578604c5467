// SPDX-License-Identifier: MIT
// With one thread that adds, a count needs no locked instruction: it is read and written.
#include "common/histogram.h"

const int64_t histogram_bounds_us[HISTOGRAM_BOUNDS] = {
	100,   250,   500,    1000,   2500,    5000,    10000,
	25000, 50000, 100000, 250000, 1000000, 5000000, 30000000};

static void more(_Atomic uint64_t *counter, uint64_t n)
{
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, now + n, memory_order_relaxed);
}

void counter_add(_Atomic uint64_t *counter)
{
	more(counter, 1);
}

void histogram_add(struct histogram *h, int64_t us)
{
	size_t i = 0;

	if (us < 0)
		us = 0;
	while (i < HISTOGRAM_BOUNDS && us > histogram_bounds_us[i])
		i++;
	more(&h->counts[i], 1);
	more(&h->sum_us, (uint64_t)us);
}

void histogram_look(const struct histogram *h, struct histogram_seen *seen)
{
	for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
		seen->counts[i] += atomic_load_explicit(&h->counts[i], memory_order_relaxed);
	seen->sum_us += atomic_load_explicit(&h->sum_us, memory_order_relaxed);
}
