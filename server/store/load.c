// SPDX-License-Identifier: MIT
#include "server/store/load.h"

#include "server/store/store_private.h"

#include <string.h>

static int64_t number(sqlite3_stmt *row, int column)
{
	return sqlite3_column_int64(row, column);
}

static void read_hash(sqlite3_stmt *row, int column, uint8_t out[static 32])
{
	struct span bytes = sql_span(row, column);

	if (bytes.len == 32)
		memcpy(out, bytes.at, 32);
}

static void read_setting(sqlite3_stmt *row, struct entry *e)
{
	e->setting = (struct entry_setting){sql_span(row, 0), sql_span(row, 1)};
}

static void read_account(sqlite3_stmt *row, struct entry *e)
{
	e->account = (struct entry_account){
		.id = number(row, 0),
		.name = sql_span(row, 1),
		.password = sql_span(row, 2),
		.realname = sql_span(row, 3),
		.role = (enum account_role)number(row, 4),
		.disabled = number(row, 5) != 0,
		.created_ms = number(row, 6),
		.seen_ms = number(row, 7),
	};
}

static void read_credential(sqlite3_stmt *row, struct entry *e)
{
	e->credential = (struct entry_credential){
		.id = number(row, 0),
		.account = number(row, 1),
		.kind = (enum credential_kind)number(row, 2),
		.label = sql_span(row, 4),
		.created_ms = number(row, 5),
		.used_ms = number(row, 6),
		.expires_ms = number(row, 7),
	};
	read_hash(row, 3, e->credential.hash);
	if (sqlite3_column_bytes(row, 8) == sizeof(e->credential.cert))
		memcpy(e->credential.cert, sqlite3_column_blob(row, 8),
		       sizeof(e->credential.cert));
}

static void read_invite(sqlite3_stmt *row, struct entry *e)
{
	e->invite = (struct entry_invite){
		.id = number(row, 0),
		.room = number(row, 2),
		.uses_left = number(row, 3),
		.uses_max = number(row, 4),
		.expires_ms = number(row, 5),
		.created_ms = number(row, 6),
		.creator = sql_span(row, 7),
		.note = sql_span(row, 8),
	};
	read_hash(row, 1, e->invite.hash);
}

static void read_room(sqlite3_stmt *row, struct entry *e)
{
	e->room = (struct entry_room){
		.id = number(row, 0),
		.name = sql_span(row, 1),
		.topic = sql_span(row, 2),
		.topic_by = sql_span(row, 3),
		.topic_ms = number(row, 4),
		.flags = (unsigned)number(row, 5),
		.key = sql_span(row, 6),
		.limit = number(row, 7),
		.created_ms = number(row, 8),
		.keep_ms = number(row, 9),
		.keep_bytes = number(row, 10),
	};
}

static void read_dialog(sqlite3_stmt *row, struct entry *e)
{
	e->dialog = (struct entry_dialog){number(row, 0), number(row, 1), number(row, 2)};
}

static void read_head(sqlite3_stmt *row, struct entry *e)
{
	e->stream_head = (struct entry_stream_head){
		.stream = number(row, 0),
		.seq = (uint64_t)number(row, 1),
		.id = (message_id)number(row, 2),
		.time_ms = number(row, 3),
	};
}

static void read_member(sqlite3_stmt *row, struct entry *e)
{
	e->member = (struct entry_member){
		.room = number(row, 0),
		.account = number(row, 1),
		.role = (enum member_role)number(row, 2),
		.joined_ms = number(row, 3),
	};
}

static void read_ban(sqlite3_stmt *row, struct entry *e)
{
	e->ban = (struct entry_ban){
		.room = number(row, 0),
		.kind = (enum ban_kind)number(row, 1),
		.mask = sql_span(row, 2),
		.by = sql_span(row, 3),
		.reason = sql_span(row, 4),
		.at_ms = number(row, 5),
		.expires_ms = number(row, 6),
	};
}

static void read_marker(sqlite3_stmt *row, struct entry *e)
{
	e->marker = (struct entry_marker){number(row, 0), number(row, 1), number(row, 2)};
}

static void read_cursor(sqlite3_stmt *row, struct entry *e)
{
	e->cursor = (struct entry_cursor){
		.account = number(row, 0),
		.device = sql_span(row, 1),
		.id = (message_id)number(row, 2),
	};
}

static void read_metadata(sqlite3_stmt *row, struct entry *e)
{
	e->metadata = (struct entry_metadata){
		.room = number(row, 0),
		.account = number(row, 1),
		.key = sql_span(row, 2),
		.value = sql_span(row, 3),
	};
}

struct table {
	enum sql_id statement;
	enum entry_kind kind;
	void (*read)(sqlite3_stmt *row, struct entry *e);
};

// In order of dependency.
static const struct table tables[] = {
	{SQL_LOAD_SETTINGS, ENTRY_SETTING, read_setting},
	{SQL_LOAD_ACCOUNTS, ENTRY_ACCOUNT, read_account},
	{SQL_LOAD_CREDENTIALS, ENTRY_CREDENTIAL, read_credential},
	{SQL_LOAD_INVITES, ENTRY_INVITE, read_invite},
	{SQL_LOAD_ROOMS, ENTRY_ROOM, read_room},
	{SQL_LOAD_DIALOGS, ENTRY_DIALOG, read_dialog},
	{SQL_LOAD_HEADS, ENTRY_STREAM_HEAD, read_head},
	{SQL_LOAD_MEMBERS, ENTRY_MEMBER, read_member},
	{SQL_LOAD_BANS, ENTRY_BAN, read_ban},
	{SQL_LOAD_MARKERS, ENTRY_MARKER, read_marker},
	{SQL_LOAD_CURSORS, ENTRY_CURSOR, read_cursor},
	{SQL_LOAD_METADATA, ENTRY_METADATA, read_metadata},
};

static bool load_table(struct sql *sql, const struct table *t, store_entry_fn *on_entry,
		       void *arg)
{
	sqlite3_stmt *row = sql_bind(sql, t->statement, NULL);
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct entry e = {.kind = t->kind};

		t->read(row, &e);
		on_entry(arg, &e);
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE;
}

bool store_load(struct store *s, store_entry_fn *on_entry, void *arg, char **error)
{
	struct sql sql = {0};

	*error = NULL;
	if (!sql_prepare(&sql, s->db, SQL_LOADER, error))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(tables) && !*error; i++) {
		if (!load_table(&sql, &tables[i], on_entry, arg))
			db_error(s->db, "read", s->path, error);
	}
	sql_finalize(&sql);
	return !*error;
}
