// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_array.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

// In place of an element's length.
#define IS_NULL UINT32_MAX

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

void pg_array_add(struct pg_array *a, const struct value *value)
{
	if (value->kind == VALUE_INT) {
		pg_array_add_number(a, value->number);
	} else if (value->kind == VALUE_TEXT_OR_NULL && !value->bytes.len) {
		add_word(&a->elements, IS_NULL);
		a->has_null = true;
		a->n++;
	} else {
		pg_array_add_text(a, value->bytes);
	}
}

// One dimension, counted from 1.
struct value pg_array_value(struct pg_array *a)
{
	buf_reset(&a->whole);
	add_word(&a->whole, 1);
	add_word(&a->whole, a->has_null);
	add_word(&a->whole, a->type);
	add_word(&a->whole, a->n);
	add_word(&a->whole, 1);
	buf_add_span(&a->whole, buf_span(&a->elements));
	return of_blob(a->whole.at, a->whole.len);
}

// An element has the form of a parameter.
struct value pg_array_first(const struct pg_array *a)
{
	struct span at = buf_span(&a->elements);
	uint32_t len;

	assert(a->n);
	memcpy(&len, at.at, sizeof(len));
	len = be32toh(len);
	if (len == IS_NULL)
		return of_text_or_null(SPAN(""));
	return of_blob(at.at + sizeof(len), len);
}

void pg_array_reset(struct pg_array *a)
{
	buf_reset(&a->elements);
	a->n = 0;
	a->has_null = false;
}

void pg_array_clear(struct pg_array *a)
{
	buf_clear(&a->elements);
	buf_clear(&a->whole);
	a->n = 0;
	a->has_null = false;
}
