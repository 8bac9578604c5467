// SPDX-License-Identifier: MIT
#include "common/arena.h"

#include <stdint.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void addresses_hold_while_it_grows(void **state UNUSED)
{
	struct arena a = {0};
	struct span copies[2000];
	uint64_t *numbers[2000];

	for (size_t i = 0; i < ARRAY_LEN(copies); i++) {
		char text[300];

		memset(text, (int)(i % 250) + 1, sizeof(text));
		copies[i] = arena_dup(&a, span_from(text, i % sizeof(text)));
		numbers[i] = arena_alloc(&a, sizeof(uint64_t));
		*numbers[i] = i;
	}
	for (size_t i = 0; i < ARRAY_LEN(copies); i++) {
		assert_int_equal(*numbers[i], i);
		assert_int_equal(copies[i].len, i % 300);
		assert_int_equal(copies[i].at[copies[i].len], '\0');
		for (size_t c = 0; c < copies[i].len; c++)
			assert_int_equal((unsigned char)copies[i].at[c], i % 250 + 1);
	}
	arena_clear(&a);
}

static void memory_is_zeroed_and_aligned(void **state UNUSED)
{
	struct arena a = {0};

	for (size_t i = 0; i < 1000; i++) {
		size_t size = i % 97;
		struct span odd = arena_dup(&a, SPAN("x"));
		char *at;

		assert_int_equal(odd.len, 1);
		at = arena_alloc(&a, size);
		assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
		for (size_t c = 0; c < size; c++)
			assert_int_equal(at[c], 0);
		memset(at, 0xff, size);
	}
	arena_clear(&a);
}

static void one_thing_may_be_larger_than_any_chunk(void **state UNUSED)
{
	struct arena a = {0};
	char *small = arena_alloc(&a, 8), *large = arena_alloc(&a, 1 << 20);

	memset(large, 1, 1 << 20);
	assert_int_equal(small[7], 0);
	arena_clear(&a);
	assert_null(a.chunks);
	arena_clear(&a);
	arena_clear(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_hold_while_it_grows),
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(one_thing_may_be_larger_than_any_chunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
