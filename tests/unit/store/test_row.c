// SPDX-License-Identifier: MIT
// A statement that does not fit entries.def is refused when it is prepared.
#include "tests/unit/store/fixture.h"

#include "server/store/driver.h"
#include "server/store/sqlite/db.h"

static int set_up_table(void **state)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(db_exec(db, "CREATE TABLE marker (account, stream, time_ms)"),
			 SQLITE_OK);
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

// What a driver says of a statement, of one that is in no list.
static int n_params(const struct sql *s, UNUSED enum sql_id id)
{
	return sqlite3_bind_parameter_count(s->handle);
}

static const char *param_name(const struct sql *s, UNUSED enum sql_id id, int param)
{
	return sqlite3_bind_parameter_name(s->handle, param + 1);
}

static int n_columns(const struct sql *s, UNUSED enum sql_id id)
{
	return sqlite3_column_count(s->handle);
}

static const char *column_name(const struct sql *s, UNUSED enum sql_id id, int column)
{
	return sqlite3_column_name(s->handle, column);
}

static const struct driver saying = {.n_params = n_params,
				     .param_name = param_name,
				     .n_columns = n_columns,
				     .column_name = column_name};

static bool match(struct row *r, sqlite3_stmt *statement, char **error)
{
	const struct sql s = {.driver = &saying, .handle = statement};

	return row_match(r, &s, 0, "NAME", error);
}

// NULL: it fits ENTRY_MARKER; else words that are in the error.
static void expect(void **state, enum row_part part, const char *text, const char *words)
{
	sqlite3_stmt *statement = prepare(*state, text);
	struct row r = {.part = part, .kind = ENTRY_MARKER};
	char *error = NULL;
	bool fits = match(&r, statement, &error);

	assert_int_equal(fits, !words);
	if (words && !strstr(error, words))
		fail_msg("\"%s\" is not in \"%s\"", words, error);
	free(error);
	sqlite3_finalize(statement);
}

// Proves B33.
static void a_put_binds_all_fields_by_name(void **state)
{
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (:account, :stream, :time_ms)",
	       NULL);
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (:time_ms, :account, :stream)",
	       NULL);
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (:account, :stream, :tmie_ms)",
	       "NAME: the parameter :tmie_ms is no field of MARKER");
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (:account, :stream, ?)",
	       "the parameter ? is no field");
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (?1, ?2, ?3)",
	       "the parameter ?1 is no field");
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (:account, :stream, $time_ms)",
	       "the parameter $time_ms is no field");
	expect(state, ROW_WHOLE, "INSERT INTO marker VALUES (:account, :stream, 0)",
	       "it binds 2 of the 3 fields of MARKER");
}

static void a_part_binds_some(void **state)
{
	expect(state, ROW_PART, "DELETE FROM marker WHERE account = :account", NULL);
	expect(state, ROW_PART, "DELETE FROM marker WHERE account = :room",
	       ":room is no field");
	expect(state, ROW_PART, "DELETE FROM marker", "it binds 0 of the 3 fields");
	expect(state, ROW_PART, "SELECT account, stream FROM marker", "it gives 2 columns");
}

static void columns_are_the_fields_in_order(void **state)
{
	expect(state, ROW_WHOLE, "SELECT account, stream, time_ms FROM marker", NULL);
	expect(state, ROW_WHOLE,
	       "SELECT account, 0 AS stream, time_ms FROM marker WHERE account = ?1", NULL);
	expect(state, ROW_WHOLE, "SELECT account, time_ms, stream FROM marker",
	       "column 2 is time_ms, but field 2 of MARKER is stream");
	expect(state, ROW_WHOLE, "SELECT account, stream FROM marker",
	       "it gives 2 columns, but MARKER has 3 fields");
	expect(state, ROW_WHOLE, "SELECT account, stream, time_ms, 1 FROM marker",
	       "it gives 4 columns, but MARKER has 3 fields");
}

static void the_order_of_parameters_does_not_matter(void **state)
{
	static const struct {
		const char *text;
		int64_t numbers[3];
	} puts[] = {
		{"INSERT INTO marker (account, stream, time_ms) VALUES (:account, :stream, :time_ms)",
		 {4, 1, 2}},
		{"INSERT INTO marker (time_ms, account, stream) VALUES (:time_ms, :account, :stream)",
		 {2, 4, 1}}};
	const struct entry e = {.kind = ENTRY_MARKER, .marker = {4, 1, 2}};

	for (size_t i = 0; i < ARRAY_LEN(puts); i++) {
		sqlite3_stmt *put = prepare(*state, puts[i].text);
		struct row r = {.part = ROW_WHOLE, .kind = ENTRY_MARKER};
		struct value values[FIELDS_MAX];
		char *error = NULL;

		assert_true(match(&r, put, &error));
		assert_int_equal(r.n_params, 3);
		row_values(&r, &e, values);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(values[k].number, puts[i].numbers[k]);
		sqlite3_finalize(put);
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

	if (are_of_sqlite(ARRAY_LEN(tests), "its statements are looked at without a store"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
