// SPDX-License-Identifier: MIT
// One connection to PostgreSQL: made, waited for, ended. Nothing waits without a bound.
//
// 1. All addresses of all hosts are tried at once, and the first that may be written to is
//    taken: a host that is gone delays nothing. Readers ask that one too, so that an answer
//    holds what was applied.
// 2. Once connected it is in pipeline mode and does not block: what is sent waits in memory
//    while answers are read.
// 3. A warning (SQLSTATE of class 01) is counted: of a commit it says that the wait for the
//    standby was cancelled, and what was committed is then not durable.
// 4. When a wait ends without its answer the connection is dropped: what was sent may be done
//    or not.
// 5. Words never hold the password.
// Owner: whoever holds the struct; one thread, but for pg_link_stop.
#pragma once

#include "common/buf.h"
#include "server/store/postgresql/pg_where.h"
#include "server/store/sql.h"
#include "server/store/store.h"

#include <libpq-fe.h>

#define PG_VERSION_LEAST 150000

struct pg_link {
	PGconn *conn; // NULL: none
	struct pg_where where;
	enum store_durability durability;
	bool writes;
	// Of the connection that there was last; "": none yet.
	struct buf address;
	bool avoid;         // the next goes there only when no other is found within a second
	int64_t until_ms;   // mono; what is waited for must come before. INT64_MAX: no bound
	unsigned warnings;  // since the caller set it to 0
	struct buf words;   // of the last failure, for people and logs
	char sqlstate[6];   // of it; "": none
	int stop;           // descriptor that becomes readable by pg_link_stop
	unsigned connected; // how often: statements are prepared for one connection
};

// Reads the text; connects to nothing.
//   writes: then its transactions must not stand still
// False with words in *error. Clear it in both cases.
MUST_USE bool pg_link_init(struct pg_link *l, const char *where,
			   enum store_durability durability, bool writes, char **error);
// Connects, before until_ms. DB_OK; DB_AWAY: nobody answers that may be written to, or none
// lets us in; DB_INTERRUPTED: it was stopped; DB_FAILED: it is nothing to work with (too old,
// another encoding), and a second try is of no use. Words in l->words.
MUST_USE enum db_code pg_link_connect(struct pg_link *l);
// Ends the connection at once; what was sent and not answered is in doubt.
void pg_link_drop(struct pg_link *l);
void pg_link_clear(struct pg_link *l);

// Any thread: what is waited for now or later ends with DB_INTERRUPTED. The server notices
// within a second that nobody waits (client_connection_check_interval), and ends it too.
// PQcancel is not used: it waits without a bound for a server that stands still.
void pg_link_stop(struct pg_link *l);

// The next result of what was sent, before until_ms: PQgetResult without its block. *result
// may be NULL as there. DB_OK, or DB_AWAY or DB_INTERRUPTED: then the connection is dropped.
MUST_USE enum db_code pg_link_result(struct pg_link *l, PGresult **result);
// What a result that is no answer (PGRES_FATAL_ERROR) means; keeps its words and SQLSTATE.
MUST_USE enum db_code pg_link_refusal(struct pg_link *l, const PGresult *result);
// The same of a SQLSTATE.
MUST_USE enum db_code pg_code_of(const char *sqlstate);
// Runs one statement, and waits for its end. `param`: what stands for $1, as text, or NULL
// where nothing does. `result` may be NULL; else *result is the caller's when DB_OK.
MUST_USE enum db_code pg_link_run(struct pg_link *l, const char *text, const char *param,
				  PGresult **result);
