// SPDX-License-Identifier: MIT
#include "server/store/sqlite/memory_words.h"

#include "server/store/sqlite/sqlite_sql.h"

static const char table[] = "CREATE VIRTUAL TABLE tail USING fts5 (text, place, content = '',"
			    " columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')";

bool memory_words_open(struct sql *out, char **error)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK || db_exec(db, table) != SQLITE_OK) {
		db_error(db, "make a table", "in memory", error);
		sqlite3_close(db);
		return false;
	}
	sqlite_sql_open(out, db, true);
	if (sql_prepare(out, SQL_TAIL_USER, error))
		return true;
	sql_close(out);
	return false;
}
