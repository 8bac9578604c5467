// SPDX-License-Identifier: MIT
// A store moved to another: the same rows, the same history, words found again.
#include "tests/unit/store/history.h"

#include "server/letters/field.h"
#include "server/store/copy.h"
#include "server/store/sqlite/db.h"
#include "tests/support/failing_sql.h"

#include <sqlite3.h>

#define STATEMENTS_MAX 4000 // that a move may take

struct other {
	char path[128];
};

static struct other beside(struct fixture *f)
{
	struct other o;

	snprintf(o.path, sizeof(o.path), "%s/other.db", f->folder);
	unlink(o.path);
	return o;
}

static void on_table(void *arg, const char *table, int64_t rows)
{
	if (rows)
		buf_printf(arg, "%s %lld\n", table, (long long)rows);
}

static void move(struct fixture *f, const char *to)
{
	struct buf told = {0};
	char *error = NULL;

	if (!store_move(f->path, to, on_table, &told, &error))
		fail_msg("%s", error);
	buf_clear(&told);
}

static void add_row(void *arg, const struct entry *e)
{
	struct buf *out = arg;
	const void *row = entry_row_const(e);

	buf_printf(out, "%s", entry_name(e->kind));
	for (const struct field *d = entry_fields(e->kind); d->name; d++) {
		if (d->type == FIELD_NUMBER)
			buf_printf(out, " %llu", (unsigned long long)field_number(d, row));
		else
			buf_printf(out, " " SPAN_FMT, SPAN_ARG(field_bytes(d, row)));
	}
	buf_add_char(out, '\n');
}

static char *state_of(const char *where)
{
	struct buf out = {0};
	char *error = NULL;

	if (!store_look(where, add_row, &out, &error))
		fail_msg("%s", error);
	return buf_take(&out);
}

static void expect_same(const char *a, const char *b)
{
	char *one = state_of(a), *two = state_of(b);

	assert_string_equal(one, two);
	free(one);
	free(two);
}

static void fill_with_all_kinds(struct fixture *f)
{
	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, (struct entry){.kind = ENTRY_MEMBER, .member = {3, 1, MEMBER_FOUNDER, 5}});
	put(f, (struct entry){.kind = ENTRY_DIALOG, .dialog = {4, 1, 1}});
	put(f, (struct entry){.kind = ENTRY_SETTING,
			      .setting = {SPAN("token_key"), SPAN("k\0y")}});
	put(f, (struct entry){.kind = ENTRY_BAN,
			      .ban = {3, BAN_BAN, SPAN("m*"), 0, SPAN("a"), SPAN("r"), 1, 2}});
	put(f, (struct entry){.kind = ENTRY_MARKER, .marker = {1, 3, 77}});
	put(f, (struct entry){.kind = ENTRY_METADATA,
			      .metadata = {3, 0, SPAN("url"), SPAN("x\ty")}});
	put(f, (struct entry){.kind = ENTRY_AUDIT,
			      .audit = {.at_ms = 5, .actor = SPAN("a"), .verb = SPAN("kick")}});
	struct entry said = message(10, 3, 1, "one red word");
	said.message.client_id = SPAN("c1");
	put(f, said);
	put(f, message(11, 3, 0, "joined"));
	put(f, message(12, 3, 2, "another word"));
	put(f, message(13, 4, 1, "a quiet word"));
	put(f, redaction(12, 3));
}

static void all_rows_and_the_history_are_there(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);

	fill_with_all_kinds(f);
	move(f, o.path);
	expect_same(f->path, o.path);
}

static void it_tells_how_many_rows(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);
	struct buf told = {0};
	char *error = NULL;

	fill_with_all_kinds(f);
	assert_true(store_move(f->path, o.path, on_table, &told, &error));
	assert_non_null(strstr(buf_str(&told), "account 1\n"));
	assert_non_null(strstr(buf_str(&told), "message 4\n"));
	assert_non_null(strstr(buf_str(&told), "setting 2\n"));
	buf_clear(&told);
}

static void expect_sound(const char *path)
{
	struct store_report report;
	char *error = NULL;

	assert_true(store_check_deep(path, &report, &error));
	assert_string_equal(buf_str(&report.problems), "");
	store_report_clear(&report);
}

static int64_t number_in(const char *path, const char *text)
{
	char *error = NULL;
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, &error);
	int64_t n = db_number(db, text, -1);

	sqlite3_close(db);
	return n;
}

