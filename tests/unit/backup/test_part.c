// SPDX-License-Identifier: MIT
#include "tests/unit/backup/fixture.h"

#include "server/backup/stream.h"

static const size_t sizes[] = {
	0, 1, 4096, STREAM_BLOCK - 1, STREAM_BLOCK, STREAM_BLOCK + 1, 3 * STREAM_BLOCK, 200000};

static void fill(struct buf *out, size_t len)
{
	buf_reset(out);
	for (size_t i = 0; i < len; i++)
		buf_add_char(out, (char)(i * 7 + i / 251));
}

// Given in uneven pieces.
static void write_part(struct fixture *f, struct span bytes, const struct seal_public *to,
		       struct backup_file *row)
{
	struct part_out *out = part_begin(f->folder, "a/part", to, &f->error);
	size_t n = 1;

	*row = (struct backup_file){.name = (char *)(uintptr_t) "a/part"};
	assert_non_null(out);
	while (bytes.len) {
		n = n < bytes.len ? n : bytes.len;
		assert_true(part_add(out, span_from(bytes.at, n), &f->error));
		bytes = span_after(bytes, n);
		n = n * 3 + 1;
	}
	assert_true(part_end(out, row, &f->error));
}

static void remove_part(struct fixture *f)
{
	unlink(in(f, "a/part"));
	unlink(in(f, "a/part.sealed"));
}

static void a_part_is_read_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct buf plain = {0}, found = {0};
	struct backup_file row;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		fill(&plain, sizes[i]);
		write_part(f, buf_span(&plain), NULL, &row);
		assert_int_equal(row.size, sizes[i]);
		assert_int_equal(row.sealed_size, 0);
		buf_reset(&found);
		assert_true(part_load(f->folder, &row, NULL, 1 << 20, &found, &f->error));
		assert_true(span_eq(buf_span(&found), buf_span(&plain)));
		remove_part(f);
	}
	buf_clear(&plain);
	buf_clear(&found);
}

static void a_sealed_part_is_opened_by_its_key(void **state)
{
	struct fixture *f = *state;
	struct buf plain = {0}, found = {0};
	struct seal_public public, other_public;
	struct seal_secret secret, other;
	struct backup_file row;

	seal_pair(&public, &secret);
	seal_pair(&other_public, &other);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		fill(&plain, sizes[i]);
		write_part(f, buf_span(&plain), &public, &row);
		assert_int_equal(row.size, sizes[i]);
		assert_true(row.sealed_size > row.size);
		buf_reset(&found);
		assert_true(part_load(f->folder, &row, &secret, 1 << 20, &found, &f->error));
		assert_true(span_eq(buf_span(&found), buf_span(&plain)));
		// Without the key what stands there is compared, and nothing comes out.
		buf_reset(&found);
		assert_true(part_load(f->folder, &row, NULL, 1 << 20, &found, &f->error));
		assert_int_equal(found.len, 0);
		assert_false(part_read(f->folder, &row, &other, NULL, NULL, &f->error));
		assert_says(f, "another key");
		remove_part(f);
	}
	buf_clear(&plain);
	buf_clear(&found);
}

static void assert_flips_found(struct fixture *f, const struct backup_file *row,
			       const struct seal_secret *secret, int64_t size)
{
	char *path = part_path(f->folder, row->name, row->sealed_size > 0);

	for (size_t bit = 3; bit < (size_t)size * 8; bit += 4999) {
		flip(path, bit);
		assert_false(part_read(f->folder, row, NULL, NULL, NULL, &f->error));
		assert_says(f, "a/part: ");
		if (secret) {
			assert_false(part_read(f->folder, row, secret, NULL, NULL, &f->error));
			assert_says(f, "a/part: ");
		}
		flip(path, bit);
	}
	assert_true(part_read(f->folder, row, secret, NULL, NULL, &f->error));
	free(path);
}

// Proves S12.
static void flipped_bits_are_found(void **state)
{
	struct fixture *f = *state;
	struct seal_public public;
	struct seal_secret secret;
	struct buf plain = {0};
	struct backup_file row;

	seal_pair(&public, &secret);
	fill(&plain, 100000);
	write_part(f, buf_span(&plain), NULL, &row);
	assert_flips_found(f, &row, NULL, row.size);
	remove_part(f);
	write_part(f, buf_span(&plain), &public, &row);
	assert_flips_found(f, &row, &secret, row.sealed_size);
	buf_clear(&plain);
}

static void what_is_longer_or_shorter_is_found(void **state)
{
	struct fixture *f = *state;
	struct seal_public public;
	struct seal_secret secret;
	struct buf plain = {0};
	struct backup_file row;

	seal_pair(&public, &secret);
	fill(&plain, 2 * STREAM_BLOCK);
	write_part(f, buf_span(&plain), &public, &row);
	for (int64_t len = 0; len < row.sealed_size; len += 9973) {
		assert_int_equal(truncate(in(f, "a/part.sealed"), len), 0);
		assert_false(part_read(f->folder, &row, NULL, NULL, NULL, &f->error));
		assert_says(f, "bytes, and had");
		remove_part(f);
		write_part(f, buf_span(&plain), &public, &row);
	}
	// Cut between two blocks, with the sum of what is left: only the seal knows.
	assert_int_equal(
		truncate(in(f, "a/part.sealed"), STREAM_HEAD + STREAM_BLOCK + (int)STREAM_MORE),
		0);
	assert_false(part_read(f->folder, &row, &secret, NULL, NULL, &f->error));
	assert_says(f, "cut off");
	buf_clear(&plain);
}

static void what_is_no_file_is_not_read(void **state)
{
	struct fixture *f = *state;
	struct backup_file row;

	write_part(f, SPAN("x"), NULL, &row);
	remove_part(f);
	assert_false(part_read(f->folder, &row, NULL, NULL, NULL, &f->error));
	assert_says(f, "No such file");
	put(f, "elsewhere", SPAN("x"));
	assert_int_equal(symlink("../elsewhere", in(f, "a/part")), 0);
	assert_false(part_read(f->folder, &row, NULL, NULL, NULL, &f->error));
	assert_says(f, "a/part: cannot be read");
	remove_part(f);
	assert_int_equal(mkdir(in(f, "a/part"), 0700), 0);
	assert_false(part_read(f->folder, &row, NULL, NULL, NULL, &f->error));
	assert_says(f, "it is no file");
}

static void nothing_is_overwritten(void **state)
{
	struct fixture *f = *state;
	struct backup_file row;

	write_part(f, SPAN("x"), NULL, &row);
	assert_null(part_begin(f->folder, "a/part", NULL, &f->error));
	assert_says(f, "File exists");
}

#define TEST_IN(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN(a_part_is_read_as_it_was_written),
		TEST_IN(a_sealed_part_is_opened_by_its_key),
		TEST_IN(flipped_bits_are_found),
		TEST_IN(what_is_longer_or_shorter_is_found),
		TEST_IN(what_is_no_file_is_not_read),
		TEST_IN(nothing_is_overwritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
