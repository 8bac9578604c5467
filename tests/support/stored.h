// SPDX-License-Identifier: MIT
// Where a test's store is: a file of SQLite or, with SNUG_STORE=pg, a database of the PostgreSQL
// in which SNUG_PG_URL lets it make some (tests/pg/postgres.py), new for each test.
#pragma once

#include "common/attr.h"

#include <stdbool.h>
#include <stddef.h>

MUST_USE bool stored_is_pg(void);

// A place where nothing is yet: FOLDER/snug.db, or a new database. The caller frees it.
MUST_USE char *stored_new(const char *folder);
// A database that is as `pattern`, which nobody has open. The caller frees it.
MUST_USE char *stored_like(const char *pattern);
// What a statement gives in the database of that address, as text; it ends the test where it
// fails. The caller frees it.
MUST_USE char *stored_ask(const char *where, const char *statement);
// A database is gone, whoever has it open; files are their folder's matter.
void stored_drop(const char *where);
