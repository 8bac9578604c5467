// SPDX-License-Identifier: MIT
#include "server/store/sqlite/tokens.h"

#include "common/die.h"

#include <sqlite3.h>
#include <stdlib.h>

struct tokens {
	sqlite3 *db; // whose tokenizer it is
	fts5_tokenizer way;
	Fts5Tokenizer *tokenizer;
};

// FTS5 gives the address of its functions through a parameter of that type.
static fts5_api *api_of(sqlite3 *db)
{
	sqlite3_stmt *question = NULL;
	fts5_api *api = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &question, NULL) == SQLITE_OK &&
	    sqlite3_bind_pointer(question, 1, (void *)&api, "fts5_api_ptr", NULL) == SQLITE_OK)
		(void)sqlite3_step(question);
	sqlite3_finalize(question);
	return api;
}

struct tokens *tokens_new(void)
{
	const char *options[] = {"remove_diacritics", "2"};
	struct tokens *t = xcalloc(1, sizeof(*t));
	fts5_api *api = NULL;
	void *user = NULL;

	if (sqlite3_open(":memory:", &t->db) == SQLITE_OK)
		api = api_of(t->db);
	if (!api || api->xFindTokenizer(api, "unicode61", &user, &t->way) != SQLITE_OK ||
	    t->way.xCreate(user, options, ARRAY_LEN(options), &t->tokenizer) != SQLITE_OK)
		die(1, "this SQLite has no FTS5: words cannot be indexed");
	return t;
}

void tokens_free(struct tokens *t)
{
	if (!t)
		return;
	t->way.xDelete(t->tokenizer);
	sqlite3_close(t->db);
	free(t);
}

struct taker {
	token_fn *fn;
	void *arg;
};

static int on_token(void *arg, UNUSED int flags, const char *word, int len, UNUSED int from,
		    UNUSED int to)
{
	const struct taker *taker = arg;

	taker->fn(taker->arg, span_from(word, (size_t)len));
	return SQLITE_OK;
}

void tokens_each(struct tokens *t, struct span text, token_fn *fn, void *arg)
{
	struct taker taker = {fn, arg};

	(void)t->way.xTokenize(t->tokenizer, &taker, FTS5_TOKENIZE_DOCUMENT, text.at,
			       (int)text.len, on_token);
}
