// SPDX-License-Identifier: MIT
// Each column of the database is a row of the table of what becomes of a person's data.
#include "tests/unit/store/fixture.h"

#include <sqlite3.h>

enum fate { NOBODY, REMOVED, RENAMED, REWORDED, KEPT };

static const struct personal {
	const char *table, *column;
	enum fate fate;
	const char *more;
} rows[] = {
#define PERSONAL(table, column, fate, more) {#table, #column, fate, more},
#include "server/store/personal.def"
};

// Tables of FTS5's own, and those of SQLite, hold what `search` does and what statistics do.
static const char columns[] = "SELECT t.name, c.name FROM sqlite_schema AS t, "
			      "pragma_table_info(t.name) AS c WHERE t.type = 'table' "
			      "AND t.name NOT LIKE 'search\\_%' ESCAPE '\\' "
			      "AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

static const struct personal *find(const char *table, const char *column)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!strcmp(rows[i].table, table) && !strcmp(rows[i].column, column))
			return &rows[i];
	}
	return NULL;
}

static sqlite3_stmt *prepare(sqlite3 **db, const struct fixture *f)
{
	sqlite3_stmt *row;

	assert_int_equal(sqlite3_open(f->path, db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(*db, columns, -1, &row, NULL), SQLITE_OK);
	return row;
}

static size_t look(const struct fixture *f)
{
	sqlite3 *db;
	sqlite3_stmt *row = prepare(&db, f);
	size_t n = 0;

	for (; sqlite3_step(row) == SQLITE_ROW; n++) {
		const char *table = (const char *)sqlite3_column_text(row, 0);
		const char *column = (const char *)sqlite3_column_text(row, 1);

		if (!find(table, column))
			fail_msg("server/store/personal.def does not say what becomes of "
				 "%s.%s when its person is erased",
				 table, column);
	}
	sqlite3_finalize(row);
	sqlite3_close(db);
	return n;
}

static void each_column_has_a_row_and_each_row_a_column(void **state)
{
	assert_int_equal(look(*state), ARRAY_LEN(rows));
}

static void what_stays_or_is_told_otherwise_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].fate == KEPT && !rows[i].more[0])
			fail_msg("why is %s.%s kept?", rows[i].table, rows[i].column);
		assert_ptr_equal(find(rows[i].table, rows[i].column), &rows[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_column_has_a_row_and_each_row_a_column,
						set_up, tear_down),
		cmocka_unit_test(what_stays_or_is_told_otherwise_says_why),
	};

	// test_pg_twin.c compares them with those of PostgreSQL.
	if (are_of_sqlite(ARRAY_LEN(tests), "the columns of its schema"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
