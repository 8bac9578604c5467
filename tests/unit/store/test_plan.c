// SPDX-License-Identifier: MIT
// A long history costs a question no more than a short one.
#include "tests/unit/store/history.h"

#include "server/store/sqlite/sqlite_sql.h"

#define LONG 3000

// Room 3 with LONG messages and as many events between them, dialog 4 beside it.
static int set_up_long(void **state)
{
	static struct entry rows[2 * LONG];

	set_up(state);
	put(*state, room(3, "#den"));
	for (unsigned i = 0; i < LONG; i++) {
		rows[2 * i] = message(2 * i + 2, 3, i + 1, "x");
		rows[2 * i + 1] = message(2 * i + 3, 3, 0, "x");
	}
	put_all(*state, rows, 2 * LONG);
	put(*state, message(2 * LONG + 2, 4, 1, "x"));
	tidy_all(*state);
	return 0;
}

static void open_sql(struct fixture *f, struct sql *sql, enum sql_user user)
{
	char *error = NULL;

	sqlite_sql_open(sql, db_open(f->path, DB_READ, STORE_FULL, &error), true);
	assert_true(sql_prepare(sql, user, &error));
}

static int64_t count_steps(struct sql *s, enum sql_id id, const struct value *values)
{
	struct statement *row = sql_bind(s, id, values);
	sqlite3_stmt *own = sqlite_statement(row);

	while (sql_step(row) == DB_ROW)
		continue;
	sql_reset(row);
	assert_int_equal(sqlite3_stmt_status(own, SQLITE_STMTSTATUS_SORT, 1), 0);
	return sqlite3_stmt_status(own, SQLITE_STMTSTATUS_VM_STEP, 1);
}

static void a_step_in_a_long_history_is_a_few_seeks(void **state)
{
	static const struct {
		enum sql_id id;
		int64_t values[5];
	} asked[] = {
		{SQL_PAGE_OLD, {3, LONG, 2 * LONG, 1, 3}},
		{SQL_PAGE_NEW, {3, 0, LONG, 1, 3}},
		{SQL_PAGE_EVENTS_OLD, {3, LONG, 2 * LONG, 1, 3}},
		{SQL_PAGE_EVENTS_NEW, {3, 0, LONG, 1, 3}},
		{SQL_PAGE_EVENTS_NEW, {3, LONG, LONG + 3, 1, 3}},
		{SQL_ROW_BEFORE, {3, LONG}},
		{SQL_ROW_FROM, {3, LONG}},
		{SQL_MESSAGE_BEFORE, {3, LONG}},
		{SQL_MESSAGE_FROM, {3, LONG}},
		{SQL_MISSED, {3, LONG, 3}},
		{SQL_MISSED_EVENTS, {3, LONG, 3}},
		{SQL_WEIGH, {3, LONG, LONG + 3}},
		{SQL_IS_PLACE, {3, LONG}},
		{SQL_USAGE, {LONG, 3}},
	};
	struct sql sql;

	open_sql(*state, &sql, SQL_READER);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		struct value values[5];

		for (size_t k = 0; k < 5; k++)
			values[k] = of_int(asked[i].values[k]);
		int64_t steps = count_steps(&sql, asked[i].id, values);
		if (steps > 300)
			fail_msg("%lld steps for %s", (long long)steps, sql_name(asked[i].id));
	}
	sql_close(&sql);
}

static void starting_costs_a_few_seeks_a_stream(void **state)
{
	struct sql sql;

	open_sql(*state, &sql, SQL_LOADER);
	assert_in_range(count_steps(&sql, SQL_LOAD_HEADS, NULL), 1, 300);
	sql_close(&sql);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_long, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_step_in_a_long_history_is_a_few_seeks),
		T(starting_costs_a_few_seeks_a_stream),
	};

	if (are_of_sqlite(ARRAY_LEN(tests), "the steps of its plans are counted"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
