// SPDX-License-Identifier: MIT
// A session takes its lines one after another.
//
// 1. Lines run in the order they came. One that may not run yet is kept with all behind
//    it; each gives back its credit when it has run, so at most CONN_CREDIT are kept.
//    Only what is free overtakes (PING, PONG, MARKREAD, QUIT, taking a device away), and
//    nothing that stores: so a PONG says that all that was said before it is stored.
// 2. What is answered to one that does not read is at most OUTQ_PAUSE and a page of the answer
//    to one line: the next is made when the shard has told that it is taken.
#include "server/hub/session_feed.h"

#include "server/hub/commands/command.h"
#include "server/hub/door/backlog.h"
#include "server/hub/door/session_life.h"
#include "server/hub/flood.h"
#include "server/hub/wire/label.h"
#include "server/hub/wire/reply.h"
#include "server/hub/wire/telling.h"
#include "server/letters/limits.h"

#include <stdlib.h>

// One line of s has run.
static void credit(struct session *s)
{
	if (s->closing)
		return;
	if (!s->credit++)
		list_add(&s->hub->crediting, &s->in_credit);
}

static void answer_bad(struct session *s, enum inbox_fault fault, const struct msg *head)
{
	char name[16 + 1] = "*";

	if (head->command.len && head->command.len < sizeof(name))
		memcpy(name, head->command.at, head->command.len);
	hub_asks(s->hub, s);
	label_start(s, head);
	if (fault == FAULT_TOO_LONG)
		reply(s, ERR_INPUTTOOLONG);
	else if (fault == FAULT_BYTES)
		fail(s, name, "INVALID_UTF8", (struct span){0},
		     "The line was not UTF-8 text, or held a NUL or a stray CR: nothing was "
		     "done");
	else if (fault == FAULT_PARAMS)
		fail(s, name, "INVALID_PARAMS", (struct span){0},
		     "The line had more than 15 parameters: nothing was done");
	label_end(s);
	hub_asks(s->hub, NULL);
	credit(s);
}

void session_feed_bad(struct session *s, enum inbox_fault fault, const struct msg *head)
{
	struct kept *k;

	if (s->closing)
		return;
	if (!s->waiting && !s->n_backlog) {
		answer_bad(s, fault, head);
		return;
	}
	k = backlog_add(s, head);
	k->is_bad = true;
	k->fault = fault;
}

// Answers are made as they are taken: behind many, the next line waits for the shard.
static bool is_behind(struct session *s)
{
	if (s->said < OUTQ_PAUSE)
		return false;
	if (!s->is_telling)
		outbox_add(hub_outbox(s->hub, CONN_SHARD(s->id)), OUTBOX_TELL)->conn = s->id;
	s->is_telling = true;
	return true;
}

static void tell_soon(struct session *s)
{
	list_remove(&s->in_tellers);
	list_add(&s->hub->tellers, &s->in_tellers);
}

void session_taken(struct session *s)
{
	s->said = 0;
	s->is_telling = false;
	if (s->is_long)
		tell_soon(s);
	else
		session_resume(s);
}

// The line of this price runs now, if it is paid.
static bool takes(struct session *s, const struct price *price)
{
	bool is_storing = price->stores || (s->waiting && s->is_storing);

	if (!flood_take(s, price))
		return false;
	s->is_storing = is_storing;
	return true;
}

// All that waits, and all that runs, only asks; and what it is told it takes.
static bool may_overtake(struct session *s)
{
	if (!s->registered || (s->waiting && s->is_storing) || is_behind(s))
		return false;
	list_for_each(item, &s->backlog) {
		if (container_of(item, struct kept, in_session)->stores)
			return false;
	}
	return true;
}

// Clients ask by it whether they have the answer to what they asked before. So it passes what
// waits, and not what is being answered.
static bool is_ping(const struct msg *m)
{
	return span_eq_fold(m->command, SPAN("PING"));
}

bool session_is_next(struct session *s, const struct msg *m)
{
	struct price price;

	if (s->closing)
		return false;
	if (s->n_backlog >= BACKLOG_MAX) {
		session_close_as(s, PARTING_LATER, SPAN("Excess flood"));
		return false;
	}
	price = price_of(s, m);
	if (price.purse == FREE && may_overtake(s) && !(s->waiting && is_ping(m)))
		return takes(s, &price);
	if (price.purse == FREE && may_overtake(s)) {
		backlog_add_first(s, m);
		return false;
	}
	if (!s->waiting && !s->n_backlog && !is_behind(s) && takes(s, &price))
		return true;
	backlog_add(s, m)->stores = price.stores;
	return false;
}

void session_feed(struct session *s, const struct msg *m)
{
	struct capture *open = s->capture; // of a command that this one overtakes
	unsigned waiting = s->waiting;
	struct hub *h = s->hub;

	s->capture = NULL;
	hub_asks(h, s);
	label_start(s, m);
	command_run(s, m);
	if (s->waiting == waiting)
		label_end(s);
	hub_asks(h, NULL);
	if (waiting)
		label_put_back(s, open);
	flood_settle(s);
	credit(s);
}

void session_answered(struct session *s)
{
	if (!s)
		return;
	label_end(s);
	flood_settle(s);
	session_resume(s);
}

void session_tells_on(struct session *s)
{
	tell_soon(s);
}

// One page; the next one in a later turn.
static void tell(struct session *s)
{
	bool is_done;

	list_remove(&s->in_tellers);
	if (is_behind(s) || !flood_take_page(s))
		return;
	hub_asks(s->hub, s);
	is_done = telling_page(s);
	hub_asks(s->hub, NULL);
	flood_settle(s);
	if (!is_done) {
		tell_soon(s);
		return;
	}
	s->is_long = false;
	if (!--s->waiting)
		session_answered(s);
}

void sessions_tell(struct hub *h)
{
	size_t left = TELLERS_PER_TURN;
	struct list now;

	list_init(&now);
	while (!list_is_empty(&h->tellers) && left--) {
		struct list *item = h->tellers.next;

		list_remove(item);
		list_add(&now, item);
	}
	while (!list_is_empty(&now))
		tell(container_of(now.next, struct session, in_tellers));
}

void session_resume(struct session *s)
{
	while (!s->waiting && s->n_backlog && !is_behind(s)) {
		struct kept *k = backlog_first(s);
		struct price price = price_of(s, &k->msg);

		if (!takes(s, &price))
			return;
		backlog_remove(s, k);
		if (k->is_bad)
			answer_bad(s, k->fault, &k->msg);
		else
			session_feed(s, &k->msg);
		free(k);
	}
}

void sessions_give_credit(struct hub *h)
{
	list_for_each_safe(item, after, &h->crediting) {
		struct session *s = container_of(item, struct session, in_credit);
		struct outbox_item *credit =
			outbox_add(hub_outbox(h, CONN_SHARD(s->id)), OUTBOX_CREDIT);

		credit->conn = s->id;
		credit->count = s->credit;
		s->credit = 0;
		list_remove(item);
	}
}
