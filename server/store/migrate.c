// SPDX-License-Identifier: MIT
#include "server/store/migrate.h"

#include "common/buf.h"
#include "common/log.h"
#include "server/store/backup_inside.h"
#include "server/store/migrations.h"

#include <stdlib.h>
#include <unistd.h>

static int apply(sqlite3 *db, int number)
{
	struct buf text = {0};

	buf_add_str(&text, "BEGIN IMMEDIATE;\n");
	for (const char *const *line = migrations[number - 1].lines; *line; line++)
		buf_add_str(&text, *line);
	buf_printf(&text, "PRAGMA user_version = %d;\nCOMMIT;", number);
	int code = db_exec(db, buf_str(&text));
	buf_clear(&text);
	if (code != SQLITE_OK)
		db_exec(db, "ROLLBACK");
	return code;
}

// A database with data in it is copied before it is changed.
static bool keep_copy(sqlite3 *db, const char *path, int64_t version, char **error)
{
	struct buf file = {0};

	buf_printf(&file, "%s.before-%04lld", path, (long long)version + 1);
	// One of an attempt that did not get through.
	unlink(buf_str(&file));
	bool kept = backup_handle(db, buf_str(&file), error);
	if (kept)
		log_event(LOG_INFO, "migration-copy", "file", buf_str(&file), NULL);
	buf_clear(&file);
	return kept;
}

static bool upgrade(sqlite3 *db, const char *path, int version, char **error)
{
	if (version > 0 && !keep_copy(db, path, version, error))
		return false;
	// A migration may rebuild a table that others refer to.
	db_exec(db, "PRAGMA foreign_keys = OFF");
	for (int number = version + 1; number <= n_migrations; number++) {
		if (apply(db, number) != SQLITE_OK) {
			db_error(db, migrations[number - 1].name, path, error);
			return false;
		}
		log_event(LOG_DEBUG, "migration", "name", migrations[number - 1].name, NULL);
	}
	db_exec(db, "PRAGMA foreign_keys = ON");
	return true;
}

bool migrate(sqlite3 *db, const char *path, char **error)
{
	int64_t version = db_number(db, "PRAGMA user_version", -1);

	if (version < 0) {
		db_error(db, "read", path, error);
		return false;
	}
	if (version > n_migrations) {
		error_words(error,
			    "%s was written by a newer snugd (schema %lld, this one "
			    "knows %d): run that one, or restore a backup",
			    path, (long long)version, n_migrations);
		return false;
	}
	return version == n_migrations || upgrade(db, path, (int)version, error);
}
