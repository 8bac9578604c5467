// SPDX-License-Identifier: MIT
#include "server/store/chore.h"

int64_t chore_get(struct store *s, struct span name)
{
	int64_t value = 0;

	if (sql_number(&s->sql, SQL_GET_CHORE, (struct value[]){of_text(name)}, &value) !=
	    DB_OK)
		return 0;
	return value;
}

enum db_code chore_put(struct store *s, struct span name, int64_t value)
{
	return sql_run(&s->sql, value ? SQL_PUT_CHORE : SQL_DELETE_CHORE,
		       (struct value[]){of_text(name), of_int(value)});
}

void chore_load(struct store *s)
{
	struct statement *row = sql_bind(&s->sql, SQL_NEXT_EXPIRY, NULL);

	s->expiring = sql_step(row) == DB_ROW;
	sql_reset(row);
	s->unindexed = (message_id)chore_get(s, SPAN("unindexed"));
	s->n_unindexed = s->unindexed ? WORDS_STEP : 0;
}

enum db_code chore_note_unindexed(struct store *s, message_id id)
{
	s->n_unindexed++;
	if (s->unindexed)
		return DB_OK;
	s->unindexed = id;
	return chore_put(s, SPAN("unindexed"), (int64_t)id);
}
