// SPDX-License-Identifier: MIT
// What was sent, in order, and its answers in the same. libpq gives for each statement its
// result and then NULL, and for a Sync one result.
#include "server/store/postgresql/pg_sql_private.h"

#include "common/clock.h"
#include "common/grow.h"

#include <assert.h>
#include <string.h>

void pg_pipe_fail(struct pg_sql *s, enum db_code code)
{
	s->n_queued = s->link.conn ? s->n_queued : 0;
	if (s->failure == DB_OK)
		s->failure = code;
}

static void lose(struct pg_sql *s)
{
	if (s->link.conn) {
		buf_reset(&s->link.words);
		buf_add_str(&s->link.words, PQerrorMessage(s->link.conn));
		pg_link_drop(&s->link);
	}
	pg_pipe_fail(s, DB_AWAY);
}

static void note(struct pg_sql *s, int id)
{
	s->queued = grow(s->queued, s->n_queued, &s->space, sizeof(*s->queued));
	s->queued[s->n_queued++] = (struct pg_queued){.id = id, .entry = s->entry};
}

void pg_pipe_put(struct pg_sql *s, const struct pg_statement *statement)
{
	struct pg_values v;

	pg_group_send(s);
	if (!s->link.conn) {
		lose(s);
		return;
	}
	assert(statement->is_prepared);
	pg_values_make(&v, statement);
	if (PQsendQueryPrepared(s->link.conn, pg_name(statement->id), statement->text.n_params,
				v.at, v.lengths, v.formats, 1))
		note(s, statement->id);
	else
		lose(s);
}

void pg_pipe_put_text(struct pg_sql *s, int id, const char *text,
		      const struct pg_statement *statement)
{
	struct pg_values v;
	int n = 0;

	pg_group_send(s);
	if (!s->link.conn) {
		lose(s);
		return;
	}
	if (statement) {
		n = statement->text.n_params;
		pg_values_make(&v, statement);
	}
	if (PQsendQueryParams(s->link.conn, text, n, statement ? statement->types : NULL,
			      n ? v.at : NULL, n ? v.lengths : NULL, n ? v.formats : NULL, 1))
		note(s, id);
	else
		lose(s);
}

// Behind a failure the server ends a transaction otherwise than it was told, and says so.
static bool is_undone(const struct pg_queued *q, const PGresult *r)
{
	return q->id == SQL_COMMIT && PQresultStatus(r) == PGRES_COMMAND_OK &&
	       strcmp(PQcmdStatus((PGresult *)(uintptr_t)r), "COMMIT") != 0;
}

static void refuse(struct pg_sql *s, const struct pg_queued *q, const PGresult *r)
{
	struct buf words = {0};
	enum db_code code = pg_link_refusal(&s->link, r);

	buf_printf(&words, "%s: %s", q->id < PG_COUNT ? pg_name(q->id) : "Sync",
		   buf_str(&s->link.words));
	buf_clear(&s->link.words);
	s->link.words = words;
	if (s->failure == DB_OK)
		s->refused = q->entry;
	// Which of several it was shows when each is sent by itself.
	s->one_by_one = s->one_by_one || (code == DB_REFUSED && !q->entry);
	pg_pipe_fail(s, code);
}

// A primary that was replaced and goes on shows what was there before; what another wrote is
// none of ours either.
static void judge_head(struct pg_sql *s, const PGresult *r)
{
	if (PQntuples(r) == 1 && pg_value_number(r, 0, 0) == s->fresh->term &&
	    (entry_no)pg_value_number(r, 0, 1) >= s->applied)
		return;
	buf_reset(&s->link.words);
	buf_add_str(&s->link.words, "it does not have what was stored elsewhere");
	s->link.avoid = true;
	pg_link_drop(&s->link);
	pg_pipe_fail(s, DB_AWAY);
}

static void judge(struct pg_sql *s, const struct pg_queued *q, const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);

	if (status == PGRES_FATAL_ERROR) {
		refuse(s, q, r);
	} else if (q->id == PG_HEAD_OF_ANSWER && status == PGRES_TUPLES_OK) {
		judge_head(s, r);
	} else if (is_undone(q, r)) {
		buf_reset(&s->link.words);
		buf_add_str(&s->link.words, "COMMIT: the server undid it");
		pg_pipe_fail(s, DB_FAILED);
	} else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK &&
		   status != PGRES_PIPELINE_SYNC) {
		pg_pipe_fail(s, DB_FAILED); // PGRES_PIPELINE_ABORTED: behind a failure
	}
}

// *r: the answer to the i-th; the caller's.
static void take(struct pg_sql *s, size_t i, PGresult **r)
{
	const struct pg_queued q = s->queued[i];
	PGresult *end = NULL;
	enum db_code code = pg_link_result(&s->link, r);

	if (code == DB_OK && *r)
		judge(s, &q, *r);
	if (code == DB_OK && s->link.conn && q.id != PG_SYNC)
		code = pg_link_result(&s->link, &end);
	if (code == DB_OK && *r && !end)
		return;
	PQclear(end);
	pg_link_drop(&s->link);
	pg_pipe_fail(s, code == DB_OK ? DB_AWAY : code);
}

static void send_end(struct pg_sql *s, bool syncs)
{
	pg_group_send(s);
	if (!s->link.conn ||
	    !(syncs ? PQpipelineSync(s->link.conn) : PQsendFlushRequest(s->link.conn)))
		lose(s);
	else if (syncs)
		note(s, PG_SYNC);
}

void pg_pipe_send(struct pg_sql *s)
{
	send_end(s, true);
}

void pg_pipe_wait_anew(struct pg_sql *s)
{
	s->link.until_ms = s->patience_ms < 0 ? INT64_MAX : clock_mono_ms() + s->patience_ms;
}

enum db_code pg_pipe_wait(struct pg_sql *s, bool syncs, PGresult **rows)
{
	enum db_code code;

	*rows = NULL;
	pg_pipe_wait_anew(s);
	send_end(s, syncs);
	for (size_t i = 0; i < s->n_queued; i++) {
		PGresult *r = NULL;
		bool is_newest = s->queued[i].id != PG_SYNC;

		take(s, i, &r);
		if (is_newest) {
			PQclear(*rows);
			*rows = r;
		} else {
			PQclear(r);
		}
	}
	s->n_queued = 0;
	code = s->failure;
	if (syncs)
		s->failure = DB_OK;
	if (code != DB_OK) {
		PQclear(*rows);
		*rows = NULL;
	}
	return code;
}
