// SPDX-License-Identifier: MIT
#include "server/store/sqlite/migrate.h"

#include "common/buf.h"
#include "common/log.h"
#include "common/version.h"
#include "server/store/sqlite/folder.h"
#include "server/store/sqlite/sqlite_backup_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static int play(sqlite3 *db, const struct migration *m, int number)
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

// A copy may be as large as the database, and a change that writes all tables anew needs as
// much again twice: in the log, and beside the old ones in the file.
static bool has_space(sqlite3 *db, const char *path, int version, int n, char **error)
{
	int64_t bytes = db_number(db, "PRAGMA page_count", 0) *
			db_number(db, "PRAGMA page_size", 0) * 3;
	int64_t has = free_space(path);

	if (has >= bytes)
		return true;
	error_words(
		error,
		"%s is to go from schema %d to %d, and is copied before, to %s.before-%04d: "
		"that wants %" PRId64 " MiB free, and there are %" PRId64 ": make room first",
		path, version, n, path, version + 1, (bytes >> 20) + 1, has >> 20);
	return false;
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

bool migrate_to(sqlite3 *db, const char *path, const struct migration *m, int number,
		char **error)
{
	char what[64];

	if (play(db, m, number) == SQLITE_OK)
		return true;
	snprintf(what, sizeof(what), "apply %s to", m->name);
	db_error(db, what, path, error);
	db_exec(db, "ROLLBACK");
	return false;
}

// For `snugd check`, which has something to say of what changed.
static bool note_migrated(sqlite3 *db, int from)
{
	struct buf text = {0};

	if (db_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'setting'", 0) == 0)
		return true;
	buf_printf(&text,
		   "INSERT OR REPLACE INTO setting VALUES ('" SETTING_MIGRATED
		   "', CAST('" SNUG_VERSION " %d' AS BLOB))",
		   from);
	bool is_noted = db_exec(db, buf_str(&text)) == SQLITE_OK;
	buf_clear(&text);
	return is_noted;
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
	if (version > 0 && version < n &&
	    (!has_space(db, path, version, n, error) || !keep_copy(db, path, version, error)))
		return false;
	// A migration may rebuild a table that others refer to.
	if (db_exec(db, "PRAGMA foreign_keys = OFF") != SQLITE_OK)
		return db_error(db, "set up", path, error), false;
	for (int i = version; i < n && done; i++) {
		done = migrate_to(db, path, &all[i], i + 1, error);
		if (done)
			log_event(LOG_DEBUG, "migration", "name", all[i].name, NULL);
	}
	if (!done)
		return false;
	if (version > 0 && version < n && !note_migrated(db, version))
		return db_error(db, "note the migration of", path, error), false;
	if (db_exec(db, "PRAGMA foreign_keys = ON") != SQLITE_OK)
		return db_error(db, "set up", path, error), false;
	return true;
}
