// SPDX-License-Identifier: MIT
// What took something away since a copy was made is done again to the copy: the kinds are
// rows of redo.def, each a question whose answer is shown and acted upon.
//
// A table of the present is believed as a whole or not at all: a page that is lost would look
// as if its rows had been taken away.
#include "server/store/sqlite/sqlite_private.h"

#include "common/buf.h"
#include "server/store/sqlite/sqlite_backup_private.h"

#include <stdlib.h>
#include <string.h>

// Modes by which a room lets fewer in, or lets them do less.
_Static_assert((ROOM_INVITE_ONLY | ROOM_MODERATED | ROOM_NO_EXTERNAL | ROOM_SECRET |
		ROOM_TOPIC_LOCKED | ROOM_NO_CTCP) == 63,
	       "redo.def knows other flags");
_Static_assert(ROOM_SINCE_JOINED == 128 && ROOM_SINCE_INVITED == 256,
	       "redo.def knows other flags");
_Static_assert(BAN_BAN == 0 && BAN_SERVER == 4 && CREDENTIAL_TOKEN == 1 && HUSH_MUTE == 1 &&
		       MESSAGE_TAGMSG == 2 && MEMBER_FOUNDER == 4 && MEMBER_MODERATOR == 2,
	       "redo.def knows other numbers");

struct redo {
	const char *kind, *tables, *find, *act, *blind;
};

static const struct redo redos[] = {
#define REDO(kind, tables, find, act, blind) {kind, tables, find, act, blind},
#include "server/store/sqlite/redo.def"
};

struct work {
	sqlite3 *db;
	bool is_blind; // there is no present, or it cannot be opened
	bool is_partly;
	store_taken_fn *on_taken;
	void *arg;
};

// Whether the tables of `now` that are named, a blank between them, are sound.
static bool are_sound(struct work *w, const char *tables)
{
	struct span rest = span_of(tables);
	bool are_fine = !w->is_blind;

	while (are_fine && rest.len) {
		struct span name = span_cut(&rest, ' ');
		struct buf pragma = {0};

		buf_printf(&pragma, "PRAGMA now.integrity_check(" SPAN_FMT ")", SPAN_ARG(name));
		char *problem = db_verify(w->db, buf_str(&pragma));
		are_fine = problem[0] == '\0';
		free(problem);
		buf_clear(&pragma);
	}
	return are_fine;
}

static void tell(struct work *w, const struct redo *r, const char *subject, const char *what)
{
	w->on_taken(w->arg, &(struct store_taken){r->kind, subject, what});
}

static bool tell_hits(struct work *w, const struct redo *r)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(w->db, "SELECT subject, what FROM hit ORDER BY rowid", -1,
				      &row, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(row);
		if (code == SQLITE_ROW)
			tell(w, r, (const char *)sqlite3_column_text(row, 0),
			     (const char *)sqlite3_column_text(row, 1));
	}
	sqlite3_finalize(row);
	return code == SQLITE_DONE;
}

static bool find(struct work *w, const char *question)
{
	struct buf text = {0};

	buf_printf(&text, "DELETE FROM hit; INSERT INTO hit %s", question);
	bool found = db_exec(w->db, buf_str(&text)) == SQLITE_OK;
	buf_clear(&text);
	return found;
}

static bool redo_one(struct work *w, const struct redo *r)
{
	bool is_sound = are_sound(w, r->tables);

	w->is_partly = w->is_partly || !is_sound;
	// Of none, its reader tells once.
	if (!is_sound && !w->is_blind) {
		tell(w, r, r->tables,
		     r->blind ? "cannot be read: what it would tell of is void"
			      : "cannot be read: nothing is done again");
	}
	if (!is_sound && !r->blind)
		return true;
	return find(w, is_sound ? r->find : r->blind) &&
	       (db_number(w->db, "SELECT count(*) FROM hit", -1) == 0 ||
		db_exec(w->db, r->act) == SQLITE_OK) &&
	       tell_hits(w, r);
}

// The key of all tokens is drawn once in the life of a server's database, at its first start: a
// copy may be older than that.
static bool is_alien(struct work *w)
{
	return are_sound(w, "setting") &&
	       db_number(w->db,
			 "SELECT (SELECT value FROM main.setting WHERE key = 'token_key') <>"
			 " (SELECT value FROM now.setting WHERE key = 'token_key')",
			 0) != 0;
}

// The log of the present stays as it is, also when this handle was the last.
static bool attach(struct work *w, const char *present)
{
	sqlite3_stmt *statement = NULL;
	int on = 1;

	if (!present ||
	    sqlite3_db_config(w->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(w->db, "ATTACH ?1 AS now", -1, &statement, NULL) != SQLITE_OK)
		return false;
	bool done = sqlite3_bind_text(statement, 1, present, -1, SQLITE_STATIC) == SQLITE_OK &&
		    sqlite3_step(statement) == SQLITE_DONE;
	sqlite3_finalize(statement);
	return done && db_number(w->db, "SELECT count(*) FROM now.sqlite_schema", -1) > 0 &&
	       db_number(w->db, "PRAGMA now.user_version", -1) ==
		       db_number(w->db, "PRAGMA main.user_version", -2);
}

static bool redo_all(struct work *w)
{
	bool done = db_exec(w->db, "CREATE TEMP TABLE hit (a, b, c, d, subject, what);"
				   "BEGIN IMMEDIATE") == SQLITE_OK;

	for (size_t i = 0; i < ARRAY_LEN(redos) && done; i++)
		done = redo_one(w, &redos[i]);
	return done && db_exec(w->db, "COMMIT") == SQLITE_OK;
}

enum store_redo sqlite_redo(const char *copy, const char *present, store_taken_fn *on_taken,
			    void *arg, char **error)
{
	struct work w = {.on_taken = on_taken, .arg = arg};
	enum store_redo result = REDO_FAILED;

	*error = NULL;
	w.db = db_open(copy, DB_WRITE, STORE_FULL, error);
	if (!w.db)
		return REDO_FAILED;
	w.is_blind = !attach(&w, present);
	if (is_alien(&w)) {
		error_words(error, "%s is the database of another server", present);
		result = REDO_ALIEN;
	} else if (!redo_all(&w)) {
		db_error(w.db, "do again what was taken away in", copy, error);
	} else if (backup_purge(w.db, copy, error)) {
		result = w.is_partly ? REDO_PARTLY : REDO_DONE;
		// What was taken away is not to stay in the log either.
		if (db_exec(w.db, "PRAGMA main.wal_checkpoint(TRUNCATE)") != SQLITE_OK) {
			db_error(w.db, "sync", copy, error);
			result = REDO_FAILED;
		}
	}
	sqlite3_close(w.db);
	return result;
}
