// SPDX-License-Identifier: MIT
// Is a database made as ours are?
#pragma once

#include "server/store/db.h"

// Its tables, columns, indexes and views against those of the migrations, all of which it has
// had; no trigger. False with words in *error.
MUST_USE bool schema_check(sqlite3 *db, const char *path, char **error);
