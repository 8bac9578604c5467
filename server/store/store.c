// SPDX-License-Identifier: MIT
#include "server/store/store.h"

#include "common/buf.h"
#include "common/clock.h"
#include "common/die.h"
#include "server/letters/limits.h"
#include "server/store/chain.h"
#include "server/store/store_private.h"
#include "server/store/migrate.h"
#include "server/store/schema.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

// A check of so much takes about two seconds.
#define CHECK_BYTES (1LL << 30)
// For what can wait, before the file is closed.
#define CLOSE_MS 500

// `name` in the folder of `path`; the caller frees.
static char *beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	struct buf text = {0};

	if (slash)
		buf_add(&text, path, (size_t)(slash - path) + 1);
	buf_add_str(&text, name);
	return buf_take(&text);
}

// The lock belongs to the open file, so that closing another descriptor of it in this
// process does not drop it.
static int lock_folder(const char *path, char **error)
{
	char *file = beside(path, "lock");
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		error_words(error, "cannot open %s: %s", file, strerror(errno));
	} else if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		error_words(error, "%s is in use by another process", path);
		close(fd);
		fd = -1;
	}
	free(file);
	return fd;
}

int store_hold(const char *path, char **error)
{
	*error = NULL;
	return lock_folder(path, error);
}

bool store_is_locked(const char *path)
{
	char *file = beside(path, "lock");
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	bool locked = false;

	if (fd >= 0) {
		locked = fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
		close(fd);
	}
	free(file);
	return locked;
}

void ballast_keep(const struct store *s)
{
	char *file = beside(s->path, "ballast");
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) {
		if (posix_fallocate(fd, 0, BALLAST_BYTES) != 0)
			unlink(file);
		close(fd);
	}
	free(file);
}

bool ballast_release(const char *path)
{
	char *file = beside(path, "ballast");
	bool released = unlink(file) == 0;

	free(file);
	return released;
}

static bool file_system(const char *path, struct statvfs *fs)
{
	char *folder = beside(path, ".");
	bool is_known = statvfs(folder, fs) == 0;

	free(folder);
	return is_known;
}

int64_t free_space(const char *path)
{
	struct statvfs fs;

	return file_system(path, &fs) ? (int64_t)(fs.f_bavail * fs.f_frsize) : INT64_MAX;
}

int64_t disk_size(const char *path)
{
	struct statvfs fs;

	return file_system(path, &fs) ? (int64_t)(fs.f_blocks * fs.f_frsize) : 0;
}

enum disk_state disk_of(struct store *s, int code)
{
	int os = sqlite3_system_errno(s->db);

	switch (code & 0xff) {
	case SQLITE_OK:
		return DISK_FINE;
	case SQLITE_FULL:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return DISK_FULL;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		// Of reads and syncs nothing is known to be left whole.
		if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_READ)
			return DISK_FAILED;
		return os == ENOSPC || os == EDQUOT ? DISK_FULL : DISK_FAILED;
	default:
		return DISK_FAILED;
	}
}

void store_rollback(struct store *s)
{
	// sqlite may have rolled back by itself.
	if (!sqlite3_get_autocommit(s->db))
		(void)!sql_run(&s->sql, SQL_ROLLBACK, NULL);
	if (s->failed)
		return;
	tidy_load(s);
	s->failed = words_sum_load(s->db, &s->words_sum) != SQLITE_OK;
}

static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;

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
static bool renew_copy(struct store *s, char **error)
{
	int64_t is_copy =
		db_number(s->db, "SELECT count(*) FROM setting WHERE key = 'copy'", -1);

	if (is_copy == 0 ||
	    (is_copy > 0 &&
	     db_exec(s->db, "UPDATE setting SET value = randomblob(16) "
			    "WHERE key = 'history_id'") == SQLITE_OK &&
	     db_exec(s->db, "DELETE FROM setting WHERE key = 'copy'") == SQLITE_OK))
		return true;
	db_error(s->db, "give a history id to", s->path, error);
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

static bool open_database(struct store *s, enum store_durability durability, char **error)
{
	bool check = wants_check(s->path);

	s->db = db_open(s->path, DB_WRITE, durability, error);
	// On a disk without a free block not even the log can be opened.
	if (!s->db && ballast_release(s->path))
		s->db = db_open(s->path, DB_WRITE, durability, error);
	if (!s->db || !bring_up_to_date(s->db, s->path, error) ||
	    !schema_check(s->db, s->path, error) || !renew_copy(s, error) ||
	    !sql_prepare(&s->sql, s->db, SQL_WRITER, error))
		return false;
	if (check && !store_quick_check(s, error))
		return false;
	sqlite3_wal_hook(s->db, on_commit, s);
	s->is_open = true;
	s->shrinking = true; // what a migration left free
	tidy_load(s);
	if (chain_head(s->db, s->chain) != SQLITE_OK)
		return db_error(s->db, "read the audit log of", s->path, error), false;
	if (words_sum_load(s->db, &s->words_sum) != SQLITE_OK)
		return db_error(s->db, "count the word index of", s->path, error), false;
	// A log that a crash left may hold removed text, and what was written but never
	// synced: that must be on disk before anyone sees it.
	s->truncate = true;
	tidy_checkpoint(s);
	if (s->failed)
		return db_error(s->db, "sync", s->path, error), false;
	free(*error);
	*error = NULL;
	return true;
}

struct store *store_open(const char *path, enum store_durability durability, char **error)
{
	struct store *s = xcalloc(1, sizeof(*s));

	*error = NULL;
	s->path = xstrdup(path);
	s->low_water = DISK_LOW_BYTES;
	// Counting memory costs SQLite a lock for each allocation. Refused once it has begun.
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	s->lock = lock_folder(path, error);
	if (s->lock >= 0 && open_database(s, durability, error))
		return s;
	store_close(s);
	return NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	int64_t until = clock_mono_ms() + CLOSE_MS;
	while (s->is_open && clock_mono_ms() < until && store_tidy(s))
		continue;
	sql_finalize(&s->sql);
	// The last handle moves the log into the file and removes it.
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	free(s->path);
	free(s);
}

bool store_quick_check(struct store *s, char **error)
{
	char *problem = db_verify(s->db, "PRAGMA quick_check(1)");
	bool sound = problem[0] == '\0';

	*error = NULL;
	if (!sound)
		error_words(error, "%s is damaged (%s): restore a backup", s->path, problem);
	free(problem);
	return sound;
}

void store_set_begin(struct store *s, struct thread_begin begin)
{
	s->begin = begin;
}

void store_set_low_water(struct store *s, int64_t bytes)
{
	s->low_water = bytes;
}

void store_engine(struct buf *out)
{
	buf_printf(out, "SQLite %s", sqlite3_libversion());
}

int64_t store_schema(void)
{
	return n_migrations;
}

const char *store_migration(int64_t schema)
{
	assert(schema >= 1 && schema <= n_migrations);
	return migrations[schema - 1].name;
}

const struct proof *store_proof(const struct store *s UNUSED)
{
	static const struct proof lasting = {INT64_MAX};

	return &lasting;
}
