// SPDX-License-Identifier: MIT
// Reads the whole state back as journal entries.
#include "server/store/store.h"

#include "server/store/schema.h"
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

static bool load_all(sqlite3 *db, const char *path, store_entry_fn *on_entry, void *arg,
		     char **error)
{
	struct sql sql = {0};

	if (!sql_prepare(&sql, db, SQL_LOADER, error))
		return false;
	for (int i = 0; i < SQL_COUNT && !*error; i++) {
		if (sql.statements[i] && !load_rows(&sql, (enum sql_id)i, on_entry, arg))
			db_error(db, "read", path, error);
	}
	sql_finalize(&sql);
	return !*error;
}

bool store_load(struct store *s, store_entry_fn *on_entry, void *arg, char **error)
{
	*error = NULL;
	return load_all(s->db, s->path, on_entry, arg, error);
}

bool store_look(const char *path, store_entry_fn *on_entry, void *arg, char **error)
{
	sqlite3 *db;
	bool is_fine;

	*error = NULL;
	db = db_open(path, DB_READ, STORE_FULL, error);
	is_fine = db && schema_check(db, path, error);
	if (is_fine && db_exec(db, "BEGIN") != SQLITE_OK) {
		db_error(db, "read", path, error);
		is_fine = false;
	}
	is_fine = is_fine && load_all(db, path, on_entry, arg, error);
	sqlite3_close(db);
	return is_fine;
}
