// SPDX-License-Identifier: MIT
// How a database becomes ours, and which is refused.
#include "tests/unit/store/pg_fixture.h"

#include "server/store/postgresql/pg_schema.h"
#include "server/store/store.h"

#include <pthread.h>

static void connect_to(struct pg_link *l, const struct site *site)
{
	char *error = NULL;

	assert_true(pg_link_init(l, site->where, STORE_FULL, true, &error));
	if (pg_link_connect(l) != DB_OK)
		fail_msg("%s", buf_str(&l->words));
}

static void is_refused(struct pg_link *l, const char *why)
{
	char *error = NULL;

	assert_false(pg_schema_bring(l, &error));
	if (!strstr(error, why))
		fail_msg("%s", error);
	free(error);
}

static void an_empty_database_gets_all_of_it(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;
	int64_t version;
	struct pg_link l;

	connect_to(&l, site);
	assert_true(pg_schema_look(&l, &version, &error));
	assert_int_equal(version, 0);
	assert_true(pg_schema_bring(&l, &error));
	assert_true(pg_schema_look(&l, &version, &error));
	assert_int_equal(version, store_schema());
	assert_int_equal(ask(site, "SELECT count(*) FROM head"), 1);
	assert_int_equal(ask(site, "SELECT length(value) FROM setting"
				   " WHERE key = 'history_id'"),
			 HISTORY_ID_LEN);
	tell(site, "INSERT INTO freed (hash, account) VALUES ('x', 1)");
	assert_true(pg_schema_bring(&l, &error));
	assert_int_equal(ask(site, "SELECT count(*) FROM freed"), 1);
	pg_link_clear(&l);
}

static void one_of_a_newer_program_is_refused(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;
	struct pg_link l;

	connect_to(&l, site);
	assert_true(pg_schema_bring(&l, &error));
	tell(site, "UPDATE setting SET value = '9999' WHERE key = 'schema_version'");
	is_refused(&l, "was written by a newer snugd (schema 9999, this one knows");
	pg_link_clear(&l);
}

static void one_of_another_program_is_refused(void **state)
{
	struct site *site = site_of(state);
	struct pg_link l;

	connect_to(&l, site);
	tell(site, "CREATE TABLE invoices (id bigint)");
	is_refused(&l, "is a database of another program");
	assert_int_equal(ask(site, "SELECT count(*) FROM pg_tables WHERE schemaname ="
				   " current_schema()"),
			 1);
	tell(site, "CREATE TABLE setting (key text, value bytea)");
	is_refused(&l, "is a database of another program");
	pg_link_clear(&l);
}

// Where it was cut, nothing of it is there.
static void a_migration_that_fails_leaves_nothing(void **state)
{
	struct site *site = site_of(state);
	struct pg_link l;

	connect_to(&l, site);
	tell(site, "CREATE TYPE word AS ENUM ('in the way')");
	is_refused(&l, "cannot apply 0037_start to postgresql://");
	assert_int_equal(ask(site, "SELECT count(*) FROM pg_tables WHERE schemaname ="
				   " current_schema()"),
			 0);
	tell(site, "DROP TYPE word");
	assert_int_equal(pg_link_connect(&l), DB_OK);
	char *error = NULL;
	assert_true(pg_schema_bring(&l, &error));
	pg_link_clear(&l);
}

static void *bring(void *arg)
{
	char *error = NULL;
	bool is_fine = pg_schema_bring(arg, &error);

	free(error);
	return is_fine ? arg : NULL;
}

static void two_at_once_make_it_once(void **state)
{
	struct site *site = site_of(state);
	struct pg_link links[2];
	pthread_t threads[2];
	void *done;

	for (int i = 0; i < 2; i++)
		connect_to(&links[i], site);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, bring, &links[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], &done);
		assert_non_null(done);
		pg_link_clear(&links[i]);
	}
	assert_int_equal(ask(site, "SELECT count(*) FROM head"), 1);
}

static void who_reads_wants_the_newest(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;

	assert_false(store_look(site->where, NULL, NULL, &error));
	assert_non_null(strstr(error, "nothing is in it yet: start the server once"));
	assert_null(strstr(error, "passfile"));
	free(error);
}

// Names are told apart without their capitals, as in SQLite: those of ASCII.
static void a_name_is_there_once_whatever_its_capitals(void **state)
{
	struct site *site = site_of(state);
	char *error = NULL;
	struct pg_link l;
	PGresult *r;

	connect_to(&l, site);
	assert_true(pg_schema_bring(&l, &error));
	pg_link_clear(&l);
	tell(site, "INSERT INTO account VALUES (1, 'Alice', '', '', 0, 0, 0, 0)");
	tell(site, "INSERT INTO account VALUES (2, '\xc3\x84nne', '', '', 0, 0, 0, 0)");
	tell(site, "INSERT INTO account VALUES (3, '\xc3\xa4nne', '', '', 0, 0, 0, 0)");
	r = PQexec(site->database,
		   "INSERT INTO account VALUES (4, 'aLICE', '', '', 0, 0, 0, 0)");
	assert_string_equal(PQresultErrorField(r, PG_DIAG_SQLSTATE), "23505");
	PQclear(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		pg_test(an_empty_database_gets_all_of_it),
		pg_test(one_of_a_newer_program_is_refused),
		pg_test(one_of_another_program_is_refused),
		pg_test(a_migration_that_fails_leaves_nothing),
		pg_test(two_at_once_make_it_once),
		pg_test(who_reads_wants_the_newest),
		pg_test(a_name_is_there_once_whatever_its_capitals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
