// SPDX-License-Identifier: MIT
// The driver of PostgreSQL: statements of sql.def and own.def on one connection.
//
// 1. A writer's (`queues`) sends what it runs and reads no answer: sql_run says only what is
//    known of those before. Of some statements (MANY of other.def) rows that come one behind
//    the other go as one. One whose row is wanted waits for its own answer and all before it;
//    pg_sync waits for all.
// 2. Behind a failure the server does nothing of what was sent, up to the next Sync: what is
//    run then fails as the first did, until pg_sync.
// 3. A reader's waits for each answer, and has it in memory; one that may be long comes by a
//    cursor, in a transaction of its own where none is open.
// 4. A reader connects anew by itself, before a statement; a writer never does, since what was
//    sent before is in doubt.
// 5. An answer that must be fresh (../fresh.h) is one transaction: its beginning and the head
//    row go along with the first statement, its end is not waited for. Where the head is of
//    another term, or older, the answer is DB_AWAY, and the machine that gave it is avoided.
// Owner: whoever opened it; one thread, but for the driver's interrupt.
#pragma once

#include "server/store/driver.h"
#include "server/store/postgresql/pg_link.h"
#include "server/store/postgresql/pg_text.h"

struct tokens;

// A new one: init'ed, not connected.
//   queues: for who writes; else for who reads
//   patience_ms: how long an answer is waited for; -1: without a bound
// False with words in *error. sql_close ends it, and frees what it is made of.
MUST_USE bool pg_sql_open(struct sql *s, const char *where, enum store_durability durability,
			  bool queues, int patience_ms, char **error);
MUST_USE struct pg_link *pg_sql_link(const struct sql *s);
// Connects, and prepares the statements of all users for whom sql_prepare was called already.
// DB_OK or what failed, with words in sql_error.
MUST_USE enum db_code pg_sql_connect(struct sql *s);

// The tokenizer of the index of words, for its statements.
MUST_USE struct tokens *pg_sql_tokens(const struct sql *s);
// Adds to the steps that are counted (driver.h). DB_OK, or DB_INTERRUPTED: there are too many.
MUST_USE enum db_code pg_sql_count(const struct sql *s, int64_t steps);

// For who writes.

// What is run from now on is of this entry.
void pg_mark(struct sql *s, entry_no entry);
// The entry of the statement that failed first; 0: of none, or it is one of several that went
// as one, and shows when they are run again, since each goes by itself from then on. Until the
// next pg_mark.
MUST_USE entry_no pg_refused(const struct sql *s);
// Sends all, waits for all answers. The first failure among them, DB_OK if there was none; what
// is run behind it goes on anew.
MUST_USE enum db_code pg_sync(struct sql *s);
void pg_set_patience(struct sql *s, int patience_ms);
