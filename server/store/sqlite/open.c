// SPDX-License-Identifier: MIT
// Opens and closes a store in a file.
#include "server/store/sqlite/sqlite_private.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "server/letters/limits.h"
#include "server/store/chain.h"
#include "server/store/sqlite/folder.h"
#include "server/store/sqlite/migrate.h"
#include "server/store/sqlite/schema.h"
#include "server/store/sqlite/sqlite_engine.h"
#include "server/store/sqlite/sqlite_sql.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// A check of so much takes about two seconds.
#define CHECK_BYTES (1LL << 30)
// For what can wait, before the file is closed.
#define CLOSE_MS 500

static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sqlite_store *s = arg;

	(void)db;
	(void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

// Whether the last process did not get to close the file, which is small enough to look at
// every page of it now.
static bool wants_check(const char *path)
{
	struct buf log = {0};
	struct stat file;

	buf_printf(&log, "%s-wal", path);
	bool left = stat(buf_str(&log), &file) == 0 && file.st_size > 0;
	buf_clear(&log);
	return left && stat(path, &file) == 0 && file.st_size < CHECK_BYTES;
}

// A copy that `backup` made may be put back more than once, and goes another way each time.
static bool renew_copy(struct sqlite_store *s, char **error)
{
	int64_t is_copy =
		db_number(s->db, "SELECT count(*) FROM setting WHERE key = 'copy'", -1);

	if (is_copy == 0 ||
	    (is_copy > 0 &&
	     db_exec(s->db, "UPDATE setting SET value = randomblob(16) "
			    "WHERE key = 'history_id'") == SQLITE_OK &&
	     db_exec(s->db, "DELETE FROM setting WHERE key = 'copy'") == SQLITE_OK))
		return true;
	db_error(s->db, "give a history id to", s->base.where, error);
	return false;
}

static bool bring_up_to_date(sqlite3 *db, const char *path, char **error)
{
	int64_t version = db_number(db, "PRAGMA user_version", -1);

	if (version < 0)
		return db_error(db, "read", path, error), false;
	return version == 0 ? schema_make(db, path, error)
			    : migrate(db, path, migrations, n_migrations, error);
}

static bool open_handle(struct sqlite_store *s, enum store_durability durability, char **error)
{
	const char *path = s->base.where;

	s->db = db_open(path, DB_WRITE, durability, error);
	// On a disk without a free block not even the log can be opened.
	if (!s->db && ballast_release(path))
		s->db = db_open(path, DB_WRITE, durability, error);
	if (!s->db || !bring_up_to_date(s->db, path, error) ||
	    !schema_check(s->db, path, error) || !renew_copy(s, error))
		return false;
	sqlite_sql_open(&s->base.sql, s->db, false);
	return sql_prepare(&s->base.sql, SQL_WRITER, error);
}

static bool open_database(struct sqlite_store *s, enum store_durability durability,
			  char **error)
{
	const char *path = s->base.where;
	bool check = wants_check(path);

	if (!open_handle(s, durability, error) || (check && !sqlite_quick_check(s, error)))
		return false;
	sqlite3_wal_hook(s->db, on_commit, s);
	s->is_open = true;
	s->shrinking = true; // what a migration left free
	tidy_load(s);
	if (chain_head(&s->base.sql, s->base.chain) != DB_OK)
		return db_error(s->db, "read the audit log of", path, error), false;
	if (words_sum_load(s->db, &s->words_sum) != SQLITE_OK)
		return db_error(s->db, "count the word index of", path, error), false;
	// A log that a crash left may hold removed text, and what was written but never
	// synced: that must be on disk before anyone sees it.
	s->base.removed = true;
	tidy_checkpoint(s);
	if (s->base.failed)
		return db_error(s->db, "sync", path, error), false;
	free(*error);
	*error = NULL;
	return true;
}

static struct sqlite_store *new_store(const char *path)
{
	struct sqlite_store *s = xcalloc(1, sizeof(*s));

	s->base.engine = &sqlite_engine;
	s->base.where = xstrdup(path);
	s->base.low_water = DISK_LOW_BYTES;
	s->wal_is_short = true;
	s->lock = -1;
	// Counting memory costs SQLite a lock for each allocation. Refused once it has begun.
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	return s;
}

void sqlite_drop(const char *part)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		struct buf name = {0};

		buf_printf(&name, "%s%s", part, suffixes[i]);
		unlink(buf_str(&name));
		buf_clear(&name);
	}
}

struct store *sqlite_make(const char *part, char **error)
{
	struct sqlite_store *s = new_store(part);

	sqlite_drop(part); // of an attempt that did not get through
	if (open_database(s, STORE_FULL, error))
		return &s->base;
	sqlite_close_store(&s->base);
	return NULL;
}

struct store *sqlite_open_store(const char *path, enum store_durability durability,
				char **error)
{
	struct sqlite_store *s = new_store(path);

	s->lock = folder_lock(path, error);
	if (s->lock >= 0 && open_database(s, durability, error))
		return &s->base;
	sqlite_close_store(&s->base);
	return NULL;
}

void sqlite_close_store(struct store *base)
{
	struct sqlite_store *s = sqlite_of(base);
	int64_t until = clock_mono_ms() + CLOSE_MS;

	while (s->is_open && clock_mono_ms() < until && store_tidy(base))
		continue;
	sql_close(&base->sql);
	// The last handle moves the log into the file and removes it.
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	free(base->where);
	free(base->folder);
	free(s);
}

bool sqlite_quick_check(struct sqlite_store *s, char **error)
{
	char *problem = db_verify(s->db, "PRAGMA quick_check(1)");
	bool sound = problem[0] == '\0';

	*error = NULL;
	if (!sound)
		error_words(error, "%s is damaged (%s): restore a backup", s->base.where,
			    problem);
	free(problem);
	return sound;
}
