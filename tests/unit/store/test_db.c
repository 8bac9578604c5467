// SPDX-License-Identifier: MIT
// A handle of the database and the folder around it: what is said of what cannot be had.
#include "tests/unit/store/fixture.h"

#include "server/store/engine.h"
#include "server/store/error.h"
#include "server/store/sqlite/db.h"
#include "server/store/sqlite/folder.h"
#include "server/store/sqlite/memory_words.h"
#include "server/store/sqlite/sqlite_private.h"
#include "server/store/sqlite/sqlite_sql.h"
#include "tests/support/failing_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void expect_words(char *error, const char *words)
{
	assert_non_null(error);
	if (!strstr(error, words))
		fail_msg("'%s' does not say '%s'", error, words);
	free(error);
}

static void words_go_to_a_terminal_as_they_are_or_not_at_all(UNUSED void **state)
{
	static const struct {
		const char *given, *said;
	} rows[] = {{"plain ~ words", "plain ~ words"},
		    {"a\033[31m\tb\x7f"
		     "c",
		     "a?[31m?b?c"},
		    {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
		    {"gr\xc3\xbc\xff", "gr???"}};
	char *error = NULL;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		error_words(&error, "%s", rows[i].given);
		assert_string_equal(error, rows[i].said);
	}
	free(error);
}

static void spoil(const struct fixture *f, const char *name, long at, char *path, size_t len)
{
	static const char garbage[200] = "garbage garbage garbage";
	FILE *file;

	snprintf(path, len, "%s/%s", f->folder, name);
	file = fopen(path, at ? "r+" : "w");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fwrite(garbage, 1, sizeof(garbage), file), sizeof(garbage));
	fclose(file);
}

static void a_failure_is_told_by_its_kind(void **state)
{
	struct fixture *f = *state;
	char path[160], *error = NULL;
	sqlite3 *db;

	assert_null(db_open("/nowhere/snug.db", DB_READ, STORE_FULL, &error));
	expect_words(error, "cannot open /nowhere/snug.db: unable to open database file (No "
			    "such file or directory, code 14)");
	spoil(f, "copy.db", 0, path, sizeof(path));
	error = NULL;
	assert_null(db_open(path, DB_READ, STORE_FULL, &error));
	expect_words(error, "the file is damaged or no database (file is not a database); "
			    "restore a backup");
	store_close(f->store);
	f->store = NULL;
	spoil(f, "snug.db", 100, path, sizeof(path));
	error = NULL;
	assert_null(db_open(path, DB_READ, STORE_FULL, &error));
	expect_words(error, "the file is damaged or no database (database disk image is "
			    "malformed); restore a backup");
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	assert_int_equal(db_exec(db, "nonsense"), SQLITE_ERROR);
	error = NULL;
	db_error(db, "do", "it", &error);
	expect_words(error, "cannot do it: near \"nonsense\": syntax error (code 1)");
	sqlite3_close(db);
	error = NULL;
	db_error(NULL, "do", "it", &error);
	expect_words(error, "cannot do it: out of memory (code 7)");
}

static void a_number_is_what_was_found_or_the_other_one(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	sqlite3 *db = db_open(f->path, DB_READ, STORE_FULL, &error);

	assert_non_null(db);
	assert_int_equal(db_number(db, "SELECT 5", 7), 5);
	assert_int_equal(db_number(db, "SELECT 5 WHERE 0", 7), 7);
	assert_int_equal(db_number(db, "nonsense", 7), 7);
	// One that reads writes nothing.
	assert_int_equal(db_exec(db, "CREATE TABLE t (id)"), SQLITE_READONLY);
	sqlite3_close(db);
}

static void what_is_verified_is_sound_or_says_what_is_not(UNUSED void **state)
{
	static const struct {
		const char *question, *words;
	} rows[] = {{"SELECT 'ok'", ""},
		    {"SELECT 'torn'", "torn"},
		    {"SELECT NULL", "another row available"},
		    {"nonsense", "near \"nonsense\": syntax error"}};
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *words = db_verify(db, rows[i].question);

		assert_string_equal(words, rows[i].words);
		free(words);
	}
	sqlite3_close(db);
}

