// SPDX-License-Identifier: MIT
// The words of the newest messages, in memory, by the same tokenizer as those on disk.
//
// Built anew for each search: the writer keeps the tail at a few dozen messages, but for
// floods, of which only the newest part is looked at.
#include "server/store/store_page_private.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/store/engine.h"

#include <stdlib.h>

#define TAIL_MAX 2048 // inside: more never wait (WORDS_STEP)

struct tail {
	struct sql sql;
	int64_t *ids;
	size_t n_ids, space;
};

struct tail *tail_new(const struct store_engine *engine)
{
	struct tail *t = xcalloc(1, sizeof(*t));
	char *error = NULL;

	if (!engine->words(&t->sql, &error))
		die(1, "cannot index words in memory: %s", error);
	return t;
}

void tail_free(struct tail *t)
{
	if (!t)
		return;
	sql_close(&t->sql);
	free(t->ids);
	free(t);
}

static enum db_code fill(struct tail *t, struct sql *s, int64_t from)
{
	struct statement *row =
		sql_bind(s, SQL_TAIL, (struct value[]){of_int(from), of_int(TAIL_MAX)});
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		code = sql_run(&t->sql, SQL_TAIL_ADD,
			       (struct value[]){of_int(sql_int(row, 0)),
						of_text(sql_span(row, 2)),
						of_int(sql_int(row, 1))});
		if (code != DB_OK)
			break;
	}
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}

static enum db_code match(struct tail *t, struct span expression)
{
	struct statement *row =
		sql_bind(&t->sql, SQL_TAIL_FIND, (struct value[]){of_text(expression)});
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		t->ids = grow(t->ids, t->n_ids, &t->space, sizeof(*t->ids));
		t->ids[t->n_ids++] = sql_int(row, 0);
	}
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}

enum db_code tail_find(struct tail *t, struct sql *s, struct span expression,
		       const int64_t **ids, size_t *n)
{
	int64_t from = 0;
	enum db_code code = sql_number(s, SQL_UNINDEXED_FROM, NULL, &from);

	t->n_ids = 0;
	if (code == DB_OK && from > 0) {
		code = sql_run(&t->sql, SQL_TAIL_BEGIN, NULL);
		if (code == DB_OK)
			code = fill(t, s, from);
		if (code == DB_OK)
			code = match(t, expression);
		// Nothing stays for the next search.
		enum db_code cleared = sql_run(&t->sql, SQL_TAIL_CLEAR, NULL);
		code = code == DB_OK ? cleared : code;
	}
	*ids = t->ids;
	*n = t->n_ids;
	return code;
}
