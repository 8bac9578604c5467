// SPDX-License-Identifier: MIT
// The one header of server/store: all that the server asks of an engine, and all an engine
// must do. The engine here is SQLite: one file, one process, one writing handle.
//
// 1. One process. An open store is locked: no second process opens it. Whoever holds it
//    raises the term when it took over from another that may still be alive; an engine
//    without take-overs keeps it at 1.
// 2. One writer. Journals are stored in the order in which they were put, each as a whole or
//    not at all, and an entry number is reported once, in order and without gaps:
//    *durable* N: what entries 1 .. N say survives the process and, as `durability` has it,
//      the power; whoever waits to tell somebody waits for this one.
//    *applied* N: readers find 1 .. N in the tables; whoever waits to ask waits for this one.
//      Never ahead of durable. An engine that writes a log first lets it lag, and brings the
//      tables up to the log before it loads; SQLite's commit is both.
// 3. Many readers. An answer is of one moment, and holds at least what was applied when the
//    question was put. No read transaction outlives its answer.
// 4. State is the fold of entries: a load gives back what was durable, in an order in which
//    nothing names what has not come before.
// 5. One history. A database has an id, drawn at random when it is made; what a copy holds
//    may go another way than the original, so a copy draws its own, when it is made and each
//    time that it is put back and opened first. A take-over does not.
// 6. What is wrong at the start comes as words: what failed, of which file, how to mend it.
//    What goes wrong while it runs comes in the durable letter: DISK_LOW, DISK_FULL and
//    DISK_AWAY pass; after DISK_FAILED nothing is touched any more and the process must end,
//    since only a fresh start can tell what was stored. So it is after DISK_FENCED, with
//    which the proof is old for ever. A question that fails is answered ROWS_FAILED; one that
//    could not be asked, since the engine is away, comes back with ROWS_AWAY.
//
// Threads: a store is its opener's until writer_start, and the writer thread's until
// writer_stop. A reader is one thread's at a time. store_is_locked, store_backup and
// store_check are for any thread and process, beside a running server too; the last two take
// from half a second to minutes: never in the hub's thread.
#pragma once

#include "common/attr.h"
#include "common/buf.h"
#include "common/mailbox.h"
#include "common/thread.h"
#include "server/letters/journal.h"
#include "server/letters/proof.h"
#include "server/letters/query.h"

// -- open, load, close

enum store_durability {
	STORE_FULL,   // what is durable is on disk
	STORE_NORMAL, // a power cut may take the last of it; a crash of the process not
};

struct store;
struct lease;

// Opens the database `path` and locks it, or creates it; its schema is brought up to date
// (db/README.md). NULL with words in *error (the caller frees them) when another process
// holds it, when it was written by a newer program, is damaged, or cannot be read. After a
// crash it is checked page by page (up to 1 GiB).
MUST_USE struct store *store_open(const char *path, enum store_durability durability,
				  char **error);

// A store that machines share: one of them has it, the others wait until it is given back or
// its holder gives no sign. What store_open does for whoever will not wait: it is refused with
// words that name the holder, where there is one.
MUST_USE bool store_is_shared(const char *path);
// Whether another machine waits for it now; not where that cannot be asked.
MUST_USE bool store_is_awaited(const char *path);
// Waits in a thread of its own. How that stands goes to `to` (letters/lease.h), at the
// beginning and whenever it changed. NULL with words in *error.
MUST_USE struct lease *store_wait(const char *path, enum store_durability durability,
				  struct mailbox *to, char **error);
// Opens what it has after LEASE_TAKEN; takes it. The holder's signs are given meanwhile.
MUST_USE struct store *store_open_waited(struct lease *l, char **error);
// Gives it up, and back where it was had. NULL is accepted.
void store_wait_end(struct lease *l);
// Tidies for half a second at most, closes and unlocks, or gives it back. NULL is accepted.
void store_close(struct store *s);
// Whether some process has the store of this path open now. Takes no lock itself.
MUST_USE bool store_is_locked(const char *path);
// Locks it without opening it, for who puts another in its place: nobody else opens it until
// the descriptor is closed. -1 with words in *error.
MUST_USE int store_hold(const char *path, char **error);

// SETTING_HISTORY and SETTING_TERM come among the settings.
typedef void store_entry_fn(void *arg, const struct entry *e);

// Reads the whole state back as journal entries, whose fold is the hub at start: settings,
// accounts, credentials, invites, rooms, dialogs, stream heads, members, bans, markers,
// cursors and metadata, in this order. Stream heads come also for streams that are gone, so
// that no number is used twice. Spans are valid during the call. Before writer_start. False
// with words in *error when a row cannot be read.
MUST_USE bool store_load(struct store *s, store_entry_fn *on_entry, void *arg, char **error);

