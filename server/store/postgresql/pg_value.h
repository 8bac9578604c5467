// SPDX-License-Identifier: MIT
// Values of an answer in PostgreSQL's binary form: numbers with their most significant byte
// first. Pure; any thread.
#pragma once

#include "server/store/sql.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

// By their numbers in the catalogue.
enum pg_type { PG_TRUTH = 16, PG_BYTES = 17, PG_LONG = 20, PG_INT = 23, PG_TEXT = 25 };

// Of a column of the row: a number or truth, 0 for what is none or NULL.
MUST_USE int64_t pg_value_number(const PGresult *answer, int row, int column);
// As it is; texts and bytes are the answer's.
MUST_USE struct value pg_value_of(const PGresult *answer, int row, int column);
// Can a column of the type be read?
MUST_USE bool pg_value_is_known(Oid type);
