// SPDX-License-Identifier: MIT
// Both engines keep the same columns: SQLite makes tables of both schemas, and they are compared.
#include "server/store/postgresql/pg_schema.h"

#include "common/buf.h"
#include "server/store/sqlite/schema.h"
#include "server/store/sqlite/sum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// A column each: table, place among those that both have, name, what it holds, may it be NULL.
static const char columns[] =
	"SELECT group_concat(line, char(10)) FROM (SELECT t.name || '.' || c.name || ' ' ||"
	" CASE c.type WHEN 'bigint' THEN 'INTEGER' WHEN 'text' THEN 'TEXT'"
	" WHEN 'bytea' THEN 'BLOB' ELSE c.type END || iif(c.\"notnull\" OR c.pk, '', ' NULL') ||"
	" iif(c.pk, ' key ' || c.pk, '') AS line"
	" FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c"
	" WHERE t.type = 'table' AND t.name NOT GLOB 'search*' AND t.name NOT GLOB 'sqlite_*'"
	" AND t.name NOT IN ('word', 'head') AND c.name <> 'sum' ORDER BY t.name, c.cid)";
// What refuses rows, or finds them: the same for both.
static const char indexes[] =
	"SELECT group_concat(line, char(10)) FROM (SELECT s.tbl_name || ' ' || s.name ||"
	" iif(i.\"unique\", ' unique', '') AS line FROM sqlite_schema AS s"
	" JOIN pragma_index_list(s.tbl_name) AS i ON i.name = s.name WHERE s.sql IS NOT NULL"
	" AND s.name NOT IN ('account_name', 'room_name', 'head_one') ORDER BY s.name)";
static const char references[] =
	"SELECT group_concat(line, char(10)) FROM (SELECT t.name || '.' || f.\"from\" || ' ' ||"
	" f.\"table\" || ' ' || f.on_delete AS line FROM sqlite_schema AS t"
	" JOIN pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table' ORDER BY line)";

static int compare_bytes(void *arg, int n, const void *a, int m, const void *b)
{
	int by_bytes = memcmp(a, b, (size_t)(n < m ? n : m));

	(void)arg;
	return by_bytes ? by_bytes : n - m;
}

static void give_text(sqlite3_context *to, int n, sqlite3_value **values)
{
	(void)n;
	(void)values;
	sqlite3_result_text(to, "x", 1, SQLITE_STATIC);
}

static sqlite3 *open_empty(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sum_register(db), SQLITE_OK);
	assert_int_equal(sqlite3_create_collation(db, "C", SQLITE_UTF8, NULL, compare_bytes),
			 SQLITE_OK);
	assert_int_equal(sqlite3_create_function(db, "uuid_send", 1, SQLITE_UTF8, NULL,
						 give_text, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_create_function(db, "gen_random_uuid", 0, SQLITE_UTF8, NULL,
						 give_text, NULL, NULL),
			 SQLITE_OK);
	return db;
}

static void play(sqlite3 *db, const char *statement)
{
	char *words = NULL;

	// How a table is kept on disk.
	if (strncmp(statement, "ALTER TABLE", 11) == 0 && strstr(statement, " SET ("))
		return;
	if (sqlite3_exec(db, statement, NULL, NULL, &words) != SQLITE_OK)
		fail_msg("%s: %s", words, statement);
}

// As pg_schema.c takes it apart.
static void play_migration(sqlite3 *db, const struct migration *m)
{
	struct buf statement = {0};

	for (const char *const *line = m->lines; *line; line++) {
		struct span text = span_trim(span_of(*line));

		if (span_starts(text, SPAN("--")) || !text.len)
			continue;
		buf_add_str(&statement, *line);
		if (text.at[text.len - 1] != ';')
			continue;
		play(db, buf_str(&statement));
		buf_reset(&statement);
	}
	assert_int_equal(statement.len, 0);
	buf_clear(&statement);
}

static sqlite3 *open_own(void)
{
	sqlite3 *db = open_empty();
	char *error = NULL;

	if (!schema_make(db, ":memory:", &error))
		fail_msg("%s", error);
	return db;
}

static sqlite3 *open_twin(void)
{
	sqlite3 *db = open_empty();

	for (int i = 0; i < pg_n_migrations; i++)
		play_migration(db, &pg_migrations[i]);
	return db;
}

static void are_the_same(const char *question)
{
	sqlite3 *own = open_own(), *twin = open_twin();
	sqlite3_stmt *a, *b;

	assert_int_equal(sqlite3_prepare_v2(own, question, -1, &a, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(twin, question, -1, &b, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(a), SQLITE_ROW);
	assert_int_equal(sqlite3_step(b), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(a, 0),
			    (const char *)sqlite3_column_text(b, 0));
	sqlite3_finalize(a);
	sqlite3_finalize(b);
	sqlite3_close(own);
	sqlite3_close(twin);
}

static void both_have_the_same_columns(void **state)
{
	(void)state;
	are_the_same(columns);
}

static void both_have_the_same_indexes(void **state)
{
	(void)state;
	are_the_same(indexes);
}

static void both_refer_to_the_same(void **state)
{
	(void)state;
	are_the_same(references);
}

static void both_are_of_the_same_number(void **state)
{
	(void)state;
	assert_int_equal(pg_schema_newest(), n_migrations);
	for (int i = 0; i < pg_n_migrations; i++)
		assert_int_equal(strtol(pg_migrations[i].name, NULL, 10), PG_SCHEMA_FIRST + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_have_the_same_columns),
		cmocka_unit_test(both_have_the_same_indexes),
		cmocka_unit_test(both_refer_to_the_same),
		cmocka_unit_test(both_are_of_the_same_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
