// SPDX-License-Identifier: MIT
#include "server/store/migrate.h"

#include "common/buf.h"
#include "common/log.h"
#include "server/store/store_backup_private.h"

#include <unistd.h>

static int apply(sqlite3 *db, const struct migration *m, int number)
{
	struct buf text = {0};

	buf_add_str(&text, "BEGIN IMMEDIATE;\n");
	for (const char *const *line = m->lines; *line; line++)
		buf_add_str(&text, *line);
	buf_printf(&text, "PRAGMA user_version = %d;\nCOMMIT;", number);
	int code = db_exec(db, buf_str(&text));
	buf_clear(&text);
	return code;
}

// A database with data in it is copied before it is changed.
static bool keep_copy(sqlite3 *db, const char *path, int version, char **error)
{
	struct buf file = {0};

	buf_printf(&file, "%s.before-%04d", path, version + 1);
	// One of an attempt that did not get through.
	unlink(buf_str(&file));
	bool kept = backup_handle(db, buf_str(&file), error);
	if (kept)
		log_event(LOG_INFO, "migration-copy", "file", buf_str(&file), NULL);
	buf_clear(&file);
	return kept;
}

static bool upgrade(sqlite3 *db, const char *path, const struct migration *m, int number,
		    char **error)
{
	if (apply(db, m, number) == SQLITE_OK) {
		log_event(LOG_DEBUG, "migration", "name", m->name, NULL);
		return true;
	}
	db_error(db, m->name, path, error);
	db_exec(db, "ROLLBACK");
	return false;
}

bool migrate(sqlite3 *db, const char *path, const struct migration *all, int n, char **error)
{
	int version = (int)db_number(db, "PRAGMA user_version", -1);
	bool done = true;

	if (version < 0)
		return db_error(db, "read", path, error), false;
	if (version > n) {
		error_words(error,
			    "%s was written by a newer snugd (schema %d, this one knows %d): "
			    "run that one, or restore a backup",
			    path, version, n);
		return false;
	}
	if (version > 0 && version < n && !keep_copy(db, path, version, error))
		return false;
	// A migration may rebuild a table that others refer to.
	if (db_exec(db, "PRAGMA foreign_keys = OFF") != SQLITE_OK)
		return db_error(db, "set up", path, error), false;
	for (int i = version; i < n && done; i++)
		done = upgrade(db, path, &all[i], i + 1, error);
	if (done && db_exec(db, "PRAGMA foreign_keys = ON") != SQLITE_OK)
		return db_error(db, "set up", path, error), false;
	return done;
}
