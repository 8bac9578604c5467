// SPDX-License-Identifier: MIT
// Connections by their ids: an id is of one alone, however often its place is taken anew.
#include "tests/unit/io/world.h"

#include "server/io/conn_table.h"

static char places[4]; // stand for connections

static struct conn *conn(size_t i)
{
	return (struct conn *)(void *)&places[i];
}

static void each_is_found_by_its_id_alone(void **state UNUSED)
{
	struct conn_table t = {.shard = 2};
	conn_id ids[3];

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		ids[i] = conn_table_add(&t, conn(i));
	assert_int_equal(t.n_conns, 3);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		assert_ptr_equal(conn_table_find(&t, ids[i]), conn(i));
		assert_null(conn_table_find(&t, ids[i] + 1)); // of another generation
		assert_null(conn_table_find(
			&t, CONN_ID(1, CONN_SLOT(ids[i]), CONN_GENERATION(ids[i]))));
	}
	assert_null(conn_table_find(&t, CONN_ID(2, 3, 1)));
	assert_null(conn_table_find(&t, CONN_ID(2, 0xffffff, 1)));
	assert_null(conn_table_find(&t, 0));
	conn_table_clear(&t);
	assert_null(conn_table_find(&t, ids[0]));
}

static void a_walk_passes_the_free_places(void **state UNUSED)
{
	struct conn_table t = {0};
	conn_id ids[4];
	size_t cursor = 0;

	assert_null(conn_table_next(&t, &cursor));
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		ids[i] = conn_table_add(&t, conn(i));
	conn_table_remove(&t, ids[0]);
	conn_table_remove(&t, ids[2]);
	assert_int_equal(t.n_conns, 2);
	assert_ptr_equal(conn_table_next(&t, &cursor), conn(1));
	assert_ptr_equal(conn_table_next(&t, &cursor), conn(3));
	assert_null(conn_table_next(&t, &cursor));
	// The place that was left last is taken first, then the other, then a new one.
	assert_int_equal(CONN_SLOT(conn_table_add(&t, conn(0))), CONN_SLOT(ids[2]));
	assert_int_equal(CONN_SLOT(conn_table_add(&t, conn(2))), CONN_SLOT(ids[0]));
	assert_int_equal(CONN_SLOT(conn_table_add(&t, conn(0))), 4);
	conn_table_clear(&t);
}

static void numbers_that_come_round_are_never_0(void **state UNUSED)
{
	struct conn_table t = {0};
	conn_id id = conn_table_add(&t, conn(0));

	assert_int_equal(CONN_GENERATION(id), 1);
	conn_table_remove(&t, id);
	id = conn_table_add(&t, conn(1));
	assert_int_equal(CONN_GENERATION(id), 2);
	t.slots[0].generation = UINT32_MAX;
	conn_table_remove(&t, CONN_ID(0, 0, UINT32_MAX));
	id = conn_table_add(&t, conn(2));
	assert_int_equal(CONN_GENERATION(id), 1);
	assert_ptr_equal(conn_table_find(&t, id), conn(2));
	conn_table_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_by_its_id_alone),
		cmocka_unit_test(a_walk_passes_the_free_places),
		cmocka_unit_test(numbers_that_come_round_are_never_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
