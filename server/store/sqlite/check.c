// SPDX-License-Identifier: MIT
// Looks over a database: whole, without gaps, and every row where it belongs.
#include "server/store/sqlite/sqlite_private.h"

#include "common/buf.h"
#include "server/store/sqlite/check_private.h"

#include "server/store/migrations.h"
#include "server/store/sqlite/schema.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

// Problems listed; the rest is counted.
#define LISTED 20

static const char by_integrity[] = "PRAGMA integrity_check(20)";
static const char by_reference[] = "SELECT 'table ' || \"table\" || ', row ' || "
				   "coalesce(rowid, '?') || ': refers to nothing"
				   " in ' || parent FROM pragma_foreign_key_check";
// Numbers grow by one with the ids. Only the oldest messages of a stream may be missing, and
// only when they were expired.
static const char by_sequence[] =
	"SELECT 'stream ' || stream || ': message ' || id || ' has number ' || seq ||"
	" ' after ' || before FROM (SELECT id, stream, seq, lag(seq, 1, 0)"
	" OVER (PARTITION BY stream ORDER BY id) AS before FROM message NOT INDEXED"
	" WHERE seq > 0) AS m WHERE seq <> before + 1 AND (before > 0 OR NOT EXISTS"
	" (SELECT 1 FROM floor WHERE floor.stream = m.stream))";
static const char by_time[] =
	"SELECT 'stream ' || stream || ': message ' || id ||"
	" ' is not younger than the one before'"
	" FROM (SELECT id, stream, time_ms, lag(time_ms) OVER (PARTITION BY stream ORDER BY id)"
	" AS before_ms FROM message) WHERE time_ms <= before_ms";
static const char by_owner[] =
	"SELECT 'stream ' || stream || ': ' || count(*) || ' messages of no room or dialog'"
	" FROM message WHERE stream NOT IN (SELECT id FROM room UNION SELECT id FROM dialog"
	" UNION SELECT stream FROM expiry) GROUP BY stream";

static const char newest_time[] = "SELECT max((SELECT coalesce(max(time_ms), 0) FROM floor),"
				  " (SELECT coalesce(max(time_ms), 0) FROM message))";

void check_problem(struct store_report *r, const char *words)
{
	if (r->n_problems++ >= LISTED)
		return;
	// They may quote what is damaged, and go to a terminal.
	for (; *words; words++)
		buf_add_char(&r->problems, *words >= ' ' && *words <= '~' ? *words : '?');
	buf_add_char(&r->problems, '\n');
}

void check_rows(sqlite3 *db, const char *text, struct store_report *r)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, text, -1, &row, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(row);
		if (code != SQLITE_ROW)
			break;
		const char *words = (const char *)sqlite3_column_text(row, 0);
		if (!words || strcmp(words, "ok") != 0)
			check_problem(r, words ? words : "a row that says nothing of itself");
	}
	if (code != SQLITE_DONE)
		check_problem(r, sqlite3_errmsg(db));
	sqlite3_finalize(row);
}

static int64_t file_size(const char *path, const char *suffix)
{
	struct buf name = {0};
	struct stat st;

	buf_add_str(&name, path);
	buf_add_str(&name, suffix);
	int64_t size = stat(buf_str(&name), &st) == 0 ? st.st_size : 0;
	buf_clear(&name);
	return size;
}

// Of another program or another time: then nothing else can be asked.
static bool is_ours(sqlite3 *db, struct store_report *r)
{
	struct buf words = {0};

	if (db_number(db, "PRAGMA application_id", -1) != APPLICATION_ID)
		buf_add_str(&words,
			    "it is a database of another program: name another with --state");
	else if (r->schema > n_migrations)
		buf_printf(&words,
			   "it was written by a newer snugd (schema %" PRId64
			   ", this one knows %d): run that one, or restore a backup",
			   r->schema, n_migrations);
	else if (r->schema < 1)
		buf_add_str(&words, "nothing is in it yet: start the server once");
	if (words.len)
		check_problem(r, buf_str(&words));
	buf_clear(&words);
	return !r->n_problems;
}

// So many bytes, or nothing.
static bool read_bytes(sqlite3 *db, const char *text, uint8_t *out, int len)
{
	sqlite3_stmt *row = NULL;
	bool found = sqlite3_prepare_v2(db, text, -1, &row, NULL) == SQLITE_OK &&
		     sqlite3_step(row) == SQLITE_ROW && sqlite3_column_bytes(row, 0) == len;

	if (found)
		memcpy(out, sqlite3_column_blob(row, 0), (size_t)len);
	sqlite3_finalize(row);
	return found;
}

