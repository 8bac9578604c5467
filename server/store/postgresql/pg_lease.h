// SPDX-License-Identifier: MIT
// The thread that waits for the store, takes it, and then gives signs while nobody writes yet:
// it is opened, migrated, loaded.
//
// It has a connection of its own. Owner: who waits, then the store.
#pragma once

#include "server/letters/proof.h"
#include "server/store/engine.h"
#include "server/store/postgresql/pg_head.h"

#include <pthread.h>

struct pg_lease {
	struct lease base;
	char *where;
	enum store_durability durability;
	char holder[HOLDER_MAX]; // as this process is called
	struct proof proof;      // of the term that it has, by whoever gives signs
	int64_t term;            // 0: it has none; after LEASE_TAKEN
	struct sql sql;          // the thread's, as all below
	struct waiter waiter;
	struct keeper keeper; // from then on where it has a term
	bool is_prepared;
	struct lease_news news; // as it was told last
	struct mailbox *box, *to, *own_to;
	pthread_t thread;
	bool is_running;
};

static inline struct pg_lease *pg_lease_of(struct lease *l)
{
	return container_of(l, struct pg_lease, base);
}

// NULL with words in *error.
MUST_USE struct pg_lease *pg_lease_wait(const char *where, enum store_durability durability,
					struct mailbox *to, char **error);
// For whoever will not wait: it has the term, or NULL with words in *error.
MUST_USE struct pg_lease *pg_lease_take(const char *where, enum store_durability durability,
					char **error);
// Ends the thread: another gives the signs from now on. Twice is fine.
void pg_lease_rest(struct pg_lease *l);
// Ends it and frees it; what the thread has is given back. is_had: it was told so; else it is
// not waited for. NULL is accepted.
void pg_lease_end(struct pg_lease *l, bool is_had);
// The proof is of a time, mono; the keeper's.
void pg_lease_prove(struct pg_lease *l, const struct keeper *k);