// What the system said of a disk counts for writes alone: of a sync or a read nothing is known.
static void want_of_space_is_told_from_failure(UNUSED void **state)
{
	static const struct {
		int code;
		enum db_code means;
	} rows[] = {{SQLITE_OK, DB_OK},
		    {SQLITE_ROW, DB_ROW},
		    {SQLITE_DONE, DB_END},
		    {SQLITE_CONSTRAINT_UNIQUE, DB_REFUSED},
		    {SQLITE_INTERRUPT, DB_INTERRUPTED},
		    {SQLITE_FULL, DB_FULL},
		    {SQLITE_BUSY_SNAPSHOT, DB_FULL},
		    {SQLITE_IOERR_WRITE, DB_FULL},
		    {SQLITE_CANTOPEN, DB_FULL},
		    {SQLITE_IOERR_FSYNC, DB_FAILED},
		    {SQLITE_IOERR_READ, DB_FAILED},
		    {SQLITE_CORRUPT, DB_FAILED}};
	sqlite3 *db;

	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	failing_sql_errno(ENOSPC);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(sqlite_code(db, rows[i].code), rows[i].means);
	failing_sql_errno(EDQUOT);
	assert_int_equal(sqlite_code(db, SQLITE_IOERR_WRITE), DB_FULL);
	failing_sql_errno(EIO);
	assert_int_equal(sqlite_code(db, SQLITE_IOERR_WRITE), DB_FAILED);
	failing_sql_errno(0);
	sqlite3_close(db);
}

static enum db_code put_chore(struct fixture *f, struct span name, int64_t value)
{
	return sql_run(&f->store->sql, SQL_PUT_CHORE,
		       (struct value[]){of_text(name), of_int(value)});
}

// Not the value that was bound before it.
static void what_is_too_long_to_be_bound_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(put_chore(f, SPAN("one"), 1), DB_OK);
	assert_int_equal(put_chore(f, span_from("x", (size_t)3 << 30), 2), DB_REFUSED);
	assert_int_equal(chore_get(f->store, SPAN("one")), 1);
	assert_int_equal(chore_get(f->store, SPAN("two")), 0);
}

