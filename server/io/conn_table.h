// SPDX-License-Identifier: MIT
// The connections of one shard by their ids: slot and generation.
//
// A slot's generation grows each time it is let go, so that an old id finds nothing.
// Owner: the shard. Connections are borrowed.
#pragma once

#include "server/letters/ids.h"

#include "common/attr.h"

#include <stddef.h>

struct conn;

struct conn_slot {
	struct conn *conn; // NULL: free
	uint32_t generation;
	uint32_t next_free;
};

// A zeroed struct is an empty table of shard 0.
struct conn_table {
	unsigned shard;
	struct conn_slot *slots;
	size_t n_slots, n_space;
	size_t n_conns;
	uint32_t first_free; // slot + 1; 0: none
};

void conn_table_clear(struct conn_table *t);
// Gives the id under which the connection is found from now on.
MUST_USE conn_id conn_table_add(struct conn_table *t, struct conn *c);
// NULL for a stale id.
MUST_USE struct conn *conn_table_find(const struct conn_table *t, conn_id id);
void conn_table_remove(struct conn_table *t, conn_id id);
// Walks all: start with *cursor = 0, ends with NULL. The current one may be removed.
MUST_USE struct conn *conn_table_next(const struct conn_table *t, size_t *cursor);
