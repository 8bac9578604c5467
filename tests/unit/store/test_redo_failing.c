// SPDX-License-Identifier: MIT
// Every statement of a redo in turn fails: what it says it did is done.
#include "tests/unit/store/fixture.h"

#include "common/file.h"
#include "server/store/sqlite/db.h"
#include "tests/support/failing_sql.h"

#include <sqlite3.h>

#define STATEMENTS_MAX 4000 // that it may take
#define N_OF_ROOMS 7        // of redo.def

struct told {
	unsigned n, n_unread;
};

static void on_taken(void *arg, const struct store_taken *t)
{
	struct told *told = arg;

	told->n++;
	told->n_unread += strstr(t->what, "cannot be read") != NULL;
}

// A copy of the store as it is; what happens since takes a right and a word away.
static struct buf make_copy(struct fixture *f, const char *file)
{
	struct buf bytes = {0};
	char *error = NULL;
	FILE *in;

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, message(10, 3, 1, "a xylophonequartz"));
	tidy_all(f);
	assert_true(store_backup(f->path, file, &error));
	in = fopen(file, "rb");
	assert_non_null(in);
	bytes.len = fread(buf_space(&bytes, 1 << 22), 1, 1 << 22, in);
	fclose(in);
	return bytes;
}

static void take_away(struct fixture *f)
{
	struct entry disabled = account(1, "alice");

	disabled.account.disabled = true;
	put(f, disabled);
	put(f, redaction(10, 3));
}

static int64_t number_in(const char *path, const char *text)
{
	char *error = NULL;
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, &error);
	int64_t n = db_number(db, text, -1);

	sqlite3_close(db);
	return n;
}

static void expect_done(const char *file, unsigned n)
{
	if (number_in(file, "SELECT disabled FROM account") != 1 ||
	    number_in(file, "SELECT redacted AND text = '' FROM message") != 1 ||
	    number_in(file, "SELECT count(*) FROM chore WHERE name = 'purge'") != 0)
		fail_msg("statement %u: it is not done", n);
	assert_false(file_holds(file, "xylophonequartz"));
}

static void what_it_says_it_did_is_done(void **state)
{
	struct fixture *f = *state;
	unsigned n = 1, n_failed = 0, n_partly = 0;
	char file[128];
	struct buf copy;
	bool has = true;

	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	copy = make_copy(f, file);
	take_away(f);
	for (; has; n++) {
		struct told told = {0};
		char *error = NULL;

		assert_true(file_put(file, buf_span(&copy), 0600));
		failing_sql_at(n, SQLITE_IOERR_READ);
		enum store_redo done = store_redo(file, f->path, on_taken, &told, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if ((done == REDO_FAILED) != (error != NULL))
			fail_msg("statement %u: %d, %s", n, (int)done, error);
		if (done == REDO_DONE)
			expect_done(file, n);
		assert_true(done != REDO_DONE || told.n_unread == 0);
		n_failed += done == REDO_FAILED;
		n_partly += done == REDO_PARTLY;
		free(error);
	}
	assert_in_range(n_failed, 100, STATEMENTS_MAX);
	assert_in_range(n_partly, 10, STATEMENTS_MAX);
	buf_clear(&copy);
}

// An index in which rows are missing: each question that asks that table, too, is not judged.
static void a_table_that_is_not_whole_judges_nothing(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	char file[128], *error = NULL;
	sqlite3 *db;

	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	struct buf copy = make_copy(f, file);
	take_away(f);
	// By a handle that lets it be done.
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(db_exec(db, "CREATE INDEX hole ON room (topic) WHERE 0;"
				     "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql"
				     " = 'CREATE INDEX hole ON room (topic)'"
				     " WHERE name = 'hole'"),
			 SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_redo(file, f->path, on_taken, &told, &error), REDO_PARTLY);
	assert_int_equal(told.n_unread, N_OF_ROOMS);
	buf_clear(&copy);
}

static void what_is_no_database_is_not_begun(void **state)
{
	struct fixture *f = *state;
	struct told told = {0};
	char *error = NULL;

	assert_int_equal(store_redo("/nowhere/copy.db", f->path, on_taken, &told, &error),
			 REDO_FAILED);
	assert_non_null(strstr(error, "cannot open /nowhere/copy.db"));
	assert_int_equal(told.n, 0);
	free(error);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_it_says_it_did_is_done),
		T(a_table_that_is_not_whole_judges_nothing),
		T(what_is_no_database_is_not_begun),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its copies are files"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
