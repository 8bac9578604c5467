// SPDX-License-Identifier: MIT
// Which of the oldest messages are kept no longer: by age, by size of a stream, by size of
// all. Reads only; an ENTRY_EXPIRE for each answer removes them (tidy.c).
//
// 1. Ids grow within a stream, so that each bound is one id: what stands up to the highest of
//    the three goes.
// 2. The size of all is shared out: a stream that takes no more than an equal share keeps all,
//    and what it leaves is shared by the others. So a flood removes what it flooded.
#include "server/store/store_page_private.h"

#include "common/die.h"
#include "common/grow.h"
#include "common/map.h"

#include <stdlib.h>

// What each stream takes, with its events.
struct shares {
	struct share {
		stream_id stream;
		int64_t bytes;
	} * *at;
	size_t n, space;
	struct idmap by_stream;
};

static void shares_clear(struct shares *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->at[i]);
	free(all->at);
	idmap_clear(&all->by_stream);
}

static void add_weight(struct shares *all, stream_id stream, int64_t bytes)
{
	struct share *s = idmap_find(&all->by_stream, (uint64_t)stream);

	if (!s) {
		s = xcalloc(1, sizeof(*s));
		s->stream = stream;
		all->at = grow(all->at, all->n, &all->space, sizeof(struct share *));
		all->at[all->n++] = s;
		idmap_put(&all->by_stream, (uint64_t)stream, s);
	}
	s->bytes += bytes;
}

static enum db_code weigh_all(struct sql *s, struct shares *all)
{
	struct statement *row = sql_bind(s, SQL_WEIGHTS_ALL, NULL);
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW)
		add_weight(all, sql_int(row, 0), sql_int(row, 1));
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}

static int by_bytes(const void *left, const void *right)
{
	const struct share *a = *(struct share *const *)left;
	const struct share *b = *(struct share *const *)right;

	return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

// How much each stream may keep so that all together keep `total`: the light ones take what
// they need, the others have equal parts of the rest.
static int64_t share_of(const struct shares *all, int64_t total)
{
	for (size_t i = 0; i < all->n; i++) {
		int64_t equal = total / (int64_t)(all->n - i);

		if (all->at[i]->bytes > equal)
			return equal;
		total -= all->at[i]->bytes;
	}
	return INT64_MAX;
}

// *share: INT64_MAX, where all of it fits or there is no bound.
static enum db_code find_share(struct sql *s, const struct keep *keep, int64_t *share)
{
	struct shares all = {0};
	enum db_code code = DB_OK;

	*share = INT64_MAX;
	if (keep->total_bytes <= 0)
		return DB_OK;
	code = weigh_all(s, &all);
	if (all.n)
		qsort(all.at, all.n, sizeof(struct share *), by_bytes);
	*share = share_of(&all, keep->total_bytes);
	shares_clear(&all);
	return code;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

// The newest id (of column 0) that is not among the newest `bytes` (of column 1), or 0.
static enum db_code find_overflow(struct sql *s, enum sql_id statement, stream_id stream,
				  int64_t bytes, int64_t *upto)
{
	struct statement *row = sql_bind(s, statement, (struct value[]){of_int(stream)});
	int64_t kept = 0;
	enum db_code code;

	*upto = 0;
	while ((code = sql_step(row)) == DB_ROW) {
		kept += sql_int(row, 1);
		if (kept <= bytes)
			continue;
		*upto = sql_int(row, 0);
		code = DB_END;
		break;
	}
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}

// The highest id of the stream that goes; 0 none.
static enum db_code find_bound(struct sql *s, stream_id stream, const struct keep *keep,
			       int64_t share, int64_t *upto)
{
	int64_t by_age = 0, by_size = 0, by_share = 0;
	enum db_code code = DB_OK;

	if (keep->keep_ms > 0)
		code = find_below(s, stream, false, keep->now_ms - keep->keep_ms, &by_age);
	if (code == DB_OK && keep->keep_bytes > 0)
		code = find_overflow(s, SQL_WEIGHTS, stream, keep->keep_bytes, &by_size);
	if (code == DB_OK && share < INT64_MAX)
		code = find_overflow(s, SQL_WEIGHTS_WITH_EVENTS, stream, share, &by_share);
	*upto = larger(larger(by_age, by_size), by_share);
	return code;
}

// How much goes, beside what is going already.
static enum db_code weigh(struct sql *s, struct rows_target *t, int64_t going)
{
	struct statement *row =
		sql_bind(s, SQL_WEIGH,
			 (struct value[]){of_int(t->stream), of_int(going), of_u64(t->id)});
	enum db_code code = sql_step(row);

	t->n_messages = sql_int(row, 0);
	t->bytes = sql_int(row, 1);
	t->time_ms = sql_int(row, 2);
	sql_reset(row);
	return code == DB_ROW ? DB_OK : code;
}

static enum db_code add_stream(struct sql *s, stream_id stream, const struct keep *keep,
			       int64_t share, struct rows *r)
{
	int64_t upto, going = 0;
	enum db_code code = find_bound(s, stream, keep, share, &upto);

	if (code == DB_OK)
		code = sql_number(s, SQL_GOING, (struct value[]){of_int(stream)}, &going);
	if (code != DB_OK || going >= upto)
		return code;
	struct rows_target *t = rows_add_target(r);
	t->stream = stream;
	t->id = (message_id)upto;
	return weigh(s, t, going);
}

enum db_code expired_answer(struct sql *s, const struct query *q, struct rows *r)
{
	int64_t share;
	enum db_code code = find_share(s, &q->keep, &share);

	if (code != DB_OK)
		return code;
	struct statement *row = sql_bind(s, SQL_KEEPERS, NULL);
	while ((code = sql_step(row)) == DB_ROW) {
		struct keep keep = q->keep;
		int64_t own_ms = sql_int(row, 1);
		int64_t own_bytes = sql_int(row, 2);

		keep.keep_ms = own_ms ? own_ms : keep.keep_ms;
		keep.keep_bytes = own_bytes ? own_bytes : keep.keep_bytes;
		code = add_stream(s, sql_int(row, 0), &keep, share, r);
		if (code != DB_OK)
			break;
	}
	sql_reset(row);
	return code == DB_END ? DB_OK : code;
}
