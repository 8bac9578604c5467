// SPDX-License-Identifier: MIT
#include "tests/unit/store/history.h"

#include "server/store/store.h"
#include "server/store/sqlite/migrate.h"
#include "tests/support/failing_sql.h"
#include "tests/unit/store/caught.h"

#include <sys/mount.h>

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

static int64_t n_notes(sqlite3 *db)
{
	return db_number(db, "SELECT count(*) FROM setting WHERE key = '" SETTING_MIGRATED "'",
			 -1);
}

static void one_that_is_up_to_date_is_neither_copied_nor_noted(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char file[160], *error = NULL;

	for (int i = 0; i < 2; i++) {
		assert_true(migrate(db, f->path, migrations, n_migrations, &error));
		assert_int_equal(n_notes(db), 0);
		assert_int_equal(db_number(db, "PRAGMA foreign_keys", 0), 1);
	}
	sqlite3_close(db);
	snprintf(file, sizeof(file), "%s.before-%04d", f->path, n_migrations + 1);
	assert_int_equal(access(file, F_OK), -1);
}

// Each statement in turn fails: it is done whole, or says so.
static void what_fails_is_said(void **state)
{
	struct fixture *f = *state;
	bool has = true;
	unsigned n = 1;

	for (; has; n++) {
		sqlite3 *db = open_fresh(f);
		char *error = NULL;

		assert_true(migrate(db, f->path, good, 1, &error));
		failing_sql_at(n, SQLITE_IOERR_READ);
		bool is_done = migrate(db, f->path, good, 2, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(error == NULL, is_done);
		if (is_done) {
			assert_int_equal(db_number(db, "PRAGMA user_version", 0), 2);
			assert_int_equal(db_number(db, "PRAGMA foreign_keys", 0), 1);
			assert_true(has_copy(f));
		}
		assert_true(sqlite3_get_autocommit(db));
		sqlite3_close(db);
		free(error);
	}
	assert_in_range(n, 15, 200);
}

static void an_older_database_is_copied_first(void **state)
{
	struct caught log = catch_begin();
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char file[160], *error = NULL;

	assert_true(migrate(db, f->path, good, 1, &error));
	assert_int_equal(caught_of(&log, "migration-copy"), 0);
	assert_true(migrate(db, f->path, good, 2, &error));
	assert_int_equal(caught_of(&log, "migration-copy"), 1);
	catch_end(&log);
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 2);
	sqlite3_close(db);
	snprintf(file, sizeof(file), "%s.before-0002", f->path);
	assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 1);
	assert_int_equal(db_number(db, "SELECT x FROM a", 0), 1);
	sqlite3_close(db);
}

// A file system of our own, in which there is no room for the copy; false where that is not
// allowed.
static bool shrink(struct fixture *f)
{
	store_close(f->store);
	f->store = NULL;
	return mount("none", f->folder, "tmpfs", 0, "size=4m") == 0;
}

static void without_room_for_the_copy_nothing_is_done(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;

	if (!shrink(f))
		skip();
	sqlite3 *db = db_open(f->path, DB_WRITE, STORE_FULL, &error);
	assert_true(migrate(db, f->path, good, 1, &error));
	assert_int_equal(db_exec(db, "INSERT INTO a VALUES (zeroblob(1500000));"
				     "PRAGMA wal_checkpoint(TRUNCATE)"),
			 SQLITE_OK);
	assert_false(migrate(db, f->path, good, 2, &error));
	assert_non_null(strstr(error, "from schema 1 to 2"));
	assert_non_null(strstr(error, ".before-0002"));
	assert_non_null(strstr(error, "make room first"));
	free(error);
	assert_int_equal(db_number(db, "PRAGMA user_version", 0), 1);
	assert_false(has_copy(f));
	sqlite3_close(db);
	umount2(f->folder, MNT_DETACH);
}

// Proves S7.
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

// Proves S7.
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

// Before the fourth, times and numbers had indexes of their own.
static const char schema_3[] =
	"INSERT INTO room VALUES (3, '#den', '', '', 0, 0, '', 0, 8, 0, 0);"
	"INSERT INTO floor VALUES (3, 4, 19, 1019);"
	"WITH RECURSIVE rows(value) AS"
	" (VALUES (20) UNION ALL SELECT value + 1 FROM rows WHERE value < 59)"
	" INSERT INTO message SELECT value, 3, iif(value % 2, 0, value / 2 - 5), 1000 + value,"
	" 1, 'alice', 0, 'text', '', NULL, value = 26 FROM rows;";

