// SPDX-License-Identifier: MIT
// Questions that wait: for what they must see to be in the tables, and for an engine that is
// away.
//
// 1. They stand in the order of their tickets; the first that must wait stops the rest.
// 2. One that was out when the engine went comes back (ROWS_AWAY) to its place and is asked
//    again: at once when the writer has the engine, else after ASK_AGAIN_MS.
// 3. While the engine is away an account has QUESTIONS_WAIT_MAX of them; what is beyond is
//    given up. So their bytes are bounded, too: a question is of one line, or of the rooms of
//    one account.
// 4. Whoever goes takes theirs along, so that a place is of an account that is there. All that
//    is given up is answered in the same turn.
#include "server/hub/journal/post_private.h"

#include "server/letters/letter.h"
#include "server/letters/limits.h"

#define ASK_AGAIN_MS 250 // inside: the writer has its engine, a reader has not

static bool is_away(const struct hub *h)
{
	return h->disk == DISK_AWAY || h->on_ask_again.is_set;
}

static void leave_place(struct hub *h, struct ticket *t)
{
	intptr_t n = (intptr_t)idmap_find(&h->asking, t->place);

	if (!t->place)
		return;
	if (n > 1)
		idmap_put(&h->asking, t->place, (void *)(n - 1));
	else
		idmap_remove(&h->asking, t->place);
	t->place = 0;
}

// What the server itself asks always has one.
static bool take_place(struct hub *h, struct ticket *t)
{
	const struct session *s = t->session ? session_find(h, t->session) : NULL;
	uint64_t place = s ? (uint64_t)(uintptr_t)s->account : 0;
	intptr_t n = place ? (intptr_t)idmap_find(&h->asking, place) : 0;

	if (!place || t->place)
		return true;
	if (n >= QUESTIONS_WAIT_MAX)
		return false;
	idmap_put(&h->asking, place, (void *)(n + 1));
	t->place = place;
	return true;
}

static void give_up(struct hub *h, struct query *q, enum rows_result result)
{
	struct rows *rows = rows_new(q->ticket);

	rows->result = result;
	query_free(q);
	h->n_queries++; // as one that was asked
	letter_add(&h->given_up, &rows->letter);
}

static void put_last(struct hub *h, struct query *q)
{
	q->letter.next = NULL;
	*h->held_queries_end = &q->letter;
	h->held_queries_end = &q->letter.next;
}

static void put_in_order(struct hub *h, struct query *q)
{
	struct letter **at = &h->held_queries;

	while (*at && container_of(*at, struct query, letter)->ticket < q->ticket)
		at = &(*at)->next;
	q->letter.next = *at;
	*at = &q->letter;
	if (!q->letter.next)
		h->held_queries_end = &q->letter.next;
}

static struct query *take_out(struct hub *h, struct letter **at)
{
	struct query *q = container_of(*at, struct query, letter);

	*at = q->letter.next;
	if (!*at)
		h->held_queries_end = at;
	q->letter.next = NULL;
	leave_place(h, idmap_find(&h->tickets, q->ticket));
	return q;
}

static void put_out(struct hub *h, struct query *q)
{
	q->letter.next = NULL;
	*h->queries_end = &q->letter;
	h->queries_end = &q->letter.next;
	h->n_queries++;
}

void ask(struct hub *h, struct session *s, struct query *q, rows_fn *fn, void *arg)
{
	struct ticket *t = ticket_of(h, q->ticket, s, arg);

	t->on_rows = fn;
	if (is_away(h) && !take_place(h, t))
		give_up(h, q, ROWS_AWAY);
	else
		put_last(h, q);
}

void ask_at_once(struct hub *h, struct session *s, struct query *q, rows_fn *fn, void *arg)
{
	struct ticket *t;

	if (is_away(h)) {
		ask(h, s, q, fn, arg);
		return;
	}
	t = ticket_of(h, q->ticket, s, arg);
	t->on_rows = fn;
	t->after = 0;
	put_out(h, q);
}

// The turn behind it releases them.
static void ask_again(struct hub *h UNUSED, struct timer *t UNUSED)
{
}

bool question_came_back(struct hub *h, struct ticket *t, struct rows *rows)
{
	struct query *q = rows->query;
	const struct session *s = t->session ? session_find(h, t->session) : NULL;
	bool is_gone = t->session && (!s || s->closing);

	if (rows->result != ROWS_AWAY || !q || is_gone || !take_place(h, t))
		return false;
	rows->query = NULL;
	put_in_order(h, q);
	if (!h->on_ask_again.is_set)
		timer_set(h, &h->on_ask_again, h->now.mono_ms + ASK_AGAIN_MS, ask_again);
	return true;
}

void questions_forget(struct session *s)
{
	struct hub *h = s->hub;
	struct letter **at = &h->held_queries;

	while (*at) {
		const struct query *q = container_of(*at, struct query, letter);
		const struct ticket *t = idmap_find(&h->tickets, q->ticket);

		if (t->session == s->id)
			give_up(h, take_out(h, at), ROWS_FAILED);
		else
			at = &(*at)->next;
	}
}

struct rows *question_given_up(struct hub *h)
{
	struct letter *l = letter_take(&h->given_up);

	return l ? container_of(l, struct rows, letter) : NULL;
}

void questions_release(struct hub *h)
{
	while (h->held_queries && h->n_queries < QUERIES_MAX && !is_away(h)) {
		const struct query *q = container_of(h->held_queries, struct query, letter);
		const struct ticket *t = idmap_find(&h->tickets, q->ticket);

		if (t->after > h->applied)
			return;
		put_out(h, take_out(h, &h->held_queries));
	}
}

void questions_free(struct hub *h)
{
	letters_free(&h->held_queries);
	letters_free(&h->given_up);
	idmap_clear(&h->asking);
	timer_stop(&h->on_ask_again);
}
