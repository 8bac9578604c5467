// SPDX-License-Identifier: MIT
// A whole, verified copy of the database, read by a handle of its own.
#include "server/store/sqlite/sqlite_backup_private.h"

#include "common/buf.h"
#include "server/store/sqlite/sqlite_private.h"
#include "server/store/sqlite/sum.h"
#include "server/store/sqlite/words_sum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// For its owner alone, and on disk.
static bool settle_file(const char *path, char **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_settled = fd >= 0 && fchmod(fd, 0600) == 0 && fsync(fd) == 0;

	if (!is_settled)
		error_words(error, "cannot sync %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return is_settled;
}

static bool vacuum_into(sqlite3 *db, const char *file, char **error)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_text(statement, 1, file, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code != SQLITE_DONE)
		db_error(db, "write the copy", file, error);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE;
}

// What cannot be read is taken for a purge that is due. An old schema has no chores.
static bool is_purged(sqlite3 *copy)
{
	int64_t has_chores =
		db_number(copy, "SELECT count(*) FROM sqlite_schema WHERE name = 'chore'", -1);

	return has_chores == 0 ||
	       db_number(copy, "SELECT count(*) FROM chore WHERE name = 'purge'", -1) == 0;
}

// Removed words may still be in the index that was copied (words.c): out of the copy too.
bool backup_purge(sqlite3 *copy, const char *file, char **error)
{
	if (is_purged(copy))
		return true;
	if (db_exec(copy, "PRAGMA secure_delete = ON") == SQLITE_OK &&
	    db_exec(copy, "INSERT INTO search (search) VALUES ('optimize')") == SQLITE_OK &&
	    db_exec(copy, "DELETE FROM chore WHERE name = 'purge'") == SQLITE_OK &&
	    words_sum_renew(copy) == SQLITE_OK && db_exec(copy, "VACUUM") == SQLITE_OK)
		return true;
	db_error(copy, "purge", file, error);
	return false;
}

// What was said since may be in the original alone: the copy is another history, and yet
// another one each time that it is put back (store_open). It keeps the one that it is of.
static bool renew_history(sqlite3 *copy, const char *file, char **error)
{
	// An old schema has no settings, and no history id.
	int64_t has_settings = db_number(
		copy, "SELECT count(*) FROM sqlite_schema WHERE name = 'setting'", -1);

	if (has_settings == 0 ||
	    (has_settings > 0 &&
	     db_exec(copy, "INSERT OR REPLACE INTO setting VALUES ('copy', coalesce("
			   "(SELECT value FROM setting WHERE key = 'history_id'), x''))") ==
		     SQLITE_OK &&
	     db_exec(copy, "UPDATE setting SET value = randomblob(16) "
			   "WHERE key = 'history_id'") == SQLITE_OK))
		return true;
	db_error(copy, "give a history id to", file, error);
	return false;
}

// Who only looks at it then leaves nothing beside it.
static bool end_log(sqlite3 *copy, const char *file, char **error)
{
	if (db_exec(copy, "PRAGMA journal_mode = DELETE") == SQLITE_OK)
		return true;
	db_error(copy, "end the log of", file, error);
	return false;
}

static bool is_sound(sqlite3 *copy, const char *file, char **error)
{
	char *problem = db_verify(copy, "PRAGMA integrity_check(1)");
	bool sound = problem[0] == '\0';

	if (!sound)
		error_words(error, "the copy %s is damaged: %s", file, problem);
	free(problem);
	return sound;
}

static bool finish_copy(const char *file, bool is_moved, char **error)
{
	sqlite3 *copy = NULL;
	bool is_open =
		sqlite3_open_v2(file, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE,
				NULL) == SQLITE_OK &&
		sum_register(copy) == SQLITE_OK;

	if (!is_open)
		db_error(copy, "open", file, error);
	bool fine = is_open && (is_moved || renew_history(copy, file, error)) &&
		    backup_purge(copy, file, error) && end_log(copy, file, error) &&
		    is_sound(copy, file, error);
	sqlite3_close(copy);
	return fine;
}

static bool put_in_place(const char *part, const char *file, char **error)
{
	if (!settle_file(part, error))
		return false;
	if (rename(part, file) == 0 && sync_folder(file))
		return true;
	error_words(error, "cannot put %s in place: %s", file, strerror(errno));
	return false;
}

bool sqlite_settle(const char *part, const char *where, bool is_moved, char **error)
{
	return finish_copy(part, is_moved, error) && put_in_place(part, where, error);
}

bool backup_handle(sqlite3 *db, const char *file, char **error)
{
	struct buf part = {0};

	if (access(file, F_OK) == 0)
		return error_words(error, "%s exists already", file), false;
	buf_printf(&part, "%s.part", file);
	unlink(buf_str(&part)); // of an attempt that did not get through
	bool done = vacuum_into(db, buf_str(&part), error) &&
		    sqlite_settle(buf_str(&part), file, false, error);
	if (!done)
		unlink(buf_str(&part));
	buf_clear(&part);
	return done;
}

bool sqlite_backup(const char *path, const char *file, char **error)
{
	*error = NULL;
	sqlite3 *db = db_open(path, DB_READ, STORE_FULL, error);
	// The handle is read-only all the same; the pragma forbids the new file too.
	bool done = false;

	if (db && db_exec(db, "PRAGMA query_only = OFF") != SQLITE_OK)
		db_error(db, "read", path, error);
	else if (db)
		done = backup_handle(db, file, error);
	sqlite3_close(db);
	return done;
}
