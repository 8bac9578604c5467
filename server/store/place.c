// SPDX-License-Identifier: MIT
// Places in the order of a stream as ids.
//
// Ids, numbers and times of a stream all grow, so that what stands before a number or a time
// ends at one id. It is found by halving, and for a time mostly at once: an id begins with it.
#include "server/store/store_page_private.h"

enum db_code find_spot(struct sql *s, enum sql_id statement, stream_id stream, int64_t id,
		       struct spot *spot)
{
	struct statement *row =
		sql_bind(s, statement, (struct value[]){of_int(stream), of_int(id)});
	enum db_code code = sql_step(row);

	*spot = (struct spot){0};
	if (code == DB_ROW) {
		spot->id = sql_int(row, 0);
		spot->seq = sql_int(row, 1);
		spot->time_ms = sql_int(row, 2);
	}
	sql_reset(row);
	return code == DB_ROW || code == DB_END ? DB_OK : code;
}

static bool is_reached(const struct spot *spot, bool by_seq, int64_t value)
{
	return spot->id && (by_seq ? spot->seq : spot->time_ms) >= value;
}

enum db_code find_below(struct sql *s, stream_id stream, bool by_seq, int64_t value,
			int64_t *id)
{
	enum sql_id before = by_seq ? SQL_MESSAGE_BEFORE : SQL_ROW_BEFORE;
	enum sql_id from = by_seq ? SQL_MESSAGE_FROM : SQL_ROW_FROM;
	int64_t middle = by_seq ? INT64_MAX / 2 : (int64_t)message_id_from(value);
	struct spot spot;
	enum db_code code = DB_OK;

	for (int64_t low = 0, high = INT64_MAX; low <= high; middle = low + (high - low) / 2) {
		code = find_spot(s, before, stream, middle, &spot);
		*id = spot.id;
		if (is_reached(&spot, by_seq, value)) {
			high = spot.id;
			continue;
		}
		if (code == DB_OK)
			code = find_spot(s, from, stream, middle, &spot);
		if (code != DB_OK || !spot.id || is_reached(&spot, by_seq, value))
			break;
		low = spot.id + 1;
	}
	return code;
}

// A message that retention let go stands before all that is left, so that the bounds of
// clients that were away for long still mean what they meant.
static enum db_code need_id(struct sql *s, stream_id stream, message_id id, struct rows *r)
{
	int64_t is_place = 1;
	enum db_code code = sql_number(s, SQL_IS_PLACE,
				       (struct value[]){of_int(stream), of_u64(id)}, &is_place);

	if (!is_place)
		r->result = ROWS_NO_PLACE;
	return code;
}

enum db_code find_place(struct sql *s, stream_id stream, const struct place *p, bool past,
			int64_t *id, struct rows *r)
{
	int64_t value = p->seq ? (int64_t)p->seq : p->time_ms;
	enum db_code code;

	if (!p->is_set)
		return DB_OK;
	if (p->id) {
		*id = (int64_t)p->id;
		return need_id(s, stream, p->id, r);
	}
	code = find_below(s, stream, p->seq > 0, past ? value + 1 : value, id);
	*id += past ? 0 : 1;
	return code;
}
