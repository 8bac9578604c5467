// SPDX-License-Identifier: MIT
#include "tests/unit/store/history.h"

#include "server/letters/record.h"
#include "tests/support/random_entry.h"

static void the_latest_page_is_the_newest_end_oldest_first(void **state)
{
	struct query *q = page(3);

	q->newest_first = true;
	expect(state, q, "24 26 28 more");
}

static void a_page_before_a_message_excludes_it(void **state)
{
	struct query *q = page(2);

	q->newest_first = true;
	q->to = at_id(20);
	expect(state, q, "16 18 more");
}

static void a_page_after_a_message_excludes_it(void **state)
{
	struct query *q = page(2);

	q->from = at_id(24);
	expect(state, q, "26 28 ");
}

static void a_page_between_two_is_exclusive_at_both_ends(void **state)
{
	struct query *q = page(50);

	q->from = at_id(14);
	q->to = at_id(22);
	expect(state, q, "16 18 20 ");
	q = page(50);
	q->from = at_time(1014);
	q->to = at_time(1022);
	expect(state, q, "16 18 20 ");
}

static void bounds_may_change_places_where_that_is_asked_for(void **state)
{
	struct query *q = page(2);
	q->from = at_id(24);
	q->to = at_id(14);
	expect(state, q, "");
	q = page(2);
	q->from = at_id(24);
	q->to = at_id(14);
	q->either_way = true;
	expect(state, q, "20 22 more");
}

static void an_exact_page_has_no_more(void **state)
{
	struct query *q = page(10);

	expect(state, q, "10 12 14 16 18 20 22 24 26 28 ");
	q = page(9);
	expect(state, q, "10 12 14 16 18 20 22 24 26 more");
}

static void events_come_when_asked_for_and_in_their_place(void **state)
{
	struct query *q = page(4);

	q->events = true;
	q->from = at_id(12);
	expect(state, q, "13 14 15 16 more");
	q = page(3);
	q->events = true;
	q->newest_first = true;
	q->to = at_id(17);
	expect(state, q, "14 15 16 more");
}

static void a_page_between_numbers_is_exclusive_too(void **state)
{
	struct query *q = page(50);

	q->from = at_seq(1);
	q->to = at_seq(5);
	expect(state, q, "12 14 16 ");
	q = page(2);
	q->to = at_seq(11);
	q->newest_first = true;
	expect(state, q, "26 28 more");
	q = page(50);
	q->from = at_seq(9);
	expect(state, q, "28 ");
	q = page(50);
	q->from = at_seq(10);
	q->to = at_seq(INT64_MAX);
	expect(state, q, "");
	q = page(50);
	q->to = at_seq(1);
	expect(state, q, "");
}

static void an_unknown_place_is_said_so(void **state)
{
	struct query *q = page(50);

	// Message 30 exists, but in another stream; 9 nowhere, and 10 is behind it.
	for (int i = 0; i < 4; i++) {
		q->kind = i % 2 ? QUERY_AROUND : QUERY_PAGE;
		q->from = at_id(i < 2 ? 30 : 9);
		struct rows *rows = answer(*state, q);

		assert_int_equal(rows->result, ROWS_NO_PLACE);
		assert_int_equal(rows->n_messages, 0);
		rows_free(rows);
	}
	query_free(q);
}

static void around_has_the_message_in_the_middle(void **state)
{
	struct query *q = page(5);

	q->kind = QUERY_AROUND;
	q->from = at_id(20);
	expect(state, q, "16 18 20 22 24 more");
	q = page(4);
	q->kind = QUERY_AROUND;
	q->from = at_time(1020);
	expect(state, q, "16 18 20 22 more");
	q = page(5);
	q->kind = QUERY_AROUND;
	q->from = at_id(10);
	expect(state, q, "10 12 14 16 18 more");
}

static void messages_of_one_millisecond_are_told_apart_by_id(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 4; i++) {
		struct entry m = message(40 + i, 4, 2 + i, "same");
		m.message.time_ms = 5000;
		put(f, m);
	}
	struct query *q = page(50);
	q->stream = 4;
	q->from = at_id(41);
	expect(state, q, "42 43 ");
	q = page(50);
	q->stream = 4;
	q->to = at_id(42);
	expect(state, q, "30 40 41 ");
	q = page(50);
	q->stream = 4;
	q->from = at_time(5000);
	expect(state, q, "");
	q = page(50);
	q->stream = 4;
	q->to = at_time(5000);
	expect(state, q, "30 ");
}

#define ROWS 300

// Rows of a stream, every third an event, whose ids and times grow by leaps of any size:
// ids that begin with the time (but for a clock that fell), or have nothing to do with it.
static size_t make_rows(struct fixture *f, stream_id stream, bool by_clock,
			struct entry rows[ROWS])
{
	static const int64_t leaps[] = {0, 0, 1, 7, 1000, 86400000};
	message_id id = 1000;
	int64_t time_ms = 1700000000000;
	uint64_t seq = 0;

