// SPDX-License-Identifier: MIT
// Questions to many streams at once: what is new, and what was missed.
//
// Within a stream numbers, times and ids all grow, so each answer costs a few seeks a
// stream, however long it is.
#include "server/store/store_page_private.h"

#include "common/grow.h"

#include <stdlib.h>

// Of a stream; id 0 when it is empty.
static enum db_code find_newest(struct sql *s, stream_id stream, bool events, struct spot *n)
{
	return find_spot(s, events ? SQL_ROW_BEFORE : SQL_MESSAGE_BEFORE, stream, INT64_MAX, n);
}

static int by_time(const void *left, const void *right)
{
	const struct rows_target *a = left, *b = right;

	if (a->time_ms != b->time_ms)
		return a->time_ms < b->time_ms ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

// Keeps `limit` of the sorted targets, at the end that was asked for, and those that share the
// time of the last one kept: the next page begins beyond that time.
static void cut_targets(struct rows *r, const struct query *q)
{
	size_t limit = (size_t)q->limit, n = r->n_targets;
	const struct rows_target *all = r->targets;

	if (q->limit <= 0 || n <= limit)
		return;
	if (q->newest_first) {
		while (limit < n && all[n - limit - 1].time_ms == all[n - limit].time_ms)
			limit++;
		memmove(r->targets, all + (n - limit), limit * sizeof(*all));
	} else {
		while (limit < n && all[limit].time_ms == all[limit - 1].time_ms)
			limit++;
	}
	r->more = limit < n;
	r->n_targets = limit;
}

enum db_code targets_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct spot n;
	enum db_code code = DB_OK;

	for (size_t i = 0; i < q->n_streams && code == DB_OK; i++) {
		code = find_newest(s, q->streams[i], q->events, &n);
		// Places are times here, and as bounds exclusive.
		if (!n.id || (q->floors && (message_id)n.id <= q->floors[i]) ||
		    (q->to.is_set && n.time_ms >= q->to.time_ms) ||
		    (q->from.is_set && n.time_ms <= q->from.time_ms))
			continue;
		struct rows_target *t = rows_add_target(r);
		*t = (struct rows_target){
			.stream = q->streams[i], .time_ms = n.time_ms, .id = (message_id)n.id};
	}
	if (r->n_targets)
		qsort(r->targets, r->n_targets, sizeof(*r->targets), by_time);
	cut_targets(r, q);
	return code;
}

struct ids {
	int64_t *at;
	size_t n, space;
};

// The newest id of the i-th stream that is not asked for.
static message_id start_of(const struct query *q, size_t i)
{
	return q->floors && q->floors[i] > q->from.id ? q->floors[i] : q->from.id;
}

static enum db_code missed_in(struct sql *s, const struct query *q, size_t i, struct ids *ids)
{
	int64_t after = 0, least = (int64_t)start_of(q, i);
	enum db_code code = DB_OK;

	if (!q->from.id && q->from.time_ms > 0)
		code = find_below(s, q->streams[i], false, q->from.time_ms + 1, &after);
	if (code != DB_OK)
		return code;
	struct statement *row = sql_bind(s, q->events ? SQL_MISSED_EVENTS : SQL_MISSED,
					 (struct value[]){of_int(q->streams[i]),
							  of_int(after > least ? after : least),
							  of_int(q->limit + 1)});
	while ((code = sql_step(row)) == DB_ROW) {
		ids->at = grow(ids->at, ids->n, &ids->space, sizeof(*ids->at));
		ids->at[ids->n++] = sql_int(row, 0);
	}
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}

static int by_number(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static enum db_code take_message(struct sql *s, struct rows *r, const struct query *q,
				 int64_t id)
{
	struct statement *row = sql_bind(s, SQL_MESSAGE, (struct value[]){of_int(id)});
	enum db_code code = sql_step(row);
	struct entry_message m = {0};

	if (code == DB_ROW)
		row_read(ENTRY_MESSAGE, row, &m);
	if (code == DB_ROW && (q->redacted || !m.redacted))
		rows_take_message(r, row);
	sql_reset(row);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}

enum db_code missed_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct ids ids = {0};
	enum db_code code = DB_OK;

	for (size_t i = 0; i < q->n_streams && code == DB_OK; i++)
		code = missed_in(s, q, i, &ids);
	if (ids.n)
		qsort(ids.at, ids.n, sizeof(*ids.at), by_number);
	for (size_t i = 0; i < ids.n && code == DB_OK; i++) {
		if ((int64_t)r->n_messages == q->limit) {
			r->more = true;
			break;
		}
		code = take_message(s, r, q, ids.at[i]);
	}
	free(ids.at);
	return code;
}

// What of the i-th stream goes is told by numbers, which have no gaps.
static enum db_code skipped_in(struct sql *s, const struct query *q, size_t i, struct rows *r)
{
	stream_id stream = q->streams[i];
	struct spot oldest = {0}, newest = {0}, last;
	int64_t id = 0, n;
	enum db_code code = find_newest(s, stream, false, &newest);

	if (code == DB_OK)
		code = find_spot(s, SQL_MESSAGE_FROM, stream, (int64_t)start_of(q, i) + 1,
				 &oldest);
	n = newest.seq - oldest.seq + 1 - q->limit;
	if (code != DB_OK || !oldest.id || n <= 0)
		return code;
	code = find_below(s, stream, true, oldest.seq + n, &id);
	if (code == DB_OK)
		code = find_spot(s, SQL_MESSAGE_BEFORE, stream, id + 1, &last);
	if (code == DB_OK)
		*rows_add_target(r) = (struct rows_target){.stream = stream,
							   .time_ms = last.time_ms,
							   .id = (message_id)last.id,
							   .n_messages = n};
	return code;
}

enum db_code skipped_answer(struct sql *s, const struct query *q, struct rows *r)
{
	enum db_code code = DB_OK;

	for (size_t i = 0; i < q->n_streams && code == DB_OK; i++)
		code = skipped_in(s, q, i, r);
	return code;
}
