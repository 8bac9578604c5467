// SPDX-License-Identifier: MIT
// What is stored, summed up a stretch of ids at a time: no question of it is long, and others
// get their turn between two of them.
#include "server/store/store_page_private.h"

#include "common/map.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

static int64_t key_of(enum usage_by by, struct statement *row)
{
	switch (by) {
	case USAGE_BY_ACCOUNT:
		return sql_int(row, 1);
	case USAGE_BY_STREAM:
		return sql_int(row, 2);
	case USAGE_BY_DAY:
		break;
	}
	return sql_int(row, 3) / DAY_MS;
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

enum db_code usage_answer(struct sql *s, const struct query *q, struct rows *r)
{
	const struct value values[] = {of_int((int64_t)q->from.id), of_int(q->limit)};
	struct statement *row = sql_bind(s, SQL_USAGE, values);
	struct idmap places = {0};
	message_id last = q->from.id;
	int64_t n = 0;
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		struct rows_target *t = target_of(&places, r, key_of(q->by, row));

		last = (message_id)sql_int(row, 0);
		t->n_messages += sql_int(row, 4);
		t->bytes += sql_int(row, 5);
		n++;
	}
	sql_reset(row);
	idmap_clear(&places);
	for (size_t i = 0; i < r->n_targets; i++)
		r->targets[i].id = last;
	r->more = n == q->limit;
	return code == DB_END ? DB_OK : code;
}
