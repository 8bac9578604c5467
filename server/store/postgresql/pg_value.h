// SPDX-License-Identifier: MIT
// Values of an answer in PostgreSQL's binary form. Pure; any thread.
#pragma once

#include "server/store/sql.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

// Of a column of the row: a number or truth, 0 for what is none or NULL.
MUST_USE int64_t pg_value_number(const PGresult *answer, int row, int column);
// As it is; texts and bytes are the answer's.
MUST_USE struct value pg_value_of(const PGresult *answer, int row, int column);
// Can a column of the type be read?
MUST_USE bool pg_value_is_known(Oid type);
