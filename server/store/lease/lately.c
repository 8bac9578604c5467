// SPDX-License-Identifier: MIT
#include "server/store/lease/lately.h"

#include "common/die.h"

#include <assert.h>
#include <stdlib.h>

static void count_span(void *bytes, struct span *s)
{
	*(int64_t *)bytes += (int64_t)s->len;
}

static int64_t bytes_of(struct journal *j)
{
	int64_t bytes = (int64_t)(sizeof(*j) + j->n_space * sizeof(*j->entries));

	for (size_t i = 0; i < j->n_entries; i++)
		entry_each_span(&j->entries[i], count_span, &bytes);
	return bytes;
}

static void drop_oldest(struct lately *k)
{
	struct late_journal *oldest = &k->items[k->first];

	k->bytes -= oldest->bytes;
	journal_free(oldest->journal);
	k->first = (k->first + 1) % k->space;
	k->n--;
}

static void make_space(struct lately *k)
{
	size_t space = k->space ? 2 * k->space : 64;
	struct late_journal *items;

	assert(k->n <= k->space);
	if (k->n < k->space)
		return;
	items = xcalloc(space, sizeof(*items));
	for (size_t i = 0; i < k->space; i++)
		items[i] = k->items[(k->first + i) % k->space];
	free(k->items);
	k->items = items;
	k->first = 0;
	k->space = space;
}

void lately_add(struct lately *k, struct journal *j, int64_t now_ms)
{
	int64_t bytes = bytes_of(j);

	lately_age(k, now_ms);
	while (k->n && k->bytes + bytes > KEPT_BYTES)
		drop_oldest(k);
	make_space(k);
	k->items[(k->first + k->n++) % k->space] = (struct late_journal){j, now_ms, bytes};
	k->bytes += bytes;
}

void lately_age(struct lately *k, int64_t now_ms)
{
	while (k->n && now_ms - k->items[k->first].at_ms > KEPT_MS)
		drop_oldest(k);
}

const struct journal *lately_at(const struct lately *k, size_t i)
{
	return i < k->n ? k->items[(k->first + i) % k->space].journal : NULL;
}

bool lately_has(const struct lately *k, entry_no from, entry_no upto)
{
	const struct journal *oldest = lately_at(k, 0);
	const struct journal *newest = k->n ? lately_at(k, k->n - 1) : NULL;

	return oldest && oldest->first <= from && newest->first + newest->n_entries > upto;
}

void lately_clear(struct lately *k)
{
	while (k->n)
		drop_oldest(k);
	free(k->items);
	*k = (struct lately){0};
}
