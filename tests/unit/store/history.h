// SPDX-License-Identifier: MIT
// A store with some history, and questions to it.
#pragma once

#include "common/buf.h"
#include "tests/unit/store/fixture.h"

// Room 3 holds messages 10, 12, 14 … 28 (seq 1 to 10) and events 11, 13 … 29; dialog 4
// holds message 30 (seq 1).
static inline int set_up_history(void **state)
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

static inline struct rows *answer(struct fixture *f, const struct query *q)
{
	char *error = NULL;
	struct reader *r = reader_open(f->path, &error);

	assert_non_null(r);
	struct rows *rows = reader_answer(r, q);
	reader_close(r);
	assert_int_equal(rows->ticket, q->ticket);
	return rows;
}

static inline void add_ids(struct buf *out, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n_messages; i++)
		buf_printf(out, "%llu ", (unsigned long long)rows->messages[i].id);
	for (size_t i = 0; i < rows->n_targets; i++)
		buf_printf(out, "%lld@%lld ", (long long)rows->targets[i].stream,
			   (long long)rows->targets[i].time_ms);
	buf_add_str(out, rows->more ? "more" : "");
}

// The answer as ids and whether there are more; frees the query.
static inline void expect(void **state, struct query *q, const char *ids)
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

static inline struct query *page(int64_t limit)
{
	struct query *q = query_new(QUERY_PAGE, 7);

	q->stream = 3;
	q->limit = limit;
	return q;
}

static inline struct place at_id(message_id id)
{
	return (struct place){.is_set = true, .id = id};
}

static inline struct place at_time(int64_t ms)
{
	return (struct place){.is_set = true, .time_ms = ms};
}

static inline struct place at_seq(uint64_t seq)
{
	return (struct place){.is_set = true, .seq = seq};
}

static inline struct query *of_streams(enum query_kind kind, stream_id a, stream_id b)
{
	struct query *q = query_new(kind, 9);

	q->streams = arena_alloc(&q->arena, 2 * sizeof(*q->streams));
	q->streams[0] = a;
	q->streams[1] = b;
	q->n_streams = 2;
	q->limit = 50;
	return q;
}

static inline struct query *search(const char *text)
{
	struct query *q = query_new(QUERY_SEARCH, 3);

	q->stream = 3;
	q->limit = 3;
	q->text = span_of(text);
	return q;
}
