// SPDX-License-Identifier: MIT
// The hand that opens the store, loads, and writes.
#include "tests/sim/pair.h"

#include "common/die.h"
#include "server/letters/letter.h"

static void report(struct partner *p)
{
	struct server *s = p->server;
	enum disk_state disk = !keeper_is_steady(&p->keeper) ? DISK_AWAY
			       : p->is_full                  ? DISK_FULL
							     : DISK_FINE;

	if (!s->hub || (disk == s->disk_state && p->keeper.durable == p->told))
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

	for (size_t i = 0; (j = lately_at(&p->kept, i)); i++)
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
		lately_add(&p->kept, journal_of(letter_take(&p->journals)), partner_now(p));
}

void writing_take(struct partner *p)
{
	struct letter *l;

	while ((l = letter_take(&p->server->mail.journals))) {
		p->put = journal_of(l)->first + journal_of(l)->n_entries - 1;
		letter_add(&p->journals, l);
	}
}

// What waits is the next batch.
static void next_batch(struct partner *p)
{
	struct keeper *k = &p->keeper;

	if (k->has_batch || k->doing != KEEPER_RESTS || !k->is_proven)
		return;
	writing_take(p);
	if (p->put > k->durable)
		keeper_batch(k, p->put);
}

// -- how it ends

void writing_lost(struct partner *p)
{
	const struct cluster *c = &p->pair->cluster;
	const struct lease_head *head = machine_head(&c->machines[c->leader]);
	const struct keeper *k = &p->keeper;

	p->is_witness =
		p->is_witness ||
		(p->life >= PARTNER_LEADS && k->was_proven &&
		 (head->term < k->term || (head->term == k->term && head->upto < k->durable)));
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
	if (!keeper_can_send_again(k) || !lately_has(&p->kept, k->head.upto + 1, k->durable))
		return false;
	keeper_send_again(k);
	p->is_mending = true;
	return true;
}

// Of who had the store in between nothing is known.
static bool is_unnoticed(const struct partner *p)
{
	return p->keeper.end == KEEPER_FENCED && p->is_witness && !p->is_mending &&
	       p->keeper.head.term == p->keeper.term + 1;
}

static void end(struct partner *p)
{
	static const char *const names[] = {"", "fenced", "lost", "restored"};
	struct pair *pair = p->pair;
	enum keeper_end how = p->keeper.end;

	if (sends_again(p))
		return;
	tell(pair->world, "%s ends: %s", p->holder, names[how]);
	pair->fenced += how == KEEPER_FENCED;
	pair->restored += how == KEEPER_RESTORED;
	if (is_unnoticed(p))
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

	if (did == KEEPER_RESTS || !wire_came(p, &p->writer, keeper_patience_ms(k), &how))
		return;
	keeper_came(k, how,
		    how == CAME_AWAY || did != KEEPER_ASKS ? NULL : wire_head(&p->writer),
		    partner_now(p));
	if (how == CAME_NOT && k->has_batch && !keeper_is_in_doubt(k) && !p->is_mending)
		keeper_drop(k); // what came meanwhile goes with the next try
	if (did == KEEPER_SENDS)
		p->is_full = how == CAME_NOT;
	keep_stored(p);
	partner_prove(p, k);
}

static void ask(struct partner *p)
{
	bool trusts = p->pair->world->sabotage == READ && !p->keeper.is_proven;

	wire_send(p, &p->writer,
		  &(struct order){.kind = trusts ? ORDER_LOOK : ORDER_ASK,
				  .seen.term = p->keeper.term,
				  .holder = p->holder});
}

static void send_batch(struct partner *p)
{
	const struct keeper *k = &p->keeper;
	struct journal *batch = batch_of(p);

	if (batch->n_entries != k->to - k->from)
		wrong(p->pair->world, "a batch up to %llu has %zu entries",
		      (unsigned long long)k->to, batch->n_entries);
	wire_send(p, &p->writer,
		  &(struct order){.kind = ORDER_SEND,
				  .seen = {.term = k->term, .upto = k->from},
				  .to = k->to,
				  .holder = p->holder,
				  .entries = batch});
	journal_free(batch);
}

// False: there is no keeper any more.
static bool keep(struct partner *p)
{
	struct keeper *k = &p->keeper;

	switch (keeper_next(k, partner_now(p))) {
	case KEEPER_CONNECTS:
		wire_connect(p, &p->writer);
		break;
	case KEEPER_ASKS:
		ask(p);
		break;
	case KEEPER_SENDS:
		send_batch(p);
		break;
	case KEEPER_ENDS:
		end(p);
		return p->life != PARTNER_DOWN;
	case KEEPER_RESTS:
		break;
	}
	return true;
}

// -- its life

// Opened by one connection, which has to last until all is loaded.
static void load_on(struct partner *p)
{
	struct keeper *k = &p->keeper;
	struct cluster *c = &p->pair->cluster;

	if (!p->is_steady) {
		bool was_connected = k->is_connected;

		hear(p);
		if (was_connected && !k->is_connected)
			partner_end(p, (int64_t)roll(p->pair->world, 1000));
		else if (keep(p) && keeper_is_steady(k)) {
			p->is_steady = true;
			p->until_ms =
				c->now_ms + (int64_t)(roll(p->pair->world, 4)
							      ? roll(p->pair->world, 500)
							      : roll(p->pair->world, 9000));
		}
	} else if (c->now_ms >= p->until_ms) {
		if (!serving_load(p)) {
			partner_end(p, (int64_t)roll(p->pair->world, 1000));
			return;
		}
		wire_drop(p, &p->lease);
		p->life = PARTNER_LEADS;
	}
}

static void give_back(struct partner *p)
{
	struct keeper *k = &p->keeper;
	enum lease_came how;

	if (p->is_releasing) {
		if (!wire_came(p, &p->writer, LEASE_ANSWER_MS, &how))
			return;
		p->pair->handovers += how == CAME_WELL;
		partner_end(p, (int64_t)roll(p->pair->world, 3000));
	} else if (keeper_is_steady(k) && k->doing == KEEPER_RESTS && !k->has_batch &&
		   p->put == k->durable) {
		p->is_releasing = true;
		wire_send(p, &p->writer,
			  &(struct order){.kind = ORDER_RELEASE,
					  .seen.term = k->term,
					  .holder = p->holder});
	}
}

void writing_step(struct partner *p)
{
	if (p->life == PARTNER_LOADS) {
		load_on(p);
		return;
	}
	if (p->life == PARTNER_GIVES_BACK)
		give_back(p);
	if (p->life < PARTNER_LEADS || p->is_releasing)
		return;
	hear(p);
	next_batch(p);
	if (keep(p))
		report(p);
}
