// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_engine.h"

#include "common/buf.h"
#include "server/store/error.h"
#include "server/store/postgresql/pg_schema.h"
#include "server/store/postgresql/pg_sql.h"
#include "server/store/postgresql/pg_value.h"

#include <inttypes.h>
#include <stdlib.h>

// So long a reader waits for a part of an answer. A server that stands still has others wait.
#define ANSWER_MS 30000

void pg_engine_version(struct buf *out)
{
	int version = PQlibVersion();

	buf_printf(out, "libpq %d.%d", version / 10000, version % 10000);
}

// Where the whole state is read, each of its columns must be there.
static bool is_newest(struct pg_link *l, char **error)
{
	int64_t version, newest = pg_schema_newest();

	if (!pg_schema_look(l, &version, error))
		return false;
	if (version == 0)
		error_words(error, "%s: nothing is in it yet: start the server once",
			    l->where.shown);
	else if (version != newest)
		error_words(error,
			    "%s is of schema %" PRId64 ", and this program is of %" PRId64
			    ": %s",
			    l->where.shown, version, newest,
			    version < newest ? "start the server once" : "take a newer one");
	return version == newest;
}

bool pg_engine_read(const char *where, enum sql_user user, struct sql *out, char **error)
{
	bool is_fine = pg_sql_open(out, where, STORE_FULL, false, ANSWER_MS, error);

	if (is_fine && pg_sql_connect(out) != DB_OK) {
		sql_explain(out, "read", where, error);
		is_fine = false;
	}
	is_fine = is_fine && (user != SQL_LOADER || is_newest(pg_sql_link(out), error)) &&
		  sql_prepare(out, user, error);
	if (!is_fine)
		sql_close(out);
	return is_fine;
}

bool pg_engine_is_awaited(const char *where)
{
	struct sql s;
	char *error = NULL;
	PGresult *n = NULL;
	bool is = false;

	if (pg_engine_read(where, SQL_NOBODY, &s, &error)) {
		is = pg_link_run(pg_sql_link(&s), pg_text(PG_WAITERS), NULL, &n) == DB_OK &&
		     pg_value_number(n, 0, 0) > 0;
		PQclear(n);
		sql_close(&s);
	}
	free(error);
	return is;
}
