// SPDX-License-Identifier: MIT
// What the driver of PostgreSQL is made of: what waits in the pipeline (pg_sql_pipe.c), rows
// that go as one (pg_sql_group.c), statements as the server knows them (pg_sql_prepare.c),
// values as it wants them (pg_sql_values.c).
#pragma once

#include "server/store/fresh.h"
#include "server/store/postgresql/pg_array.h"
#include "server/store/postgresql/pg_sql.h"
#include "server/store/postgresql/pg_value.h"
#include "server/store/sqlite/tokens.h"

struct pg_sql;

struct pg_statement {
	struct statement base;
	struct pg_sql *of;
	int id;
	struct pg_text text;
	bool is_prepared; // on the connection that there is
	int n_columns;
	char **columns;
	Oid types[PG_PARAMS_MAX]; // of the parameters, as the server found them
	// From bind to reset:
	struct value values[PG_PARAMS_MAX];
	bool is_begun;    // its first step was made
	bool has_cursor;  // the answer goes on there
	bool owns_moment; // the transaction is its own
	PGresult *answer; // NULL: none
	int row;          // that it stands on
};

struct pg_queued {
	int id;         // PG_SYNC: none, the end of a stretch
	entry_no entry; // 0: of none, or of several
};

// Rows of one statement, one behind the other, of which none is sent yet.
struct pg_group {
	struct pg_statement *one; // that stores each; NULL: there are none
	struct pg_array columns[PG_PARAMS_MAX];
	uint32_t n;
	entry_no first;
};

#define PG_SYNC PG_COUNT

struct pg_sql {
	struct pg_link link;
	bool queues;
	int patience_ms;
	unsigned users;
	bool in_transaction;       // of a reader, as it wanted
	const struct fresh *fresh; // of the answer that is being given; NULL: it need not be
	entry_no applied;          // ... which it must hold
	struct pg_queued *queued;  // sent and not answered, oldest first
	size_t n_queued, space;
	struct pg_group group;
	bool one_by_one;      // rows are sent by themselves: one of several was refused
	entry_no entry;       // of what is run now
	entry_no refused;     // of what failed first
	enum db_code failure; // the first since the last Sync
	int64_t *steps;       // counted into; NULL: not
	int64_t steps_max;
	struct tokens *tokens; // made when first wanted
	struct pg_statement statements[PG_COUNT];
};

static inline struct pg_sql *pg_own(const struct sql *s)
{
	return s->handle;
}

// pg_sql_group.c

// Whether rows of the statement may go as one.
MUST_USE bool pg_group_takes(const struct pg_sql *s, const struct pg_statement *statement);
// Takes the values over. What was sent shows as s->failure.
void pg_group_add(struct pg_sql *s, struct pg_statement *statement);
// Sends those that there are.
void pg_group_send(struct pg_sql *s);
void pg_group_drop(struct pg_group *g);
void pg_group_clear(struct pg_group *g);

// pg_sql_pipe.c: what waits in the group goes before all else.

// Sends a prepared statement with its values. What cannot be sent shows as s->failure.
void pg_pipe_put(struct pg_sql *s, const struct pg_statement *statement);
// Sends a text for the sake of statement `id`; with the values of `statement`, which may be
// NULL.
void pg_pipe_put_text(struct pg_sql *s, int id, const char *text,
		      const struct pg_statement *statement);
// What is waited for from now on has the whole of patience_ms.
void pg_pipe_wait_anew(struct pg_sql *s);
// Waits for the answers of all that was put. *rows: that of the newest, the caller's; NULL
// where it failed. With `syncs` what failed is over then, else only by the next that does.
MUST_USE enum db_code pg_pipe_wait(struct pg_sql *s, bool syncs, PGresult **rows);
// Sends it all, whose answers come before those of what is put next.
void pg_pipe_send(struct pg_sql *s);
// A failure that the server did not answer: words are in the link already.
void pg_pipe_fail(struct pg_sql *s, enum db_code code);

// pg_sql_prepare.c

// Those of `user` that are not prepared yet. Words in the link.
MUST_USE enum db_code pg_prepare(struct pg_sql *s, unsigned user);
void pg_unprepare(struct pg_statement *statement);

// pg_sql_values.c

// As the server wants them, in its binary form; valid while the statement's own are.
struct pg_values {
	const char *at[PG_PARAMS_MAX];
	int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];
	char numbers[PG_PARAMS_MAX][8];
};
void pg_values_make(struct pg_values *out, const struct pg_statement *statement);
