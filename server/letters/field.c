// SPDX-License-Identifier: MIT
#include "server/letters/field.h"

// A function for each kind, so that its fields need not name the struct that they are of.
#define ENTRY(KIND, name, use)                                                                 \
	static const struct field *fields_of_##name(void)                                      \
	{                                                                                      \
		typedef struct entry_##name row;                                               \
		static const struct field fields[] = {
// clang-format off
#define END {0}};                                                                              \
		_Static_assert(ARRAY_LEN(fields) <= FIELDS_MAX + 1, "more than FIELDS_MAX"); \
		return fields;                                                                 \
	}
// clang-format on
#define FIELD(name, type, greatest)                                                            \
	{#name, type, offsetof(row, name), sizeof(((row *)0)->name), greatest},
#define INT(type, name) FIELD(name, FIELD_NUMBER, UINT64_MAX)
#define U64(type, name) FIELD(name, FIELD_NUMBER, UINT64_MAX)
#define TIME(name) FIELD(name, FIELD_NUMBER, UINT64_MAX)
#define BOOL(name) FIELD(name, FIELD_NUMBER, 1)
#define ENUM(type, name, last) FIELD(name, FIELD_NUMBER, last)
#define BITS(type, name, all) FIELD(name, FIELD_NUMBER, all)
#define TEXT(name) FIELD(name, FIELD_TEXT, 0)
#define TEXT_OR_NULL(name) FIELD(name, FIELD_TEXT_OR_NULL, 0)
#define BLOB(name) FIELD(name, FIELD_BLOB, 0)
#define BYTES(name, size) FIELD(name, FIELD_BYTES, 0)
#include "server/letters/entries.def"

const struct field *entry_fields(enum entry_kind kind)
{
	static const struct field *(*const fields_of[])(void) = {
#define ENTRY(KIND, name, use) [ENTRY_##KIND] = fields_of_##name,
#include "server/letters/entries.def"
	};

	assert(kind < ENTRY_KINDS);
	return fields_of[kind]();
}

const char *entry_name(enum entry_kind kind)
{
	static const char *const names[] = {
#define ENTRY(KIND, name, use) [ENTRY_##KIND] = #KIND,
#include "server/letters/entries.def"
	};

	assert(kind < ENTRY_KINDS);
	return names[kind];
}

enum entry_use entry_use(enum entry_kind kind)
{
	static const enum entry_use uses[] = {
#define ENTRY(KIND, name, use) [ENTRY_##KIND] = USE_##use,
#include "server/letters/entries.def"
	};

	assert(kind < ENTRY_KINDS);
	return uses[kind];
}

uint64_t field_number(const struct field *f, const void *row)
{
	const void *at = field_at(f, row);
	uint64_t number;
	uint32_t small;

	assert(f->type == FIELD_NUMBER);
	if (f->size == sizeof(bool))
		return *(const bool *)at;
	if (f->size == sizeof(small)) {
		memcpy(&small, at, sizeof(small));
		return small;
	}
	memcpy(&number, at, sizeof(number));
	return number;
}

void field_set_number(const struct field *f, void *row, uint64_t number)
{
	char *at = (char *)row + f->at;
	uint32_t small = (uint32_t)number;

	assert(f->type == FIELD_NUMBER);
	if (f->size == sizeof(bool))
		*(bool *)(void *)at = number != 0;
	else if (f->size == sizeof(small))
		memcpy(at, &small, sizeof(small));
	else
		memcpy(at, &number, sizeof(number));
}

void field_set_bytes(const struct field *f, void *row, const void *bytes)
{
	assert(f->type == FIELD_BYTES);
	memcpy((char *)row + f->at, bytes, f->size);
}
