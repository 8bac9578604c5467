// SPDX-License-Identifier: MIT
// How a database of ours is made, and whether one is made so.
#pragma once

#include "server/store/sqlite/db.h"

// Makes an empty database what all migrations would make of it, in one transaction. False with
// words in *error.
MUST_USE bool schema_make(sqlite3 *db, const char *path, char **error);
// Its tables, columns, indexes and views against those of a new one, where it has had all
// migrations; no trigger. False with words in *error.
MUST_USE bool schema_check(sqlite3 *db, const char *path, char **error);
