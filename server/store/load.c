// SPDX-License-Identifier: MIT
// Reads the whole state back as journal entries.
#include "server/store/store.h"

#include "server/store/engine.h"

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
	struct statement *row = sql_bind(sql, id, NULL);
	struct entry e = {.kind = sql->rows[id].kind};
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		row_read(e.kind, row, entry_row(&e));
		on_entry(arg, &e);
	}
	sql_reset(row);
	return code == DB_END;
}

static bool load_all(struct sql *sql, const char *where, store_entry_fn *on_entry, void *arg,
		     char **error)
{
	for (int i = 0; i < SQL_COUNT && !*error; i++) {
		if (sql_is_for((enum sql_id)i, SQL_LOADER) && sql->rows[i].part == ROW_WHOLE &&
		    !load_rows(sql, (enum sql_id)i, on_entry, arg))
			sql_explain(sql, "read", where, error);
	}
	return !*error;
}

bool store_load(struct store *s, store_entry_fn *on_entry, void *arg, char **error)
{
	bool is_fine;

	*error = NULL;
	is_fine = sql_prepare(&s->sql, SQL_LOADER, error) &&
		  load_all(&s->sql, s->where, on_entry, arg, error);
	sql_forget(&s->sql, SQL_LOADER);
	return is_fine;
}

bool store_look(const char *path, store_entry_fn *on_entry, void *arg, char **error)
{
	const struct store_engine *engine;
	struct sql sql = {0};
	bool is_fine;

	*error = NULL;
	engine = engine_of(path, error);
	is_fine = engine && engine->read(path, SQL_LOADER, &sql, error);
	if (is_fine && sql_run(&sql, SQL_BEGIN_READ, NULL) != DB_OK) {
		sql_explain(&sql, "read", path, error);
		is_fine = false;
	}
	is_fine = is_fine && load_all(&sql, path, on_entry, arg, error);
	sql_close(&sql);
	return is_fine;
}
