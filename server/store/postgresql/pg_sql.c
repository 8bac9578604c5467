// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_sql_private.h"

#include "common/die.h"
#include "server/letters/query.h"
#include "server/store/error.h"
#include "server/store/postgresql/pg_search.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_AT_A_TIME "1000"

static struct pg_statement *of_base(struct statement *base)
{
	return container_of(base, struct pg_statement, base);
}

static const struct pg_statement *of_const(const struct statement *base)
{
	return (const struct pg_statement *)(const void *)base;
}

static bool prepare(struct sql *sql, enum sql_user user, char **error)
{
	struct pg_sql *s = pg_own(sql);
	enum db_code code = DB_OK;

	s->users |= user;
	pg_pipe_wait_anew(s); // what was waited for last may be long ago
	code = s->link.conn ? pg_prepare(s, user) : pg_sql_connect(sql);
	if (code != DB_OK)
		error_words(error, "%s: %s", s->link.where.shown, buf_str(&s->link.words));
	return code == DB_OK;
}

// They stay prepared until the connection ends.
static void forget(struct sql *s, enum sql_user user)
{
	pg_own(s)->users &= ~(unsigned)user;
}

static void close_sql(struct sql *sql)
{
	struct pg_sql *s = pg_own(sql);

	for (int id = 0; id < PG_COUNT; id++) {
		PQclear(s->statements[id].answer);
		pg_unprepare(&s->statements[id]);
	}
	tokens_free(s->tokens);
	pg_link_clear(&s->link);
	pg_group_clear(&s->group);
	free(s->queued);
	free(s);
}

static int n_params(const struct sql *s, enum sql_id id)
{
	return pg_own(s)->statements[id].text.n_params;
}

static const char *param_name(const struct sql *s, enum sql_id id, int param)
{
	return pg_own(s)->statements[id].text.names[param];
}

static int n_columns(const struct sql *s, enum sql_id id)
{
	return pg_own(s)->statements[id].n_columns;
}

static const char *column_name(const struct sql *s, enum sql_id id, int column)
{
	return pg_own(s)->statements[id].columns[column];
}

// A reader's connection that was lost is made anew, but not in the middle of an answer.
static void heal(struct sql *sql)
{
	struct pg_sql *s = pg_own(sql);

	if (!s->link.conn && !s->queues && !s->in_transaction && !s->fresh)
		(void)!pg_sql_connect(sql);
}

static struct statement *bind(struct sql *sql, enum sql_id id, const struct value *values)
{
	struct pg_statement *statement = &pg_own(sql)->statements[id];

	heal(sql);
	assert(!statement->is_begun);
	for (int i = 0; i < statement->text.n_params; i++)
		statement->values[i] = values[i];
	return &statement->base;
}

// Moments.

// Along with the first statement of the answer.
static void begin_moment(struct pg_sql *s)
{
	if (!s->fresh || s->in_transaction)
		return;
	s->in_transaction = true;
	pg_pipe_put(s, &s->statements[SQL_BEGIN_READ]);
	pg_pipe_put(s, &s->statements[PG_HEAD_OF_ANSWER]);
}

// The answer is there: nobody waits for the end of its transaction.
static void end_moment(struct pg_sql *s)
{
	s->fresh = NULL;
	if (!s->in_transaction)
		return;
	s->in_transaction = false;
	if (!s->link.conn)
		return;
	pg_pipe_put(s, &s->statements[SQL_END_READ]);
	pg_pipe_send(s);
}

static void moment(struct sql *sql, const struct fresh *fresh)
{
	struct pg_sql *s = pg_own(sql);

	if (!fresh) {
		end_moment(s);
		return;
	}
	heal(sql);
	s->fresh = fresh;
	s->applied = fresh->applied;
}

// Cursors.

static void put_piece(struct pg_statement *statement, const char *before, const char *behind,
		      bool with_values)
{
	struct buf text = {0};

	buf_printf(&text, "%s \"%s\"%s", before, pg_name(statement->id), behind);
	pg_pipe_put_text(statement->of, statement->id, buf_str(&text),
			 with_values ? statement : NULL);
	buf_clear(&text);
}

