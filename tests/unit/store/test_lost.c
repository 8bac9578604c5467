// SPDX-License-Identifier: MIT
// A copy from before: what it does not know is told, and that it is back is noted in it.
#include "tests/unit/store/fixture.h"

#include "server/store/sqlite/db.h"
#include "tests/support/failing_sql.h"

#include <sqlite3.h>

#define STATEMENTS_MAX 100 // that one act may take

// A copy with two rooms and a conversation, and a store in which more was said since.
static const char *set_up_older(struct fixture *f)
{
	static char file[128];
	char *error = NULL;

	put(f, account(1, "alice"));
	put(f, account(2, "bob"));
	put(f, room(3, "#den"));
	put(f, (struct entry){.kind = ENTRY_DIALOG, .dialog = {4, 1, 2}});
	put(f, message(10, 3, 1, "known"));
	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	if (!store_backup(f->path, file, &error))
		fail_msg("%s", error);
	return file;
}

static void say_more(struct fixture *f)
{
	put(f, account(5, "carl"));
	put(f, room(6, "#lair"));
	put(f, message(11, 3, 2, "more"));
	put(f, message(12, 3, 3, "and more"));
	put(f, message(13, 3, 0, "joined"));
	put(f, message(14, 4, 1, "hush"));
	put(f, message(15, 99, 1, "of nobody"));
}

static void on_lost(void *arg, const struct store_taken *t)
{
	buf_printf(arg, "%s %s: %s\n", t->kind, t->subject, t->what);
}

static void what_a_copy_does_not_know_is_told(void **state)
{
	struct fixture *f = *state;
	const char *older = set_up_older(f);
	struct buf told = {0};
	char *error = NULL;

	assert_true(store_lost(older, f->path, on_lost, &told, &error));
	assert_string_equal(buf_str(&told), "");
	say_more(f);
	assert_true(store_lost(older, f->path, on_lost, &told, &error));
	assert_null(error);
	assert_string_equal(buf_str(&told), "room #lair: made since\n"
					    "account carl: made since\n"
					    "message #den: 2 said since\n"
					    "message alice and bob: 1 said since\n"
					    "message a conversation: 1 said since\n");
	buf_clear(&told);
}

static void expect_words(char *error, const char *words)
{
	assert_non_null(error);
	if (!strstr(error, words))
		fail_msg("'%s' does not say '%s'", error, words);
	free(error);
}

static void what_cannot_be_compared_is_named(void **state)
{
	struct fixture *f = *state;
	const char *older = set_up_older(f);
	struct buf told = {0};
	char *error = NULL;

	assert_false(store_lost("/nowhere/copy.db", f->path, on_lost, &told, &error));
	expect_words(error, "cannot compare with /nowhere/copy.db: unable to open");
	assert_false(store_lost(older, "/nowhere/snug.db", on_lost, &told, &error));
	expect_words(error, "cannot open /nowhere/snug.db: ");
	assert_false(store_note_older("/nowhere/copy.db", 5, "v", "d", &error));
	expect_words(error, "cannot open /nowhere/copy.db: ");
	assert_false(store_lost("mysql://a/b", f->path, on_lost, &told, &error));
	expect_words(error, "mysql://a/b is no store");
	assert_false(store_note_older("mysql://a/b", 5, "v", "d", &error));
	expect_words(error, "mysql://a/b is no store");
	assert_int_equal(store_redo("mysql://a/b", f->path, on_lost, &told, &error),
			 REDO_FAILED);
	expect_words(error, "mysql://a/b is no store");
	assert_int_equal(told.len, 0);
}

static void half_of_what_is_lost_is_not_told_as_all(void **state)
{
	struct fixture *f = *state;
	const char *older = set_up_older(f);
	bool has = true;
	unsigned n = 1;

	say_more(f);
	for (; has; n++) {
		struct buf told = {0};
		char *error = NULL;

		failing_sql_at(n, SQLITE_IOERR_READ);
		bool done = store_lost(older, f->path, on_lost, &told, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if (done == has || done != !error)
			fail_msg("statement %u: %s", n, error);
		free(error);
		buf_clear(&told);
	}
	assert_in_range(n, 8, STATEMENTS_MAX);
}

static int64_t number_in(const char *path, const char *text)
{
	char *error = NULL;
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, &error);
	int64_t n = db_number(db, text, -1);

	sqlite3_close(db);
	return n;
}

#define NOTED                                                                                  \
	"SELECT count(*) FROM audit WHERE actor = 'shell' AND verb = 'db older'"               \
	" AND detail = 'put back' AND at_ms = 5"

static void expect_chained(const char *path, int64_t n)
{
	struct store_chain c;
	char *error = NULL;

	assert_true(store_audit(path, NULL, NULL, NULL, &c, &error));
	assert_int_equal(c.n, n);
	assert_string_equal(buf_str(&c.problems), "");
	store_chain_clear(&c);
}

static void a_note_is_whole_and_of_the_chain(void **state)
{
	struct fixture *f = *state;
	const char *older = set_up_older(f);
	int64_t n_noted = 0;
	char *error = NULL;
	bool has = true;
	unsigned n = 1;

	for (; has; n++) {
		failing_sql_at(n, SQLITE_IOERR_READ);
		bool done = store_note_older(older, 5, "db older", "put back", &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if (done != !error)
			fail_msg("statement %u: %s", n, error);
		free(error);
		error = NULL;
		// It may be there although the log could not be moved behind it.
		assert_in_range(number_in(older, NOTED), n_noted + done, n_noted + 1);
		n_noted = number_in(older, NOTED);
		expect_chained(older, n_noted);
	}
	assert_in_range(n, 8, STATEMENTS_MAX);
	assert_true(n_noted > 0);
}

static void a_note_wants_no_chain_where_none_was(void **state)
{
	struct fixture *f = *state;
	const char *older = set_up_older(f);
	char *error = NULL;
	sqlite3 *db = db_open(older, DB_WRITE, STORE_FULL, &error);

	assert_non_null(db);
	assert_int_equal(db_exec(db, "DROP TABLE audit_link; DROP TABLE audit_salt"),
			 SQLITE_OK);
	sqlite3_close(db);
	assert_true(store_note_older(older, 5, "db older", "put back", &error));
	assert_int_equal(number_in(older, NOTED), 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_a_copy_does_not_know_is_told),       T(what_cannot_be_compared_is_named),
		T(half_of_what_is_lost_is_not_told_as_all), T(a_note_is_whole_and_of_the_chain),
		T(a_note_wants_no_chain_where_none_was),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its copies are files"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
