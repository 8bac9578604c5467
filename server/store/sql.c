// SPDX-License-Identifier: MIT
#include "server/store/sql.h"

#include <string.h>

#define COLUMNS                                                                        \
	"message.id, message.stream, message.seq, message.time_ms, message.account, "  \
	"message.sender, message.kind, message.text, message.tags, message.client_id, " \
	"message.redacted"
// Parameters of a page: 1 stream, 2 and 3 after this (time, id), 4 and 5 before this one,
// 6 redacted ones too, 7 limit.
#define WITHIN                                                                         \
	" AND (time_ms, id) > (?2, ?3) AND (time_ms, id) < (?4, ?5) AND redacted <= ?6"
#define MESSAGES "FROM message INDEXED BY message_time WHERE stream = ?1 AND seq > 0"
#define EVENTS "FROM message INDEXED BY message_event WHERE stream = ?1 AND seq = 0"
#define BY_SEQ "FROM message INDEXED BY message_seq WHERE stream = ?1 AND seq > 0"
#define OLD " ORDER BY time_ms, id"
#define NEW " ORDER BY time_ms DESC, id DESC"
// The newest message and event of a stream.
#define NEWEST_OF(stream, index, seq)                                                  \
	"(SELECT n.id FROM message AS n INDEXED BY " index " WHERE n.stream = " stream \
	" AND n.seq " seq " ORDER BY n.time_ms DESC, n.id DESC LIMIT 1)"
#define NEWEST_MESSAGE(stream) NEWEST_OF(stream, "message_time", "> 0")
#define NEWEST_EVENT(stream) NEWEST_OF(stream, "message_event", "= 0")

struct text {
	enum sql_user user;
	const char *sql;
};