static void put_fetch(struct pg_statement *statement)
{
	put_piece(statement, "FETCH " ROWS_AT_A_TIME " FROM", "", false);
}

static void open_cursor(struct pg_statement *statement)
{
	struct buf query = {0};

	statement->owns_moment = !statement->of->in_transaction;
	statement->has_cursor = true;
	if (statement->owns_moment)
		pg_pipe_put_text(statement->of, SQL_BEGIN_READ, pg_text(SQL_BEGIN_READ), NULL);
	buf_printf(&query, " NO SCROLL CURSOR FOR %s", statement->text.sql);
	put_piece(statement, "DECLARE", buf_str(&query), true);
	put_fetch(statement);
	buf_clear(&query);
}

// Also behind a failure, where the end of the transaction is all that the server takes.
static void close_cursor(struct pg_statement *statement)
{
	struct pg_sql *s = statement->of;
	PGresult *none;

	statement->has_cursor = false;
	if (!s->link.conn)
		return;
	if (statement->owns_moment)
		pg_pipe_put_text(s, SQL_END_READ, pg_text(SQL_END_READ), NULL);
	else
		put_piece(statement, "CLOSE", "", false);
	(void)!pg_pipe_wait(s, true, &none);
	PQclear(none);
}

// Steps.

static enum db_code wait_for(struct pg_statement *statement)
{
	struct pg_sql *s = statement->of;

	PQclear(statement->answer);
	statement->row = -1;
	return pg_pipe_wait(s, !s->queues || statement->has_cursor, &statement->answer);
}

static enum db_code begin(struct pg_statement *statement)
{
	struct pg_sql *s = statement->of;

	statement->is_begun = true;
	if (s->failure != DB_OK)
		return s->failure;
	begin_moment(s);
	if (pg_is_long(statement->id) && (!s->queues || s->n_queued == 0))
		open_cursor(statement);
	else
		pg_pipe_put(s, statement);
	return wait_for(statement);
}

static bool is_at_end(const struct pg_statement *statement)
{
	return !statement->answer || statement->row + 1 >= PQntuples(statement->answer);
}

static enum db_code step(struct statement *base)
{
	struct pg_statement *statement = of_base(base);
	enum db_code code = statement->is_begun ? DB_OK : begin(statement);

	if (code == DB_OK && statement->has_cursor && is_at_end(statement) &&
	    statement->answer && PQntuples(statement->answer) > 0) {
		put_fetch(statement);
		code = wait_for(statement);
	}
	if (code != DB_OK)
		return code;
	if (is_at_end(statement))
		return DB_END;
	statement->row++;
	return DB_ROW;
}

static int64_t number(const struct statement *base, int column)
{
	const struct pg_statement *statement = of_const(base);

	return pg_value_number(statement->answer, statement->row, column);
}

static bool is_null(const struct statement *base, int column)
{
	const struct pg_statement *statement = of_const(base);

	return PQgetisnull(statement->answer, statement->row, column);
}

static struct span span(const struct statement *base, int column)
{
	const struct pg_statement *statement = of_const(base);

	return span_from(PQgetvalue(statement->answer, statement->row, column),
			 (size_t)PQgetlength(statement->answer, statement->row, column));
}

static struct value value(const struct statement *base, int column)
{
	const struct pg_statement *statement = of_const(base);

	return pg_value_of(statement->answer, statement->row, column);
}

static void reset(struct statement *base)
{
	struct pg_statement *statement = of_base(base);

	if (statement->has_cursor)
		close_cursor(statement);
	PQclear(statement->answer);
	statement->answer = NULL;
	statement->is_begun = false;
}

// Running.

static enum db_code queue(struct pg_statement *statement)
{
	struct pg_sql *s = statement->of;

	if (s->failure != DB_OK)
		return s->failure;
	if (pg_group_takes(s, statement))
		pg_group_add(s, statement);
	else
		pg_pipe_put(s, statement);
	return s->failure;
}

static enum db_code run_now(struct pg_statement *statement)
{
	struct pg_sql *s = statement->of;
	PGresult *none;
	enum db_code code;

