// SPDX-License-Identifier: MIT
// What an engine of server/store is: what store.h promises, and what is not the same for all.
//
// Which engine a `where` belongs to is asked in one place (store.c): of each that is built in,
// by is_where. Its statements are by sql.h and driver.h. Only files of server/store see this.
#pragma once

#include "server/store/fresh.h"
#include "server/store/sql.h"
#include "server/store/store.h"

// Begins every engine's own. As of a store in store.h: its opener's, or the writer thread's.
struct store {
	const struct store_engine *engine;
	char *where;
	struct sql sql; // of who writes: statements of SQL_WRITER
	int64_t low_water;
	struct thread_begin begin;
	const struct proof *proof; // NULL: nobody else can have it
	struct fresh fresh;        // `term` is the opener's to fill in, where it counts
	char *folder;              // store_set_folder; or NULL
	entry_no stored;           // after DB_END of `begin`
	bool low;                  // free space was last seen under it
	bool failed;               // nothing must be touched any more
	// Standing of what waits (chore.h); also in tables, which outlive the process.
	bool removed;  // something was taken away: the engine clears its log, and unsets it
	bool expiring; // messages wait to be removed
	message_id unindexed;     // words of messages from this one on are not in the index; 0
	int n_unindexed;          // about how many
	uint8_t chain[CHAIN_LEN]; // of the newest entry of the audit log,
	uint8_t next_chain[CHAIN_LEN]; // ... and when this transaction is committed,
	bool has_chained;              // if one is in it
};

// Begins every engine's own.
struct lease {
	const struct store_engine *engine;
};

struct store_engine {
	bool (*is_where)(const char *where);
	// "SQLite 3.40.1"
	void (*version)(struct buf *out);

	// As the functions of store.h of that name. `open` fills in what is in struct store,
	// from the database where it is there, and prepares the writer's statements.
	struct store *(*open)(const char *where, enum store_durability durability,
			      char **error);
	void (*close)(struct store *s);
	// NULL, where nobody else can have it.
	struct lease *(*wait)(const char *where, enum store_durability durability,
			      struct mailbox *to, char **error);
	bool (*is_awaited)(const char *where);
	struct store *(*open_waited)(struct lease *l, char **error);
	void (*wait_end)(struct lease *l);
	bool (*is_locked)(const char *where);
	int (*hold)(const char *where, char **error);
	bool (*is_clean)(const struct store *s);
	// `backup` is NULL where its rows are copied one by one instead (copy.h).
	bool (*backup)(const char *where, const char *file, char **error);
	bool (*check)(const char *where, bool is_deep, struct store_report *report,
		      char **error);
	bool (*facts)(const char *where, struct store_report *report, char **error);
	// NULL, where an engine has none: it is refused then.
	enum store_redo (*redo)(const char *copy, const char *present, store_taken_fn *on_taken,
				void *arg, char **error);
	bool (*lost)(const char *older, const char *newer, store_taken_fn *on_lost, void *arg,
		     char **error);
	bool (*note_older)(const char *older, int64_t at_ms, const char *verb,
			   const char *detail, char **error);

	// A handle that only reads, with the statements of `user`; of a database of the newest
	// schema, where `user` is the loader. sql_close ends it. False with words in *error.
	bool (*read)(const char *where, enum sql_user user, struct sql *out, char **error);
	// An index of words in memory, by the tokenizer of the index on disk: the statements of
	// SQL_TAIL_USER. False with words in *error.
	bool (*words)(struct sql *out, char **error);

	// A new one, in a file that nobody else opens yet, to be filled by who copies. Where it
	// is closed, `settle` makes it sound and durable, as a copy of another history or
	// (`is_moved`) the same one, and moves it to `where`; or `drop` removes it. NULL where
	// nothing is in a file: one that is opened is filled. False with words in *error.
	struct store *(*make)(const char *part, char **error);
	bool (*settle)(const char *part, const char *where, bool is_moved, char **error);
	void (*drop)(const char *part);

	// Below here: who writes.

	// A transaction begins, which ends with entry `upto` (0: it holds none). DB_END: a
	// commit of which nothing was known is durable, up to s->stored: that is not to be
	// done, and what struct store says is as that one left it. While DB_AWAY came of it
	// or of its commit, another may only be begun with the same `upto`. Only these two say
	// DB_FENCED.
	enum db_code (*begin)(struct store *s, entry_no upto);
	// Entries of one transaction at most; 0: as many as there are.
	entry_no most;
	// DB_OK only when it is durable. Words of the failure are in sql_error.
	enum db_code (*commit)(struct store *s, entry_no upto);
	// Ends a transaction that went wrong, and reads the standing of what waits anew.
	void (*rollback)(struct store *s);
	// Where one refused statement undoes the whole transaction; NULL: what stands before it
	// can be committed. mark: what is run from now on is of that entry. refused: after
	// DB_REFUSED and before the rollback, the entry at fault; 0: it is not known, but will
	// be when the same is tried once more.
	void (*mark)(struct store *s, entry_no entry);
	entry_no (*refused)(const struct store *s);
	// Of a journal that is stored; takes it. NULL: it is freed.
	void (*keep)(struct store *s, struct journal *j);
	// Takes the words of a message out of the index, inside a transaction; the message's
	// row is still there.
	enum db_code (*forget_words)(struct store *s, message_id id);
	// How it is without a commit: DISK_FINE or DISK_LOW (s->low is set by it) or what keeps
	// it from writing at all; the bytes that are free (or DISK_ELSEWHERE), and of the whole
	// disk (0: unknown).
	enum disk_state (*watch)(struct store *s, int64_t *free_bytes, int64_t *size_bytes);
	// After DB_FULL: something that was kept for this is given up. False: there is no more.
	bool (*make_room)(struct store *s);
	// What makes the next commits fast, when there is time for it. Not called by who has no
	// writer thread.
	void (*ready)(struct store *s);
	// Behind a commit: what waits for no silence; with `now_ms` (mono) 0 only what makes
	// the next commits cost more. True: how it is may have changed.
	bool (*between)(struct store *s, int64_t now_ms);
	// As store_tidy.
	bool (*tidy)(struct store *s);
	// How long nothing may come before `tidy` is called; -1: there is no work for it.
	int (*after_ms)(const struct store *s);
};

// All that are built in, ended by NULL: the Makefile writes it.
extern const struct store_engine *const engines[];

// The one that this is a where of. NULL with words in *error, where none is built in.
MUST_USE const struct store_engine *engine_of(const char *where, char **error);
