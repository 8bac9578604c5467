// SPDX-License-Identifier: MIT
// What is stored, summed up a stretch of ids at a time: no question of it is long, and others
// get their turn between two of them.
#include "server/store/store_page_private.h"

#include "common/map.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

static int64_t key_of(enum usage_by by, sqlite3_stmt *row)
{
	switch (by) {
	case USAGE_BY_ACCOUNT:
		return sqlite3_column_int64(row, 1);
	case USAGE_BY_STREAM:
		return sqlite3_column_int64(row, 2);
	case USAGE_BY_DAY:
		break;
	}
	return sqlite3_column_int64(row, 3) / DAY_MS;
}

// The target of that key; the table has its place, counted from 1.
static struct rows_target *target_of(struct idmap *places, struct rows *r, int64_t key)
{
	size_t place = idmap_counted(places, (uint64_t)key);
	struct rows_target *t;

	if (place)
		return &r->targets[place - 1];
	t = rows_add_target(r);
	t->stream = key;
	idmap_count(places, (uint64_t)key, (int)r->n_targets);
	return t;
}

int usage_answer(struct sql *s, const struct query *q, struct rows *r)
{
	const struct value values[] = {of_int((int64_t)q->from.id), of_int(q->limit)};
	sqlite3_stmt *row = sql_bind(s, SQL_USAGE, values);
	struct idmap places = {0};
	message_id last = q->from.id;
	int64_t n = 0;
	int code;

	while ((code = sqlite3_step(row)) == SQLITE_ROW) {
		struct rows_target *t = target_of(&places, r, key_of(q->by, row));

		last = (message_id)sqlite3_column_int64(row, 0);
		t->n_messages += sqlite3_column_int64(row, 4);
		t->bytes += sqlite3_column_int64(row, 5);
		n++;
	}
	sqlite3_reset(row);
	idmap_clear(&places);
	for (size_t i = 0; i < r->n_targets; i++)
		r->targets[i].id = last;
	r->more = n == q->limit;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}
