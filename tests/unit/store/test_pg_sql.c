// SPDX-License-Identifier: MIT
// The driver: what is queued, what is told of a failure, what ends a wait.
#include "tests/unit/store/pg_fixture.h"

#include "common/clock.h"
#include "server/store/postgresql/pg_schema.h"
#include "tests/support/wait.h"

#include <pthread.h>

#define ANSWER_MS 60000 // long: what is shorter here is what is tested

static void open_sql(const struct site *site, struct sql *s, bool queues)
{
	char *error = NULL;

	if (!pg_sql_open(s, site->where, STORE_FULL, queues, ANSWER_MS, &error))
		fail_msg("%s", error);
	if (pg_sql_connect(s) != DB_OK)
		fail_msg("%s", sql_error(s));
	if (!pg_schema_bring(pg_sql_link(s), &error))
		fail_msg("%s", error);
	if (!sql_prepare(s, queues ? SQL_WRITER : SQL_READER, &error))
		fail_msg("%s", error);
}

static enum db_code put_chore(struct sql *s, const char *name, int64_t value)
{
	return sql_run(s, SQL_PUT_CHORE,
		       (struct value[]){of_text(span_of(name)), of_int(value)});
}

static enum db_code add_twice(struct sql *s)
{
	const struct value edit[] = {of_int(1), of_int(2)};

	(void)!sql_run(s, SQL_ADD_EDIT, edit);
	return sql_run(s, SQL_ADD_SALT, (struct value[]){of_int(1), of_blob("x", 1)});
}

static void what_is_run_waits_for_the_commit(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s, true);
	assert_int_equal(sql_run(&s, SQL_BEGIN, NULL), DB_OK);
	assert_int_equal(put_chore(&s, "a", 7), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM chore"), 0);
	assert_int_equal(sql_run(&s, SQL_COMMIT, NULL), DB_OK);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT value FROM chore"), 7);
	sql_close(&s);
}

static void a_row_that_is_wanted_sees_what_was_queued(void **state)
{
	struct site *site = site_of(state);
	int64_t value = 0;
	struct sql s;

	open_sql(site, &s, true);
	(void)!sql_run(&s, SQL_BEGIN, NULL);
	(void)!put_chore(&s, "a", INT64_MIN);
	assert_int_equal(
		sql_number(&s, SQL_GET_CHORE, (struct value[]){of_text(SPAN("a"))}, &value),
		DB_OK);
	assert_true(value == INT64_MIN);
	(void)!sql_run(&s, SQL_ROLLBACK, NULL);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM chore"), 0);
	sql_close(&s);
}

// As it is when a key was made in between.
static void statements_are_prepared_however_long_ago_the_last_answer_was(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;
	struct sql s;

	open_sql(site, &s, true);
	pg_sql_link(&s)->until_ms = 0;
	assert_true(sql_prepare(&s, SQL_LOADER, &error));
	sql_close(&s);
}

static void the_entry_that_was_refused_is_named(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s, true);
	(void)!sql_run(&s, SQL_BEGIN, NULL);
	pg_mark(&s, 5);
	(void)!put_chore(&s, "a", 1);
	pg_mark(&s, 6);
	(void)!add_twice(&s);
	pg_mark(&s, 7);
	(void)!add_twice(&s);
	(void)!put_chore(&s, "b", 1);
	(void)!sql_run(&s, SQL_COMMIT, NULL);
	assert_int_equal(pg_sync(&s), DB_REFUSED);
	assert_int_equal(pg_refused(&s), 7);
	assert_non_null(strstr(sql_error(&s), "ADD_SALT: "));
	assert_non_null(strstr(sql_error(&s), "23505"));
	(void)!sql_run(&s, SQL_ROLLBACK, NULL);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM chore"), 0);
	sql_close(&s);
}

