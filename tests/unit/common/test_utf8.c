// SPDX-License-Identifier: MIT
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static bool is_scalar(uint32_t code)
{
	return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

static void every_code_point_goes_both_ways(void **state UNUSED)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char bytes[4];
		struct span s = {bytes, utf8_encode(code, bytes)};
		size_t at = 0;

		assert_int_equal(utf8_is_valid(s), is_scalar(code));
		if (!is_scalar(code))
			continue;
		assert_int_equal(utf8_next(s, &at), code);
		assert_int_equal(at, s.len);
		// Cut short it is never valid.
		if (s.len > 1)
			assert_false(utf8_is_valid(span_from(bytes, s.len - 1)));
	}
}

// The table of RFC 3629 section 4, by arithmetic instead.
static bool is_valid_slow(const unsigned char *b, size_t len)
{
	uint32_t code = b[0];
	size_t need = code < 0x80 ? 1 : code < 0xc0 ? 0 : code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

	if (need != len || code > 0xf7)
		return false;
	code &= need == 1 ? 0x7fU : 0xffU >> (need + 1);
	for (size_t i = 1; i < need; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return false;
		code = code << 6 | (b[i] & 0x3f);
	}
	return code >= least[need] && is_scalar(code);
}

static void every_pair_and_triple_is_judged_as_by_the_rfc(void **state UNUSED)
{
	unsigned char b[4] = {0};

	for (uint32_t i = 0x80; i < 0x100; i++) {
		b[0] = (unsigned char)i;
		assert_false(utf8_is_valid(span_from(b, 1)));
		for (uint32_t j = 0; j < 0x100; j++) {
			b[1] = (unsigned char)j;
			if (j >= 0x80)
				assert_int_equal(utf8_is_valid(span_from(b, 2)),
						 is_valid_slow(b, 2));
			for (uint32_t k = 0x80; k < 0x100; k += 3) {
				b[2] = (unsigned char)k;
				if (j >= 0x80)
					assert_int_equal(utf8_is_valid(span_from(b, 3)),
							 is_valid_slow(b, 3));
				b[3] = 0x80;
				if (j >= 0x80 && i >= 0xf0)
					assert_int_equal(utf8_is_valid(span_from(b, 4)),
							 is_valid_slow(b, 4));
			}
		}
	}
}

static void a_fault_is_found_wherever_it_stands(void **state UNUSED)
{
	char text[64];

	for (size_t i = 0; i < sizeof(text); i++) {
		memset(text, 'a', sizeof(text));
		assert_true(utf8_is_valid(span_from(text, i)));
		text[i] = '\x80';
		assert_false(utf8_is_valid(span_from(text, sizeof(text))));
	}
	assert_true(utf8_is_valid((struct span){0}));
}

static void a_cut_never_splits_a_code_point(void **state UNUSED)
{
	struct span s = SPAN("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\x89z");
	const size_t wanted[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};

	for (size_t max = 0; max < ARRAY_LEN(wanted); max++)
		assert_int_equal(utf8_cut(s, max).len, wanted[max]);
}

static void what_cannot_be_seen_is_unprintable(void **state UNUSED)
{
	static const uint32_t hidden[] = {0,      7,      0x1b,    0x7f,    0x80,
					  0x9f,   0xad,   0x200b,  0x200d,  0x200e,
					  0x202e, 0x2066, 0x2069,  0xfeff,  0xfe0f,
					  0xfff9, 0xffff, 0xe0001, 0x1fffe, 0x10ffff};
	static const uint32_t seen[] = {'\t',  ' ',    'a',    '~',    0xe9,
					0x3b1, 0x4e2d, 0xfffd, 0x1f389};

	for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
		assert_true(utf8_is_unprintable(hidden[i]));
	for (size_t i = 0; i < ARRAY_LEN(seen); i++)
		assert_false(utf8_is_unprintable(seen[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_goes_both_ways),
		cmocka_unit_test(every_pair_and_triple_is_judged_as_by_the_rfc),
		cmocka_unit_test(a_fault_is_found_wherever_it_stands),
		cmocka_unit_test(a_cut_never_splits_a_code_point),
		cmocka_unit_test(what_cannot_be_seen_is_unprintable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
