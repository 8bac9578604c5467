// SPDX-License-Identifier: MIT
#include "tests/unit/io/world.h"

#include "server/io/conn_table.h"

static struct line *push(struct outq *q, const char *text, entry_no after)
{
	struct line *l = line_new(span_of(text), after);

	outq_push(q, l);
	return l;
}

static void lines_leave_in_the_order_they_came(void **state)
{
	struct outq q = {0};
	char out[64];
	size_t len;

	(void)state;
	line_drop(push(&q, "one ", 0));
	line_drop(push(&q, "two ", 0));
	line_drop(push(&q, "three", 0));
	len = outq_gather(&q, out, sizeof(out), 0);
	assert_memory_equal(out, "one two three", len);
	assert_int_equal(len, 13);
	outq_sent(&q, len);
	assert_int_equal(q.count, 0);
	assert_int_equal(q.bytes, 0);
	outq_clear(&q);
}

static void a_gated_line_holds_back_those_behind_it(void **state)
{
	struct outq q = {0};
	char out[64];

	(void)state;
	line_drop(push(&q, "a", 1));
	line_drop(push(&q, "b", 3));
	line_drop(push(&q, "c", 0));
	assert_int_equal(outq_gather(&q, out, sizeof(out), 2), 1);
	assert_int_equal(outq_gather(&q, out, sizeof(out), 3), 3);
	outq_clear(&q);
}

static void a_line_longer_than_a_record_leaves_in_parts(void **state)
{
	struct outq q = {0};
	char out[4];

	(void)state;
	line_drop(push(&q, "abcdefg", 0));
	line_drop(push(&q, "hi", 0));
	assert_int_equal(outq_gather(&q, out, sizeof(out), 0), 4);
	outq_sent(&q, 4);
	assert_int_equal(outq_gather(&q, out, sizeof(out), 0), 3);
	assert_memory_equal(out, "efg", 3);
	outq_sent(&q, 3);
	assert_int_equal(outq_gather(&q, out, sizeof(out), 0), 2);
	assert_memory_equal(out, "hi", 2);
	outq_clear(&q);
}

static void expect_next(const struct outq *q, struct outq_walk *walk, const char *wanted)
{
	struct span line;

	assert_true(outq_next(q, walk, 2, &line));
	assert_true(span_eq(line, span_of(wanted)));
}

static void a_walk_gives_line_after_line_up_to_the_gate(void **state)
{
	struct outq q = {0};
	struct outq_walk walk = {0}, again = {0};
	struct span line;

	(void)state;
	assert_false(outq_may_leave(&q, 2));
	assert_false(outq_next(&q, &walk, 2, &line));
	line_drop(push(&q, "one\r\ntwo\r\nthree\r\n", 0));
	line_drop(push(&q, "four\r\n", 2));
	line_drop(push(&q, "five\r\nsix\r\n", 3));
	assert_true(outq_may_leave(&q, 2));
	expect_next(&q, &walk, "one");
	expect_next(&q, &walk, "two");
	// Between two lines that are queued as one: the next walk begins there.
	outq_sent(&q, walk.bytes);
	expect_next(&q, &again, "three");
	expect_next(&q, &again, "four");
	assert_false(outq_next(&q, &again, 2, &line));
	outq_sent(&q, again.bytes);
	assert_int_equal(q.bytes, strlen("five\r\nsix\r\n"));
	assert_false(outq_may_leave(&q, 2));
	assert_true(outq_may_leave(&q, 3));
	outq_clear(&q);
}

// Proves T6.
static void what_was_offered_once_comes_first_again(void **state)
{
	struct outq q = {0};
	char first[16], again[16];
	size_t len;

	(void)state;
	line_drop(push(&q, "abc", 0));
	len = outq_gather(&q, first, sizeof(first), 0);
	for (int i = 0; i < 100; i++)
		line_drop(push(&q, "x", 0));
	assert_int_equal(outq_gather(&q, again, sizeof(again), 0), sizeof(again));
	assert_memory_equal(first, again, len);
	outq_clear(&q);
}

// Between two records something else may be said.
static void a_line_is_cut_only_when_it_has_no_room(void **state)
{
	struct outq q = {0};
	char out[10];

	(void)state;
	line_drop(push(&q, "one\r\n", 0));
	line_drop(push(&q, "two\r\nthree\r\n", 0));
	line_drop(push(&q, "a long line\r\n", 0));
	assert_int_equal(outq_gather(&q, out, 9, 0), 5);
	assert_int_equal(outq_gather(&q, out, sizeof(out), 0), 10);
	outq_sent(&q, 10);
	assert_int_equal(outq_gather(&q, out, 8, 0), 7);
	outq_sent(&q, 7);
	assert_int_equal(outq_gather(&q, out, sizeof(out), 0), 10);
	outq_clear(&q);
}

static void a_shared_line_is_stored_once(void **state)
{
	struct outq a = {0}, b = {0};
	struct line *l = push(&a, "shared", 0);

	(void)state;
	outq_push(&b, l);
	assert_int_equal(l->refs, 3);
	outq_clear(&a);
	assert_int_equal(l->refs, 2);
	line_drop(l);
	outq_clear(&b);
}

static void the_ring_grows_and_lets_go_when_empty(void **state)
{
	struct outq q = {0};
	char out[5000];
	struct line *l = line_new(SPAN("x"), 0);

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1000; i++)
			outq_push(&q, l);
		assert_int_equal(outq_gather(&q, out, sizeof(out), 0), 1000);
		outq_sent(&q, 1000);
		assert_null(q.ring);
	}
	line_drop(l);
	outq_clear(&q);
}

static void an_old_id_finds_nothing(void **state)
{
	struct conn_table t = {.shard = 3};
	struct conn *one = (struct conn *)(void *)&t, *two = (struct conn *)(void *)state;
	conn_id first = conn_table_add(&t, one), second;

	assert_int_equal(CONN_SHARD(first), 3);
	assert_ptr_equal(conn_table_find(&t, first), one);
	conn_table_remove(&t, first);
	second = conn_table_add(&t, two);
	assert_int_equal(CONN_SLOT(first), CONN_SLOT(second));
	assert_null(conn_table_find(&t, first));
	assert_ptr_equal(conn_table_find(&t, second), two);
	assert_null(conn_table_find(&t, CONN_ID(3, 77, 1)));
	assert_null(conn_table_find(&t, CONN_ID(2, CONN_SLOT(second), 2)));
	conn_table_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_leave_in_the_order_they_came),
		cmocka_unit_test(a_gated_line_holds_back_those_behind_it),
		cmocka_unit_test(a_line_longer_than_a_record_leaves_in_parts),
		cmocka_unit_test(a_walk_gives_line_after_line_up_to_the_gate),
		cmocka_unit_test(what_was_offered_once_comes_first_again),
		cmocka_unit_test(a_line_is_cut_only_when_it_has_no_room),
		cmocka_unit_test(a_shared_line_is_stored_once),
		cmocka_unit_test(the_ring_grows_and_lets_go_when_empty),
		cmocka_unit_test(an_old_id_finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