// Also where a row that is wanted comes first upon it.
static void behind_a_failure_nothing_is_done(void **state)
{
	struct site *site = site_of(state);
	int64_t value = 0;
	struct sql s;

	open_sql(site, &s, true);
	(void)!sql_run(&s, SQL_BEGIN, NULL);
	pg_mark(&s, 1);
	(void)!add_twice(&s);
	(void)!add_twice(&s);
	pg_mark(&s, 2);
	assert_int_equal(
		sql_number(&s, SQL_GET_CHORE, (struct value[]){of_text(SPAN("a"))}, &value),
		DB_REFUSED);
	assert_int_equal(pg_refused(&s), 1);
	assert_int_equal(put_chore(&s, "a", 1), DB_REFUSED);
	assert_int_equal(sql_run(&s, SQL_COMMIT, NULL), DB_REFUSED);
	assert_int_equal(pg_sync(&s), DB_REFUSED);
	(void)!sql_run(&s, SQL_ROLLBACK, NULL);
	assert_int_equal(pg_sync(&s), DB_OK);
	assert_int_equal(ask(site, "SELECT count(*) FROM chore"), 0);
	sql_close(&s);
}

// In a transaction that failed, COMMIT is answered without an error, and undoes it.
static void a_commit_that_undoes_is_none(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s, true);
	(void)!sql_run(&s, SQL_BEGIN, NULL);
	(void)!add_twice(&s);
	(void)!add_twice(&s);
	assert_int_equal(pg_sync(&s), DB_REFUSED);
	(void)!sql_run(&s, SQL_COMMIT, NULL);
	assert_int_equal(pg_sync(&s), DB_FAILED);
	assert_non_null(strstr(sql_error(&s), "COMMIT: the server undid it"));
	sql_close(&s);
}

static void a_text_that_is_none_of_unicode_is_refused(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s, true);
	(void)!sql_run(&s, SQL_PUT_CHORE, (struct value[]){of_text(SPAN("a\xff")), of_int(1)});
	assert_int_equal(pg_sync(&s), DB_REFUSED);
	(void)!sql_run(&s, SQL_PUT_CHORE,
		       (struct value[]){of_text(span_from("a\0b", 3)), of_int(1)});
	assert_int_equal(pg_sync(&s), DB_REFUSED);
	sql_close(&s);
}

static void a_warning_is_counted(void **state)
{
	struct site *site = site_of(state);
	struct pg_link *l;
	struct sql s;

	open_sql(site, &s, true);
	l = pg_sql_link(&s);
	assert_int_equal(l->warnings, 0);
	assert_int_equal(pg_link_run(l, "DO $$ BEGIN RAISE NOTICE 'x'; END $$", NULL, NULL),
			 DB_OK);
	assert_int_equal(l->warnings, 0);
	assert_int_equal(pg_link_run(l, "DO $$ BEGIN RAISE WARNING 'x'; END $$", NULL, NULL),
			 DB_OK);
	assert_int_equal(l->warnings, 1);
	sql_close(&s);
}

// However the role or the database have it: a warning that does not come would be believed.
// A second, so that a busy machine has connected by then.
static void no_setting_of_others_hides_a_warning(void **state)
{
	struct site *site = site_of(state);
	struct buf text = {0};
	struct sql s;

	buf_printf(&text, "ALTER DATABASE %s SET client_min_messages = error",
		   PQdb(site->database));
	tell(site, buf_str(&text));
	buf_reset(&text);
	buf_printf(&text, "ALTER DATABASE %s SET statement_timeout = 1000",
		   PQdb(site->database));
	tell(site, buf_str(&text));
	buf_clear(&text);
	open_sql(site, &s, true);
	assert_int_equal(pg_link_run(pg_sql_link(&s), "DO $$ BEGIN RAISE WARNING 'x'; END $$",
				     NULL, NULL),
			 DB_OK);
	assert_int_equal(pg_sql_link(&s)->warnings, 1);
	assert_int_equal(
		pg_link_run(pg_sql_link(&s), "SELECT 1 FROM pg_sleep(1.2)", NULL, NULL), DB_OK);
	sql_close(&s);
}

static void a_server_that_does_not_answer_in_time_is_away(void **state)
{
	struct site *site = site_of(state);
	struct pg_link *l;
	struct sql s;

	open_sql(site, &s, false);
	l = pg_sql_link(&s);
	l->until_ms = clock_mono_ms() + 100; // time: it is what ends it
	assert_int_equal(pg_link_run(l, "SELECT 1 FROM pg_sleep(600)", NULL, NULL), DB_AWAY);
	assert_null(l->conn);
	assert_non_null(strstr(buf_str(&l->words), "did not answer in time"));
	sql_close(&s);
}

