// SPDX-License-Identifier: MIT
#include "server/store/sqlite/sqlite_sql.h"

#include "common/die.h"
#include "server/letters/query.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

// How often the steps of a statement are counted.
#define STEPS_LOOK 256

// Without these the planner would at times read a whole stream.
#define BY_STREAM " INDEXED BY message_stream"
#define BY_EVENT " INDEXED BY message_event"
// A union comes in order.
#define BY_ID_OF_STREAM ""
#define BY_CLIENT " INDEXED BY message_client"
#define MOST(a, b) "max(" a ", " b ")"
#define BYTES(text) "length(CAST(" text " AS BLOB))"
#include "server/store/sql_parts.h"

static const char *const texts[SQL_COUNT] = {
#define SQL(name, user, sql) [SQL_##name] = sql,
#define ROW(name, user, kind, sql) [SQL_##name] = sql,
#define PART(name, user, kind, sql) [SQL_##name] = sql,
#include "server/store/sql.def"
};

struct sqlite_sql {
	sqlite3 *db;
	bool owns;
	int failed;     // newest result code that was none of success
	int64_t *steps; // counted into; NULL: not
	int64_t steps_max;
	struct sqlite_statement {
		struct statement base;
		struct sqlite_sql *of;
		sqlite3_stmt *at; // NULL: another user's
		int n_params;
	} statements[SQL_COUNT];
};

static struct sqlite_sql *own(const struct sql *s)
{
	return s->handle;
}

static struct sqlite_statement *own_statement(const struct sql *s, enum sql_id id)
{
	return &own(s)->statements[id];
}

static struct sqlite_statement *of_base(struct statement *base)
{
	return container_of(base, struct sqlite_statement, base);
}

sqlite3_stmt *sqlite_statement(const struct statement *base)
{
	return ((const struct sqlite_statement *)base)->at;
}

enum db_code sqlite_code(sqlite3 *db, int code)
{
	int os = sqlite3_system_errno(db);

	switch (code & 0xff) {
	case SQLITE_OK:
		return DB_OK;
	case SQLITE_ROW:
		return DB_ROW;
	case SQLITE_DONE:
		return DB_END;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return DB_REFUSED;
	case SQLITE_INTERRUPT:
		return DB_INTERRUPTED;
	case SQLITE_FULL:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DB_FULL;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		// Of reads and syncs nothing is known to be left whole.
		if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_READ)
			return DB_FAILED;
		return os == ENOSPC || os == EDQUOT ? DB_FULL : DB_FAILED;
	default:
		return DB_FAILED;
	}
}

static enum db_code note(struct sqlite_sql *s, int code)
{
	if (code == SQLITE_ROW)
		return DB_ROW;
	if (code == SQLITE_DONE)
		return DB_END;
	s->failed = code;
	return sqlite_code(s->db, code);
}

static bool prepare_one(struct sqlite_sql *s, enum sql_id id)
{
	struct sqlite_statement *statement = &s->statements[id];

	assert(!statement->at);
	if (sqlite3_prepare_v3(s->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT, &statement->at,
			       NULL) != SQLITE_OK)
		return false;
	statement->n_params = sqlite3_bind_parameter_count(statement->at);
	return true;
}

static bool prepare(struct sql *s, enum sql_user user, char **error)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		if (!sql_is_for((enum sql_id)i, user) || prepare_one(own(s), (enum sql_id)i))
			continue;
		db_error(own(s)->db, "prepare a statement of",
			 sqlite3_db_filename(own(s)->db, NULL), error);
		return false;
	}
	return true;
}

static void forget(struct sql *s, enum sql_user user)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		struct sqlite_statement *statement = own_statement(s, (enum sql_id)i);

		if (!sql_is_for((enum sql_id)i, user))
			continue;
		sqlite3_finalize(statement->at);
		statement->at = NULL;
	}
}

static void close_sql(struct sql *s)
{
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(own_statement(s, (enum sql_id)i)->at);
	if (own(s)->owns)
		sqlite3_close(own(s)->db);
	free(s->handle);
}

static int n_params(const struct sql *s, enum sql_id id)
{
	return own_statement(s, id)->n_params;
}

static const char *param_name(const struct sql *s, enum sql_id id, int param)
{
	return sqlite3_bind_parameter_name(own_statement(s, id)->at, param + 1);
}

static int n_columns(const struct sql *s, enum sql_id id)
{
	return sqlite3_column_count(own_statement(s, id)->at);
}

static const char *column_name(const struct sql *s, enum sql_id id, int column)
{
	return sqlite3_column_name(own_statement(s, id)->at, column);
}

static int bind_text(sqlite3_stmt *statement, int place, struct span s)
{
	// A NULL pointer would be bound as NULL.
	return sqlite3_bind_text64(statement, place, s.len ? s.at : "", s.len, SQLITE_STATIC,
				   SQLITE_UTF8);
}

