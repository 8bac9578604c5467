// SPDX-License-Identifier: MIT
// What the parts of store_check share.
#pragma once

#include "server/store/sqlite/db.h"

// A line of the report; what cannot be printed in it becomes '?'.
void check_problem(struct store_report *r, const char *words);
// Adds a problem for each row, whose first column is the words; "ok" is none.
void check_rows(sqlite3 *db, const char *text, struct store_report *r);
// Adds a problem for each row that is not what was stored, and r->summed (check_deep.c).
void check_sums(sqlite3 *db, struct store_report *r);
