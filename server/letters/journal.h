// SPDX-License-Identifier: MIT
// Hub -> writer: what to store. The same entries, read back at start, make the hub.
//
// State is the fold of entries: a `put` carries the whole row and replaces the row with
// the same key, so that applying one twice changes nothing. The writer applies a letter
// inside one transaction and answers with a durable letter. Entries are numbered by the
// hub from 1 without gaps; `first` is the number of entries[0].
// Owner: the hub until put, then the writer. Spans point into the letter's arena (while
// loading: valid during the call).
#pragma once

#include "common/arena.h"
#include "common/mailbox.h"
#include "server/letters/entry.h"

// Settings of the database itself: every engine loads them, and no journal puts them.
#define SETTING_HISTORY "history_id" // HISTORY_ID_LEN bytes
#define SETTING_TERM "term"          // digits: raised by a take-over, else constant
#define SETTING_CLOCK "clock"        // what the server knows of it (wall.h)
#define SETTING_KEY "key"            // "PIN" or "PIN NEXT": that is served, that is announced
#define SETTING_RESTORED "restored"  // "WHEN MADE" in wall ms: out of a backup made then
#define SETTING_MIGRATED "migrated"  // "VERSION FROM": by that snugd, from that schema
// Entry of the audit log, by the server: "NAME: 3 4 9", whose name stands in the place of who
// was erased, and of which entries that took something.
#define VERB_ERASED "user erased"

struct journal {
	struct letter letter;
	entry_no first;
	struct entry *entries;
	size_t n_entries, n_space;
	struct arena arena;
};

MUST_USE struct journal *journal_new(entry_no first);
void journal_free(struct journal *j);
// Appends a copy of `e` with all its spans copied into the letter's arena.
void journal_add(struct journal *j, const struct entry *e);

// Writer -> hub.
enum disk_state {
	DISK_FINE,
	DISK_LOW,    // under the watermark: refuse new writes
	DISK_FULL,   // a commit failed for lack of space and is tried again
	DISK_AWAY,   // the engine cannot be reached: it is tried again without end
	DISK_FAILED, // beyond repair: the process must end
	DISK_FENCED, // another server writes to it now: the process must end at once
};

// Free bytes of a disk that is another machine's.
#define DISK_ELSEWHERE INT64_MAX

struct durable {
	struct letter letter;
	entry_no upto;    // all entries up to here outlive the process: the gate's number
	entry_no applied; // ... and up to here are in the tables, where questions find them
	enum disk_state disk;
	int64_t free_bytes, size_bytes; // of the disk; DISK_ELSEWHERE, and 0
	bool is_clean;            // what was removed is in no file of the database any more
	int64_t commit_us;        // how long this commit took
	uint8_t chain[CHAIN_LEN]; // of the newest entry of the audit log; 0: there is none
};