static size_t n_open(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 1000; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void who_has_read_leaves_nothing_open(void **state)
{
	struct fixture *f = *state;
	char file[160], *error = NULL;
	size_t n = n_open();
	struct stat st;

	store_close(f->store);
	f->store = NULL;
	assert_true(n_open() < n);
	n = n_open();
	reader_close(reader_open(f->path, &error));
	assert_int_equal(n_open(), n);
	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	assert_true(store_backup(f->path, file, &error));
	assert_int_equal(n_open(), n);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_database_without_a_log_beside_it_is_refused(UNUSED void **state)
{
	char *error = NULL;

	assert_null(db_open(":memory:", DB_WRITE, STORE_FULL, &error));
	expect_words(error, "cannot keep a log beside :memory:");
}

// A process that ended without closing: the file is looked at when it is opened.
static void damage_is_found_behind_a_crash(void **state)
{
	struct fixture *f = *state;
	char zeros[4096] = {0}, *error = NULL;
	int status = 1;
	int64_t page;

	for (unsigned i = 1; i < 500; i++)
		put(f, message(i, 3, i, "some text to fill a page or two of the table with"));
	tidy_all(f);
	page = db_number(sqlite_of(f->store)->db,
			 "SELECT max(pageno) FROM dbstat WHERE name = 'message' AND"
			 " pagetype = 'leaf'",
			 0);
	if (!page)
		skip(); // an SQLite that does not tell
	store_close(f->store);
	f->store = NULL;
	pid_t child = fork();
	if (child == 0) {
		fixture_open(f);
		f->next = 1;
		put(f, account(1, "alice"));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	int fd = open(f->path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, zeros, sizeof(zeros), (page - 1) * 4096), sizeof(zeros));
	close(fd);
	f->store = store_open(f->path, STORE_FULL, &error);
	assert_null(f->store);
	expect_words(error, "snug.db is damaged (");
}

static void what_cannot_be_copied_is_named(void **state)
{
	struct fixture *f = *state;
	char file[160], *error = NULL;

	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	assert_false(store_backup("/nowhere/snug.db", file, &error));
	expect_words(error, "cannot open /nowhere/snug.db: ");
	assert_false(store_backup("mysql://a/b", file, &error));
	expect_words(error, "is no store");
	assert_int_equal(access(file, F_OK), -1);
}

static void who_reads_changes_no_mode(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	struct stat st;

	assert_int_equal(chmod(f->path, 0640), 0);
	sqlite3_close(db_open(f->path, DB_READ, STORE_FULL, &error));
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	reopen(f);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void the_engines_are_named_in_a_row(UNUSED void **state)
{
	struct buf names = {0};

	store_engine(&names);
	assert_true(span_starts(buf_span(&names), SPAN("SQLite 3.")));
	assert_null(strstr(buf_str(&names), ",,"));
	assert_true(!engines[1] || strstr(buf_str(&names), ", "));
	buf_clear(&names);
}

static void words_in_memory_are_all_prepared_or_none(UNUSED void **state)
{
	bool has = true;
	unsigned n = 0;

	while (has) {
		struct sql words = {0};
		char *error = NULL;

		failing_sql_at(++n, SQLITE_ERROR);
		bool is_open = memory_words_open(&words, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(is_open, !has);
		assert_int_equal(error == NULL, !has);
		sql_close(&words);
		free(error);
	}
	assert_in_range(n, 4, 20);
}

static void a_folder_is_locked_once(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	int fd;

	fd = store_hold(f->path, &error);
	assert_int_equal(fd, -1);
	expect_words(error, "snug.db is in use by another process");
	store_close(f->store);
	f->store = NULL;
	error = NULL;
	assert_false(folder_is_locked(f->path));
	fd = store_hold(f->path, &error);
	assert_true(fd >= 0);
	assert_true(folder_is_locked(f->path));
	assert_null(store_open(f->path, STORE_FULL, &error));
	expect_words(error, "in use by another process");
	close(fd);
	assert_false(folder_is_locked(f->path));
	error = NULL;
	assert_int_equal(folder_lock("/nowhere/snug.db", &error), -1);
	expect_words(error, "cannot open /nowhere/lock: No such file or directory");
	assert_false(folder_is_locked("/nowhere/snug.db"));
	error = NULL;
	assert_int_equal(store_hold("mysql://a/b", &error), -1);
	expect_words(error, "is no store");
}

static void a_name_without_a_folder_is_of_the_present_one(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	assert_int_equal(chdir(f->folder), 0);
	assert_true(folder_is_locked("snug.db"));
	fd = folder_lock("snug.db", &error);
	assert_int_equal(fd, -1);
	expect_words(error, "in use");
	ballast_keep("snug.db");
	assert_int_equal(access("ballast", F_OK), 0);
	assert_true(sync_folder("snug.db"));
	assert_int_equal(fchdir(before), 0);
	close(before);
	assert_true(ballast_release(f->path));
	assert_true(sync_folder(f->path));
	assert_false(sync_folder("/nowhere/snug.db"));
	assert_int_equal(disk_size("/nowhere/snug.db"), 0);
	assert_true(free_space("/nowhere/snug.db") == INT64_MAX);
}

static void ballast_that_is_there_stays(void **state)
{
	struct fixture *f = *state;
	char file[160];
	struct stat st;

	snprintf(file, sizeof(file), "%s/ballast", f->folder);
	ballast_keep(f->path);
	ballast_keep(f->path);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_size, 16 << 20);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(words_go_to_a_terminal_as_they_are_or_not_at_all),
		T(a_failure_is_told_by_its_kind),
		T(a_number_is_what_was_found_or_the_other_one),
		T(what_is_verified_is_sound_or_says_what_is_not),
		T(want_of_space_is_told_from_failure),
		T(what_is_too_long_to_be_bound_is_refused),
		T(who_has_read_leaves_nothing_open),
		T(a_database_without_a_log_beside_it_is_refused),
		T(damage_is_found_behind_a_crash),
		T(what_cannot_be_copied_is_named),
		T(who_reads_changes_no_mode),
		T(the_engines_are_named_in_a_row),
		T(words_in_memory_are_all_prepared_or_none),
		T(a_folder_is_locked_once),
		T(a_name_without_a_folder_is_of_the_present_one),
		T(ballast_that_is_there_stays),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its file and its folder"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