	for (unsigned i = 0; i < ROWS; i++) {
		time_ms += leaps[rand() % 6];
		id += 1 + (message_id)(1 << rand() % 30);
		if (by_clock && message_id_from(time_ms) > id)
			id = message_id_from(time_ms) + 7;
		rows[i] = message(id + (message_id)stream, stream, i % 3 ? ++seq : 0, "x");
		rows[i].message.time_ms = time_ms;
	}
	put_all(f, rows, ROWS);
	return seq;
}

static size_t count_page(struct reader *r, stream_id stream, bool events, struct place from,
			 struct place to)
{
	struct query *q = page(ROWS);

	q->stream = stream;
	q->events = events;
	q->from = from;
	q->to = to;
	struct rows *rows = reader_answer(r, q);
	size_t n = rows->n_messages;
	assert_int_equal(rows->result, ROWS_OK);
	rows_free(rows);
	query_free(q);
	return n;
}

static void expect_parted(struct reader *r, stream_id stream, const struct entry *rows,
			  int64_t time_ms)
{
	size_t before = 0, after = 0;

	for (size_t i = 0; i < ROWS; i++) {
		before += rows[i].message.time_ms < time_ms;
		after += rows[i].message.time_ms > time_ms;
	}
	assert_int_equal(count_page(r, stream, true, (struct place){0}, at_time(time_ms)),
			 before);
	assert_int_equal(count_page(r, stream, true, at_time(time_ms), (struct place){0}),
			 after);
}

static void places_are_found_whatever_the_clock_did(void **state)
{
	static struct entry rows[ROWS];
	char *error = NULL;
	struct fixture *f = *state;
	struct reader *r = reader_open(f->path, &error);

	for (stream_id stream = 5; stream < 9; stream++) {
		size_t n = make_rows(f, stream, stream % 2, rows);

		for (size_t i = 0; i < ROWS; i++)
			for (int64_t t = -1; t < 2; t++)
				expect_parted(r, stream, rows, rows[i].message.time_ms + t);
		for (uint64_t seq = 1; seq <= n; seq++) {
			assert_int_equal(
				count_page(r, stream, false, at_seq(seq), (struct place){0}),
				n - seq);
			assert_int_equal(
				count_page(r, stream, false, (struct place){0}, at_seq(seq)),
				seq - 1);
		}
	}
	reader_close(r);
}

static void one_message_is_found_by_id_and_by_the_senders_id(void **state)
{
	struct query *q = query_new(QUERY_GET, 8);

	q->from = at_id(11);
	expect(state, q, "11 ");
	q = query_new(QUERY_CLIENT_ID, 8);
	q->account = 1;
	q->client_id = SPAN("c3");
	expect(state, q, "16 ");
	q = query_new(QUERY_CLIENT_ID, 8);
	q->account = 2;
	q->client_id = SPAN("c3");
	expect(state, q, "");
}

static void expect_same(const struct entry *a, const struct entry *b)
{
	struct buf left = {0}, right = {0};

	entry_write(a, &left);
	entry_write(b, &right);
	assert_true(span_eq(buf_span(&left), buf_span(&right)));
	buf_clear(&left);
	buf_clear(&right);
}

static void all_fields_of_a_message_survive(void **state)
{
	uint64_t seed = 1;

	for (message_id id = 31; id < 51; id++) {
		struct arena arena = {0};
		struct query *q = query_new(QUERY_GET, 8);
		struct entry m = random_entry(ENTRY_MESSAGE, &seed, &arena);

		m.message.id = id;
		if (id == 31)
			m.message.client_id = SPAN("");
		// They are rows of their own (test_page's removed ones).
		m.message.redacted_by = 0;
		m.message.redacted_edit = 0;
		m.message.redacted_name = m.message.redacted_reason = SPAN("");
		put(*state, m);
		q->from = at_id(id);
		struct rows *rows = answer(*state, q);
		assert_int_equal(rows->n_messages, 1);
		expect_same(&m, &(struct entry){.kind = ENTRY_MESSAGE,
						.message = rows->messages[0]});
		rows_free(rows);
		query_free(q);
		arena_clear(&arena);
	}
}

static void all_fields_of_an_audit_row_survive(void **state)
{
	struct query *q = query_new(QUERY_AUDIT, 3);
	struct arena arena = {0};
	uint64_t seed = 1;

	q->limit = 1;
	for (int i = 0; i < 20; i++) {
		struct entry a = random_entry(ENTRY_AUDIT, &seed, &arena);

		q->stream = a.audit.room;
		put(*state, a);
		struct rows *rows = answer(*state, q);
		expect_same(&a, &(struct entry){.kind = ENTRY_AUDIT, .audit = rows->audit[0]});
		rows_free(rows);
	}
	query_free(q);
	arena_clear(&arena);
}

