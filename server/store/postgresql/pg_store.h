// SPDX-License-Identifier: MIT
// What a store in PostgreSQL is made of, for the files of this folder.
#pragma once

#include "server/store/engine.h"
#include "server/store/lease/kept.h"
#include "server/store/postgresql/pg_lease.h"

struct pg_store {
	struct store base;      // its handle has the statements of SQL_LEASE, too
	struct pg_lease *lease; // its thread gives signs until the writer does
	struct keeper keeper;   // of the writer
	bool is_sending;        // a transaction is begun, and not ended
	bool needs_load;        // what struct store says is of a transaction that failed
	bool is_told;           // how the term ended
	struct kept kept;       // where there is a writer
};

static inline struct pg_store *pg_store_of(struct store *s)
{
	return container_of(s, struct pg_store, base);
}

// pg_open.c
MUST_USE struct store *pg_open(const char *where, enum store_durability durability,
			       char **error);
MUST_USE struct store *pg_open_waited(struct lease *l, char **error);
void pg_close(struct store *s);

// pg_writer.c: members of struct store_engine, for who writes.
MUST_USE enum db_code pg_begin(struct store *s, entry_no upto);
MUST_USE enum db_code pg_commit(struct store *s, entry_no upto);
void pg_rollback(struct store *s);
entry_no pg_refused_entry(const struct store *s);
void pg_mark_entry(struct store *s, entry_no entry);
void pg_keep(struct store *s, struct journal *j);
enum disk_state pg_watch(struct store *s, int64_t *free_bytes, int64_t *size_bytes);
void pg_ready(struct store *s);
bool pg_tidy(struct store *s);
int pg_after_ms(const struct store *s);
// Connects, proves, and reads what struct store says, where that is to be done: DB_OK,
// DB_AWAY, DB_FENCED or DB_FAILED. No batch is sent.
MUST_USE enum db_code pg_hold(struct pg_store *s);

// pg_lost.c: after KEEPER_LOST. What is kept is sent again where that is all that is missing,
// else written to a file; in both cases the process is to end.
void pg_recover(struct pg_store *s);
