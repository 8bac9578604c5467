// SPDX-License-Identifier: MIT
// Journal entries out; questions out and their answers back to who asked.
//
// 1. A ticket lives from ask to the answer, whatever becomes of the session meanwhile.
// 2. While a session has tickets out, its later lines are kept (session_feed.c) and its
//    label's capture stays open (label.c).
#include "server/hub/journal/post_private.h"

#include "common/die.h"
#include "server/hub/state/session.h"
#include "server/letters/letter.h"
#include "server/letters/limits.h"

#include <assert.h>
#include <stdlib.h>

struct held_answer {
	struct list in_hub;
	struct admin_answer *answer;
};

// What it takes in memory, about.
static size_t weight(const struct entry *e)
{
	size_t bytes = sizeof(*e);

	if (e->kind == ENTRY_MESSAGE)
		bytes += e->message.text.len + e->message.tags.len;
	return bytes;
}

// What is ahead is counted from a mark that is behind the tables, or at them: the newer of two
// becomes the older one when the tables come up to it.
static void weigh(struct hub *h, const struct entry *e)
{
	struct journal_weight *w = &h->weight;

	if (h->applied >= w->marks[1].entry) {
		w->marks[0] = w->marks[1];
		w->marks[1].entry = h->head;
		w->marks[1].bytes = w->bytes;
	}
	if (h->applied == h->head)
		w->marks[0] = w->marks[1];
	w->bytes += weight(e);
}

entry_no post(struct hub *h, const struct entry *e)
{
	weigh(h, e);
	if (!h->out.journal)
		h->out.journal = journal_new(h->head + 1);
	journal_add(h->out.journal, e);
	return ++h->head;
}

void post_audit(struct hub *h, struct span actor, struct span verb, struct span detail,
		struct span reason)
{
	post_audit_of(h, &(struct entry_audit){.actor = actor,
					       .verb = verb,
					       .detail = detail,
					       .reason = reason,
					       .uid = SPAN("")});
}

void post_audit_of(struct hub *h, const struct entry_audit *row)
{
	struct entry e = {.kind = ENTRY_AUDIT, .audit = *row};

	e.audit.at_ms = h->now.wall_ms;
	post(h, &e);
}

bool can_post(const struct hub *h)
{
	return (h->disk == DISK_FINE || h->disk == DISK_AWAY) && !post_is_full(h);
}

bool can_mend(const struct hub *h)
{
	return can_post(h) || (h->disk == DISK_LOW && !post_is_full(h));
}

bool post_is_full(const struct hub *h)
{
	return h->head - h->applied >= JOURNAL_AHEAD_MAX ||
	       (h->applied < h->head &&
		h->weight.bytes - h->weight.marks[0].bytes >= JOURNAL_AHEAD_BYTES);
}

struct ticket *ticket_of(struct hub *h, ticket_id id, struct session *s, void *arg)
{
	struct ticket *t = xcalloc(1, sizeof(*t));

	t->session = s ? s->id : 0;
	t->after = h->head;
	t->arg = arg;
	if (s)
		s->waiting++;
	idmap_put(&h->tickets, id, t);
	return t;
}

struct query *ask_new(struct hub *h, enum query_kind kind)
{
	return query_new(kind, ++h->last_ticket);
}

void post_hold_login(const struct session *s, bool holds)
{
	struct outbox_item *item;

	if (s->registered)
		return;
	item = outbox_add(hub_outbox(s->hub, CONN_SHARD(s->id)), OUTBOX_HOLD);
	item->conn = s->id;
	item->count = holds;
}

void ask_hash_if(struct hub *h, struct session *s, struct hash_job *job, may_run_fn *may_run,
		 hashed_fn *fn, void *arg)
{
	job->ticket = ++h->last_ticket;
	job->memory = h->config.argon2_memory;
	job->passes = h->config.argon2_passes;
	ticket_of(h, job->ticket, s, arg)->on_hashed = fn;
	h->n_jobs++;
	if (s) {
		post_hold_login(s, true);
		s->hash_asked_ms = h->now.mono_ms;
	}
	hash_queue_add(h, s, job, may_run, arg);
}

void ask_hash(struct hub *h, struct session *s, struct hash_job *job, hashed_fn *fn, void *arg)
{
	ask_hash_if(h, s, job, NULL, fn, arg);
}

ticket_id ask_along(struct hub *h, struct session *s, identified_fn *fn, void *arg)
{
	ticket_of(h, ++h->last_ticket, s, arg)->on_identified = fn;
	if (s)
		post_hold_login(s, true);
	return h->last_ticket;
}

