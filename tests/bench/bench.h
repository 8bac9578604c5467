// SPDX-License-Identifier: MIT
// What the programs share that measure a store: time, percentiles, and what is stored.
#pragma once

#include "common/span.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STREAMS 200
#define PACED 5000 // messages of the paced run
#define PACE_NS 1000000

static inline int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void sleep_until(int64_t ns)
{
	struct timespec t = {ns / 1000000000, ns % 1000000000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static inline int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static inline double percentile_ms(int64_t *values, size_t n, double share)
{
	qsort(values, n, sizeof(*values), by_size);
	return (double)values[(size_t)((double)(n - 1) * share)] / 1e6;
}

// A text of ten words, different for each n.
static inline struct span words(uint64_t n, char out[static 128])
{
	uint64_t x = n * 0x9e3779b97f4a7c15ULL;
	int len = 0;

	for (int i = 0; i < 10; i++, x = x * 6364136223846793005ULL + 1442695040888963407ULL)
		len += snprintf(out + len, 128 - (size_t)len, "%sw%llu", i ? " " : "",
				(unsigned long long)((x >> 33) % (i < 5 ? 300 : 20000)));
	return span_from(out, (size_t)len);
}
