// SPDX-License-Identifier: MIT
// A long history costs a question no more than a short one: each reads an index in its order.
#include "tests/unit/store/pg_fixture.h"

#include "server/store/postgresql/pg_schema.h"

// Where a part of the answer is sorted, or more is read than is given.
static const char *const dear[] = {"->  Sort", "Seq Scan", "Bitmap", "Hash", "Materialize"};

static void open_sql(const struct site *site, struct sql *s)
{
	char *error = NULL;

	assert_true(pg_sql_open(s, site->where, STORE_FULL, false, 60000, &error));
	assert_int_equal(pg_sql_connect(s), DB_OK);
	assert_true(pg_schema_bring(pg_sql_link(s), &error));
	assert_true(sql_prepare(s, SQL_BOTH, &error));
}

// One row for each step of the plan.
static PGresult *explain(struct sql *s, int id)
{
	struct buf text = {0};
	PGresult *plan = NULL;
	struct pg_text t;

	pg_text_make(&t, id);
	buf_printf(&text, "EXPLAIN (COSTS off) EXECUTE \"%s\"", pg_name(id));
	for (int i = 0; i < t.n_params; i++)
		buf_add_str(&text, i ? ", NULL" : " (NULL");
	if (t.n_params)
		buf_add_char(&text, ')');
	if (pg_link_run(pg_sql_link(s), buf_str(&text), NULL, &plan) != DB_OK)
		fail_msg("%s: %s", buf_str(&text), sql_error(s));
	pg_text_clear(&t);
	buf_clear(&text);
	return plan;
}

static void is_cheap(struct sql *s, int id)
{
	PGresult *plan = explain(s, id);

	assert_string_not_equal(PQgetvalue(plan, 0, 0), "Sort");
	for (int row = 0; row < PQntuples(plan); row++) {
		for (size_t i = 0; i < ARRAY_LEN(dear); i++) {
			if (strstr(PQgetvalue(plan, row, 0), dear[i]))
				fail_msg("%s: %s", pg_name(id), PQgetvalue(plan, row, 0));
		}
	}
	PQclear(plan);
}

static void each_question_reads_an_index_in_its_order(void **state)
{
	static const int asked[] = {SQL_PAGE_OLD,        SQL_PAGE_NEW,
				    SQL_PAGE_EVENTS_OLD, SQL_PAGE_EVENTS_NEW,
				    SQL_ROW_BEFORE,      SQL_ROW_FROM,
				    SQL_MESSAGE_BEFORE,  SQL_MESSAGE_FROM,
				    SQL_MISSED,          SQL_MISSED_EVENTS,
				    SQL_MESSAGE,         SQL_WITH_EDITS,
				    SQL_N_NEWER_EDITS,   SQL_CLIENT_ID,
				    SQL_IS_PLACE,        SQL_TAIL,
				    SQL_UNINDEXED,       SQL_EXPIRED,
				    SQL_WEIGHTS,         SQL_WEIGHTS_WITH_EVENTS,
				    SQL_WEIGH,           SQL_USAGE,
				    SQL_MESSAGES_UPTO,   SQL_WRITTEN,
				    SQL_LOGGED,          SQL_IS_REDACTED,
				    SQL_PUT_FLOOR,       PG_REMOVE_WORD_ROWS,
				    PG_COUNT_BEGINNING};
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++)
		is_cheap(&s, asked[i]);
	sql_close(&s);
}

// The candidates of a word are sorted, and no more of them than there may be.
static void a_search_reads_the_index_of_words_alone(void **state)
{
	struct site *site = site_of(state);
	PGresult *plan;
	struct sql s;
	int n = 0;

	open_sql(site, &s);
	plan = explain(&s, PG_FIND_WORD);
	for (int row = 0; row < PQntuples(plan); row++) {
		assert_null(strstr(PQgetvalue(plan, row, 0), "Seq Scan"));
		n += strstr(PQgetvalue(plan, row, 0), "Index Only Scan") != NULL;
	}
	assert_int_equal(n, 2);
	PQclear(plan);
	sql_close(&s);
}

static void later_edits_of_what_was_found_are_looked_up(void **state)
{
	struct site *site = site_of(state);
	PGresult *plan;
	struct sql s;
	int n = 0;

	open_sql(site, &s);
	plan = explain(&s, SQL_SEARCH);
	for (int row = 0; row < PQntuples(plan); row++) {
		assert_null(strstr(PQgetvalue(plan, row, 0), "Seq Scan"));
		assert_null(strstr(PQgetvalue(plan, row, 0), "Hash"));
		n += strstr(PQgetvalue(plan, row, 0), "Index Scan using edit_") != NULL;
	}
	assert_int_equal(n, 2);
	PQclear(plan);
	sql_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(each_question_reads_an_index_in_its_order),
		pg_test(a_search_reads_the_index_of_words_alone),
		pg_test(later_edits_of_what_was_found_are_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
