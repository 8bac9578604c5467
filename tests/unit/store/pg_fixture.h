// SPDX-License-Identifier: MIT
// A new database of PostgreSQL for each test, with SNUG_STORE=pg beside a server
// (tests/pg/postgres.py); without it the tests are skipped.
#pragma once

#include "common/buf.h"
#include "common/die.h"
#include "server/letters/letter.h"
#include "server/store/postgresql/pg_store.h"
#include "tests/support/stored.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	PGconn *database; // the test's own
	char *where;
};

static inline void tell(const struct site *site, const char *text)
{
	PGresult *r = PQexec(site->database, text);
	ExecStatusType status = PQresultStatus(r);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(site->database));
	PQclear(r);
}

static inline int64_t ask(const struct site *site, const char *text)
{
	PGresult *r = PQexec(site->database, text);
	int64_t number = PQntuples(r) == 1 ? atoll(PQgetvalue(r, 0, 0)) : -1;

	PQclear(r);
	return number;
}

static inline int set_up_site(void **state)
{
	struct site *site;

	*state = NULL;
	if (!stored_is_pg())
		return 0;
	site = xcalloc(1, sizeof(*site));
	site->where = stored_new(NULL);
	site->database = PQconnectdb(site->where);
	assert_int_equal(PQstatus(site->database), CONNECTION_OK);
	*state = site;
	return 0;
}

static inline int tear_down_site(void **state)
{
	struct site *site = *state;

	if (!site)
		return 0;
	PQfinish(site->database);
	stored_drop(site->where);
	free(site->where);
	free(site);
	return 0;
}

// The first thing in each test.
static inline struct site *site_of(void **state)
{
	if (!*state)
		skip();
	return *state;
}

#define pg_test(test) cmocka_unit_test_setup_teardown(test, set_up_site, tear_down_site)
