// SPDX-License-Identifier: MIT
#include "server/store/copy.h"

#include "common/buf.h"
#include "server/store/chore.h"
#include "server/store/driver.h"
#include "server/store/error.h"
#include "server/store/migrations.h"
#include "server/store/tally.h"

#include <assert.h>
#include <inttypes.h>
#include <unistd.h>

#define BATCH 4096     // rows of one transaction
#define COLUMNS_MAX 20 // inside: of a table

struct copied_table {
	const char *name;
	enum sql_id from, to;
};

static const struct copied_table tables[] = {
#define NUMBERED(table, n, columns) {#table, SQL_COPY_##table, SQL_FILL_##table},
#define KEYED(table, key, n, columns) {#table, SQL_COPY_##table, SQL_FILL_##table},
#define PARTLY(table, key, n, columns)
#define WORDS(table)
#define APART(table, reason)
#include "server/store/tables.def"
	// What a new database has of them is its own.
	{"setting", SQL_COPY_settings, SQL_PUT_SETTING},
};

struct copy {
	const char *from_where, *to_where;
	const struct store_engine *from_engine, *to_engine;
	struct sql from;
	struct store *to;
	int64_t n_waiting; // rows that are not committed
	struct tally tallies[ARRAY_LEN(tables)];
	store_moved_fn *on_table;
	void *arg;
	char **error;
};

static bool fail_reading(struct copy *c)
{
	sql_explain(&c->from, "read", c->from_where, c->error);
	return false;
}

static bool fail_writing(struct copy *c)
{
	sql_explain(&c->to->sql, "write", c->to_where, c->error);
	return false;
}

static bool open_from(struct copy *c)
{
	if (!c->from_engine->read(c->from_where, SQL_COPIER, &c->from, c->error))
		return false;
	return sql_run(&c->from, SQL_BEGIN_READ, NULL) == DB_OK || fail_reading(c);
}

static int n_columns(const struct sql *s, const struct copied_table *t)
{
	int n = s->driver->n_columns(s, t->from);

	assert(n <= COLUMNS_MAX);
	return n;
}

static void take_values(const struct statement *row, int n, struct value *values)
{
	for (int i = 0; i < n; i++)
		values[i] = sql_value(row, i);
}

// Those that a search has to find.
static bool has_words(const struct value *message)
{
	return message[2].number > 0 && message[7].bytes.len > 0;
}

static bool put_row(struct copy *c, const struct copied_table *t, const struct value *values)
{
	struct store *to = c->to;
	enum db_code code = sql_run(&to->sql, t->to, values);

	if (code == DB_OK && t->from == SQL_COPY_message && has_words(values))
		code = chore_note_unindexed(to, (message_id)values[0].number);
	if (code == DB_OK && ++c->n_waiting % BATCH == 0) {
		code = to->engine->commit(to, 0);
		if (code == DB_OK)
			code = to->engine->begin(to, 0);
	}
	return code == DB_OK || fail_writing(c);
}

static bool copy_table(struct copy *c, const struct copied_table *t, struct tally *tally)
{
	struct statement *row = sql_bind(&c->from, t->from, NULL);
	int n = n_columns(&c->from, t);
	struct value values[COLUMNS_MAX];
	bool is_fine = true;
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW && is_fine) {
		take_values(row, n, values);
		tally_add(tally, values, (size_t)n);
		is_fine = put_row(c, t, values);
	}
	if (is_fine && code != DB_END)
		is_fine = fail_reading(c);
	sql_reset(row);
	if (is_fine && c->on_table)
		c->on_table(c->arg, t->name, tally->rows);
	return is_fine;
}

static bool copy_tables(struct copy *c)
{
	struct store *to = c->to;
	bool is_fine = true;

	if (!sql_prepare(&to->sql, SQL_FILLER, c->error))
		return false;
	if (to->engine->begin(to, 0) != DB_OK)
		return fail_writing(c);
	for (size_t i = 0; i < ARRAY_LEN(tables) && is_fine; i++)
		is_fine = copy_table(c, &tables[i], &c->tallies[i]);
	if (!is_fine) {
		to->engine->rollback(to);
		return false;
	}
	if (to->engine->commit(to, 0) != DB_OK)
		return fail_writing(c);
	while (store_tidy(to))
		continue; // words into the index
	return !to->failed || fail_writing(c);
}

