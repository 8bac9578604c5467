// SPDX-License-Identifier: MIT
// A new database of PostgreSQL for each test, where SNUG_PG_URL says where (tests/pg/postgres.py
// runs a command beside such a server); without it the tests are skipped.
#pragma once

#include "common/buf.h"
#include "common/die.h"
#include "server/letters/letter.h"
#include "server/store/postgresql/pg_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct site {
	PGconn *server, *database; // the tests' own
	char *where;
	char name[64];
};

static inline void tell(PGconn *conn, const char *text)
{
	PGresult *r = PQexec(conn, text);
	ExecStatusType status = PQresultStatus(r);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", text, PQerrorMessage(conn));
	PQclear(r);
}

static inline int64_t ask(PGconn *conn, const char *text)
{
	PGresult *r = PQexec(conn, text);
	int64_t number = PQntuples(r) == 1 ? atoll(PQgetvalue(r, 0, 0)) : -1;

	PQclear(r);
	return number;
}

static inline int set_up(void **state)
{
	const char *url = getenv("SNUG_PG_URL");
	static int count;
	struct site *site;
	struct buf text = {0};
	const char *name, *options;

	*state = NULL;
	if (!url)
		return 0;
	site = xcalloc(1, sizeof(*site));
	snprintf(site->name, sizeof(site->name), "unit_%d_%d", (int)getpid(), ++count);
	options = strchr(url, '?') ? strchr(url, '?') : url + strlen(url);
	name = memrchr(url, '/', (size_t)(options - url));
	buf_printf(&text, "%.*s/%s%s", (int)(name - url), url, site->name, options);
	site->where = buf_take(&text);
	site->server = PQconnectdb(url);
	buf_printf(&text, "CREATE DATABASE %s", site->name);
	tell(site->server, buf_str(&text));
	buf_clear(&text);
	site->database = PQconnectdb(site->where);
	assert_int_equal(PQstatus(site->database), CONNECTION_OK);
	*state = site;
	return 0;
}

static inline int tear_down(void **state)
{
	struct site *site = *state;
	struct buf text = {0};

	if (!site)
		return 0;
	PQfinish(site->database);
	buf_printf(&text, "DROP DATABASE %s WITH (FORCE)", site->name);
	tell(site->server, buf_str(&text));
	buf_clear(&text);
	PQfinish(site->server);
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

#define pg_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
