// SPDX-License-Identifier: MIT
// One server of a pair: its writer, which leads or waits, and what its hub is told.
#include "tests/sim/pair.h"

#include "common/die.h"
#include "common/grow.h"
#include "server/hub/hub_load.h"
#include "server/hub/state/state.h"
#include "server/letters/letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t partner_now(const struct partner *p)
{
	return p->clock_us / 1000;
}

static struct cluster *cluster_of(const struct partner *p)
{
	return &p->pair->cluster;
}

static void drop_link(struct partner *p)
{
	backend_leave(cluster_of(p), p->link);
	p->link = NULL;
	p->is_connecting = false;
}

void partner_end(struct partner *p, int64_t after_ms)
{
	drop_link(p);
	server_end(p->server);
	for (size_t i = 0; i < p->n_kept; i++)
		journal_free(p->kept[i]);
	free(p->kept);
	journal_free(p->batch);
	p->kept = NULL;
	p->batch = NULL;
	p->n_kept = p->kept_space = 0;
	p->asks = NULL;
	p->is_loaded = p->is_draining = p->is_still = false;
	p->life = PARTNER_DOWN;
	tell(p->pair->world, "server %d ends", p->index);
	p->until_ms = cluster_of(p)->now_ms + after_ms;
}

static void begin(struct partner *p)
{
	p->life = PARTNER_WAITS;
	snprintf(p->holder, sizeof(p->holder), "server%d-%u", p->index, ++p->pair->started);
	waiter_init(&p->waiter);
}

static void connect(struct partner *p)
{
	drop_link(p);
	p->is_connecting = true;
	p->connected_ms = cluster_of(p)->now_ms + 2 + (int64_t)roll(p->pair->world, 60);
	p->sent_ms = partner_now(p);
}

static void send(struct partner *p, const struct order *order)
{
	p->sent_ms = partner_now(p);
	backend_send(cluster_of(p), p->link, order);
}

// What came of what was begun, if anything did by now.
static bool came(struct partner *p, int patience_ms, enum lease_came *how)
{
	struct cluster *c = cluster_of(p);

	if (p->is_connecting && c->now_ms >= p->connected_ms) {
		p->is_connecting = false;
		p->link = backend_open(c, p->index);
		*how = p->link ? CAME_WELL : CAME_AWAY;
		return true;
	}
	if (p->is_connecting)
		return false;
	if (!backend_came(c, p->link, how)) {
		if (partner_now(p) - p->sent_ms < patience_ms)
			return false;
		*how = CAME_AWAY;
	}
	return true;
}

static const struct lease_head *head_that_came(const struct partner *p)
{
	return p->link && p->link->has_head ? &p->link->head : NULL;
}

// -- who waits

static void has(struct partner *p)
{
	const struct waiter *w = &p->waiter;

	if (!w->is_proven)
		drop_link(p);
	keeper_init(&p->keeper, w->term, p->holder, w->doing_ms, w->is_proven);
	p->life = PARTNER_LEADS;
	p->put = p->told = 0;
	atomic_store(&p->proof.at_ms, p->keeper.proof_ms);
}

static void wait_on(struct partner *p)
{
	struct waiter *w = &p->waiter;
	enum lease_came how;

	switch (waiter_next(w, partner_now(p))) {
	case WAITER_CONNECTS:
		connect(p);
		break;
	case WAITER_LOOKS:
		send(p, &(struct order){.kind = ORDER_LOOK});
		break;
	case WAITER_TAKES:
		send(p, &(struct order){.kind = ORDER_TAKE, .seen = w->seen, .holder = p->holder});
		break;
	case WAITER_HAS:
		has(p);
		break;
	case WAITER_RESTS:
		if (w->doing == WAITER_RESTS || !came(p, LEASE_ANSWER_MS, &how))
			break;
		waiter_came(w, how, how == CAME_AWAY ? NULL : head_that_came(p),
			    partner_now(p));
		if (how == CAME_AWAY)
			drop_link(p);
		break;
	}
}

// -- who leads

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

static void load(struct partner *p)
{
	struct server *s = p->server;
	struct tables *t;
	char *error = NULL;

	if (p->link->state == BACKEND_BROKEN) {
		partner_end(p, (int64_t)roll(s->world, 1000));
		return;
	}
	t = tables_of(cluster_of(p), p->link->on);
	server_begin(s);
	if (!store_load(t->store, on_entry, s->hub, &error) ||
	    !hub_loaded(s->hub, s->now, &error))
		die(1, "seed %llu: %s", (unsigned long long)s->world->seed, error);
	p->is_loaded = s->listens = true;
	tell(s->world, "server %d leads, term %lld, of machine %d", p->index,
	     (long long)p->keeper.term, p->link->on->index);
	check_history(p);
	s->reader = t->reader;
	if (p->pair->takeovers > 1 && !p->pair->cluster.has_lost)
		check_loaded(s);
	s->reader = NULL;
}

static void report(struct partner *p)
{
	struct server *s = p->server;
	enum disk_state disk = keeper_is_steady(&p->keeper) ? DISK_FINE : DISK_AWAY;

	if (!p->is_loaded || (disk == s->disk_state && p->keeper.durable == p->told))
		return;
	s->disk_state = disk;
	p->told = s->durable = s->applied = p->keeper.durable;
	hub_mail_durable(&s->mail, s->durable, s->applied, disk);
}