static void bind_value(sqlite3_stmt *statement, int place, const struct value *value)
{
	int code = SQLITE_OK;

	switch (value->kind) {
	case VALUE_INT:
		code = sqlite3_bind_int64(statement, place, value->number);
		break;
	case VALUE_TEXT:
		code = bind_text(statement, place, value->bytes);
		break;
	case VALUE_TEXT_OR_NULL:
		code = value->bytes.len ? bind_text(statement, place, value->bytes)
					: sqlite3_bind_null(statement, place);
		break;
	case VALUE_BLOB:
		code = sqlite3_bind_blob64(statement, place,
					   value->bytes.len ? value->bytes.at : "",
					   value->bytes.len, SQLITE_STATIC);
		break;
	}
	// Bound as NULL, which the table refuses: the entry fails, nothing wrong is stored.
	if (code != SQLITE_OK)
		sqlite3_bind_null(statement, place);
}

static struct statement *bind(struct sql *s, enum sql_id id, const struct value *values)
{
	struct sqlite_statement *statement = own_statement(s, id);

	for (int i = 0; i < statement->n_params; i++)
		bind_value(statement->at, i + 1, &values[i]);
	return &statement->base;
}

static enum db_code step(struct statement *base)
{
	return note(of_base(base)->of, sqlite3_step(sqlite_statement(base)));
}

static int64_t number(const struct statement *base, int column)
{
	return sqlite3_column_int64(sqlite_statement(base), column);
}

static bool is_null(const struct statement *base, int column)
{
	return sqlite3_column_type(sqlite_statement(base), column) == SQLITE_NULL;
}

static struct span span(const struct statement *base, int column)
{
	const char *bytes = sqlite3_column_blob(sqlite_statement(base), column);

	return span_from(bytes ? bytes : "",
			 (size_t)sqlite3_column_bytes(sqlite_statement(base), column));
}

static struct value value(const struct statement *base, int column)
{
	struct span bytes;

	switch (sqlite3_column_type(sqlite_statement(base), column)) {
	case SQLITE_INTEGER:
		return of_int(number(base, column));
	case SQLITE_NULL:
		return of_text_or_null(SPAN(""));
	case SQLITE_BLOB:
		bytes = span(base, column);
		return of_blob(bytes.at, bytes.len);
	default:
		return of_text(span(base, column));
	}
}

static void reset(struct statement *base)
{
	sqlite3_reset(sqlite_statement(base));
}

// What gives rows is no statement to be run.
static enum db_code run(struct statement *base)
{
	enum db_code code = step(base);

	reset(base);
	return code == DB_END ? DB_OK : code;
}

// The handle's own words say more, while they are still of that failure.
static const char *error_of(const struct sql *s)
{
	const struct sqlite_sql *h = s->handle;
	int newest = sqlite3_extended_errcode(h->db);

	return newest == h->failed ? sqlite3_errmsg(h->db) : sqlite3_errstr(h->failed);
}

static void explain(const struct sql *s, const char *what, const char *where, char **error)
{
	db_error(own(s)->db, what, where, error);
}

static struct statement *find(struct sql *s, UNUSED const struct query *q,
			      struct span expression, int64_t from, int64_t to)
{
	return bind(s, SQL_SEARCH,
		    (struct value[]){of_text(expression), of_int(from), of_int(to)});
}

// Ends the statement in which the last step that may be taken is; what comes behind it to
// clear up goes on.
static int on_steps(void *arg)
{
	const struct sqlite_sql *s = arg;
	int64_t before = *s->steps;

	*s->steps += STEPS_LOOK;
	return before <= s->steps_max && *s->steps > s->steps_max;
}

static void meter(struct sql *s, int64_t *steps, int64_t max)
{
	struct sqlite_sql *h = own(s);

	h->steps = steps;
	h->steps_max = max;
	sqlite3_progress_handler(h->db, steps ? STEPS_LOOK : 0, steps ? on_steps : NULL, h);
}

static void interrupt(struct sql *s)
{
	sqlite3_interrupt(own(s)->db);
}

static const struct driver sqlite_driver = {
	.prepare = prepare,
	.forget = forget,
	.close = close_sql,
	.n_params = n_params,
	.param_name = param_name,
	.n_columns = n_columns,
	.column_name = column_name,
	.bind = bind,
	.step = step,
	.number = number,
	.is_null = is_null,
	.span = span,
	.value = value,
	.reset = reset,
	.run = run,
	.error = error_of,
	.explain = explain,
	.find = find,
	.meter = meter,
	.interrupt = interrupt,
};

void sqlite_sql_open(struct sql *s, sqlite3 *db, bool owns)
{
	struct sqlite_sql *h = xcalloc(1, sizeof(*h));

	h->db = db;
	h->owns = owns;
	for (int i = 0; i < SQL_COUNT; i++) {
		h->statements[i].base.driver = &sqlite_driver;
		h->statements[i].of = h;
	}
	*s = (struct sql){.driver = &sqlite_driver, .handle = h};
}

sqlite3 *sqlite_sql_db(const struct sql *s)
{
	return own(s)->db;
}
