// SPDX-License-Identifier: MIT
// Entries of every kind through a letter and through the bytes of a log.
#include "server/letters/record.h"

#include "server/letters/field.h"
#include "server/letters/journal.h"
#include "tests/support/random_entry.h"
#include "tests/support/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROUNDS 50
#define SEALED_MIN 8 // length and sum

static void for_each_kind(void (*check)(const struct entry *e, struct arena *arena))
{
	uint64_t seed = 1;

	for (int i = 0; i < ROUNDS * ENTRY_KINDS; i++) {
		struct arena arena = {0};
		struct entry e =
			random_entry((enum entry_kind)(i % ENTRY_KINDS), &seed, &arena);

		check(&e, &arena);
		arena_clear(&arena);
	}
}

static void comes_back(const struct entry *e, struct arena *arena)
{
	struct buf written = {0}, again = {0};
	struct entry read;

	entry_write(e, &written);
	entry_write(e, &written);
	struct span rest = buf_span(&written);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(entry_read(&rest, arena, &read), RECORD_OK);
		assert_int_equal(read.kind, e->kind);
		entry_write(&read, &again);
	}
	assert_int_equal(rest.len, 0);
	assert_true(span_eq(buf_span(&written), buf_span(&again)));
	buf_clear(&written);
	buf_clear(&again);
}

static void every_kind_comes_back_whole(void **state)
{
	(void)state;
	for_each_kind(comes_back);
}

static void writes_each_field(const struct entry *e, struct arena *arena)
{
	struct buf written = {0}, changed = {0};
	uint64_t seed = 7;

	entry_write(e, &written);
	for (size_t i = 0; entry_fields(e->kind)[i].name; i++) {
		struct entry other = *e;
		bool differs = false;

		for (int tries = 0; tries < 64 && !differs; tries++) {
			random_field(&other, i, &seed, arena);
			buf_reset(&changed);
			entry_write(&other, &changed);
			differs = !span_eq(buf_span(&written), buf_span(&changed));
		}
		assert_true(differs);
	}
	buf_clear(&written);
	buf_clear(&changed);
}

static void no_field_is_left_out(void **state)
{
	(void)state;
	for_each_kind(writes_each_field);
}

// The values of one entry, spelled as record.h says.
static void the_bytes_are_those_of_the_description(void **state)
{
	static const char fields[] = "\x03\0\0\0\0\0\0\0"  // room
				     "\x02\0\0\0\0\0\0\0"  // kind
				     "\x02\0\0\0m*"        // mask
				     "\x07\0\0\0\0\0\0\0"; // account
	const struct entry e = {.kind = ENTRY_BAN_GONE,
				.ban_gone = {3, BAN_INVITE, SPAN("m*"), 7}};
	struct buf written = {0}, sealed = {0};

	(void)state;
	entry_write(&e, &written);
	assert_int_equal(written.len, RECORD_HEAD + sizeof(fields) - 1);
	assert_memory_equal(written.at + RECORD_HEAD, fields, sizeof(fields) - 1);
	buf_add_span(&sealed, buf_span(&written));
	seal_record(&sealed);
	assert_true(span_eq(buf_span(&written), buf_span(&sealed)));
	buf_clear(&written);
	buf_clear(&sealed);
}

static enum record_result read_bytes(struct span bytes)
{
	struct arena arena = {0};
	struct span from = bytes;
	struct entry e;
	enum record_result result = entry_read(&from, &arena, &e);

	if (result != RECORD_OK)
		assert_true(from.at == bytes.at && from.len == bytes.len);
	arena_clear(&arena);
	return result;
}

static void is_refused_when_cut(const struct entry *e, struct arena *arena)
{
	struct buf written = {0};

	(void)arena;
	entry_write(e, &written);
	for (size_t len = 0; len < written.len; len++) {
		char *copy = span_dup(span_from(written.at, len));

		assert_int_equal(read_bytes(span_from(copy, len)), RECORD_CUT);
		free(copy);
	}
	buf_clear(&written);
}

static void a_record_that_is_cut_is_refused(void **state)
{
	(void)state;
	for_each_kind(is_refused_when_cut);
}

// The length and the sum are right, but bytes are missing at the end.
static void is_damaged_when_short(const struct entry *e, struct arena *arena)
{
	struct buf written = {0};

	(void)arena;
	entry_write(e, &written);
	while (written.len > SEALED_MIN) {
		char *copy;

		written.len--;
		seal_record(&written);
		copy = span_dup(buf_span(&written));
		assert_int_equal(read_bytes(span_from(copy, written.len)), RECORD_DAMAGED);
		free(copy);
	}
	buf_clear(&written);
}

