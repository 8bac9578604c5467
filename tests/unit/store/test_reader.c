// SPDX-License-Identifier: MIT
#include "tests/unit/store/fixture.h"

#include "common/buf.h"

// Room 3 holds messages 10, 12, 14 … 28 (seq 1 to 10) and events 11, 13 … 29; dialog 4
// holds message 30 (seq 1).
static int set_up_history(void **state)
{
	set_up(state);
	struct fixture *f = *state;

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, (struct entry){.kind = ENTRY_DIALOG, .dialog = {4, 1, 1}});
	for (unsigned i = 0; i < 10; i++) {
		struct entry m =
			message(10 + 2 * i, 3, i + 1, i % 2 ? "odd words here" : "even Words");
		char id[8];

		snprintf(id, sizeof(id), "c%u", i);
		m.message.client_id = span_of(id);
		put(f, m);
		put(f, message(11 + 2 * i, 3, 0, "joined"));
	}
	put(f, message(30, 4, 1, "a private word"));
	return 0;
}

// The same with all words in the index on disk.
static int set_up_indexed(void **state)
{
	set_up_history(state);
	tidy_all(*state);
	return 0;
}

// ... and with some there and some in memory.
static int set_up_partly_indexed(void **state)
{
	set_up(state);
	struct fixture *f = *state;

	put(f, account(1, "alice"));
	put(f, room(3, "#den"));
	put(f, (struct entry){.kind = ENTRY_DIALOG, .dialog = {4, 1, 1}});
	for (unsigned i = 0; i < 10; i++) {
		put(f, message(10 + 2 * i, 3, i + 1, i % 2 ? "odd words here" : "even Words"));
		put(f, message(11 + 2 * i, 3, 0, "joined"));
		if (i == 5)
			tidy_all(f);
	}
	put(f, message(30, 4, 1, "a private word"));
	return 0;
}

static struct rows *answer(struct fixture *f, const struct query *q)
{
	char *error = NULL;
	struct reader *r = reader_open(f->path, &error);

	assert_non_null(r);
	struct rows *rows = reader_answer(r, q);
	reader_close(r);
	assert_int_equal(rows->ticket, q->ticket);
	return rows;
}

static void add_ids(struct buf *out, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n_messages; i++)
		buf_printf(out, "%llu ", (unsigned long long)rows->messages[i].id);
	for (size_t i = 0; i < rows->n_targets; i++)
		buf_printf(out, "%lld@%lld+%lld ", (long long)rows->targets[i].stream,
			   (long long)rows->targets[i].time_ms,
			   (long long)rows->targets[i].unread);
	buf_add_str(out, rows->more ? "more" : "");
}

// The answer as ids and whether there are more; frees the query.
static void expect(void **state, struct query *q, const char *ids)
{
	struct rows *rows = answer(*state, q);
	struct buf seen = {0};

	assert_int_equal(rows->result, ROWS_OK);
	add_ids(&seen, rows);
	assert_string_equal(buf_str(&seen), ids);
	buf_clear(&seen);
	rows_free(rows);
	query_free(q);
}

static struct query *page(int64_t limit)
{
	struct query *q = query_new(QUERY_PAGE, 7);

	q->stream = 3;
	q->limit = limit;
	return q;
}

static struct place at_id(message_id id)
{
	return (struct place){.is_set = true, .id = id};
}

static struct place at_time(int64_t ms)
{
	return (struct place){.is_set = true, .time_ms = ms};
}

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

static void a_page_by_sequence_is_inclusive(void **state)
{
	struct query *q = page(50);

	q->seq_from = 2;
	q->seq_to = 4;
	expect(state, q, "12 14 16 ");
	q = page(2);
	q->seq_from = 1;
	q->seq_to = 10;
	q->newest_first = true;
	expect(state, q, "26 28 more");
}