static void *stop_soon(void *arg)
{
	usleep(50000); // time: it has begun by then; else it never begins
	((struct sql *)arg)->driver->interrupt(arg);
	return NULL;
}

// The server ends what nobody waits for.
static void an_interrupt_ends_what_is_waited_for(void **state)
{
	static const char n_asleep[] =
		"SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT 1 FROM pg_sl%'";
	struct site *site = site_of(state);
	pthread_t thread;
	struct sql s;

	open_sql(site, &s, false);
	pg_sql_link(&s)->until_ms = INT64_MAX;
	assert_int_equal(pthread_create(&thread, NULL, stop_soon, &s), 0);
	assert_int_equal(
		pg_link_run(pg_sql_link(&s), "SELECT 1 FROM pg_sleep(600)", NULL, NULL),
		DB_INTERRUPTED);
	pthread_join(thread, NULL);
	sql_close(&s);
	WAIT_UNTIL(ask(site, n_asleep) == 0, wait_step());
}

static void a_reader_comes_back_by_itself(void **state)
{
	struct site *site = site_of(state);
	int64_t upto = 0;
	struct sql s;

	open_sql(site, &s, false);
	tell(site, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
		   " current_database() AND application_name = 'snugd'");
	assert_int_equal(sql_number(&s, SQL_GOING, (struct value[]){of_int(1)}, &upto),
			 DB_AWAY);
	assert_int_equal(sql_number(&s, SQL_GOING, (struct value[]){of_int(1)}, &upto), DB_OK);
	sql_close(&s);
}

// Half an answer of before, and half of after, would be none of one moment.
static void a_reader_does_not_come_back_in_the_middle(void **state)
{
	struct site *site = site_of(state);
	int64_t upto = 0;
	struct sql s;

	open_sql(site, &s, false);
	assert_int_equal(sql_run(&s, SQL_BEGIN_READ, NULL), DB_OK);
	pg_link_drop(pg_sql_link(&s));
	assert_int_equal(sql_number(&s, SQL_GOING, (struct value[]){of_int(1)}, &upto),
			 DB_AWAY);
	(void)!sql_run(&s, SQL_END_READ, NULL);
	assert_int_equal(sql_number(&s, SQL_GOING, (struct value[]){of_int(1)}, &upto), DB_OK);
	sql_close(&s);
}

static void add_audit(const struct site *site, int n)
{
	struct buf text = {0};

	buf_printf(&text,
		   "INSERT INTO audit (id, at_ms, actor, verb, detail) SELECT i, i, 'a', 'b',"
		   " 'c' FROM generate_series(1, %d) AS i",
		   n);
	tell(site, buf_str(&text));
	buf_clear(&text);
}

// Newest first, of which another statement is asked in between.
static int64_t read_some(struct sql *s, int64_t n, int64_t first)
{
	struct statement *row = sql_bind(s, SQL_AUDIT, (struct value[]){of_int(0)});
	int64_t read = 0, upto = 0;

	for (; read < n && sql_step(row) == DB_ROW; read++) {
		assert_int_equal(sql_int(row, 0), first - read);
		assert_true(span_eq(sql_span(row, 1), SPAN("a")));
		if (read % 500 == 0)
			assert_int_equal(
				sql_number(s, SQL_GOING, (struct value[]){of_int(1)}, &upto),
				DB_OK);
	}
	sql_reset(row);
	return read;
}

