// SPDX-License-Identifier: MIT
#include "server/store/sqlite/db.h"

#include "common/buf.h"
#include "common/die.h"
#include "server/store/sqlite/sum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char shared_pragmas[] = "PRAGMA trusted_schema = OFF;"
				     "PRAGMA cell_size_check = ON;"
				     "PRAGMA temp_store = MEMORY;"
				     "PRAGMA mmap_size = 0;"
				     "PRAGMA cache_size = -32000;";
// Checkpoints are the writer's own work (tidy.c), never a part of a commit.
static const char write_pragmas[] = "PRAGMA foreign_keys = ON;"
				    "PRAGMA secure_delete = ON;"
				    "PRAGMA journal_size_limit = 67108864;"
				    "PRAGMA wal_autocheckpoint = 0;";

void db_error(sqlite3 *db, const char *what, const char *path, char **error)
{
	int code = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
	int primary = code & 0xff;

	if (primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT)
		error_words(error,
			    "cannot %s %s: the file is damaged or no database (%s); "
			    "restore a backup",
			    what, path, sqlite3_errmsg(db));
	else if (primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN)
		error_words(error, "cannot %s %s: %s (%s, code %d)", what, path,
			    db ? sqlite3_errmsg(db) : "out of memory",
			    db ? strerror(sqlite3_system_errno(db)) : "", code);
	else
		error_words(error, "cannot %s %s: %s (code %d)", what, path,
			    db ? sqlite3_errmsg(db) : "out of memory", code);
}

int db_exec(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

int64_t db_number(sqlite3 *db, const char *text, int64_t otherwise)
{
	sqlite3_stmt *statement = NULL;
	int64_t number = otherwise;

	if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

// A fresh database: what must stand before the first page is written.
static int prepare_new(sqlite3 *db)
{
	char text[64];

	sqlite3_snprintf(sizeof(text), text, "PRAGMA application_id = %d;", APPLICATION_ID);
	int code = db_exec(db, "PRAGMA auto_vacuum = INCREMENTAL;");
	return code == SQLITE_OK ? db_exec(db, text) : code;
}

static bool is_write_ahead(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	bool yes = false;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &statement, NULL) ==
		    SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		yes = strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
	sqlite3_finalize(statement);
	return yes;
}

static bool prepare_writing(sqlite3 *db, enum store_durability durability, const char *path,
			    char **error)
{
	bool is_new = db_number(db, "SELECT count(*) FROM sqlite_schema", -1) == 0;

	if (is_new && prepare_new(db) != SQLITE_OK)
		return db_error(db, "write", path, error), false;
	int64_t id = db_number(db, "PRAGMA application_id", -1);
	if (id >= 0 && id != APPLICATION_ID)
		return error_words(error, "%s is a database of another program", path), false;
	if (!is_write_ahead(db))
		return db_error(db, "keep a log beside", path, error), false;
	if (db_exec(db, write_pragmas) != SQLITE_OK ||
	    db_exec(db, durability == STORE_FULL ? "PRAGMA synchronous = FULL"
						 : "PRAGMA synchronous = NORMAL") != SQLITE_OK)
		return db_error(db, "set up", path, error), false;
	return true;
}

static bool prepare_handle(sqlite3 *db, enum db_mode mode, enum store_durability durability,
			   const char *path, char **error)
{
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, 5000);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	// The first read of the file: damage shows here.
	if (sum_register(db) != SQLITE_OK || db_exec(db, shared_pragmas) != SQLITE_OK ||
	    db_exec(db, "SELECT count(*) FROM sqlite_schema") != SQLITE_OK)
		return db_error(db, "read", path, error), false;
	if (mode == DB_WRITE)
		return prepare_writing(db, durability, path, error);
	if (db_exec(db, "PRAGMA query_only = ON") != SQLITE_OK)
		return db_error(db, "read", path, error), false;
	return true;
}

sqlite3 *db_open(const char *path, enum db_mode mode, enum store_durability durability,
		 char **error)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	sqlite3 *db = NULL;

	flags |= mode == DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
				  : SQLITE_OPEN_READONLY;
	if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
		db_error(db, "open", path, error);
		sqlite3_close(db);
		return NULL;
	}
	// Before anything is in it; log and shared memory take the same mode.
	if (mode == DB_WRITE && chmod(path, 0600) < 0 && errno != ENOENT) {
		error_words(error, "cannot set the mode of %s: %s", path, strerror(errno));
		sqlite3_close(db);
		return NULL;
	}
	if (!prepare_handle(db, mode, durability, path, error)) {
		sqlite3_close(db);
		return NULL;
	}
	return db;
}

char *db_verify(sqlite3 *db, const char *pragma)
{
	sqlite3_stmt *statement = NULL;
	const char *words = NULL;
	char *problem;

	// Without a row there are no words.
	if (sqlite3_prepare_v2(db, pragma, -1, &statement, NULL) == SQLITE_OK) {
		(void)sqlite3_step(statement);
		words = (const char *)sqlite3_column_text(statement, 0);
	}
	if (!words)
		problem = xstrdup(sqlite3_errmsg(db));
	else
		problem = xstrdup(strcmp(words, "ok") == 0 ? "" : words);
	sqlite3_finalize(statement);
	return problem;
}

bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		slash ? span_dup(span_from(path, (size_t)(slash - path) + 1)) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return false;
	bool synced = fsync(fd) == 0;
	close(fd);
	return synced;
}
