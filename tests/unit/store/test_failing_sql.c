// SPDX-License-Identifier: MIT
// Every statement in turn fails: half an entry is not stored, and what was not stored can be
// stored again.
#include "tests/unit/store/history.h"

#include "common/encode.h"
#include "server/store/sqlite/folder.h"
#include "server/store/sqlite/sqlite_private.h"
#include "tests/support/failing_sql.h"
#include "tests/unit/store/caught.h"

#include <sqlite3.h>
#include <unistd.h>

#define STATEMENTS_MAX 4000 // that one act may take

// Opening.

// What a store that opens although a statement failed has to be all the same: one that writes.
static void expect_writing(struct fixture *f, unsigned n)
{
	char *error = NULL;
	sqlite3 *db = NULL;

	store_set_low_water(f->store, 0);
	f->next = 1;
	put(f, account(50 + n, "eve"));
	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	int64_t seen[] = {
		db_number(db, "SELECT count(*) FROM account WHERE name = 'eve'", 0),
		db_number(sqlite_of(f->store)->db, "PRAGMA foreign_keys", 0),
		db_number(sqlite_of(f->store)->db, "PRAGMA secure_delete", 0),
		1 - db_number(sqlite_of(f->store)->db, "PRAGMA wal_autocheckpoint", 9),
		db_number(sqlite_of(f->store)->db, "PRAGMA synchronous", 0) - 1,
		1 - db_number(sqlite_of(f->store)->db, "PRAGMA trusted_schema", 1)};
	for (size_t i = 0; i < ARRAY_LEN(seen); i++) {
		if (seen[i] != 1)
			fail_msg("statement %u: %zu is %lld", n, i, (long long)seen[i]);
	}
	sqlite3_close(db);
	assert_true(sqlite_quick_check(sqlite_of(f->store), &error));
	put(f, (struct entry){.kind = ENTRY_ACCOUNT_GONE, .account_gone = {50 + n}});
}

