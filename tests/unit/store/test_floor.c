// SPDX-License-Identifier: MIT
// Nothing below a floor is in an answer, nor tells by it that it is there.
#include "tests/unit/store/history.h"

static struct query *above(struct query *q, message_id floor)
{
	q->floor = floor;
	return q;
}

static void a_page_begins_above_its_floor(void **state)
{
	struct query *q = above(page(50), 20);

	expect(state, q, "22 24 26 28 ");
	q = above(page(2), 20);
	q->newest_first = true;
	q->to = at_id(26);
	expect(state, q, "22 24 ");
	q = above(page(50), 20);
	q->from = at_seq(2);
	expect(state, q, "22 24 26 28 ");
	q = above(page(50), 20);
	q->from = at_time(1000);
	q->to = at_time(1024);
	expect(state, q, "22 ");
	q = above(page(4), 20);
	q->kind = QUERY_AROUND;
	q->from = at_id(14);
	expect(state, q, "22 24 26 28 ");
}

static void a_bound_below_the_floor_need_be_no_message(void **state)
{
	static const message_id ids[] = {1, 14, 15, 19, 20};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct query *q = above(page(50), 20);

		q->from = at_id(ids[i]);
		expect(state, q, "22 24 26 28 ");
		q = above(page(50), 20);
		q->to = at_id(ids[i]);
		expect(state, q, "");
	}
}

static void a_page_that_comes_down_to_the_floor_says_so(void **state)
{
	static const struct {
		message_id from;
		int64_t limit;
		bool newest_first, at_floor;
	} rows[] = {{0, 50, true, true},   {0, 3, true, false}, {0, 4, true, true},
		    {22, 50, true, false}, {0, 1, false, true}, {14, 1, false, true},
		    {22, 1, false, false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct query *q = above(page(rows[i].limit), 20);
		struct rows *r;

		if (rows[i].from)
			q->from = at_id(rows[i].from);
		q->newest_first = rows[i].newest_first;
		r = answer(*state, q);
		assert_int_equal(r->at_floor, rows[i].at_floor);
		rows_free(r);
		query_free(q);
	}
}

static void a_conversation_whose_newest_is_below_its_floor_has_no_news(void **state)
{
	struct query *q = of_streams(QUERY_TARGETS, 4, 3);

	q->floors = (message_id[]){0, 28};
	expect(state, q, "4@1030 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->floors = (message_id[]){30, 27};
	expect(state, q, "3@1028 ");
}

static struct query *search_all(message_id of_den, message_id of_dialog, int64_t limit)
{
	struct query *q = of_streams(QUERY_SEARCH, 3, 4);

	q->text = SPAN("word*");
	q->limit = limit;
	q->floors = arena_alloc(&q->arena, 2 * sizeof(*q->floors));
	q->floors[0] = of_den;
	q->floors[1] = of_dialog;
	return q;
}

static void search_looks_above_the_floor_of_each_stream(void **state)
{
	struct fixture *f = *state;

	for (int indexed = 0; indexed < 2; indexed++) {
		expect(state, search_all(0, 0, 50), "10 12 14 16 18 20 22 24 26 28 30 ");
		expect(state, search_all(22, 0, 50), "24 26 28 30 ");
		expect(state, search_all(22, 30, 50), "24 26 28 ");
		expect(state, search_all(22, 30, 3), "24 26 28 ");
		expect(state, search_all(22, 30, 2), "26 28 more");
		expect(state, search_all(28, 0, 50), "30 ");
		expect(state, search_all(28, 30, 50), "");
		tidy_all(f);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_page_begins_above_its_floor),
		T(a_bound_below_the_floor_need_be_no_message),
		T(a_page_that_comes_down_to_the_floor_says_so),
		T(a_conversation_whose_newest_is_below_its_floor_has_no_news),
		T(search_looks_above_the_floor_of_each_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
