// SPDX-License-Identifier: MIT
// Questions that go through all that is stored, a stretch at a time: what somebody wrote, what
// was logged, what it takes, and what was stamped too late. And a message with its edits.
#include "tests/unit/store/history.h"

#include "common/encode.h"

// Beside the history: what account 2 said and did in room 3 and dialog 4, on the second day.
static int set_up_written(void **state)
{
	struct entry e;

	set_up_history(state);
	for (unsigned i = 0; i < 3; i++) {
		e = message(40 + i, i == 1 ? 4 : 3, i + 20, "by another");
		e.message.account = 2;
		e.message.time_ms = 86400000 + 40 + i;
		put(*state, e);
	}
	e = message(43, 3, 0, "kicked");
	e.message.kind = MESSAGE_KICK;
	e.message.time_ms = 86400043;
	put(*state, e);
	e.message.id = 44;
	e.message.kind = MESSAGE_MODE;
	e.message.time_ms++;
	put(*state, e);
	e.message.id = 45;
	e.message.kind = MESSAGE_TOPIC;
	e.message.time_ms++;
	put(*state, e);
	return 0;
}

// Messages, then targets as "KEY:n upto ID", then whether there may be more.
static void expect_found(void **state, struct query *q, const char *found)
{
	struct rows *rows = answer(*state, q);
	struct buf seen = {0};

	assert_int_equal(rows->result, ROWS_OK);
	for (size_t i = 0; i < rows->n_messages; i++)
		buf_printf(&seen, "%llu ", (unsigned long long)rows->messages[i].id);
	for (size_t i = 0; i < rows->n_targets; i++)
		buf_printf(&seen, "%lld:%lld upto %llu, ", (long long)rows->targets[i].stream,
			   (long long)rows->targets[i].n_messages,
			   (unsigned long long)rows->targets[i].id);
	buf_add_str(&seen, rows->more ? "more" : "");
	assert_string_equal(buf_str(&seen), found);
	buf_clear(&seen);
	rows_free(rows);
	query_free(q);
}

static struct query *written(message_id from, int64_t limit, bool events)
{
	struct query *q = query_new(QUERY_WRITTEN, 7);

	q->account = 2;
	q->from.id = from;
	q->limit = limit;
	q->events = events;
	return q;
}

static void what_one_wrote_comes_up_to_where_was_looked(void **state)
{
	expect_found(state, written(0, 50, false), "40 41 42 0:0 upto 45, more");
	expect_found(state, written(40, 50, false), "41 42 0:0 upto 45, more");
	// A full answer ends at its last message.
	expect_found(state, written(0, 2, false), "40 41 0:0 upto 41, more");
	expect_found(state, written(41, 50, true), "42 43 44 0:0 upto 45, more");
	expect_found(state, written(42, 50, false), "0:0 upto 45, more");
	expect_found(state, written(45, 50, false), "");
}

static struct query *logged(message_id from, int64_t limit)
{
	struct query *q = query_new(QUERY_LOGGED, 7);

	q->from.id = from;
	q->limit = limit;
	return q;
}

static void the_log_comes_in_stretches(void **state)
{
	for (int64_t i = 1; i <= 3; i++)
		put(*state, (struct entry){.kind = ENTRY_AUDIT,
					   .audit = {.at_ms = i,
						     .actor = SPAN("alice"),
						     .verb = SPAN("did")}});
	expect_found(state, logged(0, 2), "0:0 upto 1, 0:0 upto 2, more");
	expect_found(state, logged(2, 2), "0:0 upto 3, more");
	expect_found(state, logged(3, 2), "");
}

static struct query *usage(enum usage_by by, message_id from, int64_t limit)
{
	struct query *q = query_new(QUERY_USAGE, 7);

	q->by = by;
	q->from.id = from;
	q->limit = limit;
	return q;
}

