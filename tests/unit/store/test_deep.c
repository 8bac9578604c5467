// SPDX-License-Identifier: MIT
// Rows and their sums: none is forgotten by the schema, and none by a statement.
#include "tests/unit/store/history.h"

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/sum.h"
#include "tests/support/failing_sql.h"

// What tables.def says of a table.
struct said {
	const char *table, *columns; // NULL: they have no sum each
};

#define NUMBERED(table, n, columns) {#table, columns},
#define KEYED(table, key, n, columns) {#table, columns},
#define PARTLY(table, key, n, columns) {#table, columns},
#define WORDS(table) {#table, NULL},
#define APART(table, reason) {#table, NULL},
static const struct said all[] = {
#include "server/store/tables.def"
};
static const struct said *find(const char *table)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (!strcmp(all[i].table, table))
			return &all[i];
	}
	return NULL;
}

static sqlite3_stmt *ask(struct fixture *f, sqlite3 **db, const char *text)
{
	char *error = NULL;
	sqlite3_stmt *row = NULL;

	*db = db_open(f->path, DB_READ, STORE_FULL, &error);
	assert_non_null(*db);
	assert_int_equal(sqlite3_prepare_v2(*db, text, -1, &row, NULL), SQLITE_OK);
	return row;
}

static const char *column(sqlite3_stmt *row, int i)
{
	return (const char *)sqlite3_column_text(row, i);
}

// A table or column that is added is named there, and is in the sum.
static void each_table_and_column_is_summed_or_named(void **state)
{
	sqlite3 *db;
	sqlite3_stmt *row = ask(*state, &db,
				"SELECT m.name, group_concat(x.name, ', '), m.sql FROM"
				" sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS x"
				" WHERE m.type = 'table' AND x.hidden = 0 GROUP BY m.name");
	size_t n = 0;

	for (; sqlite3_step(row) == SQLITE_ROW; n++) {
		const struct said *s = find(column(row, 0));
		struct buf sum = {0};

		if (!s)
			fail_msg("tables.def does not name the table %s", column(row, 0));
		if (!s || !s->columns)
			continue;
		if (strcmp(s->columns, column(row, 1)) != 0)
			fail_msg("%s has the columns %s", s->table, column(row, 1));
		// As the schema says it, lines apart.
		for (const char *at = strstr(column(row, 2), "row_sum("); at && *at; at++) {
			if (*at != '\n' && *at != '\t')
				buf_add_char(&sum, *at);
			else if (*at == '\n')
				buf_add_char(&sum, ' ');
		}
		assert_non_null(strstr(buf_str(&sum), s->columns));
		buf_clear(&sum);
	}
	assert_int_equal(n, ARRAY_LEN(all));
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static void close_store(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
}

static void is_clean(struct fixture *f)
{
	struct store_report report;
	char *error = NULL;

	assert_true(store_check_deep(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	assert_true(report.summed > 0);
	store_report_clear(&report);
}

// Their words go into the index, out of it, and it is rewritten: the sum follows.
static void what_is_said_removed_and_tidied_stays_true(void **state)
{
	struct fixture *f = *state;

	is_clean(f);
	while (store_tidy(f->store))
		continue;
	is_clean(f);
	put(f,
	    (struct entry){.kind = ENTRY_REDACT,
			   .redact = {.id = 12, .by = 1, .reason = SPAN("why"), .at_ms = 5}});
	is_clean(f);
	put(f, (struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 20}});
	is_clean(f);
	while (store_tidy(f->store))
		continue;
	is_clean(f);
	close_store(f);
	fixture_open(f);
	is_clean(f);
}

static void wrong_sum(sqlite3_context *context, int n, sqlite3_value **values)
{
	(void)n;
	(void)values;
	sqlite3_result_int64(context, 1);
}

// What a row becomes there has not the sum that it should have.
static void finds(struct fixture *f, const char *spoiling, const char *problem)
{
	struct store_report report;
	char *error = NULL;
	sqlite3 *db;

	close_store(f);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_create_function(db, "row_sum", -1,
						 SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
						 wrong_sum, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, spoiling, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_true(store_check_deep(f->path, &report, &error));
	if (!strstr(buf_str(&report.problems), problem))
		fail_msg("'%s' is not in '%s'", problem, buf_str(&report.problems));
	assert_true(report.is_damaged);
	store_report_clear(&report);
}

static void a_table_and_row_that_changed_are_named(void **state)
{
	finds(*state, "UPDATE message SET text = 'evil' WHERE id = 12",
	      "table message, row 12: it is not what was stored");
}

static void a_word_index_that_changed_is_named(void **state)
{
	struct fixture *f = *state;

	while (store_tidy(f->store))
		continue;
	finds(f, "INSERT INTO search (search) VALUES ('delete-all')", "the word index is not");
}

// Nothing is sound that could not be looked at.
static void a_look_that_fails_says_so(void **state)
{
	struct fixture *f = *state;
	unsigned n = 1, n_told = 0;
	bool has = true;

	tidy_all(f);
	for (; has; n++) {
		struct store_report report;
		char *error = NULL;

		failing_sql_at(n, SQLITE_IOERR_READ);
		bool done = store_check_deep(f->path, &report, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		n_told += !done || report.n_problems > 0;
		store_report_clear(&report);
		free(error);
	}
	// But for counts and settings, which are shown alone.
	assert_in_range(n - n_told, 1, 40);
	assert_in_range(n_told, 100, 1000000);
}

// The row changes while nobody knows of the index.
static void an_index_that_is_behind_its_table_is_named(void **state)
{
	finds(*state,
	      "PRAGMA writable_schema = ON;"
	      "CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema"
	      " WHERE name = 'message_client';"
	      "DELETE FROM sqlite_schema WHERE name = 'message_client';"
	      "PRAGMA writable_schema = RESET;"
	      "UPDATE message SET client_id = 'C1' WHERE id = 12;"
	      "PRAGMA writable_schema = ON;"
	      "INSERT INTO sqlite_schema SELECT * FROM kept;"
	      "PRAGMA writable_schema = RESET",
	      "index message_client, row 12: the entry is not what was stored");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_table_and_column_is_summed_or_named),
		T(what_is_said_removed_and_tidied_stays_true),
		T(a_table_and_row_that_changed_are_named),
		T(a_word_index_that_changed_is_named),
		T(a_look_that_fails_says_so),
		T(an_index_that_is_behind_its_table_is_named),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "bits of its file are turned"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
