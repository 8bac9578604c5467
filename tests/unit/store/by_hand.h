// SPDX-License-Identifier: MIT
// Rows that are read and changed behind the store's back, in the words of both engines.
#pragma once

#include "server/store/sqlite/db.h"
#include "tests/unit/store/fixture.h"

// Statements that give no rows; whoever has the store open does not see it.
static inline void change_by_hand(const struct fixture *f, const char *statements)
{
	char *error = NULL;
	sqlite3 *db;

	if (stored_is_pg()) {
		free(stored_ask(f->path, statements));
		return;
	}
	db = db_open(f->path, DB_WRITE, STORE_FULL, &error);
	assert_non_null(db);
	if (db_exec(db, "PRAGMA foreign_keys = OFF") != SQLITE_OK ||
	    db_exec(db, statements) != SQLITE_OK)
		fail_msg("%s: %s", statements, sqlite3_errmsg(db));
	sqlite3_close(db);
}

// What a question gives that has one number for an answer.
static inline int64_t number_by_hand(const struct fixture *f, const char *question)
{
	char *error = NULL, *said;
	int64_t number;
	sqlite3 *db;

	if (stored_is_pg()) {
		said = stored_ask(f->path, question);
		number = strtoll(said, NULL, 10);
		free(said);
		return number;
	}
	db = db_open(f->path, DB_READ, STORE_FULL, &error);
	assert_non_null(db);
	number = db_number(db, question, -1);
	sqlite3_close(db);
	return number;
}
