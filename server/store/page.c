// SPDX-License-Identifier: MIT
#include "server/store/store_page_private.h"

// A row whose spans are copied into r.
static void take_row(struct rows *r, enum entry_kind kind, struct statement *row, void *out)
{
	row_read(kind, row, out);
	for (const struct field *f = entry_fields(kind); f->name; f++) {
		if (field_is_span(f))
			*field_span(f, out) = arena_dup(&r->arena, *field_span(f, out));
	}
}

void rows_take_message(struct rows *r, struct statement *row)
{
	take_row(r, ENTRY_MESSAGE, row, rows_add_message(r));
}

void rows_reverse(struct rows *r, size_t from)
{
	for (size_t i = from, j = r->n_messages; i + 1 < j; i++, j--) {
		struct entry_message swap = r->messages[i];
		r->messages[i] = r->messages[j - 1];
		r->messages[j - 1] = swap;
	}
}

// Steps the bound statement into r: at most `limit` messages, r->more if there are more.
static enum db_code take_page(struct rows *r, struct statement *row, int64_t limit)
{
	int64_t taken = 0;
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		if (taken++ == limit) {
			r->more = true;
			break;
		}
		rows_take_message(r, row);
	}
	sql_reset(row);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}

// Messages with an id between the two.
static enum db_code take_range(struct sql *s, const struct query *q, int64_t after,
			       int64_t before, bool newest_first, int64_t limit, struct rows *r)
{
	enum sql_id id = q->events ? (newest_first ? SQL_PAGE_EVENTS_NEW : SQL_PAGE_EVENTS_OLD)
				   : (newest_first ? SQL_PAGE_NEW : SQL_PAGE_OLD);
	struct statement *row =
		sql_bind(s, id,
			 (struct value[]){of_int(q->stream), of_int(after), of_int(before),
					  of_int(q->redacted), of_int(limit + 1)});
	size_t first = r->n_messages;
	enum db_code code = take_page(r, row, limit);

	if (newest_first)
		rows_reverse(r, first);
	r->newest = newest_first;
	return code;
}

// Of ids up to the floor nobody learns whether they are anything: they stand at it.
static enum db_code find_bound(struct sql *s, const struct query *q, const struct place *p,
			       bool past, int64_t *id, struct rows *r)
{
	int64_t least = (int64_t)q->floor + (past ? 0 : 1);
	enum db_code code = DB_OK;

	if (p->is_set && p->id && p->id <= q->floor)
		*id = least;
	else
		code = find_place(s, q->stream, p, past, id, r);
	if (*id < least)
		*id = least;
	return code;
}

// What stands between the two places.
static enum db_code find_range(struct sql *s, const struct query *q, const struct place *from,
			       const struct place *to, int64_t *after, int64_t *before,
			       struct rows *r)
{
	enum db_code code;

	*after = 0;
	*before = INT64_MAX;
	code = find_bound(s, q, from, true, after, r);
	return code == DB_OK ? find_bound(s, q, to, false, before, r) : code;
}

enum db_code page_answer(struct sql *s, const struct query *q, struct rows *r)
{
	bool newest_first = q->newest_first;
	int64_t after, before;
	enum db_code code = find_range(s, q, &q->from, &q->to, &after, &before, r);

	if (code == DB_OK && q->either_way && after >= before) {
		newest_first = true;
		code = find_range(s, q, &q->to, &q->from, &after, &before, r);
	}
	if (code != DB_OK || r->result != ROWS_OK)
		return code;
	code = take_range(s, q, after, before, newest_first, q->limit, r);
	r->at_floor = after == (int64_t)q->floor && !(newest_first && r->more);
	return code;
}

enum db_code around_answer(struct sql *s, const struct query *q, struct rows *r)
{
	int64_t at = 0, before = INT64_MAX;
	enum db_code code = find_bound(s, q, &q->from, false, &at, r);

	if (code == DB_OK)
		code = find_bound(s, q, &q->to, false, &before, r);
	if (code != DB_OK || r->result != ROWS_OK)
		return code;
	// The place itself, or the first message of its millisecond, begins the second half.
	code = take_range(s, q, (int64_t)q->floor, at, true, q->limit / 2, r);
	if (code == DB_OK)
		code = take_range(s, q, at - 1, before, false,
				  q->limit - (int64_t)r->n_messages, r);
	return code;
}

enum db_code get_answer(struct sql *s, const struct query *q, struct rows *r)
{
	if (q->kind == QUERY_CLIENT_ID)
		return take_page(
			r,
			sql_bind(s, SQL_CLIENT_ID,
				 (struct value[]){of_int(q->account), of_text(q->client_id)}),
			1);
	if (q->kind == QUERY_EDITS)
		return take_page(
			r, sql_bind(s, SQL_WITH_EDITS, (struct value[]){of_u64(q->from.id)}),
			q->limit);
	return take_page(r, sql_bind(s, SQL_MESSAGE, (struct value[]){of_u64(q->from.id)}), 1);
}
