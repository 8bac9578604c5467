// SPDX-License-Identifier: MIT
// A list of numbers or texts as one value: PostgreSQL's array in its binary form.
//
// A zeroed struct with a type is an empty list. Owner: whoever holds the struct.
#pragma once

#include "common/buf.h"
#include "server/store/sql.h"

enum pg_element { PG_NUMBERS = 20, PG_TEXTS = 25 }; // as in the catalogue

struct pg_array {
	enum pg_element type;
	struct buf elements;
	uint32_t n;
	bool has_null;
	struct buf whole;
};

void pg_array_add_number(struct pg_array *a, int64_t n);
void pg_array_add_text(struct pg_array *a, struct span text);
// Whichever of them it is, or NULL.
void pg_array_add(struct pg_array *a, const struct value *value);
// For a parameter of the kind; valid until the array is changed.
MUST_USE struct value pg_array_value(struct pg_array *a);
// The first element alone, for a parameter of its kind; valid as above.
MUST_USE struct value pg_array_first(const struct pg_array *a);
// Empty, with the memory that it has.
void pg_array_reset(struct pg_array *a);
void pg_array_clear(struct pg_array *a);
