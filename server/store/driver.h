// SPDX-License-Identifier: MIT
// What an engine must do for the statements of sql.h.
//
// A handle is one connection to the engine, of one thread at a time, with the statements that
// were prepared on it. An engine that cannot step one statement between two steps of another
// keeps whole answers in memory. Only files of server/store see this.
#pragma once

#include "server/store/sql.h"

struct fresh;
struct query;

// The first member of an engine's own.
struct statement {
	const struct driver *driver;
};

struct driver {
	// Prepares each statement that sql_is_for names. False with words in *error.
	bool (*prepare)(struct sql *s, enum sql_user user, char **error);
	void (*forget)(struct sql *s, enum sql_user user);
	void (*close)(struct sql *s);

	// Of a prepared statement, counted from 0. A parameter's name is with what stands
	// before it (":room", "?1"), or NULL; a column's as it was named.
	int (*n_params)(const struct sql *s, enum sql_id id);
	const char *(*param_name)(const struct sql *s, enum sql_id id, int param);
	int (*n_columns)(const struct sql *s, enum sql_id id);
	const char *(*column_name)(const struct sql *s, enum sql_id id, int column);

	// As in sql.h.
	struct statement *(*bind)(struct sql *s, enum sql_id id, const struct value *values);
	enum db_code (*step)(struct statement *statement);
	int64_t (*number)(const struct statement *statement, int column);
	bool (*is_null)(const struct statement *statement, int column);
	struct span (*span)(const struct statement *statement, int column);
	struct value (*value)(const struct statement *statement, int column);
	void (*reset)(struct statement *statement);
	// Of a bound statement, whose values stay valid during this call only.
	enum db_code (*run)(struct statement *statement);
	const char *(*error)(const struct sql *s);
	void (*explain)(const struct sql *s, const char *what, const char *where, char **error);

	// The bound statement of a search: columns of a whole entry_message, newest first, of
	// ids between `from` and `to` (exclusive). What it must find stands in the query's
	// words (all of them; query_word) and as an expression of FTS5, which names the streams
	// too where they are few (search.c): only those of others are picked out afterwards.
	struct statement *(*find)(struct sql *s, const struct query *q, struct span expression,
				  int64_t from, int64_t to);
	// Whether `find` leaves out what a later edit says otherwise.
	bool finds_latest;
	// Adds the steps of what follows to *steps, and ends it as DB_INTERRUPTED when there
	// are more than `max`, in steps about as dear as SQLite's. NULL: no longer.
	void (*meter)(struct sql *s, int64_t *steps, int64_t max);
	// What is asked from now on, until it is called with NULL, is one answer: of one
	// moment, which holds what `fresh` said when it began. Elsewhere it is DB_AWAY, and
	// another machine is asked next. NULL, where there is one machine.
	void (*moment)(struct sql *s, const struct fresh *fresh);
	// Ends what the handle is doing, as DB_INTERRUPTED. Any thread.
	void (*interrupt)(struct sql *s);
};
