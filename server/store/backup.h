// SPDX-License-Identifier: MIT
// A whole, verified copy of the database, and the check of one.
//
// Both read by a handle of their own and disturb nobody, so that they run beside a
// server, in its process or in another. They take from half a second to minutes: never
// in the hub's thread.
#pragma once

#include "common/buf.h"
#include "server/store/store.h"

// Writes the database `path` to a new file `file`, without what was removed, synced,
// checked and then renamed into place. False with words in *error; `file` is then not
// there.
MUST_USE bool store_backup(const char *path, const char *file, char **error);

struct store_report {
	int64_t accounts, rooms, messages;
	int64_t bytes;       // of the file
	int64_t wal_bytes;   // of the write-ahead log beside it
	int64_t schema;      // number of its last migration
	int64_t newest_ms;   // wall time of the newest message; 0 none
	struct buf problems; // a line each; empty: sound
	int64_t n_problems;
	bool is_damaged; // ours, and not sound: a backup is the mend
};

// Checks structure, references and that no stream misses a number. False with words in
// *error when the file cannot be read at all. The caller clears *report.
MUST_USE bool store_check(const char *path, struct store_report *report, char **error);
void store_report_clear(struct store_report *report);
