// SPDX-License-Identifier: MIT
#include "server/letters/record.h"

#include "server/letters/field.h"

// A type that cannot be written or read does not compile.
#pragma GCC diagnostic error "-Wswitch-enum"

#define FNV_START 2166136261U
#define FNV_PRIME 16777619U
#define LENGTH_SIZE 4
#define SUM_SIZE 4
// Behind the length: sum, layout, kind.
#define REST_MIN (SUM_SIZE + 4 + 1)

static uint32_t add_to_sum(uint32_t sum, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		sum = (sum ^ (unsigned char)s.at[i]) * FNV_PRIME;
	return sum;
}

// Of a record from its length on.
static uint32_t sum_of(struct span record)
{
	uint32_t sum = add_to_sum(FNV_START, span_from(record.at, LENGTH_SIZE));

	return add_to_sum(sum, span_after(record, LENGTH_SIZE + SUM_SIZE));
}

static uint32_t layout_of(enum entry_kind kind)
{
	uint32_t sum = add_to_sum(FNV_START, span_of(entry_name(kind)));

	for (const struct field *f = entry_fields(kind); f->name; f++) {
		const char type[] = {' ', (char)f->type, (char)f->size};

		sum = add_to_sum(sum, span_from(type, sizeof(type)));
		sum = add_to_sum(sum, span_of(f->name));
	}
	return sum;
}

static size_t width_of(const struct field *f)
{
	return f->size == sizeof(bool) ? 1 : 8;
}

static void put_number(char *at, uint64_t number, size_t width)
{
	for (size_t i = 0; i < width; i++)
		at[i] = (char)(unsigned char)(number >> 8 * i);
}

static void add_number(struct buf *out, uint64_t number, size_t width)
{
	put_number(buf_space(out, width), number, width);
	out->len += width;
}

static void add_field(struct buf *out, const struct field *f, const void *row)
{
	switch (f->type) {
	case FIELD_NUMBER:
		assert(field_number(f, row) <= f->greatest);
		add_number(out, field_number(f, row), width_of(f));
		break;
	case FIELD_TEXT:
	case FIELD_TEXT_OR_NULL:
	case FIELD_BLOB:
		assert(field_bytes(f, row).len <= UINT32_MAX);
		add_number(out, field_bytes(f, row).len, 4);
		buf_add_span(out, field_bytes(f, row));
		break;
	case FIELD_BYTES:
		buf_add_span(out, field_bytes(f, row));
		break;
	}
}

void entry_write(const struct entry *e, struct buf *out)
{
	size_t start = out->len;

	add_number(out, 0, LENGTH_SIZE);
	add_number(out, 0, SUM_SIZE);
	add_number(out, layout_of(e->kind), 4);
	add_number(out, e->kind, 1);
	for (const struct field *f = entry_fields(e->kind); f->name; f++)
		add_field(out, f, entry_row_const(e));
	size_t length = out->len - start - LENGTH_SIZE;
	assert(length <= UINT32_MAX);
	put_number(out->at + start, length, LENGTH_SIZE);
	put_number(out->at + start + LENGTH_SIZE, sum_of(span_after(buf_span(out), start)),
		   SUM_SIZE);
}

// Takes bytes off the front. False when there are fewer.
static bool take_bytes(struct span *from, size_t len, struct span *bytes)
{
	if (from->len < len)
		return false;
	*bytes = span_from(from->at, len);
	*from = span_after(*from, len);
	return true;
}

static bool take_number(struct span *from, size_t width, uint64_t *number)
{
	struct span bytes;

	if (!take_bytes(from, width, &bytes))
		return false;
	*number = 0;
	for (size_t i = 0; i < width; i++)
		*number |= (uint64_t)(unsigned char)bytes.at[i] << 8 * i;
	return true;
}

static bool take_field(struct span *from, const struct field *f, struct arena *arena, void *row)
{
	struct span bytes;
	uint64_t number;

	switch (f->type) {
	case FIELD_NUMBER:
		if (!take_number(from, width_of(f), &number) || number > f->greatest)
			return false;
		field_set_number(f, row, number);
		return true;
	case FIELD_TEXT:
	case FIELD_TEXT_OR_NULL:
	case FIELD_BLOB:
		if (!take_number(from, 4, &number) || !take_bytes(from, number, &bytes))
			return false;
		*field_span(f, row) = arena_dup(arena, bytes);
		return true;
	case FIELD_BYTES:
		if (!take_bytes(from, f->size, &bytes))
			return false;
		field_set_bytes(f, row, bytes.at);
		return true;
	}
	return false;
}

// The record that stands at the front, from its length on.
static enum record_result frame(struct span from, struct span *record)
{
	struct span rest = from, body;
	uint64_t length, sum;

	if (!take_number(&rest, LENGTH_SIZE, &length))
		return RECORD_CUT;
	if (length < REST_MIN)
		return RECORD_DAMAGED;
	if (!take_bytes(&rest, length, &body))
		return RECORD_CUT;
	*record = span_from(from.at, LENGTH_SIZE + length);
	return take_number(&body, SUM_SIZE, &sum) && sum == sum_of(*record) ? RECORD_OK
									    : RECORD_DAMAGED;
}

enum record_result entry_read(struct span *from, struct arena *arena, struct entry *e)
{
	struct span record, body;
	uint64_t layout, kind;
	enum record_result result = frame(*from, &record);

	if (result != RECORD_OK)
		return result;
	body = span_after(record, LENGTH_SIZE + SUM_SIZE);
	if (!take_number(&body, 4, &layout) || !take_number(&body, 1, &kind))
		return RECORD_DAMAGED;
	if (kind >= ENTRY_KINDS || layout != layout_of((enum entry_kind)kind))
		return RECORD_FOREIGN;
	struct entry read = {.kind = (enum entry_kind)kind};
	for (const struct field *f = entry_fields(read.kind); f->name; f++) {
		if (!take_field(&body, f, arena, entry_row(&read)))
			return RECORD_DAMAGED;
	}
	if (body.len)
		return RECORD_DAMAGED;
	*e = read;
	*from = span_after(*from, record.len);
	return RECORD_OK;
}
