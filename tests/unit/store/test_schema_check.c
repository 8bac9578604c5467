// SPDX-License-Identifier: MIT
// A database that is made otherwise than ours is found, and what of it is said.
#include "server/store/sqlite/schema.h"

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/sum.h"
#include "tests/support/failing_sql.h"
#include "tests/support/of_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BY_HAND "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET "

static const struct {
	const char *change, *words; // NULL: it is ours all the same
} changes[] = {
	{"SELECT 1", NULL},
	// Only slower or quicker; blanks; statistics.
	{"CREATE INDEX mine ON message (sender)", NULL},
	{"CREATE INDEX aaa ON message (sender); CREATE INDEX zzz ON room (topic)", NULL},
	{BY_HAND "sql = replace(sql, ', ', ',\n\t ') WHERE name = 'member'", NULL},
	{BY_HAND "sql = replace(sql, ', ', ',') WHERE name = 'member'", NULL},
	{BY_HAND "sql = sql || char(13, 10) WHERE name = 'member'", NULL},
	{"ANALYZE", NULL},
	// More of it.
	{"CREATE TRIGGER up AFTER INSERT ON room BEGIN SELECT 1; END",
	 "the trigger up is not one of ours"},
	{"CREATE VIEW seen AS SELECT * FROM account", "the view seen is not one of ours"},
	{"CREATE TABLE aaa (id)", "the table aaa is not one of ours"},
	{"CREATE TABLE zzz (id)", "the table zzz is not one of ours"},
	{"CREATE UNIQUE INDEX one ON account (role)", "the index one is not one of ours"},
	// What is fine behind it makes it no better.
	{"CREATE UNIQUE INDEX aaa ON account (role); CREATE INDEX bbb ON room (topic)",
	 "the index aaa is not one of ours"},
	// Less.
	{"DROP INDEX binding_account", "the index binding_account is missing"},
	{"DROP INDEX slip_account; CREATE INDEX zzz ON room (topic)",
	 "the index slip_account is missing"},
	{"DROP TABLE subscription", "the index subscription_account is missing"},
	{"DROP TABLE chore", "the table chore is missing"},
	// Otherwise.
	{"ALTER TABLE account ADD COLUMN more TEXT",
	 "the table account is made otherwise than ours"},
	{"DROP INDEX member_account; CREATE INDEX member_account ON member (role)",
	 "the index member_account is made otherwise than ours"},
	{BY_HAND "tbl_name = 'room' WHERE name = 'member_account'",
	 "the index member_account is made otherwise than ours"},
	{BY_HAND "sql = sql || ' -' WHERE name = 'member'",
	 "the table member is made otherwise than ours"},
};

static sqlite3 *open_ours(void)
{
	char *error = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(sum_register(db), SQLITE_OK);
	assert_true(schema_make(db, "new", &error));
	return db;
}

static void expect(sqlite3 *db, const char *change, const char *words)
{
	char *error = NULL;
	bool is_ours = schema_check(db, "it", &error);

	if (is_ours != !words || (words && !strstr(error, words)))
		fail_msg("%s: %s", change, error ? error : "ours");
	assert_int_equal(error == NULL, is_ours);
	free(error);
}

static void what_is_not_ours_is_named(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		sqlite3 *db = open_ours();

		if (db_exec(db, changes[i].change) != SQLITE_OK)
			fail_msg("%s: %s", changes[i].change, sqlite3_errmsg(db));
		expect(db, changes[i].change, changes[i].words);
		sqlite3_close(db);
	}
}

// The first statements make one of ours, beside which it is looked at.
static void what_cannot_be_compared_is_said(UNUSED void **state)
{
	static const char *const words[] = {
		"cannot compare with it: ", "cannot compare with it: ", "cannot read it: "};
	sqlite3 *db = open_ours();

	for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
		failing_sql_at(i + 1, SQLITE_IOERR_READ);
		expect(db, "a statement fails", words[i]);
		assert_true(failing_sql_has());
	}
	failing_sql_at(0, 0);
	expect(db, "none fails", NULL);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_ours_is_named),
		cmocka_unit_test(what_cannot_be_compared_is_said),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its schema"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