static void a_long_answer_comes_in_parts(void **state)
{
	struct site *site = site_of(state);
	struct sql s;

	open_sql(site, &s, false);
	add_audit(site, 3000);
	assert_int_equal(read_some(&s, INT64_MAX, 3000), 3000);
	assert_int_equal(read_some(&s, 1500, 3000), 1500);
	assert_int_equal(sql_run(&s, SQL_BEGIN_READ, NULL), DB_OK);
	assert_int_equal(read_some(&s, 1, 3000), 1); // the moment is that of the first question
	tell(site, "DELETE FROM audit WHERE id > 2000");
	assert_int_equal(read_some(&s, INT64_MAX, 3000), 3000);
	assert_int_equal(sql_run(&s, SQL_END_READ, NULL), DB_OK);
	assert_int_equal(read_some(&s, INT64_MAX, 2000), 2000);
	assert_int_equal(ask(site, "SELECT count(*) FROM pg_stat_activity WHERE"
				   " datname = current_database() AND state LIKE"
				   " 'idle in%'"),
			 0);
	sql_close(&s);
}

// As whoever has it from another cluster.
static void make_anew(struct site *site, const char *how)
{
	PGconn *server = PQconnectdb(getenv("SNUG_PG_URL"));
	struct site other = {.database = server};
	struct buf text = {0};

	buf_printf(&text, "DROP DATABASE %s WITH (FORCE)", PQdb(site->database));
	tell(&other, buf_str(&text));
	buf_reset(&text);
	buf_printf(&text, "CREATE DATABASE %s %s", PQdb(site->database), how);
	tell(&other, buf_str(&text));
	buf_clear(&text);
	PQfinish(server);
}

static void a_database_of_another_encoding_is_refused(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;
	struct pg_link l;

	make_anew(site, "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	assert_true(pg_link_init(&l, site->where, STORE_FULL, true, &error));
	assert_int_equal(pg_link_connect(&l), DB_FAILED);
	assert_non_null(strstr(buf_str(&l.words), "ENCODING 'UTF8'"));
	pg_link_clear(&l);
}

// Two names of the same server.
static void the_next_connection_avoids_where_the_last_one_was(void **state)
{
	struct site *site = site_of(state);
	const char *host = strstr(site->where, "127.0.0.1:");
	struct buf both = {0}, before = {0};
	char *error = NULL;
	struct pg_link l;

	assert_non_null(host);
	buf_printf(&both, "%.*slocalhost%.*s,%s", (int)(host - site->where), site->where,
		   (int)strcspn(host + 9, "/"), host + 9, host);
	assert_true(pg_link_init(&l, buf_str(&both), STORE_FULL, true, &error));
	assert_int_equal(pg_link_connect(&l), DB_OK);
	for (int i = 0; i < 3; i++) {
		buf_reset(&before);
		buf_add_span(&before, buf_span(&l.address));
		l.avoid = true;
		assert_int_equal(pg_link_connect(&l), DB_OK);
		assert_false(span_eq(buf_span(&before), buf_span(&l.address)));
	}
	pg_link_clear(&l);
	buf_clear(&both);
	buf_clear(&before);
}

static void one_that_is_avoided_is_better_than_none(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;
	struct pg_link l;

	assert_true(pg_link_init(&l, site->where, STORE_FULL, true, &error));
	assert_int_equal(pg_link_connect(&l), DB_OK);
	l.avoid = true;
	assert_int_equal(pg_link_connect(&l), DB_OK);
	pg_link_clear(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(what_is_run_waits_for_the_commit),
		pg_test(a_row_that_is_wanted_sees_what_was_queued),
		pg_test(statements_are_prepared_however_long_ago_the_last_answer_was),
		pg_test(the_entry_that_was_refused_is_named),
		pg_test(behind_a_failure_nothing_is_done),
		pg_test(a_commit_that_undoes_is_none),
		pg_test(a_text_that_is_none_of_unicode_is_refused),
		pg_test(a_warning_is_counted),
		pg_test(no_setting_of_others_hides_a_warning),
		pg_test(a_server_that_does_not_answer_in_time_is_away),
		pg_test(an_interrupt_ends_what_is_waited_for),
		pg_test(a_reader_comes_back_by_itself),
		pg_test(a_reader_does_not_come_back_in_the_middle),
		pg_test(a_long_answer_comes_in_parts),
		pg_test(a_database_of_another_encoding_is_refused),
		pg_test(the_next_connection_avoids_where_the_last_one_was),
		pg_test(one_that_is_avoided_is_better_than_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
