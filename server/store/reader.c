// SPDX-License-Identifier: MIT
#include "server/store/reader.h"

#include "common/die.h"
#include "common/log.h"
#include "server/letters/letter.h"
#include "server/store/inside.h"
#include "server/store/page.h"

#include <pthread.h>
#include <stdlib.h>

struct reader {
	sqlite3 *db;
	struct sql sql;
	struct tail *tail; // made by the first search
};

struct thread {
	struct reader *reader;
	struct mailbox *box, *to_hub;
	pthread_t thread;
};

struct readers {
	struct thread threads[READERS_MAX];
	unsigned n_threads;
};

struct reader *reader_open(const char *path, char **error)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	*error = NULL;
	r->db = db_open(path, DB_READ, STORE_FULL, error);
	if (r->db && sql_prepare(&r->sql, r->db, SQL_READER, error))
		return r;
	reader_close(r);
	return NULL;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	tail_free(r->tail);
	sql_finalize(&r->sql);
	sqlite3_close(r->db);
	free(r);
}

static int answer(struct reader *reader, const struct query *q, struct rows *r)
{
	struct sql *s = &reader->sql;

	switch (q->kind) {
	case QUERY_PAGE:
		return page_answer(s, q, r);
	case QUERY_AROUND:
		return around_answer(s, q, r);
	case QUERY_GET:
	case QUERY_EDITS:
	case QUERY_CLIENT_ID:
		return get_answer(s, q, r);
	case QUERY_TARGETS:
		return targets_answer(s, q, r);
	case QUERY_SEARCH:
		if (!reader->tail)
			reader->tail = tail_new();
		return search_answer(s, reader->tail, q, r);
	case QUERY_MISSED:
		return missed_answer(s, q, r);
	case QUERY_AUDIT:
		return audit_answer(s, q, r);
	case QUERY_EXPIRED:
		return expired_answer(s, q, r);
	}
	return SQLITE_MISUSE;
}

struct rows *reader_answer(struct reader *r, const struct query *q)
{
	struct rows *rows = rows_new(q->ticket);
	int code = answer(r, q, rows);

	if (code == SQLITE_OK)
		return rows;
	log_event(LOG_ERROR, "query-failed", "why", sqlite3_errmsg(r->db), NULL);
	// Half an answer would look like a whole one.
	rows_free(rows);
	rows = rows_new(q->ticket);
	rows->result = ROWS_FAILED;
	return rows;
}

static bool answer_all(struct thread *t, struct letter *letters)
{
	bool stop = false;

	for (struct letter *l = letters, *next; l; l = next) {
		next = l->next;
		if (l->kind == LETTER_QUERY) {
			struct query *q = container_of(l, struct query, letter);
			struct rows *rows = reader_answer(t->reader, q);

			query_free(q);
			mailbox_put(t->to_hub, &rows->letter);
		} else {
			free(l);
			stop = true;
		}
	}
	return stop;
}

static void *run(void *arg)
{
	struct thread *t = arg;

	while (!answer_all(t, mailbox_wait(t->box, -1)))
		continue;
	return NULL;
}

static void start_thread(struct thread *t, struct mailbox *to_hub)
{
	t->box = mailbox_new();
	t->to_hub = to_hub;
	if (pthread_create(&t->thread, NULL, run, t) != 0)
		die(1, "cannot start a reader's thread: raise the limit of processes");
}

struct readers *readers_start(const struct store *s, unsigned threads, struct mailbox *to_hub,
			      char **error)
{
	struct readers *r = xcalloc(1, sizeof(*r));

	*error = NULL;
	threads = threads < 1 ? 1 : threads > READERS_MAX ? READERS_MAX : threads;
	while (r->n_threads < threads) {
		struct thread *t = &r->threads[r->n_threads];

		t->reader = reader_open(s->path, error);
		if (!t->reader) {
			readers_stop(r);
			return NULL;
		}
		start_thread(t, to_hub);
		r->n_threads++;
	}
	return r;
}

// Searches may take long: they have the last thread, all that is short has the first.
void readers_put(struct readers *r, struct query *q)
{
	struct thread *t = &r->threads[q->kind == QUERY_SEARCH ? r->n_threads - 1 : 0];

	mailbox_put(t->box, &q->letter);
}

void readers_stop(struct readers *r)
{
	if (!r)
		return;
	for (unsigned i = 0; i < r->n_threads; i++) {
		struct thread *t = &r->threads[i];
		struct letter *stop = xcalloc(1, sizeof(*stop));

		stop->kind = LETTER_STOP;
		mailbox_put(t->box, stop);
		pthread_join(t->thread, NULL);
		mailbox_free(t->box);
		reader_close(t->reader);
	}
	free(r);
}
