// SPDX-License-Identifier: MIT
// The head row in PostgreSQL (../lease/head.h): each function is one transaction, on a writer's
// handle that has the statements of SQL_LEASE.
//
// One thread: the handle's.
#pragma once

#include "server/store/lease/keeper.h"
#include "server/store/lease/waiter.h"
#include "server/store/postgresql/pg_sql.h"

// How what was sent came back, where the last of it is `code`.
MUST_USE enum lease_came pg_came(const struct sql *s, enum db_code code);
// Prepares the statements. False with words in *error.
MUST_USE bool pg_head_prepare(struct sql *s, char **error);
// Connects, with the settings that a holder needs, within `patience_ms`.
MUST_USE enum lease_came pg_head_connect(struct sql *s, int patience_ms);
// *head: as it reads; nothing is proven by it.
MUST_USE enum lease_came pg_head_look(struct sql *s, struct lease_head *head);
// Commits it. *has: it is in *head.
MUST_USE enum lease_came pg_head_ask(struct sql *s, const struct keeper *k,
				     struct lease_head *head, bool *has);
// Takes it from `seen`. *has: it was taken, and is in *head.
MUST_USE enum lease_came pg_head_take(struct sql *s, const struct lease_head *seen,
				      const char *holder, struct lease_head *head, bool *has);
// Gives it back, where it is still k's.
MUST_USE enum lease_came pg_head_give_back(struct sql *s, const struct keeper *k);
// Within a transaction: the fence of k's batch.
MUST_USE enum db_code pg_head_fence(struct sql *s, const struct keeper *k);
// Does what the keeper says until it rests or ends, or is to send a batch: that is begun where
// `sends`, and else left for another time.
MUST_USE enum keeper_does pg_head_keep(struct sql *s, struct keeper *k, bool sends);
