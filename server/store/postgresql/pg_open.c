// SPDX-License-Identifier: MIT
// Opens and closes a store in PostgreSQL: by whoever has its lease.
#include "server/store/postgresql/pg_open.h"

#include "common/clock.h"
#include "common/die.h"
#include "server/letters/limits.h"
#include "server/store/error.h"
#include "server/store/postgresql/pg_schema.h"
#include "server/store/postgresql/pg_writer.h"
#include "server/store/postgresql/postgresql_engine.h"

#include <stdlib.h>

#define CLOSE_MS 500

static bool fail(struct pg_store *s, enum db_code code, char **error)
{
	if (*error)
		return false;
	if (code == DB_FENCED)
		error_words(error, "%s was taken over by %s meanwhile",
			    pg_sql_link(&s->base.sql)->where.shown, s->keeper.head.holder);
	else
		sql_explain(&s->base.sql, "open", s->base.where, error);
	return false;
}

// The head row is there; the rest may be older than this program.
static bool open_database(struct pg_store *s, char **error)
{
	struct sql *sql = &s->base.sql;
	enum db_code code = pg_sql_connect(sql);

	if (code != DB_OK || !pg_schema_bring(pg_sql_link(sql), error) ||
	    !pg_head_prepare(sql, error) || !sql_prepare(sql, SQL_WRITER, error))
		return fail(s, code, error);
	s->keeper.is_connected = true;
	s->needs_load = true;
	code = pg_hold(s);
	return code == DB_OK || fail(s, code, error);
}

static struct store *open_with(struct pg_lease *l, char **error)
{
	struct pg_store *s = xcalloc(1, sizeof(*s));

	*error = NULL;
	s->base.engine = &postgresql_engine;
	s->base.where = xstrdup(l->where);
	s->base.low_water = DISK_LOW_BYTES;
	s->base.proof = &l->proof;
	s->base.fresh.term = l->term;
	s->lease = l;
	keeper_init(&s->keeper, l->term, l->holder, 0, false);
	if (pg_sql_open(&s->base.sql, l->where, l->durability, true, LEASE_ANSWER_MAX_MS,
			error) &&
	    open_database(s, error))
		return &s->base;
	pg_close(&s->base);
	return NULL;
}

struct store *pg_open_waited(struct lease *l, char **error)
{
	return open_with(pg_lease_of(l), error);
}

struct store *pg_open(const char *where, enum store_durability durability, char **error)
{
	struct pg_lease *l = pg_lease_take(where, durability, error);

	return l ? open_with(l, error) : NULL;
}

// What a verb without a server has left to do, in the time that store_close gives; a server goes
// at once, since the next one goes on with it.
static void tidy_up(struct pg_store *s)
{
	int64_t until_ms = clock_mono_ms() + CLOSE_MS;

	while (s->lease->is_running && keeper_is_steady(&s->keeper) &&
	       clock_mono_ms() < until_ms && pg_tidy(&s->base))
		continue;
}

void pg_close(struct store *base)
{
	struct pg_store *s = pg_store_of(base);
	struct keeper *k = &s->keeper;

	tidy_up(s);
	// The lease's thread gives back what is still its.
	if (!s->lease->is_running && keeper_is_steady(k) && !k->has_batch)
		(void)!pg_head_give_back(&base->sql, k);
	if (base->sql.driver)
		sql_close(&base->sql);
	pg_lease_end(s->lease, true);
	lately_clear(&s->lately);
	free(base->where);
	free(base->folder);
	free(s);
}
