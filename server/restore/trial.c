// SPDX-License-Identifier: MIT
#include "server/restore/trial.h"

#include "common/attr.h"
#include "common/clock.h"
#include "server/backup/folder.h"
#include "server/backup/leftover.h"
#include "server/backup/manifest.h"
#include "server/backup/part.h"
#include "server/backup/unpack.h"
#include "server/store/store.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static const struct {
	int64_t schema;
	const char *words;
} notes[] = {
#define NOTE(schema, words) {schema, words},
#include "server/restore/notes.def"
#undef NOTE
};

struct trial {
	trial_fn *on_row;
	void *arg;
	const char *present;
	char *folder, *copy;
	struct store_report before, after;
	char *error;
	bool has_problems;
};

void upgrade_notes(int64_t from, int64_t to, trial_fn *on_row, void *arg)
{
	for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
		if (notes[i].schema > from && notes[i].schema <= to)
			on_row(arg, store_migration(notes[i].schema), true, notes[i].words);
	}
}

static void row(struct trial *t, const char *what, bool is_fine, struct buf *found)
{
	t->on_row(t->arg, what, is_fine, buf_str(found));
	t->has_problems = t->has_problems || !is_fine;
}

// How long it took, and what it goes from and to.
static bool bring_up(struct trial *t)
{
	int64_t began = clock_mono_ms(), from = t->before.schema;
	struct buf found = {0};
	struct store *s = store_open(t->copy, STORE_FULL, &t->error);
	int64_t took = clock_mono_ms() - began;

	store_close(s);
	if (!s)
		return false;
	if (from == store_schema())
		buf_printf(&found, "it is of schema %" PRId64 ": nothing is to be done", from);
	else
		buf_printf(&found,
			   "from schema %" PRId64 " to %" PRId64 " in %" PRId64 " ms; %" PRId64
			   " bytes are copied before, to %s.before-%04" PRId64,
			   from, store_schema(), took, t->before.bytes, t->present, from + 1);
	row(t, "schema", true, &found);
	buf_clear(&found);
	return true;
}

static void show_migrations(struct trial *t)
{
	struct buf found = {0};

	for (int64_t i = t->before.schema + 1; i <= store_schema(); i++) {
		buf_printf(&found, "%s%s", found.len ? ", " : "", store_migration(i));
	}
	if (found.len)
		row(t, "migrations", true, &found);
	buf_clear(&found);
	upgrade_notes(t->before.schema, store_schema(), t->on_row, t->arg);
}

static void show_integrity(struct trial *t)
{
	struct store_report *b = &t->after;
	struct buf found = {0};

	buf_add_str(&found, b->n_problems ? buf_str(&b->problems) : "nothing is wrong with it");
	row(t, "integrity", !b->n_problems, &found);
	buf_clear(&found);
}

static bool compare(struct trial *t)
{
	struct store_report *a = &t->before, *b = &t->after;
	struct buf found = {0};

	if (!store_check(t->copy, &t->after, &t->error))
		return false;
	buf_printf(&found,
		   "%" PRId64 " accounts, %" PRId64 " rooms, %" PRId64
		   " messages before; %" PRId64 ", %" PRId64 ", %" PRId64 " after",
		   a->accounts, a->rooms, a->messages, b->accounts, b->rooms, b->messages);
	row(t, "counts",
	    a->accounts == b->accounts && a->rooms == b->rooms && a->messages == b->messages,
	    &found);
	buf_clear(&found);
	show_integrity(t);
	return true;
}

static bool try_copy(struct trial *t)
{
	if (!store_facts(t->present, &t->before, &t->error) ||
	    !store_backup(t->present, t->copy, &t->error) || !bring_up(t))
		return false;
	show_migrations(t);
	return compare(t);
}

static bool try_beside(struct trial *t)
{
	int lock = folder_begin(t->folder, &t->error);
	bool is_done = lock >= 0 && try_copy(t);

	if (lock >= 0) {
		unpack_remove(t->folder);
		close(lock);
	}
	return is_done;
}

static void say_who_brings_it_up(struct trial *t)
{
	int64_t from = t->before.schema;
	struct buf found = {0};

	if (from == store_schema())
		buf_printf(&found, "it is of schema %" PRId64 ": nothing is to be done", from);
	else
		buf_printf(&found,
			   "from schema %" PRId64 " to %" PRId64
			   ", by the first server of this version that has the store; each "
			   "step is whole or not done, and nothing is copied before: make a "
			   "backup by the means of the store first",
			   from, store_schema());
	row(t, "schema", true, &found);
	buf_clear(&found);
}

static bool look_in_place(struct trial *t)
{
	struct store_report *b = &t->before;
	struct buf found = {0};

	if (!store_facts(t->present, b, &t->error))
		return false;
	say_who_brings_it_up(t);
	show_migrations(t);
	if (b->schema != store_schema())
		return true;
	buf_printf(&found, "%" PRId64 " accounts, %" PRId64 " rooms, %" PRId64 " messages",
		   b->accounts, b->rooms, b->messages);
	row(t, "counts", true, &found);
	buf_clear(&found);
	if (!store_check(t->present, &t->after, &t->error))
		return false;
	show_integrity(t);
	return true;
}

enum admin_code trial_run(const char *state, const char *store, trial_fn *on_row, void *arg,
			  struct buf *words)
{
	struct trial t = {.on_row = on_row,
			  .arg = arg,
			  .present = store,
			  .folder = part_path(state, LEFTOVER_TRIAL, false)};
	enum admin_code code = ADMIN_FAILED;

	t.copy = part_path(t.folder, BACKUP_DATABASE, false);
	if (store_is_shared(store) ? look_in_place(&t) : try_beside(&t))
		code = t.has_problems ? ADMIN_PROBLEMS : ADMIN_DONE;
	else
		buf_printf(words, "%s", t.error);
	store_report_clear(&t.before);
	store_report_clear(&t.after);
	free(t.folder);
	free(t.copy);
	free(t.error);
	return code;
}
