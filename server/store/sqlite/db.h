// SPDX-License-Identifier: MIT
// One sqlite3 handle with the settings of the house, and words for its errors.
//
// Only files of server/store/sqlite see this. A handle is used by one thread at a time.
#pragma once

#include "server/store/error.h"
#include "server/store/store.h"

#include <sqlite3.h>

// "snug" in ASCII: tells our files from other people's databases.
#define APPLICATION_ID 0x736e7567

enum db_mode { DB_WRITE, DB_READ };

// Opens; DB_WRITE creates the file (0600). NULL with words in *error.
MUST_USE sqlite3 *db_open(const char *path, enum db_mode mode, enum store_durability durability,
			  char **error);
// Runs statements that give no rows. An sqlite result code.
int db_exec(sqlite3 *db, const char *text);
// One number, e.g. of a PRAGMA; `otherwise` when there is none.
MUST_USE int64_t db_number(sqlite3 *db, const char *text, int64_t otherwise);
// Words for the handle's last error in *error: "cannot WHAT PATH: why".
void db_error(sqlite3 *db, const char *what, const char *path, char **error);
// "" when sound, or the first problem PRAGMA quick_check or integrity_check gave. The
// caller frees.
MUST_USE char *db_verify(sqlite3 *db, const char *pragma);
// Syncs the directory that holds `path`.
MUST_USE bool sync_folder(const char *path);
