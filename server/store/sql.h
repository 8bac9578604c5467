// SPDX-License-Identifier: MIT
// Every SQL statement of the server, by name, prepared once for each handle of an engine.
//
// Values are bound, never pasted into text. The same functions for any engine: what one must do
// for them stands in driver.h. Statements of one struct sql may be nested: others are bound and
// stepped between two steps of one. Only files of server/store see this.
// Owner: who owns the handle; one thread at a time.
#pragma once

#include "common/span.h"
#include "server/store/row.h"

enum sql_id {
#define SQL(name, user, sql) SQL_##name,
#define ROW(name, user, kind, sql) SQL_##name,
#define PART(name, user, kind, sql) SQL_##name,
#include "server/store/sql.def"
	SQL_COUNT,
};

// Who prepares a statement.
enum sql_user {
	SQL_WRITER = 1,
	SQL_READER = 2,
	SQL_TAIL_USER = 4, // a reader's words in memory
	SQL_LOADER = 8,    // the start
	SQL_LINKER = 16,   // the chain of the audit log, of whatever schema
	SQL_AUDITOR = 32,  // ... and who looks at it
	SQL_COPIER = 64,   // reads all rows of all tables
	SQL_FILLER = 128,  // ... and puts them into an empty store
	SQL_BOTH = SQL_WRITER | SQL_READER,
	SQL_LOOKER = SQL_READER | SQL_LOADER | SQL_AUDITOR | SQL_COPIER,
	SQL_CHAIN_USER = SQL_WRITER | SQL_LINKER,
};

// How something went.
enum db_code {
	DB_OK,
	DB_ROW,
	DB_END,
	DB_REFUSED,     // a constraint: this entry alone is at fault
	DB_FULL,        // no space, or busy: try again
	DB_AWAY,        // the engine cannot be reached: nothing is known of what was sent
	DB_INTERRUPTED, // by the reader's stop or its meter
	DB_FENCED,      // another has the lease: the process must end
	DB_FAILED,
};

struct driver;
struct statement; // bound; an engine's own

struct sql {
	const struct driver *driver; // NULL: not open
	void *handle;                // the driver's
	struct row rows[SQL_COUNT];
};

// Is the statement one that `user` prepares?
MUST_USE bool sql_is_for(enum sql_id id, enum sql_user user);
MUST_USE const char *sql_name(enum sql_id id);
// Prepares the statements of `user`, beside what is prepared already, and matches them with
// entries.def; the engine has opened the handle. False with words in *error.
MUST_USE bool sql_prepare(struct sql *s, enum sql_user user, char **error);
// Lets go of those that are `user`'s alone.
void sql_forget(struct sql *s, enum sql_user user);
// Lets go of everything, the handle too where it is not somebody else's. Twice is fine.
void sql_close(struct sql *s);

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

// Binds as many values as the statement has parameters, ready to step. Reset it when done, so
// that no transaction stays open.
MUST_USE struct statement *sql_bind(struct sql *s, enum sql_id id, const struct value *values);
// DB_ROW, DB_END, or what failed.
MUST_USE enum db_code sql_step(struct statement *statement);
// A column of the row that it stands on. NULL is 0 and "", a truth 0 or 1.
MUST_USE int64_t sql_int(const struct statement *statement, int column);
MUST_USE bool sql_is_null(const struct statement *statement, int column);
// A text or blob; valid until the next step.
MUST_USE struct span sql_span(const struct statement *statement, int column);
// Whatever it is, as it was stored; NULL as an empty VALUE_TEXT_OR_NULL. Valid as sql_span.
MUST_USE struct value sql_value(const struct statement *statement, int column);
void sql_reset(struct statement *statement);

// Binds, runs to the end, resets. An engine may queue it until the commit, which then tells.
MUST_USE enum db_code sql_run(struct sql *s, enum sql_id id, const struct value *values);
// The same for a statement about the entry's kind; binds its fields.
MUST_USE enum db_code sql_run_row(struct sql *s, enum sql_id id, const struct entry *e);
// Binds, takes the first column of the first row as *number, which else stays.
MUST_USE enum db_code sql_number(struct sql *s, enum sql_id id, const struct value *values,
				 int64_t *number);
// Words of the last failure, until the next call.
MUST_USE const char *sql_error(const struct sql *s);
// The same in *error, for somebody who starts something: "cannot WHAT WHERE: why", and how to
// mend it.
void sql_explain(const struct sql *s, const char *what, const char *where, char **error);
