// SPDX-License-Identifier: MIT
// Values in the binary form of PostgreSQL: numbers with the most significant byte first.
#include "server/store/postgresql/pg_value.h"

#include <endian.h>
#include <string.h>

bool pg_value_is_known(Oid type)
{
	return type == PG_TRUTH || type == PG_BYTES || type == PG_LONG || type == PG_INT ||
	       type == PG_TEXT;
}

int64_t pg_value_number(const PGresult *answer, int row, int column)
{
	const char *at = PQgetvalue(answer, row, column);
	uint64_t whole;
	uint32_t half;

	if (PQgetisnull(answer, row, column))
		return 0;
	switch (PQftype(answer, column)) {
	case PG_TRUTH:
		return at[0] != 0;
	case PG_LONG:
		memcpy(&whole, at, sizeof(whole));
		return (int64_t)be64toh(whole);
	case PG_INT:
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
	case PG_BYTES:
		return of_blob(bytes.at, bytes.len);
	case PG_TEXT:
		return of_text(bytes);
	default:
		return of_int(pg_value_number(answer, row, column));
	}
}