static void a_store_opens_whole_or_says_why(void **state)
{
	struct fixture *f = *state;
	unsigned n = 1, n_refused = 0;
	bool has = true;

	for (; has; n++) {
		char *error = NULL;

		store_close(f->store);
		failing_sql_at(n, SQLITE_IOERR_READ);
		f->store = store_open(f->path, STORE_FULL, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if ((error == NULL) != (f->store != NULL))
			fail_msg("statement %u: %s", n, error);
		n_refused += f->store == NULL;
		if (f->store)
			expect_writing(f, n);
		free(error);
	}
	// What is only looked at, and is looked at again, may fail.
	assert_in_range(n - n_refused, 1, 11);
	assert_in_range(n_refused, 50, STATEMENTS_MAX);
}

// A new one, of which there is nothing yet.
static void a_new_store_opens_whole_or_says_why(void **state)
{
	struct fixture *f = *state;
	unsigned n = 1;
	bool has = true;

	for (; has; n++) {
		char *error = NULL;

		store_close(f->store);
		fixture_remove(f, "snug.db");
		failing_sql_at(n, SQLITE_IOERR_READ);
		f->store = store_open(f->path, STORE_FULL, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if ((error == NULL) != (f->store != NULL))
			fail_msg("statement %u: %s", n, error);
		if (f->store)
			expect_writing(f, n);
		free(error);
	}
	assert_in_range(n, 50, STATEMENTS_MAX);
}

// Writing.

// All rows of all tables but the words, which FTS5 keeps in its own way.
static char *dump(struct fixture *f)
{
	struct buf out = {0};
	sqlite3_stmt *tables, *rows;
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(
			db,
			"SELECT 'SELECT * FROM ' || name FROM sqlite_schema WHERE type = "
			"'table' AND name <> 'setting' AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%'",
			-1, &tables, NULL),
		SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(tables, 0);
		buf_printf(&out, "%s\n", text);
		assert_int_equal(sqlite3_prepare_v2(db, text, -1, &rows, NULL), SQLITE_OK);
		while (sqlite3_step(rows) == SQLITE_ROW) {
			for (int i = 0; i < sqlite3_column_count(rows); i++)
				buf_printf(&out, "%.*s|", sqlite3_column_bytes(rows, i),
					   (const char *)sqlite3_column_blob(rows, i));
			buf_add_char(&out, '\n');
		}
		sqlite3_finalize(rows);
	}
	sqlite3_finalize(tables);
	sqlite3_close(db);
	return buf_take(&out);
}

static bool try(struct fixture *f, const struct entry *e)
{
	struct journal *j = journal_new(f->next);
	struct durable d;

	journal_add(j, e);
	bool stored = writer_apply(f->store, j, &d);
	f->next += stored;
	assert_int_equal(d.upto, f->next - 1);
	journal_free(j);
	return stored;
}

static void expect_sound(struct fixture *f)
{
	struct store_report report;
	char *error = NULL;

	assert_true(store_check(f->path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	store_report_clear(&report);
}

static const struct entry *deeds(size_t *count)
{
	static struct entry all[9];
	static char original[ID_TEXT_LEN + 1], tag[40];

	all[0] = (struct entry){.kind = ENTRY_BAN,
				.ban = {.room = 3, .mask = SPAN("eve!*@*"), .by = SPAN("a")}};
	all[1] = (struct entry){.kind = ENTRY_MARKER,
				.marker = {.account = 1, .stream = 3, .time_ms = 1010}};
	all[2] = message(40, 3, 11, "fresh words");
	all[3] = message(41, 3, 12, "anew");
	encode_id(12, original);
	snprintf(tag, sizeof(tag), "+draft/edit=%s", original);
	all[3].message.tags = span_of(tag);
	all[4] = redaction(10, 3);
	all[5] = redaction(40, 3);
	all[6] = (struct entry){.kind = ENTRY_EXPIRE, .expire = {.stream = 3, .upto = 14}};
	all[7] = (struct entry){.kind = ENTRY_ROOM_GONE, .room_gone = {3}};
	all[8] = (struct entry){.kind = ENTRY_ACCOUNT_GONE, .account_gone = {1}};
	*count = ARRAY_LEN(all);
	return all;
}

// Stores all, the n-th statement of each fails once as on a full disk; and once more by itself,
// where the room of the ballast was not enough. What is left to do is done.
static char *store_all(struct fixture *f, unsigned n, bool *has)
{
	size_t count;
	const struct entry *all = deeds(&count);

	*has = false;
	tidy_all(f);
	for (size_t i = 0; i < count; i++) {
		char *before = dump(f);
		ballast_release(f->path);
		failing_sql_at(n, SQLITE_FULL);
		bool stored = try(f, &all[i]);
		*has |= failing_sql_has();
		assert_int_equal(stored, n == 0 || !failing_sql_has());
		failing_sql_at(0, 0);
		if (!stored) {
			char *after = dump(f);
			assert_string_equal(after, before);
			free(after);
			assert_true(try(f, &all[i]));
		}
		free(before);
	}
	for (unsigned left = 1; left; left--) {
		failing_sql_at(n, SQLITE_FULL);
		store_tidy(f->store);
		left += failing_sql_has();
		n += n > 0;
	}
	failing_sql_at(0, 0);
	tidy_all(f);
	expect_sound(f);
	return dump(f);
}

static void restart(void **state)
{
	tear_down(state);
	set_up_history(state);
}

static void a_full_disk_at_any_statement_leaves_all_or_nothing(void **state)
{
	bool has;
	char *whole = store_all(*state, 0, &has);
	unsigned n = 1;

	do {
		restart(state);
		char *found = store_all(*state, n++, &has);
		assert_string_equal(found, whole);
		free(found);
	} while (has);
	assert_in_range(n, 5, STATEMENTS_MAX);
	free(whole);
}

// Not what was wrong with taking it back.
static void why_it_was_not_stored_is_told(void **state)
{
	struct fixture *f = *state;
	struct entry e = account(40, "eve");
	struct caught log = catch_begin();

	ballast_release(f->path);
	failing_sql_at(1, SQLITE_FULL);
	assert_false(try(f, &e));
	failing_sql_at(0, 0);
	assert_int_equal(caught_of(&log, "commit-failed why=\"database or disk is full\""), 1);
	catch_end(&log);
}

static void expect_none(struct fixture *f, const char *table, const char *where)
{
	char text[200];

	snprintf(text, sizeof(text), "SELECT count(*) FROM %s WHERE %s", table, where);
	assert_int_equal(db_number(sqlite_of(f->store)->db, text, -1), 0);
}

static void of_what_goes_nothing_is_left(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct entry *all = deeds(&count);

	for (size_t i = 0; i + 2 < count; i++)
		put(f, all[i]);
	assert_int_equal(db_number(sqlite_of(f->store)->db, "SELECT count(*) FROM ban", 0), 1);
	assert_int_equal(db_number(sqlite_of(f->store)->db, "SELECT count(*) FROM marker", 0),
			 1);
	put(f, all[count - 2]);
	expect_none(f, "room", "id = 3");
	expect_none(f, "ban", "room = 3");
	expect_none(f, "marker", "stream = 3");
	tidy_all(f);
	expect_none(f, "message", "stream = 3");
	expect_none(f, "redaction", "1");
	expect_none(f, "edit", "1");
	expect_none(f, "expiry", "1");
	assert_int_equal(db_number(sqlite_of(f->store)->db,
				   "SELECT count(*) FROM floor WHERE stream = 3", 0),
			 1);
	put(f, all[count - 1]);
	expect_none(f, "account", "1");
	assert_int_equal(db_number(sqlite_of(f->store)->db,
				   "SELECT count(*) FROM floor WHERE stream = 1", 0),
			 1);
}

// Copies.

static void a_copy_is_whole_or_there_is_none(void **state)
{
	struct fixture *f = *state;
	char file[128], part[140], *error = NULL;
	bool has = true;
	unsigned n = 1, n_refused = 0;

	// What was removed is to be purged from the copy.
	put(f, message(40, 3, 11, "a xylophonequartz"));
	tidy_all(f);
	put(f, redaction(40, 3));
	snprintf(file, sizeof(file), "%s/copy.db", f->folder);
	snprintf(part, sizeof(part), "%s.part", file);
	for (; has; n++) {
		failing_sql_at(n, SQLITE_IOERR_READ);
		bool done = store_backup(f->path, file, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if ((access(file, F_OK) == 0) != done || (error == NULL) != done)
			fail_msg("statement %u: %s", n, error);
		assert_int_equal(access(part, F_OK), -1);
		// What was removed is in none that is there.
		assert_false(file_holds(file, "xylophonequartz"));
		n_refused += !done;
		free(error);
		error = NULL;
		unlink(file);
	}
	assert_in_range(n_refused, 8, STATEMENTS_MAX);
	assert_in_range(n - n_refused, 1, 6);
}

static void a_check_that_cannot_look_says_so(void **state)
{
	struct fixture *f = *state;
	struct store_report report;
	char *error = NULL;
	bool has = true;
	unsigned n = 1, n_told = 0;

	for (; has; n++) {
		failing_sql_at(n, SQLITE_IOERR_READ);
		bool done = store_check(f->path, &report, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		assert_int_equal(error == NULL, done);
		n_told += !done || report.n_problems > 0;
		assert_int_equal(done && report.n_problems > 0,
				 buf_span(&report.problems).len > 0);
		store_report_clear(&report);
		free(error);
		error = NULL;
	}
	assert_in_range(n_told, 15, STATEMENTS_MAX);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_store_opens_whole_or_says_why),
		T(a_new_store_opens_whole_or_says_why),
		T(a_full_disk_at_any_statement_leaves_all_or_nothing),
		T(why_it_was_not_stored_is_told),
		T(of_what_goes_nothing_is_left),
		T(a_copy_is_whole_or_there_is_none),
		T(a_check_that_cannot_look_says_so),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "its calls are made to fail"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
