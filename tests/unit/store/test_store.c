// SPDX-License-Identifier: MIT
#include "tests/unit/store/fixture.h"

#include "server/store/store.h"
#include "server/store/sqlite/sqlite_private.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void overwrite(const char *path, long at, const char *bytes, size_t len)
{
	FILE *out = fopen(path, "r+b");

	assert_non_null(out);
	fseek(out, at, SEEK_SET);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	fclose(out);
}

static void expect_refusal(struct fixture *f, const char *words)
{
	char *error = NULL;

	f->store = store_open(f->path, STORE_FULL, &error);
	assert_null(f->store);
	if (!strstr(error, words))
		fail_msg("'%s' does not say '%s'", error, words);
	free(error);
}

static void sql_on(struct fixture *f, const char *text)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

// Proves S4.
static void a_second_process_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *first = f->store;

	expect_refusal(f, "is in use by ");
	f->store = first;
}

static void a_second_process_can_tell(void **state)
{
	struct fixture *f = *state;

	of_sqlite("the lock of the folder that it is in");
	assert_true(store_is_locked(f->path));
	store_close(f->store);
	assert_false(store_is_locked(f->path));
	fixture_open(f);
}

static void the_file_is_for_its_owner_alone(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	of_sqlite("who may read its file");
	put(f, account(1, "alice"));
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	char wal[128];
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_newer_database_is_refused(void **state)
{
	struct fixture *f = *state;

	of_sqlite("a number in the header of its file");
	store_close(f->store);
	sql_on(f, "PRAGMA user_version = 9999");
	expect_refusal(f, "newer snugd (schema 9999");
}

static void a_database_of_another_program_is_refused(void **state)
{
	struct fixture *f = *state;

	of_sqlite("the file of another program");
	store_close(f->store);
	unlink(f->path);
	sql_on(f, "CREATE TABLE bookmarks (url)");
	expect_refusal(f, "another program");
}

static void a_damaged_header_is_said_in_clear_words(void **state)
{
	struct fixture *f = *state;

	of_sqlite("its file is spoiled by hand");
	put(f, account(1, "alice"));
	store_close(f->store);
	overwrite(f->path, 0, "garbage garbage", 15);
	expect_refusal(f, "restore a backup");
}

// Proves S7.
static void damage_inside_is_found_by_the_check(void **state)
{
	struct fixture *f = *state;
	char zeros[4096] = {0};
	char *error = NULL;

	of_sqlite("its file is spoiled by hand");
	for (unsigned i = 1; i < 500; i++)
		put(f, message(i, 3, i, "some text to fill a page or two of the table with"));
	store_close(f->store);
	f->store = NULL;
	struct stat st;
	assert_int_equal(stat(f->path, &st), 0);
	for (long at = st.st_size / 2 / 4096 * 4096; at < st.st_size; at += 4096)
		overwrite(f->path, at, zeros, sizeof(zeros));
	f->store = store_open(f->path, STORE_FULL, &error);
	if (f->store)
		assert_false(sqlite_quick_check(sqlite_of(f->store), &error));
	assert_non_null(strstr(error, "restore a backup"));
	free(error);
}

static void a_sound_store_passes_the_check(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	struct store_report report;

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, message(1, 3, 1, "one"));
	put(f, message(2, 3, 2, "two"));
	assert_true(stored_is_pg() || sqlite_quick_check(sqlite_of(f->store), &error));
	assert_true(store_check(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	assert_int_equal(report.accounts, 1);
	assert_int_equal(report.messages, 2);
	assert_int_equal(report.schema, store_schema());
	store_report_clear(&report);
}

static void a_missing_number_is_a_problem(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	struct store_report report;

	put(f, room(3, "#den"));
	put(f, message(1, 3, 1, "one"));
	put(f, message(2, 3, 3, "three"));
	put(f, message(4, 5, 1, "nowhere"));
	assert_true(store_check(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems),
			    "stream 3: message 2 has number 3 after 1\n"
			    "stream 5: 1 messages of no room or dialog\n");
	assert_int_equal(report.n_problems, 2);
	store_report_clear(&report);
}

// Proves S8.
static void a_backup_is_whole_and_never_overwrites(void **state)
{
	struct fixture *f = *state;
	char file[128], *error = NULL;
	struct store_report report;

	of_sqlite("its copies are files");
	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	put(f, room(3, "#den"));
	put(f, message(1, 3, 1, "kept words"));
	put(f, message(2, 3, 2, "abracadabra"));
	put(f, redaction(2, 3));
	if (!store_backup(f->path, file, &error))
		fail_msg("%s", error);
	assert_true(file_holds(file, "kept words"));
	assert_false(file_holds(file, "abracadabra"));
	assert_true(store_check(file, &report, &error));
	assert_int_equal(report.messages, 2);
	assert_int_equal(report.n_problems, 0);
	store_report_clear(&report);
	assert_false(store_backup(f->path, file, &error));
	assert_non_null(strstr(error, "exists already"));
	free(error);
}

static void a_backup_that_cannot_be_written_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;

	of_sqlite("its copies are files");
	assert_false(store_backup(f->path, "/proc/nowhere/copy.db", &error));
	assert_non_null(error);
	free(error);
}

// What is redacted is nowhere on disk: table, index, log, free pages.
// Proves S9.
static void redacted_text_leaves_the_disk(void **state)
{
	struct fixture *f = *state;

	put(f, room(3, "#den"));
	for (unsigned i = 1; i <= 400; i++)
		put(f,
		    message(i, 3, i, i == 200 ? "the xylophonequartz password" : "small talk"));
	tidy_all(f);
	assert_true(database_holds(f, "xylophonequartz"));
	put(f, redaction(200, 3));
	tidy_all(f);
	assert_false(database_holds(f, "xylophonequartz"));
	assert_false(database_holds(f, "xylophone"));
	assert_true(database_holds(f, "small talk"));
}

static void a_redaction_before_a_crash_is_finished_after_it(void **state)
{
	struct fixture *f = *state;

	put(f, room(3, "#den"));
	put(f, message(1, 3, 1, "xylophonequartz"));
	reopen(f);
	put(f, redaction(1, 3));
	reopen(f);
	tidy_all(f);
	assert_false(database_holds(f, "xylophonequartz"));
}

static void a_room_that_is_gone_leaves_no_text_and_gives_space_back(void **state)
{
	struct fixture *f = *state;
	struct entry *many = calloc(20000, sizeof(*many));
	struct stat before, after;
	char *error = NULL;
	struct store_report report;

	of_sqlite("the size of its file");
	put(f, room(3, "#den"));
	put(f, room(4, "#lair"));
	for (unsigned i = 0; i < 20000; i++)
		many[i] = message(i + 1, i < 10000 ? 3 : 4, i % 10000 + 1,
				  i < 10000 ? "xylophonequartz to go away" : "staying here");
	put_all(f, many, 20000);
	free(many);
	tidy_all(f);
	assert_int_equal(stat(f->path, &before), 0);
	put(f, (struct entry){.kind = ENTRY_ROOM_GONE, .room_gone = {3}});
	tidy_all(f);
	assert_int_equal(stat(f->path, &after), 0);
	assert_true(after.st_size < before.st_size * 2 / 3);
	assert_false(database_holds(f, "xylophonequartz"));
	assert_true(store_check(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	assert_int_equal(report.messages, 10000);
	store_report_clear(&report);
}

static void write_until_killed(struct fixture *f, int report)
{
	fixture_open(f);
	for (uint64_t i = 1;; i++) {
		put(f, message(i, 3, i, "before the kill"));
		if (write(report, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

// Kills it behind so many more acknowledgements.
static uint64_t run_and_kill(struct fixture *f, unsigned more)
{
	int ends[2];
	uint64_t acked = 0, i;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		write_until_killed(f, ends[1]);
	}
	close(ends[1]);
	do {
		assert_int_equal(read(ends[0], &i, sizeof(i)), sizeof(i));
		acked = i;
	} while (more--);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	while (read(ends[0], &i, sizeof(i)) == sizeof(i))
		acked = i;
	close(ends[0]);
	return acked;
}

static void what_was_acknowledged_outlives_a_kill(void **state)
{
	struct fixture *f = *state;
	char *error = NULL;
	struct store_report report;

	for (unsigned round = 0; round < 10; round++) {
		begin_anew(f);
		put(f, room(3, "#den"));
		store_close(f->store);
		uint64_t acked = run_and_kill(f, 7 * round);
		fixture_open(f);
		assert_true(store_check(f->path, &report, &error));
		assert_string_equal(buf_str(&report.problems), "");
		assert_in_range(report.messages, acked, acked + 1);
		store_report_clear(&report);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_second_process_is_refused),
		T(a_second_process_can_tell),
		T(the_file_is_for_its_owner_alone),
		T(a_newer_database_is_refused),
		T(a_database_of_another_program_is_refused),
		T(a_damaged_header_is_said_in_clear_words),
		T(damage_inside_is_found_by_the_check),
		T(a_sound_store_passes_the_check),
		T(a_missing_number_is_a_problem),
		T(a_backup_is_whole_and_never_overwrites),
		T(a_backup_that_cannot_be_written_leaves_nothing),
		T(redacted_text_leaves_the_disk),
		T(a_redaction_before_a_crash_is_finished_after_it),
		T(a_room_that_is_gone_leaves_no_text_and_gives_space_back),
		T(what_was_acknowledged_outlives_a_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