// The same of a database that another may have open, by a handle that only reads: the state of
// one moment. Any thread and process. False with words in *error, also when the database is of
// another version.
MUST_USE bool store_look(const char *path, store_entry_fn *on_entry, void *arg, char **error);

// What the database is kept with ("SQLite 3.40.1"), and the number of the newest migration
// that this program knows.
void store_engine(struct buf *out);
MUST_USE int64_t store_schema(void);
// "0021_hush": the migration to that schema, 1 to store_schema().
MUST_USE const char *store_migration(int64_t schema);

// -- write

// What each thread does first. Before writer_start and readers_start.
void store_set_begin(struct store *s, struct thread_begin begin);
// Where an engine that lost what was durable leaves what it has of that. Before writer_start.
void store_set_folder(struct store *s, const char *folder);
// Below so many free bytes the writer reports DISK_LOW. Before writer_start. 0: never.
void store_set_low_water(struct store *s, int64_t bytes);

// How long ago it was proved that no other process writes to the store; its own while it is
// open. Any thread. Lasting for an engine that locks.
MUST_USE const struct proof *store_proof(const struct store *s);

struct writer;

// Starts the thread that writes: it takes all letters that wait, stores them together,
// reports, and tidies when it has nothing else to do. Durable letters go to `to_hub`; the
// first comes at once and tells the state of the disk. A durable letter is one piece of
// memory: free() ends it.
MUST_USE struct writer *writer_start(struct store *s, struct mailbox *to_hub);
// Gives a journal away. Any one thread at a time.
void writer_put(struct writer *w, struct journal *j);
// Stores what was put, reports it, ends the thread; with a full disk it does not wait
// long for space. NULL is accepted.
void writer_stop(struct writer *w);

// The same without a thread, for the command line and tests: stores one journal (which
// stays the caller's), applies it too, and fills *out. False when it is not stored;
// out->disk says why.
MUST_USE bool writer_apply(struct store *s, const struct journal *j, struct durable *out);
// How the disk is, with nothing to store: fills *out, which is new and is the caller's.
void writer_look(struct store *s, struct durable *out);
// One bounded step of what can wait: checkpoints, words of removed messages out of the
// search index, messages of removed rooms, space back to the file system. True while there
// is more. A running writer does this by itself.
bool store_tidy(struct store *s);
// What was removed is in no file of the database any more: neither in the index nor the log.
MUST_USE bool store_is_clean(const struct store *s);

// -- read

struct readers;

// 1 to READERS_MAX threads, each with a read-only handle; with two, searches do not delay
// pages. Each query gets exactly one rows letter. The store must stay open until
// readers_stop. NULL with words in *error when a handle cannot be opened.
MUST_USE struct readers *readers_start(const struct store *s, unsigned threads,
				       struct mailbox *to_hub, char **error);
// Gives a query away. One thread at a time.
void readers_put(struct readers *r, struct query *q);
// What a stop left unanswered.
struct unanswered {
	size_t dropped;     // not begun
	size_t interrupted; // half way
};
// Ends the threads at once and waits for no answer; what is unanswered comes back as
// ROWS_FAILED and is counted. NULL is accepted.
struct unanswered readers_stop(struct readers *r);

// The same without a thread, beside a running server too. The handle and its answers belong
// to the caller.
struct reader;
MUST_USE struct reader *reader_open(const char *path, char **error);
MUST_USE struct rows *reader_answer(struct reader *r, const struct query *q);
void reader_close(struct reader *r);

// -- copy and check

// Writes the database `path` to a new file `file`, a database of SQLite whatever the engine of
// `path` is: what was durable when it was called, without what was removed, with a history id
// of its own; synced, checked and then renamed into place. False with words in *error; `file`
// is then not there.
MUST_USE bool store_backup(const char *path, const char *file, char **error);

// What a move has copied of a table.
typedef void store_moved_fn(void *arg, const char *table, int64_t rows);

// Copies the database `from` to `to`, which is of any engine: a file that is not there yet, or
// an empty database. Its history goes on there: nobody may use `from` meanwhile, nor after.
// Ends with a look that both hold the same rows; words of messages come into the index anew. A
// file is not there when it fails; of another database what was copied stays. The term, and
// what else an engine keeps for itself, is not copied. False with words in *error.
MUST_USE bool store_move(const char *from, const char *to, store_moved_fn *on_table, void *arg,
			 char **error);

// -- do again what took something away

// What was taken away since a copy was made: "device", "alice/laptop", "revoked".
struct store_taken {
	const char *kind, *subject, *what;
};
typedef void store_taken_fn(void *arg, const struct store_taken *taken);

enum store_redo {
	REDO_DONE,
	REDO_PARTLY, // some tables of the present are not sound: rows name what they would tell
	REDO_ALIEN,  // the present is the database of another server: nothing was done
	REDO_FAILED, // nothing was done
};