	// The answer is a transaction already, or will be with its first statement.
	if (s->fresh && (statement->id == SQL_BEGIN_READ || statement->id == SQL_END_READ))
		return s->link.conn ? DB_OK : DB_AWAY;
	if (statement->id == SQL_END_READ)
		s->in_transaction = false;
	pg_pipe_put(s, statement);
	code = pg_pipe_wait(s, true, &none);
	PQclear(none);
	if (statement->id == SQL_BEGIN_READ)
		s->in_transaction = true;
	return code;
}

static enum db_code run(struct statement *base)
{
	struct pg_statement *statement = of_base(base);

	return statement->of->queues ? queue(statement) : run_now(statement);
}

static const char *error(const struct sql *s)
{
	return buf_str(&pg_own(s)->link.words);
}

static void explain(const struct sql *s, const char *what, UNUSED const char *where,
		    char **words)
{
	error_words(words, "cannot %s %s: %s", what, pg_own(s)->link.where.shown, error(s));
}

static void meter(struct sql *s, int64_t *steps, int64_t max)
{
	pg_own(s)->steps = steps;
	pg_own(s)->steps_max = max;
}

static void interrupt(struct sql *s)
{
	pg_link_stop(&pg_own(s)->link);
}

static const struct driver driver = {
	.prepare = prepare,
	.forget = forget,
	.close = close_sql,
	.n_params = n_params,
	.param_name = param_name,
	.n_columns = n_columns,
	.column_name = column_name,
	.bind = bind,
	.step = step,
	.number = number,
	.is_null = is_null,
	.span = span,
	.value = value,
	.reset = reset,
	.run = run,
	.error = error,
	.explain = explain,
	.find = pg_find,
	.finds_latest = true,
	.meter = meter,
	.moment = moment,
	.interrupt = interrupt,
};

bool pg_sql_open(struct sql *sql, const char *where, enum store_durability durability,
		 bool queues, int patience_ms, char **error)
{
	struct pg_sql *s = xcalloc(1, sizeof(*s));

	*sql = (struct sql){.driver = &driver, .handle = s};
	s->queues = queues;
	s->patience_ms = patience_ms;
	for (int id = 0; id < PG_COUNT; id++)
		s->statements[id] =
			(struct pg_statement){.base = {.driver = &driver}, .of = s, .id = id};
	if (pg_link_init(&s->link, where, durability, queues, error))
		return true;
	sql_close(sql);
	return false;
}

struct tokens *pg_sql_tokens(const struct sql *sql)
{
	struct pg_sql *s = pg_own(sql);

	if (!s->tokens)
		s->tokens = tokens_new();
	return s->tokens;
}

enum db_code pg_sql_count(const struct sql *sql, int64_t steps)
{
	struct pg_sql *s = pg_own(sql);

	if (!s->steps)
		return DB_OK;
	*s->steps += steps;
	return *s->steps > s->steps_max ? DB_INTERRUPTED : DB_OK;
}

struct pg_link *pg_sql_link(const struct sql *s)
{
	return &pg_own(s)->link;
}

enum db_code pg_sql_connect(struct sql *sql)
{
	struct pg_sql *s = pg_own(sql);
	enum db_code code;

	for (int id = 0; id < PG_COUNT; id++)
		s->statements[id].is_prepared = false;
	s->n_queued = 0;
	pg_group_drop(&s->group);
	s->failure = DB_OK;
	pg_pipe_wait_anew(s);
	code = pg_link_connect(&s->link);
	if (code == DB_OK)
		code = pg_prepare(s, s->users);
	if (code != DB_OK)
		pg_link_drop(&s->link);
	return code;
}

void pg_mark(struct sql *s, entry_no entry)
{
	pg_own(s)->entry = entry;
	pg_own(s)->refused = 0;
}

entry_no pg_refused(const struct sql *s)
{
	return pg_own(s)->refused;
}

enum db_code pg_sync(struct sql *s)
{
	PGresult *none;
	enum db_code code = pg_pipe_wait(pg_own(s), true, &none);

	PQclear(none);
	return code;
}

void pg_set_patience(struct sql *s, int patience_ms)
{
	pg_own(s)->patience_ms = patience_ms;
}
