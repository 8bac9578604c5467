// SPDX-License-Identifier: MIT
// Transactions of who has the store, as the keeper of its term allows (../lease/keeper.h).
//
// 1. Each begins with the fence, so that nothing behind it is stored for who was deposed.
// 2. A commit is DB_OK only when every answer came without an error and no warning came, or
//    when a commit of the head row proved that it is stored.
// 3. One of which nothing is known is not sent again before that proof: the next pg_begin says
//    what became of it.
#include "server/store/postgresql/pg_writer.h"

#include "common/clock.h"
#include "common/log.h"
#include "server/store/chain.h"
#include "server/store/chore.h"
#include "server/store/postgresql/pg_lost.h"
#include "server/store/postgresql/pg_words.h"

#include <assert.h>

// Between commits that never end a step of a removal comes so often.
#define REMOVAL_MS 100

static void tell_end(struct pg_store *s)
{
	char term[LOG_NUMBER_LEN], mine[LOG_NUMBER_LEN];
	const struct keeper *k = &s->keeper;

	if (s->is_told)
		return;
	s->is_told = true;
	if (k->end == KEEPER_FENCED)
		log_event(LOG_ERROR, "fenced", "term", log_number(mine, k->term), "holder",
			  k->head.holder, "holds", log_number(term, k->head.term), NULL);
	else if (k->end == KEEPER_LOST)
		pg_recover(s);
}

static enum db_code ended(struct pg_store *s)
{
	enum db_code code = s->keeper.end == KEEPER_FENCED ? DB_FENCED : DB_FAILED;

	pg_lease_prove(s->lease, &s->keeper);
	tell_end(s);
	return code;
}

// What a transaction that failed left behind in struct store.
static enum db_code load(struct pg_store *s)
{
	struct sql *sql = &s->base.sql;
	enum db_code code, synced;

	if (!s->needs_load)
		return DB_OK;
	chore_load(&s->base);
	code = chain_head(sql, s->base.chain);
	synced = pg_sync(sql);
	if (code == DB_OK)
		code = synced;
	s->needs_load = code != DB_OK;
	return code == DB_OK || code == DB_FAILED ? code : DB_AWAY;
}

static enum db_code keep(struct pg_store *s, bool sends)
{
	enum keeper_does next = pg_head_keep(&s->base.sql, &s->keeper, sends);

	pg_lease_prove(s->lease, &s->keeper);
	if (next == KEEPER_ENDS)
		return ended(s);
	return next == KEEPER_SENDS || keeper_is_steady(&s->keeper) ? DB_OK : DB_AWAY;
}

enum db_code pg_hold(struct pg_store *s)
{
	enum db_code code = keep(s, false);

	return code == DB_OK ? load(s) : code;
}

// Nothing is known to be stored by it that must not be stored twice.
static void choose_batch(struct keeper *k, entry_no upto)
{
	if (k->has_batch && k->to != upto) {
		assert(!keeper_is_in_doubt(k));
		keeper_drop(k);
	}
	if (!k->has_batch)
		keeper_batch(k, upto);
}

enum db_code pg_begin(struct store *base, entry_no upto)
{
	struct pg_store *s = pg_store_of(base);
	struct keeper *k = &s->keeper;
	enum db_code code;

	choose_batch(k, upto ? upto : k->durable);
	code = pg_hold(s);
	if (code != DB_OK)
		return code;
	if (k->durable > base->stored) {
		base->stored = k->durable;
		return DB_END;
	}
	code = keep(s, true);
	if (code != DB_OK)
		return code;
	s->is_sending = true;
	pg_mark(&base->sql, 0);
	pg_sql_link(&base->sql)->warnings = 0;
	code = sql_run(&base->sql, SQL_BEGIN, NULL);
	return code == DB_OK ? pg_head_fence(&base->sql, k) : code;
}

static void come_back(struct pg_store *s, enum lease_came came)
{
	struct keeper *k = &s->keeper;

	s->is_sending = false;
	keeper_came(k, came, NULL, clock_mono_ms());
	// One without entries is begun anew by who wants it.
	if (k->has_batch && k->from == k->to)
		keeper_drop(k);
	pg_lease_prove(s->lease, &s->keeper);
}

