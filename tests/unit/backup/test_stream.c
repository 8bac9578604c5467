// SPDX-License-Identifier: MIT
#include "tests/unit/backup/fixture.h"

#include "server/backup/stream.h"

#define BLOCKS 4
#define LAST 100

struct sealed {
	struct seal_secret secret;
	struct buf head, blocks[BLOCKS];
};

static void make(struct sealed *s)
{
	struct seal_public public;
	struct stream stream;
	char plain[STREAM_BLOCK];

	*s = (struct sealed){0};
	seal_pair(&public, &s->secret);
	assert_true(stream_seal(&stream, &public, &s->head));
	assert_int_equal(s->head.len, STREAM_HEAD);
	for (int i = 0; i < BLOCKS; i++) {
		bool is_last = i == BLOCKS - 1;

		memset(plain, 'a' + i, sizeof(plain));
		stream_put(&stream, span_from(plain, is_last ? LAST : STREAM_BLOCK), is_last,
			   &s->blocks[i]);
	}
	stream_wipe(&stream);
}

static void clear(struct sealed *s)
{
	buf_clear(&s->head);
	for (int i = 0; i < BLOCKS; i++)
		buf_clear(&s->blocks[i]);
}

// How many blocks in this order are taken; *is_over: it came to its end.
static int take(const struct sealed *s, const int *order, int n, bool *is_over)
{
	struct stream stream;
	struct buf plain = {0};
	int taken = 0;

	assert_true(stream_open(&stream, buf_span(&s->head), &s->secret));
	while (taken < n && stream_take(&stream, buf_span(&s->blocks[order[taken]]), &plain))
		taken++;
	*is_over = stream.is_over;
	stream_wipe(&stream);
	buf_clear(&plain);
	return taken;
}

static void blocks_come_out_as_they_went_in(void **state UNUSED)
{
	struct sealed s;
	struct stream stream;
	struct buf plain = {0};

	make(&s);
	assert_true(stream_open(&stream, buf_span(&s.head), &s.secret));
	for (int i = 0; i < BLOCKS; i++) {
		buf_reset(&plain);
		assert_false(stream.is_over);
		assert_true(stream_take(&stream, buf_span(&s.blocks[i]), &plain));
		assert_int_equal(plain.len, i == BLOCKS - 1 ? LAST : STREAM_BLOCK);
		assert_int_equal(plain.at[0], 'a' + i);
		assert_int_equal(plain.at[plain.len - 1], 'a' + i);
	}
	assert_true(stream.is_over);
	buf_clear(&plain);
	clear(&s);
}

static void a_cut_stream_has_no_end(void **state UNUSED)
{
	static const int order[] = {0, 1, 2};
	struct sealed s;
	bool is_over;

	make(&s);
	for (int n = 0; n < BLOCKS; n++) {
		assert_int_equal(take(&s, order, n, &is_over), n);
		assert_false(is_over);
	}
	clear(&s);
}

// Proves S13.
static void another_order_is_noticed(void **state UNUSED)
{
	static const struct {
		int order[BLOCKS + 1], n, taken;
	} cases[] = {
		{{1, 0, 2, 3}, 4, 0},    {{0, 2, 1, 3}, 4, 1}, {{0, 0, 1, 2, 3}, 5, 1},
		{{0, 1, 3}, 3, 2},       {{3}, 1, 0},          {{0, 1, 2, 3, 3}, 5, 4},
		{{0, 1, 2, 3, 0}, 5, 4},
	};
	struct sealed s;
	bool is_over;

	make(&s);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(take(&s, cases[i].order, cases[i].n, &is_over),
				 cases[i].taken);
	clear(&s);
}

static void a_block_of_another_stream_is_noticed(void **state UNUSED)
{
	static const int order[] = {0, 1, 2, 3};
	struct sealed s, other;
	struct buf kept;
	bool is_over;

	make(&s);
	make(&other);
	kept = s.blocks[2];
	s.blocks[2] = other.blocks[2];
	assert_int_equal(take(&s, order, BLOCKS, &is_over), 2);
	s.blocks[2] = kept;
	clear(&s);
	clear(&other);
}

static void flip_in(struct buf *b, size_t bit)
{
	b->at[bit / 8] = (char)(b->at[bit / 8] ^ 1 << bit % 8);
}

static void every_flipped_bit_is_noticed(void **state UNUSED)
{
	static const int order[] = {0, 1, 2, 3};
	struct sealed s;
	struct stream stream;
	bool is_over;

	make(&s);
	for (size_t bit = 0; bit < s.blocks[3].len * 8; bit++) {
		flip_in(&s.blocks[3], bit);
		assert_int_equal(take(&s, order, BLOCKS, &is_over), 3);
		assert_false(is_over);
		flip_in(&s.blocks[3], bit);
	}
	// The key, and then what it opens.
	for (size_t bit = 0; bit < s.head.len * 8; bit++) {
		if (bit == 32 * 8 - 1)
			continue; // a bit of X25519 that is none of the point
		flip_in(&s.head, bit);
		if (stream_open(&stream, buf_span(&s.head), &s.secret))
			assert_int_equal(take(&s, order, BLOCKS, &is_over), 0);
		flip_in(&s.head, bit);
	}
	clear(&s);
}

static void only_its_key_opens_it(void **state UNUSED)
{
	struct sealed s, other;
	struct stream stream;

	make(&s);
	make(&other);
	assert_false(stream_open(&stream, buf_span(&s.head), &other.secret));
	assert_false(stream_open(&stream, span_from(s.head.at, s.head.len - 1), &s.secret));
	assert_false(stream_open(&stream, SPAN(""), &s.secret));
	clear(&s);
	clear(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_come_out_as_they_went_in),
		cmocka_unit_test(a_cut_stream_has_no_end),
		cmocka_unit_test(another_order_is_noticed),
		cmocka_unit_test(a_block_of_another_stream_is_noticed),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(only_its_key_opens_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
