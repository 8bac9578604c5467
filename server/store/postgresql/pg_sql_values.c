// SPDX-License-Identifier: MIT
// Values in the binary form of PostgreSQL: numbers with the most significant byte first.
#include "server/store/postgresql/pg_sql_private.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

// As long as the parameter's type, which is shorter where it stands beside a number in the
// text.
static int put_number(char out[static 8], Oid type, int64_t n)
{
	uint32_t half = htobe32((uint32_t)n);
	uint64_t whole = htobe64((uint64_t)n);

	if (type == PG_INT) {
		assert(n >= INT32_MIN && n <= INT32_MAX);
		memcpy(out, &half, sizeof(half));
		return sizeof(half);
	}
	assert(type == PG_LONG);
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
