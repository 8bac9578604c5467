// SPDX-License-Identifier: MIT
// The search index: which words stand in which message.
//
// 1. Its boundary is chore.h's.
// 2. The index learns and forgets a text exactly once, with the same bytes.
// 3. FTS5 forgets by noting that a word is void, and the word itself stays until its
//    segment is merged: a purge merges all of them.
#include "server/store/sqlite/sqlite_private.h"

// Pages of the index rewritten in one step: about 2 ms.
#define PURGE_PAGES 64

enum db_code words_forget(struct store *s, message_id id)
{
	struct statement *row = sql_bind(&s->sql, SQL_MESSAGE, (struct value[]){of_u64(id)});
	enum db_code code = sql_step(row);
	struct entry_message m = {0};

	if (code == DB_ROW)
		row_read(ENTRY_MESSAGE, row, &m);
	if (m.seq > 0)
		code = words_remove(sqlite_of(s), id, m.stream, m.text);
	sql_reset(row);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}

enum db_code words_remove(struct sqlite_store *s, message_id id, stream_id stream,
			  struct span text)
{
	if (!text.len || (s->base.unindexed && id >= s->base.unindexed))
		return DB_OK;
	words_sum_watch(s->db, &s->words_sum);
	enum db_code code =
		sql_run(&s->base.sql, SQL_REMOVE_WORDS,
			(struct value[]){of_u64(id), of_text(text), of_int(stream)});
	if (code != DB_OK || s->purge == PURGE_DUE)
		return code;
	s->purge = PURGE_DUE;
	return chore_put(&s->base, SPAN("purge"), PURGE_DUE);
}

enum db_code words_catch_up(struct sqlite_store *s)
{
	struct store *base = &s->base;
	struct statement *row =
		sql_bind(&base->sql, SQL_UNINDEXED,
			 (struct value[]){of_u64(base->unindexed), of_int(WORDS_STEP)});
	enum db_code code;
	message_id last = 0;
	int rows = 0;

	words_sum_watch(s->db, &s->words_sum);
	while ((code = sql_step(row)) == DB_ROW) {
		struct span text = sql_span(row, 2);

		rows++;
		last = (message_id)sql_int(row, 0);
		if (!text.len)
			continue;
		code = sql_run(
			&base->sql, SQL_ADD_WORDS,
			(struct value[]){of_u64(last), of_text(text), of_int(sql_int(row, 1))});
		if (code != DB_OK)
			break;
	}
	sql_reset(row);
	if (code != DB_END)
		return code;
	base->unindexed = rows < WORDS_STEP ? 0 : last + 1;
	base->n_unindexed = base->unindexed ? base->n_unindexed - rows : 0;
	return chore_put(base, SPAN("unindexed"), (int64_t)base->unindexed);
}

enum db_code words_purge(struct sqlite_store *s)
{
	// A negative number makes all segments one merge, a positive one goes on with it.
	int64_t pages = s->purge == PURGE_DUE ? -PURGE_PAGES : PURGE_PAGES;
	int before = sqlite3_total_changes(s->db);

	words_sum_watch(s->db, &s->words_sum);
	enum db_code code =
		sql_run(&s->base.sql, SQL_MERGE_WORDS, (struct value[]){of_int(pages)});

	if (code != DB_OK)
		return code;
	// FTS5 writes a row of its own even when there was nothing to merge.
	bool done = sqlite3_total_changes(s->db) - before < 2;
	s->purge = done ? PURGE_NONE : PURGE_RUNNING;
	// Pages with the words on them are in the log and free in the file.
	s->base.removed = true;
	s->shrinking = true;
	return chore_put(&s->base, SPAN("purge"), s->purge);
}
