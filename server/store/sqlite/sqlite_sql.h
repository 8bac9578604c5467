// SPDX-License-Identifier: MIT
// The driver of SQLite: statements of sql.def on one handle of it.
//
// Only files of server/store/sqlite see this.
#pragma once

#include "server/store/driver.h"
#include "server/store/sqlite/db.h"

// Opens *s on a handle, which is the caller's, or (`owns`) closed by sql_close; nothing is
// prepared yet.
void sqlite_sql_open(struct sql *s, sqlite3 *db, bool owns);
// The handle of an open one.
MUST_USE sqlite3 *sqlite_sql_db(const struct sql *s);
// Its own of a bound statement.
MUST_USE sqlite3_stmt *sqlite_statement(const struct statement *statement);
// What a result code of the handle's last call means to who names no engine.
MUST_USE enum db_code sqlite_code(sqlite3 *db, int code);
