// SPDX-License-Identifier: MIT
// What PostgreSQL does of struct store_engine without a lease: who reads, looks and checks.
//
// Each opens connections of its own. Any thread and process.
#pragma once

#include "server/store/engine.h"

// "libpq 15.18": what is known without a server.
void pg_engine_version(struct buf *out);
MUST_USE bool pg_engine_is_awaited(const char *where);
MUST_USE bool pg_engine_read(const char *where, enum sql_user user, struct sql *out,
			     char **error);