static void an_unknown_place_is_said_so(void **state)
{
	struct query *q = page(50);

	// Message 30 exists, but in another stream.
	q->from = at_id(30);
	struct rows *rows = answer(*state, q);
	assert_int_equal(rows->result, ROWS_NO_PLACE);
	assert_int_equal(rows->n_messages, 0);
	rows_free(rows);
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

static void all_fields_of_a_message_survive(void **state)
{
	struct fixture *f = *state;
	struct entry m = message(31, 4, 2, "tëxt\nof two lines");
	struct query *q = query_new(QUERY_GET, 8);

	m.message.tags = SPAN("+reply=x");
	m.message.client_id = SPAN("id");
	m.message.kind = MESSAGE_NOTICE;
	put(f, m);
	q->from = at_id(31);
	struct rows *rows = answer(f, q);
	const struct entry_message *got = &rows->messages[0];
	assert_int_equal(got->seq, 2);
	assert_int_equal(got->stream, 4);
	assert_int_equal(got->time_ms, 1031);
	assert_int_equal(got->account, 1);
	assert_int_equal(got->kind, MESSAGE_NOTICE);
	assert_true(span_eq(got->text, m.message.text));
	assert_true(span_eq(got->tags, m.message.tags));
	assert_true(span_eq(got->client_id, m.message.client_id));
	assert_true(span_eq(got->sender, SPAN("alice")));
	assert_false(got->redacted);
	rows_free(rows);
	query_free(q);
}

static struct query *of_streams(enum query_kind kind, stream_id a, stream_id b)
{
	struct query *q = query_new(kind, 9);

	q->streams = arena_alloc(&q->arena, 2 * sizeof(*q->streams));
	q->times = arena_alloc(&q->arena, 2 * sizeof(*q->times));
	q->streams[0] = a;
	q->streams[1] = b;
	q->n_streams = 2;
	q->limit = 50;
	return q;
}

static void targets_are_streams_whose_newest_message_is_within(void **state)
{
	struct query *q = of_streams(QUERY_TARGETS, 4, 3);

	expect(state, q, "3@1028+0 4@1030+0 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->from = at_time(1028);
	expect(state, q, "4@1030+0 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->to = at_time(1030);
	expect(state, q, "3@1028+0 ");
	q = of_streams(QUERY_TARGETS, 4, 3);
	q->limit = 1;
	q->newest_first = true;
	expect(state, q, "4@1030+0 more");
	q = of_streams(QUERY_TARGETS, 4, 99);
	expect(state, q, "4@1030+0 ");
}

static void unread_counts_what_is_after_the_marker(void **state)
{
	struct query *q = of_streams(QUERY_COUNT, 3, 4);

	q->times[0] = 1022;
	q->times[1] = 1030;
	expect(state, q, "3@1028+3 4@1030+0 ");
	q = of_streams(QUERY_COUNT, 3, 99);
	expect(state, q, "3@1028+10 99@0+0 ");
}

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

static struct query *search(const char *text)
{
	struct query *q = query_new(QUERY_SEARCH, 3);

	q->stream = 3;
	q->limit = 3;
	q->text = span_of(text);
	return q;
}

static void a_search_finds_the_newest_that_have_all_words(void **state)
{
	expect(state, search("words odd"), "20 24 28 more");
	expect(state, search("words odd even"), "");
	expect(state, search("EVEN"), "18 22 26 more");
}

static void a_phrase_stands_together(void **state)
{
	expect(state, search("\"odd words\""), "20 24 28 more");
	expect(state, search("\"words odd\""), "");
	expect(state, search("\"odd words"), "20 24 28 more");
}

static void a_beginning_is_enough_with_a_star(void **state)
{
	expect(state, search("wor* her*"), "20 24 28 more");
	expect(state, search("wor"), "");
	expect(state, search("wo*"), "");
}

static void a_search_stays_in_its_streams(void **state)
{
	struct query *q = search("private");

	expect(state, q, "");
	q = search("private");
	q->stream = 4;
	expect(state, q, "30 ");
	q = of_streams(QUERY_SEARCH, 4, 3);
	q->text = SPAN("word*");
	q->limit = 2;
	expect(state, q, "28 30 more");
	q = query_new(QUERY_SEARCH, 3);
	q->text = SPAN("private");
	q->limit = 3;
	expect(state, q, "");
	// The word that stands for the place is none of the text.
	expect(state, search("s3"), "");
}

static void a_search_can_be_narrowed(void **state)
{
	struct query *q = search("words");

	q->sender = SPAN("bob");
	expect(state, q, "");
	q = search("words");
	q->sender = SPAN("ALICE");
	q->to = at_id(14);
	expect(state, q, "10 12 ");
	q = search("words");
	q->from = at_time(1025);
	expect(state, q, "26 28 ");
}

static void text_to_search_for_is_never_an_expression(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"\"",
		"\"\"",
		"*",
		"**",
		"AND",
		"NOT odd",
		"odd OR even",
		"text:",
		"place : s4",
		"{text}: odd",
		"^odd",
		"odd + words",
		"NEAR(odd words, 2)",
		"(((",
		")",
		"'; DROP TABLE message",
		"--",
		"-odd",
		"\xff\xfe",
		"odd\" OR \"even",
		"\"*",
		"a\tb\nc",
		"\\",
		"%",
		"s4 private",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct query *q = search(texts[i]);
		struct rows *rows = answer(*state, q);

		assert_int_equal(rows->result, ROWS_OK);
		for (size_t k = 0; k < rows->n_messages; k++)
			assert_int_equal(rows->messages[k].stream, 3);
		rows_free(rows);
		query_free(q);
	}
}

static void a_redacted_message_keeps_its_place_and_loses_its_text(void **state)
{
	put(*state, redaction(20, 3));
	struct query *q = page(50);
	q->from = at_id(18);
	q->to = at_id(24);
	expect(state, q, "22 ");
	q = page(50);
	q->from = at_id(18);
	q->to = at_id(24);
	q->redacted = true;
	struct rows *rows = answer(*state, q);
	assert_int_equal(rows->n_messages, 2);
	assert_true(rows->messages[0].redacted);
	assert_int_equal(rows->messages[0].text.len, 0);
	assert_int_equal(rows->messages[0].seq, 6);
	rows_free(rows);
	query_free(q);
	expect(state, search("odd"), "16 24 28 more");
}

static void the_newest_audit_rows_come_oldest_first(void **state)
{
	struct fixture *f = *state;
	struct query *q = query_new(QUERY_AUDIT, 3);

	for (int i = 0; i < 3; i++)
		put(f,
		    (struct entry){.kind = ENTRY_AUDIT,
				   .audit = {i, SPAN("shell"), SPAN("user add"), SPAN("bob")}});
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
	int n_rows = 0;

	for (ticket_id t = 1; t <= 100; t++) {
		struct query *q = t % 3 ? page(5) : search("words");
		q->ticket = t;
		readers_put(readers, q);
	}
	readers_stop(readers);
	for (struct letter *next, *l = mailbox_take(box); l; l = next, n_rows++) {
		struct rows *rows = container_of(l, struct rows, letter);
		next = l->next;
		assert_int_equal(l->kind, LETTER_ROWS);
		assert_false(seen[rows->ticket]);
		seen[rows->ticket] = true;
		assert_true(rows->n_messages > 0);
		rows_free(rows);
	}
	assert_int_equal(n_rows, 100);
	mailbox_free(box);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_history, tear_down)
#define SEARCH(name)                                                                           \
	T(name), cmocka_unit_test_setup_teardown(name, set_up_indexed, tear_down),             \
		cmocka_unit_test_setup_teardown(name, set_up_partly_indexed, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_latest_page_is_the_newest_end_oldest_first),
		T(a_page_before_a_message_excludes_it),
		T(a_page_after_a_message_excludes_it),
		T(a_page_between_two_is_exclusive_at_both_ends),
		T(an_exact_page_has_no_more),
		T(events_come_when_asked_for_and_in_their_place),
		T(a_page_by_sequence_is_inclusive),
		T(an_unknown_place_is_said_so),
		T(around_has_the_message_in_the_middle),
		T(messages_of_one_millisecond_are_told_apart_by_id),
		T(one_message_is_found_by_id_and_by_the_senders_id),
		T(all_fields_of_a_message_survive),
		T(targets_are_streams_whose_newest_message_is_within),
		T(unread_counts_what_is_after_the_marker),
		T(missed_messages_come_by_id_over_all_streams),
		T(missed_messages_are_found_though_the_clock_fell),
		SEARCH(a_search_finds_the_newest_that_have_all_words),
		SEARCH(a_phrase_stands_together),
		SEARCH(a_beginning_is_enough_with_a_star),
		SEARCH(a_search_stays_in_its_streams),
		SEARCH(a_search_can_be_narrowed),
		SEARCH(text_to_search_for_is_never_an_expression),
		SEARCH(a_redacted_message_keeps_its_place_and_loses_its_text),
		T(the_newest_audit_rows_come_oldest_first),
		T(threads_answer_each_query_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