static const struct text texts[SQL_COUNT] = {
	[SQL_BEGIN] = {SQL_WRITER, "BEGIN IMMEDIATE"},
	[SQL_COMMIT] = {SQL_WRITER, "COMMIT"},
	[SQL_ROLLBACK] = {SQL_WRITER, "ROLLBACK"},

	[SQL_PUT_SETTING] = {SQL_WRITER,
		"INSERT INTO setting (key, value) VALUES (?1, ?2)"
		" ON CONFLICT DO UPDATE SET value = ?2"},
	[SQL_PUT_ACCOUNT] = {SQL_WRITER,
		"INSERT INTO account (id, name, password, realname, role, disabled, created_ms,"
		" seen_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (id) DO UPDATE SET name = ?2, password = ?3, realname = ?4,"
		" role = ?5, disabled = ?6, created_ms = ?7, seen_ms = ?8"},
	[SQL_DELETE_ACCOUNT] = {SQL_WRITER, "DELETE FROM account WHERE id = ?1"},
	[SQL_PUT_CREDENTIAL] = {SQL_WRITER,
		"INSERT INTO credential (id, account, kind, hash, label, created_ms, used_ms,"
		" expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
		" ON CONFLICT (id) DO UPDATE SET account = ?2, kind = ?3, hash = ?4, label = ?5,"
		" created_ms = ?6, used_ms = ?7, expires_ms = ?8"},
	[SQL_DELETE_CREDENTIAL] = {SQL_WRITER, "DELETE FROM credential WHERE id = ?1"},
	[SQL_PUT_INVITE] = {SQL_WRITER,
		"INSERT INTO invite (id, hash, room, uses_left, uses_max, expires_ms, created_ms,"
		" creator, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		" ON CONFLICT (id) DO UPDATE SET hash = ?2, room = ?3, uses_left = ?4,"
		" uses_max = ?5, expires_ms = ?6, created_ms = ?7, creator = ?8, note = ?9"},
	[SQL_DELETE_INVITE] = {SQL_WRITER, "DELETE FROM invite WHERE id = ?1"},
	[SQL_PUT_ROOM] = {SQL_WRITER,
		"INSERT INTO room (id, name, topic, topic_by, topic_ms, flags, key, user_limit,"
		" created_ms, keep_ms, keep_bytes)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
		" ON CONFLICT (id) DO UPDATE SET name = ?2, topic = ?3, topic_by = ?4,"
		" topic_ms = ?5, flags = ?6, key = ?7, user_limit = ?8, created_ms = ?9,"
		" keep_ms = ?10, keep_bytes = ?11"},
	[SQL_DELETE_ROOM] = {SQL_WRITER, "DELETE FROM room WHERE id = ?1"},
	[SQL_DELETE_ROOM_BANS] = {SQL_WRITER, "DELETE FROM ban WHERE room = ?1"},
	[SQL_DELETE_ROOM_MARKERS] = {SQL_WRITER, "DELETE FROM marker WHERE stream = ?1"},
	[SQL_PUT_MEMBER] = {SQL_WRITER,
		"INSERT INTO member (room, account, role, joined_ms) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO UPDATE SET role = ?3, joined_ms = ?4"},
	[SQL_DELETE_MEMBER] = {SQL_WRITER, "DELETE FROM member WHERE room = ?1 AND account = ?2"},
	[SQL_PUT_BAN] = {SQL_WRITER,
		"INSERT INTO ban (room, kind, mask, by_whom, reason, at_ms, expires_ms)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT DO UPDATE SET by_whom = ?4, reason = ?5, at_ms = ?6,"
		" expires_ms = ?7"},
	[SQL_DELETE_BAN] = {SQL_WRITER,
		"DELETE FROM ban WHERE room = ?1 AND kind = ?2 AND mask = ?3"},
	[SQL_PUT_DIALOG] = {SQL_WRITER,
		"INSERT INTO dialog (id, low, high) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (id) DO UPDATE SET low = ?2, high = ?3"},
	[SQL_ADD_MESSAGE] = {SQL_WRITER,
		"INSERT INTO message (id, stream, seq, time_ms, account, sender, kind, text,"
		" tags, client_id, redacted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"},
	[SQL_REDACT] = {SQL_WRITER,
		"UPDATE message SET text = '', tags = '', redacted = 1 WHERE id = ?1"},
	[SQL_ADD_REDACTION] = {SQL_WRITER,
		"INSERT INTO redaction (message, account, reason, at_ms) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT DO NOTHING"},
	[SQL_PUT_MARKER] = {SQL_WRITER,
		"INSERT INTO marker (account, stream, time_ms) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO UPDATE SET time_ms = ?3"},
	[SQL_PUT_CURSOR] = {SQL_WRITER,
		"INSERT INTO cursor (account, device, message) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO UPDATE SET message = ?3"},
	[SQL_PUT_ACCOUNT_METADATA] = {SQL_WRITER,
		"INSERT INTO account_metadata (account, key, value) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO UPDATE SET value = ?3"},
	[SQL_PUT_ROOM_METADATA] = {SQL_WRITER,
		"INSERT INTO room_metadata (room, key, value) VALUES (?1, ?2, ?3)"
		" ON CONFLICT DO UPDATE SET value = ?3"},
	[SQL_DELETE_ACCOUNT_METADATA] = {SQL_WRITER,
		"DELETE FROM account_metadata WHERE account = ?1 AND (?2 = '' OR key = ?2)"},
	[SQL_DELETE_ROOM_METADATA] = {SQL_WRITER,
		"DELETE FROM room_metadata WHERE room = ?1 AND (?2 = '' OR key = ?2)"},
	[SQL_ADD_AUDIT] = {SQL_WRITER,
		"INSERT INTO audit (at_ms, actor, verb, detail) VALUES (?1, ?2, ?3, ?4)"},

	// The index keeps no text of its own: what it is told to forget must be what it learnt.
	[SQL_ADD_WORDS] = {SQL_WRITER,
		"INSERT INTO search (rowid, text, place) VALUES (?1, ?2, 's' || ?3)"},
	[SQL_REMOVE_WORDS] = {SQL_WRITER,
		"INSERT INTO search (search, rowid, text, place)"
		" VALUES ('delete', ?1, ?2, 's' || ?3)"},
	[SQL_MERGE_WORDS] = {SQL_WRITER, "INSERT INTO search (search, rank) VALUES ('merge', ?1)"},
	[SQL_UNINDEXED] = {SQL_WRITER,
		"SELECT id, stream, text FROM message WHERE id >= ?1 AND seq > 0"
		" ORDER BY id LIMIT ?2"},

	[SQL_PUT_FLOOR] = {SQL_WRITER,
		"INSERT INTO floor (stream, seq, message, time_ms)"
		" SELECT ?1, coalesce(m.seq, 0), max(coalesce(m.id, 0), coalesce(e.id, 0)),"
		" max(coalesce(m.time_ms, 0), coalesce(e.time_ms, 0)) FROM (SELECT 1)"
		" LEFT JOIN message AS m ON m.id = " NEWEST_MESSAGE("?1")
		" LEFT JOIN message AS e ON e.id = " NEWEST_EVENT("?1")
		" WHERE true ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq),"
		" message = max(message, excluded.message),"
		" time_ms = max(time_ms, excluded.time_ms)"},
	[SQL_PUT_EXPIRY] = {SQL_WRITER,
		"INSERT INTO expiry (stream, upto) VALUES (?1, ?2)"
		" ON CONFLICT DO UPDATE SET upto = max(upto, ?2)"},
	[SQL_NEXT_EXPIRY] = {SQL_WRITER, "SELECT stream, upto FROM expiry LIMIT 1"},
	[SQL_DELETE_EXPIRY] = {SQL_WRITER, "DELETE FROM expiry WHERE stream = ?1"},
	[SQL_EXPIRED_MESSAGES] = {SQL_WRITER,
		"SELECT id, text, redacted " MESSAGES OLD " LIMIT ?2"},
	[SQL_EXPIRED_EVENTS] = {SQL_WRITER,
		"SELECT id, '', 1 " EVENTS OLD " LIMIT ?2"},
	[SQL_DELETE_MESSAGE] = {SQL_WRITER, "DELETE FROM message WHERE id = ?1"},
	[SQL_DELETE_REDACTION] = {SQL_WRITER, "DELETE FROM redaction WHERE message = ?1"},
	[SQL_PUT_CHORE] = {SQL_WRITER,
		"INSERT INTO chore (name, value) VALUES (?1, ?2)"
		" ON CONFLICT DO UPDATE SET value = ?2"},
	[SQL_GET_CHORE] = {SQL_WRITER, "SELECT value FROM chore WHERE name = ?1"},
	[SQL_DELETE_CHORE] = {SQL_WRITER, "DELETE FROM chore WHERE name = ?1"},

	[SQL_MESSAGE] = {SQL_BOTH, "SELECT " COLUMNS " FROM message WHERE id = ?1"},

	[SQL_PLACE] = {SQL_READER, "SELECT time_ms FROM message WHERE id = ?1 AND stream = ?2"},
	[SQL_PAGE_OLD] = {SQL_READER, "SELECT " COLUMNS " " MESSAGES WITHIN OLD " LIMIT ?7"},
	[SQL_PAGE_NEW] = {SQL_READER, "SELECT " COLUMNS " " MESSAGES WITHIN NEW " LIMIT ?7"},
	// Both arms come in order, so that sqlite merges them without sorting.
	[SQL_PAGE_EVENTS_OLD] = {SQL_READER,
		"SELECT " COLUMNS " " MESSAGES WITHIN " UNION ALL"
		" SELECT " COLUMNS " " EVENTS WITHIN OLD " LIMIT ?7"},
	[SQL_PAGE_EVENTS_NEW] = {SQL_READER,
		"SELECT " COLUMNS " " MESSAGES WITHIN " UNION ALL"
		" SELECT " COLUMNS " " EVENTS WITHIN NEW " LIMIT ?7"},
	[SQL_PAGE_SEQ_OLD] = {SQL_READER,
		"SELECT " COLUMNS " " BY_SEQ " AND seq BETWEEN ?2 AND ?3 AND redacted <= ?4"
		" ORDER BY seq LIMIT ?5"},
	[SQL_PAGE_SEQ_NEW] = {SQL_READER,
		"SELECT " COLUMNS " " BY_SEQ " AND seq BETWEEN ?2 AND ?3 AND redacted <= ?4"
		" ORDER BY seq DESC LIMIT ?5"},
	[SQL_CLIENT_ID] = {SQL_READER,
		"SELECT " COLUMNS " FROM message INDEXED BY message_client"
		" WHERE account = ?1 AND client_id = ?2"},
	[SQL_NEWEST] = {SQL_READER,
		"SELECT m.id, m.time_ms, m.seq, e.id, e.time_ms FROM (SELECT 1)"
		" LEFT JOIN message AS m ON m.id = " NEWEST_MESSAGE("?1")
		" LEFT JOIN message AS e ON e.id = " NEWEST_EVENT("?1")},
	[SQL_SEQ_AT] = {SQL_READER, "SELECT seq " MESSAGES " AND time_ms <= ?2" NEW " LIMIT 1"},
	[SQL_FIRST_SEQ] = {SQL_READER, "SELECT seq " BY_SEQ " ORDER BY seq LIMIT 1"},
	[SQL_LAST_SEQ] = {SQL_READER, "SELECT seq " BY_SEQ " ORDER BY seq DESC LIMIT 1"},
	[SQL_ID_OF_SEQ] = {SQL_READER, "SELECT id " BY_SEQ " AND seq = ?2"},
	[SQL_MISSED_MESSAGES] = {SQL_READER,
		"SELECT id " BY_SEQ " AND seq >= ?2 ORDER BY seq LIMIT ?3"},
	[SQL_MISSED_EVENTS] = {SQL_READER,
		"SELECT id " EVENTS " AND time_ms >= ?2 AND id > ?3" OLD " LIMIT ?4"},
	[SQL_SEARCH] = {SQL_READER,
		"SELECT " COLUMNS " FROM search JOIN message ON message.id = search.rowid"
		" WHERE search MATCH ?1 AND search.rowid > ?2 AND search.rowid < ?3"
		" ORDER BY search.rowid DESC"},
	[SQL_BEGIN_READ] = {SQL_READER, "BEGIN"},
	[SQL_END_READ] = {SQL_READER, "COMMIT"},
	[SQL_UNINDEXED_FROM] = {SQL_READER, "SELECT value FROM chore WHERE name = 'unindexed'"},
	[SQL_TAIL] = {SQL_READER,
		"SELECT id, stream, text FROM message WHERE id >= ?1 AND seq > 0"
		" ORDER BY id DESC LIMIT ?2"},
	[SQL_TAIL_ADD] = {SQL_TAIL_USER,
		"INSERT INTO tail (rowid, text, place) VALUES (?1, ?2, 's' || ?3)"},
	[SQL_TAIL_FIND] = {SQL_TAIL_USER,
		"SELECT rowid FROM tail WHERE tail MATCH ?1 ORDER BY rowid DESC"},
	[SQL_AUDIT] = {SQL_READER,
		"SELECT at_ms, actor, verb, detail FROM audit ORDER BY id DESC LIMIT ?1"},

	[SQL_LOAD_SETTINGS] = {SQL_LOADER, "SELECT key, value FROM setting"},
	[SQL_LOAD_ACCOUNTS] = {SQL_LOADER,
		"SELECT id, name, password, realname, role, disabled, created_ms, seen_ms"
		" FROM account ORDER BY id"},
	[SQL_LOAD_CREDENTIALS] = {SQL_LOADER,
		"SELECT id, account, kind, hash, label, created_ms, used_ms, expires_ms"
		" FROM credential ORDER BY id"},
	[SQL_LOAD_INVITES] = {SQL_LOADER,
		"SELECT id, hash, room, uses_left, uses_max, expires_ms, created_ms, creator, note"
		" FROM invite ORDER BY id"},
	[SQL_LOAD_ROOMS] = {SQL_LOADER,
		"SELECT id, name, topic, topic_by, topic_ms, flags, key, user_limit, created_ms,"
		" keep_ms, keep_bytes FROM room ORDER BY id"},
	[SQL_LOAD_DIALOGS] = {SQL_LOADER, "SELECT id, low, high FROM dialog ORDER BY id"},
	[SQL_LOAD_HEADS] = {SQL_LOADER,
		"SELECT s.id, max(coalesce(m.seq, 0), coalesce(f.seq, 0)),"
		" max(coalesce(m.id, 0), coalesce(e.id, 0), coalesce(f.message, 0)),"
		" max(coalesce(m.time_ms, 0), coalesce(e.time_ms, 0), coalesce(f.time_ms, 0))"
		" FROM (SELECT id FROM room UNION SELECT id FROM dialog"
		" UNION SELECT stream FROM floor) AS s"
		" LEFT JOIN floor AS f ON f.stream = s.id"
		" LEFT JOIN message AS m ON m.id = " NEWEST_MESSAGE("s.id")
		" LEFT JOIN message AS e ON e.id = " NEWEST_EVENT("s.id")},
	[SQL_LOAD_MEMBERS] = {SQL_LOADER, "SELECT room, account, role, joined_ms FROM member"},
	[SQL_LOAD_BANS] = {SQL_LOADER,
		"SELECT room, kind, mask, by_whom, reason, at_ms, expires_ms FROM ban"},
	[SQL_LOAD_MARKERS] = {SQL_LOADER, "SELECT account, stream, time_ms FROM marker"},
	[SQL_LOAD_CURSORS] = {SQL_LOADER, "SELECT account, device, message FROM cursor"},
	[SQL_LOAD_METADATA] = {SQL_LOADER,
		"SELECT 0, account, key, value FROM account_metadata"
		" UNION ALL SELECT room, 0, key, value FROM room_metadata"},
};

static bool is_for(enum sql_user text, enum sql_user user)
{
	return text == user || (text == SQL_BOTH && (user == SQL_WRITER || user == SQL_READER));
}

bool sql_prepare(struct sql *s, sqlite3 *db, enum sql_user user, char **error)
{
	s->db = db;
	for (int i = 0; i < SQL_COUNT; i++) {
		if (!is_for(texts[i].user, user))
			continue;
		if (sqlite3_prepare_v3(db, texts[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
				       &s->statements[i], NULL) == SQLITE_OK)
			continue;
		db_error(db, "prepare a statement of", sqlite3_db_filename(db, NULL), error);
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

static void bind(sqlite3_stmt *statement, int at, const struct value *value)
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
		code = sqlite3_bind_blob64(statement, at, value->bytes.len ? value->bytes.at : "",
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
		bind(statement, i + 1, &values[i]);
	return statement;
}

int sql_run(struct sql *s, enum sql_id id, const struct value *values)
{
	sqlite3_stmt *statement = sql_bind(s, id, values);
	int code;

	do
		code = sqlite3_step(statement);
	while (code == SQLITE_ROW);
	sqlite3_reset(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
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
