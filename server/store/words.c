// SPDX-License-Identifier: MIT
// The search index: which words stand in which message.
//
// 1. What store.unindexed says is the boundary: messages below it are in the index, from
//    it on none is. 0: all are. So words never delay a commit; what is beyond the boundary
//    the readers index in memory when somebody searches (tail.c).
// 2. The index learns and forgets a text exactly once, with the same bytes.
// 3. FTS5 forgets by noting that a word is void, and the word itself stays until its
//    segment is merged: a purge merges all of them.
#include "server/store/store_private.h"

// Pages of the index rewritten in one step: about 2 ms.
#define PURGE_PAGES 64

int words_add(struct store *s, const struct entry_message *m)
{
	s->n_unindexed++;
	if (s->unindexed)
		return SQLITE_OK;
	s->unindexed = m->id;
	return chore_put(s, SPAN("unindexed"), (int64_t)m->id);
}

int words_remove(struct store *s, message_id id, stream_id stream, struct span text)
{
	if (!text.len || (s->unindexed && id >= s->unindexed))
		return SQLITE_OK;
	words_sum_watch(s->db, &s->words_sum);
	int code = sql_run(&s->sql, SQL_REMOVE_WORDS,
			   (struct value[]){of_u64(id), of_text(text), of_int(stream)});
	if (code != SQLITE_OK || s->purge == PURGE_DUE)
		return code;
	s->purge = PURGE_DUE;
	return chore_put(s, SPAN("purge"), PURGE_DUE);
}

int words_catch_up(struct store *s)
{
	sqlite3_stmt *row =
		sql_bind(&s->sql, SQL_UNINDEXED,
			 (struct value[]){of_u64(s->unindexed), of_int(WORDS_STEP)});
	message_id last = 0;
	int rows = 0, code;

	words_sum_watch(s->db, &s->words_sum);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct span text = sql_span(row, 2);

		rows++;
		last = (message_id)sqlite3_column_int64(row, 0);
		if (!text.len)
			continue;
		code = sql_run(&s->sql, SQL_ADD_WORDS,
			       (struct value[]){of_u64(last), of_text(text),
						of_int(sqlite3_column_int64(row, 1))});
		if (code != SQLITE_OK)
			break;
	}
	sqlite3_reset(row);
	if (code != SQLITE_DONE)
		return code;
	s->unindexed = rows < WORDS_STEP ? 0 : last + 1;
	s->n_unindexed = s->unindexed ? s->n_unindexed - rows : 0;
	return chore_put(s, SPAN("unindexed"), (int64_t)s->unindexed);
}

int words_purge(struct store *s)
{
	// A negative number makes all segments one merge, a positive one goes on with it.
	int64_t pages = s->purge == PURGE_DUE ? -PURGE_PAGES : PURGE_PAGES;
	int before = sqlite3_total_changes(s->db);

	words_sum_watch(s->db, &s->words_sum);
	int code = sql_run(&s->sql, SQL_MERGE_WORDS, (struct value[]){of_int(pages)});

	if (code != SQLITE_OK)
		return code;
	// FTS5 writes a row of its own even when there was nothing to merge.
	bool done = sqlite3_total_changes(s->db) - before < 2;
	s->purge = done ? PURGE_NONE : PURGE_RUNNING;
	// Pages with the words on them are in the log and free in the file.
	s->truncate = true;
	s->shrinking = true;
	return chore_put(s, SPAN("purge"), s->purge);
}