static void what_was_said_is_found_there(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);

	fill_with_all_kinds(f);
	move(f, o.path);
	expect_sound(o.path);
	assert_int_equal(
		number_in(o.path, "SELECT count(*) FROM search WHERE search MATCH 'word'"), 2);
	assert_int_equal(
		number_in(o.path, "SELECT count(*) FROM search WHERE search MATCH 'another'"),
		0);
	assert_int_equal(
		number_in(o.path, "SELECT count(*) FROM chore WHERE name <> 'words_sum'"), 0);
}

static void it_goes_on_where_it_was(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);
	struct store_chain ours, there;
	char *error = NULL;

	fill_with_all_kinds(f);
	move(f, o.path);
	assert_true(store_audit(f->path, NULL, NULL, NULL, &ours, &error));
	assert_true(store_audit(o.path, ours.head, NULL, NULL, &there, &error));
	assert_int_equal(there.n, ours.n);
	assert_int_equal(there.n_problems, 0);
	store_chain_clear(&ours);
	store_chain_clear(&there);
}

static void nothing_is_put_where_something_is(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);
	char *error = NULL;

	assert_false(store_move(f->path, f->path, NULL, NULL, &error));
	assert_non_null(strstr(error, "exists already"));
	free(error);
	move(f, o.path);
	assert_false(store_move(f->path, o.path, NULL, NULL, &error));
	assert_non_null(strstr(error, "exists already"));
	free(error);
}

static void what_is_no_store_is_refused(void **state)
{
	static const char *const wheres[] = {"mysql://localhost/snug", "postgres:///snug"};
	struct fixture *f = *state;
	char *error = NULL;

	assert_false(store_move(f->path, wheres[0], NULL, NULL, &error));
	assert_non_null(strstr(error, "mysql://localhost/snug is no store"));
	free(error);
	assert_false(store_move(wheres[0], f->path, NULL, NULL, &error));
	assert_non_null(strstr(error, "is no store"));
	free(error);
	assert_false(store_move("/nowhere/snug.db", wheres[1], NULL, NULL, &error));
	free(error);
}

static void an_older_one_is_brought_up_to_date_first(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);
	char *error = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(db_exec(db, "PRAGMA user_version = 3"), SQLITE_OK);
	sqlite3_close(db);
	assert_false(store_move(f->path, o.path, NULL, NULL, &error));
	assert_non_null(strstr(error, "schema 3: its next start brings it up to date"));
	free(error);
	assert_int_equal(access(o.path, F_OK), -1);
}

// A copy is a history of its own, and tells which one it is of.
static void a_backup_row_by_row_is_a_backup(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);
	struct store_report ours, copy;
	char *error = NULL;

	fill_with_all_kinds(f);
	if (!copy_backup(f->path, o.path, &error))
		fail_msg("%s", error);
	expect_sound(o.path);
	assert_true(store_facts(f->path, &ours, &error));
	assert_true(store_facts(o.path, &copy, &error));
	assert_memory_equal(copy.copied, ours.history, HISTORY_ID_LEN);
	assert_memory_not_equal(copy.history, ours.history, HISTORY_ID_LEN);
	assert_int_equal(copy.messages, ours.messages);
	assert_memory_equal(copy.chain, ours.chain, CHAIN_LEN);
	store_report_clear(&ours);
	store_report_clear(&copy);
}

static void a_statement_that_fails_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct other o = beside(f);
	unsigned n = 1, n_failed = 0;
	char part[160];

	snprintf(part, sizeof(part), "%s.part", o.path);
	fill_with_all_kinds(f);
	for (bool has = true; has; n++) {
		char *error = NULL;

		failing_sql_at(n, SQLITE_IOERR_READ);
		bool done = store_move(f->path, o.path, NULL, NULL, &error);
		has = failing_sql_has();
		failing_sql_at(0, 0);
		if (done == (error != NULL) || done != (access(o.path, F_OK) == 0) ||
		    access(part, F_OK) == 0)
			fail_msg("statement %u: %s", n, error);
		if (done)
			expect_same(f->path, o.path);
		unlink(o.path);
		n_failed += !done;
		free(error);
	}
	assert_in_range(n_failed, 100, STATEMENTS_MAX);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down_both)

static int tear_down_both(void **state)
{
	beside(*state);
	return tear_down(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(all_rows_and_the_history_are_there),
		T(it_tells_how_many_rows),
		T(what_was_said_is_found_there),
		T(it_goes_on_where_it_was),
		T(nothing_is_put_where_something_is),
		T(what_is_no_store_is_refused),
		T(an_older_one_is_brought_up_to_date_first),
		T(a_backup_row_by_row_is_a_backup),
		T(a_statement_that_fails_leaves_nothing),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "the copy from file to file"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
