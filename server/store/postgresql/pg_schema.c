// SPDX-License-Identifier: MIT
// A statement of a migration ends with a line: so each goes by itself, as a pipeline wants it,
// and has time of its own: all together take longer than one answer may, where the server is
// far away or busy.
#include "server/store/postgresql/pg_schema.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/version.h"
#include "server/store/error.h"
#include "server/store/lease/head.h"
#include "server/store/postgresql/pg_text.h"
#include "server/store/postgresql/pg_value.h"

#include <inttypes.h>
#include <stdio.h>

int64_t pg_schema_newest(void)
{
	return PG_SCHEMA_FIRST + pg_n_migrations - 1;
}

static bool fail(const struct pg_link *l, const char *what, char **error)
{
	error_words(error, "cannot %s %s: " SPAN_FMT, what, l->where.shown,
		    SPAN_ARG(buf_span(&l->words)));
	return false;
}

// The first column of the first row; `otherwise` where there is none.
static bool ask(struct pg_link *l, enum pg_id id, int64_t otherwise, int64_t *number,
		char **error)
{
	PGresult *r = NULL;

	if (pg_link_run(l, pg_text(id), NULL, &r) != DB_OK)
		return fail(l, "read", error);
	*number = PQntuples(r) > 0 ? pg_value_number(r, 0, 0) : otherwise;
	PQclear(r);
	return true;
}

bool pg_schema_look(struct pg_link *l, int64_t *version, char **error)
{
	int64_t has_settings, n_tables;

	*version = 0;
	if (!ask(l, PG_HAS_SETTINGS, 0, &has_settings, error) ||
	    !ask(l, PG_N_TABLES, 0, &n_tables, error))
		return false;
	if (has_settings && !ask(l, PG_SCHEMA_VERSION, 0, version, error))
		return false;
	if (*version == 0 && n_tables > 0)
		error_words(error,
			    "%s is a database of another program: make one for nothing else "
			    "(CREATE DATABASE snug OWNER ...)",
			    l->where.shown);
	return !*error;
}

static void renew(struct pg_link *l)
{
	l->until_ms = clock_mono_ms() + LEASE_ANSWER_MAX_MS;
}

static enum db_code run(struct pg_link *l, const char *text, const char *param)
{
	renew(l);
	return pg_link_run(l, text, param, NULL);
}

static bool ends_statement(const char *line)
{
	struct span text = span_trim(span_of(line));

	return text.len && text.at[text.len - 1] == ';';
}

static enum db_code play(struct pg_link *l, const struct migration *m)
{
	struct buf statement = {0};
	enum db_code code = DB_OK;

	for (const char *const *line = m->lines; *line && code == DB_OK; line++) {
		buf_add_str(&statement, *line);
		if (!ends_statement(*line))
			continue;
		code = run(l, buf_str(&statement), NULL);
		buf_reset(&statement);
	}
	buf_clear(&statement);
	return code;
}

static enum db_code put_version(struct pg_link *l, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	return run(l, pg_text(PG_PUT_SCHEMA_VERSION), text);
}

// For `snugd check`, which has something to say of what changed.
static enum db_code note_migrated(struct pg_link *l, int64_t from)
{
	char text[64];

	if (from == 0)
		return DB_OK;
	snprintf(text, sizeof(text), SNUG_VERSION " %" PRId64, from);
	return run(l, pg_text(PG_PUT_MIGRATED), text);
}

static enum db_code make(struct pg_link *l, const struct migration *m, int64_t from,
			 int64_t number)
{
	enum db_code code = play(l, m);

	if (code == DB_OK)
		code = put_version(l, number);
	if (code == DB_OK)
		code = note_migrated(l, from);
	return code == DB_OK ? run(l, pg_text(SQL_COMMIT), NULL) : code;
}

// The next one, unless another process was faster. *version: of the database, now.
static bool step(struct pg_link *l, int64_t *version, char **error)
{
	const struct migration *m;
	int64_t from, ignored;

	if (run(l, pg_text(SQL_BEGIN), NULL) != DB_OK)
		return fail(l, "set up", error);
	renew(l);
	if (!ask(l, PG_SCHEMA_LOCK, 0, &ignored, error) || !pg_schema_look(l, &from, error))
		return false;
	*version = from ? from + 1 : PG_SCHEMA_FIRST;
	if (*version > pg_schema_newest()) {
		*version = from;
		return run(l, pg_text(SQL_ROLLBACK), NULL) == DB_OK;
	}
	m = &pg_migrations[*version - PG_SCHEMA_FIRST];
	if (make(l, m, from, *version) == DB_OK) {
		log_event(LOG_DEBUG, "migration", "name", m->name, NULL);
		return true;
	}
	error_words(error, "cannot apply %s to %s: " SPAN_FMT, m->name, l->where.shown,
		    SPAN_ARG(buf_span(&l->words)));
	(void)!run(l, pg_text(SQL_ROLLBACK), NULL);
	return false;
}

bool pg_schema_bring(struct pg_link *l, char **error)
{
	int64_t version, newest = pg_schema_newest();

	renew(l);
	if (!pg_schema_look(l, &version, error))
		return false;
	while (version < newest) {
		if (!step(l, &version, error))
			return false;
	}
	if (version > newest)
		error_words(error,
			    "%s was written by a newer snugd (schema %" PRId64
			    ", this one knows %" PRId64 "): run that one, or restore a backup",
			    l->where.shown, version, newest);
	return version == newest;
}