// Behind a failure a transaction is there until it is told to end.
static void end_failed(struct sql *sql)
{
	(void)!sql_run(sql, SQL_ROLLBACK, NULL);
	(void)!pg_sync(sql);
}

enum db_code pg_commit(struct store *base, UNUSED entry_no upto)
{
	struct pg_store *s = pg_store_of(base);
	enum lease_came came;
	enum db_code code;

	// What fails here fails there, too.
	(void)!sql_run(&base->sql, SQL_COMMIT, NULL);
	code = pg_sync(&base->sql);
	came = pg_came(&base->sql, code);
	if (came == CAME_FENCED)
		end_failed(&base->sql);
	come_back(s, came);
	if (came == CAME_NOT)
		return code == DB_INTERRUPTED ? DB_FULL : code;
	s->needs_load = came != CAME_WELL;
	code = came == CAME_WELL ? DB_OK : came == CAME_AWAY ? DB_AWAY : keep(s, false);
	if (code == DB_OK && s->keeper.has_batch)
		return DB_AWAY;
	if (code == DB_OK)
		base->stored = s->keeper.durable;
	return code;
}

static void undo(struct pg_store *s)
{
	struct sql *sql = &s->base.sql;
	enum lease_came came = pg_came(sql, pg_sync(sql));

	if (pg_sql_link(sql)->conn)
		end_failed(sql);
	if (!pg_sql_link(sql)->conn)
		came = CAME_AWAY;
	if (s->is_sending)
		come_back(s, came == CAME_WELL || came == CAME_UNSURE ? CAME_NOT : came);
}

void pg_rollback(struct store *base)
{
	struct pg_store *s = pg_store_of(base);

	s->needs_load = true;
	if (pg_sql_link(&base->sql)->conn || s->is_sending)
		undo(s);
	if (!base->failed && keeper_is_steady(&s->keeper))
		(void)!load(s);
}

entry_no pg_refused_entry(const struct store *s)
{
	return pg_refused(&s->sql);
}

void pg_mark_entry(struct store *s, entry_no entry)
{
	pg_mark(&s->sql, entry);
}

void pg_keep(struct store *s, struct journal *j)
{
	lately_add(&pg_store_of(s)->lately, j, clock_mono_ms());
}

// The disk is another machine's.
enum disk_state pg_watch(struct store *base, int64_t *free_bytes, int64_t *size_bytes)
{
	const struct keeper *k = &pg_store_of(base)->keeper;

	*free_bytes = DISK_ELSEWHERE;
	*size_bytes = 0;
	if (k->end != KEEPER_GOES_ON)
		return k->end == KEEPER_FENCED ? DISK_FENCED : DISK_FAILED;
	return keeper_is_steady(k) ? DISK_FINE : DISK_AWAY;
}

// From now on the writer gives the signs.
void pg_ready(struct store *base)
{
	struct pg_store *s = pg_store_of(base);

	pg_lease_rest(s->lease);
	lately_age(&s->lately, clock_mono_ms());
}

bool pg_tidy(struct store *base)
{
	struct pg_store *s = pg_store_of(base);

	if (base->failed || pg_hold(s) != DB_OK)
		return false;
	return pg_tidy_step(base);
}

// What was removed does not wait for a silence, where there never is one.
bool pg_between(struct store *base, int64_t now_ms)
{
	struct pg_store *s = pg_store_of(base);

	if (!base->expiring || now_ms - s->removal_ms < REMOVAL_MS || pg_hold(s) != DB_OK)
		return false;
	s->removal_ms = now_ms;
	pg_removal_step(base);
	return true;
}

// Words and removed messages do not wait until nobody says anything for as long as a beat.
int pg_after_ms(const struct store *base)
{
	const struct keeper *k = &((const struct pg_store *)(const void *)base)->keeper;
	int rests_ms = keeper_rests_ms(k, clock_mono_ms()), chore_ms = pg_tidy_after_ms(base);

	if (k->end != KEEPER_GOES_ON)
		return -1;
	return chore_ms >= 0 && chore_ms < rests_ms ? chore_ms : rests_ms;
}
