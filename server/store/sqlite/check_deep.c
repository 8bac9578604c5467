// SPDX-License-Identifier: MIT
// Every row against its sum. SQLite's own check reads what a row is made of, not what it says,
// and lets seven of ten flipped bits pass.
//
// 1. A stretch is a question of its own: between two of them the log of a running server can be
//    moved into the file, and what changed meanwhile was stored with its sum.
// 2. SQLite's check sees that a row has an entry in each index, and that there are no more. It
//    finds an entry as a question would, where capitals are as small letters and what stands
//    behind a cut-off entry is not missed: so entries are compared with rows here too.
#include "server/store/sqlite/check_private.h"

#include "common/buf.h"
#include "server/store/sqlite/words_sum.h"

#include <inttypes.h>

// Rows of one look.
#define STRETCH "4096"

struct numbered {
	const char *table, *text;
};

#define NUMBERED(table, n, columns)                                                            \
	{#table, "SELECT rowid, row_sum(" columns ") IS NOT sum FROM " #table                  \
		 " NOT INDEXED WHERE rowid > ?1 ORDER BY rowid LIMIT " STRETCH},
#define KEYED(table, key, n, columns)
#define PARTLY(table, key, n, columns)
#define WORDS(table)
#define APART(table, reason)
static const struct numbered numbered[] = {
#include "server/store/tables.def"
};

#define NUMBERED(table, n, columns)
#define KEYED(table, key, n, columns)                                                          \
	{#table, "SELECT " key ", row_sum(" columns ") IS NOT sum FROM " #table " NOT INDEXED"},
#define PARTLY(table, key, n, columns) KEYED(table, key, n, columns)
#define WORDS(table)
#define APART(table, reason)
static const struct numbered keyed[] = {
#include "server/store/tables.def"
};

// A question for each index: its entries beside the rows that they are of. It gives the words
// for each that differs by a byte, or is of no row. One look each, as in SQLite's own check.
static const char by_index[] =
	"SELECT 'SELECT ''table ' || s.name || ', index ' || i.name || ', row '' ||"
	" coalesce(e.' || iif(t.wr, p.name, 'rowid') || ', ''?'')"
	" || '': the entry is not what was stored'' FROM \"' || s.name || '\" AS e"
	" INDEXED BY ' || i.name || ' LEFT JOIN \"' || s.name || '\" AS r ' ||"
	" iif(t.wr, 'INDEXED BY ' || k.name || ' ON ', 'NOT INDEXED ON r.rowid = e.rowid') ||"
	" coalesce((SELECT group_concat('r.' || x.name || ' = e.' || x.name, ' AND ')"
	" FROM pragma_index_info(k.name) AS x WHERE t.wr), '') || ' WHERE (' ||"
	" (SELECT group_concat('r.' || x.name || ' IS NOT e.' || x.name || ' COLLATE BINARY',"
	" ' OR ') FROM pragma_index_info(i.name) AS x) || ')' || iif(i.partial, ' AND e.' ||"
	" trim(substr(d.sql, instr(d.sql, 'WHERE') + 5)), '')"
	" FROM sqlite_schema AS s JOIN pragma_table_list(s.name) AS t ON t.schema = 'main'"
	" JOIN pragma_index_list(s.name) AS i ON NOT (t.wr AND i.origin = 'pk')"
	" LEFT JOIN sqlite_schema AS d ON d.name = i.name"
	" LEFT JOIN pragma_index_list(s.name) AS k ON t.wr AND k.origin = 'pk'"
	" LEFT JOIN pragma_index_info(k.name) AS p ON p.seqno = 0"
	" WHERE s.type = 'table' AND s.name NOT LIKE 'search%'";

static void add_row(struct store_report *r, const char *table, const char *row,
		    const char *what)
{
	struct buf words = {0};

	buf_printf(&words, "table %s, row %s: %s", table, row ? row : "?", what);
	check_problem(r, buf_str(&words));
	buf_clear(&words);
}

// All rows that the statement gives; the last one's number, if it has one, in *last.
static int look_at(sqlite3_stmt *row, const char *table, struct store_report *r, int64_t *last)
{
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		r->summed++;
		*last = sqlite3_column_int64(row, 0);
		if (sqlite3_column_int(row, 1))
			add_row(r, table, (const char *)sqlite3_column_text(row, 0),
				"it is not what was stored");
	}
	return code;
}

// A number that a flipped bit made smaller would lead back to where it was before.
static int look_from(sqlite3_stmt *row, const char *table, struct store_report *r, int64_t from,
		     int64_t *last)
{
	int64_t before = r->summed;
	int code = sqlite3_bind_int64(row, 1, from);

	if (code == SQLITE_OK)
		code = look_at(row, table, r, last);
	sqlite3_reset(row);
	if (code == SQLITE_DONE && r->summed == before)
		return SQLITE_DONE;
	return code == SQLITE_DONE && *last > from ? SQLITE_OK : SQLITE_CORRUPT;
}

static void check_table(sqlite3 *db, const struct numbered *t, bool is_numbered,
			struct store_report *r)
{
	sqlite3_stmt *row = NULL;
	int64_t from = INT64_MIN, last = 0;
	int code = sqlite3_prepare_v2(db, t->text, -1, &row, NULL);

	if (!is_numbered && code == SQLITE_OK)
		code = look_at(row, t->table, r, &last); // to the end
	while (code == SQLITE_OK) {
		code = look_from(row, t->table, r, from, &last);
		from = last;
	}
	if (code != SQLITE_DONE)
		add_row(r, t->table, NULL, "what comes then cannot be read");
	sqlite3_finalize(row);
}

static void check_indexes(sqlite3 *db, struct store_report *r)
{
	sqlite3_stmt *question = NULL;
	int code = sqlite3_prepare_v2(db, by_index, -1, &question, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(question);
		if (code == SQLITE_ROW)
			check_rows(db, (const char *)sqlite3_column_text(question, 0), r);
	}
	if (code != SQLITE_DONE)
		check_problem(r, sqlite3_errmsg(db));
	sqlite3_finalize(question);
}

void check_sums(sqlite3 *db, struct store_report *r)
{
	for (size_t i = 0; i < sizeof(numbered) / sizeof(numbered[0]); i++)
		check_table(db, &numbered[i], true, r);
	for (size_t i = 0; i < sizeof(keyed) / sizeof(keyed[0]); i++)
		check_table(db, &keyed[i], false, r);
	check_indexes(db, r);
	if (!words_sum_is_true(db))
		check_problem(r, "the word index is not what was stored");
}
