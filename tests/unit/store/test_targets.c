// SPDX-License-Identifier: MIT
// Conversations by their newest message: in which order, and where a page of them ends.
#include "tests/unit/store/history.h"

// Rooms 3 to 7; the newest message of each at a time of its own, or at one that it shares.
static const struct {
	stream_id stream;
	message_id id;
	int64_t time_ms;
} newest[] = {{3, 16, 100}, {4, 12, 200}, {5, 11, 200}, {6, 10, 300}, {7, 15, 400}};

static int set_up_rooms(void **state)
{
	set_up(state);
	for (size_t i = 0; i < ARRAY_LEN(newest); i++) {
		struct entry m = message(newest[i].id, newest[i].stream, 1, "x");

		m.message.time_ms = newest[i].time_ms;
		put(*state,
		    room(newest[i].stream, (const char *[]){"#a", "#b", "#c", "#d", "#e"}[i]));
		put(*state, m);
	}
	return 0;
}

static const struct asked {
	stream_id streams[5]; // 0: no more
	int64_t from_ms, to_ms, limit;
	bool newest_first;
	const char *found;
} asked[] = {
	{{7, 6, 5, 4, 3}, 0, 0, 0, false, "3@100 5@200 4@200 6@300 7@400 "},
	{{3, 4, 5, 6, 7}, 0, 0, 50, false, "3@100 5@200 4@200 6@300 7@400 "},
	{{3, 4, 5, 6, 7}, 0, 0, 50, true, "3@100 5@200 4@200 6@300 7@400 "},
	{{3, 4, 5, 6, 7}, 0, 0, 0, true, "3@100 5@200 4@200 6@300 7@400 "},
	{{3, 4, 5, 6, 7}, 0, 0, 5, false, "3@100 5@200 4@200 6@300 7@400 "},
	// Those of one time are on one page.
	{{3, 4, 5, 6, 7}, 0, 0, 4, false, "3@100 5@200 4@200 6@300 more"},
	{{3, 4, 5, 6, 7}, 0, 0, 2, false, "3@100 5@200 4@200 more"},
	{{3, 4, 5, 6, 7}, 0, 0, 1, false, "3@100 more"},
	{{3, 4, 5, 6, 7}, 0, 0, 3, true, "5@200 4@200 6@300 7@400 more"},
	{{3, 4, 5, 6, 7}, 0, 0, 2, true, "6@300 7@400 more"},
	{{4, 5}, 0, 0, 1, true, "5@200 4@200 "},
	{{5, 4}, 0, 0, 1, false, "5@200 4@200 "},
	// Bounds are none of what is between them.
	{{3, 4, 5, 6, 7}, 100, 400, 50, false, "5@200 4@200 6@300 "},
	{{3, 4, 5, 6, 7}, 99, 401, 50, false, "3@100 5@200 4@200 6@300 7@400 "},
	{{3, 4, 5, 6, 7}, 400, 0, 50, false, ""},
	{{9, 6, 8}, 0, 0, 50, false, "6@300 "},
	{{9, 8}, 0, 0, 50, true, ""},
};

static void a_page_of_conversations_ends_between_two_times(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		struct query *q = query_new(QUERY_TARGETS, 7);
		size_t n = 0;

		q->streams = arena_alloc(&q->arena, sizeof(asked[i].streams));
		for (; n < ARRAY_LEN(asked[i].streams) && asked[i].streams[n]; n++)
			q->streams[n] = asked[i].streams[n];
		q->n_streams = n;
		q->limit = asked[i].limit;
		q->newest_first = asked[i].newest_first;
		if (asked[i].from_ms)
			q->from = at_time(asked[i].from_ms);
		if (asked[i].to_ms)
			q->to = at_time(asked[i].to_ms);
		expect(state, q, asked[i].found);
	}
}

static void an_event_is_news_where_events_are_asked_for(void **state)
{
	struct entry e = message(20, 3, 0, "joined");
	struct query *q = of_streams(QUERY_TARGETS, 3, 4);

	e.message.time_ms = 500;
	put(*state, e);
	expect(state, q, "3@100 4@200 ");
	q = of_streams(QUERY_TARGETS, 3, 4);
	q->events = true;
	expect(state, q, "4@200 3@500 ");
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_rooms, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_page_of_conversations_ends_between_two_times),
		T(an_event_is_news_where_events_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
