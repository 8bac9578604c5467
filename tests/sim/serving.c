// SPDX-License-Identifier: MIT
// The hub of a server of a pair: what it is loaded from, its questions, its turns.
#include "tests/sim/pair.h"

#include "common/die.h"
#include "server/hub/hub_load.h"
#include "server/hub/state/state.h"
#include "server/letters/letter.h"

#include <string.h>

static void on_entry(void *arg, const struct entry *e)
{
	hub_load(arg, e);
}

// A take-over changes the term and not the history.
static void check_history(struct partner *p)
{
	struct pair *pair = p->pair;
	const uint8_t *history = p->server->hub->history;

	if (!pair->takeovers++)
		memcpy(pair->history, history, sizeof(pair->history));
	else if (memcmp(pair->history, history, sizeof(pair->history)) != 0)
		wrong(pair->world, "a take-over changed the history id");
}

bool serving_load(struct partner *p)
{
	struct server *s = p->server;
	struct tables *t;
	char *error = NULL;

	if (!p->writer.link || p->writer.link->state == BACKEND_BROKEN)
		return false;
	t = tables_of(&p->pair->cluster, p->writer.link->on);
	server_begin(s);
	if (!store_load(t->store, on_entry, s->hub, &error) ||
	    !hub_loaded(s->hub, s->now, &error))
		die(1, "seed %llu: %s", (unsigned long long)s->world->seed, error);
	s->listens = true;
	tell(s->world, "server %d leads, term %lld, of machine %d", p->index,
	     (long long)p->keeper.term, p->writer.link->on->index);
	check_history(p);
	s->reader = t->reader;
	if (p->pair->takeovers > 1 && !p->pair->has_loss)
		check_loaded(s);
	s->reader = NULL;
	return true;
}

// Whether what it shows is this term, and no less than was told when the question was put.
static bool is_fresh(const struct partner *p, const struct machine *m)
{
	const struct lease_head *head = machine_head(m);

	return (head->term == p->keeper.term && head->upto >= p->server->applied) ||
	       p->pair->world->sabotage == READER;
}

// A reader goes to whichever may be written to, and stays there while it can.
static struct machine *reader_machine(struct partner *p)
{
	struct cluster *c = &p->pair->cluster;
	struct backend *b;

	if (p->asks && p->asks->is_up && p->asks->is_primary &&
	    cluster_reaches(c, p->index, p->asks))
		return p->asks;
	b = backend_open(c, p->index);
	p->asks = b ? b->on : NULL;
	backend_leave(c, b);
	return p->asks;
}

static struct rows *answer(struct partner *p, struct query *q)
{
	struct machine *m = reader_machine(p);
	struct rows *rows;

	if (m && is_fresh(p, m)) {
		rows = reader_answer(tables_of(&p->pair->cluster, m)->reader, q);
		query_free(q);
		return rows;
	}
	p->asks = NULL;
	rows = rows_new(q->ticket);
	rows->result = ROWS_AWAY;
	rows->query = q;
	return rows;
}

void serving_answer(struct partner *p)
{
	struct hub_mail *mail = &p->server->mail;
	struct letter *l;

	if (!mail->queries || (p->asks && p->asks->is_still))
		return;
	l = letter_take(&mail->queries);
	letter_add(&mail->letters, &answer(p, container_of(l, struct query, letter))->letter);
}

void serving_turn(struct partner *p)
{
	if (p->server->hub)
		server_turn(p->server);
}
