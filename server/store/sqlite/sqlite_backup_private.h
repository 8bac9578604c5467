// SPDX-License-Identifier: MIT
// The copy itself.
#pragma once

#include "server/store/sqlite/db.h"

// Writes what the handle sees to the new file `file`, synced, checked and renamed into
// place. False with words in *error.
MUST_USE bool backup_handle(sqlite3 *db, const char *file, char **error);
// Takes removed words out of the index of a copy, and its free pages out of the file. False
// with words in *error.
MUST_USE bool backup_purge(sqlite3 *copy, const char *file, char **error);
