// SPDX-License-Identifier: MIT
// A statement that does not fit entries.def is refused when it is prepared.
#include "tests/unit/store/fixture.h"

#include "server/store/sql.h"

static int set_up_table(void **state)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(db_exec(db, "CREATE TABLE dialog (id, low, high)"), SQLITE_OK);
	*state = db;
	return 0;
}

static int tear_down_table(void **state)
{
	return sqlite3_close(*state);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_prepare_v2(db, text, -1, &statement, NULL), SQLITE_OK);
	return statement;
}

// NULL: it fits ENTRY_DIALOG; else words that are in the error.
static void expect(void **state, enum row_part part, const char *text, const char *words)
{
	sqlite3_stmt *statement = prepare(*state, text);
	struct row r = {.part = part, .kind = ENTRY_DIALOG};
	char *error = NULL;
	bool fits = row_match(&r, statement, "NAME", &error);

	assert_int_equal(fits, !words);
	if (words && !strstr(error, words))
		fail_msg("\"%s\" is not in \"%s\"", words, error);
	free(error);
	sqlite3_finalize(statement);
}

// Proves B33.
static void a_put_binds_all_fields_by_name(void **state)
{
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (:id, :low, :high)", NULL);
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (:high, :id, :low)", NULL);
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (:id, :low, :hihg)",
	       "NAME: the parameter :hihg is no field of DIALOG");
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (:id, :low, ?)",
	       "the parameter ? is no field");
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (?1, ?2, ?3)",
	       "the parameter ?1 is no field");
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (:id, :low, $high)",
	       "the parameter $high is no field");
	expect(state, ROW_WHOLE, "INSERT INTO dialog VALUES (:id, :low, 0)",
	       "it binds 2 of the 3 fields of DIALOG");
}

static void a_part_binds_some(void **state)
{
	expect(state, ROW_PART, "DELETE FROM dialog WHERE id = :id", NULL);
	expect(state, ROW_PART, "DELETE FROM dialog WHERE id = :room", ":room is no field");
	expect(state, ROW_PART, "DELETE FROM dialog", "it binds 0 of the 3 fields");
	expect(state, ROW_PART, "SELECT id, low FROM dialog", "it gives 2 columns");
}

static void columns_are_the_fields_in_order(void **state)
{
	expect(state, ROW_WHOLE, "SELECT id, low, high FROM dialog", NULL);
	expect(state, ROW_WHOLE, "SELECT id, 0 AS low, high FROM dialog WHERE id = ?1", NULL);
	expect(state, ROW_WHOLE, "SELECT id, high, low FROM dialog",
	       "column 2 is high, but field 2 of DIALOG is low");
	expect(state, ROW_WHOLE, "SELECT id, low FROM dialog",
	       "it gives 2 columns, but DIALOG has 3 fields");
	expect(state, ROW_WHOLE, "SELECT id, low, high, 1 FROM dialog",
	       "it gives 4 columns, but DIALOG has 3 fields");
}

static void the_order_of_parameters_does_not_matter(void **state)
{
	static const char *const texts[] = {
		"INSERT INTO dialog (id, low, high) VALUES (:id, :low, :high)",
		"INSERT INTO dialog (high, id, low) VALUES (:high, :id, :low)"};
	const struct entry e = {.kind = ENTRY_DIALOG, .dialog = {4, 1, 2}};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		sqlite3_stmt *put = prepare(*state, texts[i]);
		sqlite3_stmt *get = prepare(*state, "SELECT id, low, high FROM dialog");
		struct row r = {.part = ROW_WHOLE, .kind = ENTRY_DIALOG};
		struct entry_dialog d;
		char *error = NULL;

		assert_true(row_match(&r, put, "PUT", &error));
		row_bind(&r, put, &e);
		assert_int_equal(sqlite3_step(put), SQLITE_DONE);
		assert_int_equal(sqlite3_step(get), SQLITE_ROW);
		row_read(ENTRY_DIALOG, get, &d);
		assert_int_equal(d.id, 4);
		assert_int_equal(d.low, 1);
		assert_int_equal(d.high, 2);
		sqlite3_finalize(put);
		sqlite3_finalize(get);
		assert_int_equal(db_exec(*state, "DELETE FROM dialog"), SQLITE_OK);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_table, tear_down_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_put_binds_all_fields_by_name),
		T(a_part_binds_some),
		T(columns_are_the_fields_in_order),
		T(the_order_of_parameters_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
