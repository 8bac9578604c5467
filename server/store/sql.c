// SPDX-License-Identifier: MIT
#include "server/store/sql_before.h"

#include <string.h>

#define STORED                                                                                 \
	"message.id, message.stream, message.seq, message.time_ms, message.account, "          \
	"message.sender, message.kind, message.text, message.tags, message.client_id, "        \
	"message.redacted"
#define COLUMNS                                                                                \
	STORED                                                                                 \
	", iif(message.redacted, coalesce((SELECT account FROM redaction "                     \
	"WHERE message = message.id), 0), 0) AS redacted_by, "                                 \
	"iif(message.redacted, (SELECT name FROM redaction "                                   \
	"WHERE message = message.id), '') AS redacted_name, "                                  \
	"iif(message.redacted, (SELECT reason FROM redaction "                                 \
	"WHERE message = message.id), '') AS redacted_reason, "                                \
	"iif(message.redacted, coalesce((SELECT original FROM edit "                           \
	"WHERE message = message.id), 0), 0) AS redacted_edit"
// Where who removed a message is not looked at: a search goes through thousands.
#define UNREMOVED                                                                              \
	STORED                                                                                 \
	", 0 AS redacted_by, '' AS redacted_name, '' AS redacted_reason, 0 AS redacted_edit"
// Parameters of a page: 1 stream, 2 after this id, 3 before this one, 4 redacted ones too,
// 5 limit.
#define WITHIN " AND id > ?2 AND id < ?3 AND redacted <= ?4"
// The indexes end in the id: these come in its order.
#define MESSAGES "FROM message INDEXED BY message_stream WHERE stream = ?1 AND seq > 0"
#define EVENTS "FROM message INDEXED BY message_event WHERE stream = ?1 AND seq = 0"
#define OLD " ORDER BY id"
#define NEW " ORDER BY id DESC"
// The newest message and event of the stream named behind it, up to a parenthesis.
#define NEWEST_MESSAGE                                                                         \
	"(SELECT max(n.id) FROM message AS n INDEXED BY message_stream WHERE n.seq > 0"        \
	" AND n.stream = "
#define NEWEST_EVENT                                                                           \
	"(SELECT max(n.id) FROM message AS n INDEXED BY message_event WHERE n.seq = 0"         \
	" AND n.stream = "
// What places are compared by.
#define SPOT "SELECT id, seq, time_ms "

// The message that the message ?1 edits, or itself.
#define ORIGINAL "coalesce((SELECT original FROM edit WHERE message = ?1), ?1)"

// What a message takes on disk: its text, and about what its row and its entries in the
// indexes are without it.
#define WEIGHT                                                                                 \
	"130 + length(CAST(text AS BLOB)) * 2 + length(CAST(tags AS BLOB)) +"                  \
	" length(CAST(sender AS BLOB))"

struct text {
	const char *name;
	enum sql_user user;
	enum row_part part;
	enum entry_kind kind;
	const char *sql;
};

static const struct text texts[SQL_COUNT] = {
#define SQL(name, user, sql) [SQL_##name] = {#name, SQL_##user, ROW_NONE, ENTRY_KINDS, sql},
#define ROW(name, user, kind, sql)                                                             \
	[SQL_##name] = {#name, SQL_##user, ROW_WHOLE, ENTRY_##kind, sql},
#define PART(name, user, kind, sql)                                                            \
	[SQL_##name] = {#name, SQL_##user, ROW_PART, ENTRY_##kind, sql},
#include "server/store/sql.def"
};

static bool is_for(enum sql_user text, enum sql_user user)
{
	return text == user || (text == SQL_BOTH && (user == SQL_WRITER || user == SQL_READER));
}

static bool prepare(struct sql *s, enum sql_id id, char **error)
{
	const struct text *text = &texts[id];

	if (sqlite3_prepare_v3(s->db, text->sql, -1, SQLITE_PREPARE_PERSISTENT,
			       &s->statements[id], NULL) != SQLITE_OK) {
		db_error(s->db, "prepare a statement of", sqlite3_db_filename(s->db, NULL),
			 error);
		return false;
	}
	s->rows[id] = (struct row){.part = text->part, .kind = text->kind};
	return text->part == ROW_NONE ||
	       row_match(&s->rows[id], s->statements[id], text->name, error);
}

bool sql_prepare(struct sql *s, sqlite3 *db, enum sql_user user, char **error)
{
	s->db = db;
	for (int i = 0; i < SQL_COUNT; i++) {
		if (!is_for(texts[i].user, user) || prepare(s, (enum sql_id)i, error))
			continue;
		sql_finalize(s);
		return false;
	}
	return true;
}

void sql_finalize(struct sql *s)
{
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->statements[i]);
	*s = (struct sql){0};
}

static int bind_text(sqlite3_stmt *statement, int at, struct span s)
{
	// A NULL pointer would be bound as NULL.
	return sqlite3_bind_text64(statement, at, s.len ? s.at : "", s.len, SQLITE_STATIC,
				   SQLITE_UTF8);
}

void sql_bind_value(sqlite3_stmt *statement, int at, const struct value *value)
{
	int code = SQLITE_OK;

	switch (value->kind) {
	case VALUE_INT:
		code = sqlite3_bind_int64(statement, at, value->number);
		break;
	case VALUE_TEXT:
		code = bind_text(statement, at, value->bytes);
		break;
	case VALUE_TEXT_OR_NULL:
		code = value->bytes.len ? bind_text(statement, at, value->bytes)
					: sqlite3_bind_null(statement, at);
		break;
	case VALUE_BLOB:
		code = sqlite3_bind_blob64(statement, at,
					   value->bytes.len ? value->bytes.at : "",
					   value->bytes.len, SQLITE_STATIC);
		break;
	}
	// Bound as NULL, which the table refuses: the entry fails, nothing wrong is stored.
	if (code != SQLITE_OK)
		sqlite3_bind_null(statement, at);
}

sqlite3_stmt *sql_bind(struct sql *s, enum sql_id id, const struct value *values)
{
	sqlite3_stmt *statement = s->statements[id];
	int count = sqlite3_bind_parameter_count(statement);

	for (int i = 0; i < count; i++)
		sql_bind_value(statement, i + 1, &values[i]);
	return statement;
}

static int run(sqlite3_stmt *statement)
{
	int code;

	do
		code = sqlite3_step(statement);
	while (code == SQLITE_ROW);
	sqlite3_reset(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int sql_run(struct sql *s, enum sql_id id, const struct value *values)
{
	return run(sql_bind(s, id, values));
}

int sql_run_row(struct sql *s, enum sql_id id, const struct entry *e)
{
	row_bind(&s->rows[id], s->statements[id], e);
	return run(s->statements[id]);
}

int sql_number(struct sql *s, enum sql_id id, const struct value *values, int64_t *number)
{
	sqlite3_stmt *statement = sql_bind(s, id, values);
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL)
		*number = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? SQLITE_OK : code;
}

struct span sql_span(sqlite3_stmt *statement, int column)
{
	const char *at = sqlite3_column_blob(statement, column);

	return span_from(at ? at : "", (size_t)sqlite3_column_bytes(statement, column));
}