void post_echo(struct hub *h, ticket_id ticket, enum identity_result result,
	       enum identity_why why)
{
	letter_add(&h->echoes, &identity_answer_new(ticket, result, why)->letter);
}

void ask_identity(struct hub *h, struct session *s, struct identity_question *q,
		  identified_fn *fn, void *arg)
{
	q->ticket = ask_along(h, s, fn, arg);
	letter_add(&h->out.identities, &q->letter);
}

// The ticket, out of the table, and its session, which asked.
static struct ticket *ticket_take(struct hub *h, ticket_id id, struct session **s)
{
	struct ticket *t = idmap_remove(&h->tickets, id);

	*s = t && t->session ? session_find(h, t->session) : NULL;
	if (*s && (*s)->closing)
		*s = NULL;
	if (*s)
		(*s)->waiting--;
	hub_asks(h, *s);
	return t;
}

// Its session, when that waits for nothing any more; else NULL.
static struct session *ticket_done(struct hub *h, struct ticket *t, struct session *s)
{
	hub_asks(h, NULL);
	free(t);
	return s && !s->waiting ? s : NULL;
}

struct session *post_on_rows(struct hub *h, struct rows *rows)
{
	struct ticket *t = idmap_find(&h->tickets, rows->ticket);
	struct session *s = NULL;

	assert(t);
	h->n_queries--;
	if (!question_came_back(h, t, rows)) {
		(void)ticket_take(h, rows->ticket, &s);
		if (s)
			s->looked += (size_t)(rows->steps * LOOKED_PER_TOKEN / STEPS_PER_TOKEN);
		t->on_rows(h, s, rows, t->arg);
		s = ticket_done(h, t, s);
	}
	rows_free(rows);
	return s;
}

// Its wait is over. What was not looked at for lack of room is not its fault.
static void note_wait(struct session *s, const struct hash_job *job)
{
	post_hold_login(s, false);
	s->hash_waited_ms = s->hub->now.mono_ms - s->hash_asked_ms;
	s->hash_asked_ms = 0;
	s->is_excused = job->result == HASH_BUSY;
}

struct session *post_on_hashed(struct hub *h, struct hash_job *job)
{
	struct session *s;
	struct ticket *t = ticket_take(h, job->ticket, &s);

	if (s)
		note_wait(s, job);
	if (t) {
		h->n_jobs--;
		t->on_hashed(h, s, job, t->arg);
		s = ticket_done(h, t, s);
	}
	hash_job_free(job);
	return s;
}

struct session *post_on_identified(struct hub *h, struct identity_answer *answer)
{
	struct session *s;
	struct ticket *t = ticket_take(h, answer->ticket, &s);

	if (s)
		post_hold_login(s, false);
	if (t) {
		t->on_identified(h, s, answer, t->arg);
		s = ticket_done(h, t, s);
	}
	identity_answer_free(answer);
	return s;
}

static void release_answers(struct hub *h)
{
	list_for_each_safe(item, after, &h->held_answers) {
		struct held_answer *held = container_of(item, struct held_answer, in_hub);

		if (held->answer->after > h->durable)
			continue;
		list_remove(item);
		*h->answers_end = &held->answer->letter;
		h->answers_end = &held->answer->letter.next;
		free(held);
	}
}

void post_release(struct hub *h)
{
	questions_release(h);
	release_answers(h);
}

void post_answer(struct hub *h, struct admin_answer *answer, entry_no after)
{
	struct held_answer *held = xmalloc(sizeof(*held));

	answer->after = after;
	answer->letter.next = NULL;
	held->answer = answer;
	list_add(&h->held_answers, &held->in_hub);
}

void post_free(struct hub *h)
{
	struct identity_answer nobody = {.result = IDENTITY_LATER};
	struct rows none = {.result = ROWS_FAILED};
	size_t cursor = 0;
	struct ticket *t;

	while ((t = idmap_next(&h->tickets, &cursor))) {
		// What a client asked is not wanted any more: its callback frees what it holds.
		if (t->session && t->on_rows)
			t->on_rows(h, NULL, &none, t->arg);
		if (t->on_identified)
			t->on_identified(h, NULL, &nobody, t->arg);
		free(t);
	}
	idmap_clear(&h->tickets);
	questions_free(h);
	list_for_each_safe(item, after, &h->held_answers) {
		struct held_answer *held = container_of(item, struct held_answer, in_hub);

		admin_answer_free(held->answer);
		free(held);
	}
}
