// SPDX-License-Identifier: MIT
// A copy from before a migration: what it does not know, and a note that it is back. Only what
// every schema has is asked for.
#include "server/store/sqlite/sqlite_private.h"

#include "server/store/chain.h"
#include "server/store/sqlite/sqlite_sql.h"

#include <stdlib.h>

// kind, subject, what
static const char lost[] =
	"SELECT 'room', n.name, 'made since' FROM main.room AS n WHERE NOT EXISTS"
	" (SELECT 1 FROM old.room AS o WHERE o.id = n.id AND o.created_ms = n.created_ms)"
	" UNION ALL SELECT 'account', n.name, 'made since' FROM main.account AS n WHERE"
	" NOT EXISTS (SELECT 1 FROM old.account AS o WHERE o.id = n.id"
	" AND o.created_ms = n.created_ms)"
	" UNION ALL SELECT 'message', coalesce((SELECT name FROM main.room WHERE id = stream),"
	" (SELECT a.name || ' and ' || b.name FROM main.dialog AS d JOIN main.account AS a"
	" ON a.id = low JOIN main.account AS b ON b.id = high WHERE d.id = stream),"
	" 'a conversation'), count(*) || ' said since' FROM main.message AS n WHERE seq > 0"
	" AND NOT EXISTS (SELECT 1 FROM old.message AS o WHERE o.id = n.id"
	" AND o.stream = n.stream) GROUP BY stream";

static bool attach_old(sqlite3 *db, const char *path)
{
	sqlite3_stmt *statement = NULL;
	bool done =
		sqlite3_prepare_v2(db, "ATTACH ?1 AS old", -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_DONE;

	sqlite3_finalize(statement);
	return done;
}

bool sqlite_lost(const char *older, const char *newer, store_taken_fn *on_lost, void *arg,
		 char **error)
{
	sqlite3_stmt *row = NULL;
	int code = SQLITE_ERROR;
	sqlite3 *db;

	*error = NULL;
	db = db_open(newer, DB_READ, STORE_FULL, error);
	if (!db)
		return false;
	if (attach_old(db, older))
		code = sqlite3_prepare_v2(db, lost, -1, &row, NULL);
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(row);
		if (code == SQLITE_ROW)
			on_lost(arg, &(struct store_taken){
					     (const char *)sqlite3_column_text(row, 0),
					     (const char *)sqlite3_column_text(row, 1),
					     (const char *)sqlite3_column_text(row, 2)});
	}
	if (code != SQLITE_DONE)
		db_error(db, "compare with", older, error);
	sqlite3_finalize(row);
	sqlite3_close(db);
	return code == SQLITE_DONE;
}

static bool link_newest(sqlite3 *db)
{
	uint8_t hash[CHAIN_LEN];
	char *error = NULL;
	struct sql sql;

	sqlite_sql_open(&sql, db, false);
	bool done = sql_prepare(&sql, SQL_LINKER, &error) && chain_add(&sql, hash) == DB_OK;
	sql_close(&sql);
	free(error);
	return done;
}

// Where it has a chain.
static bool link_if_chained(sqlite3 *db)
{
	int64_t n_chains = db_number(
		db, "SELECT count(*) FROM sqlite_schema WHERE name = 'audit_link'", -1);

	return n_chains == 0 || (n_chains > 0 && link_newest(db));
}

static bool add_note(sqlite3 *db, int64_t at_ms, const char *verb, const char *detail)
{
	static const char text[] = "INSERT INTO audit (at_ms, actor, verb, detail)"
				   " VALUES (?1, 'shell', ?2, ?3)";
	sqlite3_stmt *row = NULL;
	bool done = sqlite3_prepare_v2(db, text, -1, &row, NULL) == SQLITE_OK &&
		    sqlite3_bind_int64(row, 1, at_ms) == SQLITE_OK &&
		    sqlite3_bind_text(row, 2, verb, -1, SQLITE_STATIC) == SQLITE_OK &&
		    sqlite3_bind_text(row, 3, detail, -1, SQLITE_STATIC) == SQLITE_OK &&
		    sqlite3_step(row) == SQLITE_DONE;

	sqlite3_finalize(row);
	return done;
}

bool sqlite_note_older(const char *older, int64_t at_ms, const char *verb, const char *detail,
		       char **error)
{
	sqlite3 *db = db_open(older, DB_WRITE, STORE_FULL, error);
	bool done;

	if (!db)
		return false;
	done = db_exec(db, "BEGIN IMMEDIATE") == SQLITE_OK &&
	       add_note(db, at_ms, verb, detail) && link_if_chained(db) &&
	       db_exec(db, "COMMIT") == SQLITE_OK &&
	       // It is moved without its log.
	       db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)") == SQLITE_OK;
	if (!done)
		db_error(db, "write", older, error);
	sqlite3_close(db);
	return done;
}
