// SPDX-License-Identifier: MIT
// Times that proved wrong: how many there are, and the new ones.
#include "server/store/store_page_private.h"

// Of one stream, what was stamped later than over_ms; the newest of what was not.
static enum db_code count_in(struct sql *s, stream_id stream, int64_t over_ms,
			     struct rows_target *t)
{
	struct spot first = {0}, last = {0};
	int64_t id = 0, n = 0;
	enum db_code code = find_below(s, stream, false, over_ms + 1, &id);

	if (code == DB_OK)
		code = find_spot(s, SQL_ROW_BEFORE, stream, id + 1, &last);
	if (code == DB_OK)
		code = find_spot(s, SQL_ROW_FROM, stream, id + 1, &first);
	if (last.time_ms > t->time_ms)
		t->time_ms = last.time_ms;
	if (!first.id)
		return code; // also when it failed
	if (!t->id || first.id < (int64_t)t->id)
		t->id = (message_id)first.id;
	code = sql_number(s, SQL_COUNT_FROM, (struct value[]){of_int(stream), of_int(first.id)},
			  &n);
	t->n_messages += n;
	return code;
}

enum db_code stamped_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct statement *row = sql_bind(s, SQL_KEEPERS, NULL);
	struct rows_target found = {0};
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW) {
		code = count_in(s, sql_int(row, 0), q->from.time_ms, &found);
		if (code != DB_OK)
			break;
	}
	sql_reset(row);
	*rows_add_target(r) = found;
	return code == DB_END ? DB_OK : code;
}
