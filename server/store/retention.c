// SPDX-License-Identifier: MIT
// Which of the oldest messages are kept no longer: by age, by size of a stream, by size of
// all. Reads only; an ENTRY_EXPIRE for each answer removes them (tidy.c).
//
// Ids grow within a stream and over all, so that each bound is one id: what stands up to
// the highest of the three goes.
#include "server/store/store_page_private.h"

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

// The newest id (of column 0) that is not among the newest `bytes` (of column 1), or 0.
static int find_overflow(struct sql *s, enum sql_id statement, stream_id stream, int64_t bytes,
			 int64_t *upto)
{
	sqlite3_stmt *row = sql_bind(s, statement, (struct value[]){of_int(stream)});
	int64_t kept = 0;
	int code;

	*upto = 0;
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		kept += sqlite3_column_int64(row, 1);
		if (kept <= bytes)
			continue;
		*upto = sqlite3_column_int64(row, 0);
		code = SQLITE_DONE;
		break;
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

// The highest id of the stream that goes, by its own bounds; 0 none.
static int find_own_bound(struct sql *s, stream_id stream, const struct keep *keep,
			  int64_t *upto)
{
	int64_t by_age = 0, by_size = 0;
	int code = SQLITE_OK;

	if (keep->keep_ms > 0)
		code = find_below(s, stream, false, keep->now_ms - keep->keep_ms, &by_age);
	if (code == SQLITE_OK && keep->keep_bytes > 0)
		code = find_overflow(s, SQL_WEIGHTS, stream, keep->keep_bytes, &by_size);
	*upto = larger(by_age, by_size);
	return code;
}

// How much goes, beside what is going already.
static int weigh(struct sql *s, struct rows_target *t, int64_t going)
{
	sqlite3_stmt *row =
		sql_bind(s, SQL_WEIGH,
			 (struct value[]){of_int(t->stream), of_int(going), of_u64(t->id)});
	int code = sqlite3_step(row);

	t->n_messages = sqlite3_column_int64(row, 0);
	t->bytes = sqlite3_column_int64(row, 1);
	t->time_ms = sqlite3_column_int64(row, 2);
	sqlite3_reset(row);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int add_stream(struct sql *s, stream_id stream, const struct keep *keep,
		      int64_t all_upto, struct rows *r)
{
	int64_t upto, going = 0;
	struct spot first = {0};
	int code = find_own_bound(s, stream, keep, &upto);

	upto = larger(upto, all_upto);
	if (code == SQLITE_OK)
		code = find_spot(s, SQL_ROW_FROM, stream, 0, &first);
	if (code == SQLITE_OK)
		code = sql_number(s, SQL_GOING, (struct value[]){of_int(stream)}, &going);
	if (code != SQLITE_OK || !first.id || first.id > upto || going >= upto)
		return code;
	struct rows_target *t = rows_add_target(r);
	t->stream = stream;
	t->id = (message_id)upto;
	return weigh(s, t, going);
}

int expired_answer(struct sql *s, const struct query *q, struct rows *r)
{
	int64_t all_upto = 0;
	int code = SQLITE_OK;

	if (q->keep.total_bytes > 0)
		code = find_overflow(s, SQL_WEIGHTS_ALL, 0, q->keep.total_bytes, &all_upto);
	if (code != SQLITE_OK)
		return code;
	sqlite3_stmt *row = sql_bind(s, SQL_KEEPERS, NULL);
	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct keep keep = q->keep;
		int64_t own_ms = sqlite3_column_int64(row, 1);
		int64_t own_bytes = sqlite3_column_int64(row, 2);

		keep.keep_ms = own_ms ? own_ms : keep.keep_ms;
		keep.keep_bytes = own_bytes ? own_bytes : keep.keep_bytes;
		code = add_stream(s, sqlite3_column_int64(row, 0), &keep, all_upto, r);
		if (code != SQLITE_OK)
			break;
	}
	sqlite3_reset(row);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}
