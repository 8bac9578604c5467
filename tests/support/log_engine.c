// SPDX-License-Identifier: MIT
#include "tests/support/log_engine.h"

#include "common/die.h"
#include "server/letters/record.h"

#include <stdlib.h>
#include <string.h>

#define PLACE SPAN("log_applied") // the setting that says how far the tables are

struct log_engine {
	struct buf log;
	size_t place; // of the first byte that the tables do not hold
	entry_no durable, applied;
};

struct log_engine *log_engine_new(void)
{
	return xcalloc(1, sizeof(struct log_engine));
}

void log_engine_free(struct log_engine *l)
{
	if (!l)
		return;
	buf_clear(&l->log);
	free(l);
}

static void find_place(void *arg, const struct entry *e)
{
	struct log_engine *l = arg;

	if (e->kind == ENTRY_SETTING && span_eq(e->setting.key, PLACE) &&
	    e->setting.value.len == sizeof(l->place))
		memcpy(&l->place, e->setting.value.at, sizeof(l->place));
}

bool log_engine_open(struct log_engine *l, struct store *tables)
{
	enum disk_state disk;
	char *error = NULL;

	l->place = 0;
	l->durable = l->applied = 0;
	if (!store_load(tables, find_place, l, &error))
		die(1, "%s", error);
	if (!log_engine_apply(l, tables, SIZE_MAX, &disk))
		return false;
	l->applied = 0;
	return true;
}

void log_engine_put(struct log_engine *l, const struct journal *j)
{
	for (size_t i = 0; i < j->n_entries; i++)
		entry_write(&j->entries[i], &l->log);
	l->durable += j->n_entries;
}

bool log_engine_apply(struct log_engine *l, struct store *tables, size_t n,
		      enum disk_state *disk)
{
	struct span rest = span_after(buf_span(&l->log), l->place);
	struct entry e, place = {.kind = ENTRY_SETTING};
	struct journal *j = journal_new(1);
	struct arena arena = {0};
	struct durable done;
	size_t moved, at;

	while (rest.len && j->n_entries < n) {
		if (entry_read(&rest, &arena, &e) != RECORD_OK)
			die(1, "the log is damaged");
		journal_add(j, &e);
	}
	moved = j->n_entries;
	at = l->log.len - rest.len;
	place.setting = (struct entry_setting){PLACE, span_from(&at, sizeof(at))};
	journal_add(j, &place);
	*disk = DISK_FINE;
	if (moved && !writer_apply(tables, j, &done)) {
		*disk = done.disk;
		moved = 0;
	} else {
		l->place = at;
		l->applied += moved;
	}
	journal_free(j);
	arena_clear(&arena);
	return *disk == DISK_FINE;
}

void log_engine_report(const struct log_engine *l, struct durable *d)
{
	d->upto = l->durable;
	d->applied = l->applied;
}
