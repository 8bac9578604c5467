// SPDX-License-Identifier: MIT
#include "tests/unit/store/fixture.h"

#include "server/store/migrate.h"

static const char *const first[] = {"CREATE TABLE a (x);\n", "INSERT INTO a VALUES (1);\n",
				    NULL};
static const char *const second[] = {"ALTER TABLE a RENAME COLUMN x TO y;\n", NULL};
static const char *const broken[] = {"INSERT INTO a VALUES (2);\n", "nonsense;\n", NULL};
static const struct migration good[] = {{"0001_first", first}, {"0002_second", second}};
static const struct migration bad[] = {{"0001_first", first}, {"0002_broken", broken}};

static sqlite3 *open_fresh(struct fixture *f)
{
	char *error = NULL;

	store_close(f->store);
	f->store = NULL;
	unlink(f->path);
	return db_open(f->path, DB_WRITE, STORE_FULL, &error);
}

static bool has_copy(const struct fixture *f)
{
	char file[160];

	snprintf(file, sizeof(file), "%s.before-0002", f->path);
	return access(file, F_OK) == 0;
}

static void a_fresh_database_gets_all_of_them_and_needs_no_copy(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char *error = NULL;

	assert_true(migrate(db, f->path, good, 2, &error));
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 2);
	assert_int_equal(db_number(db, "SELECT y FROM a", 0), 1);
	assert_int_equal(db_number(db, "PRAGMA foreign_keys", 0), 1);
	assert_false(has_copy(f));
	assert_true(migrate(db, f->path, good, 2, &error));
	sqlite3_close(db);
}

static void an_older_database_is_copied_first(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char file[160], *error = NULL;

	assert_true(migrate(db, f->path, good, 1, &error));
	assert_true(migrate(db, f->path, good, 2, &error));
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 2);
	sqlite3_close(db);
	snprintf(file, sizeof(file), "%s.before-0002", f->path);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 1);
	assert_int_equal(db_number(db, "SELECT x FROM a", 0), 1);
	sqlite3_close(db);
}

static void one_that_fails_changes_nothing(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char *error = NULL;

	assert_true(migrate(db, f->path, bad, 1, &error));
	assert_false(migrate(db, f->path, bad, 2, &error));
	assert_non_null(strstr(error, "0002_broken"));
	free(error);
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 1);
	assert_int_equal(db_number(db, "SELECT count(*) FROM a", 0), 1);
	assert_true(sqlite3_get_autocommit(db));
	sqlite3_close(db);
}

static void a_newer_one_is_refused(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char *error = NULL;

	assert_true(migrate(db, f->path, good, 2, &error));
	assert_false(migrate(db, f->path, good, 1, &error));
	assert_non_null(strstr(error, "newer"));
	free(error);
	sqlite3_close(db);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_fresh_database_gets_all_of_them_and_needs_no_copy),
		T(an_older_database_is_copied_first),
		T(one_that_fails_changes_nothing),
		T(a_newer_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
