// SPDX-License-Identifier: MIT
// Rows that go to the server as one, and come to be the same as if each went by itself.
#include "tests/unit/store/pg_fixture.h"

#include "server/store/postgresql/pg_schema.h"

static void open_sql(const struct site *site, struct sql *s)
{
	char *error = NULL;

	if (!pg_sql_open(s, site->where, STORE_FULL, true, 60000, &error))
		fail_msg("%s", error);
	if (pg_sql_connect(s) != DB_OK)
		fail_msg("%s", sql_error(s));
	if (!pg_schema_bring(pg_sql_link(s), &error))
		fail_msg("%s", error);
	if (!sql_prepare(s, SQL_WRITER, &error))
		fail_msg("%s", error);
}

static enum db_code put_chore(struct sql *s, const char *name, int64_t value)
{
	return sql_run(s, SQL_PUT_CHORE,
		       (struct value[]){of_text(span_of(name)), of_int(value)});
}

// One message; what is not said of it is the same for all.
static enum db_code add_message(struct sql *s, int64_t id)
{
	const struct entry e = {.kind = ENTRY_MESSAGE,
				.message = {.id = (message_id)id,
					    .stream = INT64_MAX,
					    .time_ms = -1,
					    .account = 7,
					    .sender = SPAN("alice"),
					    .kind = MESSAGE_NOTICE,
					    .text = SPAN("a\n{\"b\",NULL}\\ é")}};

	return sql_run_row(s, SQL_ADD_MESSAGE, &e);
}

// In the row "n" of `chore`.
static void count_statements(const struct site *site)
{
	tell(site, "CREATE FUNCTION counted() RETURNS trigger LANGUAGE plpgsql AS"
		   " 'BEGIN INSERT INTO chore VALUES (''n'', 1) ON CONFLICT (name)"
		   " DO UPDATE SET value = chore.value + 1; RETURN NULL; END'");
	tell(site, "CREATE TRIGGER counted AFTER INSERT ON message FOR EACH STATEMENT"
		   " EXECUTE FUNCTION counted()");
}

static void rows_behind_one_another_go_as_one(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s);
	count_statements(site);
	(void)!sql_run(&s, SQL_BEGIN, NULL);
	for (int64_t id = 1; id <= 100; id++)
		assert_int_equal(add_message(&s, id), DB_OK);
	assert_int_equal(put_chore(&s, "a", 1), DB_OK);
	assert_int_equal(add_message(&s, 101), DB_OK);
	assert_int_equal(sql_run(&s, SQL_COMMIT, NULL), DB_OK);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT value FROM chore WHERE name = 'n'"), 2);
	assert_int_equal(ask(site, "SELECT count(*) FROM message"), 101);
	assert_int_equal(ask(site, "SELECT count(*) FROM (SELECT id, lag(id) OVER"
				   " (ORDER BY ctid) AS before FROM message) AS m"
				   " WHERE before > id"),
			 0);
	sql_close(&s);
}

static void a_row_is_the_same_alone_and_among_others(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s);
	assert_int_equal(add_message(&s, 1), DB_OK);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(add_message(&s, 2), DB_OK);
	assert_int_equal(add_message(&s, 3), DB_OK);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM message WHERE stream ="
				   " 9223372036854775807 AND seq = 0 AND time_ms = -1"
				   " AND account = 7 AND sender = 'alice' AND kind = 1"
				   " AND text = E'a\\n{\"b\",NULL}\\\\ é' AND tags = ''"
				   " AND client_id IS NULL AND redacted = 0"),
			 3);
	sql_close(&s);
}

static enum db_code add_marked(struct sql *s)
{
	static const int64_t ids[] = {1, 2, 2, 3};

	(void)!sql_run(s, SQL_BEGIN, NULL);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		pg_mark(s, 5 + i);
		(void)!add_message(s, ids[i]);
	}
	(void)!sql_run(s, SQL_COMMIT, NULL);
	return pg_sync(s);
}

static void which_of_several_was_refused_shows_at_the_next_try(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s);
	assert_int_equal(add_marked(&s), DB_REFUSED);
	assert_int_equal(pg_refused(&s), 0);
	assert_non_null(strstr(sql_error(&s), "ADD_MESSAGES: "));
	(void)!sql_run(&s, SQL_ROLLBACK, NULL);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(add_marked(&s), DB_REFUSED);
	assert_int_equal(pg_refused(&s), 7);
	(void)!sql_run(&s, SQL_ROLLBACK, NULL);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM message"), 0);
	sql_close(&s);
}

// They were not sent, and are nobody's when another connection is there.
static void what_waited_for_a_connection_that_is_gone_is_gone(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s);
	assert_int_equal(add_message(&s, 1), DB_OK);
	assert_int_equal(add_message(&s, 2), DB_OK);
	pg_link_drop(pg_sql_link(&s));
	assert_int_equal(pg_sync(&s), DB_AWAY);
	assert_int_equal(add_message(&s, 3), DB_OK);
	assert_int_equal(pg_sql_connect(&s), DB_OK);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM message"), 0);
	sql_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(rows_behind_one_another_go_as_one),
		pg_test(a_row_is_the_same_alone_and_among_others),
		pg_test(which_of_several_was_refused_shows_at_the_next_try),
		pg_test(what_waited_for_a_connection_that_is_gone_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
