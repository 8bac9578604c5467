// SPDX-License-Identifier: MIT
// Statements that put and give whole entries, matched with entries.def when they are
// prepared: parameters by name, columns by name and order. What does not match is found
// there, once, and running them looks nothing up. Only files of server/store see this.
#pragma once

#include "server/letters/field.h"

struct sql;
struct statement;
struct value;

enum row_part {
	ROW_NONE,  // the statement has nothing to do with entries
	ROW_WHOLE, // its parameters, its columns or both are all fields of a kind
	ROW_PART,  // its parameters are some of them
};

struct row {
	enum row_part part;
	enum entry_kind kind;
	size_t n_params;            // named ones
	uint8_t fields[FIELDS_MAX]; // of each named parameter
};

// Fills in what is behind part and kind of a statement that `s` has prepared (its number of
// enum sql_id). False with words about `name`.
MUST_USE bool row_match(struct row *r, const struct sql *s, int id, const char *name,
			char **error);
// The values of the parameters, at most FIELDS_MAX: the entry's fields, which must stay until
// the statement is reset.
void row_values(const struct row *r, const struct entry *e, struct value *out);
// The columns into the struct of the kind, e.g. struct entry_message. Spans are valid until
// the next step.
void row_read(enum entry_kind kind, const struct statement *statement, void *out);
