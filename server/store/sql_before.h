// SPDX-License-Identifier: MIT
// Every SQL statement of the server, by name, prepared once for each handle.
//
// Values are bound, never pasted into text. Only files of server/store see this.
// Owner: who owns the handle.
#pragma once

#include "common/span.h"
#include "server/store/db.h"
#include "server/store/row.h"

enum sql_id {
#define SQL(name, user, sql) SQL_##name,
#define ROW(name, user, kind, sql) SQL_##name,
#define PART(name, user, kind, sql) SQL_##name,
#include "server/store/sql.def"
	SQL_COUNT,
};

enum sql_user { SQL_BOTH, SQL_WRITER, SQL_READER, SQL_TAIL_USER, SQL_LOADER };

struct sql {
	sqlite3 *db;                         // borrowed
	sqlite3_stmt *statements[SQL_COUNT]; // NULL: another user's
	struct row rows[SQL_COUNT];
};

// Prepares the statements of `user` and matches them with entries.def. False with words in
// *error.
MUST_USE bool sql_prepare(struct sql *s, sqlite3 *db, enum sql_user user, char **error);
void sql_finalize(struct sql *s);

// A value to bind.
struct value {
	enum { VALUE_INT, VALUE_TEXT, VALUE_BLOB, VALUE_TEXT_OR_NULL } kind;
	int64_t number;
	struct span bytes; // borrowed until the statement is reset
};

static inline struct value of_int(int64_t n)
{
	return (struct value){.kind = VALUE_INT, .number = n};
}

static inline struct value of_u64(uint64_t n)
{
	return of_int((int64_t)n);
}

static inline struct value of_text(struct span s)
{
	return (struct value){.kind = VALUE_TEXT, .bytes = s};
}

static inline struct value of_blob(const void *at, size_t len)
{
	return (struct value){.kind = VALUE_BLOB, .bytes = span_from(at, len)};
}

// "" is NULL.
static inline struct value of_text_or_null(struct span s)
{
	return (struct value){.kind = VALUE_TEXT_OR_NULL, .bytes = s};
}

void sql_bind_value(sqlite3_stmt *statement, int at, const struct value *value);
// Binds as many values as the statement has parameters, ready to step. Reset it when
// done, so that no transaction stays open.
MUST_USE sqlite3_stmt *sql_bind(struct sql *s, enum sql_id id, const struct value *values);
// Binds, runs to the end, resets: SQLITE_OK or an (extended) result code.
MUST_USE int sql_run(struct sql *s, enum sql_id id, const struct value *values);
// The same for a statement about the entry's kind; binds its fields.
MUST_USE int sql_run_row(struct sql *s, enum sql_id id, const struct entry *e);
// Binds, takes the first column of the first row as *number (unchanged without a row).
MUST_USE int sql_number(struct sql *s, enum sql_id id, const struct value *values,
			int64_t *number);
// The text or blob of a column, valid until the next step.
MUST_USE struct span sql_span(sqlite3_stmt *statement, int column);