static void what_is_stored_is_summed_up_by_what_is_asked(void **state)
{
	expect_found(state, usage(USAGE_BY_ACCOUNT, 0, 50), "1:11 upto 45, 2:3 upto 45, ");
	expect_found(state, usage(USAGE_BY_STREAM, 0, 50), "3:12 upto 45, 4:2 upto 45, ");
	expect_found(state, usage(USAGE_BY_DAY, 0, 50), "0:11 upto 45, 1:3 upto 45, ");
	expect_found(state, usage(USAGE_BY_STREAM, 28, 4), "3:1 upto 41, 4:2 upto 41, more");
	expect_found(state, usage(USAGE_BY_STREAM, 45, 4), "");
}

static void expect_stamped(void **state, int64_t over_ms, int64_t n, message_id first,
			   int64_t before_ms)
{
	struct query *q = query_new(QUERY_STAMPED, 7);
	struct rows *rows;

	q->from = at_time(over_ms);
	rows = answer(*state, q);
	assert_int_equal(rows->n_targets, 1);
	assert_int_equal(rows->targets[0].n_messages, n);
	assert_int_equal(rows->targets[0].id, first);
	assert_int_equal(rows->targets[0].time_ms, before_ms);
	rows_free(rows);
	query_free(q);
}

static void what_was_stamped_later_is_counted_over_all(void **state)
{
	expect_stamped(state, 90000000, 0, 0, 86400045);
	expect_stamped(state, 86400042, 3, 43, 86400042);
	expect_stamped(state, 86400040, 5, 41, 86400040);
	expect_stamped(state, 1030, 6, 40, 1030);
	expect_stamped(state, 1028, 8, 29, 1028);
	expect_stamped(state, 1, 27, 10, 0);
	// The conversation begins before the room does.
	put(*state, (struct entry){.kind = ENTRY_DIALOG, .dialog = {2, 1, 2}});
	put(*state, (struct entry){.kind = ENTRY_DIALOG, .dialog = {9, 1, 3}});
	put(*state, message(5, 9, 1, "early"));
	expect_stamped(state, 1, 28, 5, 0);
	expect_stamped(state, 1005, 27, 10, 1005);
}

static struct query *edits(message_id of, int64_t limit)
{
	struct query *q = query_new(QUERY_EDITS, 7);

	q->from = at_id(of);
	q->limit = limit;
	return q;
}

static void a_message_comes_with_its_edits(void **state)
{
	struct entry edit = message(50, 3, 23, "better");
	char original[ID_TEXT_LEN + 1], tag[40];

	encode_id(20, original);
	snprintf(tag, sizeof(tag), "+draft/edit=%s", original);
	edit.message.tags = span_of(tag);
	put(*state, edit);
	expect_found(state, edits(20, 5), "20 50 ");
	expect_found(state, edits(50, 5), "20 50 ");
	expect_found(state, edits(20, 1), "20 more");
	expect_found(state, edits(22, 5), "22 ");
	// What it said before is not found any more.
	expect(state, search("odd"), "16 24 28 more");
	expect(state, search("better"), "50 ");
}

// The hub had looked before it was removed.
static void an_edit_of_what_was_removed_is_removed_with_it(void **state)
{
	for (message_id id = 50; id < 52; id++) {
		struct entry edit = message(id, 3, id - 27, "better");
		struct query *q = query_new(QUERY_GET, 7);
		char original[ID_TEXT_LEN + 1], tag[40];
		struct rows *rows;

		encode_id(id == 50 ? 20 : 22, original);
		snprintf(tag, sizeof(tag), "+draft/edit=%s", original);
		edit.message.tags = span_of(tag);
		if (id == 50)
			put(*state, redaction(20, 3));
		put(*state, edit);
		q->from = at_id(id);
		rows = answer(*state, q);
		assert_int_equal(rows->n_messages, 1);
		assert_int_equal(rows->messages[0].redacted, id == 50);
		assert_int_equal(rows->messages[0].text.len, id == 50 ? 0 : 6);
		assert_int_equal(rows->messages[0].tags.len > 0, id != 50);
		rows_free(rows);
		query_free(q);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up_written, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_one_wrote_comes_up_to_where_was_looked),
		T(the_log_comes_in_stretches),
		T(what_is_stored_is_summed_up_by_what_is_asked),
		T(what_was_stamped_later_is_counted_over_all),
		T(a_message_comes_with_its_edits),
		T(an_edit_of_what_was_removed_is_removed_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
