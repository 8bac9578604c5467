// SPDX-License-Identifier: MIT
// The statements of sql.def as PostgreSQL wants them, and those that it alone has (own.def).
//
// A parameter is $1, $2, ... there: ?2 is $2, and names are numbered as they come first, so
// that one which stands twice is one. Pure; any thread.
#pragma once

#include "server/store/sql.h"

#include <libpq-fe.h>

// Behind those of sql.def; where a sql_id is wanted, one of these fits.
enum pg_id {
	PG_BEFORE_FIRST = SQL_COUNT - 1,
#define OWN(name, user, sql) PG_##name,
#include "server/store/postgresql/own.def"
	PG_COUNT,
};

// Users beside those of sql.h.
#define SQL_NOBODY ((enum sql_user)0)
#define SQL_LEASE ((enum sql_user)256)
#define SQL_CHECKER ((enum sql_user)512)

#define PG_PARAMS_MAX 24 // inside: of a statement

struct pg_text {
	char *sql;
	int n_params;
	char *names[PG_PARAMS_MAX]; // ":room"; NULL: it has a number
	Oid types[PG_PARAMS_MAX];   // 0: the server finds out
};

// As it stands in the list, for one without parameters; "": this engine has none of that name.
MUST_USE const char *pg_text(int id);
// "PUT_ROOM"
MUST_USE const char *pg_name(int id);
MUST_USE bool pg_is_for(int id, enum sql_user user);
// Whether its answer may be long: it comes a part at a time.
MUST_USE bool pg_is_long(int id);
// What stores several rows of it at once; PG_COUNT: nothing does.
MUST_USE enum pg_id pg_many(int id);

void pg_text_make(struct pg_text *t, int id);
void pg_text_clear(struct pg_text *t);
