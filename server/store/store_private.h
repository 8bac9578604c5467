// SPDX-License-Identifier: MIT
// What a store is made of.
#pragma once

#include "server/letters/journal.h"
#include "server/store/sql_before.h"
#include "server/store/words_sum.h"

enum purge { PURGE_NONE, PURGE_DUE, PURGE_RUNNING };

struct store {
	char *path;
	int lock;    // descriptor of DIR/lock, locked
	sqlite3 *db; // the one that writes
	struct sql sql;
	int64_t low_water; // bytes
	struct thread_begin begin;
	bool low;          // free space was last seen under it
	bool is_open;      // to the end of store_open
	bool failed;       // the handle must not be used again
	int wal_pages;     // of the write-ahead log that are not in the database file
	bool wal_is_short; // shorter than WAL_BYTES
	// Standing of the chores (tidy.c); also in the table, which outlives the process.
	message_id unindexed; // words of messages from this one on are not in the index; 0
	int n_unindexed;      // about how many
	struct words_sum words_sum;
	enum purge purge;              // of removed words out of the index
	bool truncate;                 // removed text is still in the log
	bool log_is_read;              // the last try to take it out found a reader there
	int64_t removal_ms;            // mono, of the last step between commits
	bool expiring;                 // messages wait to be removed
	bool shrinking;                // pages of the file may have become free
	bool halted;                   // the last step failed for want of space
	uint8_t chain[CHAIN_LEN];      // of the newest entry of the audit log,
	uint8_t next_chain[CHAIN_LEN]; // ... and when this transaction is committed,
	bool has_chained;              // if one is in it
};

// Reads every page (0.2 s for a million messages). False with words in *error when the
// file is damaged.
MUST_USE bool store_quick_check(struct store *s, char **error);
// Reads the standing of the chores from their table: at open and after a rollback.
void tidy_load(struct store *s);
// The log is so long that its pages must move into the database file even now.
MUST_USE bool tidy_is_urgent(const struct store *s);
void tidy_checkpoint(struct store *s);
// How long nothing may come before store_tidy is called; -1: there is no work for it.
MUST_USE int tidy_after_ms(const struct store *s);
// What was removed has waited long enough for a silence.
MUST_USE bool tidy_is_due(const struct store *s, int64_t now_ms);
// One bounded step of it, between commits.
void tidy_removal(struct store *s, int64_t now_ms);
// Sets or (value 0) deletes a row of `chore`, inside a transaction.
MUST_USE int chore_put(struct store *s, struct span name, int64_t value);

// One entry, inside a transaction: SQLITE_OK or a result code.
MUST_USE int apply_entry(struct store *s, const struct entry *e);
// Ends a transaction that went wrong.
void store_rollback(struct store *s);
// How the world looks after this result code.
MUST_USE enum disk_state disk_of(struct store *s, int code);

// The search index (words.c), inside a transaction.
MUST_USE int words_add(struct store *s, const struct entry_message *m);
MUST_USE int words_remove(struct store *s, message_id id, stream_id stream, struct span text);
// Adds the words of some messages that wait: when there are WORDS_STEP of them, because a
// commit that touches the index costs about as much for one message as for fifty.
#define WORDS_STEP 256
MUST_USE int words_catch_up(struct store *s);
// One step of rewriting the index without removed words.
MUST_USE int words_purge(struct store *s);

// The log's file gets its full length (wal.c), if there is room for it.
#define WAL_BYTES (16LL << 20)
void wal_lengthen(struct store *s);

// DIR/ballast: space kept to get through a full disk with.
void ballast_keep(const struct store *s);
// Gives it back to the file system. False when there was none.
bool ballast_release(const char *path);
// Free bytes of the file system, INT64_MAX when it cannot tell.
MUST_USE int64_t free_space(const char *path);
// Bytes of the whole file system, 0 when it cannot tell.
MUST_USE int64_t disk_size(const char *path);
