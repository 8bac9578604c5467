// SPDX-License-Identifier: MIT
// Random puts and removes beside a plain array that says what must be there.
#include "common/map.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define N 500

struct item {
	char name[16];
	bool is_in;
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void name_items(struct item items[static N])
{
	for (int i = 0; i < N; i++) {
		snprintf(items[i].name, sizeof(items[i].name), "name%d", i);
		items[i].is_in = false;
	}
}

static void a_map_holds_what_was_put_and_not_removed(void **state UNUSED)
{
	struct item items[N];
	struct map m = {0};
	uint32_t seed = 1;
	size_t count = 0;

	name_items(items);
	for (int i = 0; i < 100000; i++) {
		struct item *item = &items[next_random(&seed) % N];
		struct span name = span_of(item->name);

		assert_ptr_equal(map_find(&m, name), item->is_in ? item : NULL);
		if (next_random(&seed) % 2) {
			count += !item->is_in;
			map_put(&m, name, item);
			item->is_in = true;
		} else {
			count -= item->is_in;
			assert_ptr_equal(map_remove(&m, name), item->is_in ? item : NULL);
			item->is_in = false;
		}
		assert_int_equal(m.n_items, count);
		assert_true(m.n_slots <= 4 * N);
	}
	map_clear(&m);
	assert_int_equal(m.n_items, 0);
}

static void an_idmap_holds_what_was_put_and_not_removed(void **state UNUSED)
{
	struct item items[N];
	struct idmap m = {0};
	uint32_t seed = 2;

	name_items(items);
	for (int i = 0; i < 100000; i++) {
		uint32_t n = next_random(&seed) % N;
		uint64_t key = (uint64_t)n << (n % 60);
		struct item *item = &items[n];

		if (n % 3 == 0)
			key = n;
		else
			key |= (uint64_t)n << 32 | 1;
		assert_ptr_equal(idmap_find(&m, key), item->is_in ? item : NULL);
		if (next_random(&seed) % 2) {
			idmap_put(&m, key, item);
			item->is_in = true;
		} else {
			assert_ptr_equal(idmap_remove(&m, key), item->is_in ? item : NULL);
			item->is_in = false;
		}
	}
	idmap_clear(&m);
}

static void a_walk_meets_every_item_once_and_may_remove_it(void **state UNUSED)
{
	struct item items[N], *item;
	struct map m = {0};
	size_t cursor = 0, met = 0;

	name_items(items);
	for (int i = 0; i < N; i++)
		map_put(&m, span_of(items[i].name), &items[i]);
	while ((item = map_next(&m, &cursor))) {
		assert_false(item->is_in);
		item->is_in = true;
		met++;
		if (met % 2)
			assert_ptr_equal(map_remove(&m, span_of(item->name)), item);
	}
	assert_int_equal(met, N);
	assert_int_equal(m.n_items, N / 2);
	map_clear(&m);
}

static void an_idmap_is_walked_the_same_way(void **state UNUSED)
{
	struct item items[N], *item;
	struct idmap m = {0};
	size_t cursor = 0, met = 0;

	name_items(items);
	for (uint64_t i = 0; i < N; i++)
		idmap_put(&m, i, &items[i]);
	for (; (item = idmap_next(&m, &cursor)); met++)
		assert_ptr_equal(idmap_remove(&m, (uint64_t)(item - items)), item);
	assert_int_equal(met, N);
	assert_int_equal(m.n_items, 0);
	idmap_clear(&m);
}

static void an_equal_key_replaces_value_and_key(void **state UNUSED)
{
	char old_name[] = "alice", new_name[] = "alice";
	struct map m = {0};
	int a, b;

	map_put(&m, span_of(old_name), &a);
	map_put(&m, span_of(new_name), &b);
	old_name[0] = 'x';
	assert_ptr_equal(map_find(&m, SPAN("alice")), &b);
	assert_int_equal(m.n_items, 1);
	map_clear(&m);
}

static void an_empty_map_and_an_empty_key_are_fine(void **state UNUSED)
{
	struct map m = {0};
	struct idmap ids = {0};
	size_t cursor = 0;
	int a;

	assert_null(map_find(&m, SPAN("x")));
	assert_null(map_remove(&m, SPAN("x")));
	assert_null(map_next(&m, &cursor));
	assert_null(idmap_find(&ids, 0));
	assert_null(idmap_remove(&ids, 0));
	map_put(&m, (struct span){0}, &a);
	assert_ptr_equal(map_find(&m, SPAN("")), &a);
	map_clear(&m);
	idmap_clear(&ids);
	map_clear(NULL);
	idmap_clear(NULL);
}

// Proves B28.
static void each_map_hashes_with_a_key_of_its_own(void **state UNUSED)
{
	struct map a = {0}, b = {0};
	int value;

	map_put(&a, SPAN("x"), &value);
	map_put(&b, SPAN("x"), &value);
	assert_memory_not_equal(a.key, b.key, sizeof(a.key));
	map_clear(&a);
	map_clear(&b);
}

static void an_idmap_counts(void **state UNUSED)
{
	struct idmap m = {0};

	assert_int_equal(idmap_counted(&m, 7), 0);
	idmap_count(&m, 7, 1);
	idmap_count(&m, 7, 2);
	idmap_count(&m, 8, 1);
	assert_int_equal(idmap_counted(&m, 7), 3);
	assert_int_equal(m.n_items, 2);
	// What is counted down to nothing takes no place.
	idmap_count(&m, 7, -3);
	idmap_count(&m, 8, -1);
	assert_int_equal(idmap_counted(&m, 7), 0);
	assert_int_equal(m.n_items, 0);
	idmap_clear(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_holds_what_was_put_and_not_removed),
		cmocka_unit_test(an_idmap_holds_what_was_put_and_not_removed),
		cmocka_unit_test(an_idmap_counts),
		cmocka_unit_test(a_walk_meets_every_item_once_and_may_remove_it),
		cmocka_unit_test(an_idmap_is_walked_the_same_way),
		cmocka_unit_test(an_equal_key_replaces_value_and_key),
		cmocka_unit_test(an_empty_map_and_an_empty_key_are_fine),
		cmocka_unit_test(each_map_hashes_with_a_key_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
