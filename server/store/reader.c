// SPDX-License-Identifier: MIT
// Threads that answer questions to the stored history, each with a read-only handle. No read
// transaction outlives its answer, so that the write-ahead log never grows because of a
// reader.
#include "server/store/store.h"

#include "common/die.h"
#include "common/log.h"
#include "server/letters/letter.h"
#include "server/store/driver.h"
#include "server/store/engine.h"
#include "server/store/store_page_private.h"
#include "server/letters/limits.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

// So often a statement is told to end: one that begins meanwhile has not heard of it.
#define INTERRUPT_MS 1
#define TURNS_MAX 64 // inside: of more accounts at once some get their turn early

struct reader {
	const struct store_engine *engine;
	struct sql sql;
	const struct fresh *fresh; // of the store whose answers they are; NULL: offline
	struct tail *tail;         // made by the first search
	bool interrupted;          // the last answer
};

struct thread {
	struct reader *reader;
	struct mailbox *box, *to_hub;
	pthread_t thread;
	struct letter *first, **last; // queries to answer, oldest first
	struct unanswered unanswered;
	struct turn {
		account_id account;
		uint64_t number;
	} turns[TURNS_MAX];
	uint64_t last_turn;
	bool stopping;
};

struct readers {
	struct thread threads[READERS_MAX];
	unsigned n_threads;
};

struct reader *reader_open(const char *path, char **error)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	*error = NULL;
	r->engine = engine_of(path, error);
	if (r->engine && r->engine->read(path, SQL_READER, &r->sql, error))
		return r;
	reader_close(r);
	return NULL;
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	tail_free(r->tail);
	sql_close(&r->sql);
	free(r);
}

static enum db_code answer(struct reader *reader, const struct query *q, struct rows *r)
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
			reader->tail = tail_new(reader->engine);
		return search_answer(s, reader->tail, q, r);
	case QUERY_MISSED:
		return missed_answer(s, q, r);
	case QUERY_SKIPPED:
		return skipped_answer(s, q, r);
	case QUERY_AUDIT:
		return audit_answer(s, q, r);
	case QUERY_WRITTEN:
		return written_answer(s, q, r);
	case QUERY_LOGGED:
		return logged_answer(s, q, r);
	case QUERY_STAMPED:
		return stamped_answer(s, q, r);
	case QUERY_EXPIRED:
		return expired_answer(s, q, r);
	case QUERY_USAGE:
		return usage_answer(s, q, r);
	}
	return DB_FAILED;
}

static enum db_code answer_fresh(struct reader *reader, const struct query *q, struct rows *r)
{
	void (*moment)(struct sql *, const struct fresh *) = reader->sql.driver->moment;
	enum db_code code;

	if (!reader->fresh || !moment)
		return answer(reader, q, r);
	moment(&reader->sql, reader->fresh);
	code = answer(reader, q, r);
	moment(&reader->sql, NULL);
	return code;
}

static struct rows *rows_none(const struct query *q, enum rows_result why)
{
	struct rows *rows = rows_new(q->ticket);

	rows->result = why;
	return rows;
}

struct rows *reader_answer(struct reader *r, const struct query *q)
{
	struct rows *rows = rows_new(q->ticket);
	enum db_code code;

	r->sql.driver->meter(&r->sql, &rows->steps,
			     q->kind == QUERY_SEARCH ? SEARCH_STEPS_MAX : INT64_MAX);
	code = answer_fresh(r, q, rows);
	r->sql.driver->meter(&r->sql, NULL, 0);
	r->interrupted = code == DB_INTERRUPTED;
	if (code == DB_OK)
		return rows;
	// Half an answer would look like a whole one.
	rows_free(rows);
	if (code == DB_AWAY)
		return rows_none(q, ROWS_AWAY); // the writer says it, once
	if (!r->interrupted)
		log_event(LOG_ERROR, "query-failed", "why", sql_error(&r->sql), NULL);
	return rows_none(q, ROWS_FAILED);
}

static void take(struct thread *t, struct letter *letters)
{
	for (struct letter *l = letters, *next; l; l = next) {
		next = l->next;
		if (l->kind == LETTER_QUERY) {
			l->next = NULL;
			*t->last = l;
			t->last = &l->next;
		} else {
			free(l);
			t->stopping = true;
		}
	}
}

// When the account was answered last; 0: not lately. (An empty turn is account 0's, at 0.)
static uint64_t turn_of(const struct thread *t, account_id account)
{
	for (size_t i = 0; i < ARRAY_LEN(t->turns); i++) {
		if (t->turns[i].account == account)
			return t->turns[i].number;
	}
	return 0;
}

