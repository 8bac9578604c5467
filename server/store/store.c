// SPDX-License-Identifier: MIT
// What is asked of the engine that a store is in; what is the same for all stands beside it.
#include "server/store/store.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/store/copy.h"
#include "server/store/error.h"
#include "server/store/migrations.h"

#include <assert.h>
#include <stdlib.h>

// The engine, with no words of an earlier failure in *error.
static const struct store_engine *engine_for(const char *where, char **error)
{
	*error = NULL;
	return engine_of(where, error);
}

struct store *store_open(const char *path, enum store_durability durability, char **error)
{
	const struct store_engine *engine = engine_for(path, error);

	return engine ? engine->open(path, durability, error) : NULL;
}

bool store_is_shared(const char *path)
{
	char *error = NULL;
	const struct store_engine *engine = engine_of(path, &error);

	free(error);
	return engine && engine->wait;
}

struct lease *store_wait(const char *path, enum store_durability durability, struct mailbox *to,
			 char **error)
{
	return engine_for(path, error)->wait(path, durability, to, error);
}

struct store *store_open_waited(struct lease *l, char **error)
{
	*error = NULL;
	return l->engine->open_waited(l, error);
}

void store_wait_end(struct lease *l)
{
	if (l)
		l->engine->wait_end(l);
}

void store_close(struct store *s)
{
	if (s)
		s->engine->close(s);
}

bool store_is_awaited(const char *path)
{
	char *error = NULL;
	const struct store_engine *engine = engine_for(path, &error);

	free(error);
	return engine && engine->is_awaited && engine->is_awaited(path);
}

bool store_is_locked(const char *path)
{
	char *error = NULL;
	const struct store_engine *engine = engine_of(path, &error);

	free(error);
	return engine && engine->is_locked(path);
}

int store_hold(const char *path, char **error)
{
	const struct store_engine *engine = engine_for(path, error);

	return engine ? engine->hold(path, error) : -1;
}

void store_set_begin(struct store *s, struct thread_begin begin)
{
	s->begin = begin;
}

void store_set_folder(struct store *s, const char *folder)
{
	free(s->folder);
	s->folder = xstrdup(folder);
}

void store_set_low_water(struct store *s, int64_t bytes)
{
	s->low_water = bytes;
}

void store_engine(struct buf *out)
{
	for (const struct store_engine *const *e = engines; *e; e++) {
		if (e != engines)
			buf_add_str(out, ", ");
		(*e)->version(out);
	}
}

int64_t store_schema(void)
{
	return n_migrations;
}

const char *store_migration(int64_t schema)
{
	assert(schema >= 1 && schema <= n_migrations);
	return migrations[schema - 1].name;
}

const struct proof *store_proof(const struct store *s)
{
	static const struct proof lasting = {INT64_MAX};

	return s->proof ? s->proof : &lasting;
}

bool store_tidy(struct store *s)
{
	return s->engine->tidy(s);
}

bool store_is_clean(const struct store *s)
{
	return s->engine->is_clean(s);
}

bool store_backup(const char *path, const char *file, char **error)
{
	const struct store_engine *engine = engine_for(path, error);

	if (!engine)
		return false;
	return engine->backup ? engine->backup(path, file, error)
			      : copy_backup(path, file, error);
}

static bool check(const char *path, bool is_deep, struct store_report *report, char **error)
{
	const struct store_engine *engine = engine_for(path, error);

	*report = (struct store_report){0};
	return engine && engine->check(path, is_deep, report, error);
}

bool store_check(const char *path, struct store_report *report, char **error)
{
	return check(path, false, report, error);
}

bool store_check_deep(const char *path, struct store_report *report, char **error)
{
	return check(path, true, report, error);
}

bool store_facts(const char *path, struct store_report *report, char **error)
{
	const struct store_engine *engine = engine_for(path, error);

	*report = (struct store_report){0};
	return engine && engine->facts(path, report, error);
}

void store_report_clear(struct store_report *report)
{
	buf_clear(&report->problems);
	buf_clear(&report->risks);
	buf_clear(&report->clock);
	buf_clear(&report->key);
	buf_clear(&report->restored);
	buf_clear(&report->migrated);
}

// What only a database in a file can be asked for.
static void refuse(const char *what, const char *where, char **error)
{
	error_words(error, "cannot %s %s: that is for a database in a file", what, where);
}

enum store_redo store_redo(const char *copy, const char *present, store_taken_fn *on_taken,
			   void *arg, char **error)
{
	const struct store_engine *engine = engine_for(copy, error);

	if (!engine)
		return REDO_FAILED;
	if (engine->redo)
		return engine->redo(copy, present, on_taken, arg, error);
	refuse("do again what was taken away in", copy, error);
	return REDO_FAILED;
}

bool store_lost(const char *older, const char *newer, store_taken_fn *on_lost, void *arg,
		char **error)
{
	const struct store_engine *engine = engine_for(older, error);

	if (!engine)
		return false;
	if (engine->lost)
		return engine->lost(older, newer, on_lost, arg, error);
	refuse("compare with", older, error);
	return false;
}

bool store_note_older(const char *older, int64_t at_ms, const char *verb, const char *detail,
		      char **error)
{
	const struct store_engine *engine = engine_for(older, error);

	if (!engine)
		return false;
	if (engine->note_older)
		return engine->note_older(older, at_ms, verb, detail, error);
	refuse("note in the older", older, error);
	return false;
}
