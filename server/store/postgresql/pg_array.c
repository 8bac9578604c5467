// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_array.h"

#include <assert.h>
#include <endian.h>

static void add_word(struct buf *out, uint32_t n)
{
	uint32_t word = htobe32(n);

	buf_add(out, &word, sizeof(word));
}

void pg_array_add_number(struct pg_array *a, int64_t n)
{
	uint64_t bytes = htobe64((uint64_t)n);

	assert(a->type == PG_NUMBERS);
	add_word(&a->elements, sizeof(bytes));
	buf_add(&a->elements, &bytes, sizeof(bytes));
	a->n++;
}

void pg_array_add_text(struct pg_array *a, struct span text)
{
	assert(a->type == PG_TEXTS);
	add_word(&a->elements, (uint32_t)text.len);
	buf_add_span(&a->elements, text);
	a->n++;
}

// One dimension, no NULL in it, counted from 1.
struct value pg_array_value(struct pg_array *a)
{
	buf_reset(&a->whole);
	add_word(&a->whole, 1);
	add_word(&a->whole, 0);
	add_word(&a->whole, a->type);
	add_word(&a->whole, a->n);
	add_word(&a->whole, 1);
	buf_add_span(&a->whole, buf_span(&a->elements));
	return of_blob(a->whole.at, a->whole.len);
}

void pg_array_reset(struct pg_array *a)
{
	buf_reset(&a->elements);
	a->n = 0;
}

void pg_array_clear(struct pg_array *a)
{
	buf_clear(&a->elements);
	buf_clear(&a->whole);
	a->n = 0;
}
