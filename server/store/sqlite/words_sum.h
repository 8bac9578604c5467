// SPDX-License-Identifier: MIT
// One sum of all rows of the word index, in the row 'words_sum' of `chore`.
//
// FTS5 writes those rows itself, so they have no column for a sum each. While it does, the
// handle tells of each row what it was and what it becomes, and the sum follows.
#pragma once

#include "common/attr.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct words_sum {
	uint64_t sum;
	bool is_watched; // since something was written in this transaction
};

// Reads it or, of a database that has none yet, counts it. A result code of SQLite.
MUST_USE int words_sum_load(sqlite3 *db, struct words_sum *w);
// Before the index is written in a transaction; as often as one likes.
void words_sum_watch(sqlite3 *db, struct words_sum *w);
// Before the commit: has FTS5 write what it holds back, and puts the sum. Nothing when nothing
// was watched. A result code.
MUST_USE int words_sum_put(sqlite3 *db, struct words_sum *w);
// Counts it anew, in a copy. A result code.
MUST_USE int words_sum_renew(sqlite3 *db);
// Whether all rows have the sum that is stored; also when none is yet.
MUST_USE bool words_sum_is_true(sqlite3 *db);
