// SPDX-License-Identifier: MIT
// db/schema.sql is written by this test, with SNUG_WRITE_SCHEMA (see db/README.md), and held true.
#include "server/store/sqlite/schema.h"

#include "common/buf.h"
#include "server/store/sqlite/migrate.h"
#include "server/store/sqlite/sum.h"
#include "tests/support/of_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char head[] =
	"-- SPDX-License-Identifier: MIT\n-- Made of the migrations; see README.md.\n";
static const char tables[] = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
			     " AND name NOT GLOB 'search_*' ORDER BY rowid";
// Each database draws its own id.
static const char rows[] =
	"SELECT 'INSERT INTO setting (key, value) VALUES' || group_concat('\n\t(' ||"
	" quote(key) || ', ' || iif(key = 'history_id', 'randomblob(16)', quote(value)) || ')')"
	" FROM setting";

static sqlite3 *open_empty(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sum_register(db), SQLITE_OK);
	return db;
}

static sqlite3 *open_migrated(void)
{
	sqlite3 *db = open_empty();
	char *error = NULL;

	if (!migrate(db, ":memory:", migrations, n_migrations, &error))
		fail_msg("%s", error);
	return db;
}

static sqlite3_stmt *ask(sqlite3 *db, const char *text)
{
	sqlite3_stmt *row;

	if (sqlite3_prepare_v2(db, text, -1, &row, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(db));
	return row;
}

static void add_statements(struct buf *out, sqlite3 *db, const char *text)
{
	sqlite3_stmt *row = ask(db, text);

	while (sqlite3_step(row) == SQLITE_ROW)
		buf_printf(out, "\n%s;\n", (const char *)sqlite3_column_text(row, 0));
	sqlite3_finalize(row);
}

static void write_file(const struct buf *schema)
{
	FILE *out = fopen("db/schema.sql", "w");

	assert_non_null(out);
	assert_int_equal(fwrite(schema->at, 1, schema->len, out), schema->len);
	assert_int_equal(fclose(out), 0);
}

static void read_file(struct buf *file)
{
	FILE *in = fopen("db/schema.sql", "r");

	assert_non_null(in);
	file->len = fread(buf_space(file, 1 << 20), 1, 1 << 20, in);
	fclose(in);
}

static void schema_sql_is_what_the_migrations_make(void **state)
{
	struct buf schema = {0}, file = {0};
	sqlite3 *db = open_migrated();

	(void)state;
	buf_add_str(&schema, head);
	add_statements(&schema, db, tables);
	add_statements(&schema, db, rows);
	sqlite3_close(db);
	if (getenv("SNUG_WRITE_SCHEMA"))
		write_file(&schema);
	read_file(&file);
	assert_string_equal(buf_str(&file), buf_str(&schema));
	buf_clear(&file);
	buf_clear(&schema);
}

static void add_rows(struct buf *out, sqlite3 *db, const char *table)
{
	char *text = sqlite3_mprintf("SELECT * FROM %Q", table);
	sqlite3_stmt *row = ask(db, text);

	buf_printf(out, "%s\n", table);
	while (sqlite3_step(row) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(row); i++) {
			const void *bytes = sqlite3_column_blob(row, i);

			buf_add(out, bytes, (size_t)sqlite3_column_bytes(row, i));
			buf_add_char(out, '|');
		}
		buf_add_char(out, '\n');
	}
	sqlite3_finalize(row);
	sqlite3_free(text);
}

// Of all tables, but for the id.
static void add_all_rows(struct buf *out, sqlite3 *db)
{
	sqlite3_stmt *row;

	assert_int_equal(sqlite3_exec(db, "DELETE FROM setting WHERE key = 'history_id'", NULL,
				      NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_changes(db), 1);
	row = ask(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
	while (sqlite3_step(row) == SQLITE_ROW)
		add_rows(out, db, (const char *)sqlite3_column_text(row, 0));
	sqlite3_finalize(row);
}

// Of what was written a moment ago the next program knows.
static void a_new_database_is_one_that_had_all_migrations(void **state)
{
	struct buf made = {0}, migrated = {0};
	sqlite3 *new = open_empty(), *old = open_migrated();
	char *error = NULL;

	(void)state;
	if (getenv("SNUG_WRITE_SCHEMA"))
		skip();
	if (!schema_make(new, "new", &error) || !schema_check(old, "old", &error))
		fail_msg("%s", error);
	add_statements(&made, new, "PRAGMA user_version");
	add_statements(&migrated, old, "PRAGMA user_version");
	add_all_rows(&made, new);
	add_all_rows(&migrated, old);
	assert_int_equal(made.len, migrated.len);
	assert_memory_equal(made.at, migrated.at, made.len);
	buf_clear(&made);
	buf_clear(&migrated);
	sqlite3_close(new);
	sqlite3_close(old);
}

static void what_cannot_be_made_is_not_begun(void **state)
{
	sqlite3 *db = open_empty();
	char *error = NULL;

	(void)state;
	assert_true(schema_make(db, "new", &error));
	assert_false(schema_make(db, "new", &error));
	assert_non_null(strstr(error, "cannot apply schema to new: "));
	assert_true(sqlite3_get_autocommit(db));
	free(error);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema_sql_is_what_the_migrations_make),
		cmocka_unit_test(a_new_database_is_one_that_had_all_migrations),
		cmocka_unit_test(what_cannot_be_made_is_not_begun),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its migrations and db/schema.sql"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
