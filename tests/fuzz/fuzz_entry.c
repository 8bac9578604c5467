// SPDX-License-Identifier: MIT
// Any bytes as the records of a log: what is read is what would be written, byte for byte.
#include "server/letters/record.h"
#include "tests/support/seal.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void read_all(struct span from)
{
	struct arena arena = {0};
	struct buf again = {0};
	struct entry e;

	for (;;) {
		struct span before = from;

		if (entry_read(&from, &arena, &e) != RECORD_OK) {
			assert(from.at == before.at && from.len == before.len);
			break;
		}
		buf_reset(&again);
		entry_write(&e, &again);
		assert(span_eq(buf_span(&again), span_from(before.at, before.len - from.len)));
	}
	buf_clear(&again);
	arena_clear(&arena);
}

// As the fields of one kind, with a sum that is right.
static void read_fields(uint8_t kind, struct span fields)
{
	const struct entry empty = {.kind = (enum entry_kind)(kind % ENTRY_KINDS)};
	struct buf record = {0}, sealed = {0};

	entry_write(&empty, &record);
	buf_add_span(&sealed, buf_span(&record));
	seal_record(&sealed);
	assert(span_eq(buf_span(&record), buf_span(&sealed)));
	record.len = RECORD_HEAD;
	buf_add_span(&record, fields);
	seal_record(&record);
	read_all(buf_span(&record));
	buf_clear(&record);
	buf_clear(&sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	read_all(span_from(bytes, len));
	if (len)
		read_fields(bytes[0], span_from(bytes + 1, len - 1));
	return 0;
}
