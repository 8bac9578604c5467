// SPDX-License-Identifier: MIT
// Questions to many streams at once: what is new, how much, and what was missed.
//
// Within a stream numbers, times and ids all grow, so each answer costs a few seeks a
// stream, however long it is.
#include "server/store/page.h"

#include "common/grow.h"

#include <stdlib.h>

struct newest {
	message_id id;
	int64_t time_ms;
	uint64_t seq;
};

// Of a stream; id 0 when it is empty.
static int find_newest(struct sql *s, stream_id stream, bool events, struct newest *n)
{
	sqlite3_stmt *row = sql_bind(s, SQL_NEWEST, (struct value[]){of_int(stream)});
	int code = sqlite3_step(row);

	*n = (struct newest){0};
	if (code == SQLITE_ROW) {
		n->id = (message_id)sqlite3_column_int64(row, 0);
		n->time_ms = sqlite3_column_int64(row, 1);
		n->seq = (uint64_t)sqlite3_column_int64(row, 2);
		message_id event = (message_id)sqlite3_column_int64(row, 3);
		if (events && event > n->id) {
			n->id = event;
			n->time_ms = sqlite3_column_int64(row, 4);
		}
	}
	sqlite3_reset(row);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int by_time(const void *left, const void *right)
{
	const struct rows_target *a = left, *b = right;

	if (a->time_ms != b->time_ms)
		return a->time_ms < b->time_ms ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

// Keeps `limit` of the sorted targets, at the end that was asked for.
static void cut_targets(struct rows *r, const struct query *q)
{
	size_t limit = (size_t)q->limit;

	if (q->limit <= 0 || r->n_targets <= limit)
		return;
	r->more = true;
	if (q->newest_first)
		memmove(r->targets, r->targets + (r->n_targets - limit),
			limit * sizeof(*r->targets));
	r->n_targets = limit;
}

int targets_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct bound from, to;
	struct newest n;
	int code = SQLITE_OK;

	if (!find_bounds(s, q, &from, &to, r, &code))
		return code;
	for (size_t i = 0; i < q->n_streams && code == SQLITE_OK; i++) {
		code = find_newest(s, q->streams[i], q->events, &n);
		// Places are times here, and as bounds exclusive.
		if (code != SQLITE_OK || !n.id || n.time_ms >= to.time_ms ||
		    (q->from.is_set && n.time_ms <= from.time_ms))
			continue;
		struct rows_target *t = rows_add_target(r);
		*t = (struct rows_target){
			.stream = q->streams[i], .time_ms = n.time_ms, .id = n.id};
	}
	if (r->n_targets)
		qsort(r->targets, r->n_targets, sizeof(*r->targets), by_time);
	cut_targets(r, q);
	return code;
}

// How many numbers of the stream stand behind the time.
static int count_after(struct sql *s, stream_id stream, int64_t time_ms, const struct newest *n,
		       int64_t *count)
{
	const struct value at[] = {of_int(stream), of_int(time_ms)};
	int64_t read = -1, first = 1;
	int code = sql_number(s, SQL_SEQ_AT, at, &read);

	if (code == SQLITE_OK && read < 0) {
		code = sql_number(s, SQL_FIRST_SEQ, at, &first);
		read = first - 1;
	}
	*count = n->seq ? (int64_t)n->seq - read : 0;
	return code;
}

int count_answer(struct sql *s, const struct query *q, struct rows *r)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < q->n_streams && code == SQLITE_OK; i++) {
		struct rows_target *t = rows_add_target(r);
		struct newest n;

		code = find_newest(s, q->streams[i], false, &n);
		*t = (struct rows_target){
			.stream = q->streams[i], .time_ms = n.time_ms, .id = n.id};
		if (code == SQLITE_OK)
			code = count_after(s, q->streams[i], q->times[i], &n, &t->unread);
	}
	return code;
}

struct ids {
	int64_t *at;
	size_t n, space;
};

static int take_ids(struct sql *s, enum sql_id id, const struct value *values, struct ids *ids)
{
	sqlite3_stmt *row = sql_bind(s, id, values);
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		ids->at = grow(ids->at, ids->n, &ids->space, sizeof(*ids->at));
		ids->at[ids->n++] = sqlite3_column_int64(row, 0);
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

// The lowest number of the stream whose message has an id above `after` (one past the
// last when there is none), found by halving.
static int find_seq_after(struct sql *s, stream_id stream, int64_t after, int64_t *seq)
{
	const struct value key[] = {of_int(stream)};
	int64_t low = 1, last = 0;
	int code = sql_number(s, SQL_FIRST_SEQ, key, &low);

	if (code == SQLITE_OK)
		code = sql_number(s, SQL_LAST_SEQ, key, &last);
	int64_t high = last + 1;
	while (code == SQLITE_OK && low < high) {
		int64_t middle = low + (high - low) / 2, id = after + 1;

		code = sql_number(s, SQL_ID_OF_SEQ,
				  (struct value[]){of_int(stream), of_int(middle)}, &id);
		if (id > after)
			high = middle;
		else
			low = middle + 1;
	}
	*seq = low;
	return code;
}

// The time of message `seq` of the stream; 0 when it is not there.
static int find_time(struct sql *s, stream_id stream, int64_t seq, int64_t *time_ms)
{
	int64_t id = 0;
	int code = sql_number(s, SQL_ID_OF_SEQ, (struct value[]){of_int(stream), of_int(seq)},
			      &id);

	*time_ms = 0;
	if (code == SQLITE_OK && id)
		code = sql_number(s, SQL_PLACE, (struct value[]){of_int(id), of_int(stream)},
				  time_ms);
	return code;
}

static int missed_in(struct sql *s, const struct query *q, stream_id stream, struct ids *ids)
{
	struct newest n;
	int64_t after = (int64_t)q->from.id, seq, time_ms;
	int code = find_newest(s, stream, q->events, &n);

	if (code != SQLITE_OK || (int64_t)n.id <= after)
		return code;
	code = find_seq_after(s, stream, after, &seq);
	if (code == SQLITE_OK)
		code = take_ids(
			s, SQL_MISSED_MESSAGES,
			(struct value[]){of_int(stream), of_int(seq), of_int(q->limit + 1)},
			ids);
	if (code == SQLITE_OK && q->events) {
		code = find_time(s, stream, seq - 1, &time_ms);
		if (code == SQLITE_OK)
			code = take_ids(s, SQL_MISSED_EVENTS,
					(struct value[]){of_int(stream), of_int(time_ms),
							 of_int(after), of_int(q->limit + 1)},
					ids);
	}
	return code;
}

static int by_number(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static int take_message(struct sql *s, struct rows *r, const struct query *q, int64_t id)
{
	sqlite3_stmt *row = sql_bind(s, SQL_MESSAGE, (struct value[]){of_int(id)});
	int code = sqlite3_step(row);

	if (code == SQLITE_ROW && (q->redacted || sqlite3_column_int(row, 10) == 0))
		rows_take_message(r, row);
	sqlite3_reset(row);
	return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

int missed_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct ids ids = {0};
	int code = SQLITE_OK;

	for (size_t i = 0; i < q->n_streams && code == SQLITE_OK; i++)
		code = missed_in(s, q, q->streams[i], &ids);
	if (ids.n)
		qsort(ids.at, ids.n, sizeof(*ids.at), by_number);
	for (size_t i = 0; i < ids.n && code == SQLITE_OK; i++) {
		if ((int64_t)r->n_messages == q->limit) {
			r->more = true;
			break;
		}
		code = take_message(s, r, q, ids.at[i]);
	}
	free(ids.at);
	return code;
}
