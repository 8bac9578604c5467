// SPDX-License-Identifier: MIT
// Reads the whole state back as journal entries.
#include "server/store/store.h"

#include "server/store/store_private.h"

#define ENTRY(KIND, name, use) | (USE_##use == USE_DEED ? 0 : 1ULL << ENTRY_##KIND)
#define SQL(name, user, sql)
#define ROW(name, user, kind, sql) | (SQL_##user == SQL_LOADER ? 1ULL << ENTRY_##kind : 0)
#define PART(name, user, kind, sql)
_Static_assert((0
#include "server/letters/entries.def"
		) == (0
#include "server/store/sql.def"
		      ),
	       "the start reads each STATE and DERIVED kind of entries.def, by LOADER rows of "
	       "sql.def, and no DEED");

static bool load_rows(struct sql *sql, enum sql_id id, store_entry_fn *on_entry, void *arg)
{
	sqlite3_stmt *row = sql_bind(sql, id, NULL);
	struct entry e = {.kind = sql->rows[id].kind};
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		row_read(e.kind, row, entry_row(&e));
		on_entry(arg, &e);
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE;
}

bool store_load(struct store *s, store_entry_fn *on_entry, void *arg, char **error)
{
	struct sql sql = {0};

	*error = NULL;
	if (!sql_prepare(&sql, s->db, SQL_LOADER, error))
		return false;
	for (int i = 0; i < SQL_COUNT && !*error; i++) {
		if (sql.statements[i] && !load_rows(&sql, (enum sql_id)i, on_entry, arg))
			db_error(s->db, "read", s->path, error);
	}
	sql_finalize(&sql);
	return !*error;
}
