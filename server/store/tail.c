// SPDX-License-Identifier: MIT
// The words of the newest messages, in memory, by the same tokenizer as those on disk.
//
// Built anew for each search: the writer keeps the tail at a few dozen messages, but for
// floods, of which only the newest part is looked at.
#include "server/store/store_page_private.h"

#include "common/die.h"
#include "common/grow.h"

#include <stdlib.h>

#define TAIL_MAX 2048 // inside: more never wait (WORDS_STEP)

static const char table[] = "CREATE VIRTUAL TABLE tail USING fts5 (text, place, content = '',"
			    " columnsize = 0, tokenize = 'unicode61 remove_diacritics 2')";

struct tail {
	sqlite3 *db;
	struct sql sql;
	int64_t *ids;
	size_t n_ids, space;
};

struct tail *tail_new(void)
{
	struct tail *t = xcalloc(1, sizeof(*t));
	char *error = NULL;

	if (sqlite3_open(":memory:", &t->db) != SQLITE_OK ||
	    db_exec(t->db, table) != SQLITE_OK ||
	    !sql_prepare(&t->sql, t->db, SQL_TAIL_USER, &error))
		die(1, "cannot index words in memory: %s", sqlite3_errmsg(t->db));
	return t;
}

void tail_free(struct tail *t)
{
	if (!t)
		return;
	sql_finalize(&t->sql);
	sqlite3_close(t->db);
	free(t->ids);
	free(t);
}

static int fill(struct tail *t, struct sql *s, int64_t from)
{
	sqlite3_stmt *row =
		sql_bind(s, SQL_TAIL, (struct value[]){of_int(from), of_int(TAIL_MAX)});
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		code = sql_run(&t->sql, SQL_TAIL_ADD,
			       (struct value[]){of_int(sqlite3_column_int64(row, 0)),
						of_text(sql_span(row, 2)),
						of_int(sqlite3_column_int64(row, 1))});
		if (code != SQLITE_OK)
			break;
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int match(struct tail *t, struct span expression)
{
	sqlite3_stmt *row =
		sql_bind(&t->sql, SQL_TAIL_FIND, (struct value[]){of_text(expression)});
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		t->ids = grow(t->ids, t->n_ids, &t->space, sizeof(*t->ids));
		t->ids[t->n_ids++] = sqlite3_column_int64(row, 0);
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int tail_find(struct tail *t, struct sql *s, struct span expression, const int64_t **ids,
	      size_t *n)
{
	int64_t from = 0;
	int code = sql_number(s, SQL_UNINDEXED_FROM, NULL, &from);

	t->n_ids = 0;
	if (code == SQLITE_OK && from > 0) {
		code = db_exec(t->db, "BEGIN");
		if (code == SQLITE_OK)
			code = fill(t, s, from);
		if (code == SQLITE_OK)
			code = match(t, expression);
		// Nothing stays for the next search.
		int cleared = db_exec(t->db, "ROLLBACK");
		code = code == SQLITE_OK ? cleared : code;
	}
	*ids = t->ids;
	*n = t->n_ids;
	return code;
}
