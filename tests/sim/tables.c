// SPDX-License-Identifier: MIT
// What a machine of the engine shows, as tables that a hub can be loaded from and asked.
#include "tests/sim/cluster.h"

#include "common/die.h"
#include "common/grow.h"

#include <stdlib.h>
#include <string.h>

// Machines copy each other: what one of them drew at its beginning is the same on all.
static void share_history(struct tables *t)
{
	static const uint8_t history[HISTORY_ID_LEN] = {17};
	struct entry e = {.kind = ENTRY_SETTING};
	struct journal *j = journal_new(1);
	struct durable done;

	e.setting.key = SPAN(SETTING_HISTORY);
	e.setting.value = span_from(history, sizeof(history));
	journal_add(j, &e);
	if (!writer_apply(t->store, j, &done))
		die(1, "the history cannot be set");
	journal_free(j);
}

static void tables_open(struct tables *t)
{
	char *error = NULL;

	folder_make(t->dir, sizeof(t->dir), t->path, sizeof(t->path));
	t->store = store_open(t->path, STORE_FULL, &error);
	if (!t->store)
		die(1, "%s", error);
	store_set_low_water(t->store, 0);
	share_history(t);
	t->reader = reader_open(t->path, &error);
	if (!t->reader)
		die(1, "%s", error);
}

void tables_clear(struct tables *t)
{
	if (!t->store)
		return;
	reader_close(t->reader);
	store_close(t->store);
	folder_remove(t->dir);
	free(t->applied);
	*t = (struct tables){0};
}

static bool is_prefix(const struct tables *t, const struct machine *m)
{
	return t->n <= m->shown &&
	       (!t->n || memcmp(t->applied, m->log, t->n * sizeof(t->applied[0])) == 0);
}

static void apply(struct cluster *c, struct tables *t, const struct commit *commit)
{
	struct durable done;

	if (commit->entries && !writer_apply(t->store, commit->entries, &done))
		wrong(c->world, "the engine refused an entry of term %lld, up to %llu",
		      (long long)commit->head.term, (unsigned long long)commit->head.upto);
	t->applied = grow(t->applied, t->n, &t->space, sizeof(t->applied[0]));
	t->applied[t->n++] = commit;
}

struct tables *tables_of(struct cluster *c, struct machine *m)
{
	struct tables *t = &m->tables;

	if (!is_prefix(t, m))
		tables_clear(t);
	if (!t->store)
		tables_open(t);
	while (t->n < m->shown)
		apply(c, t, m->log[t->n]);
	return t;
}
