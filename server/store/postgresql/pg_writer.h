// SPDX-License-Identifier: MIT
// Members of struct store_engine for who writes to PostgreSQL.
//
// The writer's thread, or the opener's where there is none.
#pragma once

#include "server/store/postgresql/pg_store.h"

MUST_USE enum db_code pg_begin(struct store *s, entry_no upto);
MUST_USE enum db_code pg_commit(struct store *s, entry_no upto);
void pg_rollback(struct store *s);
MUST_USE entry_no pg_refused_entry(const struct store *s);
void pg_mark_entry(struct store *s, entry_no entry);
void pg_keep(struct store *s, struct journal *j);
MUST_USE enum disk_state pg_watch(struct store *s, int64_t *free_bytes, int64_t *size_bytes);
void pg_ready(struct store *s);
bool pg_tidy(struct store *s);
bool pg_between(struct store *s, int64_t now_ms);
MUST_USE int pg_after_ms(const struct store *s);

// Connects, proves, and reads what struct store says, where that is to be done: DB_OK,
// DB_AWAY, DB_FENCED or DB_FAILED. No batch is sent.
MUST_USE enum db_code pg_hold(struct pg_store *s);
