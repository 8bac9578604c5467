// SPDX-License-Identifier: MIT
// What somebody missed, over many streams.
#include "tests/unit/store/history.h"

static void missed_messages_come_by_id_over_all_streams(void **state)
{
	struct query *q = of_streams(QUERY_MISSED, 4, 3);

	q->from = at_id(25);
	expect(state, q, "26 28 30 ");
	q = of_streams(QUERY_MISSED, 4, 3);
	q->from = at_id(25);
	q->events = true;
	q->limit = 4;
	expect(state, q, "26 27 28 29 more");
	q = of_streams(QUERY_MISSED, 4, 3);
	q->from = at_id(30);
	expect(state, q, "");
	q = of_streams(QUERY_MISSED, 3, 99);
	q->limit = 1;
	expect(state, q, "10 more");
}

static void what_stands_below_a_floor_was_not_missed(void **state)
{
	struct query *q = of_streams(QUERY_MISSED, 4, 3);

	q->floors = (message_id[]){30, 24};
	q->from = at_id(20);
	expect(state, q, "26 28 ");
	q = of_streams(QUERY_MISSED, 4, 3);
	q->floors = (message_id[]){0, 24};
	q->from = at_id(27);
	expect(state, q, "28 30 ");
}

static void of_what_was_missed_the_oldest_past_the_limit_are_counted(void **state)
{
	struct query *q = of_streams(QUERY_SKIPPED, 4, 3);
	struct rows *rows;

	q->from = at_id(13);
	q->limit = 6;
	rows = answer(*state, q);
	assert_int_equal(rows->n_targets, 1);
	assert_int_equal(rows->targets[0].stream, 3);
	assert_int_equal(rows->targets[0].id, 16); // 14 and 16 of 14, 16 ... 28
	assert_int_equal(rows->targets[0].n_messages, 2);
	assert_int_equal(rows->targets[0].time_ms, 1016);
	rows_free(rows);
	q->floors = (message_id[]){0, 15};
	rows = answer(*state, q);
	assert_int_equal(rows->targets[0].n_messages, 1);
	rows_free(rows);
	q->limit = 8;
	expect(state, q, "");
	// Where nothing is new nothing is skipped.
	q = of_streams(QUERY_SKIPPED, 4, 3);
	q->from = at_id(30);
	q->limit = 1;
	expect(state, q, "");
	q = of_streams(QUERY_SKIPPED, 99, 4);
	q->limit = 1;
	expect(state, q, "");
	q = of_streams(QUERY_SKIPPED, 99, 3);
	q->limit = 9;
	expect(state, q, "3@1010 ");
}

static void what_was_removed_was_not_missed_unless_asked_for(void **state)
{
	struct query *q = of_streams(QUERY_MISSED, 4, 3);

	put(*state, redaction(26, 3));
	q->from = at_id(25);
	expect(state, q, "28 30 ");
	q = of_streams(QUERY_MISSED, 4, 3);
	q->from = at_id(25);
	q->redacted = true;
	expect(state, q, "26 28 30 ");
}

static void missed_messages_are_found_though_the_clock_fell(void **state)
{
	struct fixture *f = *state;
	struct entry m = message(31, 3, 11, "late");

	m.message.time_ms = 1029;
	put(f, m);
	struct query *q = of_streams(QUERY_MISSED, 4, 3);
	q->from = at_id(30);
	expect(state, q, "31 ");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(missed_messages_come_by_id_over_all_streams),
		T(what_stands_below_a_floor_was_not_missed),
		T(of_what_was_missed_the_oldest_past_the_limit_are_counted),
		T(what_was_removed_was_not_missed_unless_asked_for),
		T(missed_messages_are_found_though_the_clock_fell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
