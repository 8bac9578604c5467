// SPDX-License-Identifier: MIT
// What can wait until the disk is idle, in steps of a few milliseconds. What was removed does
// not wait for ever: where there is never a silence, its steps stand between commits.
//
// 1. Each step is a transaction; a crash between two leaves work, never damage: what is
//    still to do stands in `chore` and `expiry`.
// 2. Only this handle checkpoints (server/store/store.h).
#include "server/store/store_private.h"

#include "common/log.h"

// Work that does not end soon leaves gaps this long, ...
#define BUSY_MS 2
// ... and what was removed leaves the log in so long a silence.
#define IDLE_MS 20
// Without a silence it has a step so often, ...
#define REMOVAL_MS 20
// ... and the log is tried so often: commits wait meanwhile.
#define LOG_MS 1000
// A reader that was in the way of that, as one of a copy is, will be for some time.
#define READER_MS 200
// For one that is not, it is waited so long.
#define READER_PATIENCE_MS 50
// Words and the log wait for a longer one: a room that talks now and then would pay a second
// commit for each message. Until then searching reads them from the tail.
#define QUIET_MS 1000
// A full disk is not asked again at once.
#define HALT_MS 500
// Messages removed in one step.
#define EXPIRE_STEP 128
// Pages given back to the file system in one step.
#define SHRINK_PAGES 256
// The log is moved into the file in idle moments from this length on (1 MiB), ...
#define WAL_IDLE_PAGES 256
// ... and at once when the next commits would make the file longer.
#define WAL_URGENT_PAGES (WAL_BYTES / 4096 - 256)

static int64_t chore_get(struct store *s, struct span name)
{
	int64_t value = 0;

	if (sql_number(&s->sql, SQL_GET_CHORE, (struct value[]){of_text(name)}, &value) !=
	    SQLITE_OK)
		return 0;
	return value;
}

int chore_put(struct store *s, struct span name, int64_t value)
{
	return sql_run(&s->sql, value ? SQL_PUT_CHORE : SQL_DELETE_CHORE,
		       (struct value[]){of_text(name), of_int(value)});
}

void tidy_load(struct store *s)
{
	sqlite3_stmt *row = sql_bind(&s->sql, SQL_NEXT_EXPIRY, NULL);

	s->expiring = sqlite3_step(row) == SQLITE_ROW;
	sqlite3_reset(row);
	s->unindexed = (message_id)chore_get(s, SPAN("unindexed"));
	s->n_unindexed = s->unindexed ? WORDS_STEP : 0;
	// A merge that was begun goes on, but what a crash interrupted is begun anew.
	s->purge = chore_get(s, SPAN("purge")) ? PURGE_DUE : PURGE_NONE;
}

bool store_is_clean(const struct store *s)
{
	return !s->truncate && !s->expiring && !s->purge;
}

bool tidy_is_urgent(const struct store *s)
{
	return s->wal_pages >= WAL_URGENT_PAGES;
}

int tidy_after_ms(const struct store *s)
{
	if (s->failed)
		return -1;
	if (s->halted)
		return HALT_MS;
	if (s->n_unindexed >= WORDS_STEP)
		return 0;
	if (s->expiring || s->purge || s->shrinking)
		return BUSY_MS;
	if (s->truncate)
		return s->log_is_read ? READER_MS : IDLE_MS;
	return s->unindexed || s->wal_pages >= WAL_IDLE_PAGES ? QUIET_MS : -1;
}

void tidy_checkpoint(struct store *s)
{
	int mode = s->truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
	int pages = 0, moved = 0;

	if (s->wal_pages == 0 && !s->truncate)
		return;
	// TRUNCATE waits for readers by the busy handler.
	sqlite3_busy_timeout(s->db, READER_PATIENCE_MS);
	int code = sqlite3_wal_checkpoint_v2(s->db, NULL, mode, &pages, &moved);
	sqlite3_busy_timeout(s->db, 5000);
	s->log_is_read = code == SQLITE_BUSY;
	if (code == SQLITE_OK) {
		s->wal_pages = pages > moved ? pages - moved : 0;
		s->wal_is_short = s->wal_is_short || s->truncate;
		s->truncate = false;
	} else if (disk_of(s, code) == DISK_FAILED) {
		log_event(LOG_ERROR, "checkpoint-failed", "why", sqlite3_errmsg(s->db), NULL);
		s->failed = true;
	}
}

