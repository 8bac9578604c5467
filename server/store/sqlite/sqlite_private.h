// SPDX-License-Identifier: MIT
// What a store in a file is made of.
#pragma once

#include "server/letters/journal.h"
#include "server/store/chore.h"
#include "server/store/engine.h"
#include "server/store/sqlite/db.h"
#include "server/store/sqlite/words_sum.h"

enum purge { PURGE_NONE, PURGE_DUE, PURGE_RUNNING };

struct sqlite_store {
	struct store base; // `removed`: removed text is still in the log
	int lock;          // descriptor of DIR/lock, locked
	sqlite3 *db;       // the one that writes
	bool is_open;      // to the end of open
	int wal_pages;     // of the write-ahead log that are not in the database file
	bool wal_is_short; // shorter than WAL_BYTES
	// Standing of the chores (tidy.c); also in the table, which outlives the process.
	struct words_sum words_sum;
	enum purge purge;   // of removed words out of the index
	bool log_is_read;   // the last try to take removed text out of it found a reader there
	int64_t removal_ms; // mono, of the last step between commits
	bool shrinking;     // pages of the file may have become free
	bool halted;        // the last step failed for want of space
};

static inline struct sqlite_store *sqlite_of(struct store *s)
{
	return container_of(s, struct sqlite_store, base);
}

// As in engine.h (open.c).
MUST_USE struct store *sqlite_open_store(const char *path, enum store_durability durability,
					 char **error);
void sqlite_close_store(struct store *s);
MUST_USE struct store *sqlite_make(const char *part, char **error);
void sqlite_drop(const char *part);
// ... and these (backup.c, check.c, redo.c, lost.c).
MUST_USE bool sqlite_backup(const char *path, const char *file, char **error);
MUST_USE bool sqlite_settle(const char *part, const char *where, bool is_moved, char **error);
MUST_USE bool sqlite_check(const char *path, bool is_deep, struct store_report *report,
			   char **error);
MUST_USE bool sqlite_facts(const char *path, struct store_report *report, char **error);
MUST_USE enum store_redo sqlite_redo(const char *copy, const char *present,
				     store_taken_fn *on_taken, void *arg, char **error);
MUST_USE bool sqlite_lost(const char *older, const char *newer, store_taken_fn *on_lost,
			  void *arg, char **error);
MUST_USE bool sqlite_note_older(const char *older, int64_t at_ms, const char *verb,
				const char *detail, char **error);

// Reads every page (0.2 s for a million messages). False with words in *error when the
// file is damaged.
MUST_USE bool sqlite_quick_check(struct sqlite_store *s, char **error);

// Inside a transaction: commits, with the sum of the word index. DB_OK or what failed.
MUST_USE enum db_code sqlite_end(struct sqlite_store *s);
// Ends a transaction that went wrong.
void sqlite_rollback(struct store *s);

// Reads the standing of the chores from their tables: at open and after a rollback.
void tidy_load(struct sqlite_store *s);
void tidy_checkpoint(struct sqlite_store *s);
// As in engine.h.
MUST_USE bool tidy_is_clean(const struct store *s);
MUST_USE int tidy_after_ms(const struct store *s);
bool tidy_between(struct store *s, int64_t now_ms);
bool tidy_step(struct store *s);

// The search index (words.c), inside a transaction.
MUST_USE enum db_code words_forget(struct store *s, message_id id);
MUST_USE enum db_code words_remove(struct sqlite_store *s, message_id id, stream_id stream,
				   struct span text);
// Adds the words of some messages that wait: when there are WORDS_STEP of them, because a
// commit that touches the index costs about as much for one message as for fifty.
MUST_USE enum db_code words_catch_up(struct sqlite_store *s);
// One step of rewriting the index without removed words.
MUST_USE enum db_code words_purge(struct sqlite_store *s);

// The log's file gets its full length (wal.c), if there is room for it.
#define WAL_BYTES (16LL << 20)
void wal_lengthen(struct sqlite_store *s);
