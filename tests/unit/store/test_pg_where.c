// SPDX-License-Identifier: MIT
// Addresses of PostgreSQL: what is read, and that no word of one holds its password.
#include "server/store/postgresql/pg_link.h"
#include "server/store/postgresql/pg_where.h"

#include "common/clock.h"
#include "common/die.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void its_kind_is_known_by_its_beginning(void **state)
{
	(void)state;
	assert_true(pg_is_where("postgresql://host/snug"));
	assert_true(pg_is_where("postgres://host/snug"));
	assert_false(pg_is_where("/var/lib/snug/snug.db"));
	assert_false(pg_is_where("postgresql.db"));
}

static void shows(const char *where, const char *shown)
{
	char *text = pg_shown(where);

	assert_string_equal(text, shown);
	free(text);
}

static void what_is_shown_has_no_secret(void **state)
{
	(void)state;
	shows("postgresql://snug:s3cret@db1,db2:5433/chat",
	      "postgresql://snug@db1,db2:5433/chat");
	shows("postgresql://db/chat?user=snug&password=s3cret&sslpassword=s3cret",
	      "postgresql://snug@db/chat");
	shows("postgresql:///chat?host=/run/postgresql", "postgresql:///run/postgresql/chat");
	shows("postgresql://[2001:db8::1]:5433/chat", "postgresql://2001:db8::1:5433/chat");
}

static void is_refused(const char *where)
{
	struct pg_where w;
	char *error = NULL;

	if (pg_where_read(&w, where, &error))
		fail_msg("%s was taken", where);
	assert_null(strstr(error, "s3cret"));
	assert_non_null(strstr(error, "postgresql://USER:PASSWORD@HOST/DATABASE"));
	free(error);
	pg_where_clear(&w);
	shows(where, "postgresql://...");
}

// Each is read by libpq so that a part of the password is a host, a port or a database.
static void one_that_is_read_otherwise_than_meant_is_refused_without_its_secret(void **state)
{
	static const char *const wrong[] = {
		"postgresql://snug:p@s3cret@db/chat",  "postgresql://snug:p/s3cret@db/chat",
		"postgresql://snug:s3cret/@db/chat",   "postgresql://snug:s3cret%zz@db/chat",
		"postgresql://snug:s3cret@[db/chat",   "postgresql://db:s3cret/chat",
		"postgresql://a,b,c,d,e,f,g,h,i/chat", "postgresql://db/chat?no_such=s3cret"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		is_refused(wrong[i]);
}

static void each_host_has_its_port(void **state)
{
	struct pg_where w;
	char *error = NULL;

	(void)state;
	assert_true(pg_where_read(&w, "postgresql://a:1,b,c:3/chat", &error));
	assert_int_equal(w.n_hosts, 3);
	assert_string_equal(w.hosts[0].port, "1");
	assert_string_equal(w.hosts[1].name, "b");
	assert_string_equal(w.hosts[1].port, "5432");
	assert_string_equal(w.hosts[2].port, "3");
	pg_where_clear(&w);
}

static void a_name_is_resolved_to_each_of_its_addresses(void **state)
{
	struct buf words = {0};
	struct pg_where w;
	char *error = NULL;

	(void)state;
	assert_true(pg_where_read(&w, "postgresql://127.0.0.1:9,no-such-host.invalid/chat",
				  &error));
	assert_true(pg_where_resolve(&w, &words));
	assert_int_equal(w.n_tries, 1);
	assert_string_equal(w.tries[0].address, "127.0.0.1");
	assert_string_equal(w.tries[0].port, "9");
	assert_non_null(strstr(buf_str(&words), "no-such-host.invalid: "));
	buf_clear(&words);
	pg_where_clear(&w);
}

static void what_was_known_stays_when_no_name_server_answers(void **state)
{
	struct buf words = {0};
	struct pg_where w;
	char *error = NULL;

	(void)state;
	assert_true(pg_where_read(&w, "postgresql://no-such-host.invalid/chat", &error));
	assert_false(pg_where_resolve(&w, &words));
	w.tries[0] = (struct pg_host){xstrdup("no-such-host.invalid"), xstrdup("127.0.0.1"),
				      xstrdup("5432")};
	w.n_tries = 1;
	assert_true(pg_where_resolve(&w, &words));
	assert_string_equal(w.tries[0].address, "127.0.0.1");
	buf_clear(&words);
	pg_where_clear(&w);
}

static void a_passfile_that_others_may_read_is_refused(void **state)
{
	char file[] = "/tmp/snug-pass-XXXXXX", where[96];
	int fd = mkstemp(file);
	struct pg_where w;
	char *error = NULL;

	(void)state;
	assert_true(fd >= 0);
	snprintf(where, sizeof(where), "postgresql://db/chat?passfile=%s", file);
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_false(pg_where_read(&w, where, &error));
	assert_non_null(strstr(error, "chmod 600"));
	pg_where_clear(&w);
	free(error);
	error = NULL;
	assert_int_equal(fchmod(fd, 0600), 0);
	assert_true(pg_where_read(&w, where, &error));
	pg_where_clear(&w);
	close(fd);
	unlink(file);
}

static void nobody_there_is_away_and_says_who(void **state)
{
	struct pg_link l;
	char *error = NULL;

	(void)state;
	assert_true(pg_link_init(&l, "postgresql://snug:s3cret@127.0.0.1:1/chat", STORE_FULL,
				 true, &error));
	assert_int_equal(pg_link_connect(&l), DB_AWAY);
	assert_non_null(strstr(buf_str(&l.words), "127.0.0.1"));
	assert_null(strstr(buf_str(&l.words), "s3cret"));
	pg_link_clear(&l);
}

static void one_that_was_stopped_connects_to_nobody(void **state)
{
	struct pg_link l;
	char *error = NULL;

	(void)state;
	assert_true(
		pg_link_init(&l, "postgresql://127.0.0.1:1/chat", STORE_FULL, true, &error));
	pg_link_stop(&l);
	assert_int_not_equal(pg_link_connect(&l), DB_OK);
	pg_link_clear(&l);
}

static void what_an_error_means_is_known_by_its_code(void **state)
{
	(void)state;
	assert_int_equal(pg_code_of("23505"), DB_REFUSED);
	assert_int_equal(pg_code_of("22021"), DB_REFUSED);
	assert_int_equal(pg_code_of("22012"), DB_FENCED);
	assert_int_equal(pg_code_of("53100"), DB_FULL);
	assert_int_equal(pg_code_of("57P01"), DB_AWAY);
	assert_int_equal(pg_code_of("25006"), DB_AWAY);
	assert_int_equal(pg_code_of("57014"), DB_INTERRUPTED);
	assert_int_equal(pg_code_of("42P01"), DB_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_kind_is_known_by_its_beginning),
		cmocka_unit_test(what_is_shown_has_no_secret),
		cmocka_unit_test(
			one_that_is_read_otherwise_than_meant_is_refused_without_its_secret),
		cmocka_unit_test(each_host_has_its_port),
		cmocka_unit_test(a_name_is_resolved_to_each_of_its_addresses),
		cmocka_unit_test(what_was_known_stays_when_no_name_server_answers),
		cmocka_unit_test(a_passfile_that_others_may_read_is_refused),
		cmocka_unit_test(nobody_there_is_away_and_says_who),
		cmocka_unit_test(one_that_was_stopped_connects_to_nobody),
		cmocka_unit_test(what_an_error_means_is_known_by_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
