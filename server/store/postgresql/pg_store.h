// SPDX-License-Identifier: MIT
// What a store in PostgreSQL is made of, for the files of this folder.
#pragma once

#include "server/store/engine.h"
#include "server/store/lease/lately.h"
#include "server/store/postgresql/pg_lease.h"

struct pg_store {
	struct store base;      // its handle has the statements of SQL_LEASE, too
	struct pg_lease *lease; // its thread gives signs until the writer does
	struct keeper keeper;   // of the writer
	bool is_sending;        // a transaction is begun, and not ended
	bool needs_load;        // what struct store says is of a transaction that failed
	bool is_told;           // how the term ended
	struct lately lately;   // where there is a writer
	int64_t removal_ms;     // mono; the last step of a removal between commits
};

static inline struct pg_store *pg_store_of(struct store *s)
{
	return container_of(s, struct pg_store, base);
}
