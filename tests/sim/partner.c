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
	letters_free(&p->journals);
	kept_clear(&p->kept);
	p->asks = NULL;
	p->is_loaded = p->is_still = p->is_witness = p->is_mending = false;
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
		send(p,
		     &(struct order){.kind = ORDER_TAKE, .seen = w->seen, .holder = p->holder});
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
	if (p->pair->takeovers > 1 && !p->pair->has_loss)
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

static struct journal *journal_of(struct letter *l)
{
	return container_of(l, struct journal, letter);
}

static void gather(const struct journal *from, struct journal *to, entry_no last)
{
	for (size_t i = 0; i < from->n_entries; i++) {
		if (from->first + i >= to->first && from->first + i <= last)
			journal_add(to, &from->entries[i]);
	}
}

// What the keeper sends: as a rule of what is not stored yet.
static struct journal *batch_of(const struct partner *p)
{
	struct journal *batch = journal_new(p->keeper.from + 1);
	const struct journal *j;

	for (size_t i = 0; (j = kept_at(&p->kept, i)); i++)
		gather(j, batch, p->keeper.to);
	for (struct letter *l = p->journals; l; l = l->next)
		gather(journal_of(l), batch, p->keeper.to);
	return batch;
}

static void keep_stored(struct partner *p)
{
	while (p->journals &&
	       journal_of(p->journals)->first + journal_of(p->journals)->n_entries - 1 <=
		       p->keeper.durable)
		kept_add(&p->kept, journal_of(letter_take(&p->journals)), partner_now(p));
}

// What waits is the next batch.
static void next_batch(struct partner *p)
{
	struct keeper *k = &p->keeper;
	struct letter *l;

	if (!p->is_loaded || k->has_batch || k->doing != KEEPER_RESTS || !k->is_proven)
		return;
	while ((l = letter_take(&p->server->mail.journals))) {
		p->put = journal_of(l)->first + journal_of(l)->n_entries - 1;
		letter_add(&p->journals, l);
	}
	if (p->put > k->durable)
		keeper_batch(k, p->put);
}

// -- how it ends

void partner_lost(struct partner *p)
{
	const struct cluster *c = cluster_of(p);
	const struct lease_head *head = machine_head(&c->machines[c->leader]);
	const struct keeper *k = &p->keeper;

	p->is_witness =
		p->life == PARTNER_LEADS && k->was_proven &&
		(head->term < k->term || (head->term == k->term && head->upto < k->durable));
}

// The engine lost what it had told: what is kept of it is sent once more, if that is all.
static bool sends_again(struct partner *p)
{
	struct keeper *k = &p->keeper;

	if (k->end != KEEPER_LOST)
		return false;
	if (!p->is_witness)
		wrong(p->pair->world, "%s says that the engine lost what it did not",
		      p->holder);
	p->pair->noticed++;
	if (!keeper_can_send_again(k) || !kept_has(&p->kept, k->head.upto + 1, k->durable))
		return false;
	keeper_send_again(k);
	p->is_mending = true;
	return true;
}

static void end(struct partner *p)
{
	struct pair *pair = p->pair;
	enum keeper_end how = p->keeper.end;

	if (sends_again(p))
		return;
	tell(pair->world, "%s ends: %s", p->holder,
	     how == KEEPER_FENCED ? "fenced"
	     : how == KEEPER_LOST ? "lost"
				  : "restored");
	pair->fenced += how == KEEPER_FENCED;
	pair->restored += how == KEEPER_RESTORED;
	// Of who had it in between nothing is known.
	if (how == KEEPER_FENCED && p->is_witness && !p->is_mending &&
	    p->keeper.head.term == p->keeper.term + 1)
		wrong(pair->world, "%s had told what the engine lost, and nobody noticed",
		      p->holder);
	if (how == KEEPER_RESTORED)
		pair->has_loss = false;
	else if (p->is_witness)
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
	if (how == CAME_NOT && k->has_batch && !keeper_is_in_doubt(k) && !p->is_mending)
		keeper_drop(k); // what came meanwhile goes with the next try
	keep_stored(p);
	atomic_store(&p->proof.at_ms, k->proof_ms);
}

static void send_batch(struct partner *p, struct order *order)
{
	struct journal *batch = batch_of(p);

	if (batch->n_entries != p->keeper.to - p->keeper.from)
		wrong(p->pair->world, "a batch up to %llu has %zu entries",
		      (unsigned long long)p->keeper.to, batch->n_entries);
	order->kind = ORDER_SEND;
	order->to = p->keeper.to;
	order->entries = batch;
	send(p, order);
	journal_free(batch);
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
		send_batch(p, &order);
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

static struct rows *answer(struct partner *p, struct query *q)
{
	struct machine *m = reader_machine(p);
	struct rows *rows;

	if (m && is_fresh(p, m)) {
		rows = reader_answer(tables_of(cluster_of(p), m)->reader, q);
		query_free(q);
		return rows;
	}
	p->asks = NULL;
	rows = rows_new(q->ticket);
	rows->result = ROWS_AWAY;
	rows->query = q;
	return rows;
}

void partner_answer(struct partner *p)
{
	struct hub_mail *mail = &p->server->mail;
	struct letter *l;

	if (!mail->queries || (p->asks && p->asks->is_still))
		return;
	l = letter_take(&mail->queries);
	letter_add(&mail->letters, &answer(p, container_of(l, struct query, letter))->letter);
}

void partner_turn(struct partner *p)
{
	p->server->now.mono_ms = partner_now(p);
	p->server->now.wall_ms = partner_now(p) + p->wall_ms;
	server_turn(p->server);
}