static bool count_table(struct copy *c, struct sql *sql, size_t i)
{
	struct statement *row = sql_bind(sql, tables[i].from, NULL);
	int n = n_columns(sql, &tables[i]);
	const struct tally *put = &c->tallies[i];
	struct value values[COLUMNS_MAX];
	struct tally found = {0};
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		take_values(row, n, values);
		tally_add(&found, values, (size_t)n);
	}
	if (code != DB_END)
		sql_explain(sql, "read", c->to_where, c->error);
	else if (found.rows != put->rows || found.sum != put->sum)
		error_words(c->error,
			    "%s does not hold what was copied: table %s has %" PRId64
			    " rows there, and %" PRId64 " in %s%s",
			    c->to_where, tables[i].name, found.rows, put->rows, c->from_where,
			    found.rows == put->rows ? ", which say something else" : "");
	sql_reset(row);
	return !*c->error;
}

// What can be read of it is what was read.
static bool compare(struct copy *c, const char *where)
{
	struct sql sql = {0};
	bool is_same = c->to_engine->read(where, SQL_COPIER, &sql, c->error);

	for (size_t i = 0; i < ARRAY_LEN(tables) && is_same; i++)
		is_same = count_table(c, &sql, i);
	sql_close(&sql);
	return is_same;
}

// Into the new file `part`, which nobody else knows.
static bool fill_file(struct copy *c, const char *part)
{
	bool is_fine;

	c->to = c->to_engine->make(part, c->error);
	if (!c->to)
		return false;
	is_fine = copy_tables(c);
	c->to_engine->close(c->to);
	return is_fine && compare(c, part);
}

static bool copy_to_file(struct copy *c, bool is_moved)
{
	struct buf part = {0};
	bool is_fine;

	if (access(c->to_where, F_OK) == 0) {
		error_words(c->error, "%s exists already", c->to_where);
		return false;
	}
	buf_printf(&part, "%s.part", c->to_where);
	is_fine = fill_file(c, buf_str(&part)) &&
		  c->to_engine->settle(buf_str(&part), c->to_where, is_moved, c->error);
	if (!is_fine)
		c->to_engine->drop(buf_str(&part));
	buf_clear(&part);
	return is_fine;
}

static bool has_rows(struct sql *sql, const struct copied_table *t)
{
	struct statement *row = sql_bind(sql, t->from, NULL);
	enum db_code code = sql_step(row);

	sql_reset(row);
	return code != DB_END;
}

// Nothing but what each new one has: the id of its history.
static bool is_empty(struct copy *c)
{
	struct sql sql = {0};
	bool is = c->to_engine->read(c->to_where, SQL_COPIER, &sql, c->error);

	for (size_t i = 0; i + 1 < ARRAY_LEN(tables) && is; i++) {
		is = !has_rows(&sql, &tables[i]);
		if (!is)
			error_words(c->error, "%s is not empty: table %s has rows", c->to_where,
				    tables[i].name);
	}
	sql_close(&sql);
	return is;
}

static bool copy_to_database(struct copy *c)
{
	bool is_fine;

	c->to = store_open(c->to_where, STORE_FULL, c->error);
	if (!c->to)
		return false;
	is_fine = is_empty(c) && copy_tables(c);
	store_close(c->to);
	return is_fine && compare(c, c->to_where);
}

// One of an older schema has not all that is read.
static bool is_up_to_date(struct copy *c)
{
	struct store_report facts = {0};
	bool is = c->from_engine->facts(c->from_where, &facts, c->error);

	if (is && facts.schema != n_migrations) {
		error_words(c->error,
			    "%s is of schema %" PRId64 ": its next start brings it up to date",
			    c->from_where, facts.schema);
		is = false;
	}
	store_report_clear(&facts);
	return is;
}

static bool copy_all(struct copy *c, bool is_moved)
{
	bool is_fine;

	*c->error = NULL;
	c->from_engine = engine_of(c->from_where, c->error);
	c->to_engine = c->from_engine ? engine_of(c->to_where, c->error) : NULL;
	is_fine = c->to_engine && is_up_to_date(c) && open_from(c) &&
		  (c->to_engine->make ? copy_to_file(c, is_moved) : copy_to_database(c));
	sql_close(&c->from);
	return is_fine;
}

bool copy_backup(const char *from, const char *file, char **error)
{
	struct copy c = {.from_where = from, .to_where = file, .error = error};

	return copy_all(&c, false);
}

bool store_move(const char *from, const char *to, store_moved_fn *on_table, void *arg,
		char **error)
{
	struct copy c = {.from_where = from,
			 .to_where = to,
			 .on_table = on_table,
			 .arg = arg,
			 .error = error};

	return copy_all(&c, true);
}
