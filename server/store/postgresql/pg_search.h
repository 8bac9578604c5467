// SPDX-License-Identifier: MIT
// A search in the table `word`, as FTS5 would find it.
#pragma once

#include "server/store/postgresql/pg_sql.h"

// Of struct driver.
MUST_USE struct statement *pg_find(struct sql *s, const struct query *q, struct span expression,
				   int64_t from, int64_t to);
