// SPDX-License-Identifier: MIT
// Every SQL statement of the server, by name, prepared once for each handle.
//
// Values are bound, never pasted into text. Only files of server/store see this.
// Owner: who owns the handle.
#pragma once

#include "common/span.h"
#include "server/store/db.h"

enum sql_id {
	// The writer's.
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_PUT_SETTING,
	SQL_PUT_ACCOUNT,
	SQL_DELETE_ACCOUNT,
	SQL_PUT_CREDENTIAL,
	SQL_DELETE_CREDENTIAL,
	SQL_PUT_INVITE,
	SQL_DELETE_INVITE,
	SQL_PUT_ROOM,
	SQL_DELETE_ROOM,
	SQL_DELETE_ROOM_BANS,
	SQL_DELETE_ROOM_MARKERS,
	SQL_PUT_MEMBER,
	SQL_DELETE_MEMBER,
	SQL_PUT_BAN,
	SQL_DELETE_BAN,
	SQL_PUT_DIALOG,
	SQL_ADD_MESSAGE,
	SQL_REDACT,
	SQL_ADD_REDACTION,
	SQL_PUT_MARKER,
	SQL_PUT_CURSOR,
	SQL_PUT_ACCOUNT_METADATA,
	SQL_PUT_ROOM_METADATA,
	SQL_DELETE_ACCOUNT_METADATA,
	SQL_DELETE_ROOM_METADATA,
	SQL_ADD_AUDIT,
	SQL_ADD_WORDS,
	SQL_REMOVE_WORDS,
	SQL_MERGE_WORDS,
	SQL_UNINDEXED,
	SQL_PUT_FLOOR,
	SQL_PUT_EXPIRY,
	SQL_NEXT_EXPIRY,
	SQL_DELETE_EXPIRY,
	SQL_EXPIRED_MESSAGES,
	SQL_EXPIRED_EVENTS,
	SQL_DELETE_MESSAGE,
	SQL_DELETE_REDACTION,
	SQL_PUT_CHORE,
	SQL_GET_CHORE,
	SQL_DELETE_CHORE,
	// Both: one message.
	SQL_MESSAGE,
	// The readers'.
	SQL_PLACE,
	SQL_PAGE_OLD,
	SQL_PAGE_NEW,
	SQL_PAGE_EVENTS_OLD,
	SQL_PAGE_EVENTS_NEW,
	SQL_PAGE_SEQ_OLD,
	SQL_PAGE_SEQ_NEW,
	SQL_CLIENT_ID,
	SQL_NEWEST,
	SQL_SEQ_AT,
	SQL_FIRST_SEQ,
	SQL_LAST_SEQ,
	SQL_ID_OF_SEQ,
	SQL_MISSED_MESSAGES,
	SQL_MISSED_EVENTS,
	SQL_SEARCH,
	SQL_BEGIN_READ,
	SQL_END_READ,
	SQL_UNINDEXED_FROM,
	SQL_TAIL,
	SQL_AUDIT,
	// Of the words in memory.
	SQL_TAIL_ADD,
	SQL_TAIL_FIND,
	// Of the start.
	SQL_LOAD_SETTINGS,
	SQL_LOAD_ACCOUNTS,
	SQL_LOAD_CREDENTIALS,
	SQL_LOAD_INVITES,
	SQL_LOAD_ROOMS,
	SQL_LOAD_DIALOGS,
	SQL_LOAD_HEADS,
	SQL_LOAD_MEMBERS,
	SQL_LOAD_BANS,
	SQL_LOAD_MARKERS,
	SQL_LOAD_CURSORS,
	SQL_LOAD_METADATA,
	SQL_COUNT,
};

enum sql_user { SQL_BOTH, SQL_WRITER, SQL_READER, SQL_TAIL_USER, SQL_LOADER };

struct sql {
	sqlite3 *db; // borrowed
	sqlite3_stmt *statements[SQL_COUNT];
};

// Prepares the statements of `user`. False with words in *error.
MUST_USE bool sql_prepare(struct sql *s, sqlite3 *db, enum sql_user user, char **error);
void sql_finalize(struct sql *s);

// A value to bind.
struct value {
	enum { VALUE_INT, VALUE_TEXT, VALUE_BLOB, VALUE_TEXT_OR_NULL } kind;
	int64_t number;
	struct span bytes; // borrowed until the statement is reset
};

static inline struct value of_int(int64_t n)
{
	return (struct value){.kind = VALUE_INT, .number = n};
}

static inline struct value of_u64(uint64_t n)
{
	return of_int((int64_t)n);
}

static inline struct value of_text(struct span s)
{
	return (struct value){.kind = VALUE_TEXT, .bytes = s};
}

static inline struct value of_blob(const void *at, size_t len)
{
	return (struct value){.kind = VALUE_BLOB, .bytes = span_from(at, len)};
}

// "" is NULL.
static inline struct value of_text_or_null(struct span s)
{
	return (struct value){.kind = VALUE_TEXT_OR_NULL, .bytes = s};
}

// Binds as many values as the statement has parameters, ready to step. Reset it when
// done, so that no transaction stays open.
MUST_USE sqlite3_stmt *sql_bind(struct sql *s, enum sql_id id, const struct value *values);
// Binds, runs to the end, resets: SQLITE_OK or an (extended) result code.
MUST_USE int sql_run(struct sql *s, enum sql_id id, const struct value *values);
// Binds, takes the first column of the first row as *number (unchanged without a row).
MUST_USE int sql_number(struct sql *s, enum sql_id id, const struct value *values,
			int64_t *number);
// The text or blob of a column, valid until the next step.
MUST_USE struct span sql_span(sqlite3_stmt *statement, int column);