static void targets_are_streams_whose_newest_message_is_within(void **state)
{
	struct query *q = of_streams(QUERY_TARGETS, 4, 3);

	expect(state, q, "3@1028 4@1030 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->from = at_time(1028);
	expect(state, q, "4@1030 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->to = at_time(1030);
	expect(state, q, "3@1028 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->limit = 1;
	q->newest_first = true;
	expect(state, q, "4@1030 more");
	q = of_streams(QUERY_TARGETS, 4, 99);
	expect(state, q, "4@1030 ");
}

static void the_newest_audit_rows_come_oldest_first(void **state)
{
	struct fixture *f = *state;
	struct query *q = query_new(QUERY_AUDIT, 3);

	for (int i = 0; i < 3; i++)
		put(f, (struct entry){
			       .kind = ENTRY_AUDIT,
			       .audit = {i, SPAN("shell"), SPAN("user add"), SPAN("bob"), 0}});
	q->limit = 2;
	struct rows *rows = answer(f, q);
	assert_int_equal(rows->n_audit, 2);
	assert_true(rows->more);
	assert_int_equal(rows->audit[0].at_ms, 1);
	assert_int_equal(rows->audit[1].at_ms, 2);
	assert_true(span_eq(rows->audit[0].verb, SPAN("user add")));
	rows_free(rows);
	query_free(q);
}

static void threads_answer_each_query_once(void **state)
{
	struct fixture *f = *state;
	struct mailbox *box = mailbox_new();
	char *error = NULL;
	struct readers *readers = readers_start(f->store, 2, box, &error);
	bool seen[101] = {false};
	struct unanswered none;

	for (ticket_id t = 1; t <= 100; t++) {
		struct query *q = t % 3 ? page(5) : search("words");
		q->ticket = t;
		readers_put(readers, q);
	}
	for (int n_rows = 0; n_rows < 100;) {
		for (struct letter *next, *l = mailbox_wait(box, -1); l; l = next, n_rows++) {
			struct rows *rows = container_of(l, struct rows, letter);
			next = l->next;
			assert_int_equal(l->kind, LETTER_ROWS);
			assert_false(seen[rows->ticket]);
			seen[rows->ticket] = true;
			assert_true(rows->n_messages > 0);
			rows_free(rows);
		}
	}
	none = readers_stop(readers);
	assert_int_equal(none.dropped + none.interrupted, 0);
	assert_null(mailbox_take(box));
	mailbox_free(box);
}

#define MANY 20000
#define SEARCHES 300

// So many that a search for one of their words, by somebody who said none, looks long.
static void put_many(struct fixture *f)
{
	struct entry *entries = calloc(MANY, sizeof(*entries));

	assert_non_null(entries);
	for (unsigned i = 0; i < MANY; i++)
		entries[i] = message(100 + i, 3, 11 + i, "plenty of the same words again");
	put_all(f, entries, MANY);
	free(entries);
	while (store_tidy(f->store))
		continue;
}

// Puts them, lets one be answered, and stops while the next is looked for.
static struct unanswered stop_amid_searches(struct fixture *f)
{
	struct mailbox *box = mailbox_new();
	char *error = NULL;
	struct readers *readers = readers_start(f->store, 2, box, &error);
	struct unanswered all;
	size_t n_failed = 0, n_rows = 0;

	for (ticket_id t = 1; t <= SEARCHES; t++) {
		struct query *q = search("plenty same");
		q->ticket = t;
		q->sender = SPAN("nobody");
		readers_put(readers, q);
	}
	for (struct letter *next, *l = mailbox_wait(box, -1); l || n_rows < SEARCHES;) {
		for (; l; l = next, n_rows++) {
			struct rows *rows = container_of(l, struct rows, letter);
			next = l->next;
			n_failed += rows->result == ROWS_FAILED;
			rows_free(rows);
		}
		if (readers)
			all = readers_stop(readers);
		readers = NULL;
		l = mailbox_take(box);
		assert_true(l || n_rows == SEARCHES);
	}
	assert_int_equal(n_failed, all.dropped + all.interrupted);
	mailbox_free(box);
	return all;
}

static void a_stop_interrupts_one_search_and_drops_those_behind_it(void **state)
{
	struct unanswered all = {0};

	put_many(*state);
	// It may come just between two.
	for (int tries = 0; tries < 5 && !all.interrupted; tries++) {
		all = stop_amid_searches(*state);
		assert_true(all.dropped > 0);
	}
	assert_int_equal(all.interrupted, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_latest_page_is_the_newest_end_oldest_first),
		T(a_page_before_a_message_excludes_it),
		T(a_page_after_a_message_excludes_it),
		T(a_page_between_two_is_exclusive_at_both_ends),
		T(bounds_may_change_places_where_that_is_asked_for),
		T(an_exact_page_has_no_more),
		T(events_come_when_asked_for_and_in_their_place),
		T(a_page_between_numbers_is_exclusive_too),
		T(an_unknown_place_is_said_so),
		T(around_has_the_message_in_the_middle),
		T(messages_of_one_millisecond_are_told_apart_by_id),
		T(places_are_found_whatever_the_clock_did),
		T(one_message_is_found_by_id_and_by_the_senders_id),
		T(all_fields_of_a_message_survive),
		T(all_fields_of_an_audit_row_survive),
		T(targets_are_streams_whose_newest_message_is_within),
		T(the_newest_audit_rows_come_oldest_first),
		T(threads_answer_each_query_once),
		T(a_stop_interrupts_one_search_and_drops_those_behind_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
