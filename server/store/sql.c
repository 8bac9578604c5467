// SPDX-License-Identifier: MIT
#include "server/store/sql.h"

#include "server/store/driver.h"

struct sql_row {
	const char *name;
	enum sql_user user;
	enum row_part part;
	enum entry_kind kind;
};

static const struct sql_row sql_rows[SQL_COUNT] = {
#define SQL(name, user, sql) [SQL_##name] = {#name, SQL_##user, ROW_NONE, ENTRY_KINDS},
#define ROW(name, user, kind, sql) [SQL_##name] = {#name, SQL_##user, ROW_WHOLE, ENTRY_##kind},
#define PART(name, user, kind, sql) [SQL_##name] = {#name, SQL_##user, ROW_PART, ENTRY_##kind},
#include "server/store/sql.def"
};

bool sql_is_for(enum sql_id id, enum sql_user user)
{
	return (sql_rows[id].user & user) != 0;
}

const char *sql_name(enum sql_id id)
{
	return sql_rows[id].name;
}

static bool match(struct sql *s, enum sql_id id, char **error)
{
	const struct sql_row *row = &sql_rows[id];

	s->rows[id] = (struct row){.part = row->part, .kind = row->kind};
	return row->part == ROW_NONE || row_match(&s->rows[id], s, id, row->name, error);
}

bool sql_prepare(struct sql *s, enum sql_user user, char **error)
{
	bool is_fine = s->driver->prepare(s, user, error);

	for (int i = 0; i < SQL_COUNT && is_fine; i++) {
		if (sql_is_for((enum sql_id)i, user))
			is_fine = match(s, (enum sql_id)i, error);
	}
	return is_fine;
}

void sql_forget(struct sql *s, enum sql_user user)
{
	s->driver->forget(s, user);
}

void sql_close(struct sql *s)
{
	if (s->driver)
		s->driver->close(s);
	*s = (struct sql){0};
}

struct statement *sql_bind(struct sql *s, enum sql_id id, const struct value *values)
{
	return s->driver->bind(s, id, values);
}

enum db_code sql_step(struct statement *statement)
{
	return statement->driver->step(statement);
}

int64_t sql_int(const struct statement *statement, int column)
{
	return statement->driver->number(statement, column);
}

bool sql_is_null(const struct statement *statement, int column)
{
	return statement->driver->is_null(statement, column);
}

struct span sql_span(const struct statement *statement, int column)
{
	return statement->driver->span(statement, column);
}

struct value sql_value(const struct statement *statement, int column)
{
	return statement->driver->value(statement, column);
}

void sql_reset(struct statement *statement)
{
	statement->driver->reset(statement);
}

enum db_code sql_run(struct sql *s, enum sql_id id, const struct value *values)
{
	return s->driver->run(s->driver->bind(s, id, values));
}

enum db_code sql_run_row(struct sql *s, enum sql_id id, const struct entry *e)
{
	struct value values[FIELDS_MAX];

	row_values(&s->rows[id], e, values);
	return sql_run(s, id, values);
}

enum db_code sql_number(struct sql *s, enum sql_id id, const struct value *values,
			int64_t *number)
{
	struct statement *statement = sql_bind(s, id, values);
	enum db_code code = sql_step(statement);

	if (code == DB_ROW)
		*number = sql_int(statement, 0);
	sql_reset(statement);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}

const char *sql_error(const struct sql *s)
{
	return s->driver->error(s);
}

void sql_explain(const struct sql *s, const char *what, const char *where, char **error)
{
	s->driver->explain(s, what, where, error);
}
