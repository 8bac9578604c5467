// SPDX-License-Identifier: MIT
// All statements of a user go to the server in one stretch, each with a question what it is.
#include "server/store/postgresql/pg_sql_private.h"

#include "common/die.h"

#include <stdlib.h>
#include <string.h>

void pg_unprepare(struct pg_statement *statement)
{
	for (int i = 0; i < statement->n_columns; i++)
		free(statement->columns[i]);
	free(statement->columns);
	pg_text_clear(&statement->text);
	statement->columns = NULL;
	statement->n_columns = 0;
	statement->is_prepared = false;
}

static bool is_wanted(const struct pg_sql *s, int id, unsigned user)
{
	return pg_is_for(id, (enum sql_user)user) && !s->statements[id].is_prepared;
}

static bool send(struct pg_sql *s, int id)
{
	struct pg_statement *statement = &s->statements[id];

	pg_unprepare(statement);
	pg_text_make(&statement->text, id);
	return PQsendPrepare(s->link.conn, pg_name(id), statement->text.sql,
			     statement->text.n_params, statement->text.types) &&
	       PQsendDescribePrepared(s->link.conn, pg_name(id));
}

static enum db_code refuse(struct pg_sql *s, int id, const char *why)
{
	struct buf words = {0};

	buf_printf(&words, "%s: %s", pg_name(id), why);
	buf_clear(&s->link.words);
	s->link.words = words;
	return DB_FAILED;
}

static enum db_code keep(struct pg_sql *s, int id, const PGresult *about)
{
	struct pg_statement *statement = &s->statements[id];

	if (PQnparams(about) != statement->text.n_params)
		return refuse(s, id, "one of its parameters stands nowhere in it");
	for (int i = 0; i < statement->text.n_params; i++)
		statement->types[i] = PQparamtype(about, i);
	statement->n_columns = PQnfields(about);
	statement->columns = xcalloc((size_t)statement->n_columns + 1, sizeof(char *));
	for (int i = 0; i < statement->n_columns; i++) {
		statement->columns[i] = xstrdup(PQfname(about, i));
		if (!pg_value_is_known(PQftype(about, i)))
			return refuse(s, id, "a column is of a type that is not read here");
	}
	statement->is_prepared = true;
	return DB_OK;
}

// The result of one of the two, and the NULL behind it.
static enum db_code take(struct pg_sql *s, int id, bool describes)
{
	PGresult *r = NULL, *end = NULL;
	enum db_code code = pg_link_result(&s->link, &r);

	if (code == DB_OK && PQresultStatus(r) == PGRES_FATAL_ERROR) {
		code = pg_link_refusal(&s->link, r);
		code = code == DB_AWAY ? code : refuse(s, id, PQresultErrorMessage(r));
	} else if (code == DB_OK && PQresultStatus(r) != PGRES_COMMAND_OK) {
		code = DB_FAILED; // behind a failure
	} else if (code == DB_OK && describes) {
		code = keep(s, id, r);
	}
	if (s->link.conn)
		(void)!pg_link_result(&s->link, &end);
	PQclear(r);
	PQclear(end);
	return code;
}

static enum db_code take_sync(struct pg_sql *s)
{
	PGresult *r = NULL;
	enum db_code code = pg_link_result(&s->link, &r);
	bool is_end = PQresultStatus(r) == PGRES_PIPELINE_SYNC;

	PQclear(r);
	return code == DB_OK && !is_end ? DB_AWAY : code;
}

enum db_code pg_prepare(struct pg_sql *s, unsigned user)
{
	enum db_code code = DB_OK, one;
	int ids[PG_COUNT], n = 0;

	for (int id = 0; id < PG_COUNT; id++) {
		if (!is_wanted(s, id, user))
			continue;
		if (!send(s, id))
			return pg_link_drop(&s->link), DB_AWAY;
		ids[n++] = id;
	}
	if (!PQpipelineSync(s->link.conn))
		return pg_link_drop(&s->link), DB_AWAY;
	for (int i = 0; i < 2 * n && s->link.conn; i++) {
		one = take(s, ids[i / 2], i % 2 == 1);
		code = code == DB_OK ? one : code;
	}
	if (s->link.conn) {
		one = take_sync(s);
		code = code == DB_OK ? one : code;
	}
	return code;
}