// Does to the database `copy` what the database `present` shows to have taken something away
// since: redo.def has the kinds. Tells of each thing, in one transaction; what cannot be judged
// since the present cannot be read (or is NULL) is void where redo.def says so. Both have the
// newest schema, and the caller has both to itself; the present is only read. Words in *error
// but for REDO_DONE and REDO_PARTLY. Texts are valid during the call.
MUST_USE enum store_redo store_redo(const char *copy, const char *present,
				    store_taken_fn *on_taken, void *arg, char **error);

// Tells what `newer` has that `older`, a copy of it from before a migration, does not know:
// rooms, accounts, messages by their stream. Both are only read. False with words in *error.
MUST_USE bool store_lost(const char *older, const char *newer, store_taken_fn *on_lost,
			 void *arg, char **error);

// Adds to the audit log of a copy from before a migration, of whatever schema, what was done
// from the shell. The caller has it to itself. False with words in *error.
MUST_USE bool store_note_older(const char *older, int64_t at_ms, const char *verb,
			       const char *detail, char **error);

// An entry of the audit log with its place in the chain (chain.h). Valid during the call.
struct store_audited {
	int64_t id;
	bool is_there; // else it went with its room: of the row only time, verb and room are
	struct entry_audit row;
	struct span words, hash; // "": it stands outside the chain
	struct span salt;        // "": something was erased of it
};
typedef void store_audited_fn(void *arg, const struct store_audited *entry);

#define CHAIN_PROBLEMS_MAX 100 // inside: that one report tells in words

// Of which something was erased; so says an entry behind it, or nothing does.
struct store_emptied {
	int64_t id;
	bool is_named;
};

// What the chain of an audit log says of it.
struct store_chain {
	int64_t n;                 // entries in it
	int64_t n_outside;         // of before there was one
	int64_t n_erased;          // of which something was erased: they prove time and verb
	int64_t n_gone;            // that went with their room
	int64_t first_id;          // the first in it,
	int64_t first_ms, last_ms; // ... and from when until when it goes
	uint8_t head[CHAIN_LEN];   // the newest hash
	struct buf problems;       // a line each
	int64_t n_problems;
	const uint8_t *wanted; // inside, as all below
	bool is_met;
	struct store_emptied *emptied; // by number
	size_t n_emptied, emptied_space;
};

// Looks through all entries, oldest first, and gives each to fn, if there is one. `wanted`, a
// head that was noted elsewhere, must be of one of them; NULL: none was. Any thread, beside a
// running server. False with words in *error when it cannot be read. The caller clears *c.
MUST_USE bool store_audit(const char *path, const uint8_t *wanted, store_audited_fn *fn,
			  void *arg, struct store_chain *c, char **error);
void store_chain_clear(struct store_chain *c);

// What a database says of itself.
struct store_report {
	uint8_t history[HISTORY_ID_LEN]; // zero: it has none
	uint8_t copied[HISTORY_ID_LEN];  // of a copy, the one that it was made of; or zero
	int64_t term;
	int64_t accounts, rooms, messages, audit;
	uint8_t chain[CHAIN_LEN]; // newest hash of the audit log; 0: it has none
	message_id newest;        // the newest message id in it; 0: none
	int64_t page_size;        // bytes
	int64_t bytes;            // of the file
	int64_t wal_bytes;        // of the log beside it
	int64_t schema;           // number of its last migration
	int64_t newest_ms;        // latest time of a message; 0 none
	struct buf clock;         // what its last server knew of the clock
	struct buf key;           // SETTING_KEY, or empty
	struct buf
		restored; // "WHEN MADE" in wall ms: it came from a backup made then; or empty
	struct buf
		migrated; // "VERSION FROM": that snugd brought it up from that schema; or empty
	struct buf problems; // a line each; empty: sound
	int64_t n_problems;
	struct buf risks; // a line each: settings of the engine that put words at risk
	int64_t summed;   // rows whose sum was looked at
	bool is_damaged;  // ours, and not sound: a backup is the mend
};

// Checks structure, references and that no stream misses a number. False with words in
// *error when the file cannot be read at all. The caller clears *report.
MUST_USE bool store_check(const char *path, struct store_report *report, char **error);
// The same, and each row against the sum that was stored with it, which finds any flipped bit;
// in stretches, so that it never holds back the log of a running server for long. One of an
// older schema has no sums: report->summed is 0.
MUST_USE bool store_check_deep(const char *path, struct store_report *report, char **error);
// Only what it says of itself, without a look for problems: quick. One of an older schema has
// 0 for what it does not know. False with words in *error. The caller clears *report.
MUST_USE bool store_facts(const char *path, struct store_report *report, char **error);
void store_report_clear(struct store_report *report);
