// SPDX-License-Identifier: MIT
#include "server/store/postgresql/postgresql_engine.h"

#include "server/store/error.h"
#include "server/store/postgresql/pg_check.h"
#include "server/store/postgresql/pg_engine.h"
#include "server/store/postgresql/pg_lease.h"
#include "server/store/postgresql/pg_open.h"
#include "server/store/postgresql/pg_words.h"
#include "server/store/postgresql/pg_writer.h"
#include "server/store/sqlite/memory_words.h"

#include <stdlib.h>

// A commit is a sign that the holder lives: so none takes long.
#define BATCH_MOST 4096 // inside: of a quarter of a second

static struct lease *wait_for(const char *where, enum store_durability durability,
			      struct mailbox *to, char **error)
{
	struct pg_lease *l = pg_lease_wait(where, durability, to, error);

	return l ? &l->base : NULL;
}

static void wait_end(struct lease *l)
{
	pg_lease_end(pg_lease_of(l), false);
}

// Only the state directory is locked, by whoever serves from it.
static bool is_locked(UNUSED const char *where)
{
	return false;
}

static int hold(const char *where, char **error)
{
	error_words(error, "%s is held by its head row alone", where);
	return -1;
}

static bool make_room(UNUSED struct store *s)
{
	return false;
}

const struct store_engine postgresql_engine = {
	.is_where = pg_is_where,
	.version = pg_engine_version,
	.open = pg_open,
	.close = pg_close,
	.wait = wait_for,
	.is_awaited = pg_engine_is_awaited,
	.open_waited = pg_open_waited,
	.wait_end = wait_end,
	.is_locked = is_locked,
	.hold = hold,
	.is_clean = pg_is_clean,
	.check = pg_engine_check,
	.facts = pg_engine_facts,
	.read = pg_engine_read,
	.words = memory_words_open,
	.most = BATCH_MOST,
	.begin = pg_begin,
	.mark = pg_mark_entry,
	.refused = pg_refused_entry,
	.commit = pg_commit,
	.keep = pg_keep,
	.rollback = pg_rollback,
	.forget_words = pg_forget_words,
	.watch = pg_watch,
	.make_room = make_room,
	.ready = pg_ready,
	.between = pg_between,
	.tidy = pg_tidy,
	.after_ms = pg_after_ms,
};