static void read_history(sqlite3 *db, struct store_report *r)
{
	(void)read_bytes(db, "SELECT value FROM setting WHERE key = '" SETTING_HISTORY "'",
			 r->history, HISTORY_ID_LEN);
	(void)read_bytes(db, "SELECT value FROM setting WHERE key = 'copy'", r->copied,
			 HISTORY_ID_LEN);
	r->term = db_number(db,
			    "SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM setting "
			    "WHERE key = '" SETTING_TERM "'",
			    0);
}

// One of an older schema gets it at its next start.
static void find_no_history(struct store_report *r)
{
	static const uint8_t none[HISTORY_ID_LEN];

	if (r->schema == n_migrations && memcmp(r->history, none, sizeof(none)) == 0)
		check_problem(r, "there is no history id in it");
}

static void read_setting(sqlite3 *db, const char *key, struct buf *out)
{
	sqlite3_stmt *row = NULL;

	if (sqlite3_prepare_v2(db, "SELECT value FROM setting WHERE key = ?1", -1, &row,
			       NULL) == SQLITE_OK &&
	    sqlite3_bind_text(row, 1, key, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		buf_add(out, sqlite3_column_blob(row, 0), (size_t)sqlite3_column_bytes(row, 0));
	sqlite3_finalize(row);
}

// One of an older schema is brought up to date first, at its next start.
static void find_foreign(sqlite3 *db, const char *path, struct store_report *r)
{
	char *error = NULL;

	if (r->schema == n_migrations && !schema_check(db, path, &error))
		check_problem(r, error);
	free(error);
}

static void read_facts(sqlite3 *db, struct store_report *r)
{
	read_history(db, r);
	read_setting(db, SETTING_CLOCK, &r->clock);
	read_setting(db, SETTING_KEY, &r->key);
	read_setting(db, SETTING_RESTORED, &r->restored);
	read_setting(db, SETTING_MIGRATED, &r->migrated);
	r->accounts = db_number(db, "SELECT count(*) FROM account", 0);
	r->rooms = db_number(db, "SELECT count(*) FROM room", 0);
	r->messages = db_number(db, "SELECT count(*) FROM message WHERE seq > 0", 0);
	r->audit = db_number(db, "SELECT count(*) FROM audit", 0);
	(void)read_bytes(db, "SELECT hash FROM audit_link ORDER BY id DESC LIMIT 1", r->chain,
			 CHAIN_LEN);
	r->newest = (message_id)db_number(db, "SELECT max(id) FROM message", 0);
	r->newest_ms = db_number(db, newest_time, 0);
}

static void find_all(sqlite3 *db, const char *path, struct store_report *r)
{
	find_no_history(r);
	find_foreign(db, path, r);
	check_rows(db, by_integrity, r);
	check_rows(db, by_reference, r);
	check_rows(db, by_sequence, r);
	check_rows(db, by_time, r);
	check_rows(db, by_owner, r);
}

// A handle, and what a database that is ours says of itself; what is not has a problem.
static sqlite3 *open_facts(const char *path, struct store_report *r, char **error)
{
	sqlite3 *db;

	*r = (struct store_report){0};
	*error = NULL;
	db = db_open(path, DB_READ, STORE_FULL, error);
	if (!db)
		return NULL;
	r->bytes = file_size(path, "");
	r->wal_bytes = file_size(path, "-wal");
	r->schema = db_number(db, "PRAGMA user_version", 0);
	r->page_size = db_number(db, "PRAGMA page_size", 0);
	if (is_ours(db, r))
		read_facts(db, r);
	return db;
}

bool sqlite_check(const char *path, bool is_deep, struct store_report *report, char **error)
{
	sqlite3 *db = open_facts(path, report, error);

	if (!db)
		return false;
	if (!report->n_problems) {
		find_all(db, path, report);
		// Older ones get their sums at the next start.
		if (is_deep && report->schema == n_migrations)
			check_sums(db, report);
		report->is_damaged = report->n_problems > 0;
	}
	sqlite3_close(db);
	return true;
}

bool sqlite_facts(const char *path, struct store_report *report, char **error)
{
	sqlite3 *db = open_facts(path, report, error);

	sqlite3_close(db);
	if (db && report->n_problems)
		error_words(error, "%s: " SPAN_FMT, path,
			    SPAN_ARG(span_trim(buf_span(&report->problems))));
	return db && !report->n_problems;
}