// Entries first to last of what was put, as one journal.
static struct journal *gather(const struct partner *p, entry_no first, entry_no last)
{
	struct journal *j = journal_new(first);

	for (size_t i = 0; i < p->n_kept; i++) {
		const struct journal *from = p->kept[i];

		for (size_t n = 0; n < from->n_entries; n++) {
			if (from->first + n >= first && from->first + n <= last)
				journal_add(j, &from->entries[n]);
		}
	}
	return j;
}

static void set_batch(struct partner *p, entry_no first, entry_no last)
{
	journal_free(p->batch);
	p->batch = gather(p, first, last);
}

static void take_letters(struct partner *p)
{
	struct letter *l;

	while ((l = letter_take(&p->server->mail.journals))) {
		struct journal *j = container_of(l, struct journal, letter);

		p->kept = grow(p->kept, p->n_kept, &p->kept_space, sizeof(*p->kept));
		p->kept[p->n_kept++] = j;
		p->put = j->first + j->n_entries - 1;
	}
}

// What waits is the next batch.
static void next_batch(struct partner *p)
{
	struct keeper *k = &p->keeper;

	if (!p->is_loaded || k->from != k->to || k->doing != KEEPER_RESTS || !k->is_proven)
		return;
	take_letters(p);
	if (p->put == k->durable)
		return;
	set_batch(p, k->durable + 1, p->put);
	keeper_batch(k, p->put);
}

// The engine lost what it had told: what is kept of it is sent once more, if that is all.
static bool sends_again(struct partner *p)
{
	struct keeper *k = &p->keeper;

	if (k->end != KEEPER_LOST || !keeper_can_send_again(k))
		return false;
	set_batch(p, k->head.upto + 1, k->durable);
	keeper_send_again(k);
	return true;
}

static void end(struct partner *p)
{
	struct pair *pair = p->pair;
	enum keeper_end how = p->keeper.end;

	if (sends_again(p))
		return;
	if (how != KEEPER_FENCED && !pair->cluster.has_lost)
		wrong(pair->world, "%s says that the engine lost what it did not", p->holder);
	pair->fenced += how == KEEPER_FENCED;
	pair->noticed += how != KEEPER_FENCED;
	pair->restored += how == KEEPER_RESTORED;
	if (how == KEEPER_LOST)
		pair->is_over = true;
	partner_end(p, (int64_t)roll(pair->world, 3000));
}

static void hear(struct partner *p)
{
	struct keeper *k = &p->keeper;
	enum keeper_does did = k->doing;
	enum lease_came how;

	if (did == KEEPER_RESTS || !came(p, keeper_patience_ms(k), &how))
		return;
	keeper_came(k, how, how == CAME_AWAY || did != KEEPER_ASKS ? NULL : head_that_came(p),
		    partner_now(p));
	if (how == CAME_AWAY)
		drop_link(p);
	if (how == CAME_NOT && did == KEEPER_SENDS)
		keeper_drop(k); // what came meanwhile goes with the next try
	atomic_store(&p->proof.at_ms, k->proof_ms);
}

static void lead_on(struct partner *p)
{
	struct keeper *k = &p->keeper;
	struct order order = {.kind = ORDER_ASK, .holder = p->holder};

	hear(p);
	if (keeper_is_steady(k) && !p->is_loaded)
		load(p);
	if (p->life != PARTNER_LEADS)
		return;
	next_batch(p);
	order.seen = (struct lease_head){.term = k->term, .upto = k->from};
	switch (keeper_next(k, partner_now(p))) {
	case KEEPER_CONNECTS:
		connect(p);
		break;
	case KEEPER_ASKS:
		if (p->pair->world->sabotage == READ && !k->is_proven)
			order.kind = ORDER_LOOK;
		send(p, &order);
		break;
	case KEEPER_SENDS:
		order.kind = ORDER_SEND;
		order.to = k->to;
		order.entries = p->batch;
		send(p, &order);
		break;
	case KEEPER_ENDS:
		end(p);
		return;
	case KEEPER_RESTS:
		break;
	}
	report(p);
}

void partner_write(struct partner *p)
{
	if (p->life == PARTNER_DOWN && cluster_of(p)->now_ms >= p->until_ms)
		begin(p);
	else if (p->life == PARTNER_WAITS)
		wait_on(p);
	else if (p->life == PARTNER_LEADS)
		lead_on(p);
}

// -- its hub

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
	struct cluster *c = cluster_of(p);
	struct backend *b;

	if (p->asks && p->asks->is_up && p->asks->is_primary &&
	    cluster_reaches(c, p->index, p->asks))
		return p->asks;
	b = backend_open(c, p->index);
	p->asks = b ? b->on : NULL;
	backend_leave(c, b);
	return p->asks;
}

void partner_answer(struct partner *p)
{
	struct hub_mail *mail = &p->server->mail;
	struct machine *m;
	struct query *q;

	if (!mail->queries || (p->asks && p->asks->is_still))
		return;
	m = reader_machine(p);
	if (!m || !is_fresh(p, m)) {
		p->asks = NULL;
		return;
	}
	q = container_of(letter_take(&mail->queries), struct query, letter);
	letter_add(&mail->letters,
		   &reader_answer(tables_of(cluster_of(p), m)->reader, q)->letter);
	query_free(q);
}

void partner_turn(struct partner *p)
{
	p->server->now.mono_ms = partner_now(p);
	p->server->now.wall_ms = partner_now(p) + p->wall_ms;
	server_turn(p->server);
}
