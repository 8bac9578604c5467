// SPDX-License-Identifier: MIT
// Values in the binary form of PostgreSQL: numbers with the most significant byte first.
#include "server/store/postgresql/pg_sql_private.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

// By their numbers in the catalogue.
enum { TYPE_TRUTH = 16, TYPE_BYTES = 17, TYPE_LONG = 20, TYPE_INT = 23, TYPE_TEXT = 25 };

bool pg_value_is_known(Oid type)
{
	return type == TYPE_TRUTH || type == TYPE_BYTES || type == TYPE_LONG ||
	       type == TYPE_INT || type == TYPE_TEXT;
}

// As long as the parameter's type, which is shorter where it stands beside a number in the text.
static int put_number(char out[static 8], Oid type, int64_t n)
{
	uint32_t half = htobe32((uint32_t)n);
	uint64_t whole = htobe64((uint64_t)n);

	if (type == TYPE_INT) {
		assert(n >= INT32_MIN && n <= INT32_MAX);
		memcpy(out, &half, sizeof(half));
		return sizeof(half);
	}
	assert(type == TYPE_LONG);
	memcpy(out, &whole, sizeof(whole));
	return sizeof(whole);
}

void pg_values_make(struct pg_values *out, const struct pg_statement *statement)
{
	for (int i = 0; i < statement->text.n_params; i++) {
		const struct value *v = &statement->values[i];

		out->formats[i] = 1;
		if (v->kind == VALUE_INT) {
			out->at[i] = out->numbers[i];
			out->lengths[i] =
				put_number(out->numbers[i], statement->types[i], v->number);
		} else {
			// A NULL pointer would be NULL.
			out->at[i] = v->bytes.len                    ? v->bytes.at
				     : v->kind == VALUE_TEXT_OR_NULL ? NULL
								     : "";
			out->lengths[i] = (int)v->bytes.len;
		}
	}
}

int64_t pg_value_number(const PGresult *answer, int row, int column)
{
	const char *at = PQgetvalue(answer, row, column);
	uint64_t whole;
	uint32_t half;

	if (PQgetisnull(answer, row, column))
		return 0;
	switch (PQftype(answer, column)) {
	case TYPE_TRUTH:
		return at[0] != 0;
	case TYPE_LONG:
		memcpy(&whole, at, sizeof(whole));
		return (int64_t)be64toh(whole);
	case TYPE_INT:
		memcpy(&half, at, sizeof(half));
		return (int32_t)be32toh(half);
	default:
		return 0;
	}
}

struct value pg_value_of(const PGresult *answer, int row, int column)
{
	struct span bytes = span_from(PQgetvalue(answer, row, column),
				      (size_t)PQgetlength(answer, row, column));

	if (PQgetisnull(answer, row, column))
		return of_text_or_null(SPAN(""));
	switch (PQftype(answer, column)) {
	case TYPE_BYTES:
		return of_blob(bytes.at, bytes.len);
	case TYPE_TEXT:
		return of_text(bytes);
	default:
		return of_int(pg_value_number(answer, row, column));
	}
}