static void a_history_keeps_its_order_in_a_newer_schema(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	struct store_report report;
	struct query *q;
	char *error = NULL;

	assert_true(migrate(db, f->path, migrations, 3, &error));
	assert_int_equal(db_exec(db, schema_3), SQLITE_OK);
	sqlite3_close(db);
	fixture_open(f);
	assert_true(store_check(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	assert_int_equal(report.schema, n_migrations);
	assert_int_equal(report.messages, 20);
	assert_non_null(strstr(buf_str(&report.migrated), " 3"));
	store_report_clear(&report);
	q = page(5);
	q->from = at_time(1022);
	q->events = true;
	expect(state, q, "23 24 25 27 28 more");
	q = page(2);
	q->to = at_seq(24);
	q->newest_first = true;
	expect(state, q, "54 56 more");
	q = page(2);
	q->from = at_id(19);
	expect(state, q, "20 22 more");
	put(f, message(60, 3, 25, "goes on"));
}

static int64_t time_of(sqlite3 *db, int id)
{
	char text[80];

	snprintf(text, sizeof(text), "SELECT time_ms FROM message WHERE id = %d", id);
	return db_number(db, text, -1);
}

// Of an older program: the clock had leaped and come back, all was said at one time.
static void times_that_were_shared_come_apart(void **state)
{
	static const int64_t parted[] = {10, 500, 501, 502, 503, 600};
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char *error = NULL, file[160];

	assert_true(migrate(db, f->path, migrations, 8, &error));
	assert_int_equal(
		db_exec(db, "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
			    " WHERE i < 6) INSERT INTO message SELECT i, 3, i, CASE WHEN i = 1"
			    " THEN 10 WHEN i < 6 THEN 500 ELSE 600 END, 1, 'ann', 0, 'x', '',"
			    " NULL, 0 FROM n;"
			    "INSERT INTO account (id, name, password, realname, role, disabled,"
			    " created_ms, seen_ms) VALUES (1, 'ann', '', '', 0, 0, 0, 0);"
			    "INSERT INTO marker VALUES (1, 3, 500)"),
		SQLITE_OK);
	assert_true(migrate(db, f->path, migrations, n_migrations, &error));
	for (int id = 1; id <= 6; id++)
		assert_int_equal(time_of(db, id), parted[id - 1]);
	assert_int_equal(db_number(db, "SELECT time_ms FROM marker", 0), 503);
	sqlite3_close(db);
	snprintf(file, sizeof(file), "%s.before-%04d", f->path, (int)n_migrations);
	unlink(file);
}

static int is_called(sqlite3 *db, int dialog, const char *name)
{
	char text[120];

	snprintf(text, sizeof(text), "SELECT gone = '%s' FROM dialog WHERE id = %d", name,
		 dialog);
	return (int)db_number(db, text, -1);
}

// Of an older program: ann talked with three who are deleted, and with herself; one of them had a
// name that is another's now.
static void conversations_with_who_is_deleted_have_a_name(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_fresh(f);
	char *error = NULL, file[160];

	assert_true(migrate(db, f->path, migrations, 9, &error));
	assert_int_equal(
		db_exec(db,
			"INSERT INTO account (id, name, password, realname, role, disabled,"
			" created_ms, seen_ms) VALUES (1, 'ann', '', '', 0, 0, 0, 0),"
			" (9, 'Bob', '', '', 0, 0, 0, 0);"
			"INSERT INTO dialog VALUES (11, 1, 1), (12, 1, 2), (13, 1, 3),"
			" (14, 1, 4), (15, 1, 9), (16, 1, 5), (17, 1, 6);"
			"INSERT INTO message SELECT id, id, 1, id, high, CASE id WHEN 12 THEN"
			" 'bob' WHEN 13 THEN 'eve' ELSE 'dan' END, 0, 'x', '', NULL, 0"
			" FROM dialog WHERE id <> 14"),
		SQLITE_OK);
	assert_true(migrate(db, f->path, migrations, n_migrations, &error));
	assert_true(is_called(db, 11, ""));
	assert_true(is_called(db, 12, "bob~2"));
	assert_true(is_called(db, 13, "eve"));
	assert_true(is_called(db, 14, "deleted"));
	assert_true(is_called(db, 15, ""));
	assert_true(is_called(db, 16, "dan~5"));
	assert_true(is_called(db, 17, "dan~6"));
	sqlite3_close(db);
	snprintf(file, sizeof(file), "%s.before-0010", f->path);
	unlink(file);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_fresh_database_gets_all_of_them_and_needs_no_copy),
		T(one_that_is_up_to_date_is_neither_copied_nor_noted),
		T(what_fails_is_said),
		T(an_older_database_is_copied_first),
		T(without_room_for_the_copy_nothing_is_done),
		T(one_that_fails_changes_nothing),
		T(a_newer_one_is_refused),
		T(a_history_keeps_its_order_in_a_newer_schema),
		T(times_that_were_shared_come_apart),
		T(conversations_with_who_is_deleted_have_a_name),
	};

	if (are_of_sqlite(ARRAY_LEN(tests),
			  "its migrations, of before there was another engine"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
