// SPDX-License-Identifier: MIT
// 64 bits of a BLAKE2b over the values, each with its type and length before it: so no flip
// of a bit, in a value or in what says where one ends, leaves the sum as it was. It finds
// damage; against somebody who writes the file it is no seal.
#include "server/store/sqlite/sum.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#define SUM_LEN crypto_generichash_BYTES_MIN

// A number in eight bytes, the lowest first.
static void put_number(unsigned char *out, uint64_t number)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)(number >> (8 * i));
}

static void add_head(crypto_generichash_state *sum, int type, uint64_t number)
{
	unsigned char head[9] = {(unsigned char)type};

	put_number(head + 1, number);
	(void)crypto_generichash_update(sum, head, sizeof(head));
}

static void add_value(crypto_generichash_state *sum, sqlite3_value *value)
{
	int type = sqlite3_value_type(value);
	const void *bytes;
	double real;
	uint64_t bits;

	switch (type) {
	case SQLITE_INTEGER:
		add_head(sum, type, (uint64_t)sqlite3_value_int64(value));
		break;
	case SQLITE_FLOAT: // in a damaged row
		real = sqlite3_value_double(value);
		memcpy(&bits, &real, sizeof(bits));
		add_head(sum, type, bits);
		break;
	case SQLITE_NULL:
		add_head(sum, type, 0);
		break;
	default:
		bytes = sqlite3_value_blob(value);
		bits = (uint64_t)sqlite3_value_bytes(value);
		add_head(sum, type, bits);
		(void)crypto_generichash_update(sum, bytes, bits);
		break;
	}
}

uint64_t sum_of(int n, sqlite3_value **values)
{
	unsigned char out[SUM_LEN];
	crypto_generichash_state sum;
	uint64_t number = 0;

	(void)crypto_generichash_init(&sum, NULL, 0, sizeof(out));
	for (int i = 0; i < n; i++)
		add_value(&sum, values[i]);
	(void)crypto_generichash_final(&sum, out, sizeof(out));
	for (int i = 0; i < 8; i++)
		number |= (uint64_t)out[i] << (8 * i);
	return number;
}

static void row_sum(sqlite3_context *context, int n, sqlite3_value **values)
{
	sqlite3_result_int64(context, (sqlite3_int64)sum_of(n, values));
}

int sum_register(sqlite3 *db)
{
	return sqlite3_create_function_v2(db, "row_sum", -1,
					  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
					  NULL, row_sum, NULL, NULL, NULL);
}
