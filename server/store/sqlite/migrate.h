// SPDX-License-Identifier: MIT
// Brings the schema of a database up to the newest migration of this program.
//
// PRAGMA user_version is the number of the last one applied. Each runs in a transaction
// of its own; a database that has data is copied first, to PATH.before-NNNN.
#pragma once

#include "server/store/sqlite/db.h"
#include "server/store/migrations.h"

// Applies one, after which its number is the last one's. False with words in *error.
MUST_USE bool migrate_to(sqlite3 *db, const char *path, const struct migration *m, int number,
			 char **error);
// Applies what is missing of the n migrations at `all`. False with words in *error.
MUST_USE bool migrate(sqlite3 *db, const char *path, const struct migration *all, int n,
		      char **error);
