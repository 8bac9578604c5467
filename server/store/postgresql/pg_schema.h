// SPDX-License-Identifier: MIT
// How a database of PostgreSQL is made what this program wants: by the migrations of
// db/postgresql, which have the numbers of those of SQLite.
//
// The setting schema_version is the number of the last. Each is a transaction, which no two
// processes make at once. A connected link; its owner's thread.
#pragma once

#include "server/store/migrations.h"
#include "server/store/postgresql/pg_link.h"

#define PG_SCHEMA_FIRST 37 // what came before it made none of PostgreSQL

// As the Makefile embeds them: element i is number PG_SCHEMA_FIRST + i.
extern const struct migration pg_migrations[];
extern const int pg_n_migrations;

// *version: 0 of an empty database. False with words in *error when it cannot be read, or is
// one of another program.
MUST_USE bool pg_schema_look(struct pg_link *l, int64_t *version, char **error);
// Applies what is missing. The caller has the database to itself, or it is empty. False with
// words in *error, also when it was written by a newer program.
MUST_USE bool pg_schema_bring(struct pg_link *l, char **error);
// The newest that this program knows.
MUST_USE int64_t pg_schema_newest(void);
