// SPDX-License-Identifier: MIT
#include "server/io/failures.h"

#include "common/die.h"
#include "server/letters/limits.h"

#include <stdlib.h>

#define FAILURES_KEPT 8192 // inside: of thousands of sources each has failed but seldom

struct failure {
	uint64_t source, wide;
	int64_t at_ms;
};

void failures_clear(struct failures *f)
{
	free(f->kept);
	idmap_clear(&f->of_source);
	*f = (struct failures){0};
}

static void count(struct failures *f, const struct failure *one, int change)
{
	idmap_count(&f->of_source, one->source, change);
	if (one->wide != one->source)
		idmap_count(&f->of_source, one->wide, change);
}

static void drop_oldest(struct failures *f)
{
	count(f, &f->kept[f->first], -1);
	f->first = (f->first + 1) % FAILURES_KEPT;
	f->count--;
}

static void forget(struct failures *f, int64_t now_ms)
{
	while (f->count && f->kept[f->first].at_ms + FAILURES_MS <= now_ms)
		drop_oldest(f);
}

void failures_note(struct failures *f, uint64_t source, uint64_t wide, int64_t now_ms)
{
	struct failure *one;

	forget(f, now_ms);
	if (!f->kept)
		f->kept = xcalloc(FAILURES_KEPT, sizeof(*f->kept));
	if (f->count == FAILURES_KEPT)
		drop_oldest(f);
	one = &f->kept[(f->first + f->count++) % FAILURES_KEPT];
	*one = (struct failure){source, wide, now_ms};
	count(f, one, 1);
}

bool failures_are_many(struct failures *f, uint64_t source, uint64_t wide, int64_t now_ms)
{
	size_t most = FAILURES_PER_SOURCE;

	forget(f, now_ms);
	return idmap_counted(&f->of_source, source) >= most ||
	       idmap_counted(&f->of_source, wide) >= most * WIDE_TIMES;
}
