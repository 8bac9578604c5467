// SPDX-License-Identifier: MIT
// A new database is made by db/schema.sql, which a test holds to be what the migrations make.
//
// Whether another is made so is seen beside a new one in memory: whoever had the file may have
// put more into it than rows. A trigger runs with each write, a view stands for a table. Texts
// are compared without their blanks. Statistics of SQLite's own are nobody's matter; an index
// more changes how fast something is found, and is only told, unless it refuses rows.
#include "server/store/sqlite/schema.h"

#include "common/buf.h"
#include "common/log.h"
#include "server/store/sqlite/migrate.h"
#include "server/store/migrations.h"
#include "server/store/sqlite/sum.h"

#include <string.h>

static const char by_name[] =
	"SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema"
	" WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";

enum { TYPE, NAME, TABLE, TEXT };

static const char *text_of(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text ? text : "";
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_same_text(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (is_blank(*a))
			a++;
		while (is_blank(*b))
			b++;
		if (*a != *b || !*a)
			return *a == *b;
	}
}

static int order(sqlite3_stmt *a, sqlite3_stmt *b)
{
	int by_type = strcmp(text_of(a, TYPE), text_of(b, TYPE));

	return by_type ? by_type : strcmp(text_of(a, NAME), text_of(b, NAME));
}

static bool is_more_of_an_index(sqlite3_stmt *row)
{
	return strcmp(text_of(row, TYPE), "index") == 0 &&
	       sqlite3_strnicmp(text_of(row, TEXT), "CREATE INDEX ", 13) == 0;
}

static bool refuse(sqlite3_stmt *row, const char *path, const char *what, char **error)
{
	error_words(error,
		    "%s: the %s %s %s: restore a backup, or take it out by hand if you "
		    "know who put it there",
		    path, text_of(row, TYPE), text_of(row, NAME), what);
	return false;
}

static bool accept_more(sqlite3_stmt *row, const char *path, char **error)
{
	if (!is_more_of_an_index(row))
		return refuse(row, path, "is not one of ours", error);
	log_event(LOG_WARN, "index_added", "name", text_of(row, NAME), "table",
		  text_of(row, TABLE), NULL);
	return true;
}

// Both in the same order: what is in one only shows where they part.
static bool compare(sqlite3_stmt *own, sqlite3_stmt *found, const char *path, char **error)
{
	int a = sqlite3_step(own), b = sqlite3_step(found);
	bool is_fine = true;

	while (is_fine && (a == SQLITE_ROW || b == SQLITE_ROW)) {
		int which = a != SQLITE_ROW ? 1 : b != SQLITE_ROW ? -1 : order(own, found);

		if (which < 0)
			is_fine = refuse(own, path, "is missing", error);
		else if (which > 0)
			is_fine = accept_more(found, path, error);
		else if (strcmp(text_of(own, TABLE), text_of(found, TABLE)) != 0 ||
			 !is_same_text(text_of(own, TEXT), text_of(found, TEXT)))
			is_fine = refuse(found, path, "is made otherwise than ours", error);
		if (which <= 0)
			a = sqlite3_step(own);
		b = sqlite3_step(found); // what is missing in it has ended the look
	}
	// An end that is none would hide what is behind it.
	if (is_fine && (a != SQLITE_DONE || b != SQLITE_DONE))
		return db_error(sqlite3_db_handle(found), "read", path, error), false;
	return is_fine;
}

bool schema_make(sqlite3 *db, const char *path, char **error)
{
	return migrate_to(db, path, &all_migrations, n_migrations, error);
}

bool schema_check(sqlite3 *db, const char *path, char **error)
{
	sqlite3 *fresh = NULL;
	sqlite3_stmt *own = NULL, *found = NULL;
	bool is_fine = false;

	if (sqlite3_open(":memory:", &fresh) != SQLITE_OK || sum_register(fresh) != SQLITE_OK ||
	    !schema_make(fresh, ":memory:", error) ||
	    sqlite3_prepare_v2(fresh, by_name, -1, &own, NULL) != SQLITE_OK)
		db_error(fresh, "compare with", path, error);
	else if (sqlite3_prepare_v2(db, by_name, -1, &found, NULL) != SQLITE_OK)
		db_error(db, "read", path, error);
	else
		is_fine = compare(own, found, path, error);
	sqlite3_finalize(own);
	sqlite3_finalize(found);
	sqlite3_close(fresh);
	return is_fine;
}
