// SPDX-License-Identifier: MIT
// The sum of the index is that of its rows' sums, modulo 2^64: in whatever order they come.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1 // Debian's library has it; its header asks
#include "server/store/sqlite/words_sum.h"

#include "server/store/sqlite/db.h"
#include "server/store/sqlite/sum.h"

#include <string.h>

#define INDEX_TABLES "search_"
#define COLUMNS_MAX 3 // inside: those of FTS5's own tables

// The row's table is no part of it: their columns are of other types.
static const char all[] = "SELECT row_sum(id, block) FROM search_data UNION ALL"
			  " SELECT row_sum(segid, term, pgno) FROM search_idx UNION ALL"
			  " SELECT row_sum(k, v) FROM search_config";

typedef int value_fn(sqlite3 *db, int column, sqlite3_value **value);

static uint64_t sum_of_row(sqlite3 *db, value_fn *value_of)
{
	sqlite3_value *values[COLUMNS_MAX] = {0};
	int n = sqlite3_preupdate_count(db);

	for (int i = 0; i < n && i < COLUMNS_MAX; i++)
		(void)value_of(db, i, &values[i]);
	return sum_of(n < COLUMNS_MAX ? n : COLUMNS_MAX, values);
}

static void follow(void *arg, sqlite3 *db, int what, char const *schema, char const *table,
		   sqlite3_int64 before, sqlite3_int64 after)
{
	struct words_sum *w = arg;

	(void)schema;
	(void)before;
	(void)after;
	if (strncmp(table, INDEX_TABLES, strlen(INDEX_TABLES)) != 0)
		return;
	if (what != SQLITE_INSERT)
		w->sum -= sum_of_row(db, sqlite3_preupdate_old);
	if (what != SQLITE_DELETE)
		w->sum += sum_of_row(db, sqlite3_preupdate_new);
}

static int count_all(sqlite3 *db, uint64_t *sum)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, all, -1, &row, NULL);

	*sum = 0;
	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(row);
		if (code == SQLITE_ROW)
			*sum += (uint64_t)sqlite3_column_int64(row, 0);
	}
	sqlite3_finalize(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int put(sqlite3 *db, uint64_t sum)
{
	char text[96];

	sqlite3_snprintf(sizeof(text), text,
			 "INSERT OR REPLACE INTO chore VALUES ('words_sum', %lld)",
			 (long long)sum);
	return db_exec(db, text);
}

// SQLITE_ROW: it is there. SQLITE_DONE: none is yet.
static int stored(sqlite3 *db, uint64_t *sum)
{
	sqlite3_stmt *row = NULL;
	int code = sqlite3_prepare_v2(db, "SELECT value FROM chore WHERE name = 'words_sum'",
				      -1, &row, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(row);
	*sum = (uint64_t)sqlite3_column_int64(row, 0); // 0, where there is none
	sqlite3_finalize(row);
	return code;
}

int words_sum_load(sqlite3 *db, struct words_sum *w)
{
	int code;

	sqlite3_preupdate_hook(db, NULL, NULL);
	w->is_watched = false;
	code = stored(db, &w->sum);
	if (code == SQLITE_DONE) {
		code = words_sum_renew(db);
		if (code == SQLITE_OK)
			code = stored(db, &w->sum);
	}
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

void words_sum_watch(sqlite3 *db, struct words_sum *w)
{
	sqlite3_preupdate_hook(db, follow, w);
	w->is_watched = true;
}

int words_sum_put(sqlite3 *db, struct words_sum *w)
{
	if (!w->is_watched)
		return SQLITE_OK;
	// A savepoint makes FTS5 write what it would keep until the commit.
	int code = db_exec(db, "SAVEPOINT words; RELEASE words");

	sqlite3_preupdate_hook(db, NULL, NULL);
	w->is_watched = false;
	return code == SQLITE_OK ? put(db, w->sum) : code;
}

int words_sum_renew(sqlite3 *db)
{
	uint64_t sum;
	int code = count_all(db, &sum);

	return code == SQLITE_OK ? put(db, sum) : code;
}

bool words_sum_is_true(sqlite3 *db)
{
	uint64_t expected = 0, found = 0;
	// The index and its sum as of one moment.
	int code = db_exec(db, "BEGIN");

	if (code == SQLITE_OK)
		code = stored(db, &expected);
	bool is_true =
		code == SQLITE_DONE ||
		(code == SQLITE_ROW && count_all(db, &found) == SQLITE_OK && found == expected);
	(void)db_exec(db, "COMMIT");
	return is_true;
}