static void a_record_that_was_sealed_too_short_is_damaged(void **state)
{
	(void)state;
	for_each_kind(is_damaged_when_short);
}

static void is_refused_when_changed(const struct entry *e, struct arena *arena)
{
	struct buf written = {0};

	(void)arena;
	entry_write(e, &written);
	for (size_t i = 0; i < written.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			written.at[i] = (char)(written.at[i] ^ 1 << bit);
			assert_int_not_equal(read_bytes(buf_span(&written)), RECORD_OK);
			written.at[i] = (char)(written.at[i] ^ 1 << bit);
		}
	}
	assert_int_equal(read_bytes(buf_span(&written)), RECORD_OK);
	buf_clear(&written);
}

static void a_record_with_a_changed_bit_is_refused(void **state)
{
	(void)state;
	for_each_kind(is_refused_when_changed);
}

// A whole record that holds what no field can hold.
static void what_no_field_can_hold_is_refused(void **state)
{
	const struct entry e = {.kind = ENTRY_BAN_GONE,
				.ban_gone = {3, BAN_SERVER, SPAN("m*")}};
	static const struct {
		size_t at; // behind the head
		char byte;
		enum record_result result;
	} changes[] = {
		{0, 9, RECORD_OK}, // another room: may well be
		{8, BAN_SERVER + 1, RECORD_DAMAGED},
		{15, 1, RECORD_DAMAGED}, // of the kind's 8 bytes the last
		{16, 3, RECORD_DAMAGED}, // a mask that is longer than what is left
		{16, 1, RECORD_DAMAGED}, // a byte is left over
		{19, (char)0xff, RECORD_DAMAGED},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct buf written = {0};

		entry_write(&e, &written);
		written.at[RECORD_HEAD + changes[i].at] = changes[i].byte;
		seal_record(&written);
		assert_int_equal(read_bytes(buf_span(&written)), changes[i].result);
		buf_clear(&written);
	}
}

static void a_bool_is_0_or_1(void **state)
{
	struct entry e = {.kind = ENTRY_ROOM, .room = {.id = 1, .talk = true}};
	struct buf written = {0};

	(void)state;
	entry_write(&e, &written);
	written.at[written.len - 1] = 2;
	seal_record(&written);
	assert_int_equal(read_bytes(buf_span(&written)), RECORD_DAMAGED);
	buf_clear(&written);
}

static void a_record_of_other_fields_is_foreign(void **state)
{
	const struct entry e = {.kind = ENTRY_MEMBER_GONE, .member_gone = {3, 1}};
	struct buf written = {0};

	(void)state;
	entry_write(&e, &written);
	written.at[12] = ENTRY_DIALOG; // of as many bytes, but other names
	seal_record(&written);
	assert_int_equal(read_bytes(buf_span(&written)), RECORD_FOREIGN);
	written.at[12] = ENTRY_KINDS;
	seal_record(&written);
	assert_int_equal(read_bytes(buf_span(&written)), RECORD_FOREIGN);
	written.at[12] = ENTRY_MEMBER_GONE;
	written.at[8] ^= 1;
	seal_record(&written);
	assert_int_equal(read_bytes(buf_span(&written)), RECORD_FOREIGN);
	buf_clear(&written);
}

// What the entry pointed to is overwritten and freed before the letter is read.
static void lives_on_in_a_letter(const struct entry *e, struct arena *arena)
{
	struct journal *j = journal_new(1);
	struct buf before = {0}, after = {0};

	entry_write(e, &before);
	journal_add(j, e);
	arena_wipe(arena);
	entry_write(&j->entries[0], &after);
	assert_true(span_eq(buf_span(&before), buf_span(&after)));
	journal_free(j);
	buf_clear(&before);
	buf_clear(&after);
}

static void a_letter_has_copies_of_all_spans(void **state)
{
	(void)state;
	for_each_kind(lives_on_in_a_letter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back_whole),
		cmocka_unit_test(no_field_is_left_out),
		cmocka_unit_test(the_bytes_are_those_of_the_description),
		cmocka_unit_test(a_record_that_is_cut_is_refused),
		cmocka_unit_test(a_record_that_was_sealed_too_short_is_damaged),
		cmocka_unit_test(a_record_with_a_changed_bit_is_refused),
		cmocka_unit_test(what_no_field_can_hold_is_refused),
		cmocka_unit_test(a_bool_is_0_or_1),
		cmocka_unit_test(a_record_of_other_fields_is_foreign),
		cmocka_unit_test(a_letter_has_copies_of_all_spans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
