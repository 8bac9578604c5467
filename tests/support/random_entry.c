// SPDX-License-Identifier: MIT
#include "tests/support/random_entry.h"

#include "server/letters/field.h"

#define TEXT_MAX 40

// splitmix64
static uint64_t next(uint64_t *seed)
{
	uint64_t n = *seed += 0x9e3779b97f4a7c15;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

static struct span random_bytes(size_t len, bool printable, uint64_t *seed, struct arena *arena)
{
	char *at = arena_alloc(arena, len + 1);

	for (size_t i = 0; i < len; i++) {
		uint64_t n = next(seed);

		at[i] = (char)(printable ? '!' + n % 94 : n % 256);
	}
	return span_from(at, len);
}

void random_field(struct entry *e, size_t field, uint64_t *seed, struct arena *arena)
{
	const struct field *f = &entry_fields(e->kind)[field];
	void *row = entry_row(e);
	uint64_t n = next(seed);
	struct span bytes;

	if (f->type == FIELD_NUMBER) {
		field_set_number(f, row, f->greatest < UINT64_MAX ? n % (f->greatest + 1) : n);
		return;
	}
	bytes = random_bytes(f->type == FIELD_BYTES ? f->size : n % TEXT_MAX,
			     f->type == FIELD_TEXT || f->type == FIELD_TEXT_OR_NULL, seed,
			     arena);
	if (f->type == FIELD_BYTES)
		field_set_bytes(f, row, bytes.at);
	else
		*field_span(f, row) = bytes;
}

struct entry random_entry(enum entry_kind kind, uint64_t *seed, struct arena *arena)
{
	struct entry e = {.kind = kind};

	for (size_t i = 0; entry_fields(kind)[i].name; i++)
		random_field(&e, i, seed, arena);
	return e;
}
