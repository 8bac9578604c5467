// SPDX-License-Identifier: MIT
// Looks over a database: whole, without gaps, and every row where it belongs.
#include "server/store/backup.h"

#include "common/buf.h"
#include "server/store/db.h"

#include <stdlib.h>
#include <sys/stat.h>

// Problems listed; the rest is counted.
#define LISTED 20

static const char by_integrity[] = "PRAGMA integrity_check(20)";
static const char by_reference[] = "SELECT 'table ' || \"table\" || ', row ' || "
				   "coalesce(rowid, '?') || ': refers to nothing"
				   " in ' || parent FROM pragma_foreign_key_check";
// Only the oldest messages of a stream may be missing, and only when they were expired.
static const char by_sequence[] =
	"SELECT 'stream ' || stream || ': numbers ' || min(seq) || ' to ' || max(seq) ||"
	" ', but ' || count(*) || ' messages' FROM message WHERE seq > 0 GROUP BY stream"
	" HAVING max(seq) - min(seq) + 1 <> count(*) OR (min(seq) > 1 AND NOT EXISTS"
	" (SELECT 1 FROM floor WHERE floor.stream = message.stream))";
static const char by_time[] =
	"SELECT 'stream ' || stream || ': message ' || id || ' is older than the one before'"
	" FROM (SELECT id, stream, time_ms, lag(time_ms) OVER (PARTITION BY stream ORDER BY id)"
	" AS before_ms FROM message) WHERE time_ms < before_ms";
static const char by_owner[] =
	"SELECT 'stream ' || stream || ': ' || count(*) || ' messages of no room or dialog'"
	" FROM message WHERE stream NOT IN (SELECT id FROM room UNION SELECT id FROM dialog"
	" UNION SELECT stream FROM expiry) GROUP BY stream";

static void add_problem(struct store_report *r, const char *words)
{
	if (r->n_problems++ >= LISTED)
		return;
	buf_add_str(&r->problems, words);
	buf_add_char(&r->problems, '\n');
}

static void find_problems(sqlite3 *db, const char *text, struct store_report *r)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, text, -1, &row, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(row);
		if (code == SQLITE_ROW &&
		    strcmp((const char *)sqlite3_column_text(row, 0), "ok"))
			add_problem(r, (const char *)sqlite3_column_text(row, 0));
	}
	if (code != SQLITE_DONE)
		add_problem(r, sqlite3_errmsg(db));
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

bool store_check(const char *path, struct store_report *report, char **error)
{
	*report = (struct store_report){0};
	*error = NULL;
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, error);
	if (!db)
		return false;
	report->bytes = file_size(path, "");
	report->wal_bytes = file_size(path, "-wal");
	report->schema = db_number(db, "PRAGMA user_version", 0);
	report->accounts = db_number(db, "SELECT count(*) FROM account", 0);
	report->rooms = db_number(db, "SELECT count(*) FROM room", 0);
	report->messages = db_number(db, "SELECT count(*) FROM message WHERE seq > 0", 0);
	find_problems(db, by_integrity, report);
	find_problems(db, by_reference, report);
	find_problems(db, by_sequence, report);
	find_problems(db, by_time, report);
	find_problems(db, by_owner, report);
	sqlite3_close(db);
	return true;
}

void store_report_clear(struct store_report *report)
{
	buf_clear(&report->problems);
}
