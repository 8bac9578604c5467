// SPDX-License-Identifier: MIT
// entries.def as data, for who handles entries of every kind alike: the store's rows, the
// records of a log, the copies of spans.
//
// A row here is the struct of one kind (struct entry_room), as in e->room; pure, any thread.
#pragma once

#include "server/letters/entry.h"

#include <assert.h>
#include <stddef.h>

enum field_type {
	FIELD_NUMBER, // of 8, 4 or (a bool) 1 byte
	FIELD_TEXT,
	FIELD_TEXT_OR_NULL,
	FIELD_BLOB,
	FIELD_BYTES,
};

struct field {
	const char *name;
	enum field_type type;
	uint16_t at; // in the row
	uint16_t size;
	uint64_t greatest; // of a number
};

#define FIELDS_MAX 20 // inside: of a kind of entry

enum entry_use { USE_STATE, USE_DEED, USE_DERIVED };

// Of a kind below ENTRY_KINDS: "ROOM", how it is used, its fields in order, ended by one
// without a name.
MUST_USE const char *entry_name(enum entry_kind kind);
MUST_USE enum entry_use entry_use(enum entry_kind kind);
MUST_USE const struct field *entry_fields(enum entry_kind kind);

static inline void *entry_row(struct entry *e)
{
	return (char *)e + offsetof(struct entry, setting);
}

static inline const void *entry_row_const(const struct entry *e)
{
	return (const char *)e + offsetof(struct entry, setting);
}

static inline const void *field_at(const struct field *f, const void *row)
{
	return (const char *)row + f->at;
}

static inline bool field_is_span(const struct field *f)
{
	return f->type != FIELD_NUMBER && f->type != FIELD_BYTES;
}

static inline struct span *field_span(const struct field *f, void *row)
{
	assert(field_is_span(f));
	return (struct span *)(void *)((char *)row + f->at);
}

// The bytes of a field that is no number.
static inline struct span field_bytes(const struct field *f, const void *row)
{
	if (f->type == FIELD_BYTES)
		return span_from(field_at(f, row), f->size);
	assert(field_is_span(f));
	return *(const struct span *)field_at(f, row);
}

// Negative ones as their two's complement.
MUST_USE uint64_t field_number(const struct field *f, const void *row);
void field_set_number(const struct field *f, void *row, uint64_t number);
// Copies field->size bytes.
void field_set_bytes(const struct field *f, void *row, const void *bytes);
