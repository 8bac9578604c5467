// SPDX-License-Identifier: MIT
// What one account wrote, wherever that was: no index has it, so all is looked through, a
// stretch of rows at a time, and others get their turn between two of them.
#include "server/store/store_page_private.h"

// So many rows of others stand between two of the account, at most, in one answer.
#define STRETCH 2000

static void add_end(struct rows *r, int64_t id)
{
	rows_add_target(r)->id = (message_id)id;
}

// A full answer ends at its last message: what is behind it comes with the next.
enum db_code written_answer(struct sql *s, const struct query *q, struct rows *r)
{
	int64_t end = 0;
	enum db_code code =
		sql_number(s, SQL_MESSAGES_UPTO,
			   (struct value[]){of_u64(q->from.id), of_int(STRETCH)}, &end);
	struct statement *row;

	r->more = code == DB_OK && end > 0;
	if (!r->more)
		return code;
	row = sql_bind(s, SQL_WRITTEN,
		       (struct value[]){of_u64(q->from.id), of_int(end), of_int(q->account),
					of_int(q->events), of_int(MESSAGE_KICK),
					of_int(MESSAGE_MODE), of_int(q->limit)});
	while ((code = sql_step(row)) == DB_ROW)
		rows_take_message(r, row);
	sql_reset(row);
	if ((int64_t)r->n_messages == q->limit)
		end = (int64_t)r->messages[r->n_messages - 1].id;
	add_end(r, end);
	return code == DB_END ? DB_OK : code;
}

static void take_logged(struct rows *r, struct statement *row)
{
	struct entry_audit *a = rows_add_audit(r);

	add_end(r, sql_int(row, 0));
	a->actor = arena_dup(&r->arena, sql_span(row, 1));
	a->verb = arena_dup(&r->arena, sql_span(row, 2));
	a->detail = arena_dup(&r->arena, sql_span(row, 3));
	a->reason = arena_dup(&r->arena, sql_span(row, 4));
}

enum db_code logged_answer(struct sql *s, const struct query *q, struct rows *r)
{
	struct statement *row =
		sql_bind(s, SQL_LOGGED, (struct value[]){of_u64(q->from.id), of_int(q->limit)});
	enum db_code code;

	while ((code = sql_step(row)) == DB_ROW)
		take_logged(r, row);
	sql_reset(row);
	r->more = r->n_audit > 0;
	return code == DB_END ? DB_OK : code;
}