// Removes one message; the statement that found it stands on its row.
static int remove_row(struct store *s, sqlite3_stmt *row, stream_id stream)
{
	const struct value id[] = {of_int(sqlite3_column_int64(row, 0))};
	int code = SQLITE_OK;

	if (sqlite3_column_int(row, 2) == 0)
		code = words_remove(s, (message_id)id[0].number, stream, sql_span(row, 1));
	else
		code = sql_run(&s->sql, SQL_DELETE_REDACTION, id);
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_DELETE_EDIT, id);
	return code == SQLITE_OK ? sql_run(&s->sql, SQL_DELETE_MESSAGE, id) : code;
}

static int remove_some(struct store *s, stream_id stream, int64_t upto, int *n_removed)
{
	sqlite3_stmt *row =
		sql_bind(&s->sql, SQL_EXPIRED,
			 (struct value[]){of_int(stream), of_int(upto), of_int(EXPIRE_STEP)});
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		code = remove_row(s, row, stream);
		if (code != SQLITE_OK)
			break;
		++*n_removed;
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int expire_step(struct store *s)
{
	sqlite3_stmt *row = sql_bind(&s->sql, SQL_NEXT_EXPIRY, NULL);
	int code = sqlite3_step(row);
	stream_id stream = sqlite3_column_int64(row, 0);
	int64_t upto = sqlite3_column_int64(row, 1);
	int n_removed = 0;

	sqlite3_reset(row);
	if (code != SQLITE_ROW) {
		s->expiring = false;
		s->shrinking = true;
		return code == SQLITE_DONE ? SQLITE_OK : code;
	}
	code = remove_some(s, stream, upto, &n_removed);
	if (code == SQLITE_OK && n_removed == 0)
		code = sql_run(&s->sql, SQL_DELETE_EXPIRY, (struct value[]){of_int(stream)});
	s->truncate = s->truncate || n_removed > 0;
	return code;
}

static int shrink_step(struct store *s)
{
	char text[64];

	if (db_number(s->db, "PRAGMA freelist_count", 0) <= SHRINK_PAGES)
		s->shrinking = false;
	sqlite3_snprintf(sizeof(text), text, "PRAGMA incremental_vacuum(%d)", SHRINK_PAGES);
	return db_exec(s->db, text);
}

typedef int step_fn(struct store *s);

static bool run_step(struct store *s, step_fn *step)
{
	int code = sql_run(&s->sql, SQL_BEGIN, NULL);

	if (code == SQLITE_OK)
		code = step(s);
	if (code == SQLITE_OK)
		code = words_sum_put(s->db, &s->words_sum);
	if (code == SQLITE_OK)
		code = sql_run(&s->sql, SQL_COMMIT, NULL);
	if (code == SQLITE_OK) {
		s->halted = false;
		return true;
	}
	// Full or busy: another time. Anything else ends the use of the handle.
	s->failed = disk_of(s, code) == DISK_FAILED;
	if (!s->halted || s->failed)
		log_event(LOG_WARN, "tidy-failed", "why", sqlite3_errmsg(s->db), NULL);
	s->halted = true;
	store_rollback(s);
	return false;
}

// NULL: at most the log holds something of it.
static step_fn *removal(const struct store *s)
{
	return s->expiring ? expire_step : s->purge ? words_purge : NULL;
}

bool tidy_is_due(const struct store *s, int64_t now_ms)
{
	return !s->failed && !s->halted && !store_is_clean(s) &&
	       now_ms - s->removal_ms >= (removal(s) ? REMOVAL_MS : LOG_MS);
}

void tidy_removal(struct store *s, int64_t now_ms)
{
	step_fn *step = removal(s);

	s->removal_ms = now_ms;
	if (step)
		run_step(s, step);
	else
		tidy_checkpoint(s);
}

bool store_tidy(struct store *s)
{
	step_fn *step = s->unindexed ? words_catch_up : removal(s);

	if (s->failed)
		return false;
	if (!step && s->shrinking)
		step = shrink_step;
	if (step) {
		bool stepped = run_step(s, step);
		if (tidy_is_urgent(s))
			tidy_checkpoint(s);
		return stepped;
	}
	s->halted = false;
	tidy_checkpoint(s);
	return false;
}
