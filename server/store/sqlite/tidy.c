// SPDX-License-Identifier: MIT
// What can wait until the disk is idle, in steps of a few milliseconds. What was removed does
// not wait for ever: where there is never a silence, its steps stand between commits.
//
// 1. Each step is a transaction; a crash between two leaves work, never damage: what is
//    still to do stands in `chore` and `expiry`.
// 2. Only this handle checkpoints (server/store/store.h).
#include "server/store/sqlite/sqlite_private.h"

#include "common/log.h"
#include "server/store/sqlite/sqlite_sql.h"

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

void tidy_load(struct sqlite_store *s)
{
	chore_load(&s->base);
	// A merge that was begun goes on, but what a crash interrupted is begun anew.
	s->purge = chore_get(&s->base, SPAN("purge")) ? PURGE_DUE : PURGE_NONE;
}

static bool is_clean(const struct sqlite_store *s)
{
	return !s->base.removed && !s->base.expiring && !s->purge;
}

bool tidy_is_clean(const struct store *s)
{
	return is_clean((const struct sqlite_store *)s);
}

// The log is so long that its pages must move into the database file even now.
static bool is_urgent(const struct sqlite_store *s)
{
	return s->wal_pages >= WAL_URGENT_PAGES;
}

int tidy_after_ms(const struct store *base)
{
	const struct sqlite_store *s = (const struct sqlite_store *)base;

	if (base->failed)
		return -1;
	if (s->halted)
		return HALT_MS;
	if (base->n_unindexed >= WORDS_STEP)
		return 0;
	if (base->expiring || s->purge || s->shrinking)
		return BUSY_MS;
	if (base->removed)
		return s->log_is_read ? READER_MS : IDLE_MS;
	return base->unindexed || s->wal_pages >= WAL_IDLE_PAGES ? QUIET_MS : -1;
}

void tidy_checkpoint(struct sqlite_store *s)
{
	int mode = s->base.removed ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
	int pages = 0, moved = 0;

	if (s->wal_pages == 0 && !s->base.removed)
		return;
	// TRUNCATE waits for readers by the busy handler.
	sqlite3_busy_timeout(s->db, READER_PATIENCE_MS);
	int code = sqlite3_wal_checkpoint_v2(s->db, NULL, mode, &pages, &moved);
	sqlite3_busy_timeout(s->db, 5000);
	s->log_is_read = code == SQLITE_BUSY;
	if (code == SQLITE_OK) {
		s->wal_pages = pages > moved ? pages - moved : 0;
		s->wal_is_short = s->wal_is_short || s->base.removed;
		s->base.removed = false;
	} else if (sqlite_code(s->db, code) == DB_FAILED) {
		log_event(LOG_ERROR, "checkpoint-failed", "why", sqlite3_errmsg(s->db), NULL);
		s->base.failed = true;
	}
}

// Removes one message; the statement that found it stands on its row.
static enum db_code remove_row(struct sqlite_store *s, struct statement *row, stream_id stream)
{
	const struct value id[] = {of_int(sql_int(row, 0))};
	enum db_code code = DB_OK;

	if (sql_int(row, 2) == 0)
		code = words_remove(s, (message_id)id[0].number, stream, sql_span(row, 1));
	else
		code = sql_run(&s->base.sql, SQL_DELETE_REDACTION, id);
	if (code == DB_OK)
		code = sql_run(&s->base.sql, SQL_DELETE_EDIT, id);
	return code == DB_OK ? sql_run(&s->base.sql, SQL_DELETE_MESSAGE, id) : code;
}

static enum db_code remove_some(struct sqlite_store *s, stream_id stream, int64_t upto,
				int *n_removed)
{
	struct statement *row =
		sql_bind(&s->base.sql, SQL_EXPIRED,
			 (struct value[]){of_int(stream), of_int(upto), of_int(EXPIRE_STEP)});
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		code = remove_row(s, row, stream);
		if (code != DB_OK)
			break;
		++*n_removed;
	}
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}

static enum db_code expire_step(struct sqlite_store *s)
{
	struct statement *row = sql_bind(&s->base.sql, SQL_NEXT_EXPIRY, NULL);
	enum db_code code = sql_step(row);
	stream_id stream = sql_int(row, 0);
	int64_t upto = sql_int(row, 1);
	int n_removed = 0;

	sql_reset(row);
	if (code != DB_ROW) {
		s->base.expiring = false;
		s->shrinking = true;
		return code == DB_END ? DB_OK : code;
	}
	code = remove_some(s, stream, upto, &n_removed);
	if (code == DB_OK && n_removed == 0)
		code = sql_run(&s->base.sql, SQL_DELETE_EXPIRY,
			       (struct value[]){of_int(stream)});
	s->base.removed = s->base.removed || n_removed > 0;
	return code;
}

static enum db_code shrink_step(struct sqlite_store *s)
{
	char text[64];

	if (db_number(s->db, "PRAGMA freelist_count", 0) <= SHRINK_PAGES)
		s->shrinking = false;
	sqlite3_snprintf(sizeof(text), text, "PRAGMA incremental_vacuum(%d)", SHRINK_PAGES);
	return sqlite_code(s->db, db_exec(s->db, text));
}

typedef enum db_code step_fn(struct sqlite_store *s);

static bool run_step(struct sqlite_store *s, step_fn *step)
{
	enum db_code code = sql_run(&s->base.sql, SQL_BEGIN, NULL);

	if (code == DB_OK)
		code = step(s);
	if (code == DB_OK)
		code = sqlite_end(s);
	if (code == DB_OK) {
		s->halted = false;
		return true;
	}
	// Full or busy: another time. Anything else ends the use of the handle.
	s->base.failed = code != DB_FULL;
	if (!s->halted || s->base.failed)
		log_event(LOG_WARN, "tidy-failed", "why", sqlite3_errmsg(s->db), NULL);
	s->halted = true;
	sqlite_rollback(&s->base);
	return false;
}

// NULL: at most the log holds something of it.
static step_fn *removal(const struct sqlite_store *s)
{
	return s->base.expiring ? expire_step : s->purge ? words_purge : NULL;
}

static bool is_due(const struct sqlite_store *s, int64_t now_ms)
{
	return !s->halted && !is_clean(s) &&
	       now_ms - s->removal_ms >= (removal(s) ? REMOVAL_MS : LOG_MS);
}

// One bounded step of what was removed, between commits.
static void remove_more(struct sqlite_store *s, int64_t now_ms)
{
	step_fn *step = removal(s);

	s->removal_ms = now_ms;
	if (step)
		run_step(s, step);
	else
		tidy_checkpoint(s);
}

bool tidy_between(struct store *base, int64_t now_ms)
{
	struct sqlite_store *s = sqlite_of(base);
	bool is_changed = is_due(s, now_ms);

	if (is_changed)
		remove_more(s, now_ms);
	if (!base->failed && is_urgent(s))
		tidy_checkpoint(s);
	return is_changed || base->failed;
}

bool tidy_step(struct store *base)
{
	struct sqlite_store *s = sqlite_of(base);
	step_fn *step = base->unindexed ? words_catch_up : removal(s);

	if (base->failed)
		return false;
	if (!step && s->shrinking)
		step = shrink_step;
	if (step) {
		bool stepped = run_step(s, step);
		if (is_urgent(s))
			tidy_checkpoint(s);
		return stepped;
	}
	s->halted = false;
	tidy_checkpoint(s);
	return false;
}
