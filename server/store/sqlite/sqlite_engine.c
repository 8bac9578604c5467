// SPDX-License-Identifier: MIT
#include "server/store/sqlite/sqlite_engine.h"

#include "common/buf.h"
#include "server/letters/limits.h"
#include "server/store/sqlite/folder.h"
#include "server/store/sqlite/memory_words.h"
#include "server/store/sqlite/schema.h"
#include "server/store/sqlite/sqlite_private.h"
#include "server/store/sqlite/sqlite_sql.h"

// Whatever is no name of something elsewhere.
static bool is_where(const char *where)
{
	const char *c = where;

	while (*c >= 'a' && *c <= 'z')
		c++;
	return c == where || !span_starts(span_of(c), SPAN("://"));
}

static void version(struct buf *out)
{
	buf_printf(out, "SQLite %s", sqlite3_libversion());
}

static bool read_database(const char *path, enum sql_user user, struct sql *out, char **error)
{
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, error);

	*out = (struct sql){0};
	if (!db)
		return false;
	sqlite_sql_open(out, db, true);
	bool is_whole = (user & (SQL_LOADER | SQL_COPIER)) != 0;

	if ((!is_whole || schema_check(db, path, error)) && sql_prepare(out, user, error))
		return true;
	sql_close(out);
	return false;
}

static enum db_code begin(struct store *s, UNUSED entry_no upto)
{
	return sql_run(&s->sql, SQL_BEGIN, NULL);
}

enum db_code sqlite_end(struct sqlite_store *s)
{
	int code = words_sum_put(s->db, &s->words_sum);

	return code == SQLITE_OK ? sql_run(&s->base.sql, SQL_COMMIT, NULL)
				 : sqlite_code(s->db, code);
}

static enum db_code commit(struct store *s, UNUSED entry_no upto)
{
	return sqlite_end(sqlite_of(s));
}

void sqlite_rollback(struct store *base)
{
	struct sqlite_store *s = sqlite_of(base);

	// SQLite may have rolled back by itself.
	if (!sqlite3_get_autocommit(s->db))
		(void)!sql_run(&base->sql, SQL_ROLLBACK, NULL);
	if (base->failed)
		return;
	tidy_load(s);
	base->failed = words_sum_load(s->db, &s->words_sum) != SQLITE_OK;
}

// By the watermark, with some distance before it is fine again.
static enum disk_state watch(struct store *s, int64_t *free_bytes, int64_t *size_bytes)
{
	bool was_low = s->low;

	*free_bytes = free_space(s->where);
	*size_bytes = disk_size(s->where);
	s->low = *free_bytes < s->low_water + (was_low ? s->low_water / 4 + BALLAST_BYTES : 0);
	if (was_low && !s->low)
		ballast_keep(s->where);
	return s->low ? DISK_LOW : DISK_FINE;
}

static bool make_room(struct store *s)
{
	return ballast_release(s->where);
}

static void ready(struct store *s)
{
	if (s->low || s->failed || !sqlite_of(s)->wal_is_short)
		return;
	ballast_keep(s->where);
	wal_lengthen(sqlite_of(s));
}

const struct store_engine sqlite_engine = {
	.is_where = is_where,
	.version = version,
	.open = sqlite_open_store,
	.close = sqlite_close_store,
	.is_locked = folder_is_locked,
	.hold = folder_lock,
	.is_clean = tidy_is_clean,
	.backup = sqlite_backup,
	.make = sqlite_make,
	.settle = sqlite_settle,
	.drop = sqlite_drop,
	.check = sqlite_check,
	.facts = sqlite_facts,
	.redo = sqlite_redo,
	.lost = sqlite_lost,
	.note_older = sqlite_note_older,
	.read = read_database,
	.words = memory_words_open,
	.begin = begin,
	.commit = commit,
	.rollback = sqlite_rollback,
	.forget_words = words_forget,
	.watch = watch,
	.make_room = make_room,
	.ready = ready,
	.between = tidy_between,
	.tidy = tidy_step,
	.after_ms = tidy_after_ms,
};