// The account has had its turn; who had it longest ago is forgotten.
static void note_turn(struct thread *t, account_id account)
{
	struct turn *oldest = &t->turns[0];

	for (size_t i = 0; i < ARRAY_LEN(t->turns); i++) {
		struct turn *turn = &t->turns[i];

		if (turn->account == account) {
			oldest = turn;
			break;
		}
		if (turn->number < oldest->number)
			oldest = turn;
	}
	*oldest = (struct turn){account, ++t->last_turn};
}

// Of the accounts that wait the one whose turn is longest ago; of its questions the oldest.
// So nobody waits for more than one question of each of the others.
static struct query *take_first(struct thread *t)
{
	struct letter **found = &t->first, *l;
	uint64_t best = UINT64_MAX;
	struct query *q;

	for (struct letter **at = &t->first; *at && best; at = &(*at)->next) {
		uint64_t turn = turn_of(t, container_of(*at, struct query, letter)->account);

		if (turn < best) {
			best = turn;
			found = at;
		}
	}
	l = *found;
	*found = l->next;
	if (!*found)
		t->last = found;
	q = container_of(l, struct query, letter);
	note_turn(t, q->account);
	return q;
}

static void answer_first(struct thread *t)
{
	struct query *q = take_first(t);
	struct rows *rows = reader_answer(t->reader, q);

	t->unanswered.interrupted += t->reader->interrupted;
	if (rows->result == ROWS_AWAY)
		rows->query = q;
	else
		query_free(q);
	mailbox_put(t->to_hub, &rows->letter);
}

static void drop_all(struct thread *t)
{
	while (t->first) {
		struct query *q = take_first(t);

		mailbox_put(t->to_hub, &rows_none(q, ROWS_FAILED)->letter);
		query_free(q);
		t->unanswered.dropped++;
	}
}

// The box is looked into after each answer: a stop does not wait for those behind it.
static void *run(void *arg)
{
	struct thread *t = arg;

	while (!t->stopping) {
		take(t, t->first ? mailbox_take(t->box) : mailbox_wait(t->box, -1));
		if (t->first && !t->stopping)
			answer_first(t);
	}
	drop_all(t);
	return NULL;
}

static void start_thread(struct thread *t, struct mailbox *to_hub, struct thread_begin begin)
{
	t->box = mailbox_new();
	t->to_hub = to_hub;
	t->last = &t->first;
	t->thread = thread_start(begin, THREAD_READER, run, t);
}

struct readers *readers_start(const struct store *s, unsigned threads, struct mailbox *to_hub,
			      char **error)
{
	struct readers *r = xcalloc(1, sizeof(*r));

	*error = NULL;
	threads = threads < 1 ? 1 : threads > READERS_MAX ? READERS_MAX : threads;
	while (r->n_threads < threads) {
		struct thread *t = &r->threads[r->n_threads];

		t->reader = reader_open(s->where, error);
		if (!t->reader) {
			readers_stop(r);
			return NULL;
		}
		t->reader->fresh = &s->fresh;
		start_thread(t, to_hub, s->begin);
		r->n_threads++;
	}
	return r;
}

// Searches and sums may take long: they have the last thread, all that is short has the first.
void readers_put(struct readers *r, struct query *q)
{
	bool is_long = q->kind == QUERY_SEARCH || q->kind == QUERY_USAGE ||
		       q->kind == QUERY_WRITTEN || q->kind == QUERY_LOGGED ||
		       (q->kind == QUERY_AUDIT && !q->stream);
	struct thread *t = &r->threads[is_long ? r->n_threads - 1 : 0];

	mailbox_put(t->box, &q->letter);
}

static void stop_thread(struct thread *t)
{
	struct letter *stop = xcalloc(1, sizeof(*stop));

	stop->kind = LETTER_STOP;
	mailbox_put(t->box, stop);
	while (pthread_tryjoin_np(t->thread, NULL) != 0) {
		t->reader->sql.driver->interrupt(&t->reader->sql);
		nanosleep(&(struct timespec){0, INTERRUPT_MS * 1000000L}, NULL);
	}
	mailbox_free(t->box);
	reader_close(t->reader);
}

struct unanswered readers_stop(struct readers *r)
{
	struct unanswered all = {0};

	for (unsigned i = 0; r && i < r->n_threads; i++) {
		stop_thread(&r->threads[i]);
		all.dropped += r->threads[i].unanswered.dropped;
		all.interrupted += r->threads[i].unanswered.interrupted;
	}
	free(r);
	return all;
}
