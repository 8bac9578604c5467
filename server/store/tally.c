// SPDX-License-Identifier: MIT
#include "server/store/tally.h"

#include <sodium.h>
#include <string.h>

// A value with its kind and its length before it, so that nothing said otherwise is the same.
static void add_value(crypto_generichash_state *sum, const struct value *v)
{
	int64_t head[2] = {v->kind, v->kind == VALUE_INT ? v->number : (int64_t)v->bytes.len};

	(void)crypto_generichash_update(sum, (const unsigned char *)head, sizeof(head));
	if (v->kind != VALUE_INT)
		(void)crypto_generichash_update(sum, (const unsigned char *)v->bytes.at,
						v->bytes.len);
}

void tally_add(struct tally *t, const struct value *values, size_t n)
{
	unsigned char out[crypto_generichash_BYTES_MIN];
	crypto_generichash_state sum;
	uint64_t number;

	(void)crypto_generichash_init(&sum, NULL, 0, sizeof(out));
	for (size_t i = 0; i < n; i++)
		add_value(&sum, &values[i]);
	(void)crypto_generichash_final(&sum, out, sizeof(out));
	memcpy(&number, out, sizeof(number));
	t->rows++;
	t->sum += number;
}
