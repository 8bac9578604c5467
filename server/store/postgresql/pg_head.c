// SPDX-License-Identifier: MIT
#include "server/store/postgresql/pg_head.h"

#include "common/clock.h"

#include <string.h>

enum lease_came pg_came(const struct sql *s, enum db_code code)
{
	const struct pg_link *l = pg_sql_link(s);

	if (!l->conn)
		return CAME_AWAY;
	if (code == DB_FENCED)
		return CAME_FENCED;
	if (code != DB_OK)
		return CAME_NOT;
	return l->warnings ? CAME_UNSURE : CAME_WELL;
}

bool pg_head_prepare(struct sql *s, char **error)
{
	return sql_prepare(s, SQL_LEASE, error);
}

static enum sql_id id_of(enum pg_id id)
{
	return (enum sql_id)id;
}

static void begin(struct sql *s)
{
	pg_mark(s, 0);
	pg_sql_link(s)->warnings = 0;
}

enum lease_came pg_head_connect(struct sql *s, int patience_ms)
{
	enum db_code code;

	pg_set_patience(s, patience_ms);
	code = pg_sql_connect(s);
	if (code != DB_OK)
		return CAME_AWAY;
	begin(s);
	code = sql_run(s, id_of(PG_LEASE_SET_UP), NULL);
	if (code == DB_OK)
		code = pg_sync(s);
	return pg_came(s, code);
}

static void fill(const struct statement *row, struct lease_head *head)
{
	struct span holder = sql_span(row, 5);
	size_t len = holder.len < HOLDER_MAX ? holder.len : HOLDER_MAX - 1;

	*head = (struct lease_head){.term = sql_int(row, 0),
				    .upto = (entry_no)sql_int(row, 1),
				    .before = (entry_no)sql_int(row, 2),
				    .beat = sql_int(row, 3),
				    .is_held = sql_int(row, 4) != 0};
	memcpy(head->holder, holder.at, len);
}

// The row itself comes before the commit: only what both say counts.
static enum lease_came ask(struct sql *s, enum pg_id id, const struct value *values,
			   struct lease_head *head, bool *has)
{
	struct statement *row;
	enum db_code code, synced;

	begin(s);
	row = sql_bind(s, id_of(id), values);
	code = sql_step(row);
	*has = code == DB_ROW;
	if (*has)
		fill(row, head);
	sql_reset(row);
	synced = pg_sync(s);
	if (synced == DB_OK && code != DB_ROW && code != DB_END)
		synced = code;
	*has = *has && synced == DB_OK;
	return pg_came(s, synced);
}

enum lease_came pg_head_look(struct sql *s, struct lease_head *head)
{
	bool has;
	enum lease_came came = ask(s, PG_HEAD_LOOK, NULL, head, &has);

	return came == CAME_WELL && !has ? CAME_NOT : came;
}

enum lease_came pg_head_ask(struct sql *s, const struct keeper *k, struct lease_head *head,
			    bool *has)
{
	return ask(s, PG_HEAD_ASK,
		   (struct value[]){of_int(k->term), of_text(span_of(k->holder))}, head, has);
}

// Who cannot be ended, since it is another user's, is not.
static void unlock(struct sql *s)
{
	begin(s);
	if (sql_run(s, id_of(PG_HEAD_UNLOCK), NULL) == DB_OK)
		(void)!pg_sync(s);
}

enum lease_came pg_head_take(struct sql *s, const struct lease_head *seen, const char *holder,
			     struct lease_head *head, bool *has)
{
	if (seen->is_held)
		unlock(s);
	return ask(s, PG_HEAD_TAKE,
		   (struct value[]){of_int(seen->term), of_int(seen->beat),
				    of_text(span_of(holder))},
		   head, has);
}

enum lease_came pg_head_give_back(struct sql *s, const struct keeper *k)
{
	enum db_code code;

	begin(s);
	code = sql_run(s, id_of(PG_HEAD_GIVE_BACK),
		       (struct value[]){of_int(k->term), of_text(span_of(k->holder))});
	if (code == DB_OK)
		code = pg_sync(s);
	return pg_came(s, code);
}

enum db_code pg_head_fence(struct sql *s, const struct keeper *k)
{
	return sql_run(s, id_of(PG_HEAD_FENCE),
		       (struct value[]){of_int(k->term), of_text(span_of(k->holder)),
					of_u64(k->from), of_u64(k->to)});
}

static void keep_asked(struct sql *s, struct keeper *k)
{
	struct lease_head head;
	bool has;
	enum lease_came came = pg_head_ask(s, k, &head, &has);

	if ((came == CAME_WELL || came == CAME_UNSURE) && !has)
		came = CAME_NOT; // the row is gone
	if (came == CAME_NOT)
		pg_link_drop(pg_sql_link(s));
	keeper_came(k, came, has ? &head : NULL, clock_mono_ms());
}

enum keeper_does pg_head_keep(struct sql *s, struct keeper *k, bool sends)
{
	enum keeper_does next;

	while (true) {
		if (!sends && keeper_wants(k, clock_mono_ms()) == KEEPER_SENDS)
			return KEEPER_RESTS;
		next = keeper_next(k, clock_mono_ms());
		pg_set_patience(s, keeper_patience_ms(k));
		if (next == KEEPER_CONNECTS)
			keeper_came(k, pg_head_connect(s, keeper_patience_ms(k)), NULL,
				    clock_mono_ms());
		else if (next == KEEPER_ASKS)
			keep_asked(s, k);
		else
			return next;
	}
}
